"""The plan's words for templates."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.utils import dates, formats, timezone
from django.utils.translation import get_language

from allmende.plan import catalogue, states
from allmende.plan.catalogue import routines
from allmende.plan.models import LAYER_MODELS, ChangeEffect

register = template.Library()

WORDS: dict[str, Mapping[str, Any]] = {
    "layer": catalogue.LAYER_WORDS,
    "gloss": catalogue.LAYER_GLOSSES,
    "how": catalogue.HOW_WORDS,
    "value": catalogue.VALUE_TYPE_WORDS,
    "community": catalogue.COMMUNITY_TYPE_WORDS,
    "tactic_state": catalogue.TACTIC_STATE_WORDS,
    "step_state": catalogue.STEP_STATE_WORDS,
    "direction": catalogue.DIRECTION_WORDS,
    "work": catalogue.WORK_KIND_WORDS,
    "field": catalogue.FIELD_WORDS,
    "rhythm": routines.RHYTHM_WORDS,
    "routine_result": routines.ROUTINE_RESULT_WORDS,
    "effect_state": routines.EFFECT_STATE_WORDS,
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
def measure_word(key: str) -> str:
    """The readable name of a definition."""
    return catalogue.measure_word(key)


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
    return routines.network_word(kind)


@register.filter
def effect_moves(effect: ChangeEffect) -> list[tuple[str, str]]:
    """What may be said of this effect now, and how it stands."""
    moves = states.EFFECT_MOVES[effect.state] | {effect.state}
    return [(state, str(routines.EFFECT_STATE_WORDS[state])) for state in states.EFFECT_STATES if state in moves]
