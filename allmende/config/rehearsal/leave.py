"""End a drill on a copy: what was learnt stays in the community, the copy goes with everything in it."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, OperationalError, transaction
from django.utils.translation import gettext as _

from allmende.config.rehearsal import networks
from allmende.config.remove import remove_stand_ins, remove_workspace
from allmende.crisis.actions import end_exercise
from allmende.team.access import require
from allmende.team.actions import NOWHERE, CannotRehearse, record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person, TrainingUnit, Workspace

# A worker may write into the copy while it goes: rows that are left over then, or each waiting for the other.
TRIES = 4
DEADLOCK = "40P01"


def end_rehearsal(
    *, person: Person, learnt: str, unit: TrainingUnit | None, people: Iterable[Person], now: datetime
) -> Workspace:
    """Throw away the copy `person` works in; `unit` and `people` are the community's. Returns the community.

    Raises CannotRehearse for whoever does not work there any more, and CannotKeep.
    """
    require(person, "team.workspace.edit")
    copy, found = person.workspace, list(people)
    at_home = Person.objects.select_related("workspace", "user").filter(
        workspace=copy.rehearsal_of_id, user=person.user, left_at__isnull=True
    )
    theirs = at_home.first()
    if not copy.is_rehearsal or theirs is None:
        raise CannotRehearse(
            _("Not ended, nothing was removed: only whoever works in the community itself ends its drill.")
        )
    for left in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                lock_workspace(theirs.workspace_id)
                if not Workspace.objects.filter(pk=copy.pk).exists():  # pressed twice
                    break
                end_exercise(person=theirs, learnt=learnt, unit=unit, people=found, now=now)
                record_audit(
                    workspace=theirs.workspace, person=theirs, verb="team.rehearsal.ended", target=copy, now=now,
                    after={"slug": copy.slug},
                )  # fmt: skip
                remove_copy(copy)
            break
        except (IntegrityError, OperationalError) as error:
            if not left or not _is_crossed(error):
                raise
    networks.take_away()
    return theirs.workspace


def _is_crossed(error: Exception) -> bool:
    return isinstance(error, IntegrityError) or getattr(error.__cause__, "sqlstate", "") == DEADLOCK


def remove_copy(copy: Workspace) -> None:
    """The copy with every row, and the stand-ins for people who are not there; its networks are removed by themselves, once
    it is certain. Nobody's own is ever removed."""
    if not copy.is_rehearsal:
        raise ValueError(copy.slug)
    remove_workspace(copy)
    remove_stand_ins(f"@{NOWHERE}")
