"""Levels go up and down, stops end, and at last it is over."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allmende.channels.actions import end_hold
from allmende.channels.models import Hold
from allmende.crisis import audit, states
from allmende.crisis.actions.call_people import LEAD, call_people
from allmende.crisis.actions.check_fit import unfit
from allmende.crisis.actions.declare_incident import DECLARE, end_holds, next_update, put_holds, state_at
from allmende.crisis.actions.tell_levels import put_out, tell_levels
from allmende.crisis.actions.write_log import locked_incident, note_act
from allmende.crisis.models import Incident, IncidentHold, LevelChange
from allmende.guidelines.states import TOP_LEVEL
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit
from allmende.team.models import Person

CHANGED = gettext_lazy("Level %(before)s becomes %(level)s: %(reason)s")
ENDED = gettext_lazy("It is over: %(reason)s")
LIFTED = gettext_lazy("The stop has ended. What was held is released one by one.")
REKINDLED = gettext_lazy("It goes on after all.")
CLOSED = gettext_lazy("Debriefed and closed.")


class CannotChangeLevel(Exception):
    """The level stays; the message says why. `field` names the field to mend."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        self.field = field
        super().__init__(sentence)


class CannotClose(Exception):
    """The incident stays open; the message says what is missing."""


@transaction.atomic
def change_level(*, person: Person, incident: Incident, level: int, reason: str, now: datetime) -> Incident:
    """Up or down, with a reason. Whoever may declare may go up; going down takes whoever may lead. Raises CannotChangeLevel.

    Going up stops posts and calls the people of the new level. Going down ends no stop: somebody does that on purpose.
    """
    require(person, _right(incident, level))
    incident = locked_incident(incident)
    require(person, _right(incident, level))
    _check(incident, level, reason)
    if level < incident.level:
        _check_fit(person, incident, now)
    before, state = incident.level, _state_after(incident, level)
    due, reminded_at = _promised(incident, level, now)
    change_record(
        record=incident, person=person, now=now, seen_revision=None, level=level, state=state, next_update_at=due,
        reminded_at=reminded_at,
    )  # fmt: skip
    LevelChange.objects.create(
        incident=incident, before=before, level=level, reason=reason.strip()[:500], at=now, person=person
    )
    note_act(incident, person, CHANGED, now, before=before, level=level, reason=reason.strip())
    if level > before:
        put_holds(incident, person, now)
        call_people(incident=incident, by=person, now=now)
    tell_levels(incident)
    record_audit(
        workspace=person.workspace, person=person, verb=audit.LEVEL_CHANGED, target=incident, now=now,
        before={"level": before}, after={"level": level},
    )  # fmt: skip
    return incident


@transaction.atomic
def lift_holds(*, person: Person, incident: Incident, now: datetime) -> int:
    """New posts may go out again while the incident still calms down; what was scheduled is released one by one (I-16).

    Raises CannotChangeLevel for whoever lacks the training.
    """
    require(person, LEAD)
    incident = locked_incident(incident)
    _check_fit(person, incident, now)
    ended = end_holds(incident, person, now, keeps_scheduled=True)
    if ended:
        note_act(incident, person, LIFTED, now)
        tell_levels(incident)
        record_audit(workspace=person.workspace, person=person, verb=audit.CHANGED, target=incident, now=now)
    return ended


@transaction.atomic
def end_stop(*, person: Person, hold: Hold, now: datetime) -> Hold:
    """End one stop, whoever put it up. One of an incident only as its room would: what is scheduled is held then, too (I-16).

    Raises CannotChangeLevel for whoever lacks the training.
    """
    mine = (
        IncidentHold.objects.filter(hold=hold, incident__workspace=person.workspace).select_related("incident").first()
    )
    if mine is None:
        return end_hold(person=person, hold=hold, now=now)
    require(person, LEAD)
    incident = locked_incident(mine.incident)
    _check_fit(person, incident, now)
    was_open = Hold.objects.filter(pk=hold.pk, ended_at__isnull=True).exists()
    ended = end_hold(person=person, hold=hold, now=now, keeps_scheduled=True)
    if was_open:
        note_act(incident, person, LIFTED, now)
        tell_levels(incident)
        record_audit(workspace=person.workspace, person=person, verb=audit.CHANGED, target=incident, now=now)
    return ended


@transaction.atomic
def end_incident(*, person: Person, incident: Incident, reason: str, now: datetime) -> Incident:
    """It no longer burns: the band goes, the stops end. It still waits for its debrief. Raises CannotChangeLevel."""
    require(person, LEAD)
    incident = locked_incident(incident)
    if incident.state not in states.BURNING:
        return incident
    if not reason.strip():
        raise CannotChangeLevel(
            _("Not ended. Say by what you see that it is over; the reason stands in the log."), "reason"
        )
    _check_fit(person, incident, now)
    end_holds(incident, person, now, keeps_scheduled=True)
    put_out(incident, person, states.OVER, now)
    note_act(incident, person, ENDED, now, reason=reason.strip())
    tell_levels(incident)
    record_audit(workspace=person.workspace, person=person, verb=audit.ENDED, target=incident, now=now)
    return incident


@transaction.atomic
def rekindle_incident(*, person: Person, incident: Incident, now: datetime) -> Incident:
    """It goes on after all, at the level it had; where that level stops posts, they are stopped again."""
    require(person, LEAD)
    incident = locked_incident(incident)
    if incident.state != states.OVER:
        return incident
    due = next_update(incident.workspace, incident.level, now)
    state = state_at(incident.level, states.CALMING)
    change_record(
        record=incident, person=person, now=now, seen_revision=None, state=state, over_at=None, next_update_at=due,
        reminded_at=None,
    )  # fmt: skip
    note_act(incident, person, REKINDLED, now)
    put_holds(incident, person, now)
    tell_levels(incident)
    record_audit(workspace=person.workspace, person=person, verb=audit.REKINDLED, target=incident, now=now)
    return incident


@transaction.atomic
def close_incident(*, person: Person, incident: Incident, now: datetime) -> Incident:
    """It was debriefed and something was decided (I-17). The database refuses anything else. Raises CannotClose."""
    require(person, LEAD)
    incident = locked_incident(incident)
    if incident.state == states.CLOSED:
        return incident
    if missing := what_is_missing(incident):
        raise CannotClose(missing)
    note_act(incident, person, CLOSED, now)
    change_record(record=incident, person=person, now=now, seen_revision=None, state=states.CLOSED, closed_at=now)
    record_audit(workspace=person.workspace, person=person, verb=audit.CLOSED, target=incident, now=now)
    return incident


def what_is_missing(incident: Incident) -> str:
    """Why an incident cannot close yet, as a sentence; "" when it can."""
    if incident.state != states.OVER:
        return _("Not closed. It still burns: say first that it is over.")
    if not hasattr(incident, "debrief"):
        return _("Not closed. The debrief is not written yet.")
    decided = incident.lessons.filter(archived_at__isnull=True, kind__in=states.DECIDING_KINDS)
    if not decided.exists():
        return _("Not closed. Decide at least one thing about a guideline, a reaction plan or training.")
    return ""


def _check(incident: Incident, level: int, reason: str) -> None:
    if incident.state not in states.BURNING:
        raise CannotChangeLevel(_("Not changed. This incident is over; declare it anew if it burns again."))
    if not 1 <= level <= TOP_LEVEL:
        raise CannotChangeLevel(_("Not changed. Choose a level from 1 to 6, or say that it is over."), "level")
    if level == incident.level:
        raise CannotChangeLevel(_("Nothing changed. The incident has this level already."), "level")
    if not reason.strip():
        raise CannotChangeLevel(_("Not changed. Say what you see; the reason stands in the log."), "reason")


def _check_fit(person: Person, incident: Incident, now: datetime) -> None:
    if lacks := unfit(person, incident, now):
        raise CannotChangeLevel(f"{_('Nothing changed.')} {lacks}")


def _promised(incident: Incident, level: int, now: datetime) -> tuple[datetime | None, datetime | None]:
    """When those affected hear from us next, and since when somebody is reminded of it: a promise that was given stands."""
    promised, due = incident.next_update_at, next_update(incident.workspace, level, now)
    if promised and (due is None or promised <= due):
        return promised, incident.reminded_at
    return due, None


def _right(incident: Incident, level: int) -> str:
    return DECLARE if level > incident.level else LEAD


def _state_after(incident: Incident, level: int) -> str:
    was_crisis = incident.state in (states.ACTIVE, states.CALMING)
    return state_at(level, states.CALMING if was_crisis else states.WATCHED)
