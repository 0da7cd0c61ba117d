"""Close a guest's door before its time."""

from datetime import datetime

from django.db import transaction

from allmende.team.access import require
from allmende.team.actions.record_audit import record_audit
from allmende.team.models import GuestLink, Person


@transaction.atomic
def revoke_guest_link(*, person: Person, link: GuestLink, now: datetime) -> bool:
    """`link` opens nothing from now on; False when it was closed before."""
    require(person, "team.guest.invite")
    open_link = GuestLink.objects.filter(pk=link.pk, workspace=person.workspace, revoked_at__isnull=True)
    if not open_link.update(revoked_at=now, updated_at=now, updated_by=person):
        return False
    record_audit(workspace=person.workspace, person=person, verb="team.guest.revoked", target=link, now=now)
    return True
