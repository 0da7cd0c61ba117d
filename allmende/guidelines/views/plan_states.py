"""Screens of a reaction plan on its way: agreed, reopened, looked at again."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from allmende.guidelines import actions
from allmende.guidelines.access import find_plan
from allmende.guidelines.forms import ReviewDateForm
from allmende.guidelines.models import ReactionPlan
from allmende.team.access import PersonRequest, for_person


@for_person("guidelines.plan.agree")
@require_POST
def agree_plan(request: PersonRequest, plan_id: str) -> HttpResponseBase:
    """Agree with a draft."""
    plan = find_plan(request.person, plan_id)
    try:
        actions.agree_plan(person=request.person, plan=plan, now=timezone.now())
    except actions.CannotAgreePlan as error:
        messages.error(request, str(error))
    else:
        undo = reverse("guidelines:reopen_plan", args=[request.workspace.slug, plan.pk])
        messages.success(request, gettext("Agreed. It holds as soon as it is put in force."), extra_tags=undo)
    return _back(request, plan)


@for_person("guidelines.plan.agree")
@require_POST
def reopen_plan(request: PersonRequest, plan_id: str) -> HttpResponseBase:
    """Make an agreed version a draft again."""
    return _moved(request, plan_id, actions.reopen_plan, gettext("It is a draft again and can be changed."))


@for_person("guidelines.plan.edit")
@require_POST
def review_plan(request: PersonRequest, plan_id: str) -> HttpResponseBase:
    """Begin to look whether the plan still fits."""
    return _moved(
        request, plan_id, actions.begin_review, gettext("Under review. Until it is over, the plan holds as it is.")
    )


@for_person("guidelines.plan.agree")
@require_POST
def review_date(request: PersonRequest, plan_id: str) -> HttpResponseBase:
    """Say when the plan is looked at again; one under review fits then."""
    plan, form = find_plan(request.person, plan_id), ReviewDateForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["review_date"][0]))
        return _back(request, plan)
    day = form.cleaned_data["review_date"]
    try:
        actions.set_review_date(person=request.person, plan=plan, review_date=day, now=timezone.now())
    except actions.CannotAgreePlan as error:
        messages.error(request, str(error))
    else:
        messages.success(request, gettext("Saved. It is looked at again on that day."))
    return _back(request, plan)


def _moved(request: PersonRequest, plan_id: str, move: Callable[..., ReactionPlan], said: str) -> HttpResponseBase:
    plan = find_plan(request.person, plan_id)
    try:
        move(person=request.person, plan=plan, now=timezone.now())
    except actions.CannotAgreePlan as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return _back(request, plan)


def _back(request: PersonRequest, plan: ReactionPlan) -> HttpResponseBase:
    return redirect("guidelines:version", slug=request.workspace.slug, plan_id=plan.pk)
