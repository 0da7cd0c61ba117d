"""How the screen for tokens says what it shows."""

from django import template

from allmende.api.catalogue import SCOPE_WORDS, TOKEN_STATE_WORDS

register = template.Library()


@register.filter
def scope_words(scope: str) -> str:
    """What a token is for, in words; a purpose that is gone by its name."""
    return str(SCOPE_WORDS.get(scope, scope))


@register.filter
def token_state(code: str) -> str:
    """Why a token opens nothing any more."""
    return str(TOKEN_STATE_WORDS[code])
