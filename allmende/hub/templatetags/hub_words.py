"""Arrivals by links, and what was moderated, in words."""

from django import template
from django.utils.text import capfirst
from django.utils.translation import pgettext

from allmende.channels.catalogue.arrivals import ARRIVAL_ACTS, ARRIVAL_REASONS
from allmende.channels.queries import LeftOutRow
from allmende.inbox.queries import MEASURE_WORDS

register = template.Library()


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
