"""Words of decisions and reviews for templates."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from allmende.plan.catalogue import decisions as catalogue
from allmende.plan.catalogue import figure_words, in_unit, percent
from allmende.plan.queries.book_words import without_noughts
from allmende.plan.queries.decisions import DecisionPage
from allmende.plan.templatetags.plan_words import day_year

register = template.Library()

WORDS: dict[str, Mapping[str, Any]] = {
    "kind": catalogue.KIND_WORDS,
    "lesson": catalogue.KIND_LESSONS,
    "state": catalogue.STATE_WORDS,
    "decision": catalogue.DECISION_WORDS,
    "recommendation": catalogue.RECOMMENDATION_WORDS,
    "degree": catalogue.DEGREE_WORDS,
    "reversible": catalogue.REVERSIBLE_WORDS,
    "review_state": catalogue.REVIEW_STATE_WORDS,
    "review_kind": catalogue.REVIEW_KIND_WORDS,
    "resolution": catalogue.RESOLUTION_WORDS,
}
SCALES = {"skill": dict(catalogue.LEVELS_OF_SKILL), "passion": dict(catalogue.PASSION_WORDS)}


@register.filter
def said(name: str, kind: str) -> str:
    """`{{ check.state|said:"state" }}`: the word of a catalogue."""
    return str(WORDS[kind].get(name, name))


@register.filter
def on_scale(number: int, kind: str) -> str:
    """A level in words."""
    return str(SCALES[kind].get(number, number))


@register.filter
def criterion(one: Mapping[str, Any]) -> str:
    """A criterion as a sentence."""
    values: dict[str, Any] = {
        name: value or "–" if name in {"closed", "skills"} else value for name, value in one["values"].items()
    }
    if "until" in values:
        values["until"] = day_year(date.fromisoformat(values["until"][:10])) if values["until"] else ""
    if "points" in values:
        values["points"] = as_figure(values["points"])
    if "amount" in values:
        values["amount"] = in_unit(values["amount"], values["unit"])
    return str(catalogue.CRITERION_WORDS[one["code"]]) % values


@register.filter
def fact_words(fact: Mapping[str, Any]) -> str:
    """A figure as a frozen record keeps it: 512 of 905, 57%; 5.1 hours."""
    if "share" not in fact:
        return in_unit(fact["value"], fact["unit"])
    words = {name: without_noughts(Decimal(fact[name])) for name in ("k", "n")}
    return _("%(k)s of %(n)s, %(share)s") % {**words, "share": percent(fact["share"])}


@register.filter
def promised_words(comparison: Mapping[str, Any]) -> str:
    """What was promised, in the unit in which it was told; a dash where nothing can be compared."""
    if "promised" not in comparison:
        return "–"
    promised, unit = comparison["promised"], comparison.get("unit", "")
    return in_unit(promised, unit) if unit else percent(promised)


@register.filter
def amount_asked(page: DecisionPage) -> str:
    """By how much it should move, in the unit of its measure."""
    units = (one["values"]["unit"] for one in page.result.get("criteria", ()) if one["code"] == "amount_given")
    return in_unit(page.check.content["amount"], next(units, ""))


@register.filter
def aimed_at(item: Mapping[str, Any]) -> str:
    """What an objective aims at, as a brief keeps it."""
    return figure_words(item["target"], item.get("target_value"), item.get("unit", ""))


@register.filter
def as_day(value: str) -> date | str:
    """A day kept as ISO text."""
    return date.fromisoformat(value[:10]) if value else ""


@register.filter
def as_moment(value: str) -> datetime:
    """A moment kept as ISO text, by our clock."""
    return timezone.localtime(datetime.fromisoformat(value))


@register.filter
def as_figure(value: str) -> str:
    """A number kept as text, in the writing of the page and without digits that say nothing: 1.5 is "1,5", 690.00 "690"."""
    text = str(value)
    return without_noughts(Decimal(text)) if text.replace(".", "", 1).isdigit() else text
