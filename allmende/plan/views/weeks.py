"""The work of the coming weeks; steps on other days, and agreed on."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.domain.weeks import monday_of
from allmende.plan import actions, queries
from allmende.plan.access import find_step
from allmende.plan.forms.work import MoveForm
from allmende.plan.models import StepProgress
from allmende.plan.views.page import address, show
from allmende.team.access import PersonRequest, SeeOther, for_person
from allmende.team.queries import undo_url

# Overdue steps, steps of one week, and those after the last week that stand on the page before somebody asks for all.
MOST_SHOWN = 20


@for_person("plan.version.read")
@require_safe
def weeks(request: PersonRequest) -> HttpResponseBase:
    """Who does what in the coming weeks?"""
    today = timezone.localdate()
    most = None if request.GET.get("all") else MOST_SHOWN
    page = queries.weeks_page(
        request.person, today, request.GET.get("whose", ""), most=most, whole=request.GET.get("week", "")
    )
    return show(request, "plan/weeks.html", {"page": page, "today": today})


@for_person("plan.step.report")
@require_http_methods(["GET", "HEAD", "POST"])
def move_step(request: PersonRequest, key: str) -> HttpResponseBase:
    """Put a step on another day."""
    found, today = find_step(request.person, key), timezone.localdate()
    progress = queries.progress_of(request.workspace, {key}).get(key)
    due = (progress or StepProgress()).due_day(found)
    form = MoveForm(request.POST or None, initial={"to_day": max(due, today)}, is_late=due < today)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            before = actions.progress_as_kept(progress)
            try:
                moved = actions.move_step(
                    person=request.person, plan=found.version.plan, key=key, today=today, now=timezone.now(),
                    **form.cleaned_data,
                )  # fmt: skip
                if moved:
                    messages.success(
                        request, _("The step has another day now"), extra_tags=_undo(request, "moved", moved, before)
                    )
                return _back_to(request, key, form.cleaned_data["to_day"])
            except actions.CannotMoveStep as refused:
                form.add_error(refused.field or None, str(refused))
        status = 422
    return show(request, "plan/move_step.html", {"form": form, "step": found, "due": due}, status)


@for_person("plan.step.report")
@require_POST
def agree_step(request: PersonRequest, key: str) -> HttpResponseBase:
    """Whoever does the step agrees to it and its day."""
    found = find_step(request.person, key)
    progress = queries.progress_of(request.workspace, {key}).get(key)
    before = actions.progress_as_kept(progress)
    try:
        agreed = actions.agree_step(person=request.person, plan=found.version.plan, key=key, now=timezone.now())
        if not (progress and progress.agreed_at):
            messages.success(
                request, _("Noted: the step is agreed"), extra_tags=_undo(request, "agreed", agreed, before)
            )
    except actions.CannotAgreeStep as refused:
        messages.error(request, str(refused))
    return _back_to(request, key, (progress or StepProgress()).due_day(found))


def _back_to(request: PersonRequest, key: str, day: date) -> HttpResponseBase:
    """To the step in its week, which stands there whole: of a long week the step could be folded away."""
    monday = monday_of(day)
    return SeeOther(f"{address(request, 'weeks')}?week={monday.isoformat()}#{key}")


def _undo(request: PersonRequest, what: str, told: StepProgress, before: dict[str, object]) -> str:
    known = {"pk": told.pk, "changed_at": told.changed_at.isoformat(), "before": before}
    return undo_url(request.person, f"plan.step_{what}", **known)
