"""How a figure of each form and a difference of two are written: points, times as often, minutes to days."""

from collections.abc import Callable, Mapping, Sequence

from django import template
from django.utils import formats
from django.utils.translation import get_language, ngettext, npgettext
from django.utils.translation import gettext as _

from allmende.behaviours.queries.charts import Series
from allmende.behaviours.queries.verdicts import Figure
from allmende.plan.catalogue import FEW, UNITS, in_points, in_unit

register = template.Library()

NBSP = "\u00a0"
MINUS = "\u2212"
MINUTE, HOUR, DAY = 60, 3_600, 86_400
NAMED_TOGETHER = 3


@register.filter
def figure_words(figure: Figure) -> str:
    """What it is now, in its own unit: 56.6%; 0.8 times per person and month; 5.1 hours."""
    return value_words(figure.form, figure.value)


@register.filter
def before_words(figure: Figure) -> str:
    """What it was before, in the same unit."""
    return value_words(figure.form, figure.before_value)


@register.filter
def bare_figure(figure: Figure) -> str:
    """What it is now, where a heading says of what it is."""
    return _bare_value(figure.form, figure.value)


@register.filter
def bare_before(figure: Figure) -> str:
    """What it was before, where a heading says of what it is."""
    return _bare_value(figure.form, figure.before_value)


@register.filter
def difference_words(figure: Figure) -> str:
    """How much it differs: +7.8 points; 1.54 times as often; −4.3 hours."""
    return change_words(figure.form, figure.difference)


@register.filter
def low_words(figure: Figure) -> str:
    """The lower bound, as short as a drawing needs it."""
    return bound_words(figure.form, figure.low)


@register.filter
def high_words(figure: Figure) -> str:
    """The upper bound, as short as a drawing needs it."""
    return bound_words(figure.form, figure.high)


@register.filter
def zone_start(figure: Figure) -> str:
    """Where the zone begins that changes no decision."""
    return _zone(figure, -1)


@register.filter
def zone_end(figure: Figure) -> str:
    """Where it ends."""
    return _zone(figure, 1)


@register.filter
def tick_words(value: float, form: str) -> str:
    """A line of the grid: as short as it can be."""
    if form == "F3":
        return written(value, 0 if value == int(value) else 1 if round(value, 1) == round(value, 2) else 2)
    unit, sign = (DAY, _("d")) if value >= 2 * DAY else (HOUR, _("h")) if value >= 2 * HOUR else (MINUTE, _("min"))
    amount = value / unit
    return f"{written(amount, 0 if amount == int(amount) else 1)}{NBSP}{sign}" if value else "0"


@register.filter
def level_words(series: Series) -> str:
    """The level before, in the unit of what is drawn."""
    return value_words(series.form, series.level)


@register.filter
def in_form(value: float | None, form: str) -> str:
    """A figure in the unit of its form; `value|in_form:form`."""
    return value_words(form, value)


@register.filter
def change_in_form(value: float | None, form: str) -> str:
    """How much it differs: 1.54 times as often; −4.3 hours."""
    return change_words(form, value)


@register.filter
def bound_in_form(value: float | None, form: str) -> str:
    """The bare end of a span."""
    return bound_words(form, value)


@register.filter
def least_in_form(least: float, form: str) -> str:
    """From which part of what it was before a difference counts: 20%."""
    return least_words(form, least, None)


@register.simple_tag
def part_figure(form: str, value: float | None, n: int) -> tuple[str, str]:
    """The figure of a part of a rate or a duration, and on how much it rests: 0.8 and “120 times”; 5.1 hours and “of 40”."""
    if not n and value is None:
        return "–", ""
    if form == "F3":
        return often(value), ngettext("%(times)s time", "%(times)s times", n) % {"times": written(n)}
    return value_words(form, value), _("of %(n)s") % {"n": written(n)}


@register.simple_tag
def figure_heading(form: str) -> str:
    """What stands over a column of figures of this form."""
    if form == "F3":
        return _("Times per person and month")
    return _("half are done after") if form == "F4" else _("Share")


@register.simple_tag
def group_range(form: str, low: float | None, high: float | None) -> str:
    """Both ends of a figure's own range; a dash where there is none."""
    if low is None and high is None:
        return "–"
    told = {"low": _bare_value(form, low), "high": _bare_value(form, high) if high is not None else _("no limit")}
    return _("%(low)s to %(high)s") % told


@register.filter
def group_names(names: Sequence[str]) -> str:
    """The names of a part; several were put together."""
    told = [name or _("not told") for name in names]
    return ", ".join(told) if len(told) <= NAMED_TOGETHER else _("others together")


@register.simple_tag
def group_heading(kind: str, name: str) -> str:
    """By stage of membership; by department; by group."""
    if kind == "trait":
        return _("By “%(name)s”") % {"name": name}
    return _("By stage of membership today") if kind == "stage" else _("By group")


def value_words(form: str, value: float | None) -> str:
    """A figure in the unit of its form, of a thousand where few do it; a dash where there is none."""
    if value is None:
        return "–"
    if form == "F3":
        return in_unit(value, UNITS["rate"]) if value < FEW else _of_one(value)
    return length(value) if form == "F4" else share_words(value)


def _of_one(value: float) -> str:
    return _("%(figure)s times per person and month") % {"figure": often(value)}


def often(value: float | None) -> str:
    """Times per person and month, bare, with so many digits that few are not none: 1.54; 0.031; 0.0042."""
    return written(value, 2 if not value or value >= FEW else 3 if value >= FEW / 10 else 4)


def _bare_value(form: str, value: float | None) -> str:
    return often(value) if form == "F3" and value is not None else value_words(form, value)


def change_words(form: str, value: float | None) -> str:
    """A difference, a ratio or a time that is shorter or longer."""
    if value is None:
        return _("no limit")
    if form == "F3":
        return _("%(figure)s times as often") % {"figure": written(value, 2)}
    return _signed(value) if form == "F4" else points_words(value)


def bound_words(form: str, value: float | None) -> str:
    """The bare end of a span; in a sentence its last one carries the unit (`change_words`)."""
    if value is None:
        return _("no limit")
    if form == "F3":
        return written(value, 2)
    return _signed(value) if form == "F4" else bare(value)


def least_words(form: str, least: float | None, before: float | None) -> str:
    """The least relevant difference: 4 points; 20% of what was before, and of a duration how long that is."""
    if least is None:
        return ""
    if form == "F4" and before:
        return length(least * before)
    if form in ("F3", "F4"):
        return share_words(least, 0)
    return _("%(figure)s points") % {"figure": in_points(least)}


def written(value: float | None, digits: int = 0) -> str:
    """As `web`'s filter of that name writes it; a room below cannot ask it."""
    if value is None:
        return ""
    written = formats.number_format(round(abs(value), digits), decimal_pos=digits, use_l10n=True, force_grouping=True)
    return str(MINUS + written if value < 0 and round(value, digits) else written)


def share_words(value: float | None, digits: int = 1) -> str:
    """56.6%, as German and English write it."""
    if value is None:
        return ""
    return written(value * 100, digits) + ("%" if (get_language() or "").startswith("en") else f"{NBSP}%")


def points_words(value: float | None) -> str:
    """+4.1 points."""
    return "" if value is None else _("%(figure)s points") % {"figure": bare(value)}


def bare(value: float | None) -> str:
    """+4.1 without the word."""
    return "" if value is None else ("+" if round(value * 100, 1) > 0 else "") + written(value * 100, 1)


def length(seconds: float | None) -> str:
    """5.1 hours, as it stands alone."""
    if seconds is None:
        return "–"
    count, figure = _measured(seconds)
    if seconds < 2 * HOUR:
        return ngettext("%(figure)s minute", "%(figure)s minutes", count) % {"figure": figure}
    if seconds < 2 * DAY:
        return ngettext("%(figure)s hour", "%(figure)s hours", count) % {"figure": figure}
    return ngettext("%(figure)s day", "%(figure)s days", count) % {"figure": figure}


def length_after(seconds: float | None) -> str:
    """5.1 hours, as it stands behind “after”."""
    if seconds is None:
        return ""
    count, figure = _measured(seconds)
    if seconds < 2 * HOUR:
        return npgettext("after", "%(figure)s minute", "%(figure)s minutes", count) % {"figure": figure}
    if seconds < 2 * DAY:
        return npgettext("after", "%(figure)s hour", "%(figure)s hours", count) % {"figure": figure}
    return npgettext("after", "%(figure)s day", "%(figure)s days", count) % {"figure": figure}


def _measured(seconds: float) -> tuple[int, str]:
    """The figure in its unit, and the number its word follows: only a bare 1 is one."""
    unit = MINUTE if seconds < 2 * HOUR else HOUR if seconds < 2 * DAY else DAY
    value = seconds / unit
    digits = 0 if unit == MINUTE or value >= 10 else 1
    figure = written(value, digits)
    return (1 if figure == "1" else 2), figure


def _signed(seconds: float) -> str:
    sign = "+" if seconds > 0 else MINUS if seconds < 0 else ""
    return sign + length(abs(seconds))


def _zone(figure: Figure, side: int) -> str:
    if not figure.least:
        return ""
    if figure.form == "F3":
        return written((1 + figure.least) ** side, 2)
    sign = MINUS if side < 0 else "+"
    is_time = figure.form == "F4" and figure.before_value is not None
    return sign + (length(figure.least * (figure.before_value or 0)) if is_time else in_points(figure.least))


# What only a form's own sentences need; shares have theirs in `behaviour_words`.
FormWords = Callable[[Figure], Mapping[str, str]]


def rate_words(figure: Figure) -> Mapping[str, str]:
    """Bare figures for the sentences about a rate."""
    return {
        "value": often(figure.value),
        "before_value": often(figure.before_value),
        "times": written(figure.times),
        "before_times": written(figure.before_times),
        "low": bound_words("F3", figure.low),
        "high": bound_words("F3", figure.high),
    }


def duration_words(figure: Figure) -> Mapping[str, str]:
    """Lengths for the sentences about a duration."""
    return {
        "value": length_after(figure.value),
        "before_value": length_after(figure.before_value),
        "low": bound_words("F4", figure.low),
        "high": bound_words("F4", figure.high),
    }


WORDS_OF: Mapping[str, FormWords] = {"F3": rate_words, "F4": duration_words}
