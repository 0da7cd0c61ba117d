"""End the access of somebody whose work was handed over."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.handover import audit, states
from allmende.handover.actions.move_handover import locked, moved
from allmende.handover.models import Handover
from allmende.team.access import require
from allmende.team.actions import CannotChange, end_access, record_audit, revoke_guest_link
from allmende.team.models import GuestLink, Person


class CannotRevoke(Exception):
    """The access stays; says why and what to do."""


@transaction.atomic
def revoke_access(*, person: Person, handover: Handover, now: datetime, reason: str = "") -> Handover:
    """The leaver has no way in from the next request on, and the guest links they made are closed (S0-22, S0-24).

    What they wrote stays, with their name. Whatever is still in their hands needs a `reason` to stay there (I-01).
    Raises CannotRevoke.
    """
    require(person, "handover.transfer.lead")
    require(person, "team.person.edit")
    handover = locked(handover, CannotRevoke)
    if handover.next_state != states.ACCESS_REVOKED:
        raise CannotRevoke(_("Not ended: the handover is at another step by now. Look at it again."))
    if person.pk == handover.leaver_id:
        raise CannotRevoke(_("Not ended: nobody ends their own access. Let somebody who stays do it."))
    if handover.leaver.left_at is None:
        try:
            end_access(person=person, colleague=handover.leaver, now=now, reason=reason)
        except CannotChange as error:
            raise CannotRevoke(str(error)) from error
    links = GuestLink.objects.filter(
        workspace=person.workspace, created_by=handover.leaver, revoked_at__isnull=True, expires_at__gt=now
    )
    for link in links:
        revoke_guest_link(person=person, link=link, now=now)
    moved(handover, person, states.ACCESS_REVOKED, now, revoked_at=now)
    record_audit(workspace=person.workspace, person=person, verb=audit.REVOKED, target=handover, now=now)
    return handover
