"""A figure beside an element: people, times and share, with period, n, verdict, and the small chart of its periods."""

from collections.abc import Sequence
from dataclasses import dataclass

from allmende.domain.verdict.charts import xmr_limits
from allmende.plan.catalogue import measure_word
from allmende.plan.models import Evidence
from allmende.plan.queries.facts import Series

WIDTH, HEIGHT, EDGE = 136.0, 32.0, 3.0
FEWEST_POINTS = 6


@dataclass(frozen=True)
class Spark:
    """A chart in a row, 136 by 32: upper and lower natural limits as a band, the mean, one dot per period; strings,
    because a decimal comma would break the drawing."""

    band_top: str
    band_height: str
    mean: str
    dots: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True)
class Figure:
    """The newest fact of one source. `difference`, `low`, `high` and `delta` draw the verdict's mark."""

    fact: Evidence
    label: str
    difference: float | None
    low: float | None
    high: float | None
    delta: float | None
    is_clearly: bool
    is_with_damage: bool
    spark: Spark | None

    @property
    def k(self) -> int | None:
        """How many of the n did it: what the share is made of. `times` may be more, for one person may do it often."""
        return None if self.fact.share is None or self.fact.n is None else round(self.fact.share * self.fact.n)


def figures_of(series: Sequence[Series], delta: float | None) -> tuple[Figure, ...]:
    """One figure per source; `delta` is the objective's least relevant difference."""
    return tuple(_figure(one, delta) for one in series)


def _figure(series: Series, delta: float | None) -> Figure:
    fact = series.newest
    has_difference = fact.share is not None and fact.before_share is not None
    difference = fact.share - fact.before_share if fact.share is not None and fact.before_share is not None else None
    return Figure(
        fact,
        measure_word(series.source),
        difference,
        fact.low if has_difference else None,
        fact.high if has_difference else None,
        delta,
        "clearly" in fact.flags,
        "with_damage" in fact.flags,
        _spark(series.points),
    )


def _spark(points: Sequence[Evidence]) -> Spark | None:
    """None below six periods with shares: natural limits of fewer say nothing."""
    values = [point.share for point in points if point.share is not None]
    if len(values) < FEWEST_POINTS:
        return None
    limits = xmr_limits(values).values
    top, bottom = max(*values, limits.upper), min(*values, limits.lower)
    reach = (top - bottom) or 1.0

    def height(value: float) -> float:
        return EDGE + (HEIGHT - 2 * EDGE) * (top - value) / reach

    step = (WIDTH - 2 * EDGE) / (len(values) - 1)
    dots = tuple(
        (f"{EDGE + place * step:.1f}", f"{height(value):.1f}", not limits.lower <= value <= limits.upper)
        for place, value in enumerate(values)
    )
    upper, lower = height(limits.upper), height(limits.lower)
    return Spark(f"{upper:.1f}", f"{lower - upper:.1f}", f"{height(limits.mean):.1f}", dots)
