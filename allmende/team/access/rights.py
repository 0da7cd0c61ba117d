"""What a person may do, and the places a user has."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Concatenate

from django.core.exceptions import PermissionDenied
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponseBase
from django.urls import Resolver404, resolve

from allmende.team import states
from allmende.team.models import (
    AuditRow,
    Person,
    User,
    Workspace,
)
from allmende.team.models.on_duty import LONGEST_SHIFT, ON_DUTY, duty_now
from allmende.team.models.prepared import Prepared

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
    """Does the table of rights let this person's role do `verb`? An unknown verb is a mistake of ours: KeyError.

    Somebody from outside does nothing of `INSIDE_ONLY`, and before they confirmed their briefing they only read (S4-15).
    """
    return role_may(person.role, verb, is_outside=person.employment == states.EXTERNAL, only_reads=person.only_reads)


def role_may(role: str, verb: str, *, is_outside: bool, only_reads: bool) -> bool:
    """The same for what a page knows of whoever looks at it: their role, whether they come from outside and only read yet."""
    if role not in states.RIGHTS[verb] or (is_outside and verb in states.INSIDE_ONLY):
        return False
    return not only_reads or verb.endswith(states.READS)


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


def require_briefed(person: Person) -> None:
    """Raise PermissionDenied for somebody from outside who only reads yet: for what no right of the table is asked for, because
    it was asked of this very person (S4-15)."""
    if person.only_reads:
        raise PermissionDenied("team.briefing")


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
# Written once for all pages that ask for nothing more.
PLACES = Places()


def persons_of(user: User, now: datetime) -> list[Person]:
    """The places a user has: one Person per workspace, by the workspace's name."""
    return PLACES.of(user, now)
