"""The plan's words for templates."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import ceil
from typing import Any

from django import template
from django.utils import dates, formats, timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from allmende.channels.catalogue import network_name
from allmende.plan import catalogue, states
from allmende.plan.catalogue import routines
from allmende.plan.catalogue.proof import DUST_WORDS, JUDGED_WORDS, UPLOAD_STATE_WORDS, VALUE_REASONS
from allmende.plan.models import LAYER_MODELS, ChangeEffect, Evidence, Judgement, Objective
from allmende.plan.queries.drawn import drawn_steps, drawn_tactics
from allmende.plan.queries.values import Refused
from allmende.plan.queries.whole_chain import phase_word as name_of_phase

register = template.Library()
register.filter(drawn_tactics)
register.filter(drawn_steps)

WORDS: dict[str, Mapping[str, Any]] = {
    "layer": catalogue.LAYER_WORDS,
    "gloss": catalogue.LAYER_GLOSSES,
    "how": catalogue.HOW_WORDS,
    "value": catalogue.VALUE_TYPE_WORDS,
    "community": catalogue.COMMUNITY_TYPE_WORDS,
    "tactic_state": catalogue.TACTIC_STATE_WORDS,
    "step_state": catalogue.STEP_STATE_WORDS,
    "execution": catalogue.EXECUTION_WORDS,
    "direction": catalogue.DIRECTION_WORDS,
    "work": catalogue.WORK_KIND_WORDS,
    "field": catalogue.FIELD_WORDS,
    "standing": catalogue.STANDING_WORDS,
    "tactic_end": catalogue.TACTIC_END_WORDS,
    "confidence": catalogue.CONFIDENCE_WORDS,
    "source": catalogue.SOURCE_WORDS,
    "spaces": catalogue.SPACES_WORDS,
    "decision": catalogue.FINDING_DECISION_WORDS,
    "rhythm": routines.RHYTHM_WORDS,
    "routine_result": routines.ROUTINE_RESULT_WORDS,
    "effect_state": routines.EFFECT_STATE_WORDS,
    "phase": catalogue.PHASE_WORDS,
    "audience": catalogue.AUDIENCE_STATE_WORDS,
    "audience_move": catalogue.AUDIENCE_MOVE_WORDS,
    "readiness": catalogue.STATE_WORDS,
    "version_state": catalogue.VERSION_STATE_WORDS,
    "event_kind": catalogue.EVENT_KIND_WORDS,
    "assessment": catalogue.ASSESSMENT_WORDS,
    "approach": catalogue.APPROACH_NAMES,
    "upload": UPLOAD_STATE_WORDS,
    "judged": JUDGED_WORDS,
}


@register.filter
def word(name: str, kind: str) -> str:
    """`{{ goal.value_type|word:"value" }}`: the word of a catalogue; the name itself where it has none."""
    return str(WORDS[kind].get(name, name))


@register.filter
def level_word(level: int | None) -> str:
    """The word of a change level 0..5."""
    return catalogue.level_word(level)


@register.filter
def day_year(value: date | datetime | None) -> str:
    """4. Januar 2027; 4 January 2027."""
    if value is None:
        return ""
    local = timezone.localtime(value) if isinstance(value, datetime) else value
    written = formats.date_format(local, "j. F Y" if (get_language() or "").startswith("de") else "j F Y")
    return written.replace(" ", "\u00a0", 1)


@register.filter
def percent(value: float | None) -> str:
    """A share typed by a person: with a decimal only where there is one, "47 %", "47,5 %"."""
    return "" if value is None else catalogue.percent(value)


@register.filter
def in_points(value: float | None) -> str:
    """A difference of shares in points, without a sign: "4", "2,5"."""
    return "" if value is None else catalogue.in_points(value)


@register.filter
def level_in_unit(value: float | None, unit: str) -> str:
    """6 hours; 0.8 times per person and month; `value|level_in_unit:unit`."""
    return catalogue.in_unit(value, unit)


@register.filter
def whole_months(value: float) -> int:
    """So many months, begun ones counted."""
    return max(1, ceil(value))


@register.filter
def measure_word(key: str) -> str:
    """The readable name of a definition."""
    return catalogue.measure_word(key)


@register.filter
def unit_word(unit: str) -> str:
    """The readable name of a unit: "hours", "times per person and month"."""
    return catalogue.unit_word(unit)


@register.filter
def no_day_word(fact: Evidence) -> str:
    """Why no value of a single day stands beside what a room above told of it; empty where one may come (S0-03)."""
    return str(catalogue.NO_DAY_WORDS.get(fact.unit, "")) if fact.kind == states.BEHAVIOUR else ""


@register.filter
def of_key(found: Mapping[str, Any], key: str) -> Any:
    """What a mapping holds for a key, such as the findings of an element."""
    return found.get(key, ())


@register.filter
def full_stop(sentence: str) -> str:
    """What somebody typed as a sentence, ended as one."""
    text = sentence.strip()
    return text if not text or text[-1] in '.!?…“"' else f"{text}."


@register.filter
def layer_of(key: str) -> str:
    """The layer an element's key belongs to; empty for the plan itself."""
    layer = key.partition("-")[0]
    return layer if layer in LAYER_MODELS else ""


@register.filter
def weekday(number: int) -> str:
    """Its name, Monday being 0."""
    return str(dates.WEEKDAYS[number])


@register.filter
def network(kind: str) -> str:
    """The name of a network."""
    return network_name(kind)


@register.filter
def effect_moves(effect: ChangeEffect) -> list[tuple[str, str]]:
    """What may be said of this effect now, and how it stands."""
    moves = states.EFFECT_MOVES[effect.state] | {effect.state}
    return [(state, str(routines.EFFECT_STATE_WORDS[state])) for state in states.EFFECT_STATES if state in moves]


@register.filter
def format_word(name: str) -> str:
    """A format of ours; what was typed before there was a list stands as it was typed."""
    return str(routines.FORMAT_WORDS.get(name, name))


@register.filter
def said(value: Any) -> str:
    """A field's value as people read it: days as days, nothing as a dash."""
    if value in ("", None):
        return "–"
    if isinstance(value, date):
        return day_year(value)
    return formats.localize(value) if isinstance(value, int | float | Decimal) else str(value)


@register.filter
def iso_day(value: str) -> str:
    """A day kept as text in a notice: 4. Januar 2027."""
    return day_year(date.fromisoformat(value))


@register.filter
def moment(value: datetime | None) -> str:
    """A day with its time: 4. Januar 2027, 9:40."""
    if value is None:
        return ""
    return f"{day_year(value)}, {formats.date_format(timezone.localtime(value), 'G:i')}"


@register.filter
def work_count(number: int, kind: str) -> str:
    """So many pieces of work of a kind: "3 items", "1 shift"."""
    words = {
        "item": ngettext("%(number)d item", "%(number)d items", number),
        "conversation": ngettext("%(number)d conversation answered", "%(number)d conversations answered", number),
        "report": ngettext("%(number)d report", "%(number)d reports", number),
        "shift": ngettext("%(number)d shift", "%(number)d shifts", number),
    }
    return words.get(kind, f"{WORDS['work'].get(kind, kind)}: %(number)d") % {"number": number}


@register.filter
def hours_word(hours: Decimal) -> str:
    """Hours with their unit, as a slider says them: "120 hours"."""
    words = _("{n} hour") if hours == 1 else _("{n} hours")
    return words.replace("{n}", measured(float(hours)))


@register.filter
def is_share_measure(key: str) -> bool:
    """Its figure is a share: differences are points."""
    return catalogue.form_of_measure(key) == "share"


@register.filter
def target_words(objective: Objective) -> str:
    """What shall be reached, in the unit of its measure: 47%; 6 hours; "" where nothing is aimed at."""
    unit = catalogue.measure_unit(objective.definition_key)
    return catalogue.figure_words(objective.target_share, objective.target_value, unit)


@register.filter
def baseline_words(objective: Objective) -> str:
    """What it comes from, in the same unit."""
    unit = catalogue.measure_unit(objective.definition_key)
    return catalogue.figure_words(objective.baseline_share, objective.baseline_value, unit)


@register.filter
def idea_target(idea: Mapping[str, Any]) -> str:
    """What was to be reached once, as a frozen page keeps it."""
    return catalogue.figure_words(idea["target"], idea.get("target_value"), idea.get("unit", ""))


@register.filter
def idea_before(idea: Mapping[str, Any]) -> str:
    """What it came from then."""
    return catalogue.figure_words(idea["before"], idea.get("before_value"), idea.get("unit", ""))


@register.filter
def in_unit(value: float | None, unit: str) -> str:
    """A value with its unit: 1 hour; 0.8 times per person and month; 7.9 points."""
    return catalogue.in_unit(value, unit)


@register.filter
def measured(value: float | None) -> str:
    """A measured value with as many decimals as it has, two at most: "7,9", "1.240"."""
    return "" if value is None else catalogue.plain(value)


@register.filter
def last_day(ends_at: datetime) -> datetime:
    """A moment of the last day of a period, which may be kept as the first moment after it."""
    return timezone.localtime(ends_at - timedelta(seconds=1))


@register.filter
def seen(judgement: Judgement) -> str:
    """The value that was asked about, as it is read."""
    return _as_seen(judgement, judgement.measured)


@register.filter
def seen_low(judgement: Judgement) -> str:
    """The lower natural limit; its unit stands behind the upper one."""
    written = _as_seen(judgement, judgement.low)
    return written.removesuffix("%" if judgement.is_share else catalogue.unit_word(judgement.unit)).rstrip()


@register.filter
def seen_high(judgement: Judgement) -> str:
    """The upper natural limit."""
    return _as_seen(judgement, judgement.high)


def _as_seen(judgement: Judgement, value: float) -> str:
    """A limit is written no finer than the value it is held against."""
    if judgement.is_share:
        return catalogue.percent(value)
    plain = float(round(value)) if float(judgement.measured).is_integer() else value
    return f"{measured(plain)} {catalogue.unit_word(judgement.unit)}".strip()


@register.filter
def refusal(row: Refused | list[Any]) -> str:
    """Why a row of a table was left out."""
    code, said = (row.reason_code, row.word) if isinstance(row, Refused) else (row[1], row[2])
    return str(VALUE_REASONS[code]) % {"word": said}


@register.filter
def dust_word(reason: tuple[str, int]) -> str:
    """Why a part of the plan is dusty."""
    code, days = reason
    return str(DUST_WORDS[code]) % {"days": days}


@register.filter
def phase_word(code: str) -> str:
    """A phase of the work on a plan."""
    return name_of_phase(code)
