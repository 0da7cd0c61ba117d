"""The chain through one element, and how far a step is."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.guidelines.access import find_message
from allmende.guidelines.actions import serve_objective
from allmende.plan import actions, queries, states
from allmende.plan.access import find_newest, find_step
from allmende.plan.forms import StepReportForm
from allmende.plan.models import StepProgress
from allmende.plan.views.page import address, show
from allmende.team.access import PersonRequest, SeeOther, for_person, may
from allmende.team.queries import undo_of, undo_url


@for_person("plan.version.read")
@require_safe
def element(request: PersonRequest, key: str) -> HttpResponseBase:
    """The chain through one element: our work, the behaviour, its effect, the goal."""
    page = queries.element_page(request.person, key, timezone.now())
    if page.is_opening_due:
        actions.open_element(person=request.person, key=key, today=timezone.localdate())
    rights = {
        "may_tell": may(request.person, "plan.evidence.tell"),
        "may_carry": may(request.person, "guidelines.plan.edit"),
    }
    return show(request, "plan/element.html", {"page": page, **rights})


@for_person("guidelines.plan.edit")
@require_POST
def carry_message(request: PersonRequest, key: str, message_id: UUID) -> HttpResponseBase:
    """Say that a core message helps an objective, or no longer does."""
    find_newest(request.person, key)
    message = find_message(request.person, message_id)
    before = {"serves_keys": message.serves_keys}
    does_serve = request.POST.get("serves") == "yes"
    saved = serve_objective(person=request.person, message=message, key=key, does_serve=does_serve, now=timezone.now())
    said = _("It carries this objective now") if does_serve else _("It no longer carries this objective")
    messages.success(request, said, extra_tags=undo_of(request.person, "guidelines.message", saved, before))
    return SeeOther(address(request, "element", key=key))


@for_person("plan.version.read")
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: PersonRequest, key: str) -> HttpResponseBase:
    """A step, and how far it is."""
    found = find_step(request.person, key)
    progress = queries.progress_of(request.workspace, {key}).get(key)
    moves = queries.moves_of(request.person, progress, found) if may(request.person, "plan.step.report") else ()
    form = StepReportForm(request.POST or None, moves=moves)
    status = 200
    if request.method == "POST":
        if progress and request.POST.get("state") == progress.state:
            return SeeOther(address(request, "index"))  # pressed twice, or a colleague said the same
        if form.is_valid():
            before = actions.progress_as_kept(progress)
            try:
                told = actions.report_step(
                    person=request.person, plan=found.version.plan, key=key, now=timezone.now(), **form.cleaned_data
                )
                known = {"pk": told.pk, "changed_at": told.changed_at.isoformat(), "before": before}
                undo = undo_url(request.person, "plan.step", **known)
                messages.success(request, _("Noted"), extra_tags=undo)
                return SeeOther(address(request, "index"))
            except actions.CannotReportStep as error:
                form.add_error(None, str(error))
        status = 422
    stands = progress or StepProgress()
    context = {
        "step": found,
        "progress": progress,
        "form": form,
        "moves": moves,
        "due": stands.due_day(found),
        "control": stands.control_day(found),
        "is_open": stands.state in states.OPEN_STEP_STATES,
        "decides": queries.decides_on(request.person, found),
        "others": queries.doing_too(request.workspace, found),
        "invited": queries.invitations_of(found.version, key),
    }
    return show(request, "plan/step.html", context, status)
