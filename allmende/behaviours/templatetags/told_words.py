"""What a rate, a duration, breadth or concentration says, in words: people, times and share stand beside it (S1-15)."""

from collections.abc import Callable, Iterator

from django import template
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allmende.behaviours.models import Measurement
from allmende.behaviours.queries.preview import Preview
from allmende.behaviours.queries.told import Told, depth_of
from allmende.behaviours.templatetags.figure_words import length, length_after, often, value_words, written
from allmende.ledger.measure import PeriodRow, member_months

register = template.Library()


@register.filter
def said(told: Told) -> list[str]:
    """The sentences for the newest complete period; none before one is complete."""
    if told.newest is None:
        return []
    return list(_SAYINGS[told.form](told, told.newest))


@register.filter
def period_name(row: Measurement) -> str:
    """March 2026; quarter 2 of 2026; the week from a day on."""
    start = timezone.localtime(row.period_start)
    if row.period_kind == "month":
        return formats.date_format(start, "F Y")
    if row.period_kind == "quarter":
        return _("Quarter %(number)s of %(year)s") % {"number": (start.month + 2) // 3, "year": start.year}
    return _("Week from %(day)s") % {"day": formats.date_format(start, "SHORT_DATE_FORMAT")}


@register.filter
def lead(told: Told) -> str:
    """The one figure a list shows beside a rate, a duration or concentration; empty before a period is complete."""
    return _figure(told, told.newest) if told.newest else ""


@register.filter
def lead_of(told: Told) -> str:
    """What that figure is of."""
    words = {"F3": _("per person and month"), "F4": _("until half are done"), "F6": _("people give half of it")}
    if told.form == "F5" and told.newest:
        return _("of %(n)s") % {"n": written(told.newest.complete)}
    return words.get(told.form, "")


@register.filter
def columns(told: Told) -> list[str]:
    """Heads of the columns that only this form has."""
    return heads(told.form)


@register.filter
def heads(form: str) -> list[str]:
    """The same by form."""
    found = {
        "F3": [_("per person and month")],
        "F4": [_("half after"), _("nine of ten after")],
        "F5": [_("did it again")],
        "F6": [_("people who give half")],
    }
    return found[form]


@register.filter
def preview_value(preview: Preview) -> str:
    """The figure of the newest months in the unit of its form."""
    if preview.form == "F4":
        return length_after(preview.value)
    return value_words(preview.form, preview.value)


@register.filter
def month_cells(row: PeriodRow) -> list[str]:
    """What stands in these columns for a month of the preview; a dash where nothing can be said."""
    if row.form == "F3":
        return [often(row.rate) or "–"]
    if row.form == "F4":
        return [length(one.total_seconds() if one is not None else None) for one in (row.median, row.p90)]
    return [written(row.factor) or "–"]


@register.simple_tag
def cells(told: Told, row: Measurement) -> list[str]:
    """What stands in these columns; a dash where nothing can be said."""
    if told.form == "F4":
        return [length(row.median_seconds), length(row.p90_seconds)]
    if told.form == "F5":
        words = {"again": written(row.again), "again_of": written(row.again_of)}
        return [_("%(again)s of %(again_of)s") % words if row.again_of else "–"]
    return [_figure(told, row) or "–"]


def _figure(told: Told, row: Measurement) -> str:
    if told.form == "F3":
        return often(row.rate)
    if told.form == "F4":
        return length(row.median_seconds)
    return written(row.factor)


def _rate(told: Told, row: Measurement) -> Iterator[str]:
    words = {
        "times": written(row.times),
        "months": written(member_months(row.exposure_seconds or 0), 1),
        "rate": often(row.rate),
    }
    yield _("%(times)s times in %(months)s person-months: %(rate)s per person and month.") % words


def _duration(told: Told, row: Measurement) -> Iterator[str]:
    words = {"median": length_after(row.median_seconds), "p90": length_after(row.p90_seconds)}
    if row.median_seconds is None:
        yield _("With more than half it has not happened. How long it takes cannot be said from that.")
    elif row.p90_seconds is None:
        yield _("Half are done after %(median)s. When nine of ten are cannot be said: too many are open.") % words
    else:
        yield _("Half are done after %(median)s, nine of ten after %(p90)s.") % words
    if row.censored:
        sentence = ngettext(
            "One is still open and counts with the time it has waited.",
            "%(count)d are still open and count with the time they have waited.",
            row.censored,
        )
        yield sentence % {"count": row.censored}


def _breadth(told: Told, row: Measurement) -> Iterator[str]:
    words = {"people": written(row.people), "n": written(row.complete), "depth": written(depth_of(row), 1)}
    if not row.people:
        yield _("Nobody of %(n)s who could did it.") % words
    else:
        yield (
            ngettext(
                "One of %(n)s who could did it, %(depth)s times.",
                "%(people)s of %(n)s who could did it, each %(depth)s times on average.",
                row.people,
            )
            % words
        )
    if told.before:
        before = told.before
        words = {
            "again": written(before.again), "again_of": written(before.again_of), "period": period_name(before),
        }  # fmt: skip
        yield _("Of %(again_of)s who did it (%(period)s), %(again)s did it again in the period after.") % words


def _concentration(told: Told, row: Measurement) -> Iterator[str]:
    if row.factor is None:
        yield _("Nobody did it.")
        return
    yield ngettext("One person alone gives half of it.", "%(count)d people together give half of it.", row.factor) % {
        "count": row.factor
    }
    if told.range_of > 1:
        words = {"low": told.low, "high": told.high, "count": told.range_of}
        yield _("Over the last %(count)s periods it was between %(low)s and %(high)s.") % words


_SAYINGS: dict[str, Callable[[Told, Measurement], Iterator[str]]] = {
    "F3": _rate,
    "F4": _duration,
    "F5": _breadth,
    "F6": _concentration,
}
