"""A person looked: publishing goes on."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.channels.models import Pause
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


class CannotEndPause(Exception):
    """Publishing stays paused; the message says why."""


@transaction.atomic
def end_pause(*, pause: Pause, person: Person | None, now: datetime) -> Pause:
    """Let words leave again. What no network was found to have, and was due, stays held until a person releases it.

    `person` is None for whoever runs the installation. Ending it twice changes nothing. Raises CannotEndPause.
    """
    if person is not None:
        require(person, "channels.pause.end")
    lock_workspace(pause.workspace_id)
    if pause.judged_at is None:
        raise CannotEndPause(
            _("Not resumed. We are still finding out whether this is a copy; please try again in half a minute.")
        )
    ended = Pause.objects.filter(pk=pause.pk, ended_at__isnull=True).update(
        ended_at=now, ended_by=person, updated_at=now, updated_by=person
    )
    pause.refresh_from_db()
    if ended:
        after = {"reason": pause.reason}
        record_audit(
            workspace=pause.workspace, person=person, verb="channels.pause.ended", target=pause, now=now, after=after
        )
    return pause
