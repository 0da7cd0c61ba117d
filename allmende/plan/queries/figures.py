"""A figure beside an element: people, times and share, with period, n, verdict, and the small chart of its periods."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from allmende.domain.weeks import places_of, runs_of
from allmende.plan.catalogue import measure_word
from allmende.plan.models import Evidence
from allmende.plan.queries.facts import Series

WIDTH, HEIGHT, EDGE = 136.0, 32.0, 3.0
SIGNAL = "signal"


@dataclass(frozen=True)
class Spark:
    """A chart in a row, 136 by 32: the natural limits as a band (a path, broken where weeks are missing), the level before, one dot
    per week; strings, because a decimal comma would break the drawing."""

    band: str
    level: str
    dots: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True)
class Figure:
    """The newest fact of one source, and what the newest single day brought. `difference`, `low`, `high` and `delta` draw
    the verdict's mark."""

    fact: Evidence
    label: str
    difference: float | None
    low: float | None
    high: float | None
    delta: float | None
    is_clearly: bool
    is_with_damage: bool
    spark: Spark | None
    day: Evidence | None = None

    @property
    def k(self) -> int | None:
        """How many of the n did it: what the share is made of. `times` may be more, for one person may do it often."""
        return _k_of(self.fact)

    @property
    def day_k(self) -> int | None:
        """How many of the newest day's n did it."""
        return _k_of(self.day) if self.day else None


def _k_of(fact: Evidence) -> int | None:
    share = fact.share if fact.counted_share is None else fact.counted_share
    return None if share is None or fact.n is None else round(share * fact.n)


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
        _spark(series.weeks),
        series.day,
    )


def _spark(weeks: Sequence[Evidence]) -> Spark | None:
    """None without weeks: natural limits of too few say nothing, and then nobody tells any."""
    told = [
        (figure, week.low, week.high, level, week)
        for week in weeks
        for figure, level in [
            (week.value, week.before_value) if week.share is None else (week.share, week.before_share)
        ]
        if figure is not None and week.low is not None and week.high is not None and level is not None
    ]
    if not told:
        return None
    top = max(max(share, high) for share, _, high, _, _ in told)
    bottom = min(min(share, low) for share, low, _, _, _ in told)
    reach = (top - bottom) or 1.0

    def height(value: float) -> str:
        return f"{EDGE + (HEIGHT - 2 * EDGE) * (top - value) / reach:.1f}"

    places = _places([week for *_, week in told])
    width = WIDTH / (places[-1] + 1)
    outlines = []
    for run in runs_of(places):
        edges = [(one, f"{width * (places[one] + side):.1f}") for one in run for side in (0, 1)]
        upper = [f"{x},{height(told[one][2])}" for one, x in edges]
        lower = [f"{x},{height(told[one][1])}" for one, x in reversed(edges)]
        outlines.append(f"M{' '.join([*upper, *lower])}Z")
    dots = tuple(
        (f"{width * (place + 0.5):.1f}", height(share), SIGNAL in week.flags)
        for place, (share, _, _, _, week) in zip(places, told, strict=True)
    )
    return Spark(" ".join(outlines), height(told[-1][3]), dots)


def _places(weeks: Sequence[Evidence]) -> list[int]:
    """How many periods after the first each begins; how long one lasts says whether they are weeks, months or quarters."""
    days = (weeks[0].period_end - weeks[0].period_start).days
    kind = "week" if days < 14 else "month" if days < 62 else "quarter"
    return places_of([timezone.localtime(week.period_start).date() for week in weeks], kind)
