"""Who waits since when: a fold over all turns of a conversation, in whatever order they arrived (I-13,
S4-20, S4-21).

Two clocks (domain 0.1b): `first_answer` is stopped by anyone but the one who waits, `our_response` only by
us. The
rule says which of them carries the promise; bots neither start nor stop a clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from allmende.domain.service_hours import Hours, add_service_time, instant, service_time_between

AuthorClass = Literal["member", "staff", "expert", "partner", "bot", "unknown"]
ClockName = Literal["first_answer", "our_response"]

# Experts answer by agreement with us, so their word is ours.
OURS: frozenset[AuthorClass] = frozenset({"staff", "expert"})


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation. `order` is the source's own order and decides between equal times.

    `author_key` names a person within the conversation; None when nobody knows who spoke. Deleted turns
    are left out by
    the caller.
    """

    id: int | str
    at: datetime
    author_key: int | str | None
    author_class: AuthorClass
    order: int = 0

    @property
    def is_ours(self) -> bool:
        """Spoken for us: staff or an expert."""
        return self.author_class in OURS

    @property
    def is_inbound(self) -> bool:
        """Spoken by somebody we care for: neither ours nor a bot's."""
        return not self.is_ours and self.author_class != "bot"


@dataclass(frozen=True, slots=True)
class ResponseRule:
    """What was promised. `target` None: no reply is needed, nobody waits.

    `target` and `member_first` are service time when `counts_service_hours`, else time on the wall. `next_target` holds
    once we have answered, None: the same. `outside`: time on the wall for what arrives while nobody is here, None: the clock
    stands still until somebody is. `resolution`: until the matter is closed, None: nothing was promised.
    """

    target: timedelta | None
    member_first: timedelta = timedelta(0)
    counts_service_hours: bool = True
    satisfied_by: Literal["anyone", "staff"] = "staff"
    next_target: timedelta | None = None
    outside: timedelta | None = None
    resolution: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """One wait: who waits since when, until when we promised, and which turn ended it.

    Without `ended_at` it is still going on; `ended_by` is None when a person closed the conversation.
    `service_time`
    is that between start and end. `due_at` is None on the clock that carries no promise.
    """

    clock: ClockName
    started_at: datetime
    started_by: int | str
    waiting_key: int | str | None
    due_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: int | str | None = None
    is_ended_by_us: bool = False
    service_time: timedelta | None = None

    @property
    def is_breached(self) -> bool:
        """Ended, but later than promised."""
        return self.due_at is not None and self.ended_at is not None and self.ended_at > self.due_at

    def is_overdue(self, now: datetime) -> bool:
        """Still going on, and the promised time has passed."""
        return self.ended_at is None and self.due_at is not None and now > self.due_at


@dataclass(frozen=True, slots=True)
class Clock:
    """The conversation's clocks. The first four fields describe the promised wait that is still going on.

    `answered_by` and `answered_at` tell the first human answer by another person (I-13). `waits` is the
    whole history
    of both clocks in order of their start. `resolve_by`: until when we promised that the matter is closed, None once it is;
    `matter_since`: when that clock began, None where none runs.
    """

    waiting_since: datetime | None
    due_at: datetime | None
    members_until: datetime | None
    waiting_key: int | str | None
    answered_by: int | str | None
    answered_at: datetime | None
    waits: tuple[Wait, ...]
    resolve_by: datetime | None = None
    matter_since: datetime | None = None


def fold(turns: Iterable[Turn], rule: ResponseRule, hours: Hours, closings: Sequence[datetime] = ()) -> Clock:
    """Read all turns anew and return the clocks; equal turns in any order give equal clocks.

    `closings` are the times at which a person closed the conversation: they end a promised wait without an
    answer. A
    rule in service time with hours that never open is counted on the wall. Raises ValueError for times
    without a zone.
    """
    in_utc = (replace(turn, at=instant(turn.at)) for turn in turns)
    by_time = sorted(in_utc, key=lambda turn: (turn.at, turn.order, str(turn.id)))
    is_anyone = rule.satisfied_by == "anyone"
    closed = sorted(instant(at) for at in closings)
    # Closing keeps a promise from running on, but it is no answer: the unpromised clock does not see it.
    answers = _waits(by_time, "first_answer", _is_answer, closed if is_anyone else ())
    ours = _waits(by_time, "our_response", _is_our_response, closed)
    first = answers[0] if answers else None
    promised = _with_promises(answers if is_anyone else ours, rule, hours)
    beside = [_as_ours(wait) for wait in answers if wait.is_ended_by_us] if is_anyone else answers[:1]
    if rule.target is None:
        promised, beside = [], answers[:1]
    waits = [_with_service_time(wait, hours) for wait in (*promised, *beside)]
    matter_since = _matter_since(by_time, closed, rule)
    going_on = next((wait for wait in promised if wait.ended_at is None), None)
    return Clock(
        waiting_since=going_on.started_at if going_on else None,
        due_at=going_on.due_at if going_on else None,
        members_until=_members_until(going_on, rule, hours),
        waiting_key=going_on.waiting_key if going_on else None,
        answered_by=first.ended_by if first else None,
        answered_at=first.ended_at if first and first.ended_by is not None else None,
        waits=tuple(sorted(waits, key=lambda wait: (wait.started_at, wait.clock))),
        resolve_by=_later(matter_since, rule.resolution, rule, hours) if matter_since else None,
        matter_since=matter_since,
    )


def _waits(
    turns: Sequence[Turn], clock: ClockName, ends: Callable[[Wait, Turn], bool], closings: Sequence[datetime]
) -> list[Wait]:
    """The history of one clock. Several turns in a row keep the earliest start; a turn that ends a wait
    starts none.
    """
    waits: list[Wait] = []
    for turn in turns:
        _close(waits, [at for at in closings if at < turn.at])
        open_wait = waits[-1] if waits and waits[-1].ended_at is None else None
        if open_wait is None and turn.is_inbound:
            waits.append(Wait(clock, turn.at, turn.id, turn.author_key))
        elif open_wait is not None and ends(open_wait, turn):
            waits[-1] = replace(open_wait, ended_at=turn.at, ended_by=turn.id, is_ended_by_us=turn.is_ours)
    _close(waits, closings)
    return waits


def _close(waits: list[Wait], closed: Sequence[datetime]) -> None:
    if not waits or waits[-1].ended_at is not None:
        return
    at = next((at for at in closed if at >= waits[-1].started_at), None)
    if at is not None:
        waits[-1] = replace(waits[-1], ended_at=at)


def _is_answer(wait: Wait, turn: Turn) -> bool:
    """A human reply by somebody else (I-13). A member nobody can name may be the one who waits, so does
    not count.
    """
    if turn.is_ours:
        return True
    is_other = turn.author_key is not None and turn.author_key != wait.waiting_key
    return turn.is_inbound and is_other


def _is_our_response(_: Wait, turn: Turn) -> bool:
    return turn.is_ours


def _with_promises(waits: Sequence[Wait], rule: ResponseRule, hours: Hours) -> list[Wait]:
    """The first answer has a promise of its own; a closing is no answer, so what comes after it waits for the first still."""
    found, is_answered = [], False
    for wait in waits:
        target = rule.next_target if is_answered and rule.next_target is not None else rule.target
        found.append(replace(wait, due_at=_due(wait.started_at, target, rule, hours)))
        is_answered = is_answered or wait.ended_by is not None
    return found


def _due(start: datetime, target: timedelta | None, rule: ResponseRule, hours: Hours) -> datetime | None:
    """What arrives while nobody is here may be promised sooner than the next hours of service allow."""
    due_at = _later(start, target, rule, hours)
    is_counted = rule.counts_service_hours and hours.is_ever_open
    if due_at is None or rule.outside is None or not is_counted or hours.is_open(start):
        return due_at
    return min(due_at, start + rule.outside)


def _matter_since(turns: Sequence[Turn], closings: Sequence[datetime], rule: ResponseRule) -> datetime | None:
    """The first word of the matter, if its end was promised: of all that was said, or of what came after it was closed last."""
    if rule.target is None or rule.resolution is None:
        return None
    return next((turn.at for turn in turns if turn.is_inbound and not any(at >= turn.at for at in closings)), None)


def _as_ours(wait: Wait) -> Wait:
    return replace(wait, clock="our_response", due_at=None)


def _members_until(wait: Wait | None, rule: ResponseRule, hours: Hours) -> datetime | None:
    if wait is None or not rule.member_first:
        return None
    until = _later(wait.started_at, rule.member_first, rule, hours)
    return min(until, wait.due_at) if until and wait.due_at else until


def _later(start: datetime, duration: timedelta | None, rule: ResponseRule, hours: Hours) -> datetime | None:
    if duration is None:
        return None
    if rule.counts_service_hours and hours.is_ever_open:
        return add_service_time(hours, start, duration)
    return start + duration


def _with_service_time(wait: Wait, hours: Hours) -> Wait:
    if wait.ended_at is None:
        return wait
    return replace(wait, service_time=service_time_between(hours, wait.started_at, wait.ended_at))
