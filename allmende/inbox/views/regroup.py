"""Make one conversation of two, or two of one."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from allmende.inbox.access import find_conversation, find_turn
from allmende.inbox.actions import CannotRegroup, merge_conversations, split_conversation
from allmende.inbox.queries import merge_candidates
from allmende.inbox.views.page import address, as_uuid
from allmende.team.access import PersonRequest, for_person
from allmende.team.queries import undo_url

RIGHT = "inbox.conversation.sort"


@require_http_methods(["GET", "HEAD", "POST"])
@for_person(RIGHT)
def merge(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """With which other one does it belong together?"""
    found, words = find_conversation(request.person, public_id), request.GET.get("q", "").strip()[:200]
    refusal, key = "", as_uuid(request.POST.get("into", ""))
    if request.method == "POST" and key:
        into = find_conversation(request.person, key)
        try:
            row = merge_conversations(person=request.person, source=found, target=into, now=timezone.now())
        except CannotRegroup as error:
            refusal = str(error)
        else:
            undo = undo_url(request.person, "inbox.regrouped", regrouping=row.pk)
            messages.success(request, _("Merged. What comes in either thread stands here."), extra_tags=undo)
            return redirect(address(request, "conversation", into.public_id))
    elif request.method == "POST":
        refusal = _("Not merged. Choose another conversation of this channel.")
    found.workspace = request.workspace
    context = {
        "conversation": found,
        "candidates": merge_candidates(found, request.person, words),
        "words": words,
        "refusal": refusal,
    }
    return render(request, "inbox/merge.html", context, status=422 if refusal else 200)


@for_person(RIGHT)
@require_POST
def split(request: PersonRequest, turn_id: int) -> HttpResponse:
    """Let this message and all after it be a conversation of their own."""
    turn = find_turn(request.person, turn_id)
    try:
        row = split_conversation(person=request.person, turn=turn, now=timezone.now())
    except CannotRegroup as error:
        messages.error(request, str(error))
        return redirect(address(request, "conversation", turn.entry.conversation.public_id))
    undo = undo_url(request.person, "inbox.regrouped", regrouping=row.pk)
    messages.success(request, _("Split. Answers to what stands here follow."), extra_tags=undo)
    return redirect(address(request, "conversation", row.target.public_id))
