"""Who answers for the plan and its running tactics, who did what on a past day, what is still somebody's; asked by the team."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.urls import reverse

from allmende.plan import states
from allmende.plan.models import Control, PlanVersion, Routine, Step, StrategicPlan
from allmende.plan.queries.standings import standing_tactics
from allmende.plan.queries.steps import with_progress
from allmende.team.models import Person, Workspace
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


def open_work_of(person: Person, now: datetime) -> list[Thing]:
    """The steps a person still has to do, to answer for or to check, their daily work, and the controls they keep."""
    slug = person.workspace.slug
    hers = Q(owner=person) | Q(accountable=person) | Q(controller=person)
    steps = with_progress(
        Step.objects.filter(hers, version__workspace=person.workspace, version__state=states.PUBLISHED)
    )
    steps = steps.exclude(state__in=(states.CHECKED, states.CANCELLED)).order_by("due", "id")
    kept = {"workspace": person.workspace, "archived_at__isnull": True}
    return [
        *(Thing("step", one.key, one.what, reverse("plan:step", args=[slug, one.key])) for one in steps),
        *(
            Thing("routine", str(one.pk), one.name, reverse("plan:routine", args=[slug, one.pk]))
            for one in Routine.objects.filter(owner=person, **kept)
        ),
        *(
            Thing("control", str(one.pk), one.what, reverse("plan:record_control", args=[slug, one.pk]))
            for one in Control.objects.filter(controller=person, **kept)
        ),
    ]


def _due(step: Step, zone: ZoneInfo) -> datetime:
    return datetime.combine(step.due_date, time(12), zone)
