"""When did a channel's own posts bring more people to act than usual? A proposal, or "cannot tell" (domain 3.11, 4.4).

Each post counts once: it did better than usual if more people acted upon it than upon the middle post of the same season
of that channel. So neither a single post that ran far nor a channel that grew makes a time of day look good. A time is
compared with all others by the Newcombe interval; where many times are compared, each interval is wider (Bonferroni), so
that one channel in twenty at most gets a proposal where there is nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from allmende.domain.verdict import Interval, newcombe

# As in the verdict procedure (domain 4.4-2): fewer posts at that time, or at all others, say nothing.
LEAST_POSTS = 30
LEAST_EXPECTED = 5
WRONG_ONCE_IN = 0.05
# A season with fewer posts has no middle of its own.
LEAST_IN_SEASON = 10
MOST_PROPOSED = 3


@dataclass(frozen=True, slots=True)
class Said:
    """A post: when it appeared on the channel's clock (0 = Monday), in which season, how many people acted upon it."""

    weekday: int
    hour: int
    season: Hashable
    people: int


@dataclass(frozen=True, slots=True)
class Tried:
    """One time against all others: better than usual were `k` of its `n` posts and `other_k` of `other_n`.

    Without `weekday` it is an hour of every day, without `hour` a whole weekday. `difference` has the corrected interval.
    """

    weekday: int | None
    hour: int | None
    k: int
    n: int
    other_k: int
    other_n: int
    difference: Interval

    @property
    def is_better(self) -> bool:
        """Does the interval lie above nothing?"""
        return self.difference.low > 0


@dataclass(frozen=True, slots=True)
class GoodTimes:
    """What `posts` posts say. `reason_code` says why nothing is proposed: too_few, no_difference."""

    posts: int
    tried: tuple[Tried, ...]
    proposed: tuple[Tried, ...]
    reason_code: str = ""


def good_times(posts: Sequence[Said]) -> GoodTimes:
    """The times at which posts did better than usual, the surest first; at most three."""
    better = _better_than_usual(posts)
    groups = _groups(posts)
    total_k, total = sum(better), len(posts)
    counted = [(time, sum(better[one] for one in places), len(places)) for time, places in groups.items()]
    worth = [one for one in counted if _says_something(one[2], total, total_k)]
    if not worth:
        return GoodTimes(total, (), (), "too_few")
    confidence = 1 - WRONG_ONCE_IN / len(worth)
    tried = tuple(
        Tried(weekday, hour, k, n, total_k - k, total - n, newcombe(k, n, total_k - k, total - n, confidence))
        for (weekday, hour), k, n in worth
    )
    proposed = _surest(tried)
    return GoodTimes(total, tried, proposed, "" if proposed else "no_difference")


def _better_than_usual(posts: Sequence[Said]) -> list[bool]:
    seasons: dict[Hashable, list[int]] = {}
    for one in posts:
        seasons.setdefault(one.season, []).append(one.people)
    whole = median([one.people for one in posts]) if posts else 0
    usual: Mapping[Hashable, float] = {
        season: median(people) if len(people) >= LEAST_IN_SEASON else whole for season, people in seasons.items()
    }
    return [one.people > usual[one.season] for one in posts]


def _groups(posts: Sequence[Said]) -> dict[tuple[int | None, int | None], list[int]]:
    """The places of the posts by weekday with hour, by weekday, by hour. One that holds the same posts as a finer one is
    left out."""
    groups: dict[tuple[int | None, int | None], list[int]] = {}
    for place, one in enumerate(posts):
        for time in ((one.weekday, one.hour), (one.weekday, None), (None, one.hour)):
            groups.setdefault(time, []).append(place)
    cells = Counter({time: len(places) for time, places in groups.items() if None not in time})
    fine = {tuple(groups[time]) for time in cells}
    return {time: places for time, places in groups.items() if time in cells or tuple(places) not in fine}


def _says_something(n: int, total: int, total_k: int) -> bool:
    share = total_k / total
    fewest = min(n, total - n)
    return fewest >= LEAST_POSTS and min(share, 1 - share) * fewest >= LEAST_EXPECTED


def _surest(tried: Iterable[Tried]) -> tuple[Tried, ...]:
    """The best first. What lies in a time that is told already, or holds one, is not told again."""
    chosen: list[Tried] = []
    for one in sorted((one for one in tried if one.is_better), key=lambda one: -one.difference.low):
        if not any(_lies_in(one, other) or _lies_in(other, one) for other in chosen):
            chosen.append(one)
    return tuple(chosen[:MOST_PROPOSED])


def _lies_in(one: Tried, other: Tried) -> bool:
    return other.weekday in (None, one.weekday) and other.hour in (None, one.hour)
