"""The inbox: list, thread, rule, and what a person does there."""

import hashlib
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from allmende.channels.actions import CannotHandOver, CannotWithdraw
from allmende.inbox.access import find_conversation, find_reply
from allmende.inbox.actions import (
    CannotClose,
    CannotReply,
    SomebodyAnswered,
    add_note,
    assign_conversation,
    choose_situation,
    close_conversation,
    reopen_conversation,
    send_reply,
    take_back_reply,
)
from allmende.inbox.forms import CLOSE_WORDS, AssignForm, CloseForm, NoteForm, ReplyForm, SituationForm
from allmende.inbox.models import Conversation
from allmende.inbox.queries import listing, rules_for, similar_to, thread
from allmende.team.access import PersonRequest, for_person
from allmende.team.queries import people_of


def _address(request: PersonRequest, name: str, key: object) -> str:
    return reverse(f"inbox:{name}", args=[request.workspace.slug, key])


@require_GET
@for_person("inbox.conversation.read")
def index(request: PersonRequest) -> HttpResponse:
    """Who is waiting for us? Where there is room, the most urgent conversation lies open beside the list."""
    context = _list_context(request)
    first = next(iter(context["listing"].rows), None)
    if first is None:
        return render(request, "inbox/index.html", context)
    return _thread_page(request, find_conversation(request.person, first.public_id), context, form=ReplyForm())


@require_GET
@for_person("inbox.conversation.read")
def rows(request: PersonRequest) -> HttpResponse:
    """The list alone, for looking again: unchanged rows cost a 304."""
    page = render(request, "inbox/rows.html", _list_context(request))
    tag = f'"{hashlib.sha256(page.content).hexdigest()[:32]}"'
    page["ETag"] = tag
    return get_conditional_response(request, etag=tag, response=page) or page


def _list_context(request: PersonRequest) -> dict[str, Any]:
    now = timezone.now()
    tab = request.GET.get("tab", "all")
    found = listing(request.workspace, request.person, now, tab, request.GET.get("after", ""))
    request.known |= {"inbox": (found.counts["all"], found.counts["late"]), "plan": found.ground.objectives}
    tail = "" if found.tab == "all" else f"?tab={found.tab}"
    return {"listing": found, "now": now, "open_id": _as_uuid(request.GET.get("open", "")), "tail": tail}


def _as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@require_http_methods(["GET", "POST"])
@for_person("inbox.conversation.read")
def conversation(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """One thread with its rule; a POST is an answer."""
    found = find_conversation(request.person, public_id)
    form = ReplyForm(request.POST or None, initial={"text": request.session.pop(f"reply:{public_id}", "")})
    newer = None
    if request.method == "POST" and form.is_valid():
        try:
            return _send(request, found, form)
        except SomebodyAnswered as error:
            newer = error.answer
            form.add_error("text", str(error))
        except (CannotReply, CannotHandOver) as error:
            form.add_error("text", str(error))
    context = {**_list_context(request), "is_open": True, "newer_id": newer.pk if newer else None}
    return _thread_page(request, found, context, form=form)


def _send(request: PersonRequest, found: Conversation, form: ReplyForm) -> HttpResponse:
    dispatch = send_reply(
        person=request.person,
        conversation=found,
        text=form.cleaned_data["text"],
        seen_until=form.cleaned_data["seen_until"] or 0,
        now=timezone.now(),
        url=_address(request, "conversation", found.public_id),
    )
    seconds = request.workspace.reply_delay_seconds
    said = ngettext("Leaves in %(seconds)d second.", "Leaves in %(seconds)d seconds.", seconds) % {"seconds": seconds}
    messages.success(request, said, extra_tags=_address(request, "take_back", dispatch.public_id))
    return redirect(_address(request, "conversation", found.public_id))


def _thread_page(request: PersonRequest, found: Conversation, context: dict[str, Any], **forms: Form) -> HttpResponse:
    """The list with one thread beside it; a form among `forms` that was refused says so at its field, with status 422."""
    found.workspace = request.workspace
    page = thread(found, context["listing"].ground, context["now"])
    reply = forms.setdefault("form", ReplyForm())
    reply.initial["seen_until"] = page.newest_id
    if reply.is_bound:  # what came in between is on the page now
        reply.data = {**dict(reply.data.items()), "seen_until": str(page.newest_id)}
    shown = {
        "note_form": NoteForm(prefix="note"),
        "close_form": CloseForm(),
        "close_reasons": CLOSE_WORDS.items(),
        **forms,
    }
    context |= {"thread": page, "conversation": found, "open_id": found.public_id, **shown}
    is_refused = any(form.is_bound for form in forms.values())
    return render(request, "inbox/index.html", context, status=422 if is_refused else 200)


def _refused(request: PersonRequest, found: Conversation, **forms: Form) -> HttpResponse:
    return _thread_page(request, found, {**_list_context(request), "is_open": True}, **forms)


@require_GET
@for_person("inbox.conversation.read")
def similar(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Earlier conversations like this one: a fragment beside the thread, a page without scripts."""
    found = find_conversation(request.person, public_id)
    template = "inbox/similar.html" if request.headers.get("HX-Request") else "inbox/similar_page.html"
    return render(request, template, {"conversation": found, "similar": similar_to(found)})


@require_POST
@for_person("inbox.reply.send")
def take_back(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Withdraw an answer before it leaves; its words return to the form."""
    dispatch = find_reply(request.person, public_id)
    conversation_id = dispatch.message.entry.conversation.public_id
    try:
        text = take_back_reply(person=request.person, dispatch=dispatch, now=timezone.now())
        request.session[f"reply:{conversation_id}"] = text
        messages.success(request, _("Taken back. Your text stands in the form again."))
    except CannotWithdraw as error:
        messages.error(request, str(error))
    return redirect(_address(request, "conversation", conversation_id))


@require_POST
@for_person("inbox.conversation.close")
def close(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Close with a reason."""
    found = find_conversation(request.person, public_id)
    form = CloseForm(request.POST)
    if not form.is_valid():
        return _refused(request, found, close_form=form)
    try:
        close_conversation(
            person=request.person, conversation=found, reason=form.cleaned_data["reason"], now=timezone.now()
        )
    except CannotClose as error:
        form.add_error("reason", str(error))
        return _refused(request, found, close_form=form)
    messages.success(request, _("Closed."), extra_tags=_address(request, "reopen", public_id))
    return redirect("inbox:index", request.workspace.slug)


@require_POST
@for_person("inbox.conversation.close")
def reopen(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Undo a closing."""
    reopen_conversation(
        person=request.person, conversation=find_conversation(request.person, public_id), now=timezone.now()
    )
    messages.success(request, _("Open again."))
    return redirect(_address(request, "conversation", public_id))


@require_POST
@for_person("inbox.conversation.sort")
def assign(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Give it to somebody, take it over, or lay it down."""
    found = find_conversation(request.person, public_id)
    form = AssignForm(request.POST, people=people_of(request.workspace))
    if not form.is_valid():
        return _refused(request, found, assign_form=form)
    assignee = form.cleaned_data["assignee"]
    assign_conversation(
        person=request.person,
        conversation=found,
        assignee=assignee,
        now=timezone.now(),
        url=_address(request, "conversation", public_id),
    )
    messages.success(
        request, _("%(name)s takes care of it.") % {"name": assignee.name} if assignee else _("Free for anybody.")
    )
    return redirect(_address(request, "conversation", public_id))


@require_POST
@for_person("inbox.conversation.sort")
def situation(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Choose another situation; the due time follows."""
    found = find_conversation(request.person, public_id)
    form = SituationForm(request.POST, rules=rules_for(found.channel_id))
    if not form.is_valid():
        return _refused(request, found, situation_form=form)
    rule = form.cleaned_data["rule"]
    choose_situation(person=request.person, conversation=found, rule=rule, now=timezone.now())
    messages.success(request, _("Now it counts as: %(situation)s.") % {"situation": rule.name})
    return redirect(_address(request, "conversation", public_id))


@require_POST
@for_person("inbox.conversation.sort")
def note(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Write an internal note."""
    found = find_conversation(request.person, public_id)
    form = NoteForm(request.POST, prefix="note")
    if not form.is_valid():
        return _refused(request, found, note_form=form)
    add_note(person=request.person, conversation=found, text=form.cleaned_data["text"], now=timezone.now())
    messages.success(request, _("Noted. Only the team reads it."))
    return redirect(_address(request, "conversation", public_id))
