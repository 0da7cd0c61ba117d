"""Are waves found, and is calm left alone? Generated communities whose waves are known, watched every five minutes.

Each has eight weeks of past and four that are watched, at the pace of the product: what is usual is learnt once a day.
`found`: of planted waves, so many are seen within twenty minutes. `bare`: the same where newcomers and negative words are
no more than usual, so that volume alone speaks. `false`: alarms in four weeks without a wave, on average. The numbers of
the procedure were set on other seeds: first on the shapes of `TUNED`, the bound of the limit after a look at `FURTHER`. The
seed stands in each case's name, so that a figure can be drawn again.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from allmende.domain.alarms import (
    FEWEST_MESSAGES,
    HEARD_MINUTES,
    HOLIDAY,
    MOST_DAYS,
    STEP_MINUTES,
    STEPS_A_DAY,
    STEPS_A_WEEK,
    WINDOW_MINUTES,
    Day,
    Finding,
    Rhythm,
    find_wave,
    learn_rhythm,
)
from benches._waves import MINUTES_A_DAY, Community, calm, plant
from tools.benches import Figure, ceiling

if TYPE_CHECKING:
    from benches._waves import Random

PAST_DAYS, WATCHED_DAYS = 56, 28
MOST_FALSE, FEWEST_FOUND = 1.0, 0.9
SEEDS, LONG_SEEDS = (11,), (11, 12, 13)
COMMUNITIES, WAVES = 12, 8
# After an alarm nothing new is told for so long; a signal stays until somebody answers it.
ONE_EPISODE = 6 * 60
Shape = Callable[["Random"], Community]
WEEKS = 12
TUNED: Mapping[str, Shape] = {
    "quiet": lambda random: calm(random, WEEKS, random.uniform(8, 25)),
    "middling": lambda random: calm(random, WEEKS, random.uniform(50, 150)),
    "working_hours": lambda random: calm(random, WEEKS, random.uniform(50, 150), kind="work"),
    "busy": lambda random: calm(random, WEEKS, random.uniform(200, 700)),
}
FURTHER: Mapping[str, Shape] = {
    "heavy_tails": lambda random: calm(random, WEEKS, random.uniform(20, 200), tail=2, answers=0.5),
    "quarrels_and_floods": lambda random: calm(random, WEEKS, random.uniform(20, 400), quarrels=3),
    "missing_days": lambda random: calm(random, WEEKS, random.uniform(20, 300), missing=0.1),
    "new_channels": lambda random: calm(random, WEEKS, random.uniform(20, 300), young=2, channels=4),
    "moody": lambda random: calm(random, WEEKS, random.uniform(20, 300), mood=0.6),
}


def run(long: bool) -> Iterator[Figure]:
    """One seed, `long` three; each with twelve communities of each shape, and eight waves of either kind in each."""
    for seed in LONG_SEEDS if long else SEEDS:
        for name, shape in {**TUNED, **FURTHER}.items():
            yield from _figures(f"{name}_seed_{seed}", seed, shape)


def _figures(case: str, seed: int, shape: Shape) -> Iterator[Figure]:
    import numpy as np

    random = np.random.default_rng([seed, sum(case.encode())])
    false, seen, bare = 0, 0, 0
    for _ in range(COMMUNITIES):
        watch = Watch(shape(random))
        false += watch.false_alarms()
        seen += sum(watch.is_found(random) for _ in range(WAVES))
        bare += sum(watch.is_found(random, is_bare=True) for _ in range(WAVES))
    planted = COMMUNITIES * WAVES
    yield ceiling("alarms", f"false_{case}", false / COMMUNITIES, MOST_FALSE, "in four weeks", COMMUNITIES)
    yield _floor(f"found_{case}", seen / planted, FEWEST_FOUND, planted)
    yield _floor(f"bare_{case}", bare / planted, 0.5, planted)


class Watch:
    """A community looked at every five minutes, as the job does."""

    def __init__(self, community: Community) -> None:
        self.community = community
        self.rhythms: dict[int, Rhythm] = {}

    def false_alarms(self) -> int:
        """How often somebody would be told in four weeks without a wave."""
        found, quiet_until = 0, 0.0
        for step in range(PAST_DAYS * STEPS_A_DAY, (PAST_DAYS + WATCHED_DAYS) * STEPS_A_DAY):
            now = (step + 1.0) * STEP_MINUTES
            if now >= quiet_until and self._look(self.community, now):
                found, quiet_until = found + 1, now + ONE_EPISODE
        return found

    def is_found(self, random: "Random", is_bare: bool = False) -> bool:
        """Plant a wave somewhere in the four weeks; is it seen within twenty minutes?"""
        begin = float(random.uniform(PAST_DAYS + 0.5, PAST_DAYS + WATCHED_DAYS - 0.2) * MINUTES_A_DAY)
        waved = plant(random, self.community, begin, is_bare=is_bare)
        looks = [
            step * STEP_MINUTES
            for step in range(int(begin // STEP_MINUTES) + 1, int((begin + WINDOW_MINUTES) // STEP_MINUTES) + 1)
        ]
        return any(self._look(waved, float(now)) for now in looks)

    def _look(self, community: Community, now: float) -> Finding | None:
        if len(community.between(now - WINDOW_MINUTES, now)) < FEWEST_MESSAGES:
            return None
        step = int(now // STEP_MINUTES) - 1
        day = step // STEPS_A_DAY
        place = (HOLIDAY if day in community.holidays else day % 7) * STEPS_A_DAY + step % STEPS_A_DAY
        return find_wave(self._rhythm(day), community.between(now - HEARD_MINUTES, now), place % STEPS_A_WEEK, now)

    def _rhythm(self, day: int) -> Rhythm:
        """What was learnt before this day began."""
        if day not in self.rhythms:
            first = max(0, day - MOST_DAYS)
            past = self.community.between(first * MINUTES_A_DAY, day * MINUTES_A_DAY)
            number = max(1, len(past))
            shares = [sum(one.is_new_author for one in past) / number, sum(one.is_negative for one in past) / number]
            self.rhythms[day] = learn_rhythm(_days(self.community, first, day), *shares)
        return self.rhythms[day]


def _days(community: Community, first: int, last: int) -> dict[int, list[Day]]:
    counts = community.counts
    days = {}
    for channel, opened in enumerate(community.opened):
        begin = max(first, opened)
        if begin < last:
            days[channel] = [
                Day(
                    HOLIDAY if day in community.holidays else day % 7,
                    counts[channel][day * STEPS_A_DAY : (day + 1) * STEPS_A_DAY],
                )
                for day in range(begin, last)
            ]
    return days


def _floor(case: str, value: float, least: float, runs: int) -> Figure:
    numbers = {"value": round(value, 4), "baseline": least, "ratio": round(value / least, 3)}
    return {
        "bench": "alarms",
        "case": case,
        **numbers,
        "goal": least,
        "ok": value >= least,
        "unit": "of all",
        "runs": runs,
    }
