"""Intervals in closed form: Wilson, Newcombe, rate ratio (domain 4.4, steps 3 and 5)."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, sqrt
from statistics import NormalDist

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its range. Shares lie between 0 and 1, differences between -1 and 1, ratios above 0."""

    value: float
    low: float
    high: float


def z_two_sided(confidence: float = CONFIDENCE) -> float:
    """The normal quantile of a two-sided interval; 1.95996 for 0.95. Raises ValueError outside (0, 1)."""
    if not 0 < confidence < 1:
        raise ValueError("A confidence lies between 0 and 1.")
    return NormalDist().inv_cdf((1 + confidence) / 2)


def student_quantile(part: float, freedom: float) -> float:
    """Student's quantile for three and more degrees of freedom, whole or not; within 0.01 for 95 % and 0.001 from ten on.

    Abramowitz and Stegun, Handbook of Mathematical Functions, 1964, formula 26.7.5.
    """
    x = NormalDist().inv_cdf(part)
    terms = (
        (x**3 + x) / 4,
        (5 * x**5 + 16 * x**3 + 3 * x) / 96,
        (3 * x**7 + 19 * x**5 + 17 * x**3 - 15 * x) / 384,
        (79 * x**9 + 776 * x**7 + 1482 * x**5 - 1920 * x**3 - 945 * x) / 92160,
    )
    return x + sum(term / freedom**power for power, term in enumerate(terms, start=1))


def wilson(k: float, n: float, confidence: float = CONFIDENCE) -> Interval:
    """The Wilson interval of k of n (domain 4.4-3); effective numbers need not be whole. Raises ValueError when
    n < 1 or k is not between 0 and n.
    """
    if n < 1 or not 0 <= k <= n:
        raise ValueError(f"Wilson needs n >= 1 and 0 <= k <= n; got {k} of {n}.")
    z = z_two_sided(confidence)
    p = k / n
    stretch = 1 + z * z / n
    centre = (p + z * z / (2 * n)) / stretch
    half = z / stretch * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low = 0.0 if k == 0 else max(0.0, centre - half)
    high = 1.0 if k == n else min(1.0, centre + half)
    return Interval(p, low, high)


def newcombe(k_now: float, n_now: float, k_before: float, n_before: float, confidence: float = CONFIDENCE) -> Interval:
    """Difference of two independent shares, now minus before, from two Wilson intervals (domain 4.4-3)."""
    now, before = wilson(k_now, n_now, confidence), wilson(k_before, n_before, confidence)
    difference = now.value - before.value
    low = difference - sqrt((now.value - now.low) ** 2 + (before.high - before.value) ** 2)
    high = difference + sqrt((now.high - now.value) ** 2 + (before.value - before.low) ** 2)
    return Interval(difference, low, high)


def rate_ratio(
    events_now: int,
    exposure_now: float,
    events_before: int,
    exposure_before: float,
    confidence: float = CONFIDENCE,
    dispersion: float = 1.0,
) -> Interval:
    """Ratio of two rates, now over before: exp(ln RR +- z sqrt(1/a + 1/b)) (domain 4.4-5).

    `dispersion` above 1 widens it by its root, as events that scatter more than Poisson ask for (quasi-likelihood:
    McCullagh and Nelder, Generalized Linear Models, 1989, section 6.2.3).
    Raises ValueError without at least one event on both sides, or without exposure.
    """
    if min(events_now, events_before) < 1 or min(exposure_now, exposure_before) <= 0:
        raise ValueError("A rate ratio needs at least one event and some exposure on both sides.")
    ratio = (events_now / exposure_now) / (events_before / exposure_before)
    reach = z_two_sided(confidence) * sqrt(max(1.0, dispersion) * (1 / events_now + 1 / events_before))
    return Interval(ratio, exp(log(ratio) - reach), exp(log(ratio) + reach))


def rate_interval(events: int, exposure: float, confidence: float = CONFIDENCE, dispersion: float = 1.0) -> Interval:
    """Events per exposure with its range: exp(ln rate +- z sqrt(1/a)), widened by the root of a `dispersion` above 1.

    Without any event the upper bound is the rate at which nothing at all would be as rare as the confidence asks for.
    Raises ValueError without exposure.
    """
    if exposure <= 0 or events < 0:
        raise ValueError("A rate needs events >= 0 and some exposure.")
    if not events:
        return Interval(0.0, 0.0, -log((1 - confidence) / 2) / exposure)
    reach = z_two_sided(confidence) * sqrt(max(1.0, dispersion) / events)
    rate = events / exposure
    return Interval(rate, rate * exp(-reach), rate * exp(reach))
