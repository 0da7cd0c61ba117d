"""Traits of members and labels of conversations that definitions ask for: note them, take them back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from allmende.behaviours import actions, queries
from allmende.behaviours.forms import LabelForm, TraitsForm
from allmende.members.actions import CannotTell, Taken, take_trait_table
from allmende.members.queries import traits_told
from allmende.team.access import PersonRequest, for_person
from allmende.team.actions import CannotUndo
from allmende.team.queries import undo_url


@require_http_methods(["GET", "HEAD", "POST"])
@for_person("members.member.edit")
def traits(request: PersonRequest) -> HttpResponse:
    """What is told of members beside what they said; take in a table of it, with undo."""
    form = TraitsForm(request.POST or None, request.FILES or None)
    taken = None
    if request.method == "POST" and form.is_valid():
        try:
            taken = take_trait_table(person=request.person, text=form.cleaned_data["table"], now=timezone.now())
        except CannotTell as refusal:
            form.add_error(None, str(refusal))
        else:
            _say(request, taken)
            if not taken.rest:
                return redirect("behaviours:traits", request.workspace.slug)
            form = TraitsForm(initial={"table": taken.rest})
    context = {"traits": traits_told(request.workspace), "form": form, "taken": taken}
    return render(request, "behaviours/traits.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_person("behaviours.definition.edit")
def labels(request: PersonRequest) -> HttpResponse:
    """What bears the labels that definitions ask for?"""
    form = LabelForm(request.POST or None, initial={"label": request.GET.get("label", "")[:40]})
    if request.method == "POST" and form.is_valid():
        try:
            rule = actions.tell_label(person=request.person, now=timezone.now(), **form.cleaned_data)
        except CannotTell as refusal:
            form.add_error(None, str(refusal))
        else:
            undo = undo_url(request.person, "behaviours.label_told", pk=rule.pk)
            messages.success(request, _("Saved. It counts when everything is counted next."), extra_tags=undo)
            return redirect("behaviours:labels", request.workspace.slug)
    context = {
        "labels": queries.labels_page(request.workspace),
        "tags": queries.tags_of(request.workspace),
        "form": form,
    }
    return render(request, "behaviours/labels.html", context, status=422 if form.errors else 200)


@for_person("behaviours.definition.edit")
@require_POST
def drop_label(request: PersonRequest, pk: int) -> HttpResponse:
    """It bears the label no longer, with undo."""
    try:
        held = actions.drop_label(person=request.person, now=timezone.now(), pk=pk)
    except CannotUndo:
        messages.info(request, _("It was gone already."))
    else:
        undo = undo_url(request.person, "behaviours.label_dropped", **held)
        messages.success(request, _("It bears the label no longer."), extra_tags=undo)
    return redirect("behaviours:labels", request.workspace.slug)


def _say(request: PersonRequest, taken: Taken) -> None:
    if taken.telling is None:
        messages.info(
            request, _("All of that is known already, or nobody of those named was found; nothing was changed.")
        )
        return
    said = ngettext("Noted of %(count)d member.", "Noted of %(count)d members.", taken.people)
    undo = undo_url(request.person, "members.told", pk=taken.telling.pk)
    messages.success(request, said % {"count": taken.people}, extra_tags=undo)
