"""Verdicts, steps and periods of behaviours in the reader's words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allmende.behaviours.catalogue import (
    COMPARISON_WORDS,
    DAMAGE,
    DIMENSION_WORDS,
    GUARDRAIL_WORDS,
    LABELS_ALONE,
    METHOD_WORDS,
    MIX_HIDES,
    NO_GUARDRAIL,
    REMEDIES,
    SAYINGS,
    SAYINGS_OF,
    SPAN_WORDS,
    STEP_TITLES,
    STEP_WORDS,
    STEP_WORDS_OF,
)
from allmende.behaviours.queries.charts import Week
from allmende.behaviours.queries.pages import Judgement
from allmende.behaviours.queries.verdicts import Figure
from allmende.behaviours.templatetags.cause_words import (
    CAUSES,
    SAYINGS_OF_CAUSES,
    cause_sentence,
    cause_values,
)
from allmende.behaviours.templatetags.figure_words import (
    WORDS_OF,
    bare,
    bound_words,
    change_words,
    least_words,
    points_words,
    share_words,
    value_words,
    written,
)
from allmende.plan.catalogue import measure_word

register = template.Library()

# Shares that a sample speaks of.
SAMPLED = ("sensitivity", "specificity", "now", "before", "true_now", "true_before")
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
    of_form = SAYINGS_OF.get(figure.form, {}).get(figure.reason_code)
    of_cause = SAYINGS_OF_CAUSES.get((figure.form, figure.reason_code))
    sentence = of_form or of_cause or SAYINGS.get(figure.reason_code)
    return str(sentence) % _values(figure, units) if sentence else ""


@register.filter
def remedy(figure: Figure) -> str:
    """What would help where nothing can be said; empty where something can."""
    return str(REMEDIES.get(figure.reason_code, ""))


@register.simple_tag
def missing_words(figure: Figure, needed: int | None, units: str) -> str:
    """How many are missing and when they would be there at today's pace; empty where that cannot be said."""
    missing = figure.missing_units or (ceil(needed - _counted(figure)) if needed else 0)
    if missing <= 0:
        return ""
    units = _counted_in(figure, units)
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
def span_words(figure: Figure) -> str:
    """What the drawing of the span shows."""
    return str(SPAN_WORDS.get(figure.form, SPAN_WORDS[""])) % {}


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
def level_name(name: str) -> str:
    """What a level at the right edge is called."""
    words = {"upper": _("upper limit"), "lower": _("lower limit")}
    return words.get(name, "")


def _values(figure: Figure, units: str) -> dict[str, str]:
    return {
        "units": units,
        "n": written(figure.n),
        "before_n": written(figure.before_n),
        "now": written(figure.share * 100) if figure.share is not None else "",
        "before": written(figure.before_share * 100) if figure.before_share is not None else "",
        "share": share_words(figure.share),
        "before_share": share_words(figure.before_share),
        "least": least_words(figure.form, figure.least, figure.before_value),
        "low": bare(figure.low),
        "high": points_words(figure.high),
        **WORDS_OF.get(figure.form, _nothing_more)(figure),
    }


def _nothing_more(figure: Figure) -> Mapping[str, str]:
    return {}


def _pace(figure: Figure) -> float:
    days = (figure.period_end - figure.period_start).days
    return _counted(figure) / days * 7 if days > 0 else 0.0


def _counted(figure: Figure) -> float:
    """What more of is needed: cases; of a rate person-months, or times where those are too few."""
    if figure.form != "F3":
        return figure.n
    return figure.times if figure.missing_units else figure.exposure_months or 0.0


def _counted_in(figure: Figure, units: str) -> str:
    if figure.form != "F3":
        return units
    return _("times") if figure.missing_units else _("person-months")


def _weeks_for(missing: int, figure: Figure) -> int:
    pace = _pace(figure)
    return ceil(missing / pace) if pace else 0


def _step(one: Mapping[str, Any], judgement: Judgement) -> StepLine:
    code, is_met, values = one["code"], bool(one["is_met"]), one["values"]
    words = _step_values(values)
    form = judgement.figure.form
    if code in ("difference", "range"):
        words |= _in_own_unit(form, values)
    if code in CAUSES and form in WORDS_OF:
        words |= cause_values(form, values)
    if code == "guardrail":
        return StepLine(str(STEP_TITLES[code]), _guardrail(values, judgement), values.get("word") in GUARDED)
    if code == "comparison":
        words |= {
            "there": points_words(values.get("there")),
            "elsewhere": points_words(values.get("elsewhere")),
        } | words
        words["channels"] = ", ".join(judgement.channel_names(str(values.get("channels", "")).split(",")))
        compared = cause_sentence(form, code, is_met, values) or COMPARISON_WORDS[values["word"]]
        return StepLine(str(STEP_TITLES[code]), str(compared) % words, is_met)
    if code == "labels":
        words |= {name: share_words(values.get(name)) for name in SAMPLED}
        if is_met and values.get("difference") is None:
            return StepLine(str(STEP_TITLES[code]), str(LABELS_ALONE) % words, is_met)
    of_cause = cause_sentence(form, code, is_met, values)
    if code == "mix" and is_met and values.get("is_hidden"):
        return StepLine(str(STEP_TITLES[code]), str(of_cause or MIX_HIDES) % words, False)
    of_form = STEP_WORDS_OF.get((form, code, is_met)) or of_cause
    sentence = str(of_form or STEP_WORDS.get((code, is_met), ""))
    return StepLine(str(STEP_TITLES.get(code, code)), sentence % words, is_met)


def _in_own_unit(form: str, values: Mapping[str, Any]) -> dict[str, str]:
    if form == "F6":
        return {
            name: " – ".join(dict.fromkeys(written(values.get(f"{side}{end}")) for end in ("low", "high"))) or "–"
            for name, side in (("now", ""), ("before", "before_"))
        } | {"periods": written(values.get("periods")), "before_periods": written(values.get("before_periods"))}
    return {
        "difference": change_words(form, values.get("difference")),
        "low": bound_words(form, values.get("low")),
        "high": points_words(values.get("high")) if form not in WORDS_OF else bound_words(form, values.get("high")),
    }


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
        "now": value_words(values.get("form", ""), values.get("now")),
        "before": value_words(values.get("form", ""), values.get("before")),
    }


def _step_values(values: Mapping[str, Any]) -> dict[str, str]:
    needed = values.get("needed")
    return {
        "censored": share_words(values.get("censored_share") or 0.0, 0),
        "causes": str(values.get("causes", "")),
        "now": written(values.get("now")),
        "before": written(values.get("before")),
        "needed": written(needed) if needed else "30",
        "people": written(values.get("people")),
        "difference": points_words(values.get("difference")),
        "low": bare(values.get("low")),
        "high": points_words(values.get("high")),
        "raw": points_words(values.get("raw")),
        "kept": points_words(values.get("kept")),
        "share": share_words(values.get("share")),
        "n": written(values.get("n")),
        "of": written(values.get("of")),
        "before_of": written(values.get("before_of")),
        "weeks": written(values.get("weeks")),
        "coded": written(values.get("coded")),
        "questions": written(values.get("questions")),
        "confidence": share_words(values.get("confidence")),
        "method": str(METHOD_WORDS.get(str(values.get("method")), "")),
    }
