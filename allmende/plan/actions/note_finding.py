"""Note what was noticed, and decide what becomes of it (S4-01)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.plan import states
from allmende.plan.actions.open_draft import open_draft
from allmende.plan.actions.remove_element import remove_element
from allmende.plan.actions.save_step import save_step
from allmende.plan.models import Finding, PlanVersion, Step, StrategicPlan, new_key
from allmende.plan.queries import version_in_force
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


class CannotDecideFinding(Exception):
    """The finding was not decided; `field` names the field to mend, empty when none is to blame."""

    def __init__(self, sentence: str, field: str = "") -> None:
        self.field = field
        super().__init__(sentence)


@transaction.atomic
def note_finding(
    *,
    person: Person,
    plan: StrategicPlan,
    element_key: str,
    observation: str,
    source: str,
    noticed_date: date,
    now: datetime,
) -> Finding:
    """Note an observation about an element of the plan, with where it comes from; it waits for a decision."""
    require(person, "plan.version.edit")
    plan = StrategicPlan.objects.get(pk=plan.pk, workspace=person.workspace)
    finding = Finding.objects.create(
        workspace=person.workspace,
        plan=plan,
        key=new_key("finding"),
        element_key=element_key,
        observation=observation,
        source=source,
        noticed_date=noticed_date,
        created_at=now,
        created_by=person,
        updated_at=now,
        updated_by=person,
    )
    after = {"key": finding.key, "element": element_key, "observation": observation}
    _audit(person, "plan.finding.noted", finding, now, after)
    return finding


@transaction.atomic
def undo_note(*, person: Person, now: datetime, pk: str) -> None:
    """Take a finding back that nobody has decided yet."""
    require(person, "plan.version.edit")
    lock_workspace(person.workspace_id)
    finding = Finding.objects.filter(pk=pk, workspace=person.workspace, created_by=person, decision="").first()
    if finding is None or finding.archived_at:
        raise stale_undo()
    change_record(record=finding, person=person, now=now, seen_revision=finding.revision, archived_at=now)
    _audit(person, "plan.finding.noted", finding, now, {"undone": True})


@transaction.atomic
def decide_finding(
    *,
    person: Person,
    finding: Finding,
    decision: str,
    now: datetime,
    reason: str = "",
    tactic_key: str = "",
    what: str = "",
    owner: Person | None = None,
    due_date: date | None = None,
) -> Finding:
    """Ignore it (with the reason), or let a tactic, the strategy or a step come of it.

    A step is written into the draft of the plan under `tactic_key`, with who does it until when; a draft is opened if
    none is. Raises CannotDecideFinding, and what `save_step` raises.
    """
    require(person, "plan.version.edit")
    lock_workspace(person.workspace_id)
    finding = Finding.objects.select_for_update(of=("self",)).get(pk=finding.pk, workspace=person.workspace)
    if finding.decision:
        raise CannotDecideFinding(_("Not noted: somebody decided on this finding meanwhile. See what came of it."))
    if decision == states.IGNORE and not reason.strip():
        raise CannotDecideFinding(_("Not noted: say why nothing comes of it; the reason stays with it."), "reason")
    result = ""
    if decision == states.AS_STEP:
        if not (tactic_key and what.strip() and owner and due_date):
            raise CannotDecideFinding(
                _("Not noted: a step needs a tactic it belongs to, what happens, who does it and until when."), "what"
            )
        draft = open_draft(person=person, plan=finding.plan, now=now)
        step = save_step(
            person=person, version=draft, tactic_key=tactic_key, what=what, owner=owner, due_date=due_date, now=now
        )
        result = step.key
    fields = {"decision": decision, "reason": reason.strip(), "result_key": result, "decided_at": now}
    change_record(record=finding, person=person, now=now, seen_revision=None, decided_by=person, **fields)
    _audit(person, "plan.finding.decided", finding, now, {"decision": decision, "reason": reason, "result": result})
    return finding


@transaction.atomic
def undo_decide(*, person: Person, now: datetime, pk: str, revision: int) -> None:
    """Open a finding again; a step that came of it leaves the draft. Refused once the step is in force."""
    require(person, "plan.version.edit")
    lock_workspace(person.workspace_id)
    rows = Finding.objects.filter(pk=pk, workspace=person.workspace, decided_by=person, revision=revision)
    finding = rows.exclude(decision="").first()
    if finding is None:
        raise stale_undo()
    if finding.result_key:
        draft = PlanVersion.objects.filter(plan=finding.plan_id, state=states.DRAFT).first()
        step = Step.objects.filter(version=draft, key=finding.result_key).first() if draft else None
        in_force = version_in_force(person.workspace)
        is_in_force = Step.objects.filter(version=in_force, key=finding.result_key).exists() if in_force else False
        if draft is None or step is None or step.revision != 1 or is_in_force:
            raise stale_undo()
        remove_element(person=person, version=draft, layer="step", key=step.key, now=now)
    empty = {"decision": "", "reason": "", "result_key": "", "decided_at": None, "decided_by": None}
    change_record(record=finding, person=person, now=now, seen_revision=revision, **empty)
    _audit(person, "plan.finding.decided", finding, now, {"undone": True})


def _audit(person: Person, verb: str, finding: Finding, now: datetime, after: Mapping[str, Any]) -> None:
    record_audit(workspace=person.workspace, person=person, verb=verb, target=finding, now=now, after=after)
