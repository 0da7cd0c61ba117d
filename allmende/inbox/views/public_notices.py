"""What the public reports to us: the list, and one notice with its words, its answer and the objection (DSA Art. 16, 20)."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.inbox import actions, queries
from allmende.inbox.access import find_notice
from allmende.inbox.forms.notices import AnswerNoticeForm, AnswerObjectionForm
from allmende.inbox.models import PublicNotice
from allmende.team.access import PersonRequest, for_person

DECIDE = "inbox.moderation.decide"


@require_safe
@for_person(DECIDE)
def notices(request: PersonRequest) -> HttpResponse:
    """What waits for an answer, and what was answered last."""
    context = {"page": queries.notices_of(request.workspace), "now": timezone.now()}
    return render(request, "inbox/notices.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_person(DECIDE)
def notice(request: PersonRequest, notice_id: UUID) -> HttpResponse:
    """One notice, and the answer to it."""
    found = find_notice(request.person, notice_id)
    words = queries.words_at(found)
    form = AnswerNoticeForm(queries.decisions_for(found, words), request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer_notice(person=request.person, notice=found, now=timezone.now(), **form.values())
        except actions.CannotAnswerNotice as refused:
            form.add_error(refused.field, str(refused))
        else:
            messages.success(request, _("Answered. Whoever reported it can read the reasons now."))
            return redirect("inbox:notice", request.workspace.slug, found.pk)
    return _page(request, found, words=words, form=form, objection_form=AnswerObjectionForm())


@for_person(DECIDE)
@require_POST
def answer_objection(request: PersonRequest, notice_id: UUID) -> HttpResponse:
    """The objection was looked at."""
    found, form = find_notice(request.person, notice_id), AnswerObjectionForm(request.POST)
    if form.is_valid():
        try:
            actions.answer_objection(
                person=request.person, notice=found, now=timezone.now(), **form.cleaned_data
            )  # fmt: skip
        except actions.CannotAnswerNotice as refused:
            form.add_error(refused.field, str(refused))
        else:
            messages.success(request, _("Answered. Whoever objects can read the reasons now."))
            return redirect("inbox:notice", request.workspace.slug, found.pk)
    return _page(request, found, words=queries.words_at(found), objection_form=form)


def _page(request: PersonRequest, found: PublicNotice, **shown: object) -> HttpResponse:
    context = {"notice": found, "now": timezone.now(), **shown}
    return render(request, "inbox/notice.html", context, status=422 if request.method == "POST" else 200)
