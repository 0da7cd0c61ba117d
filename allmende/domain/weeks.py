"""Weeks as people here count them: from Monday to Sunday; and how far apart periods begin."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby

MONTHS_OF = {"month": 1, "quarter": 3}


def monday_of(day: date) -> date:
    """The Monday of the week `day` lies in; a Monday is its own."""
    return day - timedelta(days=day.weekday())


def places_of(starts: Sequence[date], kind: str) -> list[int]:
    """How many periods (weeks, unless `kind` is month or quarter) after the first of these ascending days each begins."""
    months = MONTHS_OF.get(kind)
    if months is None:
        return [(start - starts[0]).days // 7 for start in starts]
    counted = [12 * start.year + start.month for start in starts]
    return [(one - counted[0]) // months for one in counted]


def runs_of(places: Sequence[int]) -> list[list[int]]:
    """The indices of these ascending places, those together that follow one another without a gap."""
    indexed = enumerate(places)
    return [[index for index, _ in run] for _, run in groupby(indexed, key=lambda one: one[1] - one[0])]
