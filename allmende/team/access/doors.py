"""How a page is opened: to whom it says what, and where one goes on from it."""

import functools
import hashlib
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.http import url_has_allowed_host_and_scheme

from allmende.team import states
from allmende.team.access.found import find_person
from allmende.team.access.rights import (
    PLACES,
    TEAM_PULSE,
    TO_THE_MINUTE,
    PersonRequest,
    PersonView,
    Places,
    Pulse,
    off_at,
    require,
)
from allmende.team.catalogue import speak
from allmende.team.models import (
    Person,
    Workspace,
)


def for_user(reason: str) -> Callable[[PersonView], Callable[..., HttpResponseBase]]:
    """Open a view outside the workspaces to everybody who is logged in, and say why; others meet the log-in page."""

    def decorate(view: PersonView) -> Callable[..., HttpResponseBase]:
        @functools.wraps(view)
        def guarded(request: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _log_in_first(request)
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
            return view(request, **kwargs)

        guarded.policy = f"user: {reason}"  # type: ignore[attr-defined]
        return guarded

    return decorate


def for_person(
    verb: str, pulse: Pulse | None = None, told: Pulse | None = None, clock: str = TO_THE_MINUTE
) -> Callable[[PersonView], Callable[..., HttpResponseBase]]:
    """Open a view under `/w/<slug>/` to people of that workspace whose role may do `verb` (`team.states.RIGHTS`).

    With `pulse` the page can be asked again cheaply: its ETag says what the audit book, the person's notices and these
    expressions say (they come with the query for the person), so that an unchanged page costs a 304 before the view.
    It changes with every minute, because due times do, or as seldom as `clock` says. `told`: further expressions the page
    shows, without a query of their own; the ETag does not say them. What sets its own Cache-Control has no ETag, nor has a
    page that tells what its person just did.

    Sets `request.person`, `.workspace`, `.persons` and `.known`, and activates the person's language and the
    workspace's zone.
    The policy is readable as `view.policy`; a route without one fails the house tests.
    """
    if verb not in states.RIGHTS:
        raise KeyError(verb)

    places = PLACES if pulse is None and told is None else Places(pulse, told)

    def decorate(view: PersonView) -> Callable[..., HttpResponseBase]:
        @functools.wraps(view)
        def guarded(request: Any, slug: str, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _log_in_first(request)
            request.known = {}
            request.persons = places.of(request.user, timezone.now())
            person = find_person(request.persons, slug)
            request.person, request.workspace = person, person.workspace
            speak(request.user.language, person.workspace.gender_form)
            request.LANGUAGE_CODE = translation.get_language()
            with timezone.override(ZoneInfo(person.workspace.zone)):
                require(person, verb)
                if module := off_at(request.path_info, slug, person.workspace.modules_off):
                    return render(request, "team/module_off.html", {"module": module}, status=403)
                if pulse is None or request.method != "GET":
                    return _in_words(request, view(request, **kwargs))
                if len(get_messages(request)):
                    return _once(view(request, **kwargs))
                tag = tag_of(request, person, pulse, clock)
                request.looked = (person, pulse, clock)
                return get_conditional_response(request, etag=tag) or _tagged(view(request, **kwargs), tag)

        guarded.policy = verb  # type: ignore[attr-defined]
        return guarded

    return decorate


def _log_in_first(request: HttpRequest) -> HttpResponseBase:
    """Afterwards the person is back at what they looked at: where a form is sent to, there is nothing to look at, and what was
    typed lies in the page of the form."""
    came_from = request.headers.get("Referer", "")
    is_ours = "://" in came_from and url_has_allowed_host_and_scheme(came_from, {request.get_host()})
    if request.method in ("GET", "HEAD") or not is_ours:
        return redirect_to_login(request.get_full_path())
    page = urlsplit(came_from)
    return redirect_to_login(page._replace(scheme="", netloc="", fragment="").geturl())


def _in_words(request: PersonRequest, answer: HttpResponseBase) -> HttpResponseBase:
    """What the framework answers with an empty page to whoever opens an address that only takes forms."""
    if answer.status_code != 405 or request.method != "GET":
        return answer
    said = render(request, "405.html", status=405)
    said["Allow"] = answer["Allow"]
    return said


def tag_of(request: HttpRequest, person: Person, pulse: Pulse, clock: str) -> str:
    """What the page shows, as far as others can change it, in a word. `person` knows what the pulse says of it."""
    said = [str(getattr(person, name)) for name in (*TEAM_PULSE, *pulse)]
    look = [request.get_full_path(), request.headers.get("HX-Request", ""), translation.get_language() or ""]
    who = [str(person.pk), person.role, str(person.revision), timezone.localtime().strftime(clock)]
    return f'"{hashlib.sha256("|".join(said + look + who).encode()).hexdigest()[:32]}"'


def _once(response: HttpResponseBase) -> HttpResponseBase:
    """A page on which stands what just happened: a refusal changes nothing that an ETag says, and is said all the same; kept
    with an ETag, it would be shown again later."""
    if "Cache-Control" not in response:
        response["Cache-Control"] = "private, no-cache"
    return response


def _tagged(response: HttpResponseBase, tag: str) -> HttpResponseBase:
    if response.status_code == 200 and "Cache-Control" not in response:
        response["ETag"] = tag
        response["Cache-Control"] = "private, no-cache"
    return response


def open_to_all(reason: str) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Mark a view as open to people without a log-in, and say why; the house tests list these views."""

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        view.policy = f"open: {reason}"  # type: ignore[attr-defined]
        return view

    return decorate


def guest_language(request: HttpRequest, workspace: Workspace) -> str:
    """The language a guest chose at the foot of the page; until then, that of the workspace."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in dict(settings.LANGUAGES) else workspace.language


def calendar_answer(request: HttpRequest, content: bytes) -> HttpResponseBase:
    """A calendar file for whoever holds its secret address; 304 when the program has these very bytes."""
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    made = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer = get_conditional_response(request, etag=tag, response=made) or made
    answer["ETag"] = tag
    answer["Cache-Control"] = "private, no-cache"
    answer["Content-Disposition"] = 'inline; filename="allmende.ics"'
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


class SeeOther(HttpResponseRedirect):
    """After a POST: look there (303)."""

    status_code = 303


def way_back(request: PersonRequest, otherwise: str) -> str:
    """The page of a workspace one came from, as the form names it; an address elsewhere is not followed."""
    wanted = request.POST.get("next", "")
    is_ours = wanted.startswith("/w/") and url_has_allowed_host_and_scheme(wanted, {request.get_host()})
    return wanted if is_ours else otherwise
