"""A drill is training: whoever took part stands in the training records with its day (`domain.md` 3.10)."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
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
from allmende.team.models import Person, TrainingRecord, TrainingUnit
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
    returns what stood there before, as `undo_practice` takes it: nothing where all of it stands there already, as it does when
    the button is pressed twice. Raises CannotKeep for what was no drill, or is not over, and where nothing may be written."""
    require(person, LEAD)
    incident = locked_incident(incident)
    if not incident.is_drill or incident.state not in (states.OVER, states.CLOSED):
        raise CannotKeep(_("Not written down. Only a drill that is over is training."))
    on, known = incident.workspace.day_at(incident.declared_at), [(one, record_of(unit, one)) for one in people]
    if not known:
        raise CannotKeep(_("Not written down. Tick at least one who took part."), "people")
    earlier = [(one, row) for one, row in known if (last := _last_day(row)) is None or last < on]
    written = [_practised(person, unit, one, row, on, now) for one, row in earlier]
    if not written and not any(_last_day(row) == on for _one, row in known):
        raise CannotKeep(_("Not written down. Whoever you ticked has practised since; the later day stands."), "people")
    return written


@transaction.atomic
def undo_practice(*, person: Person, now: datetime, before: Sequence[Before]) -> None:
    """Write back what stood in the training records. Raises CannotUndo when somebody changed one since."""
    for pk, revision, fields in before:
        TEAM_UNDO["training"](person=person, now=now, pk=pk, revision=revision, before=fields)


def note_practised(person: Person, unit: TrainingUnit, learner: Person, on: date, now: datetime) -> Before | None:
    """Somebody practised on a day; what stood before, or None where that day or a later one stands. Raises CannotKeep."""
    known = record_of(unit, learner)
    return None if (last := _last_day(known)) and last >= on else _practised(person, unit, learner, known, on, now)


def _last_day(known: TrainingRecord | None) -> date | None:
    """When somebody practised last, as their record says; None where it holds no more."""
    return known.completed_date if known and known.state == VALID else None


def _practised(
    person: Person, unit: TrainingUnit, learner: Person, known: TrainingRecord | None, on: date, now: datetime
) -> Before:  # fmt: skip
    before = kept(known, *KEPT) if known else {"archived_at": now.isoformat()}
    try:
        saved = move_training(person=person, unit=unit, learner=learner, to=VALID, now=now, on=on)
    except CannotTrain as refused:
        raise CannotKeep(str(refused)) from refused
    return str(saved.pk), saved.revision, before
