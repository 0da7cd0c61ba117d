"""Where a channel fell silent although it was busy before and after: data are missing there, not people (domain 4.4-1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

# Holidays and works closures are shorter.
SHORTEST = timedelta(days=21)
LOOK_AROUND = timedelta(days=28)
# So much would have been said at the pace before and after; e^-30 that nobody said anything.
FEWEST_EXPECTED = 30


@dataclass(frozen=True, slots=True)
class Silence:
    """Days on which nothing is known: the first one, and the first on which something is again."""

    start: date
    end: date


def silences(said: Mapping[date, int]) -> tuple[Silence, ...]:
    """The silences of one channel, ascending. `said`: how much on each day on which anything was.

    Only between days with words: before the first and after the last nobody can tell whether anybody was there.
    """
    days = sorted(day for day, count in said.items() if count)
    return tuple(
        Silence(last + timedelta(days=1), next_day)
        for last, next_day in pairwise(days)
        if next_day - last > SHORTEST and _is_strange(said, days, last, next_day)
    )


def _is_strange(said: Mapping[date, int], days: Sequence[date], last: date, next_day: date) -> bool:
    before = sum(said[day] for day in days if last - LOOK_AROUND < day <= last)
    after = sum(said[day] for day in days if next_day <= day < next_day + LOOK_AROUND)
    quiet = (next_day - last).days - 1
    return min(before, after) / LOOK_AROUND.days * quiet >= FEWEST_EXPECTED
