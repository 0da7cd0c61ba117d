"""What was noticed and what becomes of it; what stops if hours are short."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from allmende.plan import actions, queries
from allmende.plan.access import find_finding, find_plan
from allmende.plan.forms.findings import DecideFindingForm, FindingForm, HoursForm, ImprovementForm
from allmende.plan.views.page import address, show
from allmende.team.access import PersonRequest, SeeOther, for_person
from allmende.team.queries import undo_url


@for_person("plan.version.read")
@require_safe
def cut_line(request: PersonRequest) -> HttpResponseBase:
    """What stops if we lose ten hours? Nothing is saved."""
    page = queries.cut_line_page(request.workspace, HoursForm(request.GET or None).chosen())
    return show(request, "plan/cut_line.html", {"page": page})


@for_person("plan.version.read")
@require_safe
def findings(request: PersonRequest) -> HttpResponseBase:
    """Which findings wait for a decision, and what came of the others."""
    page = queries.findings_page(request.workspace, timezone.localdate())
    return show(request, "plan/findings_list.html", {"page": page})


@for_person("plan.version.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def note_finding(request: PersonRequest) -> HttpResponseBase:
    """Note what was noticed."""
    plan = find_plan(request.person)
    known = {"noticed_date": timezone.localdate(), "element_key": request.GET.get("about", "")}
    form = FindingForm(request.POST or None, person=request.person, initial=known)
    if request.method == "POST" and form.is_valid():
        made = actions.note_finding(person=request.person, plan=plan, now=timezone.now(), **form.cleaned_data)
        undo = undo_url(request.person, "plan.finding", pk=made.pk)
        messages.success(request, _("Finding noted"), extra_tags=undo)
        return SeeOther(address(request, "findings"))
    context = {"form": form, "finding": None}
    return show(request, "plan/finding_form.html", context, 422 if request.method == "POST" else 200)


@for_person("plan.version.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def decide_finding(request: PersonRequest, finding_id: UUID) -> HttpResponseBase:
    """Decide what becomes of a finding."""
    finding = find_finding(request.person, finding_id)
    if finding.decision:  # pressed twice, or a colleague was faster: see what came of it
        return SeeOther(address(request, "findings"))
    known = {"tactic_key": finding.element_key, "what": finding.observation}
    form = DecideFindingForm(request.POST or None, person=request.person, plan=finding.plan, initial=known)
    if request.method == "POST" and form.is_valid():
        decided = _decide(request, form, finding)
        if decided is not None:
            undo = undo_url(request.person, "plan.finding_decided", pk=decided.pk, revision=decided.revision)
            is_step = decided.decision == "step"
            said = _("The step stands in the draft of the plan") if is_step else _("Decided")
            messages.success(request, said, extra_tags=undo)
            return SeeOther(address(request, "findings"))
    context = {"form": form, "finding": finding}
    return show(request, "plan/finding_form.html", context, 422 if request.method == "POST" else 200)


@for_person("plan.version.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def note_improvement(request: PersonRequest) -> HttpResponseBase:
    """Keep what a result taught."""
    plan = find_plan(request.person)
    known = {"element_key": request.GET.get("about", "")}
    form = ImprovementForm(request.POST or None, person=request.person, initial=known)
    if request.method == "POST" and form.is_valid():
        made = actions.note_improvement(person=request.person, plan=plan, now=timezone.now(), **form.cleaned_data)
        undo = undo_url(request.person, "plan.improvement", pk=str(made.pk))
        messages.success(request, _("Improvement noted"), extra_tags=undo)
        return SeeOther(address(request, "findings") + "#improvements")
    return show(request, "plan/improvement_form.html", {"form": form}, 422 if request.method == "POST" else 200)


def _decide(request: PersonRequest, form: DecideFindingForm, finding: Any) -> Any:
    try:
        return actions.decide_finding(person=request.person, finding=finding, now=timezone.now(), **form.cleaned_data)
    except (actions.CannotDecideFinding, actions.CannotSaveElement) as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        return None
