"""The plan as a whole: the page, its beginning, its settings."""

from django.contrib import messages
from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.plan import actions, queries
from allmende.plan.access import find_plan, plan_of
from allmende.plan.forms import PlanForm, StartForm
from allmende.plan.views.page import address, show
from allmende.team.access import PersonRequest, SeeOther, for_person, may
from allmende.team.actions import StaleRevision
from allmende.team.queries import kept, responsible_unit, undo_of


@for_person("plan.version.read")
@require_safe
def index(request: PersonRequest) -> HttpResponseBase:
    """What are we doing, for what, and does it work?"""
    now = timezone.now()
    page = queries.plan_page(request.person, now)
    if page is None:
        return show(request, "plan/empty.html", {"closed": queries.closed_plans(request.workspace)})
    if page.chain is None:
        if may(request.person, "plan.version.edit"):
            return SeeOther(address(request, "draft"))
        return show(request, "plan/preparing.html", {"page": page, "closed": queries.closed_plans(request.workspace)})
    if page.since and page.since.is_unseen:
        actions.see_versions(person=request.person, now=now)
    if page.is_visit_due and page.version:
        actions.note_visit(person=request.person, plan=page.plan, version_number=page.version.number, now=now)
    around = queries.around_plan(page.plan, page.version, page.review_date)
    return show(request, "plan/index.html", {"page": page, "chain": page.chain, "mode": "live", **around})


@for_person("plan.version.read")
@require_POST
def mark_seen(request: PersonRequest) -> HttpResponseBase:
    """The note of what changed was read."""
    version = queries.version_in_force(request.workspace)
    if version:
        now = timezone.now()
        actions.note_visit(person=request.person, plan=version.plan, version_number=version.number, now=now)
        actions.acknowledge_versions(person=request.person, plan=version.plan, now=now)
    return SeeOther(address(request, "index"))


@for_person("plan.version.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: PersonRequest) -> HttpResponseBase:
    """Begin the plan."""
    form = StartForm(request.POST or None, person=request.person, initial={"title": request.workspace.name})
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                actions.start_plan(person=request.person, now=timezone.now(), **form.values())
                return SeeOther(address(request, "draft"))
            except actions.CannotStartPlan as error:
                form.add_error(None, str(error))
        status = 422
    return show(request, "plan/start.html", {"form": form}, status)


@for_person("plan.version.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: PersonRequest) -> HttpResponseBase:
    """Name, responsible person, hours and rhythm of the plan."""
    plan = plan_of(request.person)
    if plan is None:  # what was closed stands on the plan's page
        return SeeOther(address(request, "index"))
    form = PlanForm(request.POST or None, instance=plan, person=request.person)
    if not may(request.person, "plan.version.publish"):
        for name in ("owner", "deputy", "unit"):
            form.fields.pop(name, None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            values, revision = form.values(), form.cleaned_data["seen_revision"]
            unit = responsible_unit(request.workspace, "plan", str(plan.pk))
            before = kept(find_plan(request.person), *(name for name in values if name != "unit"), "state")
            try:
                saved = actions.save_plan(
                    person=request.person, plan=plan, now=timezone.now(), revision=revision, **values
                )
                undo = undo_of(request.person, "plan.settings", saved, before, unit=str(unit.pk) if unit else "")
                messages.success(request, _("Saved"), extra_tags=undo)
                return SeeOther(address(request, "index"))
            except actions.CannotSavePlan as error:
                form.add_error("owner", str(error))
            except StaleRevision as stale:
                form.know_revision(stale.revision)
                form.add_error(None, str(stale))
        status = 422
    return show(request, "plan/settings.html", {"form": form, "plan": plan}, status)
