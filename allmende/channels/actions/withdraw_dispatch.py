"""Take words back, or move their slot, as long as the network cannot have heard them."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.channels.actions.mind_last_day import mind_last_day
from allmende.channels.actions.order_parts import move_parts, withdraw_parts
from allmende.channels.models import Dispatch
from allmende.channels.states import GIVEN_UP, HELD, MISSED, REFUSED, SENT, SPEAKING_RIGHTS, UNCLEAR, WAITING, WITHDRAWN
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

SILENT_STATES = (WAITING, HELD, REFUSED, GIVEN_UP, MISSED)


class CannotWithdraw(Exception):
    """The words were not taken back; the message says why."""


class CannotMove(Exception):
    """The slot was not moved; the message says why."""


@transaction.atomic
def withdraw_dispatch(
    *, person: Person | None, dispatch: Dispatch, now: datetime, reason_code: str = "", reason: str = ""
) -> Dispatch:
    """Take a dispatch out of the queue for good; the audit book keeps the `reason`. `person` is None for the worker.

    Raises CannotWithdraw when the network may already have heard it.
    """
    rows = Dispatch.objects.filter(pk=dispatch.pk, state__in=SILENT_STATES)
    if person is not None:
        require(person, SPEAKING_RIGHTS[dispatch.kind])
        rows = rows.filter(workspace=person.workspace)
    lock_workspace(dispatch.workspace_id)
    taken = rows.update(state=WITHDRAWN, settled_at=now, reason_code=reason_code)
    dispatch.refresh_from_db()
    if not taken and dispatch.state != WITHDRAWN:
        raise CannotWithdraw(_why_not(dispatch))
    if taken:
        withdraw_parts(dispatch=dispatch, reason_code=reason_code or "head_withdrawn", now=now)
        record_audit(
            workspace=dispatch.workspace, person=person, verb="channels.dispatch.withdrawn", target=dispatch, now=now,
            after={"reason": reason} if reason else None,
        )  # fmt: skip
    return dispatch


@transaction.atomic
def move_dispatch(
    *, person: Person, dispatch: Dispatch, send_after: datetime, send_before: datetime | None, now: datetime
) -> Dispatch:
    """Give a waiting or held dispatch another slot; a held one stays held, unless only its channel's last
    day kept it back and no longer does. Raises CannotMove."""
    require(person, SPEAKING_RIGHTS[dispatch.kind])
    lock_workspace(person.workspace_id)
    before = {"send_after": dispatch.send_after.isoformat()}
    moved = Dispatch.objects.filter(pk=dispatch.pk, workspace=person.workspace, state__in=(WAITING, HELD)).update(
        send_after=send_after, send_before=send_before, next_at=send_after
    )
    dispatch.refresh_from_db()
    if not moved:
        raise CannotMove(_("Not moved. It has left the queue already or is just being said."))
    move_parts(dispatch=dispatch, now=now)
    mind_last_day(channel=dispatch.channel)
    dispatch.refresh_from_db()
    dispatch.message.occurred_at = send_after
    dispatch.message.changed_at = now
    dispatch.message.save(update_fields=["occurred_at", "changed_at"])
    record_audit(
        workspace=dispatch.workspace, person=person, verb="channels.dispatch.moved", target=dispatch, now=now,
        before=before, after={"send_after": send_after.isoformat()},
    )  # fmt: skip
    return dispatch


def _why_not(dispatch: Dispatch) -> str:
    if dispatch.state == SENT:
        return _("Not taken back. It is already at the network; it can only be deleted there.")
    if dispatch.state == UNCLEAR:
        return _(
            "Not taken back. The network may have heard it; we are finding out. Please wait until that is settled."
        )
    return _("Not taken back. It is just being said; in a minute it is settled whether it arrived.")
