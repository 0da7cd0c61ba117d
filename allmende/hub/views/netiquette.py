"""How we talk in a channel, and what we hid or removed on which ground, as anybody reads it (S4-13, S2-17; DSA Art. 24)."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from allmende.guidelines.access import find_netiquette
from allmende.guidelines.queries import parts_of_guideline, public_words
from allmende.hub.access import find_workspace
from allmende.inbox.queries import figures, notice_figures
from allmende.team.access import guest_language, open_to_all
from allmende.team.catalogue import speaking
from allmende.team.queries import closed_lines, hours_lines, hours_of_channel


@open_to_all("anybody reads how we talk in a channel")
@require_safe
def netiquette(
    request: HttpRequest, workspace: str, channel: str, number: int | None = None, version: UUID | None = None
) -> HttpResponseBase:
    """What holds in this channel, or an earlier version a decision referred to."""
    found = find_netiquette(workspace, channel, number, version)
    place = found.channel
    hours = hours_of_channel(found.workspace, place.hours if place else None)
    with (
        speaking(guest_language(request, found.workspace), found.workspace.gender_form),
        timezone.override(found.workspace.zone),
    ):
        context = {
            "guideline": found,
            "channel": place,
            "parts": parts_of_guideline(found, is_whole=False),
            "alerts": public_words(found.workspace, place.pk if place else None),
            "hours": hours_lines(hours) if hours else (),
            "closed": closed_lines(hours, found.workspace.day_at(timezone.now()), get_language() or "")
            if hours
            else (),
        }
        return render(request, "hub/netiquette.html", context)


@open_to_all("anybody reads what was hidden or removed, in figures")
@require_safe
def transparency(request: HttpRequest, workspace: str) -> HttpResponseBase:
    """What was decided in this year and the last, in figures; nobody and no word is named."""
    home = find_workspace(workspace)
    today = home.day_at(timezone.now())
    spans = [(date(year, 1, 1), min(date(year, 12, 31), today)) for year in (today.year, today.year - 1)]
    years = [{"decided": figures(home, *span), "reports": notice_figures(home, *span)} for span in spans]
    with speaking(guest_language(request, home), home.gender_form), timezone.override(home.zone):
        context = {"workspace": home, "years": years}
        return render(request, "hub/transparency.html", context)
