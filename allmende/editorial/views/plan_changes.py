"""Changing many planned texts at once, and the list of what was changed and why (S2-10)."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from allmende.editorial.access import find_plan_change
from allmende.editorial.actions import CannotChangePlan, PlanChanged, change_plan
from allmende.editorial.forms import PlanChangeForm, picked_in
from allmende.editorial.queries import MOST_AT_ONCE, picked_texts, plan_changes, texts_of
from allmende.team.access import PersonRequest, SeeOther, for_person, way_back
from allmende.team.queries import undo_url


@require_safe
@for_person("editorial.item.read")
def changes(request: PersonRequest) -> HttpResponse:
    """What was changed of the plan, and why?"""
    before = None
    with suppress(ValueError):
        before = datetime.fromisoformat(request.GET.get("before", ""))
    before = before if before and before.tzinfo else None
    page = plan_changes(request.workspace, before)
    return render(request, "editorial/plan_changes.html", {"page": page, "now": timezone.now(), "before": before})


@require_safe
@for_person("editorial.item.read")
def change(request: PersonRequest, change_id: UUID) -> HttpResponse:
    """One change: what it did to which text, and which texts stayed."""
    found = find_plan_change(request.person, change_id)
    return render(
        request, "editorial/plan_change.html", {"change": found, "texts": texts_of(found), "now": timezone.now()}
    )


@for_person("editorial.item.schedule")
@require_POST
def change_several(request: PersonRequest) -> HttpResponse:
    """Move, pause, resume or drop all that is ticked."""
    picked, form = picked_in(request.POST), PlanChangeForm(request.POST)
    error = CannotChangePlan("")
    if form.is_valid():
        try:
            made = change_plan(person=request.person, picked=picked, wish=form.wish(), now=timezone.now())
            return _done(request, made)
        except CannotChangePlan as refusal:
            error = refusal
            form.add_error(None, str(refusal))
    reasons = {one.variant_id: one.why_not for one in error.left}
    texts = [
        (one, reasons.get(one.pk, "")) for one in picked_texts(request.workspace, list(picked)[: 5 * MOST_AT_ONCE])
    ]
    context = {"form": form, "texts": texts, "most": MOST_AT_ONCE, "next": _way_back(request)}
    context["is_uncovered"] = error.is_uncovered or "is_knowing" in request.POST
    return render(request, "editorial/several.html", context | {"now": timezone.now()}, status=422)


def _done(request: PersonRequest, made: PlanChanged) -> HttpResponse:
    said = render_to_string("editorial/plan_changed.txt", {"made": made, "done": len(made.done)}).strip()
    undo = undo_url(request.person, "editorial.plan_changed", change=made.change.pk)
    messages.success(request, " ".join(said.split()), extra_tags=undo)
    if made.left or made.gone:
        return SeeOther(reverse("editorial:plan_change", args=[request.workspace.slug, made.change.pk]))
    return SeeOther(_way_back(request))


def _way_back(request: PersonRequest) -> str:
    return way_back(request, reverse("editorial:index", args=[request.workspace.slug]))
