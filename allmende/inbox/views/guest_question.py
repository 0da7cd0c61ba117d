"""The page of an expert or a department outside: no account, no frame of the team, one question and a place for the answer."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from allmende.inbox import actions, states
from allmende.inbox.access import find_guest_inquiry
from allmende.inbox.forms.questions import GuestAnswerForm
from allmende.inbox.models import Inquiry
from allmende.inbox.queries import asked_name, passages_of
from allmende.team.access import guest_language, open_to_all


@open_to_all("whoever holds a guest link reads one question, and answers it")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def guest_question(request: HttpRequest, token: str) -> HttpResponseBase:
    """Read the question; answer it, promise to, or say that one cannot."""
    inquiry = find_guest_inquiry(token, timezone.now())
    workspace = inquiry.workspace
    with translation.override(guest_language(request, workspace)), timezone.override(workspace.zone):
        answer = _page(request, inquiry)
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Referrer-Policy"] = "same-origin"
    return answer


def _page(request: HttpRequest, inquiry: Inquiry) -> HttpResponseBase:
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
        "passages": passages_of(inquiry), "can_answer": inquiry.state in states.ANSWERABLE_STATES,
    }  # fmt: skip
    return render(request, "inbox/guest_question.html", context, status=status)
