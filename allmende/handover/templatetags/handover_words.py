"""Handovers in words; each filter speaks the active language."""

from collections.abc import Sequence

from django import template

from allmende.handover.catalogue import (
    HAND_WORDS,
    KIND_WORDS,
    LOOK_WORDS,
    MOVE_WORDS,
    OUTCOME_WORDS,
    POINT_WORDS,
    STATE_WORDS,
)
from allmende.handover.models import HandedOn
from allmende.handover.queries import handed_in_words

register = template.Library()
NOTHING = frozenset({"nichts", "nix", "nein", "keins", "keines", "nothing", "none", "no", "-", "–"})


@register.filter
def kind_word(kind: str) -> str:
    """Planned, sudden, leave."""
    return str(KIND_WORDS[kind])


@register.filter
def state_word(state: str) -> str:
    """Where a handover is."""
    return str(STATE_WORDS[state])


@register.filter
def move_word(state: str) -> str:
    """What the button says that leads there."""
    return str(MOVE_WORDS[state])


@register.filter
def look_word(state: str) -> str:
    """Which look back it is."""
    return str(LOOK_WORDS[state])


@register.filter
def outcome_word(outcome: str) -> str:
    """How a look back found it."""
    return str(OUTCOME_WORDS[outcome])


@register.filter
def says_something(answer: str) -> bool:
    """Whether an answer names anything: the form asks for the word “nothing” where there is nothing."""
    return answer.strip().rstrip(".!").casefold() not in NOTHING


@register.filter
def point_word(kind: str) -> str:
    """What a point of the checklist is about."""
    return str(POINT_WORDS[kind])


@register.filter
def hand_word(kind: str) -> str:
    """Which kind of duty."""
    return str(HAND_WORDS[kind])


@register.filter
def handed_words(rows: Sequence[HandedOn]) -> str:
    """To whom how many went."""
    return handed_in_words(rows)
