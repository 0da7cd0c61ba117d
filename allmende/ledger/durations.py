"""How long it took (form F4 of domain.md 4.2, on demand): median and 90th percentile with open cases, and the
plain first response."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from allmende.ledger.compiler import time_to_act
from allmende.ledger.definition import Definition
from allmende.ledger.engine import DEFAULT_LIMITS, Limits, connected, interactions
from allmende.ledger.events import ActorClass
from allmende.ledger.files import Ledger
from allmende.ledger.measure import prepared
from allmende.ledger.periods import PeriodKind

if TYPE_CHECKING:
    import ibis.expr.types as ir

_SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class DurationRow:
    """Time from anchor to the first act of a period's units. `open_units` had none yet; they count with the
    time they have waited.

    median and p90 are None when so many are open that the share of finished units (Kaplan-Meier) never
    reaches it: "more than that".
    """

    period_start: datetime
    period_end: datetime
    units: int
    open_units: int
    median: timedelta | None
    p90: timedelta | None


@dataclass(frozen=True, slots=True)
class FirstResponse:
    """First message by another author in the same thread, over all threads. median is None without any
    response; it is that of the answered threads. share_within is of all threads, None without any."""

    threads: int
    unanswered: int
    median: timedelta | None
    share_within: float | None


def durations(
    root: Path,
    workspace: str,
    definition: Definition,
    *,
    as_of: datetime,
    period: PeriodKind = "month",
    zone: str = "UTC",
    limits: Limits = DEFAULT_LIMITS,
) -> list[DurationRow]:
    """Per period the time to the first act that meets predicate and quality, whenever it comes up to `as_of`;
    the window plays no part.

    An act of another class (staff, where only members are wanted) does not end the wait.
    """
    with prepared(root, workspace, definition, as_of, period, zone, limits) as measured:
        if measured is None:
            return []
        times = time_to_act(measured.rows, definition, measured.moment, measured.periods)
        found = measured.engine.to_pyarrow(times.order_by("number"))
        numbers = found["number"].to_numpy()
        waited, is_done = found["waited"].to_numpy(), found["is_done"].to_numpy()
        rows = []
        for number in sorted(set(numbers.tolist())):
            of_period = numbers == number
            place = measured.periods[number]
            rows.append(_duration_row(place.start, place.end, waited[of_period].tolist(), is_done[of_period].tolist()))
        return rows


def first_response(
    root: Path,
    workspace: str,
    *,
    as_of: datetime,
    within: timedelta = timedelta(hours=24),
    channels: Sequence[str] = (),
    exclusions: Sequence[ActorClass] = ("bot",),
    limits: Limits = DEFAULT_LIMITS,
) -> FirstResponse:
    """The figure every tool shows, for comparison with the definitions: any other author counts, staff too.

    A thread begins with its first message by somebody not excluded; ties in time keep the source's order and
    count as an answer at once.
    """
    with Ledger(root).reading(workspace) as paths, connected(limits) as engine:
        rows = interactions(engine, paths)
        messages = rows.filter((rows.kind == "message") & rows.deleted_at.isnull())
        messages = messages.filter(messages.occurred_at <= as_of, messages.actor_class.notin(tuple(exclusions)))
        if channels:
            messages = messages.filter(messages.channel.isin(tuple(channels)))
        waits = engine.to_pyarrow(_first_waits(messages))
    waited = waits["waited"].drop_null().to_numpy() if waits.num_rows else []
    threads, answered = waits.num_rows, len(waited)
    in_time = sum(1 for wait in waited if wait < within / timedelta(microseconds=1))
    return FirstResponse(threads, threads - answered, _median(waited), in_time / threads if threads else None)


def _first_waits(messages: "ir.Table") -> "ir.Table":
    """One row per thread: microseconds to the first message by another, null without one."""
    openings = messages.group_by("thread_id").aggregate(
        opened_position=messages.position.min(),
        opened_at=messages.occurred_at.min(),
        opener=messages.actor.argmin(messages.position),
    )
    replies = messages.join(openings, "thread_id")
    replies = replies.filter((replies.position > replies.opened_position) & ~replies.actor.identical_to(replies.opener))
    first = replies.group_by("thread_id").aggregate(replied_at=replies.occurred_at.min())
    joined = openings.left_join(first, "thread_id")
    return joined.select("thread_id", waited=joined.replied_at.delta(joined.opened_at, unit="microsecond"))


def _median(waited: Sequence[int]) -> timedelta | None:
    import numpy as np

    return timedelta(microseconds=float(np.median(waited))) if len(waited) else None


def _duration_row(start: datetime, end: datetime, waited: Sequence[int], is_done: Sequence[bool]) -> DurationRow:
    curve = finished_by(waited, is_done)
    return DurationRow(
        period_start=start,
        period_end=end,
        units=len(waited),
        open_units=sum(1 for done in is_done if not done),
        median=_quantile(curve, 0.5),
        p90=_quantile(curve, 0.9),
    )


def finished_by(waited: Sequence[int], is_done: Sequence[bool]) -> list[tuple[int, float]]:
    """Kaplan-Meier: after each time at which a unit finished, the estimated share of units finished by then.

    waited: microseconds to the act, or to now for a unit still open; is_done: which of the two. Open units of
    the same time count as at risk.
    """
    import numpy as np

    order = np.lexsort((~np.asarray(is_done, dtype=bool), np.asarray(waited)))
    times, done = np.asarray(waited)[order], np.asarray(is_done, dtype=bool)[order]
    moments, first = np.unique(times, return_index=True)
    at_risk = len(times) - first
    finished = np.add.reduceat(done.astype(np.int64), first) if len(times) else np.array([], dtype=np.int64)
    share = 1 - np.cumprod(1 - finished / np.maximum(at_risk, 1))
    return [(int(at), float(by)) for at, by, any_done in zip(moments, share, finished, strict=True) if any_done]


def _quantile(curve: Sequence[tuple[int, float]], share: float) -> timedelta | None:
    # A product of many fractions misses 0.5 by a rounding; a time must not depend on that.
    return next((timedelta(microseconds=at) for at, by in curve if by >= share - 1e-9), None)
