"""Open a workspace with its first owner."""

from datetime import datetime, time

from django.db import transaction

from allmende.team import states
from allmende.team.actions.record_audit import record_audit
from allmende.team.models import Person, ServiceHours, ServiceSpan, User, Workspace


@transaction.atomic
def create_workspace(
    *,
    owner: User,
    slug: str,
    name: str,
    now: datetime,
    organisation: str = "",
    zone: str = "Europe/Berlin",
    country: str = "DE",
    subdivision: str = "",
) -> Workspace:
    """A workspace, its owner's Person, and service hours of Monday to Friday, 8 to 18, as a first proposal."""
    workspace = Workspace.objects.create(
        slug=slug,
        name=name,
        organisation=organisation,
        zone=zone,
        country=country,
        subdivision=subdivision,
        language=owner.language,
    )
    person = Person.objects.create(workspace=workspace, user=owner, name=owner.name, role=states.OWNER)
    hours = ServiceHours.objects.create(
        workspace=workspace,
        name=name,
        zone=zone,
        country=country,
        subdivision=subdivision,
        is_default=True,
        created_at=now,
        created_by=person,
        updated_at=now,
        updated_by=person,
    )
    ServiceSpan.objects.bulk_create(
        ServiceSpan(hours=hours, weekday=day, starts_at=time(8), ends_at=time(18)) for day in range(5)
    )
    record_audit(workspace=workspace, person=person, verb="team.workspace.created", target=workspace, now=now)
    return workspace
