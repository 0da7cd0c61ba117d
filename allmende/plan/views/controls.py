"""Scheduled controls and what they showed."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from allmende.plan import actions
from allmende.plan.access import find_control
from allmende.plan.forms.fields import with_revision
from allmende.plan.forms.reviews import ControlForm, ControlResultForm
from allmende.plan.models import Control
from allmende.plan.views.page import address, show
from allmende.team.access import PersonRequest, SeeOther, for_person
from allmende.team.actions import StaleRevision
from allmende.team.queries import kept, undo_of, undo_url

KEPT = ("what", "key", "interval_days", "controller", "next_date", "archived_at")


@for_person("plan.review.hold")
@require_http_methods(["GET", "HEAD", "POST"])
def add_control(request: PersonRequest) -> HttpResponseBase:
    """Schedule a control."""
    return _form(request, None)


@for_person("plan.review.hold")
@require_http_methods(["GET", "HEAD", "POST"])
def edit_control(request: PersonRequest, control_id: UUID) -> HttpResponseBase:
    """Change a control."""
    return _form(request, find_control(request.person, control_id))


@for_person("plan.step.report")
@require_http_methods(["GET", "HEAD", "POST"])
def record_control(request: PersonRequest, control_id: UUID) -> HttpResponseBase:
    """Note what a control showed."""
    found = find_control(request.person, control_id)
    form = ControlResultForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.record_control(person=request.person, control=found, now=timezone.now(), **form.cleaned_data)
            undo = undo_url(request.person, "plan.controlled", pk=str(made.pk))
            said = _("Noted") if made.is_fine else _("Noted; the finding waits for a decision")
            messages.success(request, said, extra_tags=undo)
            return SeeOther(address(request, "reviews") + "#controls")
        except actions.CannotControl as refused:
            form.add_error(refused.field or None, str(refused))
    context = {"form": form, "control": found}
    return show(request, "plan/control_result.html", context, 422 if request.method == "POST" else 200)


@for_person("plan.review.hold")
@require_POST
def archive_control(request: PersonRequest, control_id: UUID) -> HttpResponseBase:
    """Put a control away."""
    found = find_control(request.person, control_id)
    put_away = actions.archive_control(person=request.person, control=found, now=timezone.now())
    undo = undo_of(request.person, "plan.control", put_away, {"archived_at": None})
    messages.success(request, _("Put away; what it showed stays"), extra_tags=undo)
    return SeeOther(address(request, "reviews") + "#controls")


def _form(request: PersonRequest, found: Control | None) -> HttpResponseBase:
    form = ControlForm(
        request.POST or None, person=request.person, control=found, begun=None if found else _about(request)
    )
    if request.method == "POST" and form.is_valid():
        before = kept(found, *KEPT) if found else {"archived_at": timezone.now().isoformat()}
        try:
            saved = actions.save_control(person=request.person, control=found, now=timezone.now(), **form.values())
            messages.success(
                request, _("Control saved"), extra_tags=undo_of(request.person, "plan.control", saved, before)
            )
            return SeeOther(address(request, "reviews") + "#controls")
        except StaleRevision as error:
            form.data = with_revision(form.data, error.revision)
            form.add_error(None, str(error))
    context = {"form": form, "control": found}
    return show(request, "plan/control_form.html", context, 422 if request.method == "POST" else 200)


def _about(request: PersonRequest) -> dict[str, object]:
    return {"key": request.GET.get("about", ""), "next_date": timezone.localdate()}
