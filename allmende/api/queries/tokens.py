"""Tokens as their screen lists them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from allmende.api.models import ApiToken
from allmende.api.states import MAKE, OVERSEE, SCOPES
from allmende.team.access import may
from allmende.team.models import Person
from allmende.team.queries import is_open_to

MOST_ENDED = 20


@dataclass(frozen=True)
class TokenRow:
    """A token and why it opens nothing any more: "revoked", "expired", "closed"; empty while it works."""

    token: ApiToken
    ended: str
    is_own: bool


@dataclass(frozen=True)
class TokensPage:
    """Tokens that work, the next to run out first, and those that ended, the newest first."""

    open: tuple[TokenRow, ...]
    ended: tuple[TokenRow, ...]
    is_for_all: bool


def tokens_page(person: Person, now: datetime) -> TokensPage:
    """The person's own tokens, or those of everybody for who oversees them; one query."""
    is_for_all = may(person, OVERSEE)
    found = ApiToken.objects.select_related("person__user").filter(workspace=person.workspace_id)
    if not is_for_all:
        found = found.filter(person=person)
    rows = [
        TokenRow(token, _ended(token, person, now), token.person_id == person.pk)
        for token in found.order_by("expires_at")
    ]
    ended = sorted((row for row in rows if row.ended), key=lambda row: row.token.updated_at, reverse=True)
    return TokensPage(tuple(row for row in rows if not row.ended), tuple(ended[:MOST_ENDED]), is_for_all)


def scopes_for(person: Person) -> Sequence[str]:
    """What a token of this person may be for."""
    return [scope for scope, right in SCOPES.items() if may(person, right)]


def _ended(token: ApiToken, person: Person, now: datetime) -> str:
    if token.revoked_at is not None:
        return "revoked"
    if token.expires_at <= now:
        return "expired"
    holder, today = token.person, person.workspace.day_at(now)
    is_here = holder.user.is_active and is_open_to(holder, today) and may(holder, MAKE)
    return "" if is_here else "closed"
