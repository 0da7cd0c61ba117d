"""What somebody asks for by its number: theirs, or 404."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.http import Http404

from allmende.team import states
from allmende.team.models import (
    Absence,
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
)

M = TypeVar("M")


def find_person(persons: Iterable[Person], slug: str) -> Person:
    """Who of `persons` is at home in the workspace `slug`, or 404: left, expired and unknown look the same."""
    return _found(next((person for person in persons if person.workspace.slug == slug), None))


def hash_of_token(token: str) -> str:
    """The hash under which a link's token is kept (sha256, hex); tokens are long and random, so no salt is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_guest_link(token: str, object_kind: str, now: datetime) -> GuestLink:
    """The open guest link of this token for this kind of object, or 404: wrong, expired, revoked and of a copy to practise in,
    which a guest would take for the real one, look the same."""
    rows = GuestLink.objects.filter(token_hash=hash_of_token(token), object_kind=object_kind, revoked_at__isnull=True)
    rows = rows.filter(workspace__rehearsal_of=None)
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


def _own(person: Person, pk: UUID | str) -> dict[str, Any]:
    return {"workspace": person.workspace, "pk": pk, "archived_at__isnull": True}


def _found(row: M | None) -> M:
    if row is None:
        raise Http404
    return row
