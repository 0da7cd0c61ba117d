"""Let a program in on behalf of a person."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from allmende.api import audit, states
from allmende.api.models import ApiToken
from allmende.team.access import hash_of_token, require
from allmende.team.actions import record_audit
from allmende.team.models import Person


@transaction.atomic
def make_token(*, person: Person, name: str, scopes: Sequence[str], days: int, now: datetime) -> tuple[ApiToken, str]:
    """The token and its secret, which is told once and kept nowhere. It works for `days`, two years at most.

    Raises PermissionDenied for a purpose the person has no right to, ValueError for one that does not exist, for none,
    and for days beyond the limit.
    """
    require(person, states.MAKE)
    if not scopes or not set(scopes) <= set(states.SCOPES) or not 0 < days <= states.LONGEST_DAYS:
        raise ValueError("a token needs known scopes and a lifetime of at most two years")
    for scope in scopes:
        require(person, states.SCOPES[scope])
    secret = states.MARK + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        workspace=person.workspace,
        person=person,
        name=name,
        prefix=secret[: states.PREFIX_LENGTH],
        token_hash=hash_of_token(secret),
        scopes=[scope for scope in states.SCOPES if scope in scopes],
        expires_at=now + timedelta(days=days),
        created_at=now,
        created_by=person,
        updated_at=now,
        updated_by=person,
    )
    record_audit(
        workspace=person.workspace,
        person=person,
        verb=audit.MADE,
        target=token,
        now=now,
        after={"name": name, "begins": token.prefix, "scopes": token.scopes, "until": token.expires_at.isoformat()},
    )
    return token, secret
