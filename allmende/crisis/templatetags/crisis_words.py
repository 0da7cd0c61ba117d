"""Incidents in words: states, grounds, kinds; the scale as marks."""

from django import template
from django.utils.translation import gettext, ngettext

from allmende.crisis.catalogue import (
    CLUSTER_WORDS,
    FACT_WORDS,
    GROUND_WORDS,
    LESSON_WORDS,
    LOG_WORDS,
    PREPARATION_WORDS,
    STATE_WORDS,
)
from allmende.crisis.models import Incident, Lesson, LogEntry, Signal
from allmende.crisis.queries import Preparation
from allmende.crisis.states import BURNING
from allmende.guidelines.states import TOP_LEVEL

register = template.Library()


@register.filter
def incident_state(incident: Incident) -> str:
    """Burns, calms down, is over."""
    return str(STATE_WORDS[incident.state])


@register.filter
def burns(incident: Incident) -> bool:
    """Does it still burn?"""
    return incident.state in BURNING


@register.filter
def cluster(incident: Incident) -> str:
    """Which responsibility, or nothing while nobody knows."""
    return str(CLUSTER_WORDS.get(incident.cluster, ""))


@register.filter
def fact_kind(kind: str) -> str:
    """Known, unknown, assumed."""
    return str(FACT_WORDS[kind])


@register.filter
def lesson_kind(lesson: Lesson) -> str:
    """What a decision concerns."""
    return str(LESSON_WORDS[lesson.kind])


@register.filter
def log_kind(entry: LogEntry) -> str:
    """A note, a decision, or what Allmende wrote down."""
    return str(LOG_WORDS[entry.kind])


@register.filter
def grounds(signal: Signal) -> list[str]:
    """Why the figures propose a level."""
    return [str(GROUND_WORDS[one]) for one in signal.grounds]


@register.filter
def ground(code: str) -> str:
    """One sign in words."""
    return str(GROUND_WORDS[code])


@register.filter
def level_steps(number: int) -> list[bool]:
    """Six marks, so many of them filled."""
    return [place <= number for place in range(1, TOP_LEVEL + 1)]


@register.filter
def preparation_title(one: Preparation) -> str:
    """What is prepared or missing."""
    done, lacking, _reason = PREPARATION_WORDS[one.code]
    return str(done if one.is_done else lacking)


@register.filter
def preparation_reason(one: Preparation) -> str:
    """Why it stands before it burns."""
    return str(PREPARATION_WORDS[one.code][2])


@register.filter
def minutes_span(minutes: int) -> str:
    """45 minutes, 2 hours."""
    if minutes % 60 or minutes < 60:
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    hours = minutes // 60
    return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}


@register.filter
def written_by(entry: LogEntry) -> str:
    """Who wrote a line of the log."""
    return entry.person.name if entry.person else gettext("Allmende")
