"""The feeds that bring ideas: how each stands, what it brought, which more there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max

from allmende.channels.models import Channel
from allmende.channels.states import LISTENING_CHANNELS, LOGGED_OUT
from allmende.editorial import states
from allmende.editorial.models import IdeaSource
from allmende.team.models import Workspace


@dataclass(frozen=True)
class SourceRow:
    """A feed, when it was looked at last, what went wrong then (the code of a connector's error, "" if nothing), how many
    ideas it brought and when the last."""

    source: IdeaSource
    looked_at: datetime | None
    trouble: str
    failures: int
    brought: int
    last_at: datetime | None

    @property
    def address(self) -> str:
        account = self.source.channel.account
        return str(account.settings.get("url") or "") if account else ""


def source_rows(workspace: Workspace) -> list[SourceRow]:
    """The feeds that bring ideas, by name; two queries."""
    rows = IdeaSource.objects.filter(workspace=workspace, archived_at__isnull=True)
    rows = rows.select_related("channel__account", "channel__cursor", "updated_by").prefetch_related("targets")
    counted = rows.annotate(brought=Count("taken__item"), last_at=Max("taken__taken_at"))
    return [_row(one) for one in counted.order_by("channel__name")]


def _row(source: IdeaSource) -> SourceRow:
    cursor, account = getattr(source.channel, "cursor", None), source.channel.account
    trouble = cursor.last_error.partition(":")[0] if cursor and cursor.failures_in_row else ""
    if account is None or account.archived_at or source.channel.state not in LISTENING_CHANNELS:
        trouble = "disconnected"
    elif account.state == LOGGED_OUT:
        trouble = "logged_out"
    return SourceRow(
        source, cursor.looked_at if cursor else None, trouble, cursor.failures_in_row if cursor else 0,
        source.brought, source.last_at,  # type: ignore[attr-defined]
    )  # fmt: skip


def open_feeds(workspace: Workspace) -> Sequence[Channel]:
    """The feeds that are read and bring no ideas yet."""
    taken = IdeaSource.objects.filter(workspace=workspace, archived_at__isnull=True).values("channel")
    rows = Channel.objects.filter(workspace=workspace, archived_at__isnull=True, account__kind=states.FEED_KIND)
    return list(rows.filter(account__archived_at__isnull=True).exclude(pk__in=taken).order_by("name"))
