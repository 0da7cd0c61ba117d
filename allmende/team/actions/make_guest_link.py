"""Open a door to one object for somebody without an account."""

import secrets
from datetime import datetime

from django.db import transaction

from allmende.team.access import hash_of_token, require
from allmende.team.actions.record_audit import record_audit
from allmende.team.models import GuestLink, Person


@transaction.atomic
def make_guest_link(
    *, person: Person, object_kind: str, object_id: object, guest_name: str, expires_at: datetime, now: datetime
) -> str:
    """A token that lets `guest_name` see the object until `expires_at`; only its hash is kept.

    `object_kind` is `<room>.<thing>` (`stakeholders.report`); the room that owns the thing has the page behind the
    door and asks `access.find_guest_link`.
    """
    require(person, "team.guest.invite")
    token = secrets.token_urlsafe(32)
    link = GuestLink.objects.create(
        workspace=person.workspace,
        token_hash=hash_of_token(token),
        guest_name=guest_name,
        object_kind=object_kind,
        object_id=str(object_id),
        expires_at=expires_at,
        created_at=now,
        created_by=person,
        updated_at=now,
        updated_by=person,
    )
    record_audit(
        workspace=person.workspace,
        person=person,
        verb="team.guest.invited",
        target=link,
        now=now,
        after={"guest": guest_name, "object": f"{object_kind} {object_id}", "until": expires_at.isoformat()},
    )
    return token
