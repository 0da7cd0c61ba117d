"""The verdict procedure: from two periods to one word that can be laid open step by step (domain 0.1b and
4.4).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import ceil

from allmende.domain.verdict import resampling
from allmende.domain.verdict.change import ratio_of, rests_on_few, shift_of
from allmende.domain.verdict.counts import DataFit, Durations, Rate, Share
from allmende.domain.verdict.intervals import CONFIDENCE, Interval, newcombe

MINIMUM_UNITS = 30
MINIMUM_EXPECTED = 5
MINIMUM_PEOPLE = 20

CLEARLY = "clearly"
WITH_DAMAGE = "with_damage"

Value = int | float | str | None


class Word(StrEnum):
    """The verdict words, everywhere the same (domain 0.1b)."""

    MOVING = "moving"
    NOT_MOVING = "not_moving"
    WORSENING = "worsening"
    CANNOT_TELL = "cannot_tell"
    TOO_EARLY = "too_early"
    NOT_MEASURABLE = "not_measurable"
    DESCRIBED = "described"


class Better(StrEnum):
    """Which way is the wished one: more newcomers who answer, less time until the answer."""

    MORE = "more"
    LESS = "less"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the procedure: `is_met` says whether it spoke for a judgement; `values` are what it
    looked at.
    """

    code: str
    is_met: bool
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The word, its flags and reason, the difference with its 95 % interval, and the steps that led there.

    Differences are now minus before (shares: -1 to 1; durations: the caller's unit) or a ratio for rates
    (`method`
    starts with "ratio"). `missing_units` counts complete units of the present period; None when unknown.
    """

    word: Word
    reason_code: str
    flags: tuple[str, ...] = ()
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    missing_units: int | None = None
    method: str = ""
    steps: tuple[Step, ...] = ()


FITTING = DataFit()


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a judgement must know beside the figures.

    `guardrail` is the verdict of the paired measure (step 10); `other_causes` are codes of alternative
    causes noted by
    people (step 7); `is_review_date` is False between reviews (step 9: shown, but nothing may be decided
    on it);
    `is_baseline_provisional` when fewer than six periods lie before; `seed` feeds the resampling; `confidence` is higher
    where many questions are asked on one day (`holm`).
    """

    fit: DataFit = FITTING
    guardrail: Verdict | None = None
    better: Better = Better.MORE
    other_causes: tuple[str, ...] = ()
    is_review_date: bool = True
    is_baseline_provisional: bool = False
    seed: int = 0
    confidence: float = CONFIDENCE


ORDINARY = Circumstances()
SHORTER_IS_BETTER = Circumstances(better=Better.LESS)
Counts = Share | Rate | Durations


def judge_counts(
    now: Counts, before: Counts | None, least: float | None, circumstances: Circumstances = ORDINARY
) -> Verdict:
    """Judge what a definition of any form counted: shares by their difference, rates by their ratio, durations by the
    difference of medians.

    `least` is a difference of shares (0.03), a ratio above 1 (1.2) or a span in the unit of the durations. Raises TypeError
    when the two sides are no counts of one form; that is a mistake of ours.
    """
    if isinstance(now, Share) and (before is None or isinstance(before, Share)):
        return judge(now, before, least, circumstances)
    if isinstance(now, Rate) and (before is None or isinstance(before, Rate)):
        return judge_rates(now, before, least, circumstances)
    if isinstance(now, Durations) and (before is None or isinstance(before, Durations)):
        return judge_durations(now, before, least, circumstances)
    raise TypeError("Only counts of one form can be compared.")


def judge(
    now: Share,
    before: Share | None,
    least_relevant_difference: float | None,
    circumstances: Circumstances = ORDINARY,
) -> Verdict:
    """Judge two shares (forms F1, F2, F5).

    `least_relevant_difference` is a share (0.03 = 3 percentage points) above 0; without it "not moving" is
    impossible.
    Raises ValueError when it is not above 0.
    """
    _check_least(least_relevant_difference)
    steps = _fit_steps(circumstances)
    if obstacle := circumstances.fit.first_obstacle():
        return _stop(Word.NOT_MEASURABLE, obstacle, steps)
    if before is None:
        return _stop(Word.TOO_EARLY, "no_baseline", steps)
    enough, missing = _enough_units(now, before)
    steps += (enough,)
    if not enough.is_met:
        return replace(_stop(Word.TOO_EARLY, str(enough.values["reason"]), steps), missing_units=missing)
    people = _enough_people(now, before)
    steps += (people,)
    if not people.is_met:
        return _stop(Word.TOO_EARLY, "too_few_people", steps)
    method, interval = _share_interval(now, before, circumstances)
    return _word(interval, 0.0, least_relevant_difference, method, steps, circumstances)


def judge_rates(
    now: Rate,
    before: Rate | None,
    least_relevant_ratio: float | None,
    circumstances: Circumstances = ORDINARY,
) -> Verdict:
    """Judge two rates (form F3) by their ratio.

    `least_relevant_ratio` above 1 (1.2 = a fifth more, or its reciprocal for less). Raises ValueError at 1
    or below.
    """
    if least_relevant_ratio is not None and least_relevant_ratio <= 1:
        raise ValueError("A least relevant ratio lies above 1.")
    steps = _fit_steps(circumstances)
    if obstacle := circumstances.fit.first_obstacle():
        return _stop(Word.NOT_MEASURABLE, obstacle, steps)
    if before is None:
        return _stop(Word.TOO_EARLY, "no_baseline", steps)
    fewest = min(now.events, before.events)
    steps += (_units_step(now.events, before.events, MINIMUM_EXPECTED),)
    if fewest < MINIMUM_EXPECTED:
        missing = max(0, MINIMUM_EXPECTED - now.events)
        return replace(_stop(Word.TOO_EARLY, "too_few_events", steps), missing_units=missing)
    if now.events_by_person is not None and before.events_by_person is not None:
        steps += (_people_step(len(now.person_pairs()), len(before.person_pairs())),)
        if not steps[-1].is_met:
            return _stop(Word.TOO_EARLY, "too_few_people", steps)
    method, ratio = ratio_of(now, before, seed=circumstances.seed, confidence=circumstances.confidence)
    return _word(ratio, 1.0, least_relevant_ratio, method, steps, circumstances)


def judge_durations(
    now: Durations,
    before: Durations | None,
    least_relevant_difference: float | None,
    circumstances: Circumstances = SHORTER_IS_BETTER,
) -> Verdict:
    """Judge two sets of durations (form F4) by the difference of medians; shorter is better unless told
    otherwise.
    """
    _check_least(least_relevant_difference)
    steps = _fit_steps(circumstances)
    if obstacle := circumstances.fit.first_obstacle():
        return _stop(Word.NOT_MEASURABLE, obstacle, steps)
    if before is None:
        return _stop(Word.TOO_EARLY, "no_baseline", steps)
    fewest = min(now.n, before.n)
    steps += (_units_step(now.n, before.n, MINIMUM_UNITS),)
    if fewest < MINIMUM_UNITS:
        missing = max(0, MINIMUM_UNITS - now.n)
        reason = "too_few_units" if missing else "baseline_too_small"
        return replace(_stop(Word.TOO_EARLY, reason, steps), missing_units=missing)
    if now.ended_by is not None and before.ended_by is not None:
        steps += (_people_step(len(now.held), len(before.held)),)
        if not steps[-1].is_met:
            return _stop(Word.TOO_EARLY, "too_few_people", steps)
    found = shift_of(now, before, seed=circumstances.seed, confidence=circumstances.confidence)
    if found is None:
        return _stop(Word.NOT_MEASURABLE, "median_not_reached", steps)
    method, interval = found
    return _word(interval, 0.0, least_relevant_difference, method, steps, circumstances)


def _check_least(least_relevant_difference: float | None) -> None:
    if least_relevant_difference is not None and least_relevant_difference <= 0:
        raise ValueError("A least relevant difference lies above 0.")


def _stop(word: Word, reason_code: str, steps: tuple[Step, ...]) -> Verdict:
    return Verdict(word, reason_code, steps=steps)


def _fit_steps(circumstances: Circumstances) -> tuple[Step, ...]:
    fit, obstacle = circumstances.fit, circumstances.fit.first_obstacle()
    values: dict[str, Value] = {"obstacle": obstacle, "censored_share": fit.censored_share}
    causes = ", ".join(circumstances.other_causes)
    return (
        Step("data_fit", obstacle is None, values),
        Step("baseline", not circumstances.is_baseline_provisional),
        Step("review_date", circumstances.is_review_date),
        Step("no_other_causes", not causes, {"causes": causes}),
    )


def _enough_units(now: Share, before: Share) -> tuple[Step, int | None]:
    """At least 30 units, and 5 expected successes and failures at the pooled share, on both sides."""
    pooled = (now.k + before.k) / (now.n + before.n) if now.n + before.n else 0.0
    rarer = min(pooled, 1 - pooled)
    needed = max(MINIMUM_UNITS, ceil(MINIMUM_EXPECTED / rarer - 1e-9)) if rarer > 0 else None
    is_met = needed is not None and min(now.n, before.n) >= needed
    values: dict[str, Value] = {"now": now.n, "before": before.n, "needed": needed, "pooled": pooled}
    values["reason"] = None if is_met else _shortage(now, before)
    missing = max(0, (needed or MINIMUM_UNITS) - now.n)
    # Nobody, or everybody, did it: how many units would show a difference cannot be said.
    return Step("enough_units", is_met, values), None if needed is None and not missing else missing


def _units_step(now: int, before: int, needed: int) -> Step:
    return Step("enough_units", min(now, before) >= needed, {"now": now, "before": before, "needed": needed})


def _shortage(now: Share, before: Share) -> str:
    if now.n < MINIMUM_UNITS:
        return "too_few_units"
    return "baseline_too_small" if before.n < MINIMUM_UNITS else "too_few_expected"


def _leans_on_few(share: Share) -> bool:
    return rests_on_few([n for _, n in share.person_pairs()])


def _people(share: Share) -> int:
    if share.people is not None:
        return share.people
    return len(share.person_pairs()) if share.units_by_person is not None else share.n


def _needs_people(now: Share, before: Share) -> bool:
    return _leans_on_few(now) or _leans_on_few(before)


def _enough_people(now: Share, before: Share) -> Step:
    return _people_step(_people(now), _people(before))


def _people_step(now: int, before: int) -> Step:
    people = min(now, before)
    return Step("enough_people", people >= MINIMUM_PEOPLE, {"people": people, "needed": MINIMUM_PEOPLE})


def _share_interval(now: Share, before: Share, circumstances: Circumstances) -> tuple[str, Interval]:
    if not _needs_people(now, before):
        return "newcombe", _newcombe(now, before, circumstances.confidence)
    now, before = _with_people(now), _with_people(before)
    is_paired = resampling.is_paired(now.units_by_person, before.units_by_person)
    method = "person_bootstrap_paired" if is_paired else "person_bootstrap"
    drawn = resampling.share_difference(now, before, seed=circumstances.seed, confidence=circumstances.confidence)
    return method, drawn


def _newcombe(now: Share, before: Share, confidence: float) -> Interval:
    """Few units a person still depend on one another: each side counts as its effective number of units, around the same
    difference.
    """
    (k, n), (k_before, n_before) = (
        (side.k / side.design_effect, side.n / side.design_effect) for side in (now, before)
    )
    return newcombe(k, n, k_before, n_before, confidence)


def _with_people(share: Share) -> Share:
    """A share whose units are people of their own, written out, so that it can be resampled beside one
    that is not.
    """
    if share.units_by_person is not None:
        return share
    return replace(share, units_by_person=((1, 1),) * share.k + ((0, 1),) * (share.n - share.k))


def _word(
    interval: Interval,
    nothing: float,
    least: float | None,
    method: str,
    steps: tuple[Step, ...],
    circumstances: Circumstances,
) -> Verdict:
    """From the interval to the word; `nothing` is the value of no change: 0 for differences, 1 for ratios."""
    low, high = _in_wished_direction(interval, nothing, circumstances.better)
    reaches = _band(nothing, least)
    word, reason = _read(low, high, nothing, reaches)
    is_clear = word == Word.MOVING and reaches is not None and low >= reaches[1]
    guardrail = circumstances.guardrail
    is_damaged = guardrail is not None and guardrail.word == Word.WORSENING
    flags = tuple(flag for flag, is_set in ((CLEARLY, is_clear), (WITH_DAMAGE, is_damaged)) if is_set)
    values: dict[str, Value] = {"difference": interval.value, "low": interval.low, "high": interval.high}
    values.update({"method": method, "least": least})
    steps += (
        Step("difference", True, values),
        Step("guardrail", not is_damaged, _guarded(guardrail)),
    )
    return Verdict(word, reason, flags, interval.value, interval.low, interval.high, None, method, steps)


def _guarded(guardrail: Verdict | None) -> dict[str, Value]:
    if guardrail is None:
        return {"word": None}
    found = {"difference": guardrail.difference, "low": guardrail.low, "high": guardrail.high}
    return {"word": str(guardrail.word), **found}


def _in_wished_direction(interval: Interval, nothing: float, better: Better) -> tuple[float, float]:
    if better == Better.MORE:
        return interval.low, interval.high
    mirror: Callable[[float], float] = (lambda x: -x) if nothing == 0 else (lambda x: 1 / x if x else float("inf"))
    return mirror(interval.high), mirror(interval.low)


def _band(nothing: float, least: float | None) -> tuple[float, float] | None:
    if least is None:
        return None
    return (-least, least) if nothing == 0 else (1 / least, least)


def read_difference(interval: Interval, least: float | None) -> tuple[Word, str, bool]:
    """Word, reason and whether it is clear, of a difference of shares."""
    reaches = _band(0.0, least)
    word, reason = _read(interval.low, interval.high, 0.0, reaches)
    return word, reason, word == Word.MOVING and reaches is not None and interval.low >= reaches[1]


def _read(low: float, high: float, nothing: float, band: tuple[float, float] | None) -> tuple[Word, str]:
    if low > nothing:
        is_small = band is not None and high < band[1]
        return Word.MOVING, "above_but_below_least" if is_small else "interval_above"
    if high < nothing:
        return Word.WORSENING, "interval_below"
    if band is not None and band[0] <= low and high <= band[1]:
        return Word.NOT_MOVING, "interval_within_least"
    return Word.CANNOT_TELL, "interval_too_wide" if band else "no_least_relevant_difference"
