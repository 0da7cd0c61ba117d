"""Figures that are no share, in the unit of their measure: read as people type them, written as people say them."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Literal, NamedTuple

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allmende.domain.plan_check.objective import MeasureForm
from allmende.ledger.shipped import SHIPPED
from allmende.plan.catalogue.words import percent, unit_word

FORMS: Mapping[str, MeasureForm] = {
    one.key: "rate" if one.form == "F3" else "duration" for one in SHIPPED if one.form in ("F3", "F4")
}
UNITS: Mapping[MeasureForm, str] = {"rate": "times_per_person_month", "duration": "hours"}
# Below a tenth, people are told of a thousand: "30 times per 1,000 people and month".
FEW = 0.1
MOST = 100_000.0
# A value is kept as finely as a form shows it, so that saving it again changes nothing.
DIGITS = 6
# By how the unit begins.
_HOURS = {"m": 1 / 60, "h": 1.0, "s": 1.0, "d": 24.0, "t": 24.0, "w": 168.0}
_NUMBER = r"(?P<number>\d+(?:[.,]\d{3})*(?:[.,]\d+)?)"
_TIME = re.compile(
    rf"{_NUMBER}\s*(?P<unit>min(?:ute(?:n|s)?)?|h(?:ours?)?|std|stunden?|d(?:ays?)?|tag(?:en?)?|w(?:eeks?|ochen?)?)\.?",
    re.IGNORECASE,
)
_OF_THOUSAND = re.compile(rf"{_NUMBER}\s*(?:‰|(?:je|pro|per|von|of|auf|in|/)\s*1[.,\s\u00a0]?000\b.*)", re.IGNORECASE)
_PLAIN = re.compile(rf"{_NUMBER}\s*(?:mal|times)?", re.IGNORECASE)


class Read(NamedTuple):
    """A typed value in hours or times per person and month; `kind` says which, "" where it was a bare number."""

    value: float
    kind: Literal["", "rate", "duration"]


def form_of_measure(key: str) -> MeasureForm:
    """What the measure tells: a share, how often, or how long."""
    return FORMS.get(key, "share")


def measure_unit(key: str) -> str:
    """The unit in which a measure tells how often or how long; "" where it tells a share."""
    return UNITS.get(form_of_measure(key), "")


def read_value(text: str) -> Read | None:
    """A figure as people type it: "6", "6 h", "90 min", "2 Tage"; "0,8", "30 je 1.000". None where it is none."""
    typed = text.replace("\u00a0", " ").strip()
    if found := _OF_THOUSAND.fullmatch(typed):
        return _read(_number(found) / 1000, "rate")
    if found := _TIME.fullmatch(typed):
        return _read(_number(found) * _HOURS[found["unit"][0].lower()], "duration")
    found = _PLAIN.fullmatch(typed)
    return _read(_number(found), "") if found else None


def in_unit(value: float | None, unit: str) -> str:
    """6 hours; 0.8 times per person and month; 30 times per 1,000 people and month; 7.9 points."""
    if value is None:
        return ""
    if unit == UNITS["rate"] and 0 < value < FEW:
        return _("%(figure)s times per 1,000 people and month") % {"figure": plain(value * 1000)}
    if unit == UNITS["rate"]:
        return _("%(figure)s times per person and month") % {"figure": plain(value)}
    if unit == UNITS["duration"]:
        figure = plain(value)
        return ngettext("%(figure)s hour", "%(figure)s hours", 1 if figure == "1" else 2) % {"figure": figure}
    return f"{plain(value)} {unit_word(unit)}".strip()


def span_in_unit(low: float, high: float, unit: str) -> tuple[str, str]:
    """Both ends of a span, the unit behind the second only: 4.4, 6 hours; 24.6, 36.6 times per 1,000 people and month."""
    is_few = unit == UNITS["rate"] and 0 < high < FEW
    return plain(low * 1000 if is_few else low), in_unit(high, unit)


def figure_words(share: float | None, value: float | None, unit: str) -> str:
    """A share as per cent, else the value in its unit; "" where there is neither."""
    return percent(share) if share is not None else in_unit(value, unit)


def plain(value: float) -> str:
    """A measured value with as many decimals as it has, two at most: "7,9", "1.240"."""
    rounded = Decimal(str(round(value, 2))).normalize()
    digits = max(0, -int(rounded.as_tuple().exponent))
    return str(formats.number_format(rounded, decimal_pos=digits, use_l10n=True, force_grouping=True))


def _number(found: re.Match[str]) -> float:
    """Three digits after one mark are thousands where the reader's language writes thousands so: "1.240" in German."""
    typed = found["number"]
    first, *more = re.split("[.,]", typed)
    if not more:
        return float(first)
    is_grouped = re.fullmatch(r"[1-9]\d{0,2}", first) and all(len(one) == 3 for one in more)
    if is_grouped and (len(more) > 1 or formats.get_format("THOUSAND_SEPARATOR", use_l10n=True) in typed):
        return float(first + "".join(more))
    return float(f"{first}{''.join(more[:-1])}.{more[-1]}")


def _read(value: float, kind: Literal["", "rate", "duration"]) -> Read | None:
    return Read(round(value, DIGITS), kind) if value <= MOST else None
