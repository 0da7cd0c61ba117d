"""Who answers for the plan and its running tactics, and who did what on a past day; asked by the team's page."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse

from allmende.plan import states
from allmende.plan.models import PlanVersion, Step, StrategicPlan
from allmende.plan.queries.standings import standing_tactics
from allmende.team.models import Workspace
from allmende.team.queries import Past, Thing


def accountable(workspace: Workspace) -> list[Thing]:
    """The plan, its running tactics and its daily work."""
    plan = StrategicPlan.objects.filter(workspace=workspace).exclude(state=states.CLOSED).first()
    if plan is None:
        return []
    here = {"slug": workspace.slug}
    page, settings = reverse("plan:index", kwargs=here), reverse("plan:settings", kwargs=here)
    found = [Thing("plan", str(plan.pk), plan.title, page, settings)]
    version = PlanVersion.objects.filter(plan=plan, state=states.PUBLISHED).first()
    tactics = standing_tactics(version) if version else []
    running = [one for one in tactics if one.state == states.RUNNING]
    return found + [Thing("tactic", one.key, f"{one.code} {one.name}", f"{page}#{one.key}") for one in running]


def responsible_on(workspace: Workspace, day: date) -> list[Past]:
    """The steps that lay ahead on that day, by the version in force then, with whoever was to do them."""
    zone = ZoneInfo(workspace.zone)
    ends = datetime.combine(day + timedelta(days=1), time.min, zone)
    versions = PlanVersion.objects.filter(workspace=workspace, published_at__lt=ends)
    version = versions.order_by("-published_at", "-number").first()
    if version is None:
        return []
    steps = Step.objects.filter(version=version, due_date__gte=day).select_related("owner")
    return [
        Past("step", step.what, step.owner.name, "person", "", version.published_at, _due(step, zone)) for step in steps
    ]


def _due(step: Step, zone: ZoneInfo) -> datetime:
    return datetime.combine(step.due_date, time(12), zone)
