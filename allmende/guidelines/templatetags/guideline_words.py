"""Reaction plans in words: times, reactions, states."""

from django import template
from django.utils.translation import gettext, ngettext

from allmende.guidelines.catalogue import GATE_WORDS, PLAN_STATE_WORDS, REACTION_WORDS
from allmende.guidelines.models import ReactionPlan, ReactionRule

register = template.Library()
NBSP = "\u00a0"


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
def duration(minutes: int | None) -> str:
    """Minutes as a promise: "24 h", "1:30 h", "30 Minuten", "sofort"."""
    if minutes is None:
        return ""
    if minutes == 0:
        return gettext("at once")
    if minutes < 60:
        return ngettext("%(minutes)s minute", "%(minutes)s minutes", minutes) % {"minutes": minutes}
    hours, rest = divmod(minutes, 60)
    return f"{hours}:{rest:02d}{NBSP}h" if rest else f"{hours}{NBSP}h"


@register.filter
def promise(rule: ReactionRule) -> str:
    """The whole promise in one sentence."""
    if rule.first_response_minutes is None:
        return gettext("No reply is needed.")
    values = {"span": duration(rule.first_response_minutes), "members": duration(rule.member_first_minutes)}
    if rule.first_response_minutes == 0:
        return gettext("At once, around the clock.") if not rule.counts_service_hours else gettext("At once.")
    if rule.member_first_minutes:
        said = gettext("Members first for %(members)s, then we answer, within %(span)s at the latest.")
    elif rule.satisfied_by == "anyone":
        said = gettext("Somebody answers within %(span)s.")
    else:
        said = gettext("We answer within %(span)s.")
    clock = gettext("Counted in service hours.") if rule.counts_service_hours else gettext("Counted around the clock.")
    return f"{said % values} {clock}"
