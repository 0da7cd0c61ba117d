"""Generated communities whose waves are known: what was heard, minute by minute."""

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from allmende.domain.alarms import STEP_MINUTES, STEPS_A_DAY, Heard, counts_of

if TYPE_CHECKING:
    import numpy as np

    Random = np.random.Generator

MINUTES_A_DAY = 1_440
MINUTES_A_WEEK = 7 * MINUTES_A_DAY
FEWEST_IN_WAVE, TIMES_MEDIAN = 12, 5
WORK_WEEK, LEISURE_WEEK = (1.1, 1.1, 1.0, 1.0, 0.9, 0.25, 0.2), (0.9, 0.9, 0.95, 0.95, 1.1, 1.2, 1.2)


@dataclass
class Community:
    """`heard` in order of time from minute 0, a Monday; `opened`: the day each channel begins; `holidays`: numbers of days;
    `new`, `negative`: shares of newcomers and of negative words."""

    weeks: int
    heard: list[Heard]
    opened: list[int]
    holidays: set[int] = field(default_factory=set)
    new: float = 0.1
    negative: float = 0.1

    @cached_property
    def minutes(self) -> list[float]:
        """When each message was heard."""
        return [one.minute for one in self.heard]

    @cached_property
    def counts(self) -> list[list[int]]:
        """What counts in each five minutes of each channel."""
        rows = [[0] * (self.weeks * 7 * STEPS_A_DAY) for _ in self.opened]
        for channel, row in enumerate(rows):
            for minute in counts_of((one.minute, one.author) for one in self.heard if one.channel == channel):
                row[int(minute // STEP_MINUTES)] += 1
        return rows

    def between(self, begin: float, end: float) -> list[Heard]:
        """What was heard after `begin` and until `end`."""
        return self.heard[bisect_right(self.minutes, begin) : bisect_right(self.minutes, end)]


def calm(
    random: "Random", weeks: int, a_day: float, *, kind: str = "leisure", channels: int = 3, answers: float = 0.35,
    mood: float = 0.35, tail: float = 0.0, quarrels: float = 0.0, missing: float = 0.0, young: int = 0,
) -> Community:  # fmt: skip
    """A community without a wave. `answers`: how many each message draws; `mood`: how much hours differ; `tail`: lively
    threads a week, of a size without a mean; `quarrels`: two who write to each other, or one who floods, a week; `missing`:
    part of the days without a message; `young`: channels that opened in the last five weeks."""
    import numpy as np

    holidays = {int(one) for one in random.choice(weeks * 7, max(1, weeks // 4), replace=False)}
    rate = _rates(random, weeks, a_day * (1 - answers), kind, mood, holidays)
    minutes = _with_answers(random, np.repeat(np.arange(len(rate)), random.poisson(rate)), answers)
    minutes += [_lively_thread(random, minutes[0]) for _ in range(random.poisson(tail * weeks))]
    together = np.sort(np.concatenate(minutes))
    opened = [int(random.integers((weeks - 5) * 7, weeks * 7 - 7)) if one < young else 0 for one in range(channels)]
    community = Community(weeks, [], opened, holidays, random.uniform(0.03, 0.15), random.uniform(0.05, 0.2))
    heard = _said(random, community, together[together < weeks * MINUTES_A_WEEK], max(20, int(a_day * 3)))
    for number in range(random.poisson(quarrels * weeks)):
        heard += _quarrel(random, number, weeks)
    gone = set(random.choice(weeks * 7, int(weeks * 7 * missing), replace=False).tolist())
    kept = [one for one in heard if one.minute // MINUTES_A_DAY not in gone]
    kept = [one for one in kept if one.minute >= opened[int(str(one.channel))] * MINUTES_A_DAY]
    community.heard = sorted(kept, key=lambda one: one.minute)
    return community


def plant(random: "Random", calm: Community, begin: float, is_bare: bool = False) -> Community:
    """The same with a wave: in its first twenty minutes five times the hour's median and twelve messages, or up to a half more.
    A `bare` one has newcomers and negative words as always; else from a fifth to four fifths."""
    import numpy as np

    size, lasts = int(_least(calm, begin) * random.uniform(1, 1.5)), int(random.integers(20, 90))
    more = size * lasts // 20 - size
    minutes = [*np.sort(random.uniform(0, 20, size)), *np.sort(random.uniform(20, max(lasts, 21), more))]
    new, negative = (calm.new, calm.negative) if is_bare else random.uniform(0.2, 0.8, 2)
    there = [one for one, opened in enumerate(calm.opened) if begin >= (opened + 3) * MINUTES_A_DAY]
    places = random.choice(there, random.integers(1, len(there) + 1), replace=False)
    crowd = 3 * len(minutes)
    wave = [
        Heard(
            begin + float(minute), ("wave", int(random.integers(crowd))), int(random.choice(places)),
            bool(random.random() < new), bool(random.random() < negative),
        )
        for minute in minutes
    ]  # fmt: skip
    heard = sorted([*calm.heard, *wave], key=lambda one: one.minute)
    return Community(calm.weeks, heard, calm.opened, calm.holidays)


def _least(calm: Community, begin: float) -> int:
    """Five times the median of twenty minutes in this hour of the week, and twelve at least."""
    import numpy as np

    hour = begin // 60 * 60 % MINUTES_A_WEEK
    thirds = [week * MINUTES_A_WEEK + hour + third * 20 for week in range(calm.weeks) for third in range(3)]
    median = np.median([len(calm.between(low, low + 20)) for low in thirds])
    return max(FEWEST_IN_WAVE, int(np.ceil(TIMES_MEDIAN * median)))


def _rates(random: "Random", weeks: int, a_day: float, kind: str, spread: float, holidays: set[int]) -> "np.ndarray":
    """Messages to expect in each minute: day and week, good and bad days, and hours that are lively or not."""
    import numpy as np

    hours = np.arange(MINUTES_A_DAY) / 60
    if kind == "work":
        shape = np.exp(-(((hours - 11) / 3.2) ** 2)) + 0.7 * np.exp(-(((hours - 15.5) / 2.5) ** 2)) + 0.03
    else:
        shape = np.exp(-(((hours - 20) / 2.8) ** 2)) + 0.45 * np.exp(-(((hours - 12.5) / 3) ** 2)) + 0.05
    week = WORK_WEEK if kind == "work" else LEISURE_WEEK
    days = [week[6 if day in holidays else day % 7] * random.lognormal(-0.03, 0.25) for day in range(weeks * 7)]
    rate = np.outer(days, shape / shape.sum() * a_day).ravel()
    keep, steps = 0.9, len(rate) // 10
    noise, mood = random.normal(0, spread * (1 - keep**2) ** 0.5, steps), np.zeros(steps)
    for at in range(1, steps):
        mood[at] = keep * mood[at - 1] + noise[at]
    whole: np.ndarray = rate * np.repeat(np.exp(mood - spread**2 / 2), 10)
    return whole


def _with_answers(random: "Random", first: "np.ndarray", answers: float) -> list["np.ndarray"]:
    """Each message draws others, and they draw others."""
    import numpy as np

    minutes = [first + random.random(len(first))]
    while len(minutes[-1]):
        asked = np.repeat(minutes[-1], random.poisson(answers, len(minutes[-1])))
        minutes.append(asked + random.exponential(25, len(asked)))
    return minutes


def _lively_thread(random: "Random", minutes: "np.ndarray") -> "np.ndarray":
    import numpy as np

    size = min(int(random.pareto(1.3) * 6) + 6, 150)
    thread: np.ndarray = random.choice(minutes) + np.cumsum(random.exponential(random.uniform(1.5, 6), size))
    return thread


def _said(random: "Random", community: Community, minutes: "np.ndarray", regulars: int) -> list[Heard]:
    """Who said it where: few write most, and now and then somebody new does."""
    import numpy as np

    number = len(minutes)
    authors = (random.pareto(1.1, number) * 5).astype(int) % regulars
    is_new, is_negative = random.random(number) < community.new, random.random(number) < community.negative
    where = random.choice(len(community.opened), number, p=random.dirichlet(np.full(len(community.opened), 1.5)))
    rows = zip(minutes.tolist(), authors.tolist(), where.tolist(), is_new.tolist(), is_negative.tolist(), strict=True)
    return [
        Heard(minute, ("new", at) if new else author, place, new, negative)
        for at, (minute, author, place, new, negative) in enumerate(rows)
    ]


def _quarrel(random: "Random", number: int, weeks: int) -> list[Heard]:
    """Two who cannot stop, or one who floods: ten to sixty messages in 25 minutes."""
    begin, size = random.uniform(0, weeks * MINUTES_A_WEEK - 60), int(random.integers(10, 60))
    quarrelling = int(random.integers(1, 3))
    minutes = sorted(random.uniform(0, 25, size).tolist())
    return [Heard(begin + minute, ("quarrel", number, at % quarrelling), 0) for at, minute in enumerate(minutes)]
