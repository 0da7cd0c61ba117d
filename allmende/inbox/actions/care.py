"""Say what protects people here, set one's own time budget, and mark how a conversation sounds (S4-11, S4-34, S2-13)."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.inbox import audit, states
from allmende.inbox.models import AtmosphereReading, Conversation, PresenceBudget, ProtectionRules
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


class CannotProtect(Exception):
    """Nothing changed; the message says why."""


@transaction.atomic
def save_protection(
    *,
    person: Person,
    conflict_replies: int,
    cool_down_minutes: int,
    measures_people: bool,
    works_council_note: str,
    now: datetime,
    most_open: int | None = None,
    seen_revision: int | None = None,
) -> ProtectionRules:
    """Change what protects people. Raises CannotProtect when people were to be measured without what was agreed on that."""
    require(person, "team.workspace.edit")
    if measures_people and not works_council_note.strip():
        raise CannotProtect(
            _("Not saved. Response times by person are shown only once it says what was agreed with the works council.")
        )
    lock_workspace(person.workspace_id)
    values: dict[str, Any] = {
        "conflict_replies": conflict_replies, "cool_down_minutes": cool_down_minutes, "measures_people": measures_people,
        "works_council_note": works_council_note.strip(), "most_open": most_open,
    }  # fmt: skip
    found = ProtectionRules.objects.filter(workspace=person.workspace).first()
    if found is None:
        found = ProtectionRules.objects.create(
            workspace=person.workspace, created_at=now, created_by=person, updated_at=now, updated_by=person, **values
        )
    else:
        change_record(record=found, person=person, now=now, seen_revision=seen_revision, **values)
    record_audit(workspace=person.workspace, person=person, verb=audit.PROTECTED, target=found, now=now, after=values)
    return found


@transaction.atomic
def set_budget(*, person: Person, minutes: int | None, now: datetime) -> int | None:
    """How many minutes a day one wants to spend in the networks; None for no budget. Returns what it was before."""
    require(person, "team.workspace.read")
    found = PresenceBudget.objects.filter(person=person).first()
    if minutes is None:
        PresenceBudget.objects.filter(person=person).delete()
    else:
        PresenceBudget.objects.update_or_create(person=person, defaults={"minutes": minutes})
    return found.minutes if found else None


@transaction.atomic
def mark_atmosphere(
    *, person: Person, conversation: Conversation, week: date, fits: str, note: str, now: datetime
) -> AtmosphereReading:
    """Say whether a conversation of the sample sounds as we want it to; whoever reads it later overwrites."""
    require(person, "inbox.conversation.sort")
    if fits not in states.FITS:
        raise CannotProtect(_("Not noted. Choose whether it sounds as we want it to."))
    values = {"person": person, "fits": fits, "note": note.strip()[:300], "at": now}
    made, _is_new = AtmosphereReading.objects.update_or_create(
        conversation=conversation, week_date=week, defaults=values
    )
    record_audit(
        workspace=person.workspace,
        person=person,
        verb=audit.ATMOSPHERE,
        target=conversation,
        now=now,
        after={"fits": fits},
    )
    return made


@transaction.atomic
def undo_atmosphere(*, person: Person, reading: int, now: datetime) -> None:
    """Take back what was just said of a conversation."""
    require(person, "inbox.conversation.sort")
    rows = AtmosphereReading.objects.filter(pk=reading, conversation__workspace=person.workspace, person=person)
    if not rows.delete()[0]:
        raise stale_undo()


def undo_budget(*, person: Person, minutes: int | None, now: datetime) -> None:
    """Write back one's own budget."""
    set_budget(person=person, minutes=minutes, now=now)
