"""What a machine supposes: take it, dismiss it, see how often it is right, turn it off."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from allmende.inbox import actions, queries
from allmende.inbox.access import find_conversation
from allmende.inbox.models import Suggestion
from allmende.inbox.views.page import address
from allmende.team.access import PersonRequest, for_person, require
from allmende.team.actions import StaleRevision
from allmende.team.queries import kept, undo_of, undo_url

SORT = "inbox.conversation.sort"


@for_person(SORT)
@require_POST
def take_suggestion(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Let the supposed situation apply."""
    found = find_conversation(request.person, public_id)
    found.workspace = request.workspace
    before = actions.choice_of(found)
    try:
        taken = actions.take_suggestion(person=request.person, conversation=found, now=timezone.now())
    except actions.CannotTake as refused:
        messages.error(request, str(refused))
        return _to_thread(request, public_id)
    if isinstance(taken, Suggestion):
        undo = undo_url(request.person, "inbox.suggestion", message=taken.pk)
        messages.success(request, _("Noted: it fits."), extra_tags=undo)
    else:
        undo = undo_url(request.person, "inbox.sorted", conversation=found.pk, before=before, after=taken.pk)
        said = _("Now it counts as: %(situation)s.") % {"situation": taken.name}
        messages.success(request, said, extra_tags=undo)
    return _to_thread(request, public_id)


@for_person(SORT)
@require_POST
def dismiss_suggestion(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """It does not fit."""
    found = find_conversation(request.person, public_id)
    found.workspace = request.workspace
    try:
        one = actions.dismiss_suggestion(person=request.person, conversation=found, now=timezone.now())
        undo = undo_url(request.person, "inbox.suggestion", message=one.pk)
        messages.success(request, _("Dismissed. Nothing else changed."), extra_tags=undo)
    except actions.CannotTake as refused:
        messages.error(request, str(refused))
    return _to_thread(request, public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@for_person("inbox.conversation.read")
def suggestions(request: PersonRequest) -> HttpResponse:
    """How far can suggestions be believed, and are they made here?"""
    rules = queries.triage_rules_of(request.workspace)
    if request.method == "POST":
        require(request.person, "team.workspace.edit")
        before, seen = kept(rules, "is_on"), request.POST.get("revision", "")
        try:
            saved = actions.save_triage(
                person=request.person, is_on=request.POST.get("is_on") == "yes", now=timezone.now(),
                seen_revision=int(seen) if seen.isdecimal() else None,
            )  # fmt: skip
        except StaleRevision as error:
            messages.error(request, str(error))
        else:
            said = _("Suggestions are made.") if saved.is_on else _("No suggestions are made any more.")
            messages.success(request, said, extra_tags=undo_of(request.person, "inbox.triage", saved, before))
        return redirect("inbox:suggestions", slug=request.workspace.slug)
    context = {"rules": rules, "quality": queries.quality_of(request.workspace, timezone.now())}
    return render(request, "inbox/suggestions.html", context)


def _to_thread(request: PersonRequest, public_id: UUID) -> HttpResponse:
    return redirect(address(request, "conversation", public_id) + queries.read_filter(request.GET).tail)
