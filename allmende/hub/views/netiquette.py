"""The netiquette of a channel as anybody reads it, with its version and when we are there (S4-13, S2-17)."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from allmende.guidelines.access import find_netiquette
from allmende.guidelines.queries import parts_of_guideline
from allmende.team.access import guest_language, open_to_all
from allmende.team.queries import hours_lines, hours_of_channel


@open_to_all("anybody reads how we talk in a channel")
@require_safe
def netiquette(request: HttpRequest, workspace: str, channel: str, number: int | None = None) -> HttpResponseBase:
    """What holds in this channel, or an earlier version a decision referred to."""
    found = find_netiquette(workspace, channel, number)
    place = found.channel
    hours = hours_of_channel(found.workspace, place.hours if place else None)
    with translation.override(guest_language(request, found.workspace)), timezone.override(found.workspace.zone):
        context = {
            "guideline": found,
            "channel": place,
            "parts": parts_of_guideline(found, is_whole=False),
            "hours": hours_lines(hours) if hours else (),
        }
        return render(request, "hub/netiquette.html", context)
