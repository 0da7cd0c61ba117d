"""What comes of a value that was judged to change something: a draft of the plan, a finding, or an event around it (S0-05)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.plan import audit, states
from allmende.plan.actions.note_finding import note_finding
from allmende.plan.actions.open_draft import open_draft
from allmende.plan.actions.save_change_event import add_change_event
from allmende.plan.models import ChangeEvent, Finding, Judgement, PlanVersion, StrategicPlan
from allmende.plan.queries import is_met, seen_in_words
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit, restore_record, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

LONGEST_OBSERVATION = 300


class CannotFollowJudgement(Exception):
    """Nothing came of the judgement; says why."""


@transaction.atomic
def revise_for_judgement(*, person: Person, judgement: Judgement, plan: StrategicPlan, now: datetime) -> PlanVersion:
    """The draft of the plan, which says what was judged beside the element. Raises CannotFollowJudgement, CannotRevise."""
    require(person, "plan.version.edit")
    lock_workspace(person.workspace_id)
    found = _to_follow(person, judgement)
    draft = open_draft(person=person, plan=plan, now=now)
    _follow(person, found, now, version=draft)
    return draft


@transaction.atomic
def find_for_judgement(*, person: Person, judgement: Judgement, plan: StrategicPlan, now: datetime) -> Finding:
    """A finding with the reason of the judgement, from which a step can come. Raises CannotFollowJudgement."""
    require(person, "plan.version.edit")
    lock_workspace(person.workspace_id)
    found = _to_follow(person, judgement)
    finding = note_finding(
        person=person,
        plan=plan,
        element_key=found.key,
        observation=found.reason[:LONGEST_OBSERVATION],
        source=seen_in_words(found),
        noticed_date=person.workspace.day_at(now),
        now=now,
    )
    _follow(person, found, now, finding=finding)
    return finding


@transaction.atomic
def happened_for_judgement(
    *,
    person: Person,
    judgement: Judgement,
    plan: StrategicPlan,
    kind: str,
    what: str,
    occurred_date: date,
    noticed_date: date,
    now: datetime,
) -> ChangeEvent:
    """Something happened around the plan that explains the value; the event asks of each part whether it still holds
    (S0-19). Raises CannotFollowJudgement, CannotSaveEvent."""
    require(person, "plan.version.edit")
    lock_workspace(person.workspace_id)
    found = _to_follow(person, judgement)
    event = add_change_event(
        person=person, plan=plan, kind=kind, what=what, occurred_date=occurred_date, noticed_date=noticed_date, now=now
    )
    _follow(person, found, now, event=event)
    return event


@transaction.atomic
def undo_follow(*, person: Person, now: datetime, pk: str, revision: int, before: Mapping[str, Any]) -> None:
    """Let the judgement wait for its consequence again; a finding that nobody decided and an event that no revision came
    of leave with it, a draft stays."""
    require(person, "plan.version.edit")
    lock_workspace(person.workspace_id)
    rows = Judgement.objects.select_related("finding", "event")
    found = rows.filter(pk=pk, workspace=person.workspace).first()
    if found is None or (found.finding and found.finding.decision) or (found.event and found.event.version_id):
        raise stale_undo()
    gone = [one for one in (found.finding, found.event) if one and one.archived_at is None]
    restore_record(record=found, person=person, now=now, revision=revision, before=before)
    for one in gone:
        change_record(record=one, person=person, now=now, seen_revision=None, archived_at=now)
    _audit(person, found, now, {"undone": True})


def _to_follow(person: Person, judgement: Judgement) -> Judgement:
    rows = Judgement.objects.select_for_update(of=("self",)).select_related("version", "finding", "event")
    found = rows.get(pk=judgement.pk, workspace=person.workspace)
    if found.answer != states.CHANGE:
        raise CannotFollowJudgement(_("Nothing was begun: this value was not judged to change the plan."))
    if is_met(found):
        raise CannotFollowJudgement(
            _("Nothing was begun: something came of this judgement meanwhile. It stands below.")
        )
    return found


def _follow(person: Person, found: Judgement, now: datetime, **came_of_it: Finding | ChangeEvent | PlanVersion) -> None:
    """One thing came of it; what came of it before is gone by now."""
    nothing: dict[str, Any] = {"version": None, "finding": None, "event": None}
    change_record(record=found, person=person, now=now, seen_revision=None, **{**nothing, **came_of_it})
    came = {name: str(one.pk) for name, one in came_of_it.items()}
    _audit(person, found, now, {"key": found.key, **came})


def _audit(person: Person, found: Judgement, now: datetime, after: Mapping[str, Any]) -> None:
    record_audit(
        workspace=person.workspace, person=person, verb=audit.JUDGEMENT_FOLLOWED, target=found, now=now, after=after
    )
