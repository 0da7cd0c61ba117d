"""Who may come in: the log-in page for nobody, 404 for strangers, a sentence for people without the right."""

import functools
from collections.abc import Callable
from datetime import date
from typing import Any, Concatenate, TypeVar
from zoneinfo import ZoneInfo

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils import timezone, translation

from allmende.team import states
from allmende.team.models import Person, User, Workspace

M = TypeVar("M")


class PersonRequest(HttpRequest):
    """A request of a person in a workspace, as views behind `for_person` get it."""

    person: Person
    workspace: Workspace
    user: User


PersonView = Callable[Concatenate[PersonRequest, ...], HttpResponseBase]


def may(person: Person, verb: str) -> bool:
    """Does the table of rights let this person's role do `verb`? An unknown verb is a mistake of ours: KeyError."""
    return person.role in states.RIGHTS[verb]


def require(person: Person, verb: str) -> None:
    """Raise PermissionDenied unless `person` may do `verb`; actions call it too, at the moment they act."""
    if not may(person, verb):
        raise PermissionDenied(verb)


def find_person(user: User, slug: str, today: date) -> Person:
    """The person `user` is in the workspace `slug`, or 404: left, expired and unknown look the same."""
    person = (
        Person.objects.select_related("workspace")
        .filter(Q(access_until_date__isnull=True) | Q(access_until_date__gte=today))
        .filter(user=user, workspace__slug=slug, left_at__isnull=True)
        .first()
    )
    if person is None:
        raise Http404
    return person


def for_person(verb: str) -> Callable[[PersonView], Callable[..., HttpResponseBase]]:
    """Open a view under `/w/<slug>/` to people of that workspace whose role may do `verb` (`team.states.RIGHTS`).

    Sets `request.person` and `request.workspace`, and activates the person's language and the workspace's zone.
    The policy is readable as `view.policy`; a route without one fails the house tests.
    """
    if verb not in states.RIGHTS:
        raise KeyError(verb)

    def decorate(view: PersonView) -> Callable[..., HttpResponseBase]:
        @functools.wraps(view)
        def guarded(request: Any, slug: str, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            person = find_person(request.user, slug, timezone.now().date())
            request.person, request.workspace = person, person.workspace
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
            with timezone.override(ZoneInfo(person.workspace.zone)):
                require(person, verb)
                return view(request, **kwargs)

        guarded.policy = verb  # type: ignore[attr-defined]
        return guarded

    return decorate


def open_to_all(reason: str) -> Callable[[Callable[..., HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Mark a view as open to people without a log-in, and say why; the house tests list these views."""

    def decorate(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        view.policy = f"open: {reason}"  # type: ignore[attr-defined]
        return view

    return decorate
