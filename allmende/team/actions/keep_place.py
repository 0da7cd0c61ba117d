"""Keep a place for somebody whom a book names and who is not here."""

from datetime import date, datetime
from uuid import uuid4

from django.db import transaction

from allmende.team.models import Person, User, Workspace
from allmende.team.states import OBSERVER

# Reserved for addresses that no mail reaches (RFC 6761).
NOWHERE = "uninvited.invalid"


@transaction.atomic
def keep_place(
    *,
    workspace: Workspace,
    name: str,
    now: datetime,
    role: str = OBSERVER,
    employment: str = "internal",
    access_until_date: date | None = None,
    left_at: datetime | None = None,
) -> Person:
    """A Person under this name with a user nobody can log in as, so that what they did stays theirs (S0-24).

    Without `left_at` somebody may invite them (`invite_person(place=…)`). The action that reads a book in writes the audit line.
    """
    user = User.objects.create_user(
        email=f"{uuid4().hex}@{NOWHERE}", name=name, language=workspace.language, is_active=False
    )
    return Person.objects.create(
        workspace=workspace,
        user=user,
        name=name,
        role=role,
        employment=employment,
        access_until_date=access_until_date,
        left_at=left_at or now,
        is_uninvited=left_at is None,
    )
