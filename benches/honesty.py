"""Is a verdict honest? Generated communities whose truth is known, judged by the product's own procedure.

`false_moving`: of 20,000 communities in which nothing changed and which can be judged, so many are called moving.
`coverage`: how often the 95 % intervals hold the truth; Wilson's and Newcombe's summed exactly over all outcomes, those by
person drawn. `found`: of 5,000 changes as large as detectability promises to show, so many are called moving; `found_rare` the same where
next to nobody, or nearly everybody, did it before; `found_rates` of rates, `found_rates_of_few` of rates of 20 to 100 people
who are there for months, `found_waits` of durations, all seeds together.
`false_moving_only_mix`: nothing changed but who is counted. `false_moving_of_one_day`: of days on which four to eight
objectives are judged and nothing changed, so many hold any that is called moving.
`trap`: whole ledgers in which nothing changed but the data; none may be called moving.
The seed stands in each case's name, so that a figure can be drawn again.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from math import ceil, exp, inf, lgamma, log, sqrt
from typing import TYPE_CHECKING

from allmende.domain.verdict import (
    Better,
    Circumstances,
    Interval,
    Rate,
    Segment,
    Share,
    Verdict,
    Word,
    detectability,
    duration_detectability,
    holm,
    judge,
    judge_durations,
    judge_rates,
    newcombe,
    rate_detectability,
    reweighted,
    wilson,
    with_mix,
)
from benches import _communities as communities
from benches._traps import fell_into
from tools.benches import Figure, ceiling

if TYPE_CHECKING:
    from benches._communities import Random

SEEDS = (7, 71, 717)
COMMUNITIES, PLANTED, BY_PERSON, DAYS = 20_000, 5_000, 1_000, 2_000
MOST_FALSE, FEWEST_FOUND = 0.03, 0.78
SIZES = (30, 50, 80, 120, 200, 350, 600, 1_000, 2_000, 5_000)
SHARES = (0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98)
PEOPLE = {20: 0.90, 30: 0.90, 60: 0.93, 120: 0.93}
ENOUGH_EACH = 10
MOST_PLANTED_UNITS = 20_000
JUDGED = (Word.MOVING, Word.NOT_MOVING, Word.WORSENING, Word.CANNOT_TELL)
# What kinds of behaviour there are, and how many of a hundred communities ask for each.
KINDS = {
    "members": 62,
    "several_each": 15,
    "few_helpers": 8,
    "same_people": 4,
    "reports": 6,
    "same_reporters": 2,
    "waits": 2,
    "waits_on_few": 1,
    "only_mix": 10,
}


def run(long: bool) -> Iterator[Figure]:
    """Coverage once, because it is exact; everything drawn for three seeds. `long` sets more traps."""
    yield from _coverage("wilson", _wilson_coverage)
    yield from _coverage("newcombe", _newcombe_coverage)
    for seed in SEEDS:
        yield from _false_moving(seed)
        yield from _of_one_day(seed)
        yield from _by_person(seed)
        yield from (found(seed) for found in (_found, _found_rare, _found_rates, _found_rates_of_few))
        yield from _traps(seed, 10 if long else 2)
    yield _found_waits()


def _false_moving(seed: int) -> Iterator[Figure]:
    import numpy as np

    random = np.random.default_rng(seed)
    names, weights = list(KINDS), np.array(list(KINDS.values())) / sum(KINDS.values())
    judged = dict.fromkeys(names, 0)
    moving = dict.fromkeys(names, 0)
    while sum(judged.values()) < COMMUNITIES:
        kind = str(random.choice(names, p=weights))
        verdict = _UNCHANGED[kind](random)
        judged[kind] += verdict.word in JUDGED
        moving[kind] += verdict.word == Word.MOVING
    share = sum(moving.values()) / COMMUNITIES
    yield ceiling("honesty", f"false_moving_seed_{seed}", share, MOST_FALSE, "of all", COMMUNITIES)
    for kind in names:
        count = judged[kind]
        most = MOST_FALSE + 3 * sqrt(MOST_FALSE / count)  # so few may miss by chance
        yield ceiling("honesty", f"false_moving_{kind}_seed_{seed}", moving[kind] / count, most, "of all", count)


def _members(random: "Random") -> Verdict:
    p = communities.any_share(random)
    now, before = (communities.members(random, p, communities.any_size(random)) for _ in range(2))
    return judge(now, before, 0.05)


def _held_by(held: communities.Holder, fewest: int) -> Callable[["Random"], Verdict]:
    def judged(random: "Random") -> Verdict:
        p, likeness = communities.any_share(random), communities.any_likeness(random)
        now, before = (held(random, p, communities.any_size(random, fewest, 250), likeness) for _ in range(2))
        return judge(now, before, 0.05, Circumstances(seed=int(random.integers(1 << 30))))

    return judged


def _same_people(random: "Random") -> Verdict:
    likeness, people = communities.any_likeness(random), communities.any_size(random, 20, 250)
    now, before = communities.same_people(random, communities.any_share(random), people, likeness)
    return judge(now, before, 0.05, Circumstances(seed=int(random.integers(1 << 30))))


def _reports(random: "Random") -> Verdict:
    rate, unevenness = random.uniform(0.05, 2), random.choice((0.0, 0.1, 0.5, 1.0))
    now, before = (
        communities.reports(random, rate, communities.any_size(random, 30, 250), unevenness) for _ in range(2)
    )
    return judge_rates(now, before, 1.2, Circumstances(seed=int(random.integers(1 << 30))))


def _waits(random: "Random") -> Verdict:
    now, before = (communities.waits(random, 5.0, communities.any_size(random, 30, 250)) for _ in range(2))
    return judge_durations(now, before, 1.0)


def _same_reporters(random: "Random") -> Verdict:
    rate, unevenness = random.uniform(0.05, 2), random.choice((0.1, 0.5, 1.0))
    now, before = communities.same_reporters(random, rate, communities.any_size(random, 30, 250), unevenness)
    return judge_rates(now, before, 1.2, Circumstances(seed=int(random.integers(1 << 30))))


def _waits_on_few(random: "Random") -> Verdict:
    now, before = (communities.waits_on_few(random, 5.0, communities.any_size(random, 20, 60)) for _ in range(2))
    seed = int(random.integers(1 << 30))
    return judge_durations(now, before, 1.0, Circumstances(better=Better.LESS, seed=seed))


def _only_mix(random: "Random") -> Verdict:
    """Two kinds of people who do what they did; only how many of each are counted changes."""
    shares = (random.uniform(0.1, 0.5), random.uniform(0.5, 0.9))
    sizes = [communities.any_size(random, 60, 1_000) for _ in range(2)]
    counted = [max(5, min(size - 5, int(size * random.uniform(0.1, 0.9)))) for size in sizes]
    kinds = [(counted[0], counted[1]), (sizes[0] - counted[0], sizes[1] - counted[1])]
    parts = [
        Segment(str(p), communities.members(random, p, now), communities.members(random, p, before))
        for p, (now, before) in zip(shares, kinds, strict=True)
    ]
    now, before = (
        Share(sum(one.k for one in sides), sum(one.n for one in sides))
        for sides in ([one.now for one in parts], [one.before for one in parts])
    )
    return with_mix(judge(now, before, 0.05), reweighted(parts))


_UNCHANGED: Mapping[str, Callable[["Random"], Verdict]] = {
    "members": _members,
    "several_each": _held_by(communities.several_each, 30),
    "few_helpers": _held_by(communities.few_helpers, 20),
    "same_people": _same_people,
    "reports": _reports,
    "same_reporters": _same_reporters,
    "waits": _waits,
    "waits_on_few": _waits_on_few,
    "only_mix": _only_mix,
}


def _of_one_day(seed: int) -> Iterator[Figure]:
    """Of 2,000 days of review with many objectives, so many hold a false movement; Holm keeps it where one objective is."""
    import numpy as np

    random = np.random.default_rng(seed)
    fallen = sum(_is_any_moving(random, int(random.integers(4, 9))) for _ in range(DAYS))
    most = MOST_FALSE + 3 * sqrt(MOST_FALSE / DAYS)
    yield ceiling("honesty", f"false_moving_of_one_day_seed_{seed}", fallen / DAYS, most, "of all", DAYS)


def _is_any_moving(random: "Random", objectives: int) -> bool:
    found = holm({str(number): _asked_again(random) for number in range(objectives)})
    return any(verdict.word == Word.MOVING for verdict in found.values())


def _asked_again(random: "Random") -> Callable[[float], Verdict]:
    p = communities.any_share(random)
    now, before = (communities.members(random, p, communities.any_size(random)) for _ in range(2))
    return lambda confidence: judge(now, before, 0.05, Circumstances(confidence=confidence))


def _found(seed: int) -> Figure:
    import numpy as np

    random, found, planted = np.random.default_rng(seed), 0, 0
    while planted < PLANTED:
        before, least = random.uniform(0.02, 0.9), random.uniform(0.02, 0.25)
        if before + least > 0.97:
            continue
        units = detectability(before, least, units_per_period=1).units_needed
        if units > MOST_PLANTED_UNITS:
            continue
        planted += 1
        found += _is_found(random, before, least, units)
    return _floor(f"found_seed_{seed}", found / PLANTED, FEWEST_FOUND, PLANTED)


def _found_rare(seed: int) -> Figure:
    """Many more of what hardly anybody did, or nearly everybody of what many did: there a verdict may be too early."""
    import numpy as np

    random, found = np.random.default_rng(seed), 0
    for _ in range(PLANTED):
        rarest, least = random.uniform(0.005, 0.05), random.uniform(0.05, 0.3)
        before = rarest if random.random() < 0.5 else 1 - rarest - least
        found += _is_found(random, before, least, detectability(before, least, units_per_period=1).units_needed)
    return _floor(f"found_rare_seed_{seed}", found / PLANTED, FEWEST_FOUND, PLANTED)


def _is_found(random: "Random", before: float, least: float, units: int) -> bool:
    now, then = (communities.members(random, p, units) for p in (before + least, before))
    return judge(now, then, least).word == Word.MOVING


def _found_rates(seed: int) -> Figure:
    """Reports by people who are equally busy, each there for a month; as much of their time as detectability asks for."""
    import numpy as np

    random, found = np.random.default_rng(seed), 0
    for _ in range(PLANTED):
        rate, ratio = random.uniform(0.1, 1.5), random.uniform(1.15, 2.0)
        people = rate_detectability(rate, ratio, exposure_per_period=1, people=inf).units_needed
        found += _is_more_found(random, rate, ratio, people, 1.0)
    return _floor(f"found_rates_seed_{seed}", found / PLANTED, FEWEST_FOUND, PLANTED)


def _found_rates_of_few(seed: int) -> Figure:
    """The same few are there for as many months as it takes: how they scatter is known the less."""
    import numpy as np

    random, found = np.random.default_rng(seed), 0
    for _ in range(PLANTED):
        rate, ratio, people = random.uniform(0.1, 1.5), random.uniform(1.15, 1.5), int(random.integers(20, 101))
        months = rate_detectability(rate, ratio, exposure_per_period=people, people=people).periods_needed
        found += _is_more_found(random, rate, ratio, people, max(1.0, months))
    return _floor(f"found_rates_of_few_seed_{seed}", found / PLANTED, FEWEST_FOUND, PLANTED)


def _is_more_found(random: "Random", rate: float, ratio: float, people: int, months: float) -> bool:
    events = (random.poisson(level * months, people) for level in (rate * ratio, rate))
    now, before = (Rate(int(one.sum()), people * months, tuple((n, months) for n in one.tolist())) for one in events)
    return judge_rates(now, before, ratio, Circumstances(seed=int(random.integers(1 << 30)))).word == Word.MOVING


def _found_waits() -> Figure:
    """Waits that became shorter by as much as detectability promises to show; a bootstrap each, so once for all seeds."""
    each = ceil(PLANTED / len(SEEDS))
    found = sum(_waits_found(seed, each) for seed in SEEDS)
    seeds = "_".join(str(seed) for seed in SEEDS)
    return _floor(f"found_waits_seeds_{seeds}", found / (each * len(SEEDS)), FEWEST_FOUND, each * len(SEEDS))


def _waits_found(seed: int, cases: int) -> int:
    import numpy as np

    random, found = np.random.default_rng(seed), 0
    p90 = 5.0 * float(np.exp(1.4 * 1.2816))
    for _ in range(cases):
        least = 5.0 * random.uniform(0.35, 0.6)
        waiting = duration_detectability(5.0, p90, least, cases_per_period=1).units_needed
        now, before = (communities.waits(random, median, waiting) for median in (5.0 - least, 5.0))
        found += judge_durations(now, before, least).word == Word.MOVING
    return found


def _by_person(seed: int) -> Iterator[Figure]:
    import numpy as np

    random = np.random.default_rng(seed)
    for people, fewest in PEOPLE.items():
        held = sum(_holds_the_truth(random, people) for _ in range(BY_PERSON))
        yield _floor(f"coverage_{people}_people_seed_{seed}", held / BY_PERSON, fewest, BY_PERSON)


def _holds_the_truth(random: "Random", people: int) -> bool:
    """A change of any size, none included, among few who hold many units each."""
    while True:
        shares = [random.uniform(0.05, 0.95) for _ in range(2)]
        likeness = communities.any_likeness(random)
        now, before = (communities.few_helpers(random, p, people, likeness) for p in shares)
        verdict = judge(now, before, 0.05, Circumstances(seed=int(random.integers(1 << 30))))
        if verdict.method == "person_bootstrap" and verdict.low is not None and verdict.high is not None:
            return verdict.low <= shares[0] - shares[1] <= verdict.high


def _coverage(name: str, covers: Callable[[int, float], float]) -> Iterator[Figure]:
    cells = {(n, p): covers(n, p) for n in SIZES for p in SHARES}
    mean = sum(cells.values()) / len(cells)
    large = [cover for (n, p), cover in cells.items() if n * min(p, 1 - p) >= ENOUGH_EACH - 1e-9]
    yield _between(f"coverage_{name}_mean", mean, 0.94, 0.96, len(cells))
    yield _between(f"coverage_{name}_least_of_large", min(large), 0.93, 0.97, len(large))
    yield _between(f"coverage_{name}_most_of_large", max(large), 0.93, 0.97, len(large))
    yield _floor(f"coverage_{name}_least", min(cells.values()), 0.92, len(cells))


def _wilson_coverage(n: int, p: float) -> float:
    return sum(_chance(k, n, p) for k in _likely(n, p) if _holds(wilson(k, n), p))


def _newcombe_coverage(n: int, p: float) -> float:
    """Both periods alike and of one size; outcomes too rare to matter count as not held."""
    likely = _likely(n, p)
    chances = {k: _chance(k, n, p) for k in likely}
    held = 0.0
    for now in likely:
        held += chances[now] * sum(chances[before] for before in likely if _holds(newcombe(now, n, before, n), 0.0))
    return held


def _holds(interval: Interval, truth: float) -> bool:
    return interval.low <= truth <= interval.high


def _likely(n: int, p: float) -> range:
    reach = 4.5 * sqrt(n * p * (1 - p)) + 4
    return range(max(0, int(n * p - reach)), min(n, int(n * p + reach)) + 1)


@cache
def _chance(k: int, n: int, p: float) -> float:
    ways = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
    return exp(ways + k * log(p) + (n - k) * log(1 - p))


def _traps(seed: int, ledgers: int) -> Iterator[Figure]:
    for trap, moving in fell_into(seed, ledgers).items():
        yield _line(f"trap_{trap}_seed_{seed}", moving, 0, moving == 0, "called moving", ledgers)


def _floor(case: str, value: float, least: float, runs: int) -> Figure:
    return _line(case, value, least, value >= least, "of all", runs)


def _between(case: str, value: float, least: float, most: float, runs: int) -> Figure:
    return _line(case, value, least if value < 0.95 else most, least <= value <= most, "of all", runs)


def _line(case: str, value: float, goal: float, is_kept: bool, unit: str, runs: int) -> Figure:
    numbers = {"value": round(value, 4), "baseline": goal, "ratio": round(value / goal, 3) if goal else value}
    return {"bench": "honesty", "case": case, **numbers, "goal": goal, "ok": is_kept, "unit": unit, "runs": runs}
