"""Tables of posts in words."""

from collections.abc import Mapping, Sequence

from django import template
from django.utils.translation import pgettext

from allmende.editorial.catalogue import POST_REASONS
from allmende.editorial.queries.lacks import Lack
from allmende.editorial.queries.post_imports import LeftOut, Post

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
def of_post(uncared: Mapping[str, Sequence[Lack]], post: Post) -> Sequence[Lack]:
    """When nobody is on duty for a row of the table."""
    return uncared.get(post.key, ())


@register.filter
def left_out_reason(row: LeftOut) -> str:
    """Why a row makes no draft."""
    return str(POST_REASONS[row.reason_code]) % {"value": row.value}
