"""Give a user a place in a workspace."""

from datetime import date, datetime

from django.db import transaction

from allmende.team.access import require
from allmende.team.actions.record_audit import record_audit
from allmende.team.models import Person, User


@transaction.atomic
def join_person(
    *, person: Person, user: User, role: str, now: datetime, access_until_date: date | None = None
) -> Person:
    """`person` takes `user` into their workspace; somebody external has a last day of access (`domain.md` 3.3)."""
    require(person, "team.person.invite")
    joined = Person.objects.create(
        workspace=person.workspace,
        user=user,
        name=user.name,
        role=role,
        employment="external" if access_until_date else "internal",
        access_until_date=access_until_date,
    )
    record_audit(
        workspace=person.workspace,
        person=person,
        verb="team.person.joined",
        target=joined,
        now=now,
        after={"role": role},
    )
    return joined
