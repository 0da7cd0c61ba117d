"""Ask visitors now and then whether they trust us, without asking who they are (S2-09)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from allmende.domain.slots import is_in_reach
from allmende.hub import audit, states
from allmende.hub.models import SurveyAnswer, SurveyRound
from allmende.hub.queries.survey import open_round
from allmende.team.access import require
from allmende.team.actions import CannotUndo, change_record, record_audit, undo_fields
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person, Workspace

EDIT = "team.unit.edit"


class CannotSurvey(Exception):
    """Nothing was opened or taken; the message says why. `field` names the field to mend, if one is wrong."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        self.field = field
        super().__init__(sentence)


@transaction.atomic
def open_survey(*, person: Person, starts_date: date, ends_date: date, now: datetime) -> SurveyRound:
    """One more round. Raises CannotSurvey when it ends before it begins, or lies over another."""
    require(person, EDIT)
    if not is_in_reach(starts_date) or not is_in_reach(ends_date) or ends_date < starts_date:
        raise CannotSurvey(_("Not opened. It would end before it begins; choose a later last day."), "ends_date")
    lock_workspace(person.workspace_id)
    if _others_in(person, starts_date, ends_date).exists():
        raise CannotSurvey(
            _("Not opened. Another round falls into these days; members are asked once at a time."), "starts_date"
        )
    made = SurveyRound.objects.create(
        workspace=person.workspace, starts_date=starts_date, ends_date=ends_date, created_at=now, created_by=person,
        updated_at=now, updated_by=person,
    )  # fmt: skip
    _record(person, made, now)
    return made


@transaction.atomic
def end_survey(*, person: Person, survey: SurveyRound, now: datetime) -> SurveyRound:
    """Today is its last day."""
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    today = max(person.workspace.day_at(now), survey.starts_date)
    change_record(record=survey, person=person, now=now, seen_revision=None, ends_date=min(today, survey.ends_date))
    _record(person, survey, now)
    return survey


_restore = undo_fields(
    right=EDIT, verb=audit.SURVEYED, rows=lambda person: SurveyRound.objects.filter(workspace=person.workspace)
)


@transaction.atomic
def undo_survey(*, person: Person, now: datetime, pk: str, revision: int, before: Mapping[str, Any]) -> None:
    """Write back how a round was. Raises CannotUndo, also where another was opened in its days meanwhile."""
    _restore(person=person, now=now, pk=pk, revision=revision, before=before)
    found = SurveyRound.objects.get(pk=pk)
    if found.archived_at is None and _others_in(person, found.starts_date, found.ends_date).exclude(pk=pk).exists():
        raise CannotUndo(_("Not undone. Another round falls into these days by now; members are asked once at a time."))


def take_answer(*, workspace: Workspace, points: Mapping[str, int], now: datetime) -> SurveyAnswer:
    """Keep what a visitor answered, and nothing that says who. Raises CannotSurvey when no round is open or points are missing."""
    found = open_round(workspace, now)
    if found is None:
        raise CannotSurvey(_("Not taken: this survey is over. Thank you for wanting to answer."))
    given = {name: points.get(name, 0) for name in states.TRUST_QUESTIONS}
    if not all(1 <= one <= states.MOST_POINTS for one in given.values()):
        raise CannotSurvey(_("Not taken yet: please answer each of the questions."))
    return SurveyAnswer.objects.create(round=found, **given)


def _others_in(person: Person, starts_date: date, ends_date: date) -> QuerySet[SurveyRound]:
    rows = SurveyRound.objects.filter(workspace=person.workspace, archived_at__isnull=True)
    return rows.filter(starts_date__lte=ends_date, ends_date__gte=starts_date)


def _record(person: Person, survey: SurveyRound, now: datetime) -> None:
    after = {"from": survey.starts_date.isoformat(), "until": survey.ends_date.isoformat()}
    record_audit(workspace=person.workspace, person=person, verb=audit.SURVEYED, target=survey, now=now, after=after)
