"""Verdicts, steps and periods of behaviours in the reader's words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from django import template
from django.utils import formats
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from allmende.behaviours.catalogue import (
    COMPARISON_WORDS,
    DAMAGE,
    DIMENSION_WORDS,
    GUARDRAIL_WORDS,
    METHOD_WORDS,
    MIX_HIDES,
    NO_GUARDRAIL,
    REMEDIES,
    SAYINGS,
    STEP_TITLES,
    STEP_WORDS,
)
from allmende.behaviours.queries.charts import Week
from allmende.behaviours.queries.pages import Judgement
from allmende.behaviours.queries.verdicts import Figure
from allmende.plan.catalogue import in_points, measure_word

register = template.Library()

NBSP = "\u00a0"
MINUS = "\u2212"
GUARDED = ("moving", "not_moving")


@dataclass(frozen=True)
class StepLine:
    """One step of the procedure: a title, what it looked at, and whether it spoke for a judgement."""

    title: str
    text: str
    is_met: bool


@register.simple_tag
def saying(figure: Figure, units: str) -> str:
    """The verdict as a sentence."""
    sentence = SAYINGS.get(figure.reason_code)
    return str(sentence) % _values(figure, units) if sentence else ""


@register.filter
def remedy(figure: Figure) -> str:
    """What would help where nothing can be said; empty where something can."""
    return str(REMEDIES.get(figure.reason_code, ""))


@register.simple_tag
def missing_words(figure: Figure, needed: int | None, units: str) -> str:
    """How many are missing and when they would be there at today's pace; empty where that cannot be said."""
    missing = figure.missing_units or (needed - figure.n if needed else 0)
    if missing <= 0:
        return ""
    weeks = _weeks_for(missing, figure)
    words = {"missing": written(missing), "units": units, "count": weeks}
    if not weeks:
        return _("About %(missing)s %(units)s are missing.") % words
    if weeks > 52:
        return _("About %(missing)s %(units)s are missing; at today's pace that takes more than a year.") % words
    sentence = ngettext(
        "About %(missing)s %(units)s are missing; at today's pace that takes a week.",
        "About %(missing)s %(units)s are missing; at today's pace that takes about %(count)d weeks.",
        weeks,
    )
    return sentence % words


@register.filter
def damage(judgement: Judgement) -> str:
    """At whose expense it moved; empty where nothing got worse."""
    values = next((one["values"] for one in judgement.steps if one["code"] == "guardrail"), None)
    is_told = judgement.figure.is_with_damage and isinstance(values, Mapping) and values.get("key")
    return str(DAMAGE) % _guarded(values) if is_told and isinstance(values, Mapping) else ""


@register.filter
def dimension_words(dimension: str) -> str:
    """By channel; by how long somebody has been here."""
    return str(DIMENSION_WORDS.get(dimension, dimension))


@register.filter
def steps(judgement: Judgement) -> list[StepLine]:
    """The steps of a judgement, laid open."""
    return [_step(one, judgement) for one in judgement.steps]


@register.filter
def week_count(figure: Figure) -> int:
    """Whole weeks of the present period."""
    return (figure.period_end - figure.period_start).days // 7


@register.filter
def before_week_count(figure: Figure) -> int:
    """Whole weeks of the baseline."""
    return (figure.period_start - figure.before_start).days // 7


@register.filter
def times_a_week(figure: Figure) -> float:
    """How often a week it was done since the start."""
    return figure.times / max(1, week_count(figure))


@register.filter
def before_times_a_week(figure: Figure) -> float:
    """How often a week it was done before."""
    return figure.before_times / max(1, before_week_count(figure))


@register.filter
def signal_count(weeks: Sequence[Week]) -> int:
    """How many of these weeks belong to a signal."""
    return sum(1 for week in weeks if week.is_signal)


@register.filter
def last_day(value: datetime) -> datetime:
    """The last day of a period whose end is the midnight after it."""
    return value - timedelta(days=1)


@register.filter
def bare_points(value: float | None) -> str:
    """+4.1 without the word: for figures in a drawing."""
    return "" if value is None else ("+" if value > 0 else "") + written(value * 100, 1)


@register.filter
def zone_points(value: float | None) -> str:
    """4 or 2.5 points, as short as it can be."""
    return "" if value is None else in_points(value)


@register.filter
def level_name(name: str) -> str:
    """What a level at the right edge is called."""
    words = {"upper": _("upper limit"), "lower": _("lower limit")}
    return words.get(name, "")


def written(value: float | None, digits: int = 0) -> str:
    """As `web`'s filter of that name writes it; a room below cannot ask it."""
    if value is None:
        return ""
    written = formats.number_format(round(abs(value), digits), decimal_pos=digits, use_l10n=True, force_grouping=True)
    return str(MINUS + written if value < 0 and round(value, digits) else written)


def _share(value: float | None, digits: int = 1) -> str:
    if value is None:
        return ""
    return written(value * 100, digits) + ("%" if (get_language() or "").startswith("en") else f"{NBSP}%")


def _points(value: float | None) -> str:
    return "" if value is None else _("%(figure)s points") % {"figure": bare_points(value)}


def _values(figure: Figure, units: str) -> dict[str, str]:
    return {
        "units": units,
        "n": written(figure.n),
        "before_n": written(figure.before_n),
        "now": written(figure.share * 100) if figure.share is not None else "",
        "before": written(figure.before_share * 100) if figure.before_share is not None else "",
        "share": _share(figure.share),
        "before_share": _share(figure.before_share),
        "least": _least(figure.least),
        "low": bare_points(figure.low),
        "high": _points(figure.high),
    }


def _least(least: float | None) -> str:
    return "" if least is None else _("%(figure)s points") % {"figure": in_points(least)}


def _pace(figure: Figure) -> float:
    days = (figure.period_end - figure.period_start).days
    return figure.n / days * 7 if days > 0 else 0.0


def _weeks_for(missing: int, figure: Figure) -> int:
    pace = _pace(figure)
    return ceil(missing / pace) if pace else 0


def _step(one: Mapping[str, Any], judgement: Judgement) -> StepLine:
    code, is_met, values = one["code"], bool(one["is_met"]), one["values"]
    words = _step_values(values)
    if code == "guardrail":
        return StepLine(str(STEP_TITLES[code]), _guardrail(values, judgement), values.get("word") in GUARDED)
    if code == "comparison":
        words |= {"there": _points(values.get("there")), "elsewhere": _points(values.get("elsewhere"))}
        words["channels"] = ", ".join(judgement.channel_names(str(values.get("channels", "")).split(",")))
        return StepLine(str(STEP_TITLES[code]), str(COMPARISON_WORDS[values["word"]]) % words, is_met)
    if code == "mix" and is_met and values.get("is_hidden"):
        return StepLine(str(STEP_TITLES[code]), str(MIX_HIDES) % words, False)
    sentence = str(STEP_WORDS.get((code, is_met), ""))
    return StepLine(str(STEP_TITLES.get(code, code)), sentence % words, is_met)


def _guardrail(values: Mapping[str, Any], judgement: Judgement) -> str:
    word = values.get("word")
    if word is not None and values.get("key"):
        return str(GUARDRAIL_WORDS[word]) % _guarded(values)
    if word is not None:
        return str(STEP_WORDS["guardrail", word != "worsening"])
    if judgement.objective.guardrail:
        return _("Agreed: %(guardrail)s. It is not counted here yet.") % {"guardrail": judgement.objective.guardrail}
    return str(NO_GUARDRAIL)


def _guarded(values: Mapping[str, Any]) -> dict[str, str]:
    return {
        "name": measure_word(values["key"]),
        "now": _share(values.get("now")),
        "before": _share(values.get("before")),
    }


def _step_values(values: Mapping[str, Any]) -> dict[str, str]:
    needed = values.get("needed")
    return {
        "censored": _share(values.get("censored_share") or 0.0, 0),
        "causes": str(values.get("causes", "")),
        "now": written(values.get("now")),
        "before": written(values.get("before")),
        "needed": written(needed) if needed else "30",
        "people": written(values.get("people")),
        "difference": _points(values.get("difference")),
        "low": bare_points(values.get("low")),
        "high": _points(values.get("high")),
        "raw": _points(values.get("raw")),
        "kept": _points(values.get("kept")),
        "share": _share(values.get("share")),
        "n": written(values.get("n")),
        "weeks": written(values.get("weeks")),
        "questions": written(values.get("questions")),
        "confidence": _share(values.get("confidence")),
        "method": str(METHOD_WORDS.get(str(values.get("method")), "")),
    }
