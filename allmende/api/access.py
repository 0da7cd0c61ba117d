"""Who calls, on whose behalf and what for; and "give this person that token, or behave as if it did not exist"."""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404

from allmende.api.models import ApiToken
from allmende.api.states import MAKE, OVERSEE, SCOPES
from allmende.team.access import hash_of_token, may, require
from allmende.team.models import Person
from allmende.team.queries import is_open_to


class ScopeMissing(Exception):
    """The token was not made for this; `scope` says for what it would have to be."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        super().__init__(scope)


def caller(secret: str, now: datetime) -> ApiToken | None:
    """The token of this secret, if it holds now: not run out, not revoked, its person still at work here; else None."""
    rows = ApiToken.objects.select_related("person__user", "workspace")
    token = rows.filter(token_hash=hash_of_token(secret), revoked_at__isnull=True, expires_at__gt=now).first()
    if token is None:
        return None
    # One workspace, one object: what is asked of the person is asked of the token's workspace.
    token.person.workspace = token.workspace
    is_here = token.person.user.is_active and is_open_to(token.person, token.workspace.day_at(now))
    return token if is_here else None


def require_scope(token: ApiToken, scope: str) -> None:
    """Raise unless the token is for this (ScopeMissing) and its person may do it now (PermissionDenied)."""
    if scope not in token.scopes:
        raise ScopeMissing(scope)
    if not may(token.person, MAKE):
        raise PermissionDenied(MAKE)
    require(token.person, SCOPES[scope])


def require_place(token: ApiToken, slug: str) -> None:
    """404 for every workspace but the token's own, whether it exists or not."""
    if token.workspace.slug != slug:
        raise Http404


def find_token(person: Person, token_id: UUID) -> ApiToken:
    """A token of this person, or of anybody here for those who oversee them; or 404."""
    rows = ApiToken.objects.select_related("person").filter(workspace=person.workspace_id)
    if not may(person, OVERSEE):
        rows = rows.filter(person=person)
    return get_object_or_404(rows, pk=token_id)
