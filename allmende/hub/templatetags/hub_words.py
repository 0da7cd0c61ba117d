"""Arrivals by links, and what was moderated, in words."""

from collections.abc import Mapping
from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy, pgettext

from allmende.channels.catalogue.arrivals import ARRIVAL_ACTS, ARRIVAL_REASONS
from allmende.channels.queries import LeftOutRow
from allmende.inbox.models import PublicNotice
from allmende.inbox.queries import KIND_WORDS, MEASURE_WORDS, OUTCOME_WORDS

register = template.Library()


@register.filter
def is_to_come(at: datetime | None) -> bool:
    """Is this moment still to come? What was promised for a time that has passed is promised to nobody any more."""
    return at is not None and at > timezone.now()


@register.filter
def arrival_act(act: str) -> str:
    """What somebody did at a link's target."""
    return str(ARRIVAL_ACTS[act])


@register.filter
def arrival_reason(row: LeftOutRow) -> str:
    """Why a row is no arrival."""
    return str(ARRIVAL_REASONS[row.reason_code]) % {"value": row.value}


@register.filter
def arrivals_state(state: str) -> str:
    """How a table of arrivals stands."""
    words = {
        "chosen": pgettext("import", "not begun"),
        "done": pgettext("import", "done"),
        "undone": pgettext("import", "undone"),
    }
    return words[state]


@register.filter
def measure(name: str) -> str:
    """What was done to somebody's words: "Verborgen"."""
    return capfirst(str(MEASURE_WORDS[name]))


TRUST: dict[str, str | Promise] = {
    "keeps_word": gettext_lazy("What is promised here is kept."),
    "is_fair": gettext_lazy("I am treated fairly here, also when I criticise."),
    "cares": gettext_lazy("It matters to the people here that I am helped."),
}


@register.filter
def trust_question(name: str) -> str:
    """One question of the trust survey, as a sentence somebody agrees with or not."""
    return str(TRUST[name])


@register.filter
def points_of(points: Mapping[str, int], name: str) -> int | None:
    """What a visitor gave this question before their answer was refused."""
    return points.get(name)


@register.filter
def outcome_title(notice: PublicNotice) -> str:
    """What came of a report, as a sentence begins."""
    return capfirst(str(OUTCOME_WORDS[notice.outcome]))


@register.filter
def reported_kind(kind: str) -> str:
    """What was wrong with what was reported."""
    return str(KIND_WORDS[kind])


@register.filter
def reported_outcome(outcome: str) -> str:
    """What came of reports, as a sentence begins."""
    return capfirst(str(OUTCOME_WORDS[outcome]))
