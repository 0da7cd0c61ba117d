"""What is asked of each form: in which unit a difference matters, what else it says (domain 4.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from allmende.domain.verdict.concentration import Concentration
from allmende.domain.verdict.counts import DataFit, Durations, Rate, Share
from allmende.domain.verdict.intervals import newcombe
from allmende.domain.verdict.judgement import Better, Counts, Step, Value, Verdict, Word

# So many of the last periods make a range of concentration (domain 4.7, row 9).
RANGE_OF = 3


def better_of(form: str) -> Better:
    """Which way is the wished one: of a duration (F4) less."""
    return Better.LESS if form == "F4" else Better.MORE


def in_own_unit(least: float | None, before: Counts | None) -> float | None:
    """The least relevant difference as `judge_counts` wants it: of shares as it is; of rates and durations it was told as a
    fraction of what was before, so 0.2 is the ratio 1.2 or a fifth of the median. None where the median is not known.
    """
    if least is None or isinstance(before, Share):
        return least
    if isinstance(before, Rate):
        return 1 + least
    median = before.quantile(0.5) if isinstance(before, Durations) else None
    return least * median if median else None


def with_persistence(verdict: Verdict, now: Share, before: Share) -> Verdict:
    """The verdict with a step about persistence (form F5): of those who did it, how many did it again in the period after.

    Told beside the word, which it does not change; as it was where the next period of nobody is over.
    """
    if not now.n:
        return verdict
    values: dict[str, Value] = {"now": now.k, "of": now.n, "before": before.k, "before_of": before.n}
    if not before.n:
        return replace(verdict, steps=(*verdict.steps, Step("persistence", True, values)))
    change = newcombe(now.k, now.n, before.k, before.n)
    values |= {"difference": change.value, "low": change.low, "high": change.high}
    return replace(verdict, steps=(*verdict.steps, Step("persistence", change.high >= 0, values)))


def describe_range(now: Sequence[int], before: Sequence[int], fit: DataFit) -> Verdict:
    """Concentration (form F6) has no verdict: the factors of the last periods on both sides, as ranges (domain 4.7, row 9)."""
    if obstacle := fit.first_obstacle():
        return Verdict(Word.NOT_MEASURABLE, obstacle, steps=(Step("data_fit", False, {"obstacle": obstacle}),))
    sides = {"": Concentration(tuple(now[-RANGE_OF:])), "before_": Concentration(tuple(before[-RANGE_OF:]))}
    values: dict[str, Value] = {"periods": len(sides[""].factors), "before_periods": len(sides["before_"].factors)}
    for name, side in sides.items():
        values |= {f"{name}low": side.low, f"{name}high": side.high}
    return Verdict(Word.DESCRIBED, "described", steps=(Step("range", bool(now), values),))
