"""The page of an expert or a department outside: no account, no frame of the team, one question and a place for the answer."""

from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from allmende.channels.access import open_file
from allmende.inbox import actions, states
from allmende.inbox.access import find_guest_inquiry, find_guest_shown
from allmende.inbox.forms.questions import GuestAnswerForm
from allmende.inbox.models import Inquiry
from allmende.inbox.queries import asked_name, passages_of
from allmende.team.access import guest_language, open_to_all
from allmende.team.catalogue import speaking


@open_to_all("whoever holds a guest link reads one question, and answers it")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def guest_question(request: HttpRequest, token: str) -> HttpResponseBase:
    """Read the question; answer it, promise to, or say that one cannot."""
    inquiry = find_guest_inquiry(token, timezone.now())
    workspace = inquiry.workspace
    with speaking(guest_language(request, workspace), workspace.gender_form), timezone.override(workspace.zone):
        answer = _page(request, inquiry, token)
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Referrer-Policy"] = "same-origin"
    return answer


@open_to_all("whoever holds a guest link sees the pictures of what was sent along")
@require_safe
def guest_question_picture(request: HttpRequest, token: str, media_id: UUID) -> HttpResponseBase:
    """A picture of a message that was sent along, as the team's screens show it."""
    media = find_guest_shown(token, media_id, timezone.now())
    response = FileResponse(open_file(media.preview), content_type="image/webp")
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _page(request: HttpRequest, inquiry: Inquiry, token: str) -> HttpResponseBase:
    name = inquiry.expert.name if inquiry.expert else inquiry.guest_name
    form = GuestAnswerForm(request.POST or None, initial={"name": name})
    status, refusal, done = 200, "", ""
    if request.method == "POST" and form.is_valid():
        try:
            done = form.say(inquiry, timezone.now())
        except actions.CannotAnswer as refused:
            refusal, status = str(refused), 409
    elif request.method == "POST":
        status = 422
    inquiry.refresh_from_db()
    context = {
        "inquiry": inquiry, "form": form, "refusal": refusal, "done": done, "name": asked_name(inquiry),
        "token": token, "passages": passages_of(inquiry), "can_answer": inquiry.state in states.ANSWERABLE_STATES,
    }  # fmt: skip
    return render(request, "inbox/guest_question.html", context, status=status)
