"""Who may come in: the log-in page for nobody, 404 for strangers, a sentence for people without the right."""

import functools
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Concatenate, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.http import url_has_allowed_host_and_scheme

from allmende.team import states
from allmende.team.catalogue import speak
from allmende.team.models import (
    Absence,
    AuditRow,
    CoverageRequirement,
    Expert,
    GuestLink,
    Person,
    ResponsibleUnit,
    RoleProfile,
    ServiceHours,
    Shift,
    StaffingAssumption,
    SwapOffer,
    TrainingException,
    TrainingUnit,
    User,
    Workspace,
)
from allmende.team.models.on_duty import LONGEST_SHIFT, ON_DUTY, duty_now
from allmende.team.models.prepared import Prepared

M = TypeVar("M")
NO_MODULE: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())


class PersonRequest(HttpRequest):
    """A request of a person in a workspace, as views behind `for_person` get it.

    `persons`: all places the user has. `known`: what a view learnt that the frame around its page shows too, by room.
    """

    person: Person
    workspace: Workspace
    user: User
    persons: Sequence[Person]
    known: dict[str, Any]


# What a screen shows changes when one of these does: expressions over a Person, by name (`pulse` of `for_person`).
Pulse = Mapping[str, Any]
# How often a page changes because of the time alone, as `strftime` writes it
TO_THE_MINUTE, TO_THE_DAY = "%j %H:%M", "%j"
TEAM_PULSE: Pulse = {
    "pulse_book": Subquery(
        AuditRow.objects.filter(workspace=OuterRef("workspace")).order_by("-number").values("number")[:1]
    ),
    "pulse_notices": Count("notices", filter=Q(notices__seen_at__isnull=True)),
}

PersonView = Callable[Concatenate[PersonRequest, ...], HttpResponseBase]


def may(person: Person, verb: str) -> bool:
    """Does the table of rights let this person's role do `verb`? An unknown verb is a mistake of ours: KeyError."""
    return person.role in states.RIGHTS[verb]


def off_at(path: str, slug: str, modules_off: Iterable[str]) -> str:
    """The switched-off module the page at `path` of the workspace `slug` belongs to; "" where it is to be seen (S4-26)."""
    inside = path.partition(f"/w/{slug}/")[2]
    return next((name for name in modules_off if inside.startswith(states.MODULES.get(name, NO_MODULE)[0])), "")


def is_shown(person: Person, verb: str) -> bool:
    """May this person do `verb`, and is the module it belongs to switched on? For what a page offers; actions ask `may`."""
    off = person.workspace.modules_off
    return may(person, verb) and not any(verb.startswith(states.MODULES.get(name, NO_MODULE)[1]) for name in off)


def may_open(person: Person, path: str) -> bool:
    """Does the table let this person see the page at `path` of this house? A path without a page here, or whose module is
    switched off: False."""
    if off_at(path, person.workspace.slug, person.workspace.modules_off):
        return False
    try:
        policy = getattr(resolve(path).func, "policy", "")
    except Resolver404:
        return False
    return policy not in states.RIGHTS or may(person, policy)


def require(person: Person, verb: str) -> None:
    """Raise PermissionDenied unless `person` may do `verb`; actions call it too, at the moment they act."""
    if not may(person, verb):
        raise PermissionDenied(verb)


class Places:
    """The places a user has: one Person per workspace, by the workspace's name. Asked for at every request, so the SQL is
    written once. With `pulse` each says how it stands; `told`: what a page shows and comes with the same query."""

    def __init__(self, pulse: Pulse | None = None, told: Pulse | None = None) -> None:
        self.pulse = {**({} if pulse is None else {**TEAM_PULSE, **pulse}), **(told or {})}
        self._rows = Prepared(self._build)

    def of(self, user: User, now: datetime) -> list[Person]:
        """An access that ends today lasts until midnight where the workspace is at home."""
        rows = self._rows(user_id=user.pk, now=now, since=now - LONGEST_SHIFT)
        found = [self._person(row) for row in rows]
        return [one for one in found if not one.access_until_date or one.access_until_date >= one.workspace.day_at(now)]

    def _build(self, user_id: Any, now: Any, since: Any) -> "QuerySet[Any, Any]":
        rows = Person.objects.filter(user_id=user_id, left_at__isnull=True).order_by("workspace__name")
        workspace = [f"workspace__{name}" for name in _WORKSPACE]
        told = {**duty_now(now, since), **self.pulse}
        return rows.annotate(**told).values_list(*_PERSON, *workspace, *ON_DUTY, *self.pulse)

    def _person(self, row: tuple[Any, ...]) -> Person:
        last = len(_PERSON) + len(_WORKSPACE)
        person = Person.from_db(DEFAULT_DB_ALIAS, _PERSON, row[: len(_PERSON)])
        person.workspace = Workspace.from_db(DEFAULT_DB_ALIAS, _WORKSPACE, row[len(_PERSON) : last])
        for name, value in zip((*ON_DUTY, *self.pulse), row[last:], strict=True):
            setattr(person, name, value)
        return person


_PERSON = [field.attname for field in Person._meta.concrete_fields]
_WORKSPACE = [field.attname for field in Workspace._meta.concrete_fields]
_PLACES = Places()


def persons_of(user: User, now: datetime) -> list[Person]:
    """The places a user has: one Person per workspace, by the workspace's name."""
    return _PLACES.of(user, now)


def find_person(persons: Iterable[Person], slug: str) -> Person:
    """Who of `persons` is at home in the workspace `slug`, or 404: left, expired and unknown look the same."""
    return _found(next((person for person in persons if person.workspace.slug == slug), None))


def hash_of_token(token: str) -> str:
    """The hash under which a link's token is kept (sha256, hex); tokens are long and random, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_guest_link(token: str, object_kind: str, now: datetime) -> GuestLink:
    """The open guest link of this token for this kind of object, or 404: wrong, expired and revoked look the same."""
    rows = GuestLink.objects.filter(token_hash=hash_of_token(token), object_kind=object_kind, revoked_at__isnull=True)
    return _found(rows.filter(expires_at__gt=now).select_related("workspace", "created_by").first())


def find_colleague(person: Person, colleague_id: UUID | str) -> Person:
    """Somebody who works in the same workspace, or 404."""
    rows = Person.objects.select_related("user", "updated_by")
    return _found(rows.filter(workspace=person.workspace, pk=colleague_id, left_at__isnull=True).first())


def find_uninvited(person: Person, person_id: UUID | str) -> Person:
    """Somebody whom the same workspace knows from a book and nobody has invited yet, or 404."""
    rows = Person.objects.filter(workspace=person.workspace, is_uninvited=True)
    try:
        return _found(rows.filter(pk=UUID(str(person_id))).first())
    except ValueError:
        raise Http404 from None


def find_hours(person: Person, hours_id: UUID | str) -> ServiceHours:
    """Service hours of the person's workspace with spans and closed days, or 404."""
    rows = ServiceHours.objects.prefetch_related("spans", "closed_days").select_related("updated_by")
    return _found(rows.filter(workspace=person.workspace, pk=hours_id, archived_at__isnull=True).first())


def find_unit(person: Person, unit_id: UUID | str) -> ResponsibleUnit:
    """A department, working group or partner of the person's workspace, or 404."""
    rows = ResponsibleUnit.objects.select_related("lead", "updated_by").exclude(kind=states.PERSON)
    return _found(rows.filter(workspace=person.workspace, pk=unit_id, archived_at__isnull=True).first())


def find_expert(person: Person, expert_id: UUID | str) -> Expert:
    """An expert of the person's workspace with their deputy, or 404."""
    rows = Expert.objects.select_related("person", "unit", "deputy", "updated_by")
    return _found(rows.filter(workspace=person.workspace, pk=expert_id, archived_at__isnull=True).first())


def find_training_unit(person: Person, unit_id: UUID | str) -> TrainingUnit:
    """Something that is learnt in the person's workspace, or 404."""
    return _found(TrainingUnit.objects.select_related("updated_by").filter(**_own(person, unit_id)).first())


def find_training_exception(person: Person, exception_id: UUID | str) -> TrainingException:
    """An exception from a gate in the person's workspace, or 404."""
    return _found(TrainingException.objects.select_related("person").filter(**_own(person, exception_id)).first())


def find_profile(person: Person, profile_id: UUID | str) -> RoleProfile:
    """A role profile of the person's workspace, or 404."""
    rows = RoleProfile.objects.filter(workspace=person.workspace, pk=profile_id, archived_at__isnull=True)
    return _found(rows.select_related("updated_by").prefetch_related("competencies", "holders__person").first())


def find_shift(person: Person, shift_id: UUID | str) -> Shift:
    """A shift on the rota of the person's workspace, or 404."""
    rows = Shift.objects.select_related("person", "hours", "updated_by")
    return _found(rows.filter(**_own(person, shift_id)).first())


def find_absence(person: Person, absence_id: UUID | str) -> Absence:
    """An absence in the person's workspace, or 404."""
    rows = Absence.objects.select_related("person__user", "deputy__user", "updated_by")
    return _found(rows.filter(workspace=person.workspace, pk=absence_id, archived_at__isnull=True).first())


def find_swap(person: Person, swap_id: UUID | str) -> SwapOffer:
    """An offer to swap two shifts that nobody answered yet, or 404."""
    rows = SwapOffer.objects.select_related("shift__person", "wanted__person", "created_by")
    return _found(rows.filter(**_own(person, swap_id), answer="").first())


def find_assumption(person: Person, assumption_id: UUID | str) -> StaffingAssumption:
    """What the team assumes about its size, or 404."""
    return _found(StaffingAssumption.objects.filter(**_own(person, assumption_id)).first())


def find_requirement(person: Person, requirement_id: UUID | str) -> CoverageRequirement:
    """Hours that need somebody, or 404."""
    return _found(CoverageRequirement.objects.select_related("hours").filter(**_own(person, requirement_id)).first())


def find_duty_row(person: Person, row: str) -> Person | ServiceHours | None:
    """What `person:<id>` or `hours:<id>` means on the rota; None for the row of open shifts and anything else."""
    kind, _colon, found = row.partition(":")
    try:
        wanted = UUID(found)
    except ValueError:
        return None
    if kind == "person":
        return Person.objects.filter(workspace=person.workspace, pk=wanted, left_at__isnull=True).first()
    return ServiceHours.objects.filter(workspace=person.workspace, pk=wanted, archived_at__isnull=True).first()


def find_any_unit(person: Person, choice: str, now: datetime) -> ResponsibleUnit | Person | None:
    """What `unit:<id>` or `person:<id>` means here; None for anything else."""
    kind, _colon, found = choice.partition(":")
    try:
        wanted = UUID(found)
    except ValueError:
        return None
    if kind == "person":
        return Person.objects.filter(workspace=person.workspace, pk=wanted, left_at__isnull=True).first()
    rows = ResponsibleUnit.objects.filter(workspace=person.workspace, pk=wanted, archived_at__isnull=True)
    return rows.exclude(kind=states.PERSON).first()


def find_own_guest_link(person: Person, link_id: UUID | str) -> GuestLink:
    """A guest link of the person's workspace, or 404."""
    return _found(GuestLink.objects.filter(workspace=person.workspace, pk=link_id).first())


def for_user(reason: str) -> Callable[[PersonView], Callable[..., HttpResponseBase]]:
    """Open a view outside the workspaces to everybody who is logged in, and say why; others meet the log-in page."""

    def decorate(view: PersonView) -> Callable[..., HttpResponseBase]:
        @functools.wraps(view)
        def guarded(request: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
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
    shows, without a query of their own; the ETag does not say them. What sets its own Cache-Control has no ETag.

    Sets `request.person`, `.workspace`, `.persons` and `.known`, and activates the person's language and the
    workspace's zone.
    The policy is readable as `view.policy`; a route without one fails the house tests.
    """
    if verb not in states.RIGHTS:
        raise KeyError(verb)

    places = _PLACES if pulse is None and told is None else Places(pulse, told)

    def decorate(view: PersonView) -> Callable[..., HttpResponseBase]:
        @functools.wraps(view)
        def guarded(request: Any, slug: str, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
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
                    return view(request, **kwargs)
                tag = _tag(request, person, pulse, clock)
                return get_conditional_response(request, etag=tag) or _tagged(view(request, **kwargs), tag)

        guarded.policy = verb  # type: ignore[attr-defined]
        return guarded

    return decorate


def _tag(request: PersonRequest, person: Person, pulse: Pulse, clock: str) -> str:
    """What the page shows, as far as others can change it, in a word."""
    said = [str(getattr(person, name)) for name in (*TEAM_PULSE, *pulse)]
    look = [request.get_full_path(), request.headers.get("HX-Request", ""), translation.get_language() or ""]
    who = [str(person.pk), person.role, str(person.revision), timezone.localtime().strftime(clock)]
    return f'"{hashlib.sha256("|".join(said + look + who).encode()).hexdigest()[:32]}"'


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


def _own(person: Person, pk: UUID | str) -> dict[str, Any]:
    return {"workspace": person.workspace, "pk": pk, "archived_at__isnull": True}


def _found(row: M | None) -> M:
    if row is None:
        raise Http404
    return row
