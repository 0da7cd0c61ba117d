"""How long it took: the share done by each time with open cases in it (form F4 of domain.md 4.2), and the plain first
response."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from allmende.ledger.engine import DEFAULT_LIMITS, Limits, connected, interactions
from allmende.ledger.events import ActorClass
from allmende.ledger.files import Ledger

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import numpy as np


@dataclass(frozen=True, slots=True)
class FirstResponse:
    """First message by another author in the same thread, over all threads. median is None without any
    response; it is that of the answered threads. share_within is of all threads, None without any."""

    threads: int
    unanswered: int
    median: timedelta | None
    share_within: float | None


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
    reading = Ledger(root).reading(workspace, elsewhere=limits.is_elsewhere)
    with reading as paths, connected(limits) as engine:
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


def finished_by(waited: Sequence[int], is_done: Sequence[bool]) -> list[tuple[int, float]]:
    """Kaplan-Meier: after each time at which a unit finished, the estimated share of units finished by then.

    waited: microseconds to the act, or to now for a unit still open; is_done: which of the two. Open units of
    the same time count as at risk.
    """
    moments, share = _curve(waited, is_done)
    return list(zip(moments.tolist(), share.tolist(), strict=True))


def times_by(waited: Sequence[int], is_done: Sequence[bool], *shares: float) -> list[timedelta | None]:
    """When each of these shares was done; None where so many are open that nobody can say. Arguments as of `finished_by`."""
    moments, share = _curve(waited, is_done)
    # A product of many fractions misses 0.5 by a rounding; a time must not depend on that.
    places = [int(share.searchsorted(wanted - 1e-9)) for wanted in shares]
    return [timedelta(microseconds=int(moments[place])) if place < len(moments) else None for place in places]


def _curve(waited: Sequence[int], is_done: Sequence[bool]) -> "tuple[np.ndarray, np.ndarray]":
    """Ascending times at which a unit finished, and the share finished by each."""
    import numpy as np

    times, done = np.asarray(waited, dtype=np.int64), np.asarray(is_done, dtype=bool)
    ended, still_open = np.sort(times[done]), np.sort(times[~done])
    begins = np.flatnonzero(np.diff(ended, prepend=-1))  # where in the order another time begins; none is below zero
    moments, finished = ended[begins], np.diff(begins, append=len(ended))
    at_risk = len(ended) - begins + len(still_open) - still_open.searchsorted(moments)
    return moments, 1 - np.cumprod(1 - finished / at_risk)
