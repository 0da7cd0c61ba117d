"""Reviews: promise, prepare, hold, decide, carry over, tell."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.plan import actions, queries, states
from allmende.plan.access import find_plan, find_review
from allmende.plan.forms.fields import with_revision
from allmende.plan.forms.reviews import CloseForm, MeetingForm, ResolutionForm, ReviewForm
from allmende.plan.models import Review
from allmende.plan.views.page import address, show
from allmende.team.access import PersonRequest, SeeOther, for_person
from allmende.team.actions import StaleRevision
from allmende.team.queries import kept, undo_of, undo_url

MOVES = {
    states.PREPARED: actions.prepare_review,
    states.REVIEW_DECIDED: actions.decide_review,
    states.PLAN_UPDATED: actions.note_plan_updated,
}
KEPT = ("kind", "planned_date", "period_start_date", "period_end_date", "commitments", "committed_at", "archived_at")


@for_person("plan.version.read")
@require_safe
def reviews(request: PersonRequest) -> HttpResponseBase:
    """When we look back, what came of it, and which controls are due."""
    plan = queries.current_plan(request.workspace)
    page = queries.reviews_page(request.workspace, plan, timezone.localdate())
    return show(request, "plan/reviews.html", {"page": page, "today": timezone.localdate()})


@for_person("plan.version.read")
@require_safe
def review(request: PersonRequest, review_id: UUID) -> HttpResponseBase:
    """One review: what was promised, what stands, what was said and decided."""
    return _page(request, find_review(request.person, review_id))


@for_person("plan.review.hold")
@require_http_methods(["GET", "HEAD", "POST"])
def plan_review(request: PersonRequest) -> HttpResponseBase:
    """Set the day of a review and promise beforehand."""
    return _form(request, None)


@for_person("plan.review.hold")
@require_http_methods(["GET", "HEAD", "POST"])
def edit_review(request: PersonRequest, review_id: UUID) -> HttpResponseBase:
    """Change a review that was not prepared yet."""
    found = find_review(request.person, review_id)
    if found.state != states.REVIEW_PLANNED:
        return SeeOther(address(request, "review", review_id=found.pk))
    return _form(request, found)


@for_person("plan.review.hold")
@require_POST
def move_review(request: PersonRequest, review_id: UUID) -> HttpResponseBase:
    """Take the next step that needs no words: freeze the figures, close the decisions, note the plan as updated."""
    found = find_review(request.person, review_id)
    before, move = found.state, MOVES.get(request.POST.get("state", ""))
    if move is None:
        return SeeOther(address(request, "review", review_id=found.pk))
    try:
        moved = move(person=request.person, review=found, now=timezone.now())
    except actions.CannotHoldReview as refused:
        messages.error(request, str(refused))
        return SeeOther(address(request, "review", review_id=found.pk))
    undo = "" if before == states.REVIEW_PLANNED else _undo(request, moved, before)
    messages.success(request, _("Noted"), extra_tags=undo)
    return SeeOther(address(request, "review", review_id=found.pk))


@for_person("plan.review.hold")
@require_POST
def hold_review(request: PersonRequest, review_id: UUID) -> HttpResponseBase:
    """Keep what was said."""
    found = find_review(request.person, review_id)
    form = MeetingForm(request.POST, kind=found.kind)
    if form.is_valid():
        before = found.state
        try:
            held = actions.hold_review(
                person=request.person,
                review=found,
                present=form.cleaned_data["present"],
                answers=form.answers(),
                now=timezone.now(),
            )
            messages.success(request, _("Noted"), extra_tags=_undo(request, held, before))
            return SeeOther(address(request, "review", review_id=found.pk))
        except actions.CannotHoldReview as refused:
            form.add_error(None, str(refused))
    return _page(request, found, meeting=form)


@for_person("plan.review.hold")
@require_POST
def resolve(request: PersonRequest, review_id: UUID) -> HttpResponseBase:
    """Note one decision and carry it into the plan."""
    found = find_review(request.person, review_id)
    form = ResolutionForm(request.POST, person=request.person)
    if form.is_valid():
        try:
            made = actions.resolve(person=request.person, review=found, now=timezone.now(), **form.cleaned_data)
            undo = undo_url(request.person, "plan.resolved", pk=str(made.pk))
            messages.success(request, _("Decision noted"), extra_tags=undo)
            return SeeOther(address(request, "review", review_id=found.pk))
        except (actions.CannotHoldReview, actions.CannotSaveElement) as refused:
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
    return _page(request, found, resolution=form)


@for_person("plan.review.hold")
@require_POST
def close_review(request: PersonRequest, review_id: UUID) -> HttpResponseBase:
    """Say who was told what."""
    found = find_review(request.person, review_id)
    form = CloseForm(request.POST)
    if form.is_valid():
        before = found.state
        try:
            closed = actions.close_review(person=request.person, review=found, now=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The review is closed"), extra_tags=_undo(request, closed, before))
            return SeeOther(address(request, "review", review_id=found.pk))
        except actions.CannotHoldReview as refused:
            form.add_error(refused.field or None, str(refused))
    return _page(request, found, closing=form)


def _form(request: PersonRequest, found: Review | None) -> HttpResponseBase:
    plan = find_plan(request.person)
    today = timezone.localdate()
    known = {name: getattr(found, name) for name in KEPT[:4]} if found else {"planned_date": today}
    form = ReviewForm(request.POST or None, person=request.person, review=found, initial=known)
    if request.method == "POST" and form.is_valid():
        before = kept(found, *KEPT) if found else {"archived_at": timezone.now().isoformat()}
        try:
            saved = actions.plan_review(
                person=request.person, plan=plan, review=found, now=timezone.now(), **form.values()
            )
            undo = undo_of(request.person, "plan.review", saved, before)
            messages.success(request, _("Review saved"), extra_tags=undo)
            return SeeOther(address(request, "review", review_id=saved.pk))
        except actions.CannotHoldReview as refused:
            form.add_error(refused.field or None, str(refused))
        except StaleRevision as error:
            form.data = with_revision(form.data, error.revision)
            form.add_error(None, str(error))
    context = {"form": form, "review": found}
    return show(request, "plan/review_form.html", context, 422 if request.method == "POST" else 200)


def _page(request: PersonRequest, found: Review, **refused: Any) -> HttpResponseBase:
    page = queries.review_page(found, timezone.localdate())
    forms = {
        "meeting": refused.get("meeting") or MeetingForm(kind=found.kind),
        "resolution": refused.get("resolution") or ResolutionForm(person=request.person),
        "closing": refused.get("closing") or CloseForm(),
    }
    return show(request, "plan/review.html", {"page": page, **forms}, 422 if refused else 200)


def _undo(request: PersonRequest, moved: Review, before: str) -> str:
    return undo_url(request.person, "plan.review_moved", pk=str(moved.pk), revision=moved.revision, before=before)
