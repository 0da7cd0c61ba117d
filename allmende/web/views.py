"""Screens of the front door."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseBadRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from allmende.inbox.access import find_conversation
from allmende.team.access import PersonRequest, find_colleague, for_person
from allmende.team.actions.set_appearance import set_appearance
from allmende.web import queries
from allmende.web.forms import AppearanceForm
from allmende.web.queries.briefing import briefing as briefing_for

YEAR = 365 * 24 * 3600


@for_person("team.workspace.read", pulse=queries.TODAY_PULSE)
@require_safe
def today(request: PersonRequest) -> HttpResponseBase:
    """What needs me now, and why?"""
    now = timezone.now()
    found = queries.today(request.workspace, request.person, now)
    request.known |= {"inbox": (found.waiting_number, found.late_number), "plan": found.objectives}
    return render(request, "web/today.html", {"today": found, "now": now})


@for_person("team.workspace.read")
@require_safe
def palette(request: PersonRequest) -> HttpResponseBase:
    """What the search over all rooms found: a fragment for the palette, a page without scripts."""
    words = request.GET.get("q", "")
    found = queries.search(request.workspace, request.person, words)
    template = "web/found.html" if request.headers.get("HX-Request") else "web/search.html"
    return render(request, template, {"found": found, "words": words})


@for_person("team.workspace.read")
@require_safe
def briefing(request: PersonRequest) -> HttpResponseBase:
    """What should I know now?"""
    now = timezone.now()
    return render(
        request, "web/briefing.html", {"briefing": briefing_for(request.person, now), "now": now, "is_mine": True}
    )


@for_person("team.unit.edit")
@require_safe
def briefing_of(request: PersonRequest, person_id: UUID) -> HttpResponseBase:
    """What should a colleague know now? For who plans and briefs."""
    found, now = find_colleague(request.person, person_id), timezone.now()
    found.workspace = request.workspace
    return render(request, "web/briefing.html", {"briefing": briefing_for(found, now), "now": now, "is_mine": False})


@for_person("inbox.conversation.read")
@require_safe
def background(request: PersonRequest, public_id: UUID) -> HttpResponseBase:
    """What does this conversation answer to, and what comes next? A fragment beside the thread, a page without scripts."""
    found, now = find_conversation(request.person, public_id), timezone.now()
    context = {"conversation": found, "background": queries.background(found, now), "now": now}
    template = "web/background.html" if request.headers.get("HX-Request") else "web/background_page.html"
    return render(request, template, context)


@for_person("team.workspace.read")
@require_POST
def appearance(request: PersonRequest) -> HttpResponseBase:
    """Keep the chosen theme or language; the cookie lets the log-in page look alike."""
    form = AppearanceForm(request.POST)
    if not form.is_valid():
        return HttpResponseBadRequest()
    theme, language = form.cleaned_data["theme"], form.cleaned_data["language"]
    set_appearance(user=request.user, theme=theme, language=language)
    response = HttpResponse(status=204) if request.headers.get("HX-Request") else redirect(_back(request))
    response.set_cookie("theme", request.user.theme, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    return response


def _back(request: PersonRequest) -> str:
    wanted = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else "/"
