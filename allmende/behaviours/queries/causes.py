"""What else may have changed a figure: who is counted, the season, a start right after a bad month (`domain.md` 4.4, step 7)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from allmende.behaviours import states
from allmende.domain import verdict as domain
from allmende.ledger.measure import member_months
from allmende.ledger.segments import SegmentRow

MONTH, YEAR = timedelta(weeks=4), timedelta(weeks=52)
MONTHS_LOOKED_AT = 13


class WeekCount(NamedTuple):
    """k of n complete units of one closed week."""

    start: datetime
    k: int
    n: int


class PeriodValue(NamedTuple):
    """What a closed period said of how often or how long, in the unit of its form."""

    start: datetime
    end: datetime
    value: float


@dataclass(frozen=True, slots=True)
class Part:
    """A segment on both sides of the cut, counted in the definition's form, with how many people stand behind its smaller side."""

    dimension: str
    segment: str
    now: domain.Counts
    before: domain.Counts
    people: int

    @property
    def fewest(self) -> int:
        """How many people the figure could be about: of a wait also those who ended it, for it says how fast they are (4.6)."""
        waits = [one for one in (self.now, self.before) if isinstance(one, domain.Durations)]
        return min([self.people, *(len(one.held) for one in waits if one.held)])


def parts_of(rows: Iterable[SegmentRow], before_start: datetime, cut: datetime) -> list[Part]:
    """Each segment now against before; one that is missing on a side counts nothing there."""
    sides = {
        (one.period_start == cut, one.dimension, one.segment): one
        for one in rows
        if one.period_start in (before_start, cut)
    }
    names = sorted({(dimension, segment) for _, dimension, segment in sides})
    return [_part(dimension, segment, sides.get((True, dimension, segment)), sides.get((False, dimension, segment)))
            for dimension, segment in names]  # fmt: skip


def mixes_of(parts: Sequence[Part], confidence: float, spread: tuple[float, float], seed: int = 0) -> list[domain.Mix]:
    """The difference in the mix before, for each dimension in which there is a mix. `spread`: of shares the design effects,
    of rates how much people scatter."""
    found = [
        _mix([one for one in parts if one.dimension == dimension], confidence, spread, seed)
        for dimension in states.DIMENSIONS
    ]
    return [mix for mix in found if mix]


def _mix(parts: Sequence[Part], confidence: float, spread: tuple[float, float], seed: int) -> domain.Mix | None:
    rates, waits, shares = [], [], []
    for one in parts:
        if isinstance(one.now, domain.Rate) and isinstance(one.before, domain.Rate):
            rates.append((one.now, one.before))
        elif isinstance(one.now, domain.Durations) and isinstance(one.before, domain.Durations):
            waits.append((one.now, one.before))
        elif isinstance(one.now, domain.Share) and isinstance(one.before, domain.Share):
            shares.append(domain.Segment(one.segment, one.now, one.before))
    if rates:
        return domain.reweighted_rates(rates, confidence, max(spread))
    if waits:
        return domain.reweighted_durations(waits, seed=seed, confidence=confidence)
    return domain.reweighted(shares, confidence, spread) if shares else None


def shown_parts(parts: Sequence[Part], floor: int) -> list[Part]:
    """The parts that may be shown: what fewer people than the floor stand behind is put together (4.6).

    If what was put together is still too small, the smallest other part joins it: else it could be told by subtraction.
    """
    shown: list[Part] = []
    for dimension in states.DIMENSIONS:
        of_one = sorted((one for one in parts if one.dimension == dimension), key=lambda one: one.fewest)
        shown += _put_together(of_one, floor)
    return [one for one in shown if one.fewest >= floor]


def pause_before(weeks: Sequence[WeekCount], cut: datetime) -> datetime | None:
    """The beginning of the last month before the cut, where it was out of the ordinary: maybe it began because of that."""
    months = [_sum(weeks, cut - MONTH * (back + 1), cut - MONTH * back) for back in range(MONTHS_LOOKED_AT)]
    counted = [month for month in reversed(months) if month.n]
    return cut - MONTH if months[0].n and domain.is_started_after_bad_month(counted) else None


def pause_before_values(values: Sequence[PeriodValue], cut: datetime, better: domain.Better) -> datetime | None:
    """The same of rates and durations: the beginning of the last whole period before the cut, where that was out of the ordinary.

    None where nothing was told of that period: one long past did not make anybody begin.
    """
    before = [one for one in values if one.end <= cut]
    # Months are of 28 to 31 days, and a clock may be changed meanwhile.
    if not before or cut - before[-1].end > 1.2 * (before[-1].end - before[-1].start):
        return None
    is_bad = domain.is_started_after_bad_period([one.value for one in before[-MONTHS_LOOKED_AT:]], better)
    return before[-1].start if is_bad else None


def same_weeks_last_year(weeks: Sequence[WeekCount], start: datetime, end: datetime) -> domain.Share:
    """What was counted in the same weeks a year before."""
    return _sum(weeks, start - YEAR, end - YEAR)


def a_year_before(moment: datetime, is_calendar: bool) -> datetime:
    """The same day of the week 52 weeks earlier; of what is counted in calendar periods the same day of the year before."""
    if not is_calendar:
        return moment - YEAR
    is_leap_day = (moment.month, moment.day) == (2, 29)
    return moment.replace(year=moment.year - 1, day=28 if is_leap_day else moment.day)


def _sum(weeks: Sequence[WeekCount], start: datetime, end: datetime) -> domain.Share:
    # Weeks begin on Mondays, a start may lie within one: a week belongs where its middle lies.
    within = [week for week in weeks if start <= week.start + timedelta(days=3, hours=12) < end]
    return domain.Share(sum(week.k for week in within), sum(week.n for week in within))


def _part(dimension: str, segment: str, now: SegmentRow | None, before: SegmentRow | None) -> Part:
    people = min((side.people for side in (now, before) if side), default=0)
    counted = _counter_like(now or before)
    return Part(dimension, segment, counted(now), counted(before), people)


def _counter_like(row: SegmentRow | None) -> Callable[[SegmentRow | None], domain.Counts]:
    """How rows of this form are counted: shares, rates, or durations."""
    if row and row.waits is not None:
        return _waited
    return _rate if row and row.exposure_seconds is not None else _share


def _share(row: SegmentRow | None) -> domain.Share:
    return domain.Share(row.successes, row.complete) if row else domain.Share(0, 0)


def _rate(row: SegmentRow | None) -> domain.Rate:
    exposure = member_months(row.exposure_seconds) if row and row.exposure_seconds else 0.0
    return domain.Rate(row.times, exposure) if row and exposure else domain.Rate(0, 0.0)


def _waited(row: SegmentRow | None) -> domain.Durations:
    waits = row.waits if row else None
    return domain.Durations(waits.ended, waits.open_since, waits.ended_by) if waits else domain.Durations(())


def _put_together(parts: Sequence[Part], floor: int) -> list[Part]:
    """`parts` ascending by the people they could be about."""
    small = [one for one in parts if one.fewest < floor]
    if not small:
        return list(parts)
    rest = [one for one in parts if one.fewest >= floor]
    while rest and _together(small).fewest < floor:
        small.append(rest.pop(0))
    return [*rest, _together(small)]


def _together(parts: Sequence[Part]) -> Part:
    now, before = (_pooled(sides) for sides in ([one.now for one in parts], [one.before for one in parts]))
    return Part(parts[0].dimension, states.OTHERS, now, before, sum(one.people for one in parts))


def _pooled(sides: Sequence[domain.Counts]) -> domain.Counts:
    rates = [one for one in sides if isinstance(one, domain.Rate)]
    if rates:
        return domain.pooled_rate(rates)
    waits = [one for one in sides if isinstance(one, domain.Durations)]
    if waits:
        return domain.pooled_durations(waits)
    shares = [one for one in sides if isinstance(one, domain.Share)]
    return domain.Share(sum(one.k for one in shares), sum(one.n for one in shares))
