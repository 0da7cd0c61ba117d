"""Questions to departments and experts: asked out of a conversation, answered here or over a link, told to the member."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from allmende.inbox import actions, queries, states
from allmende.inbox.access import find_conversation, find_inquiry
from allmende.inbox.forms.questions import AnswerForm, InquireForm
from allmende.inbox.models import Inquiry
from allmende.inbox.views.page import address
from allmende.team.access import PersonRequest, for_person, may, require
from allmende.team.queries import kept, undo_of

SORT = "inbox.conversation.sort"
STEPS = ("state", "answer", "answered_at", "answered_name", "minutes", "taken_up_at", "told_at", "reason", "knowledge")


@require_http_methods(["GET", "HEAD", "POST"])
@for_person(SORT)
def inquire(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Whom to ask, what, and until when."""
    found, now = find_conversation(request.person, public_id), timezone.now()
    found.workspace = request.workspace
    actions.look_into_private(person=request.person, conversation=found, now=now)
    page = queries.inquire_page(found, now)
    form = InquireForm(request.POST or None, page=page)
    if request.method == "POST" and form.is_valid():
        try:
            made = form.ask(person=request.person, conversation=found, now=now)
        except actions.CannotInquire as refused:
            form.add_error(refused.field, str(refused))
        else:
            undo = undo_of(request.person, "inbox.inquiry", made, {"archived_at": now.isoformat()})
            messages.success(request, _("Asked: %(name)s.") % {"name": queries.asked_name(made)}, extra_tags=undo)
            return redirect(address(request, "conversation", public_id))
    context = {"form": form, "conversation": found, "page": page, "now": now}
    return render(request, "inbox/inquire.html", context, status=422 if form.errors else 200)


@require_GET
@for_person("inbox.conversation.read")
def asked_here(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """What was asked out of a conversation: a fragment beside the thread, a page without scripts."""
    found = find_conversation(request.person, public_id)
    found.workspace = request.workspace
    template = "inbox/asked_here.html" if request.headers.get("HX-Request") else "inbox/asked_here_page.html"
    context = {"conversation": found, "inquiries": queries.inquiries_of(found), "now": timezone.now()}
    return render(request, template, context)


@require_safe
@for_person("team.workspace.read")
def questions(request: PersonRequest) -> HttpResponse:
    """What waits for me, and what waits for others outside the team?"""
    kind = request.GET.get("kind", "")
    kind = kind if kind in states.INQUIRY_KINDS else ""
    reads = may(request.person, "inbox.conversation.read")
    waiting = queries.waiting_inquiries(request.workspace, kind) if reads else []
    context = {"mine": queries.asked_of(request.person), "waiting": waiting, "kind": kind, "now": timezone.now()}
    return render(request, "inbox/questions.html", {**context, "today": timezone.localdate()})


@require_http_methods(["GET", "HEAD", "POST"])
@for_person("team.workspace.read")
def question(request: PersonRequest, inquiry_id: UUID) -> HttpResponse:
    """One question with what came of it; a POST is the answer."""
    found = find_inquiry(request.person, inquiry_id)
    is_asked = queries.is_asked(found, request.person)
    if not is_asked and found.created_by_id != request.person.pk:
        actions.look_into_private(person=request.person, conversation=found.conversation, now=timezone.now())
    form = AnswerForm(request.POST or None, needs_name=not is_asked)
    if request.method == "POST":
        if not is_asked:
            require(request.person, SORT)
        if form.is_valid():
            return _answered(request, found, form)
    context = {
        "inquiry": found, "form": form, "is_asked": is_asked, "now": timezone.now(), "today": timezone.localdate(),
        "can_answer": found.state in states.ANSWERABLE_STATES
        and not request.person.only_reads
        and (is_asked or may(request.person, SORT)),
        "passed_on": queries.passed_on(found), "passages": queries.passages_of(found),
        "is_link_over": queries.is_link_over(found, timezone.now()),
    }  # fmt: skip
    return render(request, "inbox/question.html", context, status=422 if form.errors else 200)


def _answered(request: PersonRequest, found: Inquiry, form: AnswerForm) -> HttpResponse:
    before = kept(found, *STEPS)
    try:
        saved = actions.answer_inquiry(inquiry=found, person=request.person, now=timezone.now(), **form.cleaned_data)
        undo = undo_of(request.person, "inbox.inquiry", saved, before) if may(request.person, SORT) else ""
        messages.success(request, _("Thank you. Whoever asked was told."), extra_tags=undo)
    except actions.CannotAnswer as refused:
        messages.error(request, str(refused))
    return _to(request, found)


@for_person("team.workspace.read")
@require_POST
def accept_question(request: PersonRequest, inquiry_id: UUID) -> HttpResponse:
    """Whoever was asked will answer."""
    found = find_inquiry(request.person, inquiry_id)
    try:
        actions.accept_inquiry(inquiry=found, person=request.person, now=timezone.now())
        messages.success(request, _("Thank you. The team knows that you will answer."))
    except actions.CannotAnswer as refused:
        messages.error(request, str(refused))
    return _to(request, found)


@for_person("team.workspace.read")
@require_POST
def decline_question(request: PersonRequest, inquiry_id: UUID) -> HttpResponse:
    """Whoever was asked cannot answer."""
    found = find_inquiry(request.person, inquiry_id)
    try:
        passed = actions.decline_inquiry(
            inquiry=found, person=request.person, reason=request.POST.get("reason", ""), now=timezone.now()
        )
        said = (
            _("Said. %(name)s is asked now.") % {"name": queries.asked_name(passed)}
            if passed
            else _("Said. The team asks somebody else.")
        )
        messages.success(request, said)
    except actions.CannotAnswer as refused:
        messages.error(request, str(refused))
    return _to(request, found)


@for_person("inbox.reply.send")
@require_POST
def take_up_answer(request: PersonRequest, inquiry_id: UUID) -> HttpResponse:
    """Begin a reply with the answer."""
    found = find_inquiry(request.person, inquiry_id)
    try:
        text = actions.take_up(person=request.person, inquiry=found, now=timezone.now())
    except actions.CannotTell as refused:
        messages.error(request, str(refused))
        return _to(request, found)
    request.session[f"reply:{found.conversation.public_id}"] = text
    messages.success(request, _("The answer stands in the form. Word it for the member, then send it."))
    return redirect(address(request, "conversation", found.conversation.public_id) + "#reply")


@for_person(SORT)
@require_POST
def member_told(request: PersonRequest, inquiry_id: UUID) -> HttpResponse:
    """The member knows."""
    return _step(request, inquiry_id, actions.note_member_told, _("Noted: the member knows what came of it."))


@for_person(SORT)
@require_POST
def drop_question(request: PersonRequest, inquiry_id: UUID) -> HttpResponse:
    """The member is not told, and why."""
    reason = request.POST.get("reason", "")
    return _step(request, inquiry_id, actions.drop_inquiry, _("Stored. The conversation can be closed."), reason=reason)


@for_person(SORT)
@require_POST
def keep_answer(request: PersonRequest, inquiry_id: UUID) -> HttpResponse:
    """Keep an answer as knowledge, or not."""
    is_kept = request.POST.get("keep") == "yes"
    said = _("Kept. It is found under known answers.") if is_kept else _("Not kept.")
    return _step(request, inquiry_id, actions.keep_knowledge, said, is_kept=is_kept)


@never_cache
@for_person("team.guest.invite")
@require_POST
def question_link(request: PersonRequest, inquiry_id: UUID) -> HttpResponse:
    """A link for whoever answers without an account, shown once."""
    found, now = find_inquiry(request.person, inquiry_id), timezone.now()
    back = address(request, "question", found.pk)
    try:
        token = actions.open_question(person=request.person, inquiry=found, now=now)
    except actions.CannotInquire as refused:
        messages.error(request, str(refused))
        return redirect(back)
    link = request.build_absolute_uri(reverse("guest_question", args=[token]))
    context = {"link": link, "name": queries.asked_name(found), "until": found.open_until_date, "back": back}
    return render(request, "inbox/question_link.html", context)


@require_safe
@for_person("inbox.conversation.read")
def known_answers(request: PersonRequest) -> HttpResponse:
    """What experts answered before, and what is proposed to be kept."""
    words = request.GET.get("q", "")[:80]
    context = {
        "proposed": queries.known_answers(request.person, states.PROPOSED),
        "kept": queries.known_answers(request.person, states.KEPT, words), "words": words, "now": timezone.now(),
    }  # fmt: skip
    return render(request, "inbox/known_answers.html", context)


@require_safe
@for_person("inbox.conversation.read")
def procedure(request: PersonRequest) -> HttpResponse:
    """What happens with product questions and product feedback (S2-21)."""
    return render(request, "inbox/procedure.html", {"procedure": queries.procedure(request.workspace)})


@require_safe
@for_person("team.workspace.read")
def experts(request: PersonRequest) -> HttpResponse:
    """Who answers what, and how much they carry (S3-13)."""
    topic = request.GET.get("topic", "")[:80]
    found = queries.loads(request.workspace, timezone.now())
    topics = sorted({one for load in found for one in load.expert.topics}, key=str.casefold)
    shown = [load for load in found if not topic or topic in load.expert.topics]
    return render(request, "inbox/experts.html", {"loads": shown, "topics": topics, "topic": topic})


def _step(request: PersonRequest, inquiry_id: UUID, act: object, said: str, **values: object) -> HttpResponse:
    found = find_inquiry(request.person, inquiry_id)
    before = kept(found, *STEPS)
    try:
        saved = act(person=request.person, inquiry=found, now=timezone.now(), **values)  # type: ignore[operator]
        messages.success(request, said, extra_tags=undo_of(request.person, "inbox.inquiry", saved, before))
    except actions.CannotTell as refused:
        messages.error(request, str(refused))
    return _to(request, found)


def _to(request: PersonRequest, found: Inquiry) -> HttpResponse:
    if request.POST.get("to") == "knowledge":
        return redirect("inbox:known_answers", slug=request.workspace.slug)
    return redirect(address(request, "question", found.pk))
