"""Feeds that bring ideas to the board."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from allmende.editorial import actions
from allmende.editorial.access import find_source
from allmende.editorial.forms import SourceForm
from allmende.editorial.models import IdeaSource
from allmende.editorial.queries import open_feeds, source_rows, writable_channels
from allmende.plan.queries import objectives_in_force
from allmende.team.access import PersonRequest, SeeOther, for_person, may
from allmende.team.queries import kept, undo_of


@require_safe
@for_person("editorial.item.read")
def sources(request: PersonRequest) -> HttpResponse:
    """Which feeds bring us ideas, and how does each stand?"""
    return _page(request, _form(request))


@for_person("editorial.item.edit")
@require_POST
def add_source(request: PersonRequest) -> HttpResponse:
    """Let a feed bring ideas."""
    form = _form(request)
    if form.is_valid():
        now = timezone.now()
        try:
            source = _added(request, form, now)
            undo = undo_of(request.person, "editorial.source", source, {"archived_at": now.isoformat()})
            said = _("Added. What appears there from now on comes to the board.")
            messages.success(request, said, extra_tags=undo)
            return _back(request)
        except actions.CannotKeepSource as refused:
            form.add_error("address" if refused.is_address else None, str(refused))
            return _page(request, form, refused.source)
    return _page(request, form)


def _added(request: PersonRequest, form: SourceForm, now: datetime) -> IdeaSource:
    person, typed = request.person, form.cleaned_data
    if form.chosen:
        return actions.add_source(person=person, channel=form.chosen, wish=form.wish(), now=now)
    name = typed["name"].strip()
    return actions.open_source(person=person, address=typed["address"], name=name, wish=form.wish(), now=now)


@for_person("editorial.item.edit")
@require_POST
def pause_source(request: PersonRequest, source_id: UUID) -> HttpResponse:
    """Take nothing from a feed for a while."""
    source = find_source(request.person, source_id)
    before = kept(source, "paused_at", "paused_why")
    paused = actions.pause_source(person=request.person, source=source, now=timezone.now())
    said = _("Paused. What appears meanwhile stays out.")
    messages.success(request, said, extra_tags=undo_of(request.person, "editorial.source", paused, before))
    return _back(request)


@for_person("editorial.item.edit")
@require_POST
def resume_source(request: PersonRequest, source_id: UUID) -> HttpResponse:
    """Take again what is new from now on."""
    source = find_source(request.person, source_id)
    before = kept(source, "paused_at", "paused_why", "floor")
    resumed = actions.resume_source(person=request.person, source=source, now=timezone.now())
    said = _("It brings ideas again from now on.")
    messages.success(request, said, extra_tags=undo_of(request.person, "editorial.source", resumed, before))
    return _back(request)


@for_person("editorial.item.edit")
@require_POST
def remove_source(request: PersonRequest, source_id: UUID) -> HttpResponse:
    """It brings no more; its ideas stay."""
    source = find_source(request.person, source_id)
    removed = actions.remove_source(person=request.person, source=source, now=timezone.now())
    said = _("Taken out. Its ideas stay on the board.")
    messages.success(
        request, said, extra_tags=undo_of(request.person, "editorial.source", removed, {"archived_at": None})
    )
    return _back(request)


def _form(request: PersonRequest) -> SourceForm:
    person = request.person
    return SourceForm(
        request.POST or None,
        feeds=open_feeds(request.workspace),
        channels=writable_channels(request.workspace),
        objectives=objectives_in_force(request.workspace),
        may_connect=may(person, "channels.account.connect") and may(person, "channels.channel.edit"),
    )


def _page(request: PersonRequest, form: SourceForm, known: IdeaSource | None = None) -> HttpResponse:
    context = {"rows": source_rows(request.workspace), "form": form, "known": known, "now": timezone.now()}
    return render(request, "editorial/sources.html", context, status=422 if form.is_bound else 200)


def _back(request: PersonRequest) -> HttpResponse:
    return SeeOther(reverse("editorial:sources", args=[request.workspace.slug]))
