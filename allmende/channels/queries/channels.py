"""The channels with their proofs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from allmende.channels.models import Channel, Cursor, Dispatch, Hold, Message
from allmende.channels.queries.accounts import abilities_of, log_in_ends_at
from allmende.channels.queries.holds import open_holds
from allmende.channels.queries.trials import Proofs, proofs_by_channel
from allmende.channels.states import (
    BY_INITIALS,
    BY_NAME,
    CHOSEN,
    CONSIDERED,
    GIVEN_UP,
    HELD,
    INWARD,
    MISSED,
    PREPARED,
    REFUSED,
    SENT,
    SPEAKING,
    SPEAKING_CHANNELS,
    UNCLEAR,
    WAITING,
)
from allmende.team.models import Person, ResponsibleUnit, Workspace
from allmende.team.queries import Served, Thing, units_for


def channels_of(workspace: Workspace) -> "QuerySet[Channel]":
    """The workspace's channels with their accounts and cursors, archives last."""
    rows = Channel.objects.filter(workspace=workspace, archived_at__isnull=True)
    return rows.select_related("account", "cursor").annotate(is_archive=Q(account=None)).order_by("is_archive", "name")


def speaking_channels(workspace: Workspace) -> "QuerySet[Channel]":
    """Those of `channels_of` on which something can be said: neither archives nor feeds that we only read."""
    able = [one.pk for one in channels_of(workspace).filter(account__isnull=False) if abilities_of(one).can_send]
    return channels_of(workspace).filter(pk__in=able)


def planned_as(workspace: Workspace, slug: str) -> Channel | None:
    """The presence of this short name that waits for an account; None where there is none."""
    return _planned(workspace).filter(slug=slug).first()


def dropped_as(workspace: Workspace, slug: str) -> Channel | None:
    """The presence of this short name that was considered and dropped; None where there is none."""
    rows = Channel.objects.filter(workspace=workspace, slug=slug, state=CONSIDERED)
    return rows.filter(account__isnull=True, archived_at__isnull=False).first()


def planned_slugs(workspace: Workspace) -> set[str]:
    """The short names of presences that wait for an account."""
    return set(_planned(workspace).values_list("slug", flat=True))


def _planned(workspace: Workspace) -> "QuerySet[Channel]":
    rows = Channel.objects.filter(workspace=workspace, account__isnull=True, archived_at__isnull=True)
    return rows.filter(state__in=(CONSIDERED, CHOSEN, PREPARED)).exclude(kind="archive")


def accountable(workspace: Workspace) -> list[Thing]:
    """Every presence needs exactly one accountable unit (I-01); the team's page asks."""
    here = {"slug": workspace.slug}
    page = reverse("channels:index", kwargs=here)
    return [Thing("channel", str(one.pk), one.name, page) for one in channels_of(workspace) if one.kind != "archive"]


def served(workspace: Workspace) -> list[Served]:
    """Channels that are open, to the last day of a farewell, and the service hours they keep: the rota asks (I-12)."""
    rows = Channel.objects.filter(workspace=workspace, state__in=SPEAKING_CHANNELS, archived_at__isnull=True)
    rows = rows.order_by("name")
    return [Served(str(pk), name, hours) for pk, name, hours in rows.values_list("pk", "name", "hours_id")]


def byline_of(channel: Channel, person: Person) -> str:
    """How an answer there shows who wrote it: a name, initials, or "" (S2-01)."""
    return {BY_INITIALS: f"^{person.initials}", BY_NAME: f"– {person.name}"}.get(channel.byline, "")


def signed(channel: Channel, text: str, person: Person) -> str:
    """An answer as it leaves: with its author as chosen for the channel, once."""
    byline = byline_of(channel, person)
    if not byline or not text.strip() or text.rstrip().endswith(byline):
        return text
    return text.rstrip() + ("\n" if channel.byline == BY_NAME else " ") + byline


@dataclass(frozen=True, slots=True)
class Card:
    """A channel as its list shows it: who owns it (S3-19), the proofs with their times, what waits, and
    the hold that stops it."""

    channel: Channel
    waiting: int
    troubled: int
    collected_at: datetime | None
    sent_at: datetime | None
    hold: Hold | None
    proofs: Proofs
    owner: ResponsibleUnit | None

    @property
    def ends_at(self) -> datetime | None:
        """When the log-in ends that only a person can renew; None: it goes on by itself."""
        return log_in_ends_at(self.channel.account) if self.channel.account else None

    @property
    def stand_in(self) -> Person | None:
        """Who answers for it as long as nobody is named: whoever set it up, while they work here."""
        by = self.channel.created_by
        return by if by and not self.owner and by.left_at is None else None

    @property
    def cursor(self) -> Cursor | None:
        return getattr(self.channel, "cursor", None)


def cards_of(workspace: Workspace) -> list[Card]:
    """The workspace's channels with proofs and queue, in five queries however many there are."""
    holds = list(open_holds(workspace))
    mine = Dispatch.objects.filter(channel=OuterRef("pk"))
    listened = Message.objects.filter(channel=OuterRef("pk"), direction=INWARD).order_by("-pk")
    rows = channels_of(workspace).select_related("account", "cursor", "created_by")
    rows = rows.annotate(
        waiting=_count(mine.filter(state__in=(WAITING, SPEAKING))),
        troubled=_count(mine.filter(state__in=(UNCLEAR, REFUSED, GIVEN_UP, MISSED, HELD))),
        collected_at=Subquery(listened.values("recorded_at")[:1]),
        sent_at=Subquery(mine.filter(state=SENT).order_by("-settled_at").values("settled_at")[:1]),
    )
    shown = list(rows)
    proofs, owners = proofs_by_channel(row.pk for row in shown), units_for(workspace, "channel")
    return [
        Card(
            row,
            row.waiting,
            row.troubled,
            row.collected_at,
            row.sent_at,
            _hold_over(row, holds),
            proofs[row.pk],
            owners.get(str(row.pk)),
        )
        for row in shown
    ]


def _count(rows: "QuerySet[Dispatch]") -> Coalesce:
    numbers = rows.order_by().values("channel").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(numbers), 0)


def _hold_over(channel: Channel, holds: Sequence[Hold]) -> Hold | None:
    """The first hold in whose scope the channel lies."""
    for hold in holds:
        is_wide = hold.account_id is None and hold.channel_id is None
        if is_wide or hold.channel_id == channel.pk or (hold.account_id and hold.account_id == channel.account_id):
            return hold
    return None
