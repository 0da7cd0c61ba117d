"""Closed plans: why they ended, what they said, what rests since then."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Max

from allmende.plan import states
from allmende.plan.models import PlanVersion, Routine, StrategicPlan
from allmende.plan.queries.versions import VersionRow, version_rows
from allmende.team.models import Workspace


@dataclass(frozen=True)
class ClosedPage:
    """A closed plan with every version that was in force, and the routines that rest since it was closed."""

    plan: StrategicPlan
    versions: tuple[VersionRow, ...]
    resting: Sequence[Routine]


def closed_plans(workspace: Workspace) -> Sequence[StrategicPlan]:
    """The closed plans of a workspace, the one closed last first."""
    rows = StrategicPlan.objects.filter(workspace=workspace, state=states.CLOSED)
    return list(rows.select_related("closed_by", "owner").order_by("-closed_at"))


def is_after_closed(workspace: Workspace) -> bool:
    """Was a plan closed here before?"""
    return StrategicPlan.objects.filter(workspace=workspace, state=states.CLOSED).exists()


def next_number(workspace: Workspace) -> int:
    """The number of the next version: it goes on after a closed plan, so that a version keeps its address."""
    return (PlanVersion.objects.filter(workspace=workspace).aggregate(last=Max("number"))["last"] or 0) + 1


def closed_page(plan: StrategicPlan) -> ClosedPage:
    """What its page shows, in two queries."""
    resting = Routine.objects.filter(workspace=plan.workspace_id, archived_at=plan.closed_at)
    return ClosedPage(plan, version_rows(plan), list(resting.select_related("owner").order_by("name")))
