"""A proposal who could fill which slots of a rota: everybody's hours fair, rest and skills kept (domain 3.12).

An integer programme, solved by HiGHS. It proposes; a person accepts. What nobody can fill without breaking a rule stays
open, rather than being filled by breaking it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from math import ceil
from zoneinfo import ZoneInfo

from allmende.domain.coverage import Gap, RestRules, Stretch

SECONDS = 4.0
HALF_HOUR = timedelta(minutes=30)
# What an open slot costs against an unfair hour, and a Sunday against an hour: filled first, then fair, then Sundays.
OPEN_COST, SUNDAY_COST = 1000.0, 2.0
STEP_HOURS, STEPS = 4, 4
SUNDAY = 6


@dataclass(frozen=True, slots=True)
class Slot:
    """Somebody is needed from then until then; `needs` are the skills it takes, `key` whose gap it is."""

    starts_at: datetime
    ends_at: datetime
    key: str = ""
    needs: frozenset[str] = frozenset()

    @property
    def hours(self) -> float:
        return (self.ends_at - self.starts_at) / timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody who could stand duty: their skills, each with the last day it holds, what they have already, when they cannot,
    how much a week at most."""

    key: str
    skills: Mapping[str, date] = field(default_factory=dict)
    has: tuple[Stretch, ...] = ()
    away: tuple[Stretch, ...] = ()
    most_hours: float = 40


@dataclass(frozen=True, slots=True)
class Proposal:
    """Who takes which slot, in the order of the slots; None: nobody can without breaking a rule."""

    takes: tuple[str | None, ...]

    @property
    def open(self) -> int:
        return sum(one is None for one in self.takes)


def slots_of(gap: Gap, longest_hours: float, key: str = "") -> list[Slot]:
    """A gap in equal parts of at most so many hours, at half hours, once for each person missing."""
    whole = gap.ends_at - gap.starts_at
    parts = max(1, ceil(whole / timedelta(hours=longest_hours)))
    edges = [gap.starts_at + round(whole / HALF_HOUR * n / parts) * HALF_HOUR for n in range(parts)] + [gap.ends_at]
    pairs = [(begin, end) for begin, end in pairwise(edges) if begin < end]
    return [Slot(begin, end, key) for begin, end in pairs for _seat in range(gap.missing)]


def can_take(worker: Worker, slot: Slot, zone: str, rules: RestRules) -> bool:
    """Has this worker the skills that day, and the time, with rest to what they have already?"""
    day = _day(slot.starts_at, zone)
    is_able = all(worker.skills.get(one, date.min) >= day for one in slot.needs)
    is_away = any(begin < slot.ends_at and end > slot.starts_at for begin, end in worker.away)
    clashes = any(_clash(slot.starts_at, slot.ends_at, begin, end, zone, rules) for begin, end in worker.has)
    return is_able and not is_away and not clashes


def propose(slots: Sequence[Slot], workers: Sequence[Worker], zone: str, rules: RestRules) -> Proposal:
    """As many slots filled as the rules let, hours as even as they can be, few Sundays; within seconds."""
    pairs = [
        (s, w)
        for s, slot in enumerate(slots)
        for w, worker in enumerate(workers)
        if can_take(worker, slot, zone, rules)
    ]
    if not pairs:
        return Proposal((None,) * len(slots))
    chosen = _solve(slots, workers, pairs, zone, rules)
    takes: list[str | None] = [None] * len(slots)
    for (s, w), is_taken in zip(pairs, chosen, strict=True):
        if is_taken:
            takes[s] = workers[w].key
    return Proposal(tuple(takes))


def _solve(
    slots: Sequence[Slot], workers: Sequence[Worker], pairs: Sequence[tuple[int, int]], zone: str, rules: RestRules
) -> list[bool]:
    """Columns: a pair each, then per person and step how many hours lie above it. Rows: `sum of columns <= high`."""
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array

    column = {pair: number for number, pair in enumerate(pairs)}
    takeable = [slots[s] for s in sorted({s for s, _w in pairs})]
    whole, steps = len(pairs), _steps(takeable, workers, {w for _s, w in pairs})
    above = len(workers) * len(steps)
    rows: list[tuple[dict[int, float], float]] = []
    for s in range(len(slots)):
        mine = [column[s, w] for w in range(len(workers)) if (s, w) in column]
        rows.append((dict.fromkeys(mine, 1.0), 1.0))
    for w, worker in enumerate(workers):
        theirs = [s for s in range(len(slots)) if (s, w) in column]
        rows += [
            (dict.fromkeys((column[s, w] for s in clique), 1.0), 1.0) for clique in _cliques(slots, theirs, zone, rules)
        ]
        for limit, span_of in ((worker.most_hours, _week), (float(rules.longest_hours), _day)):
            rows += [
                ({column[s, w]: slots[s].hours for s in found}, max(0.0, limit - had))
                for found, had in _together(slots, theirs, worker, zone, span_of)
            ]
        mine_now = {column[s, w]: slots[s].hours for s in theirs}
        rows += [
            ({**mine_now, whole + w * len(steps) + n: -1.0}, step - _had(worker))
            for n, step in enumerate(steps)
            if mine_now
        ]
    cells = [(number, at, value) for number, (row, _high) in enumerate(rows) for at, value in row.items()]
    matrix = csr_array(
        ([value for *_at, value in cells], ([row for row, *_more in cells], [at for _row, at, _value in cells])),
        shape=(len(rows), whole + above),
    )
    price = [-OPEN_COST + SUNDAY_COST * (_local(slots[s].starts_at, zone).weekday() == SUNDAY) for s, _w in pairs]
    found = milp(
        np.array([*price, *([1.0] * above)]),
        constraints=LinearConstraint(matrix, -np.inf, np.array([high for _row, high in rows])),
        integrality=np.array([1] * whole + [0] * above),
        bounds=Bounds(np.zeros(whole + above), np.array([1.0] * whole + [np.inf] * above)),
        options={"time_limit": SECONDS, "mip_rel_gap": 1e-4},
    )
    return [False] * whole if found.x is None else [value > 0.5 for value in found.x[:whole]]


def _steps(slots: Sequence[Slot], workers: Sequence[Worker], able: set[int]) -> list[float]:
    """From how many hours on more of them are unfair, and more unfair with each step: from what everybody would have if all of
    it could be shared out evenly. Whoever has more than that already makes the others' shares no less even."""
    left, counted = sum(slot.hours for slot in slots), sorted(_had(workers[w]) for w in able)
    while len(counted) > 1 and counted[-1] >= (left + sum(counted)) / len(counted):
        counted.pop()
    share = (left + sum(counted)) / len(counted)
    return [share + n * STEP_HOURS for n in range(STEPS)]


def _had(worker: Worker) -> float:
    return sum((end - begin) / timedelta(hours=1) for begin, end in worker.has)


def _cliques(slots: Sequence[Slot], theirs: Sequence[int], zone: str, rules: RestRules) -> list[list[int]]:
    """Groups of slots of which one person can take only one: each with all later ones too close to it, two by two."""
    found: list[list[int]] = []
    ordered = sorted(theirs, key=lambda s: (slots[s].starts_at, slots[s].ends_at))
    for place, first in enumerate(ordered):
        for other in ordered[place + 1 :]:
            one, two = slots[first], slots[other]
            if two.starts_at - one.ends_at >= timedelta(hours=24):
                break
            if _clash(one.starts_at, one.ends_at, two.starts_at, two.ends_at, zone, rules):
                found.append([first, other])
    return found


def _together(
    slots: Sequence[Slot], theirs: Iterable[int], worker: Worker, zone: str, span_of: Callable[[datetime, str], object]
) -> list[tuple[list[int], float]]:
    """The slots of each week, or day, with the hours the worker has in it already."""
    found: dict[object, list[int]] = {}
    for s in theirs:
        found.setdefault(span_of(slots[s].starts_at, zone), []).append(s)
    had: dict[object, float] = {}
    for begin, end in worker.has:
        span = span_of(begin, zone)
        had[span] = had.get(span, 0) + (end - begin) / timedelta(hours=1)
    return [(mine, had.get(span, 0)) for span, mine in found.items()]


def _clash(begin: datetime, end: datetime, other: datetime, until: datetime, zone: str, rules: RestRules) -> bool:
    """Do two duties of one person overlap, or leave too little rest between two days?"""
    if begin < until and end > other:
        return True
    first_end, second_begin = (end, other) if end <= other else (until, begin)
    is_split_day = _day(begin, zone) == _day(other, zone)
    return not is_split_day and second_begin - first_end < timedelta(hours=rules.rest_hours)


def _week(at: datetime, zone: str) -> tuple[int, int]:
    year, week, _day = _local(at, zone).isocalendar()
    return year, week


def _day(at: datetime, zone: str) -> date:
    return _local(at, zone).date()


def _local(at: datetime, zone: str) -> datetime:
    return at.astimezone(ZoneInfo(zone))
