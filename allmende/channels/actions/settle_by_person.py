"""What no program can find out, a person decides."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from allmende.channels.actions.order_parts import retry_parts
from allmende.channels.models import Attempt, Dispatch, Message
from allmende.channels.queries import NEEDS_PERSON
from allmende.channels.states import GIVEN_UP, REFUSED, SENT, UNCLEAR, WAITING
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


class CannotSettle(Exception):
    """The dispatch stays as it is; the message says why."""


@transaction.atomic
def settle_by_person(*, person: Person, dispatch: Dispatch, was_sent: bool, now: datetime) -> Dispatch:
    """Somebody looked at the network: it is there, or it is not and goes out again under the same key.

    Raises CannotSettle if it is not open any more. When it was sent, its id follows with the next collecting.
    """
    require(person, "channels.dispatch.settle")
    lock_workspace(person.workspace_id)
    free = Dispatch.objects.filter(pk=dispatch.pk, workspace=person.workspace, state=UNCLEAR, lease_until__isnull=True)
    if was_sent:
        settled = free.update(state=SENT, settled_at=now, reason_code="settled_by_person")
        if settled:  # whoever follows the words reads them again
            Message.objects.filter(pk=dispatch.message_id).update(changed_at=now)
    else:
        rested = Q(next_at__lte=now) | Q(reason_code=NEEDS_PERSON)  # before that it may still appear
        settled = free.filter(rested).update(state=WAITING, next_at=now, reason_code="settled_by_person")
        if settled:
            _begin_anew(dispatch, now)
            number = Attempt.objects.filter(dispatch=dispatch).count() + 1
            Attempt.objects.create(
                dispatch=dispatch, number=number, verb="find", started_at=now, ended_at=now, outcome="absent",
                detail=person.name,
            )  # fmt: skip
    dispatch.refresh_from_db()
    if not settled and dispatch.state == UNCLEAR:
        raise CannotSettle(_("Nothing changed. We are still finding out ourselves; please wait a few minutes."))
    if not settled:
        raise CannotSettle(_("Nothing changed. This was settled in the meantime; please look at the queue again."))
    verb = "channels.dispatch.settled"
    after = {"was_sent": was_sent}
    record_audit(workspace=dispatch.workspace, person=person, verb=verb, target=dispatch, now=now, after=after)
    return dispatch


@transaction.atomic
def try_again(*, person: Person, dispatch: Dispatch, now: datetime) -> Dispatch:
    """Send a refused or given-up dispatch once more, after its cause was mended. Raises CannotSettle.

    What has a slot whose latest time has passed would be missed at once: it needs another slot.
    """
    require(person, "channels.dispatch.settle")
    lock_workspace(person.workspace_id)
    ended = Dispatch.objects.filter(pk=dispatch.pk, workspace=person.workspace, state__in=(REFUSED, GIVEN_UP))
    in_time = ended.filter(Q(send_before__isnull=True) | Q(send_before__gt=now))
    again = in_time.update(state=WAITING, next_at=now, reason_code="", reason="")
    if again:
        _begin_anew(dispatch, now)
        retry_parts(dispatch=dispatch, now=now)
    dispatch.refresh_from_db()
    if not again and dispatch.state in (REFUSED, GIVEN_UP):
        raise CannotSettle(_("Not tried again. Its latest time has passed. Give it a new slot, or drop it."))
    if not again:
        raise CannotSettle(_("Nothing changed. Only what was refused or given up can be sent again."))
    record_audit(
        workspace=dispatch.workspace, person=person, verb="channels.dispatch.tried_again", target=dispatch, now=now
    )
    return dispatch


def _begin_anew(dispatch: Dispatch, now: datetime) -> None:
    """The days in which it may be tried are counted from now; a slot keeps its own end."""
    Dispatch.objects.filter(pk=dispatch.pk, send_before__isnull=True, send_after__lt=now).update(send_after=now)
