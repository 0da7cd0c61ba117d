"""Own pages as the team looks after them: comments that wait, posts to correct or take back."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.channels.actions import CannotCorrect, correct_said, put_said_back, take_said_back
from allmende.channels.models import Message
from allmende.hub import actions, queries, states
from allmende.hub.access import find_comment, find_own_page, find_said
from allmende.hub.forms import CorrectForm
from allmende.team.access import PersonRequest, SeeOther, for_person
from allmende.team.queries import undo_url


@for_person("inbox.conversation.read")
@require_safe
def index(request: PersonRequest) -> HttpResponseBase:
    """Which comments wait to be shown, and which pages are ours?"""
    context = {
        "pages": queries.pages_of(request.workspace),
        "comments": queries.waiting_comments(request.workspace),
        "now": timezone.now(),
    }
    return render(request, "hub/index.html", context)


@for_person("inbox.conversation.read")
@require_safe
def board(request: PersonRequest, channel: str) -> HttpResponseBase:
    """One page: its posts and all its comments."""
    found = queries.board_of(find_own_page(request.person, channel))
    return render(request, "hub/board.html", {"board": found, "channel": found.page.channel, "now": timezone.now()})


@for_person("inbox.conversation.sort")
@require_POST
def decide(request: PersonRequest, comment_id: int) -> HttpResponseBase:
    """Show or hide a comment."""
    comment, state = find_comment(request.person, comment_id), request.POST.get("state", "")
    if state not in (states.SHOWN, states.HIDDEN):
        return HttpResponse(status=422)
    before = comment.state
    actions.decide_comment(person=request.person, comment=comment, state=state, now=timezone.now())
    said = _("The comment is shown.") if state == states.SHOWN else _("The comment is hidden.")
    undo = undo_url(request.person, "hub.comment", pk=comment.pk, state=before, decided=state)
    messages.success(request, said, extra_tags=undo)
    if request.POST.get("from") == "board":
        return _to_board(request, comment.message)
    return SeeOther(reverse("hub:index", args=[request.workspace.slug]))


@for_person("editorial.item.approve")
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: PersonRequest, said_id: int) -> HttpResponseBase:
    """Other words for something that stands on the page."""
    found = find_said(request.person, said_id)
    seen = found.edited_at.isoformat() if found.edited_at else ""
    before = {"title": found.title, "text": found.text}
    form = CorrectForm(request.POST or None, initial={**before, "seen": seen})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            saved = correct_said(
                person=request.person, message=found, title=given["title"], text=given["text"],
                seen=given["seen"], now=timezone.now(),
            )  # fmt: skip
        except CannotCorrect as error:
            form.add_error(None, str(error))
        else:
            _say_corrected(request, before, saved)
            return _to_board(request, saved)
    context = {"form": form, "post": found, "channel": found.channel}
    return render(request, "hub/correct.html", context, status=422 if form.errors else 200)


def _say_corrected(request: PersonRequest, before: Mapping[str, str], saved: Message) -> None:
    if before == {"title": saved.title, "text": saved.text}:
        messages.info(request, _("Nothing changed. The words are the same as before."))
        return
    now_seen = saved.edited_at.isoformat() if saved.edited_at else ""
    undo = undo_url(request.person, "hub.post", pk=saved.pk, seen=now_seen, **before)
    messages.success(request, _("Corrected. The page and its feeds show it at once."), extra_tags=undo)


@for_person("editorial.item.approve")
@require_POST
def take_back(request: PersonRequest, said_id: int) -> HttpResponseBase:
    """Remove a post from the page."""
    found = find_said(request.person, said_id)
    try:
        take_said_back(person=request.person, message=found, now=timezone.now())
    except CannotCorrect as error:
        messages.error(request, str(error))
    else:
        undo = undo_url(request.person, "hub.taken_back", pk=found.pk)
        messages.success(request, _("Taken back. Nobody sees it on the page any more."), extra_tags=undo)
    return _to_board(request, found)


@for_person("editorial.item.approve")
@require_POST
def put_back(request: PersonRequest, said_id: int) -> HttpResponseBase:
    """Show a post again that was taken back."""
    found = find_said(request.person, said_id)
    try:
        put_said_back(person=request.person, message=found, now=timezone.now())
    except CannotCorrect as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("It stands on the page again."))
    return _to_board(request, found)


def _to_board(request: PersonRequest, message: Message) -> HttpResponseBase:
    return SeeOther(reverse("hub:board", args=[request.workspace.slug, message.channel.slug]))
