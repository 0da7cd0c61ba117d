"""The weeks of one figure as a drawing: a band of natural limits, the level before, dots, signals. Geometry only.

Numbers are strings with a decimal point, because templates would write a decimal comma into the drawing.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from allmende.behaviours.queries.charts import path_of, ticks_of
from allmende.domain.verdict import Limits, p_limits, signals
from allmende.domain.weeks import places_of, runs_of
from allmende.stakeholders.queries.figures import Week
from allmende.stakeholders.queries.paper import Figure

LEFT, RIGHT, TOP, BOTTOM = 44.0, 388.0, 34.0, 170.0
FEWEST_WEEKS = 4
LABELLED_EVERY = 4
MOST_TICKS = 6


@dataclass(frozen=True)
class Dot:
    x: str
    y: str
    is_signal: bool
    starts_date: date
    is_labelled: bool


@dataclass(frozen=True)
class Row:
    """A period in the table behind the drawing; of a share with its week."""

    starts_date: date
    figure: float
    limits: Limits
    week: Week | None = None


@dataclass(frozen=True)
class Chart:
    """`band` and `line` are paths that break where a period is missing. `grid` are (y, figure); `start_x` where the objective
    began, empty when before the first period. `form` says the unit of the figures, `kind` what a dot is: a week, a month or a
    quarter."""

    band: str
    line: str
    level_y: str
    dots: tuple[Dot, ...]
    grid: tuple[tuple[str, float], ...]
    start_x: str
    starts_date: date | None
    signal_count: int
    rows: tuple[Row, ...]
    before: float
    form: str = ""
    kind: str = "week"

    @property
    def is_broken(self) -> bool:
        """Whether periods in between are missing: nothing was counted, or too few people stand behind it."""
        return len(runs_of(_places(self.rows, self.kind))) > 1


@dataclass(frozen=True)
class _Scale:
    """From shares and places in the row to the drawing's units."""

    lowest: float
    highest: float
    step: float

    def x(self, place: float) -> float:
        return LEFT + place * self.step

    def y(self, share: float) -> float:
        return BOTTOM - (share - self.lowest) / (self.highest - self.lowest) * (BOTTOM - TOP)


def chart_of(figure: Figure) -> Chart | None:
    """The drawing, or None with fewer than four periods or nothing before to draw a band from."""
    numbers, weeks = figure.numbers, figure.weeks
    if numbers is None:
        return None
    if figure.periods:
        return _of_periods(figure) if len(figure.periods) >= FEWEST_WEEKS else None
    if not numbers.before_n or numbers.before_share is None or len(weeks) < FEWEST_WEEKS:
        return None
    level = numbers.before_share if numbers.counted_before_share is None else numbers.counted_before_share
    limits = p_limits(numbers.before_k, numbers.before_n, [week.n for week in weeks])
    shares = [week.k / week.n for week in weeks]
    spoken = {signal.index for signal in signals(shares, limits) if _is_after(weeks[signal.index], figure.starts_date)}
    rows = [Row(week.starts_date, share, band, week) for week, share, band in zip(weeks, shares, limits, strict=True)]
    scale = _scale(shares, limits, _places(rows, "week")[-1] + 1)
    return _drawn(figure, rows, spoken, level, scale, _ticks(scale))


def _of_periods(figure: Figure) -> Chart:
    """A rate or a duration; its limits and signals were found where it was judged."""
    periods = figure.periods
    rows = [Row(one.starts_date, one.value, Limits(one.level, one.low, one.high)) for one in periods]
    spoken = {place for place, one in enumerate(periods) if one.is_signal}
    ends = [end for one in periods for end in (one.value, one.low, one.high)]
    ticks = ticks_of([0.0, *ends], MOST_TICKS, figure.form)
    kind = periods[0].kind
    scale = _Scale(ticks[0], ticks[-1], (RIGHT - LEFT) / (_places(rows, kind)[-1] + 1))
    return replace(_drawn(figure, rows, spoken, periods[0].level, scale, ticks, kind), form=figure.form)


def _drawn(
    figure: Figure,
    rows: Sequence[Row],
    spoken: Collection[int],
    level: float,
    scale: _Scale,
    ticks: Sequence[float],
    kind: str = "week",
) -> Chart:
    places = _places(rows, kind)
    start = next((place for place, row in zip(places, rows, strict=True) if _is_after(row, figure.starts_date)), 0)
    points = [(scale.x(place + 0.5), scale.y(row.figure)) for place, row in zip(places, rows, strict=True)]
    return Chart(
        band=_band([row.limits for row in rows], places, scale),
        line=path_of([[points[one] for one in run] for run in runs_of(places)]),
        level_y=f"{scale.y(level):.1f}",
        dots=tuple(
            _dot(place, row, i in spoken, scale) for i, (place, row) in enumerate(zip(places, rows, strict=True))
        ),
        grid=tuple((f"{scale.y(tick):.1f}", tick) for tick in ticks),
        start_x=f"{scale.x(start):.1f}" if start else "",
        starts_date=figure.starts_date,
        signal_count=len(spoken),
        rows=tuple(rows),
        before=level,
        kind=kind,
    )


def _is_after(week: Week | Row, starts_date: date | None) -> bool:
    return starts_date is not None and week.starts_date >= starts_date


def _places(rows: Sequence[Row], kind: str) -> list[int]:
    """How many periods after the first each begins: one that is missing keeps its room."""
    return places_of([row.starts_date for row in rows], kind)


def _scale(shares: Sequence[float], limits: Sequence[Limits], room: int) -> _Scale:
    """`room`: how many weeks stand side by side."""
    lowest = min(*shares, *(band.lower for band in limits))
    highest = max(*shares, *(band.upper for band in limits))
    step = 0.2 if highest - lowest > 0.4 else 0.1
    bottom = max(0.0, step * int(lowest / step))
    top = min(1.0, step * (int(highest / step) + 1))
    return _Scale(bottom, top, (RIGHT - LEFT) / room)


def _ticks(scale: _Scale) -> list[float]:
    step = 0.2 if scale.highest - scale.lowest > 0.4 else 0.1
    count = round((scale.highest - scale.lowest) / step)
    return [scale.lowest + step * i for i in range(count + 1)]


def _band(limits: Sequence[Limits], places: Sequence[int], scale: _Scale) -> str:
    outlines = []
    for run in runs_of(places):
        edges = [(limits[one], scale.x(places[one] + side)) for one in run for side in (0, 1)]
        upper = [(x, scale.y(band.upper)) for band, x in edges]
        outlines.append([*upper, *((x, scale.y(band.lower)) for band, x in reversed(edges))])
    return path_of(outlines, is_closed=True)


def _dot(place: int, row: Row, is_signal: bool, scale: _Scale) -> Dot:
    x, y = f"{scale.x(place + 0.5):.1f}", f"{scale.y(row.figure):.1f}"
    return Dot(x, y, is_signal, row.starts_date, place % LABELLED_EVERY == 0)
