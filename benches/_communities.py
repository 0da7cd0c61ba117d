"""Generated communities: what their members did in two periods, drawn from one law or from two."""

from collections.abc import Callable
from math import ceil
from typing import TYPE_CHECKING

from allmende.domain.verdict import Durations, Rate, Share

if TYPE_CHECKING:
    import numpy as np

    Random = np.random.Generator

FEWEST_UNITS, MOST_UNITS = 30, 5_000


def members(random: "Random", p: float, n: int) -> Share:
    """Every unit is a person of its own."""
    return Share(int(random.binomial(n, p)), n)


def several_each(random: "Random", p: float, people: int, likeness: float) -> Share:
    """Most hold one unit, some two or three: on average fewer than two."""
    return _held(random, p, 1 + random.binomial(2, 0.35, people), likeness)


def few_helpers(random: "Random", p: float, people: int, likeness: float) -> Share:
    """Heavy tail: some hold very much more than others."""
    tail = random.choice((1.6, 2.5, 4.0))
    held = 1 + (random.pareto(tail, people) * random.uniform(2, 8)).astype(int)
    return _held(random, p, _at_most(held, 400), likeness)


def same_people(random: "Random", p: float, people: int, likeness: float) -> tuple[Share, Share]:
    """The same persons in both periods, each with a bent of their own that stays."""
    bents = _bents(random, p, people, likeness)
    sides = []
    for _ in range(2):
        held = 1 + random.poisson(4, people)
        done = random.binomial(held, bents)
        pairs = dict(enumerate(zip(done.tolist(), held.tolist(), strict=True)))
        sides.append(Share(int(done.sum()), int(held.sum()), pairs))
    return sides[0], sides[1]


def reports(random: "Random", rate: float, people: int, unevenness: float) -> Rate:
    """Events per month of membership: Poisson around a rate that differs by person as much as `unevenness` says."""
    months = random.integers(1, 13, people)
    own = rate * (random.gamma(1 / unevenness, unevenness, people) if unevenness else 1.0)
    events = random.poisson(own * months)
    pairs = tuple((int(count), float(time)) for count, time in zip(events, months, strict=True))
    return Rate(int(events.sum()), float(months.sum()), pairs)


def waits(random: "Random", median: float, cases: int) -> Durations:
    """Times to an answer, lopsided as they are; who waits longer than 30 medians is still open."""
    times = median * random.lognormal(0, 1.4, cases)
    longest = 30 * median
    return Durations(tuple(times[times <= longest].tolist()), (longest,) * int((times > longest).sum()))


def same_reporters(random: "Random", rate: float, people: int, unevenness: float) -> tuple[Rate, Rate]:
    """The same persons in both periods, each as busy as they are; some are there for a shorter time."""
    own = rate * (random.gamma(1 / unevenness, unevenness, people) if unevenness else 1.0)
    sides = []
    for _ in range(2):
        months = random.integers(1, 7, people)
        events = random.poisson(own * months)
        pairs = dict(enumerate(zip(events.tolist(), months.astype(float).tolist(), strict=True)))
        sides.append(Rate(int(events.sum()), float(months.sum()), pairs))
    return sides[0], sides[1]


def waits_on_few(random: "Random", median: float, helpers: int) -> Durations:
    """Few answer many, each at a pace of their own; who waits longer than 30 medians is still open."""
    held = _at_most(1 + (random.pareto(2.5, helpers) * random.uniform(1, 6)).astype(int), 200)
    by = _holders_of(held)
    times = median * random.lognormal(0, 0.7, helpers)[by] * random.lognormal(0, 1.0, len(by))
    longest = 30 * median
    is_done = times <= longest
    return Durations(tuple(times[is_done].tolist()), (longest,) * int((~is_done).sum()), tuple(by[is_done].tolist()))


def _holders_of(held: "np.ndarray") -> "np.ndarray":
    """Who of these holds each of all their cases: 0, 0, 1, 1, 1, ..."""
    import numpy as np

    return np.repeat(np.arange(len(held)), held)


def any_share(random: "Random") -> float:
    """From rare to usual: 2 to 98 of 100."""
    return float(random.uniform(0.02, 0.98))


def any_size(random: "Random", fewest: int = FEWEST_UNITS, most: int = MOST_UNITS) -> int:
    """Small communities are as usual as large ones."""
    return ceil(fewest * (most / fewest) ** random.random())


def any_likeness(random: "Random") -> float:
    """How much a person resembles themselves: 0 not at all, 1 entirely."""
    return float(random.uniform(0.02, 0.6))


def _held(random: "Random", p: float, held: "np.ndarray", likeness: float) -> Share:
    done = random.binomial(held, _bents(random, p, len(held), likeness))
    pairs = tuple(zip(done.tolist(), held.tolist(), strict=True))
    return Share(int(done.sum()), int(held.sum()), pairs)


def _bents(random: "Random", p: float, people: int, likeness: float) -> "np.ndarray":
    spread = 1 / likeness - 1
    return random.beta(p * spread, (1 - p) * spread, people)


def _at_most(held: "np.ndarray", most: int) -> "np.ndarray":
    smaller: np.ndarray = held.clip(max=most)
    return smaller


Holder = Callable[["Random", float, int, float], Share]
