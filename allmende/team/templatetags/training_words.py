"""Words for trainings, needs and skills."""

from collections.abc import Sequence

from django import template

from allmende.team.catalogue import GATE_WORDS, NEED_WORDS, SKILL_LEVEL_WORDS, TRAINING_KIND_WORDS, TRAINING_STATE_WORDS
from allmende.team.models import Person, TrainingException, TrainingRecord, TrainingUnit
from allmende.team.queries import Comparison, Need

register = template.Library()
LEVELS = dict(SKILL_LEVEL_WORDS)


@register.filter
def training_kind(unit: TrainingUnit) -> str:
    return str(TRAINING_KIND_WORDS[unit.kind])


@register.filter
def gate_word(exception: TrainingException) -> str:
    """What somebody may do without its training."""
    return str(GATE_WORDS[exception.gate])


@register.filter
def training_state(row: TrainingRecord | Need) -> str:
    return str(TRAINING_STATE_WORDS[row.state])


@register.filter
def need_word(need: Need) -> str:
    """Why somebody needs it."""
    return str(NEED_WORDS[need.why])


@register.filter
def skill_level(level: int) -> str:
    return str(LEVELS[level])


@register.filter
def passions_of(comparison: Comparison, person: Person) -> Sequence[str]:
    """What somebody likes doing, as they said."""
    return comparison.passions.get(person.pk, ())
