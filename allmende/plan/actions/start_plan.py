"""Begin the plan of a community."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.plan import states
from allmende.plan.actions.open_draft import LEAST_WORDS
from allmende.plan.actions.settle_owner import record_owner
from allmende.plan.models import PlanVersion, StrategicPlan
from allmende.plan.queries.closed import is_after_closed, next_number
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.models import Person, ResponsibleUnit


class CannotStartPlan(Exception):
    """The plan was not started; says why."""


@transaction.atomic
def start_plan(
    *,
    person: Person,
    title: str,
    now: datetime,
    community_type: str = "support",
    owner: Person | None = None,
    strategic_hours: Decimal | float = 0,
    routine_hours: Decimal | float = 0,
    unit: ResponsibleUnit | None = None,
    start_mode: str = states.FULL,
    from_nothing_reason: str = "",
) -> StrategicPlan:
    """A plan in preparation, owned by `owner` (else the lead of `unit`, else `person`), with an empty draft as its first version.

    `strategic_hours` and `routine_hours` are hours per week: for tactics, and for daily work. Raises CannotStartPlan
    when the workspace has a living plan already, when the owner is not of this workspace, or when a plan was closed and
    `from_nothing_reason` does not say why the new one begins empty (S0-21). Numbers of versions go on after a closed plan.
    """
    require(person, "plan.version.edit")
    if StrategicPlan.objects.filter(workspace=person.workspace).exclude(state=states.CLOSED).exists():
        raise CannotStartPlan(_("Not started: this community has a plan already. Revise it instead; nothing is lost."))
    owner = (unit.lead if unit else owner) or person
    if owner.workspace_id != person.workspace_id or owner.left_at:
        raise CannotStartPlan(
            _("Not started: whoever owns the plan must work here. Choose a person of this community.")
        )
    if is_after_closed(person.workspace) and len(from_nothing_reason.split()) < LEAST_WORDS:
        raise CannotStartPlan(
            _(
                "Not started: a plan was closed here. Say in a sentence why the new one begins from nothing; the closed one stays readable."
            )
        )
    stamp = {
        "workspace": person.workspace,
        "created_at": now,
        "created_by": person,
        "updated_at": now,
        "updated_by": person,
    }
    plan = StrategicPlan.objects.create(
        title=title,
        community_type=community_type,
        owner=owner,
        strategic_hours=strategic_hours,
        routine_hours=routine_hours,
        start_mode=start_mode,
        **stamp,
    )
    PlanVersion.objects.create(
        plan=plan, number=next_number(person.workspace), from_nothing_reason=from_nothing_reason.strip(), **stamp
    )
    record_owner(person=person, plan=plan, owner=owner, unit=unit, now=now)
    record_audit(
        workspace=person.workspace, person=person, verb="plan.plan.started", target=plan, now=now,
        after={"title": title, "from_nothing": from_nothing_reason.strip()},
    )  # fmt: skip
    return plan
