"""Close a guest's door before its time."""

from datetime import datetime

from django.db import transaction

from allmende.team.access import require
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.actions.record_audit import record_audit
from allmende.team.actions.undo_change import stale_undo
from allmende.team.models import GuestLink, Person


@transaction.atomic
def revoke_guest_link(*, person: Person, link: GuestLink, now: datetime) -> bool:
    """`link` opens nothing from now on; False when it was closed before."""
    require(person, "team.guest.invite")
    lock_workspace(person.workspace_id)
    open_link = GuestLink.objects.filter(pk=link.pk, workspace=person.workspace, revoked_at__isnull=True)
    if not open_link.update(revoked_at=now, updated_at=now, updated_by=person):
        return False
    record_audit(workspace=person.workspace, person=person, verb="team.guest.revoked", target=link, now=now)
    return True


@transaction.atomic
def undo_revoke(*, person: Person, now: datetime, pk: str) -> None:
    """Open a guest's door again: the link they have works as before."""
    require(person, "team.guest.invite")
    lock_workspace(person.workspace_id)
    shut = GuestLink.objects.filter(pk=pk, workspace=person.workspace, revoked_at__isnull=False)
    link = shut.first()
    if link is None or not shut.update(revoked_at=None, updated_at=now, updated_by=person):
        raise stale_undo()
    record_audit(workspace=person.workspace, person=person, verb="team.guest.invited", target=link, now=now)
