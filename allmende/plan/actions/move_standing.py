"""Say where a goal, an objective, a lever or a tactic stands, and what was learned when it ended (`domain.md` 3.4)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from allmende.plan import states
from allmende.plan.models import Standing, StrategicPlan, Tactic, rows_of
from allmende.plan.queries import needs_reason, stand_of, version_in_force
from allmende.team.access import require
from allmende.team.actions import record_audit, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

EDIT = "plan.version.edit"
KEPT = ("state", "ended_as", "reason", "changed_by_id")


class CannotMove(Exception):
    """It stands where it stood; `field` names the field to mend."""

    def __init__(self, sentence: str, field: str = "") -> None:
        self.field = field
        super().__init__(sentence)


@transaction.atomic
def move_standing(
    *,
    person: Person,
    plan: StrategicPlan,
    key: str,
    state: str,
    now: datetime,
    reason: str = "",
    ended_as: str = "",
) -> tuple[Standing, Mapping[str, Any] | None]:
    """Move an element of the version in force; the row, and what it held before for `undo_standing`.

    An end needs a reason; a stopped tactic says besides how it ended. Raises CannotMove.
    """
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    plan = StrategicPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk, workspace=person.workspace)
    version, layer = version_in_force(person.workspace), key.partition("-")[0]
    is_known = version is not None and layer in states.STANDING_MOVES
    element = rows_of(layer).filter(version=version, key=key).first() if is_known else None
    stand = stand_of(version, element) if version and element else None
    if stand is None or state not in stand.moves:
        raise CannotMove(_("Not noted: somebody moved it meanwhile, or it does not go there from where it stands."))
    if needs_reason(layer, state) and not reason.strip():
        raise CannotMove(_("Not noted: say what was learned. Whoever plans next needs just that."), "reason")
    is_stopped = layer == "tactic" and state == states.STOPPED
    if is_stopped and ended_as not in states.TACTIC_ENDS:
        raise CannotMove(_("Not noted: say how the tactic ended."), "ended_as")
    before = _kept(Standing.objects.filter(plan=plan, key=key).first())
    fields = {"state": state, "reason": reason.strip(), "ended_as": ended_as if is_stopped else ""}
    row, _made = Standing.objects.update_or_create(
        plan=plan, key=key, defaults={**fields, "changed_at": now, "changed_by": person}
    )
    if layer == "tactic":
        _carry_to_draft(plan, key, stand.state, state)
    record_audit(
        workspace=person.workspace, person=person, verb=f"plan.{layer}.moved", target=row, now=now,
        before={"state": stand.state}, after=fields,
    )  # fmt: skip
    return row, before


@transaction.atomic
def undo_standing(*, person: Person, now: datetime, pk: int, changed_at: str, before: Mapping[str, Any] | None) -> None:
    """It stands where it stood. Raises CannotUndo when somebody moved it on."""
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    row = Standing.objects.filter(
        pk=pk, plan__workspace=person.workspace, changed_at=datetime.fromisoformat(changed_at)
    ).first()
    if row is None:
        raise stale_undo()
    layer = row.key.partition("-")[0]
    record_audit(
        workspace=person.workspace, person=person, verb=f"plan.{layer}.moved", target=row, now=now,
        after={"undone": True},
    )  # fmt: skip
    plan, key, undone = row.plan, row.key, row.state
    if before is None:
        row.delete()
    else:
        values = {name: before[name] for name in KEPT}
        Standing.objects.filter(pk=pk).update(**values, changed_at=datetime.fromisoformat(before["changed_at"]))
    element = Tactic.objects.filter(version__plan=plan, version__state=states.PUBLISHED, key=key).first()
    stand = stand_of(element.version, element) if element else None
    if stand:
        _carry_to_draft(plan, key, undone, stand.state)


def _carry_to_draft(plan: StrategicPlan, key: str, was: str, state: str) -> None:
    """An open draft that left the tactic as it stood goes along, or publishing it would take the move back."""
    drafted = Tactic.objects.filter(version__plan=plan, version__state=states.DRAFT, key=key, state=was)
    drafted.update(state=state, revision=F("revision") + 1)


def _kept(row: Standing | None) -> dict[str, Any] | None:
    if row is None:
        return None
    plain = {name: getattr(row, name) for name in KEPT}
    return plain | {"changed_by_id": str(row.changed_by_id), "changed_at": row.changed_at.isoformat()}
