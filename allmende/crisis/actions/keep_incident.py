"""What the room knows and says: the line, who leads, who is affected, facts, the checklist, when we are back."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allmende.crisis import audit, states
from allmende.crisis.actions.call_people import LEAD
from allmende.crisis.actions.check_fit import unfit
from allmende.crisis.actions.send_statement import GAP
from allmende.crisis.actions.tell_levels import keep_public_text, tell_levels
from allmende.crisis.actions.write_log import LOG, locked_incident, note_act
from allmende.crisis.models import ChecklistPoint, Fact, Incident
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit, stale_undo, undo_fields
from allmende.team.models import Person

# What is said of each of these words in the log.
SAID = {
    "line": gettext_lazy("Line: %(said)s"),
    "never_say": gettext_lazy("Not to be said: %(said)s"),
    "spokesperson": gettext_lazy("One voice: %(said)s"),
    "public_text": gettext_lazy("On our public pages: %(said)s"),
}
UPDATE_SET = gettext_lazy("We are back at %(time)s.")
LEADS = gettext_lazy("%(name)s leads from now on.")
FACT = {
    states.KNOWN: gettext_lazy("Known: %(text)s"),
    states.UNKNOWN: gettext_lazy("Unknown: %(text)s"),
    states.ASSUMED: gettext_lazy("Assumed: %(text)s"),
}


class CannotKeep(Exception):
    """Nothing was saved; the message says why. `field` names the field to mend."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        self.field = field
        super().__init__(sentence)


@transaction.atomic
def set_line(
    *, person: Person, incident: Incident, line: str, never_say: str, spokesperson: str, now: datetime, public_text: str = "",
    revision: int | None = None,
) -> Incident:  # fmt: skip
    """What we say, what we never say, by whose voice, and what stands at the public door. Raises CannotKeep, StaleRevision.

    It stands beside every answer from now on.
    """
    require(person, LEAD)
    incident = _burning(incident)
    if incident.is_drill and public_text.strip():
        raise CannotKeep(_("Not saved. A drill says nothing in public."), "public_text")
    if gap := GAP.search(public_text):
        raise CannotKeep(_("Not saved. “%(gap)s” is still open; put in what holds.") % {"gap": gap[0]}, "public_text")
    _check_fit(person, incident, now)
    words = {"line": line, "never_say": never_say, "spokesperson": spokesperson, "public_text": public_text}
    words = {name: text.strip() for name, text in words.items()}
    changed = [name for name, text in words.items() if text != getattr(incident, name)]
    change_record(
        record=incident, person=person, now=now, seen_revision=revision, line_at=now, line_by=person, **words
    )  # fmt: skip
    _note_words(incident, person, changed, now)
    _told(incident, person, audit.LINE_SET, now)
    return incident


@transaction.atomic
def change_incident(
    *, person: Person, incident: Incident, now: datetime, revision: int | None = None, **fields: Any
) -> Incident:
    """Name, who leads, cluster, who is affected, signs of the end, objectives it touches, cost.

    Raises CannotKeep and StaleRevision.
    """
    require(person, LEAD)
    incident = locked_incident(incident)
    if incident.state in (states.CLOSED, states.TAKEN_BACK):
        raise CannotKeep(_("Not saved. This incident is closed."))
    before, leader = incident.led_by_id, fields.get("led_by")
    if leader and leader.pk != before:
        _check_fit(leader, incident, now, "led_by")
    change_record(record=incident, person=person, now=now, seen_revision=revision, **fields)
    if incident.led_by_id != before:
        note_act(incident, person, LEADS, now, name=incident.led_by.name)
    _told(incident, person, audit.CHANGED, now)
    return incident


@transaction.atomic
def set_next_update(*, person: Person, incident: Incident, at: datetime, now: datetime) -> Incident:
    """When those affected hear from us again. Raises CannotKeep."""
    require(person, LOG)
    incident = _burning(incident)
    if at <= now:
        raise CannotKeep(_("Not set. This time has passed; name one that is still to come."), "at")
    if at > now + timedelta(days=7):
        raise CannotKeep(_("Not set. Nobody waits longer than a week; name an earlier time."), "at")
    change_record(record=incident, person=person, now=now, seen_revision=None, next_update_at=at, reminded_at=None)
    note_act(incident, person, UPDATE_SET, now, time=_clock(incident, at))
    _told(incident, person, audit.CHANGED, now)
    return incident


@transaction.atomic
def save_fact(
    *, person: Person, incident: Incident, fact: Fact | None, kind: str, text: str, source: str,
    answer_by_at: datetime | None, now: datetime, revision: int | None = None,
) -> Fact:  # fmt: skip
    """Write a fact down, or let something unknown or assumed become known. Raises CannotKeep and StaleRevision."""
    require(person, LOG)
    incident = locked_incident(incident)
    if not text.strip():
        raise CannotKeep(_("Not saved. Say it in one sentence."), "text")
    if incident.state in (states.CLOSED, states.TAKEN_BACK):
        raise CannotKeep(_("Not saved. This incident is closed."))
    fields = {"kind": kind, "text": text.strip(), "source": source.strip(), "answer_by_at": answer_by_at}
    if fact:
        saved = Fact.objects.get(pk=fact.pk, incident=incident)
        change_record(record=saved, person=person, now=now, seen_revision=revision, **fields)
    else:
        by = {"created_at": now, "created_by": person, "updated_at": now, "updated_by": person}
        saved = Fact.objects.create(workspace=incident.workspace, incident=incident, **fields, **by)
    note_act(incident, person, FACT[kind], now, text=saved.text)
    record_audit(workspace=person.workspace, person=person, verb=audit.FACT_SAVED, target=saved, now=now)
    return saved


@transaction.atomic
def archive_fact(*, person: Person, fact: Fact, now: datetime) -> Fact:
    """It was no fact, or is none any more; the log keeps what was said. Raises CannotKeep."""
    require(person, LOG)
    incident = locked_incident(fact.incident)
    if incident.state in states.ENDED:
        raise CannotKeep(_("Not saved. This incident is closed."))
    fact = Fact.objects.get(pk=fact.pk, incident=incident, workspace=person.workspace)
    change_record(record=fact, person=person, now=now, seen_revision=None, archived_at=now)
    record_audit(workspace=person.workspace, person=person, verb=audit.FACT_SAVED, target=fact, now=now)
    return fact


@transaction.atomic
def tick_point(*, person: Person, point: ChecklistPoint, is_done: bool, now: datetime) -> ChecklistPoint:
    """A point of the checklist is done, or is not done after all; the log says who ticked it."""
    require(person, LOG)
    incident = locked_incident(point.incident)
    point = ChecklistPoint.objects.get(pk=point.pk, incident=incident)
    if bool(point.done_at) == is_done or incident.state in (states.CLOSED, states.TAKEN_BACK):
        return point
    done = {"done_at": now, "done_by": person} if is_done else {"done_at": None, "done_by": None}
    change_record(record=point, person=person, now=now, seen_revision=None, **done)
    words = gettext_lazy("Done: %(text)s") if is_done else gettext_lazy("Not done after all: %(text)s")
    note_act(incident, person, words, now, text=point.text)
    record_audit(workspace=person.workspace, person=person, verb=audit.TICKED, target=point, now=now)
    return point


def undo_tick(*, person: Person, now: datetime, pk: int, is_done: bool) -> None:
    """Ticked by mistake; the log keeps both."""
    point = ChecklistPoint.objects.select_related("incident__workspace").get(
        pk=pk, incident__workspace=person.workspace
    )
    tick_point(person=person, point=point, is_done=is_done, now=now)


def _changeable(person: Person) -> "QuerySet[Incident]":
    return Incident.objects.filter(workspace=person.workspace, state__in=(*states.BURNING, states.OVER))


_restore = undo_fields(right=LEAD, verb=audit.CHANGED, rows=_changeable)
_restore_update = undo_fields(right=LOG, verb=audit.CHANGED, rows=_changeable)


@transaction.atomic
def undo_incident(*, person: Person, now: datetime, pk: str, revision: int, before: Mapping[str, Any]) -> None:
    """Write back what an incident said before a change, and tell the rooms below; the log keeps both."""
    rows = Incident.objects.filter(pk=pk, workspace=person.workspace)
    was: dict[str, Any] = dict(rows.values(*SAID, "led_by_id").first() or {})
    _restore(person=person, now=now, pk=pk, revision=revision, before=before)
    incident = locked_incident(rows.get())
    changed = {name for name in was if was[name] != getattr(incident, name)}
    _note_words(incident, person, [name for name in SAID if name in changed], now)
    if "led_by_id" in changed:
        note_act(incident, person, LEADS, now, name=incident.led_by.name)
    tell_levels(incident)


@transaction.atomic
def undo_update(*, person: Person, now: datetime, pk: str, revision: int, before: Mapping[str, Any]) -> None:
    """The time of the next update was a mistake: whoever may set it may take it back; the log keeps both."""
    if set(before) != {"next_update_at"}:
        raise stale_undo()
    _restore_update(person=person, now=now, pk=pk, revision=revision, before=before)
    incident = locked_incident(Incident.objects.get(pk=pk, workspace=person.workspace))
    if incident.next_update_at:
        note_act(incident, person, UPDATE_SET, now, time=_clock(incident, incident.next_update_at))
    tell_levels(incident)


def _note_words(incident: Incident, person: Person, changed: Iterable[str], now: datetime) -> None:
    for name in changed:
        note_act(incident, person, SAID[name], now, said=getattr(incident, name) or "–")
        if name == "public_text":
            keep_public_text(incident, person, now)


def _burning(incident: Incident) -> Incident:
    incident = locked_incident(incident)
    if incident.state not in states.BURNING:
        raise CannotKeep(_("Not saved. This incident is over."))
    return incident


def _check_fit(person: Person, incident: Incident, now: datetime, field: str | None = None) -> None:
    if lacks := unfit(person, incident, now):
        raise CannotKeep(f"{_('Not saved.')} {lacks}", field)


def _clock(incident: Incident, at: datetime) -> str:
    local = at.astimezone(ZoneInfo(incident.workspace.zone))
    return f"{local.hour}:{local.minute:02d}"


def _told(incident: Incident, person: Person, verb: str, now: datetime) -> None:
    tell_levels(incident)
    record_audit(workspace=person.workspace, person=person, verb=verb, target=incident, now=now)
