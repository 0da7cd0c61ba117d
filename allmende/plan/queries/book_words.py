"""Rows of the plan in words, as the book writes them: days, figures, people, every field that says something."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from allmende.domain.verdict import TOO_NOISY
from allmende.plan import catalogue
from allmende.plan.catalogue.proof import HELD_BACK_WORDS
from allmende.plan.models import Element, Evidence
from allmende.plan.queries.elements import LABELS, SUBSTANCE

SHARES = ("baseline_share", "target_share")
VALUES = ("baseline_value", "target_value")
AIMS = (*SHARES, *VALUES, "least_relevant_difference")
CHOICES: Mapping[str, Mapping[str, Any]] = {
    "value_type": catalogue.VALUE_TYPE_WORDS,
    "spaces": catalogue.SPACES_WORDS,
    "source": catalogue.SOURCE_WORDS,
    "confidence": catalogue.CONFIDENCE_WORDS,
    "direction": catalogue.DIRECTION_WORDS,
    "state": catalogue.TACTIC_STATE_WORDS,
    "definition_key": catalogue.MEASURES,
    "guardrail_key": catalogue.MEASURES,
}
# What hangs above an element is told by where it stands in the book.
PARENT_IDS = frozenset({"goal_id", "objective_id", "strategy_id", "tactic_id"})


def day(value: date | datetime | None) -> str:
    """4. Januar 2027; a time as its day where the workspace is at home."""
    if value is None:
        return ""
    local = timezone.localtime(value) if isinstance(value, datetime) else value
    return str(formats.date_format(local, "DATE_FORMAT"))


def number(value: float | Decimal) -> str:
    """A number with as many decimals as it has, three at most."""
    return without_noughts(Decimal(str(value)).quantize(Decimal("0.001")))


def without_noughts(exact: Decimal) -> str:
    """A number in the reader's writing without decimals that say nothing: 1.50 is "1,5", 690.00 "690"."""
    places = max(0, -int(exact.normalize().as_tuple().exponent))
    return str(formats.number_format(exact, decimal_pos=places, use_l10n=True, force_grouping=True))


def span(first: date | datetime, last: date | datetime) -> str:
    """From one day to another."""
    return f"{day(first)} – {day(last)}"


def fields_in_words(layer: str, row: Element, people: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(name, value) of everything an element says but where it hangs; names of people by id."""
    for name in (*LABELS[layer], *SUBSTANCE[layer]):
        if name in PARENT_IDS:
            continue
        plain = name.removesuffix("_id")
        value = _value(row, name, people)
        if value:
            yield str(catalogue.FIELD_WORDS[plain]), value


def _value(row: Element, name: str, people: Mapping[str, str]) -> str:
    value = getattr(row, name)
    if value is None or value in ("", False, []):
        return ""
    if name.endswith("_id"):
        return str(getattr(row, name.removesuffix("_id")))
    if name in CHOICES:
        return str(CHOICES[name].get(value, value))
    if name in AIMS:
        return aim_in_words(row, name, value)
    return _plain(value, people)


def aim_in_words(row: Element, name: str, value: float) -> str:
    """47%; 6 hours; a difference that matters: 4 points, of what is no share 20% of what it was before."""
    unit = catalogue.measure_unit(getattr(row, "definition_key", ""))
    if name in VALUES:
        return catalogue.in_unit(value, unit)
    if name in SHARES or unit:
        return catalogue.percent(value)
    return _("%(points)s points") % {"points": catalogue.in_points(value)}


def _plain(value: Any, people: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return _("yes")
    if isinstance(value, list):
        return ", ".join(people.get(str(one), "?") for one in value)
    if isinstance(value, date):
        return day(value)
    return number(value) if isinstance(value, int | float | Decimal) else str(value)


def figure_in_words(fact: Evidence) -> str:
    """What a fact says: people, times and share, or a plain value, with its range; or why nothing of it is said."""
    if fact.reason == TOO_NOISY:
        return str(HELD_BACK_WORDS[TOO_NOISY])
    if fact.value is not None:
        return _value_in_words(fact)
    parts = []
    if fact.share is not None:
        parts.append(catalogue.percent(fact.share))
    if fact.n is not None:
        parts.append(_("of %(n)s") % {"n": number(fact.n)})
    if fact.people is not None:
        parts.append(_("%(people)s people") % {"people": number(fact.people)})
    if fact.before_share is not None:
        parts.append(_("before: %(share)s") % {"share": catalogue.percent(fact.before_share)})
    if fact.low is not None and fact.high is not None:
        bounds = {"low": catalogue.in_points(fact.low), "high": catalogue.in_points(fact.high)}
        parts.append(_("95%% range: %(low)s to %(high)s points") % bounds)
    return ", ".join(parts)


def _value_in_words(fact: Evidence) -> str:
    parts = [catalogue.in_unit(fact.value, fact.unit)]
    if fact.n is not None:
        parts.append(_("of %(n)s") % {"n": number(fact.n)})
    if fact.before_value is not None:
        parts.append(_("before: %(share)s") % {"share": catalogue.in_unit(fact.before_value, fact.unit)})
    if fact.low is not None and fact.high is not None:
        low, high = catalogue.span_in_unit(fact.low, fact.high, fact.unit)
        parts.append(_("95%% range: %(low)s to %(high)s") % {"low": low, "high": high})
    return ", ".join(parts)
