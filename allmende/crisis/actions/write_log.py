"""Add a line to an incident's log; what stands there stands."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from allmende.crisis import audit, states
from allmende.crisis.models import Incident, LogEntry
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.catalogue import speaking
from allmende.team.models import Person

LOG = "crisis.incident.log"
TEXT_LENGTH = 4000


class CannotLog(Exception):
    """Nothing was added; the message says why."""


@transaction.atomic
def write_log(*, person: Person, incident: Incident, text: str, now: datetime, kind: str = states.NOTE) -> LogEntry:
    """What happened, or what was decided, by this person at this moment. Raises CannotLog.

    The same words of the same person within a minute are the same press of the button.
    """
    require(person, LOG)
    incident = locked_incident(incident)
    words = text.strip()[:TEXT_LENGTH]
    if not words:
        raise CannotLog(_("Not added. Write what happened or what was decided."))
    if incident.state in (states.CLOSED, states.TAKEN_BACK):
        raise CannotLog(_("Not added. This incident is closed, and its log with it."))
    last = LogEntry.objects.filter(incident=incident).first()
    if (
        last
        and (last.person_id, last.text, last.kind) == (person.pk, words, kind)
        and now - last.at < timedelta(minutes=1)
    ):
        return last
    entry = note(incident, person, kind, words, now)
    record_audit(workspace=person.workspace, person=person, verb=audit.LOGGED, target=entry, now=now)
    return entry


def note(incident: Incident, person: Person | None, kind: str, text: str, now: datetime) -> LogEntry:
    """The next line. The caller holds the incident (`locked_incident`) and writes the audit line."""
    last = LogEntry.objects.filter(incident=incident).aggregate(last=Max("number"))["last"] or 0
    return LogEntry.objects.create(incident=incident, number=last + 1, at=now, person=person, kind=kind, text=text)


def note_act(
    incident: Incident, person: Person | None, words: str | Promise, now: datetime, **values: object
) -> LogEntry:
    """What Allmende writes down for people, in the language of the workspace; `words` with named placeholders."""
    with speaking(incident.workspace.language, incident.workspace.gender_form):
        return note(incident, person, states.ACT, str(words) % values, now)


def locked_incident(incident: Incident) -> Incident:
    """The incident as it stands, until the transaction ends: one writes at a time."""
    lock_workspace(incident.workspace_id)
    rows = Incident.objects.select_related("workspace", "led_by")
    return rows.select_for_update(of=("self",)).get(pk=incident.pk)
