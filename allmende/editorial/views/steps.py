"""Who must approve an item: planning steps, asking, answering, and what waits for one's own answer."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from allmende.channels.actions import CannotWithdraw
from allmende.editorial import actions, states
from allmende.editorial.access import find_item, find_outside, find_step, find_turn
from allmende.editorial.forms import ReviewForm
from allmende.editorial.models import Item
from allmende.editorial.queries import approved_channels, drafts_of, steps_of, waiting_for
from allmende.editorial.views.composer import composer_page, item_form, step_form
from allmende.editorial.views.reviews import seen_in
from allmende.team.access import PersonRequest, for_person


@require_safe
@for_person("editorial.item.read")
def approvals(request: PersonRequest) -> HttpResponse:
    """What waits for my answer?"""
    now = timezone.now()
    return render(request, "editorial/approvals.html", {"waiting": waiting_for(request.person, now), "now": now})


@for_person("editorial.item.edit")
@require_POST
def add_step(request: PersonRequest, item_id: UUID) -> HttpResponse:
    """One more step, asked at once where that was wanted."""
    item, now = find_item(request.person, item_id), timezone.now()
    form = step_form(request)
    if not form.is_valid():
        return _again(request, item, step=form)
    approved = approved_channels(item, now)
    try:
        actions.add_step(person=request.person, item=item, plan=form.plan(request.workspace.zone), now=now)
    except (actions.CannotPlanStep, CannotWithdraw) as refused:
        form.add_error(None, str(refused))
        return _again(request, item, step=form)
    messages.success(request, _added_words([name for name, _slot in approved.values()]))
    return _to(request, item)


def _added_words(channels: Sequence[str]) -> str:
    """That a step is added, and plainly which approvals do not cover it."""
    if not channels:
        return _("The step is added. Nobody is asked before you press Ask for approval.")
    words = _(
        "The step is added. What was approved for %(channels)s stands no longer: nothing leaves there until all steps have said "
        "yes. Nobody is asked before you press Ask for approval."
    )
    return words % {"channels": ", ".join(channels)}


@for_person("editorial.item.edit")
@require_POST
def drop_step(request: PersonRequest, approval_step_id: int) -> HttpResponse:
    """Take a step out."""
    step = find_step(request.person, approval_step_id)
    try:
        actions.drop_step(person=request.person, step=step, now=timezone.now())
        messages.success(request, _("The step is taken out. What was answered in it stands no longer."))
    except (actions.CannotPlanStep, CannotWithdraw) as refused:
        messages.error(request, str(refused))
    return _to(request, step.item)


@for_person("editorial.item.edit")
@require_POST
def ask_steps(request: PersonRequest, item_id: UUID) -> HttpResponse:
    """Ask whose turn it is."""
    item = find_item(request.person, item_id)
    try:
        step = actions.ask_steps(person=request.person, item=item, now=timezone.now())
        is_last = steps_of(item)[-1].step.pk == step.pk
        words = (
            _("Step %(number)s is asked.")
            if is_last
            else _("Step %(number)s is asked. The next one follows by itself.")
        )
        messages.success(request, words % {"number": step.place + 1})
    except actions.CannotAsk as refused:
        messages.error(request, str(refused))
    return _to(request, item)


@for_person("editorial.item.read")
@require_POST
def answer(request: PersonRequest, item_id: UUID) -> HttpResponse:
    """Approve exactly these words, or say what should change."""
    item = find_item(request.person, item_id)
    reviewer = find_turn(request.person, item)
    form = ReviewForm(request.POST, auto_id="review-%s")
    if not form.is_valid():
        return _again(request, item, review=form)
    try:
        actions.answer_step(reviewer=reviewer, seen=seen_in(request.POST), now=timezone.now(), **form.cleaned_data)
    except actions.CannotAnswer as refused:
        form.add_error(None, str(refused))
        return _again(request, item, review=form)
    is_yes = form.cleaned_data["answer"] == states.YES
    messages.success(
        request, _("Approved.") if is_yes else _("Recorded; whoever wrote it was told what should change.")
    )
    return _to(request, item)


@never_cache
@for_person("team.guest.invite")
@require_POST
def review_link(request: PersonRequest, reviewer_id: int) -> HttpResponse:
    """A link for somebody outside, shown once."""
    reviewer = find_outside(request.person, reviewer_id)
    token = actions.open_review(person=request.person, reviewer=reviewer, now=timezone.now())
    context = {
        "name": reviewer.name,
        "link": request.build_absolute_uri(reverse("guest_review", args=[token])),
        "back": reverse("editorial:item", args=[request.workspace.slug, reviewer.step.item_id]),
    }
    return render(request, "editorial/review_link.html", context)


def _to(request: PersonRequest, item: Item) -> HttpResponse:
    return redirect(reverse("editorial:item", args=[request.workspace.slug, item.pk]) + "#approval")


def _again(request: PersonRequest, item: Item, **refused: object) -> HttpResponse:
    """The composer with what was typed and why it was refused."""
    words = item_form(request, item, drafts_of(request.workspace, item))
    return composer_page(request, item, words, refused=refused)
