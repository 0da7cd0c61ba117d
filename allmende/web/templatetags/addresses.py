"""`{% url %}` that remembers: a page bears some fifty addresses, most of which stood on pages before it."""

from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.template import defaulttags
from django.template.base import Parser, Token
from django.template.context import Context
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.html import conditional_escape

register = template.Library()
MOST_ADDRESSES = 20_000


class AddressNode(defaulttags.URLNode):
    """The framework's own, for addresses by position; by name, or kept under a name, they are resolved each time."""

    def render(self, context: Context) -> str:
        """The address, escaped where the page is. Raises NoReverseMatch as the framework does."""
        if self.asvar or self.kwargs:
            return super().render(context)
        values = [one.resolve(context) for one in self.args]
        try:
            found = _address(
                get_script_prefix(), get_urlconf() or settings.ROOT_URLCONF, self.view_name.resolve(context), *values
            )
        except NoReverseMatch:
            return super().render(context)  # which says where in the template it stands
        return conditional_escape(found) if context.autoescape else found


# By kind too: 1 and true are equal and lead to different places.
@lru_cache(MOST_ADDRESSES, typed=True)
def _address(prefix: str, urlconf: str, name: str, *values: Any) -> str:
    return reverse(name, urlconf, values)


def forget_addresses() -> None:
    """Each is resolved anew."""
    _address.cache_clear()


@register.tag
def url(parser: Parser, token: Token) -> defaulttags.URLNode:
    """As in the framework."""
    node = defaulttags.url(parser, token)
    return AddressNode(node.view_name, node.args, node.kwargs, node.asvar)
