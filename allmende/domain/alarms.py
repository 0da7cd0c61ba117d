"""Is this volume unusual for this hour of the week? Signs of a crisis; they propose, a person declares (domain 3.10).

Counted are the messages of others within twenty minutes, of one author two at most: a quarrel of two is no wave. What is
usual then comes from the same time of the week in the weeks before, and from how lively the last three hours were. How far
a count may lie above it, its natural limit, is learnt from the past itself: a community that is restless by nature gets a
wider one. Distances are taken between square roots, on which small and large counts vary alike, and divided by how much
they vary here. Further signs (newcomers, negative words, a second channel) add to a distance as the sides of a right angle
add up to the long one: where they speak, less volume is enough.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from math import hypot, log, sqrt
from statistics import mean, median
from typing import Any

STEP_MINUTES, WINDOW_MINUTES, HEARD_MINUTES = 5, 20, 200
STEPS_A_DAY = 288
STEPS_A_WEEK = 7 * STEPS_A_DAY
HOLIDAY = 6  # is a Sunday
LEAST_DAYS, MOST_DAYS = 2, 84
# A channel with a shorter past knows no single days of the week yet, only working days and weekends, and with one that is
# shorter still only times of the day.
SETTLED_DAYS, YOUNG_DAYS = 28, 14
WEEKEND = 5
MOST_OF_ONE = 2
FEWEST_MESSAGES, FEWEST_AUTHORS = 8, 5
# Whatever chance allows: less than three times the usual is no wave.
TIMES_USUAL = 3.0
LEAST_VOLUME = 2.2
# Where newcomers and negative words speak so clearly, this little is enough: in a lively hour, or in a community that grows, a
# wave may be five times what was usual for long and hardly three times what is usual now.
CLEAR_SIGNS, TIMES_WITH_SIGNS, VOLUME_WITH_SIGNS = 3.0, 2.0, 1.5
# The limit where there is no past, and the span in which one that was learnt may lie.
USUAL_LIMIT, LOWEST_LIMIT, HIGHEST_LIMIT = 4.5, 3.7, 5.1

_WINDOW = WINDOW_MINUTES // STEP_MINUTES
_BEFORE = (HEARD_MINUTES - WINDOW_MINUTES) // WINDOW_MINUTES
# How lively it was: an hour earlier weighs half. So many messages weigh as much as all that was learnt.
_WEIGHTS = [0.5 ** (back / 3) for back in range(_BEFORE)]
_STEADINESS = 4.0
# The usual of a step is that of the half hours around it.
_AROUND = 6
# By chance alone a window lies above the limit once in twelve weeks.
_ONCE_IN_WINDOWS = 12 * 7 * 72
_TAIL, _FEWEST_HIGH, _WORTH = 0.01, 10, 5
_FEWEST_WINDOWS = 1_000
# What a further sign adds at most. Newcomers and bad moods come in clusters, so that their shares vary more than by chance.
_MOST_OF_SIGN, _OF_CHANNELS, _CLUSTERED, _SEEN = 3.5, 1.0, 1.2, 1.3


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a channel on the clock of the community: its weekday (0 = Monday) and what counted in each five minutes."""

    weekday: int
    counts: Sequence[int]


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What is usual: in twenty minutes of each channel at each step of the week; how far above it a count may lie (`limit`, in
    units of `steady` + `lively` * usual under the root); which share newcomers and negative words usually have."""

    usual: Mapping[Any, Sequence[float]]
    limit: float = USUAL_LIMIT
    steady: float = 1.0
    lively: float = 0.0
    new: float = 0.15
    negative: float = 0.15

    def at(self, step: int) -> float:
        """What is usual in all channels together."""
        return sum(own[step % STEPS_A_WEEK] for own in self.usual.values())

    def spread(self, usual: float) -> float:
        """By how much distances vary here."""
        return sqrt(self.steady + self.lively * usual)


@dataclass(frozen=True, slots=True)
class Heard:
    """A message: its minute on any clock, who wrote it, where, and what is known of it."""

    minute: float
    author: Hashable
    channel: Hashable
    is_new_author: bool = False
    is_negative: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """More than usual: how many messages by how many in which channels, what is usual, up to where it would be natural, and
    the signs (volume, negative, channels, newcomers)."""

    messages: int
    authors: int
    channels: tuple[Hashable, ...]
    usual: float
    natural: float
    signs: tuple[str, ...] = field(default=())

    @property
    def level(self) -> int:
        """What it proposes on the scale: 2; 3 if it is negative or reaches a second channel; 4 if both."""
        return 2 + ("negative" in self.signs) + ("channels" in self.signs)


def counts_of(heard: Iterable[tuple[float, Hashable]]) -> list[float]:
    """The minutes of those messages that count, in order of time: of one author two within twenty minutes at most."""
    own: dict[Hashable, deque[float]] = defaultdict(deque)
    kept = []
    for minute, author in heard:
        mine = own[author]
        while mine and mine[0] <= minute - WINDOW_MINUTES:
            mine.popleft()
        if len(mine) < MOST_OF_ONE:
            mine.append(minute)
            kept.append(minute)
    return kept


def learn_rhythm(channels: Mapping[Any, Sequence[Day]], new: float = 0.15, negative: float = 0.15) -> Rhythm:
    """From the past of each channel: its days in order, the last of all the same. A channel that opened two days ago is not
    known yet; it is watched by eye."""
    usual = {channel: _usual_of(days) for channel, days in channels.items() if len(days) >= LEAST_DAYS}
    settled = [days for days in channels.values() if len(days) >= SETTLED_DAYS]
    past = list(_past(_together(settled))) if settled else []
    if len(past) < _FEWEST_WINDOWS:
        return Rhythm(usual, new=new, negative=negative)
    steady, lively = _variation(past)
    limit = min(max(_natural_limit(past, steady, lively), LOWEST_LIMIT), HIGHEST_LIMIT)
    return Rhythm(usual, limit, steady, lively, new, negative)


def find_wave(rhythm: Rhythm, heard: Sequence[Heard], step: int, now: float) -> Finding | None:
    """Is what was heard until the minute `now`, at this step of the week, above its natural limit? `heard`: the messages of
    the last three hours and twenty minutes, in order of time."""
    known = [one for one in heard if one.channel in rhythm.usual]
    window = [one for one in known if now - WINDOW_MINUTES < one.minute <= now]
    authors = {one.author for one in window}
    if len(window) < FEWEST_MESSAGES or len(authors) < FEWEST_AUTHORS:
        return None
    counted = counts_of((one.minute, one.author) for one in known)
    number, *lately = [_within(counted, now - WINDOW_MINUTES * back) for back in range(_BEFORE + 1)]
    expected = [rhythm.at(step - _WINDOW * (1 + back)) for back in range(_BEFORE)]
    usual = _usual_now(rhythm.at(step), lately, expected)
    volume = _distance(number, usual) / rhythm.spread(usual)
    further = _further_signs(rhythm, window, step)
    is_clear = hypot(further["negative"], further["newcomers"]) >= CLEAR_SIGNS
    times, least = (TIMES_WITH_SIGNS, VOLUME_WITH_SIGNS) if is_clear else (TIMES_USUAL, LEAST_VOLUME)
    is_much = number >= max(FEWEST_MESSAGES, times * usual) and volume >= least
    if not is_much or hypot(volume, *further.values()) <= rhythm.limit:
        return None
    natural = (rhythm.limit * rhythm.spread(usual) / 2 + sqrt(usual + 0.5)) ** 2 - 0.5
    places = [channel for channel, _ in Counter(one.channel for one in window).most_common()]
    signs = ("volume", *(name for name, weight in further.items() if weight))
    return Finding(len(window), len(authors), tuple(places), round(usual, 1), round(natural, 1), signs)


def _within(minutes: Sequence[float], end: float) -> int:
    return sum(end - WINDOW_MINUTES < minute <= end for minute in minutes)


def _usual_now(usual: float, lately: Sequence[float], expected: Sequence[float]) -> float:
    """What the weeks before say, and more if the last hours were livelier than theirs. The latest come first."""
    heard = sum(weight * one for weight, one in zip(_WEIGHTS, lately, strict=True))
    due = sum(weight * one for weight, one in zip(_WEIGHTS, expected, strict=True))
    return usual * max(1.0, (_STEADINESS + heard) / (_STEADINESS + due))


def _distance(number: float, usual: float) -> float:
    return 2 * (sqrt(number + 0.5) - sqrt(usual + 0.5))


def _further_signs(rhythm: Rhythm, window: Sequence[Heard], step: int) -> dict[str, float]:
    """What each further sign adds to the distance; one that is faint adds nothing."""
    number = len(window)
    return {
        "negative": _above(sum(one.is_negative for one in window), number, rhythm.negative),
        "channels": _OF_CHANNELS * (_lively_channels(rhythm, window, step) > 1),
        "newcomers": _above(sum(one.is_new_author for one in window), number, rhythm.new),
    }


def _above(k: int, n: int, usual: float) -> float:
    """By how many standard deviations so many lie above their usual share."""
    share = min(max(usual, 0.05), 0.95)
    above = (k - n * share) / (_CLUSTERED * sqrt(n * share * (1 - share)))
    return min(above, _MOST_OF_SIGN) if above >= _SEEN else 0.0


def _lively_channels(rhythm: Rhythm, window: Sequence[Heard], step: int) -> int:
    """In how many channels more goes on than usual, even if in none of them much more."""
    numbers = Counter(one.channel for one in window)
    return sum(n >= 3 and _distance(n, rhythm.usual[place][step % STEPS_A_WEEK]) > 2 for place, n in numbers.items())


def _usual_of(days: Sequence[Day]) -> list[float]:
    """What is usual in twenty minutes of a channel at each step of the week."""
    smooth = _smoothed(days)
    usual: list[float] = []
    for weekday in range(7):
        rows = [row for day, row in zip(days, smooth, strict=True) if _is_like(day.weekday, weekday, len(days))]
        usual += [_middle(values) for values in zip(*rows, strict=True)] if rows else [0.0] * STEPS_A_DAY
    return usual


def _is_like(one: int, other: int, days: int) -> bool:
    """Do two days of the week tell of each other, for a channel with so long a past? A holiday is a Sunday."""
    if days >= SETTLED_DAYS:
        return one == other
    return days < YOUNG_DAYS or (one < WEEKEND) == (other < WEEKEND)


def _middle(values: Sequence[float]) -> float:
    """The mean without the highest, where there are enough: a wave of the past is not usual."""
    return mean(values) if len(values) < 5 else (sum(values) - max(values)) / (len(values) - 1)


def _smoothed(days: Sequence[Day]) -> list[list[float]]:
    """For each day and step what twenty minutes hold on average in the hour and twenty around the window that ends there."""
    sums = [0, *accumulate(count for day in days for count in day.counts)]
    last = len(sums) - 1
    rows = []
    for first in range(0, last, STEPS_A_DAY):
        ends = [
            (max(end - _WINDOW - _AROUND, 0), min(end + _AROUND, last))
            for end in range(first + 1, first + STEPS_A_DAY + 1)
        ]
        rows.append([(sums[high] - sums[low]) * _WINDOW / (high - low) for low, high in ends])
    return rows


def _together(channels: Sequence[Sequence[Day]]) -> list[Day]:
    """All channels as one, for as long as the youngest of them exists."""
    length = min(len(days) for days in channels)
    rows = zip(*(days[-length:] for days in channels), strict=True)
    return [
        Day(row[0].weekday, [sum(parts) for parts in zip(*(day.counts for day in row), strict=True)]) for row in rows
    ]


def _past(days: Sequence[Day]) -> Iterable[tuple[float, float, int]]:
    """Of each twenty minutes of the past: distance from what the other weeks and the hours before let expect, that, and the
    number itself."""
    smooth = _smoothed(days)
    usual: list[float] = []
    for place, day in enumerate(days):
        others = [row for at, row in enumerate(smooth) if days[at].weekday == day.weekday and at != place] or [
            smooth[place]
        ]
        usual += [_middle([row[step] for row in others]) for step in range(_WINDOW - 1, STEPS_A_DAY, _WINDOW)]
    numbers = [sum(day.counts[at : at + _WINDOW]) for day in days for at in range(0, STEPS_A_DAY, _WINDOW)]
    for at in range(_BEFORE, len(numbers)):
        now = _usual_now(usual[at], numbers[at - _BEFORE : at][::-1], usual[at - _BEFORE : at][::-1])
        yield _distance(numbers[at], now), now, numbers[at]


def _variation(past: Sequence[tuple[float, float, int]]) -> tuple[float, float]:
    """How the square of a distance grows with what is usual: a line through four equal parts, without their highest fiftieth."""
    rows = sorted(((usual, distance**2) for distance, usual, _ in past if usual > 0.3), key=lambda one: one[0])
    size = len(rows) // 4
    if size < _FEWEST_HIGH:
        return 1.0, 0.0
    parts = [rows[part * size : (part + 1) * size] for part in range(4)]
    lows = [mean(usual for usual, _ in part) for part in parts]
    squares = [mean(sorted(square for _, square in part)[: size - size // 50]) for part in parts]
    middle, height = mean(lows), mean(squares)
    wide = sum((low - middle) ** 2 for low in lows)
    rises = sum((low - middle) * (square - height) for low, square in zip(lows, squares, strict=True))
    lively = max(0.0, rises / wide) if wide else 0.0
    return max(0.6, height - lively * middle), lively


def _natural_limit(past: Sequence[tuple[float, float, int]], steady: float, lively: float) -> float:
    """The highest hundredth of the past, continued as it falls, to where a window comes by chance once in twelve weeks."""
    high = sorted((far / sqrt(steady + lively * usual) for far, usual, k in past if k >= _WORTH), reverse=True)
    tail = min(int(len(past) * _TAIL), len(high) - 1)
    if tail < _FEWEST_HIGH:  # so many never come at once
        return LOWEST_LIMIT
    fall = median(one - high[tail] for one in high[:tail]) / log(2)
    return high[tail] + fall * log(tail / len(past) * _ONCE_IN_WINDOWS)
