"""Tables of posts in words."""

from django import template
from django.utils.translation import pgettext

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
def left_out_reason(row: LeftOut) -> str:
    """Why a row makes no draft."""
    return str(POST_REASONS[row.reason_code]) % {"value": row.value}
