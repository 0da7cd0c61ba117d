"""Say where a behaviour's tactic began earlier than elsewhere, so that the two can be compared; or take that back."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.behaviours.audit import START_TAKEN_BACK, START_TOLD
from allmende.behaviours.models import ChannelStart
from allmende.channels.models import Channel
from allmende.plan.queries import objectives_in_force
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


class CannotTellStart(Exception):
    """Nothing was noted; the message says why."""


@transaction.atomic
def tell_start(
    *, person: Person, objective_key: str, channel: Channel, starts_date: date, now: datetime
) -> ChannelStart:
    """Note on which day the work for an objective began in this channel (4.4-8); told again, the day is changed.

    Raises CannotTellStart for an objective that is not in force, or a day to come: what has not begun cannot be compared.
    """
    require(person, "behaviours.definition.edit")
    workspace = person.workspace
    lock_workspace(workspace.pk)
    if objective_key not in {one.key for one in objectives_in_force(workspace)} or channel.workspace_id != workspace.pk:
        raise CannotTellStart(_("Not noted: this objective or channel is not there any more. Open the page anew."))
    if starts_date > workspace.day_at(now):
        raise CannotTellStart(_("Not noted: this day has not come yet. Say it when it has begun there."))
    start, _is_new = ChannelStart.objects.update_or_create(
        workspace=workspace, objective_key=objective_key, channel=channel,
        defaults={"starts_date": starts_date, "told_by": person, "told_at": now},
    )  # fmt: skip
    record_audit(
        workspace=workspace, person=person, verb=START_TOLD, target=start, now=now,
        after={"objective": objective_key, "channel": channel.slug, "day": starts_date.isoformat()},
    )  # fmt: skip
    return start


@transaction.atomic
def take_back_start(*, person: Person, start: ChannelStart, now: datetime) -> None:
    """It did not begin there, or not earlier: it is compared no longer."""
    require(person, "behaviours.definition.edit")
    record_audit(
        workspace=person.workspace, person=person, verb=START_TAKEN_BACK, target=start, now=now,
        before={"objective": start.objective_key, "channel": start.channel.slug, "day": start.starts_date.isoformat()},
    )  # fmt: skip
    start.delete()
