"""Moderation of a wave: several people's words, one rule, one reason, and a decision for each."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from allmende.inbox import actions, queries
from allmende.inbox.access import find_several
from allmende.inbox.forms import MOST_PICKED, ModerateSeveralForm
from allmende.inbox.models import Conversation
from allmende.inbox.views.page import as_uuid
from allmende.team.access import PersonRequest, for_person


@for_person("inbox.moderation.decide")
@require_POST
def moderate_several(request: PersonRequest) -> HttpResponse:
    """The words of the picked conversations; the reasons are proposed for each author first and decided second."""
    found, now = find_several(request.person, _picked(request)), timezone.now()
    if not found or len(request.POST.getlist("picked")) > MOST_PICKED:
        messages.error(request, _("Nothing was changed. Tick the conversations first, at most 100."))
        return redirect("inbox:index", request.workspace.slug)
    for one in found:
        actions.look_into_private(person=request.person, conversation=one, now=now)
    words = queries.words_in(found)
    rules = queries.common_rules([one.channel for one in words])
    form = ModerateSeveralForm(request.POST if "measure" in request.POST else None, rules, words)
    if form.is_bound and form.is_valid():
        if form.cleaned_data["proposed_for"] != form.basis():
            return _page(request, found, form, is_proposed=True)
        try:
            return _decided(request, form)
        except actions.CannotDecide as refused:
            form.add_error(None, str(refused))
    return _page(request, found, form, is_proposed=False)


def _decided(request: PersonRequest, form: ModerateSeveralForm) -> HttpResponse:
    given = form.cleaned_data
    done = actions.decide_several(
        person=request.person, words=[form.said[pk] for pk in given["words"]], until_date=given["until_date"],
        source=form.source, carries_out=given["carries_out"], now=timezone.now(),
        **form.ground(),
    )  # fmt: skip
    said = ngettext("%(number)d decided.", "%(number)d decided.", len(done.made)) % {"number": len(done.made)}
    if done.waiting:
        said += " " + ngettext(
            "%(number)d of them waits for its network, which is asked by itself.",
            "%(number)d of them wait for their networks, which are asked by themselves, one after the other.",
            done.waiting,
        ) % {"number": done.waiting}
    messages.success(request, said + " " + _("Each stands below, to be told, and to be reversed."))
    for sentence in done.refused:
        messages.error(request, sentence)
    return redirect("inbox:decisions", request.workspace.slug)


def _page(
    request: PersonRequest, found: list[Conversation], form: ModerateSeveralForm, *, is_proposed: bool
) -> HttpResponse:
    given, statements = form.cleaned_data if is_proposed else {}, []
    if is_proposed:
        words = queries.still_open([form.said[pk] for pk in given["words"]], given["measure"])
        statements = [
            (one, queries.proposed_statement(one, until=given["until_date"], source=form.source, **form.ground()))
            for one in words
        ]
        form.data = form.data.copy()  # type: ignore[attr-defined]
        form.data["proposed_for"] = form.basis()  # type: ignore[index]
        if not words:
            form.add_error(None, _("All these accounts are suspended or excluded already; those decisions stand."))
    context = {"form": form, "conversations": found, "statements": statements, "now": timezone.now()}
    context["most"] = queries.MOST_WORDS
    return render(request, "inbox/moderate_several.html", context, status=422 if form.errors else 200)


def _picked(request: PersonRequest) -> list[UUID]:
    given = (as_uuid(one.partition(".")[0]) for one in request.POST.getlist("picked")[:MOST_PICKED])
    return [one for one in given if one]
