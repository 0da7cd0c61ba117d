"""Open screens ask every few seconds whether anything changed; nearly always nothing did, and one query says so."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone

from allmende.team.access import TEAM_PULSE, Pulse, tag_of
from allmende.team.catalogue import speaking
from allmende.team.models import Person
from allmende.team.models.prepared import Prepared

# Whoever was let in a minute ago is not asked for again; all they could learn is that a page they have is still the same.
KNOWN_SECONDS = 60.0
MOST_KNOWN = 20_000


@dataclass(frozen=True, slots=True)
class Look:
    """Who looked at a page, when and how: enough to say again what its ETag says, and nothing else of them."""

    at: float
    person_id: Any
    zone: str
    pulse: Pulse
    clock: str
    language: str
    match: Any


_LOOKS: dict[str, Look] = {}
# By the mapping a view names: each is made once and lasts as long as the process.
_PULSES: dict[int, tuple[Pulse, Prepared]] = {}


def screens_unchanged(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, before the session is read: 304 for a page that was answered a moment ago and still says the same.

    Same means what `for_person` means: the tag is made anew from the person's row and the page's pulse. Anything else, and
    whoever has not been let in within the last minute, goes the long way.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("If-None-Match", "") if request.method == "GET" else ""
        given = given.removeprefix("W/")  # so a tag comes back whose page travelled compressed
        look = _LOOKS.get(_place(request, given)) if given else None
        if look and time.monotonic() - look.at < KNOWN_SECONDS and _tag_now(request, look) == given:
            request.resolver_match = look.match
            return HttpResponseNotModified()
        response = get_response(request)
        if looked := getattr(request, "looked", None):
            _keep(request, response, given, *looked)
        return response

    return answer


def forget_looks() -> None:
    """Everybody goes the long way once."""
    _LOOKS.clear()


def _keep(request: Any, response: HttpResponse, given: str, person: Person, pulse: Pulse, clock: str) -> None:
    tag = given if response.status_code == 304 else response.headers.get("ETag", "")
    if response.status_code not in (200, 304) or not tag:
        return
    if len(_LOOKS) >= MOST_KNOWN:
        forget_looks()
    _LOOKS[_place(request, tag)] = Look(
        time.monotonic(), person.pk, person.workspace.zone, pulse, clock, request.LANGUAGE_CODE, request.resolver_match
    )


def _place(request: HttpRequest, tag: str) -> str:
    """Which page in which browser, and what that has of it."""
    said = (request.headers.get(name, "") for name in ("Cookie", "Accept-Language", "HX-Request"))
    return hashlib.sha256("\n".join((request.get_full_path(), tag, *said)).encode()).hexdigest()


def _tag_now(request: HttpRequest, look: Look) -> str:
    """The tag as the page would bear it now; "" where the person is gone."""
    names = (*TEAM_PULSE, *look.pulse)
    rows = _pulse_of(look.pulse)(person_id=look.person_id)
    if not rows:
        return ""
    person = Person(pk=look.person_id, role=rows[0][0], revision=rows[0][1])
    for name, value in zip(names, rows[0][2:], strict=True):
        setattr(person, name, value)
    with speaking(look.language), timezone.override(ZoneInfo(look.zone)):
        return tag_of(request, person, look.pulse, look.clock)


def _pulse_of(pulse: Pulse) -> Prepared:
    """Role and revision of a person who may come in, and how everything stands that this page shows."""
    return _PULSES.setdefault(id(pulse), (pulse, Prepared(partial(_person, pulse))))[1]


def _person(pulse: Pulse, person_id: Any) -> "QuerySet[Any, Any]":
    rows = Person.objects.filter(pk=person_id, left_at__isnull=True, user__is_active=True)
    return rows.annotate(**TEAM_PULSE, **pulse).values_list("role", "revision", *TEAM_PULSE, *pulse)
