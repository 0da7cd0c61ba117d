"""Whom we address, in which order."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.plan import actions, queries, states
from allmende.plan.access import find_analysis, find_audience
from allmende.plan.forms import AnalysisForm, AudienceForm
from allmende.plan.models import Audience
from allmende.plan.views.page import address, show
from allmende.team.access import PersonRequest, SeeOther, for_person
from allmende.team.actions import StaleRevision
from allmende.team.queries import kept, undo_of, undo_url


@for_person("plan.version.read")
@require_safe
def audiences(request: PersonRequest) -> HttpResponseBase:
    """Whom do we need for the goal, and who comes first?"""
    return show(request, "plan/audiences.html", {"page": queries.audiences_page(request.workspace)})


@for_person("plan.version.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def add_audience(request: PersonRequest) -> HttpResponseBase:
    """A further audience, last in the order."""
    return _audience_page(request, None)


@for_person("plan.version.read")
@require_safe
def audience(request: PersonRequest, audience_id: UUID) -> HttpResponseBase:
    """What is known about an audience, from where, and what it means for the plan."""
    found = find_audience(request.person, audience_id)
    context = {"row": queries.audience_row(found), "form": AnalysisForm()}
    return show(request, "plan/audience.html", context)


@for_person("plan.version.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit_audience(request: PersonRequest, audience_id: UUID) -> HttpResponseBase:
    """Change what is written about an audience."""
    return _audience_page(request, find_audience(request.person, audience_id))


@for_person("plan.version.edit")
@require_POST
def move_audience(request: PersonRequest, audience_id: UUID) -> HttpResponseBase:
    """One place up or down, or to the place named."""
    found = find_audience(request.person, audience_id)
    wanted = request.POST.get("to_rank", "")
    to_rank = int(wanted) if wanted.isdecimal() and len(wanted) < 6 else found.rank or 1
    try:
        before = actions.move_audience(person=request.person, audience=found, to_rank=to_rank, now=timezone.now())
    except actions.CannotSaveAudience as error:
        messages.error(request, str(error))
    else:
        undo = undo_url(request.person, "plan.audience_order", order=before)
        messages.success(request, _("The order is changed: %(name)s") % {"name": found.name}, extra_tags=undo)
    return SeeOther(f"{address(request, 'audiences')}#a-{found.pk}")


@for_person("plan.version.edit")
@require_POST
def turn_audience(request: PersonRequest, audience_id: UUID) -> HttpResponseBase:
    """Take an audience a state further, or retire it."""
    found = find_audience(request.person, audience_id)
    state = request.POST.get("state", "")
    undo = undo_url(request.person, "plan.audience_state", pk=found.pk, state=found.state, rank=found.rank)
    try:
        if state not in states.AUDIENCE_STATES:
            raise actions.CannotSaveAudience(_("Not changed: choose what this audience is now."))
        actions.change_audience_state(person=request.person, audience=found, state=state, now=timezone.now())
    except actions.CannotSaveAudience as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Saved"), extra_tags=undo)
    return SeeOther(address(request, "audience", audience_id=found.pk))


@for_person("plan.version.edit")
@require_POST
def add_analysis(request: PersonRequest, audience_id: UUID) -> HttpResponseBase:
    """What is known, with source and day."""
    found = find_audience(request.person, audience_id)
    form = AnalysisForm(request.POST)
    if form.is_valid():
        made = actions.add_analysis(person=request.person, audience=found, now=timezone.now(), **form.cleaned_data)
        messages.success(
            request, _("Saved"), extra_tags=undo_url(request.person, "plan.analysis", pk=made.pk, is_back=False)
        )
        return SeeOther(address(request, "audience", audience_id=found.pk))
    return show(request, "plan/audience.html", {"row": queries.audience_row(found), "form": form}, 422)


@for_person("plan.version.edit")
@require_POST
def remove_analysis(request: PersonRequest, analysis_id: UUID) -> HttpResponseBase:
    """Put a finding away that does not hold any more."""
    found = find_analysis(request.person, analysis_id)
    actions.remove_analysis(person=request.person, analysis=found, now=timezone.now())
    undo = undo_url(request.person, "plan.analysis", pk=found.pk, is_back=True)
    messages.success(request, _("Put away"), extra_tags=undo)
    return SeeOther(address(request, "audience", audience_id=found.audience_id))


def _audience_page(request: PersonRequest, found: Audience | None) -> HttpResponseBase:
    form = AudienceForm(request.POST or None, instance=found)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            values, revision = form.values(), form.cleaned_data["seen_revision"]
            fresh = find_audience(request.person, found.pk) if found else None
            before = kept(fresh, *values) if fresh else {}
            try:
                saved = actions.save_audience(
                    person=request.person, audience=fresh, now=timezone.now(), revision=revision, **values
                )
                messages.success(
                    request, _("Saved"), extra_tags=undo_of(request.person, "plan.audience", saved, before)
                )
                return SeeOther(address(request, "audience", audience_id=saved.pk))
            except actions.CannotSaveAudience as error:
                form.add_error(error.field or None, str(error))
            except StaleRevision as stale:
                form.know_revision(stale.revision)
                form.add_error(None, str(stale))
        status = 422
    return show(request, "plan/edit_audience.html", {"form": form, "audience": found}, status)
