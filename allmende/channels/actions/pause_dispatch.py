"""Keep one post in the queue without letting it leave, until somebody resumes it (S2-10)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.channels.models import Dispatch
from allmende.channels.states import HELD, SPEAKING_RIGHTS, WAITING
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


class CannotPause(Exception):
    """The dispatch was not paused; the message says why."""


@transaction.atomic
def pause_dispatch(*, person: Person, dispatch: Dispatch, now: datetime) -> Dispatch:
    """No worker claims it from now on; its slot stays. Raises CannotPause when the network may already hear it."""
    require(person, SPEAKING_RIGHTS[dispatch.kind])
    lock_workspace(person.workspace_id)
    still_here = Dispatch.objects.filter(pk=dispatch.pk, workspace=person.workspace, state__in=(WAITING, HELD))
    paused = still_here.filter(paused_at__isnull=True).update(paused_at=now)
    dispatch.refresh_from_db()
    if dispatch.paused_at is None:
        raise CannotPause(_("Not paused. It has left the queue already or is just being said."))
    if paused:
        record_audit(
            workspace=dispatch.workspace, person=person, verb="channels.dispatch.paused", target=dispatch, now=now
        )
    return dispatch


@transaction.atomic
def resume_dispatch(*, person: Person, dispatch: Dispatch, now: datetime) -> Dispatch:
    """It leaves at its slot again; what a hold stops stays stopped."""
    require(person, SPEAKING_RIGHTS[dispatch.kind])
    lock_workspace(person.workspace_id)
    resumed = Dispatch.objects.filter(pk=dispatch.pk, workspace=person.workspace, paused_at__isnull=False).update(
        paused_at=None
    )
    dispatch.refresh_from_db()
    if resumed:
        record_audit(
            workspace=dispatch.workspace, person=person, verb="channels.dispatch.resumed", target=dispatch, now=now
        )
    return dispatch
