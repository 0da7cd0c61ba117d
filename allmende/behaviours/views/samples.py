"""How sure is the counting? Draw cases, code them blind, finish, set aside (domain 4.5)."""

import secrets
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from allmende.behaviours import actions, queries
from allmende.behaviours.access import find_definition, find_sample
from allmende.behaviours.forms import AsideForm, DrawForm
from allmende.behaviours.models import BehaviourDefinition, LabelSample
from allmende.team.access import PersonRequest, for_person, may, require
from allmende.team.queries import undo_url

CODE = "behaviours.sample.code"
EDIT = "behaviours.definition.edit"
# What decides which cases are drawn: nobody can choose it.
SEEDS = 2**62


@require_http_methods(["GET", "HEAD", "POST"])
@for_person(CODE)
def samples(request: PersonRequest, key: str) -> HttpResponse:
    """Every sample of a behaviour; draw a new one."""
    found, now = find_definition(request.person, key), timezone.now()
    first, last = queries.quarter_before(found, now)
    form = DrawForm(request.POST or None, initial={"first_date": first, "last_date": last})
    if request.method == "POST":
        require(request.person, EDIT)
        drawn = _draw(request, found, form) if form.is_valid() else None
        if drawn is not None:
            messages.success(request, _("Drawn. Nobody sees what was counted until all is coded."))
            return redirect("behaviours:sample", request.workspace.slug, drawn.pk)
    context = {
        "page": queries.samples_page(found, now),
        "definition": found,
        "form": form,
        "can_edit": may(request.person, EDIT),
        "now": timezone.localtime(now),
    }
    return render(request, "behaviours/samples.html", context, status=422 if form.errors else 200)


def _draw(request: PersonRequest, definition: BehaviourDefinition, form: DrawForm) -> LabelSample | None:
    try:
        return actions.draw_sample(
            person=request.person,
            definition=definition,
            seed=secrets.randbelow(SEEDS),
            now=timezone.now(),
            **form.cleaned_data,
        )
    except actions.CannotSample as refusal:
        form.add_error(None, str(refusal))
        return None


@require_http_methods(["GET", "HEAD", "POST"])
@for_person(CODE)
def sample(request: PersonRequest, sample_id: UUID) -> HttpResponse:
    """One case at a time: is it so? By button or key; back to any that was coded."""
    found = find_sample(request.person, sample_id)
    if request.method == "POST":
        return _code(request, found)
    place = request.GET.get("at", "")
    context = {
        "page": queries.coding_page(
            found, request.person, int(place) if place.isdecimal() and len(place) < 5 else None
        ),
        "form": AsideForm(),
        "can_edit": may(request.person, EDIT),
        "now": timezone.localtime(),
    }
    return render(request, "behaviours/sample.html", context)


def _code(request: PersonRequest, found: LabelSample) -> HttpResponse:
    number = request.POST.get("item", "")
    item = found.items.filter(pk=int(number)).first() if number.isdecimal() and len(number) < 19 else None
    if item is None:
        raise Http404
    try:
        actions.code_item(person=request.person, item=item, answer=request.POST.get("answer", ""), now=timezone.now())
    except actions.CannotSample as refusal:
        messages.error(request, str(refusal))
    return redirect("behaviours:sample", request.workspace.slug, found.pk)


@for_person(CODE)
@require_POST
def finish_sample(request: PersonRequest, sample_id: UUID) -> HttpResponse:
    """All is coded: what was found stands, and verdicts are judged by it from the next count on."""
    found = find_sample(request.person, sample_id)
    try:
        actions.finish_sample(person=request.person, sample=found, now=timezone.now())
    except actions.CannotSample as refusal:
        messages.error(request, str(refusal))
        return redirect("behaviours:sample", request.workspace.slug, found.pk)
    messages.success(request, _("Finished. Verdicts are judged by it when everything is counted next."))
    return redirect(_place(request, found))


@for_person(EDIT)
@require_POST
def set_sample_aside(request: PersonRequest, sample_id: UUID) -> HttpResponse:
    """It is not coded to its end, for a reason; with undo."""
    found, form = find_sample(request.person, sample_id), AsideForm(request.POST)
    if form.is_valid():
        try:
            actions.set_sample_aside(
                person=request.person, sample=found, reason=form.cleaned_data["reason"], now=timezone.now()
            )
        except actions.CannotSample as refusal:
            form.add_error(None, str(refusal))
        else:
            undo = undo_url(request.person, "behaviours.sample_aside", pk=found.pk)
            messages.success(request, _("Set aside. Another one can be drawn."), extra_tags=undo)
            return redirect(_place(request, found))
    context = {
        "page": queries.coding_page(found, request.person, None),
        "form": form,
        "can_edit": True,
        "now": timezone.localtime(),
    }
    return render(request, "behaviours/sample.html", context, status=422)


def _place(request: PersonRequest, found: LabelSample) -> str:
    return reverse("behaviours:samples", args=[request.workspace.slug, found.definition.key])
