"""Reaction plans and the word list in words: times, reactions, states, what was found."""

from collections.abc import Mapping

from django import template
from django.urls import reverse
from django.utils.translation import gettext

from allmende.channels.models import Channel
from allmende.guidelines.catalogue import (
    ADDRESSEE_WORDS,
    ADVICE_WORDS,
    GATE_REMEDIES,
    GATE_WORDS,
    GUIDELINE_STATE_WORDS,
    LADDER_WORDS,
    PLAN_STATE_WORDS,
    REACTION_WORDS,
)
from allmende.guidelines.models import Guideline, GuidelineRule, ReactionPlan, ReactionRule, WordEntry
from allmende.guidelines.queries import duration, found_words, promise
from allmende.guidelines.states import LADDER

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


@register.filter
def gate_remedy(code: str, channel: Channel) -> str:
    """The page on which it is mended; "" where that is this one."""
    name = GATE_REMEDIES.get(code, ("", ""))[0]
    here = {"slug": channel.workspace.slug} | ({"channel": channel.slug} if name == "channels:change" else {})
    return reverse(name, kwargs=here) if name else ""


@register.filter
def gate_remedy_words(code: str) -> str:
    """What one does there."""
    return str(GATE_REMEDIES[code][1])


@register.filter
def audience_of(entry: WordEntry, names: Mapping[str, str]) -> str:
    """The audience a word is listed for, by its name; one that was retired meanwhile has none here."""
    return names.get(entry.audience_key) or gettext("an audience the plan no longer has")


@register.filter
def advice_word(entry: WordEntry) -> str:
    """Use, avoid, explain."""
    return str(ADVICE_WORDS[entry.advice])


@register.filter
def guideline_state(guideline: Guideline) -> str:
    """Draft, consulted, in force, revised, withdrawn."""
    return str(GUIDELINE_STATE_WORDS[guideline.state])


@register.filter
def addressee(guideline: Guideline) -> str:
    """For whom it is: "das Team"."""
    return str(ADDRESSEE_WORDS[guideline.addressee])


@register.filter
def ladder(rule: GuidelineRule) -> str:
    """What follows on breaking the rule, mildest first: "ein Hinweis, dann verborgen"."""
    return ", ".join(str(LADDER_WORDS[step]) for step in LADDER if step in rule.ladder)


register.filter(duration)
register.filter(found_words)
register.filter(promise)
