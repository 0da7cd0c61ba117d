"""Learn from it within a week: the debrief, and what was decided (I-17)."""

from datetime import date, datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.crisis import audit, states
from allmende.crisis.actions.call_people import LEAD
from allmende.crisis.actions.keep_incident import CannotKeep
from allmende.crisis.actions.write_log import locked_incident
from allmende.crisis.models import Debrief, Incident, Lesson
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit, send_notice
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


@transaction.atomic
def save_debrief(
    *, person: Person, incident: Incident, what_happened: str, went_well: str, went_badly: str, now: datetime,
    revision: int | None = None,
) -> Debrief:  # fmt: skip
    """What happened, what helped, what did not. Raises CannotKeep and StaleRevision."""
    require(person, LEAD)
    incident = _open(incident)
    fields = {"what_happened": what_happened, "went_well": went_well, "went_badly": went_badly}
    if not any(one.strip() for one in fields.values()):
        raise CannotKeep(_("Not saved. Write at least one of the three answers."), "what_happened")
    saved = Debrief.objects.filter(incident=incident).first()
    if saved:
        change_record(record=saved, person=person, now=now, seen_revision=revision, **fields)
    else:
        by = {"created_at": now, "created_by": person, "updated_at": now, "updated_by": person}
        saved = Debrief.objects.create(workspace=incident.workspace, incident=incident, **fields, **by)
    record_audit(workspace=person.workspace, person=person, verb=audit.DEBRIEF_SAVED, target=saved, now=now)
    return saved


@transaction.atomic
def save_lesson(
    *,
    person: Person,
    incident: Incident,
    kind: str,
    text: str,
    owner: Person | None,
    due_date: date | None,
    now: datetime,
) -> Lesson:
    """A decision, whose it is and until when; they are told. Raises CannotKeep."""
    require(person, LEAD)
    incident = _open(incident)
    if not text.strip():
        raise CannotKeep(_("Not saved. Say in one sentence what changes."), "text")
    by = {"created_at": now, "created_by": person, "updated_at": now, "updated_by": person}
    made = Lesson.objects.create(
        workspace=incident.workspace,
        incident=incident,
        kind=kind,
        text=text.strip(),
        owner=owner,
        due_date=due_date,
        **by,
    )
    if owner and owner.pk != person.pk:
        _tell_owner(owner, made, now)
    record_audit(workspace=person.workspace, person=person, verb=audit.LESSON_SAVED, target=made, now=now)
    return made


@transaction.atomic
def archive_lesson(*, person: Person, lesson: Lesson, now: datetime) -> Lesson:
    """It was not decided after all; not where the incident is closed with it. Raises CannotKeep."""
    require(person, LEAD)
    _open(lesson.incident)
    lesson = Lesson.objects.get(pk=lesson.pk, workspace=person.workspace)
    change_record(record=lesson, person=person, now=now, seen_revision=None, archived_at=now)
    record_audit(workspace=person.workspace, person=person, verb=audit.LESSON_SAVED, target=lesson, now=now)
    return lesson


@transaction.atomic
def finish_lesson(*, person: Person, lesson: Lesson, is_done: bool, now: datetime) -> Lesson:
    """It was carried out; its owner says so, or whoever may lead."""
    if lesson.owner_id != person.pk:
        require(person, LEAD)
    lock_workspace(person.workspace_id)
    lesson = Lesson.objects.get(pk=lesson.pk, workspace=person.workspace)
    change_record(record=lesson, person=person, now=now, seen_revision=None, done_at=now if is_done else None)
    record_audit(workspace=person.workspace, person=person, verb=audit.LESSON_SAVED, target=lesson, now=now)
    return lesson


def undo_finish(*, person: Person, now: datetime, pk: str, is_done: bool) -> None:
    """It was said to be carried out by mistake."""
    lesson = Lesson.objects.get(pk=pk, workspace=person.workspace)
    finish_lesson(person=person, lesson=lesson, is_done=is_done, now=now)


def _open(incident: Incident) -> Incident:
    incident = locked_incident(incident)
    if incident.state in (states.CLOSED, states.TAKEN_BACK):
        raise CannotKeep(_("Not saved. This incident is closed."))
    return incident


def _tell_owner(owner: Person, lesson: Lesson, now: datetime) -> None:
    url = reverse("crisis:debrief", args=[owner.workspace.slug, lesson.incident_id])
    values = {"title": lesson.incident.title, "text": lesson.text}
    send_notice(
        person=owner, kind="crisis.lesson", values=values, url=url, once_key=f"crisis.lesson:{lesson.pk}", now=now
    )
