"""Remind people of what they promised: the next update, and the debrief within a week (`domain.md` 3.10)."""

from datetime import datetime, timedelta

from allmende.crisis import states
from allmende.crisis.actions.call_people import tell_colleague
from allmende.crisis.models import Incident
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.queries import on_duty_at

BEFORE_UPDATE = timedelta(minutes=10)
BEFORE_DEBRIEF = timedelta(days=2)


def remind_of_updates(*, now: datetime) -> int:
    """Ten minutes before those affected were promised news: who leads is told, and who is on duty. Each time once."""
    due = Incident.objects.filter(
        state__in=states.BURNING, next_update_at__lte=now + BEFORE_UPDATE, reminded_at__isnull=True
    )
    return sum(_remind(one, now) for one in due.select_related("workspace", "led_by"))


def remind_of_debriefs(*, now: datetime) -> int:
    """Two days before the week is over, and when it is, whoever leads is told that the debrief is still missing."""
    over = Incident.objects.filter(state=states.OVER).select_related("workspace", "led_by")
    told = 0
    for one in over.filter(over_at__lte=now - timedelta(days=states.DEBRIEF_DAYS) + BEFORE_DEBRIEF):
        is_late = one.over_at is not None and now - one.over_at > timedelta(days=states.DEBRIEF_DAYS)
        told += tell_colleague(one.led_by, one, "debrief", "late" if is_late else "soon", now)
    return told


def _remind(incident: Incident, now: datetime) -> bool:
    """The claim is the row: two workers remind once."""
    lock_workspace(incident.workspace_id)
    claimed = Incident.objects.filter(
        pk=incident.pk, state__in=states.BURNING, next_update_at=incident.next_update_at, reminded_at__isnull=True
    )
    if not claimed.update(reminded_at=now):
        return False
    people = {one.pk: one for one in (incident.led_by, *on_duty_at(incident.workspace, now))}
    once = f"{incident.next_update_at:%Y%m%d%H%M}"
    return sum(tell_colleague(one, incident, "update_due", once, now) for one in people.values()) > 0
