"""Where the lines and dots of the charts stand. Every figure is a string: a decimal comma would break the drawing.

Natural limits come from the periods before the cut; a point is a week (of what people do in calendar periods, such a period)
whose windows have all closed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil, floor

from allmende.domain.verdict import Limits, Share, Signal, is_scattered, p_limits, signals, xmr_limits
from allmende.domain.weeks import places_of, runs_of

FEWEST_WEEKS = 6
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
# Between two lines of the grid, by form: shares in points, times per person and month, seconds.
_STEPS_OF: dict[str, tuple[float, ...]] = {
    "F3": (*_STEPS, 1, 2, 5, 10, 20, 50),
    "F4": (
        *(_MINUTE * count for count in (1, 2, 5, 10, 15, 30)),
        *(_HOUR * count for count in (1, 2, 3, 6, 12)),
        *(_DAY * count for count in (1, 2, 5, 10, 20, 50)),
    ),
}
_LABEL_DISTANCE = 15.0


@dataclass(frozen=True)
class Week:
    """One period of the chart: k of n complete units; `value` where the figure is no share."""

    start: datetime
    on_date: date
    k: int
    n: int
    limits: Limits
    is_signal: bool
    value: float | None = None

    @property
    def share(self) -> float:
        return self.k / self.n

    @property
    def figure(self) -> float:
        """What is drawn."""
        return self.share if self.value is None else self.value


@dataclass(frozen=True)
class Series:
    """The weeks with their limits. `level` is the figure before, `kind` "p" or "xmr" (weeks scatter more than chance, or it is
    no share). `form` says the unit of the figures, `period` what a point is: a week, a month or a quarter."""

    weeks: tuple[Week, ...]
    level: float
    kind: str
    baseline_weeks: int
    form: str = ""
    period: str = "week"


@dataclass(frozen=True)
class Mark:
    """An upright: what began when."""

    at: datetime
    label: str


@dataclass(frozen=True)
class Box:
    """The size of a drawing: the plot lies between left and right, top and bottom."""

    width: int
    height: int
    left: float
    right: float
    top: float
    bottom: float
    most_ticks: int
    most_labels: int


WIDE = Box(820, 330, 44, 716, 34, 300, 8, 11)
NARROW = Box(358, 260, 44, 346, 34, 230, 5, 6)


@dataclass(frozen=True)
class Line:
    """A label or line at (x, y); `value` is a share, a date or a text, `anchor` where a text hangs."""

    x: str
    y: str
    value: object = ""
    anchor: str = "start"


@dataclass(frozen=True)
class Drawing:
    """A chart ready for its template. `band` and `line` are paths: they break where periods are missing in between."""

    box: Box
    band: str
    line: str
    level_y: str
    ticks: tuple[Line, ...]
    weeks: tuple[Line, ...]
    dots: tuple[tuple[str, str, bool], ...]
    starts: tuple[Line, ...]
    target_y: str
    target_x: str
    right: tuple[Line, ...]
    form: str = ""
    period: str = "week"


def series_of(
    points: Sequence[tuple[datetime, date, int, int]], cut: datetime | None, period: str = "week"
) -> Series | None:
    """Limits and signals for weeks (start, day, k, n) in order; None below six weeks with units before the cut (or at
    all, where nothing has begun): limits of fewer say nothing."""
    counted = [point for point in points if point[3]]
    before = [Share(k, n) for start, _, k, n in counted if cut is None or start < cut]
    if len(before) < FEWEST_WEEKS:
        return None
    k, n = sum(one.k for one in before), sum(one.n for one in before)
    sizes = [point[3] for point in counted]
    values = [k_ / n_ for _, _, k_, n_ in counted]
    if is_scattered(before):
        kind, natural = "xmr", xmr_limits([one.k / one.n for one in before]).values
        limits: tuple[Limits, ...] = (_as_shares(natural),) * len(counted)
    else:
        kind, limits = "p", p_limits(k, n, sizes)
    spoken = _spoken(signals(values, limits))
    weeks = tuple(
        Week(start, on_date, k_, n_, band, place in spoken)
        for place, ((start, on_date, k_, n_), band) in enumerate(zip(counted, limits, strict=True))
    )
    return Series(weeks, limits[0].mean, kind, len(before), period=period)


def value_series_of(
    points: Sequence[tuple[datetime, date, float]], cut: datetime | None, form: str, period: str
) -> Series | None:
    """Limits and signals for rates or durations (start, day, value) in order, by an XmR chart (4.3); None below six before the
    cut. Neither can be below nothing, so no limit is."""
    before = [value for start, _, value in points if cut is None or start < cut]
    if len(before) < FEWEST_WEEKS:
        return None
    natural = xmr_limits(before).values
    band = Limits(natural.mean, max(0.0, natural.lower), natural.upper)
    spoken = _spoken(signals([value for *_, value in points], band))
    weeks = tuple(
        Week(start, on_date, 0, 0, band, place in spoken, value) for place, (start, on_date, value) in enumerate(points)
    )
    return Series(weeks, band.mean, "xmr", len(before), form, period)


def draw(series: Series, box: Box, marks: Sequence[Mark], target: float | None, last: int) -> Drawing:
    """The last weeks of a series in a box."""
    weeks, places = _shown(series, last)
    ends = [week.limits.lower for week in weeks] + [week.limits.upper for week in weeks]
    figures = [*ends, *(week.figure for week in weeks), *([target] if target else [])]
    ticks = ticks_of(figures, box.most_ticks, series.form)
    scale = (ticks[0], ticks[-1])
    width = (box.right - box.left) / (places[-1] + 1)
    middles = [box.left + width * (place + 0.5) for place in places]
    heights = [_y(week.figure, scale, box) for week in weeks]
    starts = _starts(weeks, places, marks, box, width)
    target_x = float(starts[0].x) if starts else box.left
    return Drawing(
        box=box,
        band=_band(weeks, places, scale, box, width),
        line=path_of([[(middles[one], heights[one]) for one in run] for run in runs_of(places)]),
        level_y=f"{_y(series.level, scale, box):.1f}",
        ticks=tuple(Line(f"{box.left:.0f}", f"{_y(tick, scale, box):.1f}", tick) for tick in ticks),
        weeks=_week_labels(weeks, places, middles, box),
        dots=tuple(
            (f"{x:.1f}", f"{y:.1f}", week.is_signal) for x, y, week in zip(middles, heights, weeks, strict=True)
        ),
        starts=starts,
        target_y=f"{_y(target, scale, box):.1f}" if target else "",
        target_x=f"{target_x:.1f}",
        right=_right_labels(weeks, series, target, scale, box),
        form=series.form,
        period=series.period,
    )


@dataclass(frozen=True)
class Spark:
    """A chart in a row, 136 by 32."""

    band: str
    level_y: str
    dots: tuple[tuple[str, str, bool], ...]


def spark_of(series: Series, last: int = 20) -> Spark:
    """The last weeks of a series, small."""
    box = Box(136, 32, 0, 136, 3, 29, 2, 0)
    weeks, places = _shown(series, last)
    values = [value for week in weeks for value in (week.figure, week.limits.lower, week.limits.upper)]
    scale = (min(values), max(*values, min(values) + 0.01))
    width = (box.right - box.left) / (places[-1] + 1)
    dots = tuple(
        (f"{width * (place + 0.5):.1f}", f"{_y(week.figure, scale, box):.1f}", week.is_signal)
        for place, week in zip(places, weeks, strict=True)
    )
    return Spark(_band(weeks, places, scale, box, width), f"{_y(series.level, scale, box):.1f}", dots)


@dataclass(frozen=True)
class IntervalPlot:
    """The verdict's figure, 290 by 66, zero in the middle; places of the interval, the point and the grey zone."""

    low: str
    high: str
    point: str
    low_anchor: str
    high_anchor: str
    zone: str
    zone_end: str
    zone_width: str


def interval_plot(difference: float, low: float, high: float, least: float | None) -> IntervalPlot:
    """All four are differences of one unit, with nothing in the middle."""
    zone = least or 0.0
    reach = max(abs(low), abs(high), 1.4 * zone) or 1.0

    def at(value: float) -> float:
        return 145 + 118 * value / reach

    is_tight = at(high) - at(low) < 52
    return IntervalPlot(
        low=f"{at(low):.1f}",
        high=f"{at(high):.1f}",
        point=f"{at(difference):.1f}",
        low_anchor="end" if is_tight else "middle",
        high_anchor="start" if is_tight else "middle",
        zone=f"{at(-zone):.1f}",
        zone_end=f"{at(zone):.1f}",
        zone_width=f"{at(zone) - at(-zone):.1f}",
    )


def _as_shares(limits: Limits) -> Limits:
    return Limits(limits.mean, max(0.0, limits.lower), min(1.0, limits.upper))


def _spoken(found: Sequence[Signal]) -> set[int]:
    """Points that belong to a signal: a run speaks with all its points."""
    runs = {place for one in found if one.code == "run_of_eight" for place in range(one.index - 7, one.index + 1)}
    return runs | {one.index for one in found}


def ticks_of(values: Sequence[float], most: int, form: str) -> list[float]:
    """Round figures that hold all values between them, at most so many, in the unit of the form."""
    low, high = min(values), max(values)
    for step in _STEPS_OF.get(form, _STEPS):
        first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
        if last - first < most:
            break
    last = max(last, first + 1)
    return [round(place * step, 4) for place in range(first, last + 1)]


def _y(value: float, scale: tuple[float, float], box: Box) -> float:
    low, high = scale
    return box.bottom - (box.bottom - box.top) * (value - low) / (high - low)


def path_of(lines: Sequence[Sequence[tuple[float, float]]], *, is_closed: bool = False) -> str:
    """Lines of points (x, y), each by itself, as one path; closed where they are outlines."""
    end = "Z" if is_closed else ""
    return " ".join("M" + " ".join(f"{x:.1f},{y:.1f}" for x, y in line) + end for line in lines)


def _shown(series: Series, last: int) -> tuple[tuple[Week, ...], list[int]]:
    """What lies in the `last` periods up to the newest, and how many periods after the first of them each does."""
    places = places_of([week.on_date for week in series.weeks], series.period)
    shown = [index for index, place in enumerate(places) if place > places[-1] - last]
    return tuple(series.weeks[index] for index in shown), [places[index] - places[shown[0]] for index in shown]


def _band(weeks: Sequence[Week], places: Sequence[int], scale: tuple[float, float], box: Box, width: float) -> str:
    """Stepped by the size of each week: along the upper limits and back along the lower ones."""
    outlines = []
    for run in runs_of(places):
        edges = [(weeks[one].limits, box.left + width * (places[one] + side)) for one in run for side in (0, 1)]
        upper = [(x, _y(limits.upper, scale, box)) for limits, x in edges]
        lower = [(x, _y(limits.lower, scale, box)) for limits, x in reversed(edges)]
        outlines.append([*upper, *lower])
    return path_of(outlines, is_closed=True)


def _week_labels(weeks: Sequence[Week], places: Sequence[int], middles: Sequence[float], box: Box) -> tuple[Line, ...]:
    every = max(1, ceil((places[-1] + 1) / box.most_labels))
    y = f"{box.bottom + 22:.0f}"
    labelled = [index for index, place in enumerate(places) if place % every == 0]
    return tuple(Line(f"{middles[index]:.1f}", y, weeks[index].on_date, "middle") for index in labelled)


def _starts(
    weeks: Sequence[Week], places: Sequence[int], marks: Sequence[Mark], box: Box, width: float
) -> tuple[Line, ...]:
    """One upright per beginning that lies in the drawing; a label where the last one leaves room for it."""
    found: list[Line] = []
    free_from = box.left
    for mark in sorted(marks, key=lambda one: one.at):
        place = next((there for there, week in zip(places, weeks, strict=True) if week.start >= mark.at), None)
        if not place:
            continue
        x = box.left + width * place
        is_left = x > box.left + (box.right - box.left) * 0.7
        has_room = x >= free_from
        label = mark.label if has_room else ""
        free_from = x + (8 if is_left else 8 + 7.2 * len(mark.label)) if has_room else free_from
        found.append(Line(f"{x:.1f}", "18", label, "end" if is_left else "start"))
    return tuple(found)


def _right_labels(
    weeks: Sequence[Week], series: Series, target: float | None, scale: tuple[float, float], box: Box
) -> tuple[Line, ...]:
    """Names of the levels at the right edge, pushed apart where they would touch. `anchor` names which is which."""
    last = weeks[-1].limits
    wanted = [("upper", last.upper), ("level", series.level), ("lower", last.lower)]
    if target:
        wanted.append(("target", target))
    labels, free_from = [], 0.0
    for name, value in sorted(wanted, key=lambda one: -one[1]):
        y = max(_y(value, scale, box) + 4, free_from)
        free_from = y + _LABEL_DISTANCE
        labels.append(Line(f"{box.right + 8:.0f}", f"{y:.1f}", value, name))
    return tuple(labels)
