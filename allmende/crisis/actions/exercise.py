"""A drill on a copy: here stands only that one is held, who took part and what was learnt (`domain.md` 3.10)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from allmende.crisis import audit
from allmende.crisis.actions.call_people import LEAD
from allmende.crisis.actions.declare_incident import DECLARE
from allmende.crisis.actions.keep_incident import CannotKeep
from allmende.crisis.actions.record_practice import note_practised
from allmende.crisis.models import Exercise
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit, send_notice
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person, TrainingUnit
from allmende.team.queries import people_of


@transaction.atomic
def begin_exercise(*, person: Person, now: datetime) -> Exercise:
    """A copy stands: every colleague gets a notice that says drill. Nobody gets a mail, and no level is declared here."""
    require(person, DECLARE)
    lock_workspace(person.workspace_id)
    made = _begun(person, now)
    url = reverse("crisis:index", args=[person.workspace.slug])
    for colleague in people_of(person.workspace).exclude(pk=person.pk):
        send_notice(
            person=colleague, kind="crisis.exercise", values={"name": person.name}, url=url,
            once_key=f"crisis.exercise:{made.pk}", now=now,
        )  # fmt: skip
    record_audit(workspace=person.workspace, person=person, verb=audit.EXERCISE_BEGUN, target=made, now=now)
    return made


@transaction.atomic
def end_exercise(
    *, person: Person, learnt: str, unit: TrainingUnit | None, people: Iterable[Person], now: datetime
) -> Exercise | None:
    """It is over: what was learnt stays, and whoever took part stands in the training records with its day, where a training
    is named. None where none is held and nothing was learnt: whoever was killed while they made the copy left none behind.
    Raises CannotKeep."""
    require(person, LEAD)
    lock_workspace(person.workspace_id)
    found = list(people)
    held = Exercise.objects.filter(workspace=person.workspace, ended_at__isnull=True).first()
    if held is None:
        if not learnt.strip() and not found:
            return None
        held = _begun(person, now)
    if unit and not found:
        raise CannotKeep(_("Not ended. Tick at least one who took part, or name no training."), "people")
    if unit:
        on = person.workspace.day_at(held.began_at)
        for learner in found:
            note_practised(person, unit, learner, on, now)
    change_record(record=held, person=person, now=now, seen_revision=None, ended_at=now, learnt=learnt.strip())
    record_audit(workspace=person.workspace, person=person, verb=audit.EXERCISE_ENDED, target=held, now=now)
    return held


def _begun(person: Person, now: datetime) -> Exercise:
    by = {"created_at": now, "created_by": person, "updated_at": now, "updated_by": person}
    return Exercise.objects.create(workspace=person.workspace, began_at=now, **by)
