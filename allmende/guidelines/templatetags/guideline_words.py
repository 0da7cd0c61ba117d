"""Reaction plans and the word list in words: times, reactions, states, what was found."""

from django import template

from allmende.guidelines.catalogue import ADVICE_WORDS, GATE_WORDS, PLAN_STATE_WORDS, REACTION_WORDS
from allmende.guidelines.models import ReactionPlan, ReactionRule, WordEntry
from allmende.guidelines.queries import duration, found_words, promise

register = template.Library()


@register.filter
def reaction(rule: ReactionRule) -> str:
    """The required reaction: "öffentlich antworten"."""
    return str(REACTION_WORDS[rule.reaction])


@register.filter
def plan_state(plan: ReactionPlan) -> str:
    """Draft, in force, replaced."""
    return str(PLAN_STATE_WORDS[plan.state])


@register.filter
def gate_words(code: str) -> str:
    """What a channel needs before it opens."""
    return str(GATE_WORDS[code])


register.filter(duration)
register.filter(found_words)
register.filter(promise)


@register.filter
def advice_word(entry: WordEntry) -> str:
    """Use, avoid, explain."""
    return str(ADVICE_WORDS[entry.advice])
