"""Call a handover off: whoever was to leave stays, or it was announced by mistake."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.handover import audit, states
from allmende.handover.actions.move_handover import locked
from allmende.handover.models import Handover
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit, send_notice
from allmende.team.models import Person


class CannotCallOff(Exception):
    """The handover goes on; says why and what to do."""


@transaction.atomic
def call_off_handover(*, person: Person, handover: Handover, now: datetime) -> Handover:
    """It leaves the lists, and nothing changes hands (S0-22). Both are told.

    Raises CannotCallOff once it is accepted, or while duties handed on in it are not taken back.
    """
    require(person, "handover.transfer.lead")
    handover = locked(handover)
    if handover.state not in states.BEFORE_ACCEPTANCE:
        raise CannotCallOff(_("Not called off: it was accepted. A handover back gives the work back."))
    if handover.handed_on.filter(taken_back_at__isnull=True).exists():
        raise CannotCallOff(
            _("Not called off: duties were handed on in it. Take them back under duties first, or go on with it.")
        )
    change_record(record=handover, person=person, now=now, seen_revision=None, archived_at=now)
    record_audit(workspace=person.workspace, person=person, verb=audit.CALLED_OFF, target=handover, now=now)
    for one in {handover.leaver, handover.successor} - {person}:
        send_notice(
            person=one,
            kind="handover.called_off",
            values={"by": person.name, "leaver": handover.leaver.name, "successor": handover.successor.name},
            url=reverse("handover:transfers", args=[handover.workspace.slug]),
            once_key=f"handover.called_off:{handover.pk}:{handover.revision}",
            now=now,
        )
    return handover
