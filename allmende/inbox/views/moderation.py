"""Moderation: decide about somebody's words, and all that follows from it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.channels.actions import CannotModerate
from allmende.inbox import actions, queries
from allmende.inbox.access import find_decision, find_notice_named, find_turn
from allmende.inbox.actions.moderate import can_carry_out, can_take_back
from allmende.inbox.forms import ModerateForm
from allmende.inbox.models import ModerationDecision
from allmende.inbox.states import SUSPEND
from allmende.inbox.views.page import address
from allmende.team.access import PersonRequest, for_person
from allmende.team.queries import kept, undo_of

DECIDE = "inbox.moderation.decide"


@require_http_methods(["GET", "HEAD", "POST"])
@for_person(DECIDE)
def moderate(request: PersonRequest, turn_id: int) -> HttpResponse:
    """What is to be done and why; the statement of reasons is proposed first and decided second."""
    found = find_turn(request.person, turn_id)
    actions.look_into_private(person=request.person, conversation=found.entry.conversation, now=timezone.now())
    reported = find_notice_named(request.person, request.GET.get("notice", ""))
    form = ModerateForm(request.POST or None, queries.netiquette_rules(found.channel), is_notice=reported is not None)
    if request.method == "POST" and form.is_valid():
        ground, until = form.ground(), form.cleaned_data["until_date"]
        source = form.source
        basis = "|".join(
            (ground["measure"], form.cleaned_data["rule"], ground["law"].strip(), str(until or ""), source)
        )
        is_other = form.cleaned_data["proposed_for"] not in ("", basis)
        is_unsaid = is_other or not form.cleaned_data["statement"].strip()
        is_endless = ground["measure"] == SUSPEND and until is None
        if is_unsaid and (ground["rule"] or ground["law"].strip()) and not is_endless:
            words = queries.proposed_statement(found, until=until, source=source, **ground)
            form.data = {**request.POST.dict(), "statement": words, "proposed_for": basis}
        else:
            try:
                made = actions.decide_moderation(
                    person=request.person, message=found, statement=form.cleaned_data["statement"], until_date=until,
                    source=source, now=timezone.now(), **ground,
                )  # fmt: skip
                messages.success(request, _("Decided. Now it can be carried out."))
                if reported:
                    return redirect("inbox:notice", request.workspace.slug, reported.pk)
                return redirect("inbox:decision", request.workspace.slug, made.pk)
            except actions.CannotDecide as refused:
                form.add_error(None, str(refused))
    context = {
        "form": form, "turn": found, "conversation": found.entry.conversation, "now": timezone.now(),
        "earlier": queries.decisions_on(found), "here": queries.measures_here(found.channel),
        "is_proposed": bool(form.data.get("statement")), "told_in": queries.statement_language(found),
    }  # fmt: skip
    return render(request, "inbox/moderate.html", context, status=422 if form.errors else 200)


@require_safe
@for_person(DECIDE)
def decisions(request: PersonRequest) -> HttpResponse:
    """The journal of decisions, and the figures of this year."""
    state, words = request.GET.get("state", ""), request.GET.get("q", "")[:80]
    state = state if state in queries.STATE_WORDS else ""
    today = timezone.localdate()
    context = {
        "rows": queries.journal(request.person, state, words), "state": state, "words": words,
        "states": queries.STATE_WORDS.items(), "figures": queries.figures(request.workspace, today.replace(month=1, day=1), today),
        "now": timezone.now(), "carrying_out": queries.carrying_out(request.workspace),
    }  # fmt: skip
    return render(request, "inbox/decisions.html", context)


@require_safe
@for_person(DECIDE)
def decision(request: PersonRequest, moderation_id: UUID) -> HttpResponse:
    """One decision with ground, evidence and what became of it."""
    found = find_decision(request.person, moderation_id)
    return render(request, "inbox/decision.html", decision_context(request, found))


def decision_context(request: PersonRequest, found: ModerationDecision) -> dict[str, Any]:
    """What the page of a decision shows; it quotes, so that it is a look like one at the conversation."""
    if found.created_by_id != request.person.pk:
        where = found.message.entry.conversation
        actions.look_into_private(person=request.person, conversation=where, now=timezone.now())
    return {
        "decision": found, "now": timezone.now(), "can_carry_out": can_carry_out(found),
        "can_take_back": can_take_back(found), "told": queries.TOLD_WORDS.items(),
        "outcome": getattr(found, "objection_outcome", None), "outcomes": queries.OBJECTION_WORDS.items(),
        "answer_until": queries.answer_until(found),
    }  # fmt: skip


@for_person(DECIDE)
@require_POST
def carry_out(request: PersonRequest, moderation_id: UUID) -> HttpResponse:
    """Let the network do it."""
    found = find_decision(request.person, moderation_id)
    try:
        actions.carry_out(person=request.person, decision=found, now=timezone.now())
        messages.success(request, _("Done at the network. Now tell the author why."))
    except (actions.CannotDecide, CannotModerate) as refused:
        messages.error(request, str(refused))
    return _back(request, found)


@for_person(DECIDE)
@require_POST
def done_there(request: PersonRequest, moderation_id: UUID) -> HttpResponse:
    """Somebody did it at the network."""
    found = find_decision(request.person, moderation_id)
    before = kept(found, "state", "in_effect_at", "is_done_there")
    try:
        saved = actions.note_done_there(person=request.person, decision=found, now=timezone.now())
        undo = undo_of(request.person, "inbox.moderation_noted", saved, before)
        messages.success(request, _("Noted that it is done. Now tell the author why."), extra_tags=undo)
    except actions.CannotDecide as refused:
        messages.error(request, str(refused))
    return _back(request, found)


@for_person(DECIDE)
@require_POST
def told(request: PersonRequest, moderation_id: UUID) -> HttpResponse:
    """The author knows the reasons."""
    found = find_decision(request.person, moderation_id)
    before = kept(found, "told_at", "told_how")
    try:
        saved = actions.note_told(
            person=request.person, decision=found, how=request.POST.get("how", ""), now=timezone.now()
        )
        undo = undo_of(request.person, "inbox.moderation_noted", saved, before)
        messages.success(request, _("Noted."), extra_tags=undo)
    except actions.CannotDecide as refused:
        messages.error(request, str(refused))
    return _back(request, found)


@for_person(DECIDE)
@require_POST
def objection(request: PersonRequest, moderation_id: UUID) -> HttpResponse:
    """The author objects."""
    found = find_decision(request.person, moderation_id)
    before = kept(found, "complaint", "complained_at")
    try:
        saved = actions.note_complaint(
            person=request.person, decision=found, complaint=request.POST.get("complaint", ""), now=timezone.now()
        )
        undo = undo_of(request.person, "inbox.moderation_noted", saved, before)
        messages.success(request, _("The objection is noted. Somebody else should look at it."), extra_tags=undo)
    except actions.CannotDecide as refused:
        messages.error(request, str(refused))
    return _back(request, found)


@for_person(DECIDE)
@require_POST
def reverse_decision(request: PersonRequest, moderation_id: UUID) -> HttpResponse:
    """It was wrong, or is over."""
    found = find_decision(request.person, moderation_id)
    try:
        actions.reverse_moderation(
            person=request.person, decision=found, reason=request.POST.get("reason", ""), now=timezone.now()
        )
        messages.success(request, _("Reversed. Tell the author."))
    except (actions.CannotDecide, CannotModerate) as refused:
        messages.error(request, str(refused))
    return _back(request, found)


def _back(request: PersonRequest, found: ModerationDecision) -> HttpResponse:
    return redirect(address(request, "decision", found.pk))
