"""Say who keeps in touch with a stakeholder: a line of the team's history, handed on as every other (S0-22, I-02)."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import transaction

from allmende.plan import audit
from allmende.plan.models import Stakeholder
from allmende.plan.queries.contacts import CONTACT
from allmende.team.actions import (
    CannotMakeResponsible,
    end_responsibility,
    make_responsible,
    undo_fields,
    undo_responsible,
    unit_of_person,
)
from allmende.team.models import Person, Responsibility, ResponsibleUnit

Contact = Person | ResponsibleUnit

_undo_known = undo_fields(
    right="stakeholders.stakeholder.edit",
    verb=audit.STAKEHOLDER_CHANGED,
    rows=lambda person: Stakeholder.objects.filter(workspace=person.workspace),
)


def make_contact(*, person: Person, stakeholder: Stakeholder, contact: Contact, now: datetime) -> Responsibility:
    """From now on `contact` keeps in touch. Raises CannotMakeResponsible for a unit that nobody leads any more."""
    unit = unit_of_person(colleague=contact, now=now, person=person) if isinstance(contact, Person) else contact
    return make_responsible(
        person=person, kind=CONTACT, key=str(stakeholder.pk), label=stakeholder.name, unit=unit, now=now
    )


def let_contact_rest(*, person: Person, stakeholder: Stakeholder, now: datetime) -> None:
    """Nobody keeps in touch with somebody put away."""
    end_responsibility(workspace=person.workspace, person=person, kind=CONTACT, key=str(stakeholder.pk), now=now)


def give_back_contact(*, person: Person, stakeholder: Stakeholder, rested_at: datetime, now: datetime) -> None:
    """Whoever kept in touch until it rested does again, unless they left; nobody whose time had ended before."""
    rows = Responsibility.objects.filter(
        workspace=person.workspace, kind=CONTACT, key=str(stakeholder.pk), ends_at__gte=rested_at
    )
    last = rows.select_related("unit").order_by("-starts_at", "-id").first()
    if last:
        with suppress(CannotMakeResponsible):
            make_contact(person=person, stakeholder=stakeholder, contact=last.unit, now=now)


@transaction.atomic
def undo_stakeholder(
    *,
    person: Person,
    now: datetime,
    pk: str,
    revision: int,
    before: Mapping[str, Any],
    line: int | None = None,
    unit: str = "",
) -> None:
    """What was known before, and who kept in touch: the `line` that was opened goes back to the `unit` before it."""
    _undo_known(person=person, now=now, pk=pk, revision=revision, before=before)
    if before.get("archived_at"):
        let_contact_rest(person=person, stakeholder=Stakeholder.objects.get(pk=pk), now=now)
    elif line:
        undo_responsible(person=person, now=now, line=line, before=unit)
