"""Which messages, gestures and arrivals by links the ledger knows, and what of them changed since the last fill.

Left out: words that never got out (no id from the network), direct messages (members cannot act on what they cannot
see), everything by members who were erased, and times no community can have (before 1990, after 2199: a broken clock or
export). What lies in the future is written and does not exist until then. Deleted rows go in with their time of
deletion. Our own staff are not told apart: the ledger must not be able to say who of us did how much (`domain.md` 4.6).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import CharField, Exists, F, Func, Max, Min, OuterRef, Q, QuerySet, Subquery

from allmende.behaviours.models import LedgerMark
from allmende.behaviours.queries.arrived import arrived, new_arrivals
from allmende.channels.models import ArrivalUpload, Gesture, ImportRun, Message
from allmende.channels.queries.imports import EARLIEST
from allmende.channels.states import RUN_UNDONE, TRIAL_SUBJECT
from allmende.ledger.files import month_of
from allmende.members.models import Erasure, Member, Merging
from allmende.team.models import Workspace

# Transactions end in another order than they began: look back a little.
OVERLAP = timedelta(minutes=5)
# Whoever filled so long after the newest change has met all that came late, also where the database's clock goes otherwise than ours.
QUIET = timedelta(hours=1)
AT_ONCE = 5_000
LATEST = datetime(2200, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Changes:
    """What a fill has to write: the months (`YYYY-MM`), and how far the mark moves then. `is_whole`: every month anew, and
    `months` are only those that have a file; nobody looks through everything beforehand to find out which there are.
    `taken_out`: how often rows had been taken out when this was asked (`LedgerMark`)."""

    months: tuple[str, ...]
    is_whole: bool
    changed_until: datetime | None
    last_message: int
    last_gesture: int
    last_arrival: int
    taken_out: int


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
    taken_out = _taken_out(workspace)  # before any row is read: what is taken out meanwhile asks for one more fill
    newest = (*_newest(workspace), taken_out)
    is_lost = bool(mark.interactions) and not known_months
    if mark.filled_at is None or is_lost or _is_outdated(mark, workspace):
        return Changes(tuple(sorted(known_months)), True, *newest)
    overlap = _overlap(mark)
    words = _changed(said(workspace), mark, mark.last_message, overlap)
    late_since = mark.changed_until - overlap if mark.changed_until and overlap else None
    months = _months(words) | _months(_changed(done(workspace), mark, mark.last_gesture, overlap))
    months |= _months(new_arrivals(workspace, mark.last_arrival, late_since))
    months |= _months_of_merged(workspace, mark.filled_at - OVERLAP)
    spoken = _changed(_spoken(workspace), mark, mark.last_message, overlap)
    return Changes(tuple(sorted(months | _months_of_displaced_roots(spoken))), False, *newest)


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
    """Whether rows vanished without leaving a trace: an import or a table of arrivals undone, a member erased. That bears the time
    it began and may end long after; so it is counted, and the time asked only besides, of members erased just now."""
    if mark.filled_at is None or mark.taken_out != _taken_out(workspace):
        return True
    return Member.objects.filter(workspace=workspace, erased_at__gte=mark.filled_at - OVERLAP).exists()


def _taken_out(workspace: Workspace) -> int:
    """How often rows were taken out so far. None of it is ever taken back, so another number says that something was."""
    undone = (ImportRun.objects.filter(state=RUN_UNDONE), ArrivalUpload.objects.filter(state=RUN_UNDONE))
    return sum(rows.filter(workspace=workspace).count() for rows in (*undone, Erasure.objects))


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


def _overlap(mark: LedgerMark) -> timedelta:
    """How far to look back before the mark: nowhere any more, once it was filled long after."""
    is_quiet = mark.filled_at and mark.changed_until and mark.filled_at >= mark.changed_until + QUIET
    return timedelta(0) if is_quiet else OVERLAP


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
    return set(rows.order_by().values_list(_Month("occurred_at"), flat=True).distinct())


class _Month(Func):
    """A time's month in UTC as `YYYY-MM`, as the database writes it."""

    output_field = CharField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(compiler, connection, template="substr(%(expressions)s, 1, 7)", **more)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        told = "to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM')"
        return self.as_sql(compiler, connection, template=told, **more)


def _months_of_displaced_roots(words: QuerySet[Message]) -> set[str]:
    """A thread's beginning may arrive late: then the message that opened it until now lies in another month, perhaps."""
    later = _thread_of(OuterRef).exclude(pk=OuterRef("pk")).order_by("occurred_at", "pk")
    openers = words.exclude(thread_native_id="").filter(opens())
    followed = openers.annotate(next_at=Subquery(later.values("occurred_at")[:1])).values_list("next_at", flat=True)
    return {month_of(at) for at in followed.iterator(AT_ONCE) if at}


def _thread_of(outer: type[OuterRef]) -> QuerySet[Message]:
    return Message.objects.filter(
        channel=outer("channel"), thread_native_id=outer("thread_native_id"), native_id__isnull=False
    )


def opens() -> Q:
    """The message that bears the thread's name opens it, else its earliest. A deleted question stays the root."""
    named = Message.objects.filter(channel=OuterRef("channel"), native_id=OuterRef("thread_native_id"))
    return bears_its_name() | (~Q(Exists(named)) & ~Q(Exists(_earlier())))


def bears_its_name() -> Q:
    """The message its thread is called by, which opens it; one without a thread is its own. Needs no other row."""
    return Q(native_id=F("thread_native_id")) | Q(thread_native_id="")


def opening(pks: Sequence[int]) -> set[int]:
    """Which of these messages open their threads."""
    parts = (pks[begin : begin + AT_ONCE] for begin in range(0, len(pks), AT_ONCE))
    return {pk for part in parts for pk in Message.objects.filter(opens(), pk__in=part).values_list("pk", flat=True)}


def _earlier() -> QuerySet[Message]:
    """Messages of the same thread before this one, deleted ones too."""
    rows = _thread_of(OuterRef).filter(occurred_at__lte=OuterRef("occurred_at"))
    return rows.filter(Q(occurred_at__lt=OuterRef("occurred_at")) | Q(pk__lt=OuterRef("pk")))


__all__ = ["Changes", "changes_since", "done", "has_changes", "months_known", "said"]
