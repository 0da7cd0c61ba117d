"""Answers about channels, messages and the outgoing queue."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from allmende.channels.models import Account, Channel, Cursor, Dispatch, Hold, ImportRun, Message
from allmende.channels.states import GIVEN_UP, HELD, INWARD, MISSED, REFUSED, SENT, SPEAKING, UNCLEAR, WAITING
from allmende.connectors.abilities import Abilities
from allmende.connectors.abilities import Counting as Counting  # noqa: PLC0414 - for the rooms above, which may not import connectors
from allmende.connectors.contract import Connector
from allmende.connectors.errors import ConnectorError
from allmende.connectors.http import Client
from allmende.connectors.neutral import Draft, Ref
from allmende.connectors.neutral import Finding as Finding  # noqa: PLC0414
from allmende.connectors.register import connector_class
from allmende.connectors.secret import Secret
from allmende.team.models import Workspace

# The reason code of an unclear dispatch that no program can settle.
NEEDS_PERSON = "needs_person"
# What an account raises whose kind nobody knows or whose settings are wrong.
CANNOT_OPEN = (ConnectorError, LookupError, TypeError, ValueError)
_WORD = re.compile(r"\w+")


def account_of(channel: Channel) -> Account:
    """The account a channel speaks and listens with. Raises LookupError for an archive, which does neither."""
    if channel.account is None:
        raise LookupError(f"Channel {channel.pk} has no account.")
    return channel.account


def connector_of(account: Account, client: Client | None = None) -> Connector:
    """The connector that speaks for this account. Raises `connectors.register.UnknownKind`."""
    secret = Secret(account.secret) if account.secret else None
    return connector_class(account.kind)(account.settings, secret, client or Client())


def abilities_of(channel: Channel) -> Abilities:
    """What the network behind a channel can do; an archive, or an account whose settings are broken, can do nothing."""
    try:
        return connector_of(channel.account).abilities if channel.account else Abilities()
    except CANNOT_OPEN:
        return Abilities()


def findings_for(channel: Channel, *, title: str, text: str, answers: str = "") -> tuple[Finding, ...]:
    """What the network would refuse or cut, found without asking it; `answers` is the native id of what is answered."""
    draft = Draft(text=text, title=title, reply_to=Ref(answers) if answers else None)
    try:
        return connector_of(account_of(channel)).check(draft)
    except CANNOT_OPEN:
        return (Finding("cannot_send", "refuse", "channel"),)


def public_url(channel: Channel) -> str:
    """The page of the network that anybody can read, such as the practice network's; "" where there is none."""
    try:
        return connector_of(channel.account).public_url if channel.account else ""
    except CANNOT_OPEN:
        return ""


def text_limit(channel: Channel) -> Counting:
    """How the network measures a text: rule, maximum, links, titles."""
    return abilities_of(channel).counting


def draft_of(dispatch: Dispatch) -> Draft:
    """A dispatch's words as a connector takes them."""
    message = dispatch.message
    return Draft(
        text=message.text,
        title=message.title,
        reply_to=Ref(message.reply_to_native_id) if message.reply_to_native_id else None,
        thread=message.thread_native_id,
        visibility=message.visibility,  # type: ignore[arg-type]  # a database check holds it to the three
    )


def channels_of(workspace: Workspace) -> "QuerySet[Channel]":
    """The workspace's channels with their accounts and cursors, archives last."""
    rows = Channel.objects.filter(workspace=workspace, archived_at__isnull=True)
    return rows.select_related("account", "cursor").annotate(is_archive=Q(account=None)).order_by("is_archive", "name")


@dataclass(frozen=True, slots=True)
class Card:
    """A channel as its list shows it: the proofs with their times, what waits, and the hold that stops it."""

    channel: Channel
    waiting: int
    troubled: int
    collected_at: datetime | None
    sent_at: datetime | None
    hold: Hold | None

    @property
    def cursor(self) -> Cursor | None:
        return getattr(self.channel, "cursor", None)


def cards_of(workspace: Workspace) -> list[Card]:
    """The workspace's channels with proofs and queue, in two queries however many there are."""
    holds = list(open_holds(workspace))
    mine = Dispatch.objects.filter(channel=OuterRef("pk"))
    listened = Message.objects.filter(channel=OuterRef("pk"), direction=INWARD).order_by("-pk")
    rows = channels_of(workspace).annotate(
        waiting=_count(mine.filter(state__in=(WAITING, SPEAKING))),
        troubled=_count(mine.filter(state__in=(UNCLEAR, REFUSED, GIVEN_UP, MISSED, HELD))),
        collected_at=Subquery(listened.values("recorded_at")[:1]),
        sent_at=Subquery(mine.filter(state=SENT).order_by("-settled_at").values("settled_at")[:1]),
    )
    return [Card(row, row.waiting, row.troubled, row.collected_at, row.sent_at, _hold_over(row, holds)) for row in rows]


def open_hold(workspace: Workspace) -> Hold | None:
    """The widest hold that stands, the workspace's own before those of accounts and channels; None if all may speak."""
    return open_holds(workspace).first()


def open_holds(workspace: Workspace) -> "QuerySet[Hold]":
    """Every hold that stands, the widest first, then the oldest."""
    rows = Hold.objects.filter(workspace=workspace, ended_at__isnull=True)
    return rows.select_related("account", "channel", "created_by").order_by("-account", "-channel", "created_at")


def queue_of(workspace: Workspace) -> "QuerySet[Dispatch]":
    """All dispatches with what a list shows of them."""
    rows = Dispatch.objects.filter(workspace=workspace)
    return rows.select_related("message", "channel__account", "created_by")


def unsettled_dispatches(workspace: Workspace) -> "QuerySet[Dispatch]":
    """Those nobody knows the end of, the oldest first; `reason_code` NEEDS_PERSON: only a person can find out."""
    return queue_of(workspace).filter(state=UNCLEAR).order_by("first_spoke_at", "pk")


def refused_dispatches(workspace: Workspace) -> "QuerySet[Dispatch]":
    """Those the network or the house did not let out and nobody dealt with yet, the newest first."""
    return queue_of(workspace).filter(state__in=(REFUSED, GIVEN_UP, MISSED)).order_by("-next_at", "-pk")


def held_dispatches(workspace: Workspace) -> "QuerySet[Dispatch]":
    """Those a hold stopped and nobody released or dropped yet, by their time."""
    return queue_of(workspace).filter(state=HELD).order_by("send_after", "pk")


def import_runs(workspace: Workspace) -> "QuerySet[ImportRun]":
    """Imports, the newest first."""
    return ImportRun.objects.filter(workspace=workspace).select_related("channel", "created_by").order_by("-created_at")


def refused_file(run: ImportRun) -> Path:
    """Where the rows lie that a run refused: JSON lines of line, reason_code, values, raw. Absent if none was."""
    folder: Path = settings.DATA / "imports"
    return folder / f"{run.pk}.jsonl"


@dataclass(frozen=True, slots=True)
class Queue:
    """The outgoing queue by what it needs: decisions, releases, patience; and what went out last."""

    unsettled: list[Dispatch]
    refused: list[Dispatch]
    held: list[Dispatch]
    waiting: list[Dispatch]
    sent: list[Dispatch]

    @property
    def needs_person(self) -> bool:
        return any(dispatch.reason_code == NEEDS_PERSON for dispatch in self.unsettled)

    @property
    def is_empty(self) -> bool:
        return not (self.unsettled or self.refused or self.held or self.waiting or self.sent)


def queue_page(workspace: Workspace, limit: int = 50) -> Queue:
    """The queue with the log of each dispatch; at most `limit` of each part, two queries a part."""
    waiting = queue_of(workspace).filter(state__in=(WAITING, SPEAKING)).order_by("next_at", "pk")
    sent = queue_of(workspace).filter(state=SENT).order_by("-settled_at", "-pk")
    parts = (
        unsettled_dispatches(workspace),
        refused_dispatches(workspace),
        held_dispatches(workspace),
        waiting,
        sent,
    )
    return Queue(*(list(part.prefetch_related("log")[:limit]) for part in parts))


def import_facts(run: ImportRun) -> dict[str, Any]:
    """What the run's channel holds from imports: threads, members, first_at, last_at (aware, None if nothing)."""
    rows = Message.objects.filter(channel=run.channel, origin="import")
    return rows.aggregate(
        threads=Count("thread_native_id", distinct=True),
        members=Count("identity", distinct=True),
        first_at=Min("occurred_at"),
        last_at=Max("occurred_at"),
    )


def refused_rows(run: ImportRun, limit: int = 100) -> list[dict[str, Any]]:
    """The first refused rows of a run: line, reason_code, values, raw."""
    file = refused_file(run)
    if not file.exists():
        return []
    with file.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in islice(lines, limit)]


def search(workspace: Workspace, words: str, limit: int = 20) -> list[Message]:
    """Messages that hold all the words (each may go on), the newest first; deleted ones never."""
    wanted = _WORD.findall(words)
    if not wanted:
        return []
    found = _found_ids(workspace, wanted, limit)
    rows = Message.objects.filter(pk__in=found).select_related("channel", "identity", "person")
    return sorted(rows, key=lambda message: message.pk, reverse=True)


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


def _found_ids(workspace: Workspace, wanted: Sequence[str], limit: int) -> list[int]:
    channels = list(Channel.objects.filter(workspace=workspace).values_list("pk", flat=True))
    rows = Message.objects.filter(Q(channel__in=channels), deleted_at__isnull=True)
    if connection.vendor == "sqlite":
        condition = (
            "channels_message.id IN (SELECT rowid FROM channels_message_fts WHERE channels_message_fts MATCH %s)"
        )
        asked = " ".join(f'"{word}"*' for word in wanted)
    else:
        condition = "channels_message.search @@ to_tsquery('simple', %s)"
        asked = " & ".join(f"{word}:*" for word in wanted)
    matching = rows.extra(where=[condition], params=[asked])  # noqa: S610 - the words are parameters
    return list(matching.order_by("-pk").values_list("pk", flat=True)[:limit])
