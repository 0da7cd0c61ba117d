"""What a person does with a conversation. Every change can be taken back for a while."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from allmende.channels.actions import CannotWithdraw
from allmende.inbox.access import find_conversation, find_reply, find_several, find_standing
from allmende.inbox.actions import (
    Assigned,
    CannotAssign,
    CannotClose,
    CannotNote,
    CannotSnooze,
    CannotTag,
    OnlyReads,
    TakenMeanwhile,
    add_note,
    assign_conversation,
    assign_several,
    choice_of,
    choose_situation,
    close_conversation,
    close_several,
    reopen_conversation,
    snooze_conversation,
    tag_conversations,
    take_back_reply,
    wake_conversation,
)
from allmende.inbox.forms import AssignForm, CloseForm, NoteForm, SeveralForm, SituationForm, SnoozeForm
from allmende.inbox.models import Conversation
from allmende.inbox.queries import moments_for, read_filter, rules_for
from allmende.inbox.templatetags.inbox_words import moment_words
from allmende.inbox.views.page import address, refused
from allmende.team.access import PersonRequest, for_person
from allmende.team.models import Person
from allmende.team.queries import acting_people, people_of, undo_url


def _said(request: PersonRequest, text: str, kind: str, **values: object) -> None:
    messages.success(request, text, extra_tags=undo_url(request.person, f"inbox.{kind}", **values))


def _to_list(request: PersonRequest) -> HttpResponse:
    return redirect(reverse("inbox:index", args=[request.workspace.slug]) + read_filter(request.GET).tail)


def _to_thread(request: PersonRequest, public_id: UUID) -> HttpResponse:
    return redirect(address(request, "conversation", public_id) + read_filter(request.GET).tail)


@for_person("inbox.reply.send")
@require_POST
def take_back(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Withdraw an answer before it leaves; its words return to the form."""
    dispatch = find_reply(request.person, public_id)
    conversation_id = dispatch.message.entry.conversation.public_id
    try:
        text = take_back_reply(person=request.person, dispatch=dispatch, now=timezone.now())
        if text is not None:
            request.session[f"reply:{conversation_id}"] = text
            messages.success(request, _("Taken back. Your text stands in the form again."))
        else:
            messages.success(request, _("Taken back. The answer waits for a second reader again."))
    except CannotWithdraw as error:
        messages.error(request, str(error))
    return _to_thread(request, conversation_id)


@for_person("inbox.conversation.close")
@require_POST
def close(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Close with a reason."""
    found = find_conversation(request.person, public_id)
    form = CloseForm(request.POST)
    if not form.is_valid():
        return refused(request, found, close_form=form)
    reason = form.cleaned_data["reason"]
    try:
        closing = close_conversation(person=request.person, conversation=found, reason=reason, now=timezone.now())
    except CannotClose as error:
        form.add_error("reason", str(error))
        return refused(request, found, close_form=form)
    _said(request, _("Closed."), "closed", closings=[closing.pk])
    return _to_list(request)


@for_person("inbox.conversation.close")
@require_POST
def reopen(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Open again what was closed."""
    found = find_conversation(request.person, public_id)
    closings = reopen_conversation(person=request.person, conversation=found, now=timezone.now())
    _said(request, _("Open again."), "reopened", closings=closings)
    return _to_thread(request, public_id)


@for_person("inbox.conversation.sort")
@require_POST
def snooze(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Lay it aside until a moment."""
    found, now = find_standing(request.person, public_id), timezone.now()
    form = SnoozeForm(request.POST, moments=dict(moments_for(found, now)))
    if not form.is_valid():
        return refused(request, found, snooze_form=form)
    until = form.cleaned_data["moment"]
    try:
        snooze_conversation(person=request.person, conversation=found, until=until, now=now)
    except CannotSnooze as error:
        form.add_error("until", str(error))
        return refused(request, found, snooze_form=form)
    _said(request, moment_words(until, found.due_at, now), "snoozed", conversation=found.pk)
    return _to_list(request)


@for_person("inbox.conversation.sort")
@require_POST
def wake(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Take it up before its time."""
    found = find_conversation(request.person, public_id)
    until = found.snoozed_until.isoformat() if found.snoozed_until else ""
    wake_conversation(person=request.person, conversation=found, now=timezone.now())
    _said(request, _("Back in the list."), "woken", conversation=found.pk, until=until)
    return _to_thread(request, public_id)


@for_person("inbox.conversation.sort")
@require_POST
def assign(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Give it to somebody, take it over, or lay it down."""
    found = find_standing(request.person, public_id)
    form = AssignForm(request.POST, people=people_of(request.workspace))
    if not form.is_valid():
        return refused(request, found, assign_form=form)
    assignee, url = form.cleaned_data["assignee"], address(request, "conversation", found.public_id)
    before, after = str(found.assignee_id or ""), str(assignee.pk) if assignee else ""
    given = {"assignee": assignee, "url": url, "reason": form.cleaned_data["why"], "seen": request.POST.get("seen")}
    try:
        assign_conversation(person=request.person, conversation=found, now=timezone.now(), **given)
    except TakenMeanwhile as error:
        messages.error(request, str(error))
        return _to_thread(request, public_id)
    except CannotAssign as error:
        form.is_over, form.chosen = not isinstance(error, OnlyReads), assignee.pk if assignee else None
        form.add_error("assignee", str(error))
        return refused(request, found, assign_form=form)
    said = _("%(name)s takes care of it.") % {"name": assignee.name} if assignee else _("Free for anybody.")
    _said(request, said, "assigned", conversation=found.pk, before=before, after=after)
    return _to_thread(request, public_id)


@for_person("inbox.conversation.sort")
@require_POST
def situation(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Choose another situation; the due time follows."""
    found = find_standing(request.person, public_id)
    form = SituationForm(request.POST, rules=rules_for(found.channel_id))
    if not form.is_valid():
        return refused(request, found, situation_form=form)
    rule, before = form.cleaned_data["rule"], choice_of(found)
    choose_situation(person=request.person, conversation=found, rule=rule, now=timezone.now())
    said = _("Now it counts as: %(situation)s.") % {"situation": rule.name}
    _said(request, said, "sorted", conversation=found.pk, before=before, after=rule.pk)
    return _to_thread(request, public_id)


@for_person("inbox.conversation.sort")
@require_POST
def note(request: PersonRequest, public_id: UUID) -> HttpResponse:
    """Write an internal note."""
    found = find_conversation(request.person, public_id)
    form = NoteForm(request.POST, prefix="note")
    if not form.is_valid():
        return refused(request, found, note_form=form)
    try:
        written = add_note(
            person=request.person, conversation=found, text=form.cleaned_data["text"], now=timezone.now()
        )
    except CannotNote as error:
        form.add_error("text", str(error))
        return refused(request, found, note_form=form)
    _said(request, _("Noted. Only the team reads it."), "noted", note=written.pk)
    return _to_thread(request, public_id)


@for_person("inbox.conversation.sort")
@require_POST
def several(request: PersonRequest) -> HttpResponse:
    """Close or assign all that are ticked."""
    form = SeveralForm(request.POST, people=acting_people(request.workspace))
    if not form.is_valid():
        for error in [one for errors in form.errors.values() for one in errors]:
            messages.error(request, str(error))
        return _to_list(request)
    found, now = find_several(request.person, form.cleaned_data["picked"]), timezone.now()
    if form.cleaned_data["what"] == "close":
        reason = form.cleaned_data["reason"]
        closings = close_several(person=request.person, conversations=found, reason=reason, now=now)
        said = ngettext("%(number)d closed.", "%(number)d closed.", len(closings)) % {"number": len(closings)}
        _said(request, said, "closed", closings=closings)
        return _to_list(request)
    if form.cleaned_data["what"] == "tag":
        return _tag(request, found, form.cleaned_data["tag"])
    assignee = form.cleaned_data["assignee"]
    urls, seen = {one.pk: address(request, "conversation", one.public_id) for one in found}, form.seen()
    try:
        given = assign_several(
            person=request.person,
            conversations=found,
            assignee=assignee,
            now=now,
            urls=urls,
            reason=form.cleaned_data["why"],
            seen={one.pk: seen[one.public_id] for one in found if one.public_id in seen},
        )
    except CannotAssign as error:
        context = {"form": form, "refused": str(error), "found": found, "tail": read_filter(request.GET).tail}
        return render(request, "inbox/several_over.html", context, status=422)
    _say_assigned(request, given, assignee)
    return _to_list(request)


def _say_assigned(request: PersonRequest, given: Assigned, assignee: Person | None) -> None:
    if given.kept:
        kept = ngettext(
            "%(number)d was left where it is: a colleague took it over meanwhile.",
            "%(number)d were left where they are: colleagues took them over meanwhile.",
            given.kept,
        )
        messages.error(request, kept % {"number": given.kept})
        if not given.before:
            return
    name, number = assignee.name if assignee else _("nobody yet"), len(given.before)
    said = ngettext("%(number)d now with: %(name)s.", "%(number)d now with: %(name)s.", number)
    after = str(assignee.pk) if assignee else ""
    _said(request, said % {"number": number, "name": name}, "several_assigned", before=given.before, after=after)


def _tag(request: PersonRequest, found: list[Conversation], name: str) -> HttpResponse:
    try:
        tag, ids = tag_conversations(person=request.person, conversations=found, name=name, now=timezone.now())
    except CannotTag as error:
        messages.error(request, str(error))
        return _to_list(request)
    said = ngettext("%(number)d tagged: %(tag)s.", "%(number)d tagged: %(tag)s.", len(ids))
    _said(request, said % {"number": len(ids), "tag": tag}, "tagged", conversations=ids, name=tag)
    return _to_list(request)
