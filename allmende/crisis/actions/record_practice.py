"""A drill is training: whoever took part stands in the training records with its day (`domain.md` 3.10)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.crisis import states
from allmende.crisis.actions.call_people import LEAD
from allmende.crisis.actions.keep_incident import CannotKeep
from allmende.crisis.actions.write_log import locked_incident
from allmende.crisis.models import Incident
from allmende.team.access import require
from allmende.team.actions import UNDO as TEAM_UNDO
from allmende.team.actions import CannotTrain, move_training
from allmende.team.models import Person, TrainingUnit
from allmende.team.queries import kept, record_of
from allmende.team.states import VALID

KEPT = ("state", "booked_date", "completed_date", "valid_until_date")
# What a record said before: its key, its revision now, its fields
Before = tuple[str, int, dict[str, Any]]


@transaction.atomic
def record_practice(
    *, person: Person, incident: Incident, unit: TrainingUnit, people: Iterable[Person], now: datetime
) -> list[Before]:
    """Write into the training records that these people practised on the day of the drill, save for who has practised since;
    returns what stood there before, as `undo_practice` takes it. Raises CannotKeep for what was no drill, or is not over,
    and where there is nothing to write."""
    require(person, LEAD)
    incident = locked_incident(incident)
    if not incident.is_drill or incident.state not in (states.OVER, states.CLOSED):
        raise CannotKeep(_("Not written down. Only a drill that is over is training."))
    found = list(people)
    if not found:
        raise CannotKeep(_("Not written down. Tick at least one who took part."), "people")
    written = [before for one in found if (before := _practised(person, incident, unit, one, now))]
    if not written:
        raise CannotKeep(_("Not written down. Whoever you ticked has practised since; the later day stands."), "people")
    return written


@transaction.atomic
def undo_practice(*, person: Person, now: datetime, before: Sequence[Before]) -> None:
    """Write back what stood in the training records. Raises CannotUndo when somebody changed one since."""
    for pk, revision, fields in before:
        TEAM_UNDO["training"](person=person, now=now, pk=pk, revision=revision, before=fields)


def _practised(person: Person, incident: Incident, unit: TrainingUnit, learner: Person, now: datetime) -> Before | None:
    known = record_of(unit, learner)
    on = incident.workspace.day_at(incident.declared_at)
    if known and known.state == VALID and known.completed_date and known.completed_date > on:
        return None
    before = kept(known, *KEPT) if known else {"archived_at": now.isoformat()}
    try:
        saved = move_training(person=person, unit=unit, learner=learner, to=VALID, now=now, on=on)
    except CannotTrain as refused:
        raise CannotKeep(str(refused)) from refused
    return str(saved.pk), saved.revision, before
