"""Messages, gestures and arrivals by links as the ledger's rows: what changed since the last fill, and whole months.

Left out: words that never got out (no id from the network), direct messages (members cannot act on what they cannot
see), everything by members who were erased, and times no community can have (before 1990, after 2199: a broken clock or
export). What lies in the future is written and does not exist until then. Deleted rows go in with their time of
deletion. Our own staff are not told apart: the ledger must not be able to say who of us did how much (`domain.md` 4.6).
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from heapq import merge
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, Exists, ExpressionWrapper, F, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncMonth

from allmende.behaviours.models import LedgerMark
from allmende.behaviours.queries.arrived import arrivals_between, arrived, has_undone_arrivals, new_arrivals
from allmende.channels.models import Channel, Gesture, ImportRun, Message
from allmende.channels.states import TRIAL_SUBJECT
from allmende.ledger.events import Interaction
from allmende.ledger.files import month_bounds, month_of
from allmende.members.models import Member, Merging
from allmende.team.models import Workspace

# Transactions end in another order than they began: look back a little.
OVERLAP = timedelta(minutes=5)
AT_ONCE = 5_000
EARLIEST, LATEST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_WORDS = (
    "pk", "occurred_at", "channel_id", "act", "author_class", "deleted_at", "thread_native_id", "native_id",
    "identity__member__pseudonym", "reply_to_id", "reply_to__identity__member__pseudonym", "opens",
)  # fmt: skip
_GESTURES = (
    "pk", "occurred_at", "channel_id", "act", "author_class", "deleted_at", "identity__member__pseudonym", "target_id",
    "target__thread_native_id", "target__native_id", "target__identity__member__pseudonym",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Changes:
    """What a fill has to write: the months (`YYYY-MM`), and how far the mark moves then. `is_whole`: every month anew."""

    months: tuple[str, ...]
    is_whole: bool
    changed_until: datetime | None
    last_message: int
    last_gesture: int
    last_arrival: int


def has_changes(mark: LedgerMark | None, workspace: Workspace, now: datetime) -> bool:
    """Is there anything new for the ledger? Cheap: it is asked every few seconds."""
    if mark is None or mark.filled_at is None:
        return said(workspace).exists() or done(workspace).exists() or arrived(workspace).exists()
    if mark.changed_until and mark.filled_at < mark.changed_until + OVERLAP <= now:
        return True  # once more when it is quiet, for transactions that ended late
    return (
        _is_outdated(mark, workspace)
        or _merged(workspace, mark.filled_at, now).exists()
        or _changed(_spoken(workspace), mark, mark.last_message, timedelta(0)).exists()
        or _changed(done(workspace), mark, mark.last_gesture, timedelta(0)).exists()
        or new_arrivals(workspace, mark.last_arrival, None).exists()
    )


def changes_since(mark: LedgerMark, workspace: Workspace, known_months: Collection[str]) -> Changes:
    """What changed since the mark; everything when the mark is new, the files are gone, or rows were removed."""
    newest = _newest(workspace)
    is_lost = bool(mark.interactions) and not known_months
    if mark.filled_at is None or is_lost or _is_outdated(mark, workspace):
        rows: tuple[QuerySet[Any], ...] = (said(workspace), done(workspace), arrived(workspace))
        months = set(known_months).union(*map(_months, rows))
        return Changes(tuple(sorted(months)), True, *newest)
    words = _changed(said(workspace), mark, mark.last_message, OVERLAP)
    late_since = mark.changed_until - OVERLAP if mark.changed_until else None
    months = _months(words) | _months(_changed(done(workspace), mark, mark.last_gesture, OVERLAP))
    months |= _months(new_arrivals(workspace, mark.last_arrival, late_since))
    months |= _months_of_merged(workspace, mark.filled_at - OVERLAP)
    spoken = _changed(_spoken(workspace), mark, mark.last_message, OVERLAP)
    return Changes(tuple(sorted(months | _months_of_displaced_roots(spoken))), False, *newest)


def rows_by_month(workspace: Workspace, months: Collection[str]) -> Iterator[tuple[str, Iterator[Interaction]]]:
    """Each of these months with its rows in order of time; a month without rows is not among them. One pass."""
    wanted = frozenset(months)
    for first, last in _spans(wanted):
        told = (
            _words_between(workspace, first, last),
            _gestures_between(workspace, first, last),
            arrivals_between(workspace, first, last, _Threads().number),
        )
        rows = merge(*told, key=_order)
        for month, of_month in groupby(rows, key=lambda row: month_of(row.occurred_at)):
            if month in wanted:
                yield month, of_month


def said(workspace: Workspace) -> QuerySet[Message]:
    """The messages the ledger knows."""
    told = _spoken(workspace).exclude(visibility="direct").exclude(subject_kind=TRIAL_SUBJECT)
    return told.filter(_not_erased(), _is_possible())


def _spoken(workspace: Workspace) -> QuerySet[Message]:
    """Every message that stands at a network: one the ledger leaves out may still be the beginning of a thread."""
    return Message.objects.filter(channel__workspace=workspace, native_id__isnull=False)


def done(workspace: Workspace) -> QuerySet[Gesture]:
    """The gestures the ledger knows."""
    return Gesture.objects.filter(channel__workspace=workspace).filter(_not_erased(), _is_possible())


def _not_erased() -> Q:
    return Q(identity__isnull=True) | Q(identity__member__erased_at__isnull=True)


def _is_possible() -> Q:
    return Q(occurred_at__gte=EARLIEST, occurred_at__lt=LATEST)


def months_known(workspace: Workspace) -> tuple[str, ...]:
    """Every month the database has rows for, ascending."""
    return tuple(sorted(_months(said(workspace)) | _months(done(workspace)) | _months(arrived(workspace))))


def _is_outdated(mark: LedgerMark, workspace: Workspace) -> bool:
    """Whether rows vanished without leaving a trace: an import or a table of arrivals undone, a member erased. An erasure that
    had begun before the last fill may have ended after it had looked: so one more fill follows each."""
    if mark.filled_at is None:
        return True
    undone = ImportRun.objects.filter(workspace=workspace, state="undone", finished_at__gte=mark.filled_at)
    erased = Member.objects.filter(workspace=workspace, erased_at__gte=mark.filled_at - OVERLAP)
    return undone.exists() or erased.exists() or has_undone_arrivals(workspace, mark.filled_at)


def _merged(workspace: Workspace, filled_at: datetime, now: datetime) -> QuerySet[Merging]:
    """What was merged or parted since the last fill, and once more when it is quiet, for transactions that ended late."""
    rows, late = Merging.objects.filter(workspace=workspace), (filled_at - OVERLAP, now - OVERLAP)
    newer, quiet = Q(at__gte=filled_at), Q(at__range=late)
    return rows.filter(newer | quiet | Q(undone_at__gte=filled_at) | Q(undone_at__range=late))


def _months_of_merged(workspace: Workspace, since: datetime) -> set[str]:
    """Months in which somebody who was merged or parted did something, or others did something to them."""
    rows = Merging.objects.filter(Q(at__gte=since) | Q(undone_at__gte=since), workspace=workspace)
    moved = [identity for one in rows.values_list("moved", flat=True) for identity in one["identities"]]
    if not moved:
        return set()
    words = said(workspace).filter(Q(identity__in=moved) | Q(reply_to__identity__in=moved))
    return _months(words) | _months(done(workspace).filter(Q(identity__in=moved) | Q(target__identity__in=moved)))


def _changed(rows: QuerySet[Any], mark: LedgerMark, last: int, overlap: timedelta) -> QuerySet[Any]:
    """Rows that are new by their id or changed after the mark, and within the overlap before it those that may have
    been written by a transaction that ended late. SQLite has one writer: there, new rows never come late."""
    is_new = Q(pk__gt=last)
    if mark.changed_until is None:
        return rows.filter(is_new)
    is_late = Q(changed_at__gte=mark.changed_until - overlap)
    if connection.vendor == "sqlite":
        is_late &= Q(changed_at__gt=F("recorded_at"))
    is_changed = Q(changed_at__gt=mark.changed_until)
    return rows.filter(is_new | is_changed | is_late if overlap else is_new | is_changed)


def _newest(workspace: Workspace) -> tuple[datetime | None, int, int, int]:
    """How far rows go now. An import gives all its rows the time it began: until it ends, the mark waits before it."""
    words = _spoken(workspace).aggregate(pk=Max("pk"), at=Max("changed_at"))
    gestures = done(workspace).aggregate(pk=Max("pk"), at=Max("changed_at"))
    running = ImportRun.objects.filter(workspace=workspace, state="running").aggregate(at=Min("created_at"))["at"]
    arrivals = arrived(workspace).aggregate(pk=Max("pk"), at=Max("recorded_at"))
    times = [one["at"] for one in (words, gestures, arrivals) if one["at"]]
    newest = max(times) if times else None
    held_back = min(newest, running - timedelta(microseconds=1)) if newest and running else newest
    return held_back, words["pk"] or 0, gestures["pk"] or 0, arrivals["pk"] or 0


def _months(rows: QuerySet[Any]) -> set[str]:
    found = rows.order_by().values_list(TruncMonth("occurred_at", tzinfo=UTC), flat=True).distinct()
    return {month_of(first) for first in found if first}


def _months_of_displaced_roots(words: QuerySet[Message]) -> set[str]:
    """A thread's beginning may arrive late: then the message that opened it until now lies in another month, perhaps."""
    later = _thread_of(OuterRef).exclude(pk=OuterRef("pk")).order_by("occurred_at", "pk")
    openers = words.exclude(thread_native_id="").filter(_opens())
    followed = openers.annotate(next_at=Subquery(later.values("occurred_at")[:1])).values_list("next_at", flat=True)
    return {month_of(at) for at in followed.iterator(AT_ONCE) if at}


def _thread_of(outer: type[OuterRef]) -> QuerySet[Message]:
    return Message.objects.filter(
        channel=outer("channel"), thread_native_id=outer("thread_native_id"), native_id__isnull=False
    )


def _opens() -> Q:
    """The message that bears the thread's name opens it, else its earliest. A deleted question stays the root."""
    named = Message.objects.filter(channel=OuterRef("channel"), native_id=OuterRef("thread_native_id"))
    is_named = Q(native_id=F("thread_native_id")) | Q(thread_native_id="")
    return is_named | (~Q(Exists(named)) & ~Q(Exists(_earlier())))


def _earlier() -> QuerySet[Message]:
    """Messages of the same thread before this one, deleted ones too."""
    rows = _thread_of(OuterRef).filter(occurred_at__lte=OuterRef("occurred_at"))
    return rows.filter(Q(occurred_at__lt=OuterRef("occurred_at")) | Q(pk__lt=OuterRef("pk")))


def _spans(months: Collection[str]) -> list[tuple[datetime, datetime]]:
    """Neighbouring months as one span each; very scattered ones as one, because each span reads the table once."""
    spans: list[tuple[datetime, datetime]] = []
    for first, last in map(month_bounds, sorted(months)):
        if spans and spans[-1][1] == first:
            spans[-1] = (spans[-1][0], last)
        else:
            spans.append((first, last))
    return spans if len(spans) <= 4 else [(spans[0][0], spans[-1][1])]


def _words_between(workspace: Workspace, first: datetime, last: datetime) -> Iterator[Interaction]:
    slugs, threads = _slugs(workspace), _Threads()
    rows = (
        said(workspace)
        .filter(occurred_at__gte=first, occurred_at__lt=last)
        .annotate(opens=ExpressionWrapper(_opens(), BooleanField()))
    )
    for row in rows.order_by("occurred_at", "pk").values_list(*_WORDS).iterator(AT_ONCE):
        pk, at, channel, act, actor_class, deleted_at, thread, native_id, actor, parent, target, opens = row
        yield Interaction(
            ordinal=pk,
            event_id=pk,
            kind="message",
            act=act,
            occurred_at=at,
            actor=actor,
            actor_class=actor_class,
            target_actor=target,
            object_id=pk,
            parent_id=parent,
            thread_id=threads.number(channel, thread or native_id),
            channel=slugs[channel],
            is_root=bool(opens),
            deleted_at=deleted_at,
        )


def _gestures_between(workspace: Workspace, first: datetime, last: datetime) -> Iterator[Interaction]:
    """A gesture about nothing we know (an event from outside) is its own object and thread, below zero."""
    slugs, threads = _slugs(workspace), _Threads()
    rows = done(workspace).filter(occurred_at__gte=first, occurred_at__lt=last)
    for row in rows.order_by("occurred_at", "pk").values_list(*_GESTURES).iterator(AT_ONCE):
        pk, at, channel, act, actor_class, deleted_at, actor, target_id, thread, native_id, target = row
        place = thread or native_id
        yield Interaction(
            ordinal=pk,
            event_id=pk,
            kind="gesture",
            act=act,
            occurred_at=at,
            actor=actor,
            actor_class=actor_class,
            target_actor=target,
            object_id=target_id or -pk,
            parent_id=target_id,
            thread_id=threads.number(channel, place) if place else -pk,
            channel=slugs[channel],
            is_root=False,
            deleted_at=deleted_at,
        )


def _slugs(workspace: Workspace) -> dict[UUID, str]:
    return dict(Channel.objects.filter(workspace=workspace).values_list("pk", "slug"))


class _Threads:
    """A number for each thread that stays the same whatever arrives later or goes: 63 bits of its name's hash."""

    def __init__(self) -> None:
        self._known: dict[tuple[UUID, str], int] = {}

    def number(self, channel: UUID, name: str) -> int:
        place = (channel, name)
        if place not in self._known:
            if len(self._known) >= 100_000:
                self._known.clear()
            digest = blake2b(channel.bytes + name.encode(), digest_size=8).digest()
            self._known[place] = int.from_bytes(digest, "big") >> 1
        return self._known[place]


def _order(row: Interaction) -> tuple[datetime, int]:
    return row.occurred_at, row.ordinal


__all__ = ["Changes", "changes_since", "done", "has_changes", "months_known", "rows_by_month", "said"]
