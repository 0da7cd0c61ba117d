"""Tables of posts in words."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from allmende.channels.models import Channel
from allmende.editorial.catalogue import POST_REASONS
from allmende.editorial.queries.post_imports import LeftOut

register = template.Library()


@register.filter
def posts_state(state: str) -> str:
    """How a table of posts stands."""
    words = {
        "chosen": pgettext("import", "not begun"),
        "done": pgettext("import", "done"),
        "undone": pgettext("import", "undone"),
    }
    return words[state]


@register.filter
def too_long_words(over: tuple[Channel, int]) -> str:
    """That the words of a row are too long for a channel."""
    channel, number = over
    said = ngettext("%(number)d sign too long for %(channel)s.", "%(number)d signs too long for %(channel)s.", number)
    return said % {"number": number, "channel": channel.name}


@register.filter
def other_objective_words(other: tuple[int, str]) -> str:
    """That an equal row names another objective than the draft will serve."""
    line, named = other
    said = _("Line %(line)d says the same for the objective “%(named)s”: a draft serves one alone, the one shown here.")
    return said % {"line": line, "named": named}


@register.filter
def left_out_reason(row: LeftOut) -> str:
    """Why a row makes no draft."""
    return str(POST_REASONS[row.reason_code]) % {"value": row.value}
