"""Tracked links as the team makes them and sees what came of them."""

import csv
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from allmende.channels.actions import CannotMakeLink, end_link, make_link, reopen_link
from allmende.channels.models import TrackedLink
from allmende.hub import queries
from allmende.hub.access import find_own_link
from allmende.hub.forms import LinkForm
from allmende.team.access import PersonRequest, SeeOther, for_person
from allmende.team.queries import undo_of

LAST_PAGE = 1_000
SHOWS = ("live", "ended", "all")


@for_person("editorial.item.read")
@require_safe
def links(request: PersonRequest) -> HttpResponseBase:
    """Which links do we track, and what came of them?"""
    show, asked = request.GET.get("show", "live"), request.GET.get("page", "1")
    number = min(max(int(asked), 1), LAST_PAGE) if asked.isdecimal() and len(asked) < 6 else 1
    show = show if show in SHOWS else "live"
    found = queries.links_board(request.workspace, show, number, timezone.now())
    return render(request, "hub/links.html", {"found": found, "show": show, "number": number, "shows": SHOWS})


@for_person("editorial.item.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def new_link(request: PersonRequest) -> HttpResponseBase:
    """Make a tracked link."""
    form = LinkForm(request.POST or None, choices=queries.link_choices(request.workspace))
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            made = make_link(person=request.person, now=now, **form.values())
        except CannotMakeLink as refused:
            form.add_error(None, str(refused))
        else:
            undo = undo_of(request.person, "hub.link", made, {"ended_at": now.isoformat()})
            messages.success(request, _("The link is ready. Copy it to where people shall follow it."), extra_tags=undo)
            return _to_link(request, made)
    return render(request, "hub/link_form.html", {"form": form}, status=422 if form.errors else 200)


@for_person("editorial.item.read")
@require_safe
def link(request: PersonRequest, tracked_id: UUID) -> HttpResponseBase:
    """One link: what people did at its target, how often they followed it, day by day."""
    found = queries.link_board(find_own_link(request.person, tracked_id), timezone.now())
    return render(request, "hub/link.html", {"found": found, "address": f"{settings.ORIGIN}{found.link.path}"})


@for_person("editorial.item.read")
@require_safe
def link_days(request: PersonRequest, tracked_id: UUID) -> HttpResponseBase:
    """The days of a link as a table to take along."""
    found = queries.link_board(find_own_link(request.person, tracked_id), timezone.now())
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="link-{found.link.code}.csv"'
    writer = csv.writer(answer)
    writer.writerow(["day", "clicks", "arrived_from_link", "completed_on_site"])
    is_told = found.row.completed is not None
    for day, clicks, arrived, completed in found.days:
        writer.writerow([day.isoformat(), clicks, *((arrived, completed) if is_told else ("", ""))])
    return answer


@for_person("editorial.item.edit")
@require_POST
def end(request: PersonRequest, tracked_id: UUID) -> HttpResponseBase:
    """Let a link lead nowhere any more."""
    ended = end_link(person=request.person, link=find_own_link(request.person, tracked_id), now=timezone.now())
    undo = undo_of(request.person, "hub.link", ended, {"ended_at": None})
    messages.success(request, _("Ended. Whoever follows it reads that it is over; its counts stay."), extra_tags=undo)
    return _to_link(request, ended)


@for_person("editorial.item.edit")
@require_POST
def reopen(request: PersonRequest, tracked_id: UUID) -> HttpResponseBase:
    """Let a link lead on."""
    opened = reopen_link(person=request.person, link=find_own_link(request.person, tracked_id), now=timezone.now())
    messages.success(request, _("It leads on."))
    return _to_link(request, opened)


def _to_link(request: PersonRequest, found: TrackedLink) -> HttpResponseBase:
    return SeeOther(reverse("hub:link", args=[request.workspace.slug, found.pk]))
