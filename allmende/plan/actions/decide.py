"""From the check to the decision and what came of it: look over, discuss, decide, record the outcome, erase."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.plan import states
from allmende.plan.models import DecisionCheck
from allmende.plan.queries import check_against_plan, compare_request, ground_of, others_decide
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

# What each move writes; taking it back empties it again.
WRITES: dict[str, dict[str, Any]] = {
    states.SUBMITTED: {
        "criteria": {},
        "struck": [],
        "recommendation": "",
        "plan_number": None,
        "checked_at": None,
    },
    states.DECISION_CHECKED: {"discussion": "", "discussed_at": None},
    states.DISCUSSED: {"decision": "", "conditions": "", "reason": "", "decided_at": None, "decided_by": None},
    states.DECIDED: {"outcome": "", "outcome_at": None, "comparison": {}},
    states.FOLLOW_UP_DUE: {"outcome": "", "outcome_at": None, "comparison": {}},
}
# What is about the candidate and goes when their time is over; the profile and the decision stay.
CANDIDATE_FIELDS = ("candidate",)
CANDIDATE_ROW_FIELDS = ("has", "can_learn", "passion", "words")


class CannotDecide(Exception):
    """The step was not taken; says why. `field` names the field to mend."""

    def __init__(self, sentence: str, field: str = "") -> None:
        self.field = field
        super().__init__(sentence)


@transaction.atomic
def look_over(
    *, person: Person, check: DecisionCheck, struck: Sequence[tuple[int, str]], now: datetime
) -> DecisionCheck:
    """A person looked the check over, struck wrong matches, and freezes what it says against the plan of today."""
    require(person, "plan.decision.request")
    lock_workspace(person.workspace_id)
    check = _locked(person, check)
    _must_be(check, states.DECISION_CHECKED)
    check.struck = [list(one) for one in struck]
    ground = ground_of(check.workspace)
    result = check_against_plan(check, ground, check.workspace.day_at(now))
    return _move(
        check,
        states.DECISION_CHECKED,
        person,
        now,
        struck=check.struck,
        keys=_served(result) if check.kind == states.CONFERENCE else check.keys,
        criteria=result,
        recommendation=result["recommendation"],
        plan_number=ground.version.number if ground.version else None,
        checked_at=now,
    )


def _served(result: Mapping[str, Any]) -> list[str]:
    """The own tactics a conference serves: it is found again from them (S0-11)."""
    found = [one for row in result["sessions"] for one in row["serves"] if not one["is_struck"]]
    return list(dict.fromkeys(one["key"] for one in found if one["key"].startswith("tactic-")))


@transaction.atomic
def note_discussion(*, person: Person, check: DecisionCheck, discussion: str, now: datetime) -> DecisionCheck:
    """What was said, for and against."""
    require(person, "plan.decision.request")
    lock_workspace(person.workspace_id)
    check = _locked(person, check)
    _must_be(check, states.DISCUSSED)
    return _move(check, states.DISCUSSED, person, now, discussion=discussion.strip(), discussed_at=now)


@transaction.atomic
def decide(
    *,
    person: Person,
    check: DecisionCheck,
    decision: str,
    reason: str,
    now: datetime,
    conditions: str = "",
    follow_up_date: date | None = None,
) -> DecisionCheck:
    """Yes, under conditions, or no, with the reason. Nobody decides on their own request while somebody else may."""
    require(person, "plan.decision.decide")
    lock_workspace(person.workspace_id)
    check = _locked(person, check)
    _must_be(check, states.DECIDED)
    if check.requester_id == person.pk and others_decide(person):
        raise CannotDecide(_("Not decided: this is your own request. Somebody else who may decide does it."))
    if not reason.strip():
        raise CannotDecide(_("Not decided: say why. Whoever comes later learns from the reason."), "reason")
    if decision == "conditions" and not conditions.strip():
        raise CannotDecide(_("Not decided: name the conditions."), "conditions")
    return _move(
        check,
        states.DECIDED,
        person,
        now,
        decision=decision,
        conditions=conditions.strip() if decision == "conditions" else "",
        reason=reason.strip(),
        decided_at=now,
        decided_by=person,
        follow_up_date=follow_up_date or check.follow_up_date,
    )


@transaction.atomic
def record_outcome(*, person: Person, check: DecisionCheck, outcome: str, now: datetime) -> DecisionCheck:
    """What came of it; a resource request is compared with what happened, as the figures stand now (S0-16)."""
    require(person, "plan.decision.request")
    lock_workspace(person.workspace_id)
    check = _locked(person, check)
    _must_be(check, states.OUTCOME_RECORDED)
    comparison = compare_request(check) if check.kind == states.RESOURCE_REQUEST else {}
    return _move(
        check, states.OUTCOME_RECORDED, person, now, outcome=outcome.strip(), outcome_at=now, comparison=comparison
    )


@transaction.atomic
def undo_move(*, person: Person, now: datetime, pk: str, revision: int, before: str) -> None:
    """Go back one step: what the step wrote is emptied. Raises CannotUndo if somebody went on."""
    rows = DecisionCheck.objects.filter(pk=pk, workspace=person.workspace, revision=revision)
    is_decided = rows.filter(state=states.DECIDED).exists()
    require(person, "plan.decision.decide" if is_decided else "plan.decision.request")
    lock_workspace(person.workspace_id)
    check = rows.first()
    if check is None or check.state not in states.DECISION_MOVES[before]:
        raise stale_undo()
    change_record(record=check, person=person, now=now, seen_revision=revision, state=before, **WRITES[before])
    record_audit(
        workspace=person.workspace, person=person, verb="plan.decision.taken_back", target=check, now=now,
        after={"state": before},
    )  # fmt: skip


@transaction.atomic
def erase_candidate(*, person: Person | None, check: DecisionCheck, now: datetime) -> DecisionCheck:
    """What a candidate told, and what was said about them, is gone for good; profile and decision stay."""
    if person:
        require(person, "plan.hiring.read")
    lock_workspace(check.workspace_id)
    check = DecisionCheck.objects.select_for_update(of=("self",)).select_related("workspace").get(pk=check.pk)
    if check.erased_at or check.kind != states.HIRING:
        return check
    rows = {
        name: [{key: value for key, value in row.items() if key not in CANDIDATE_ROW_FIELDS} for row in found]
        for name, found in check.content.items()
        if isinstance(found, list) and name in ("competencies", "carried")
    }
    content = {name: value for name, value in {**check.content, **rows}.items() if name not in CANDIDATE_FIELDS}
    change_record(
        record=check, person=person, now=now, seen_revision=None, content=content, previous={}, criteria={},
        recommendation="", discussion="", reason="", conditions="", outcome="", erased_at=now,
    )  # fmt: skip
    record_audit(workspace=check.workspace, person=person, verb="plan.decision.erased", target=check, now=now)
    return check


def _locked(person: Person, check: DecisionCheck) -> DecisionCheck:
    rows = DecisionCheck.objects.select_for_update(of=("self",)).select_related("workspace", "requester")
    return rows.get(pk=check.pk, workspace=person.workspace)


def _must_be(check: DecisionCheck, state: str) -> None:
    if state not in states.DECISION_MOVES[check.state] or check.archived_at:
        raise CannotDecide(_("Not done: somebody took this step meanwhile. See where the decision stands now."))


def _move(check: DecisionCheck, state: str, person: Person, now: datetime, **values: Any) -> DecisionCheck:
    before = check.state
    fields: Mapping[str, Any] = {"state": state, **values}
    change_record(record=check, person=person, now=now, seen_revision=None, **fields)
    record_audit(
        workspace=person.workspace,
        person=person,
        verb=f"plan.decision.{state}",
        target=check,
        now=now,
        before={"state": before},
        after={"state": state, "decision": check.decision},
    )
    return check
