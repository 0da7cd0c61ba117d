"""Escalation levels: what was agreed in calm times, and what holds now (S2-22)."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q

from allmende.guidelines.models import ActiveLevel, EscalationContact, EscalationLevel
from allmende.team.models import Workspace


def levels_of(workspace: Workspace) -> list[EscalationLevel]:
    """The scale from 0 to 6 as this workspace keeps it, each with its contacts in `.called`; empty before it was taken over."""
    rows = list(EscalationLevel.objects.filter(workspace=workspace, archived_at__isnull=True))
    called: dict[UUID, list[EscalationContact]] = {row.pk: [] for row in rows}
    contacts = EscalationContact.objects.filter(workspace=workspace, archived_at__isnull=True)
    for contact in contacts.filter(Q(person__isnull=True) | Q(person__left_at__isnull=True)).select_related(
        "person__user"
    ):
        called.get(contact.level_id, []).append(contact)
    for row in rows:
        row.called = called[row.pk]  # type: ignore[attr-defined]
    return rows


def contacts_up_to(workspace: Workspace, number: int) -> Sequence[EscalationContact]:
    """Whom a level calls: its own contacts and those of every level below, each address once."""
    found: dict[object, EscalationContact] = {}
    for level in levels_of(workspace):
        for contact in level.called if level.number <= number else ():  # type: ignore[attr-defined]
            found.setdefault(contact.person_id or (contact.name, contact.email, contact.phone), contact)
    return list(found.values())


def active_levels(workspace: Workspace) -> list[ActiveLevel]:
    """What burns now, the worst first and exercises last; an incident in several channels has several rows."""
    return list(ActiveLevel.objects.filter(workspace=workspace).select_related("led_by", "channel"))


def public_words(workspace: Workspace, channel_id: UUID | None = None) -> list[ActiveLevel]:
    """What our public pages say of what burns: in a channel, or without one anywhere; each incident once. In calm times no query."""
    levels = active_levels(workspace) if workspace.alarm_since else []
    here = [one for one in levels if one.public_text and (channel_id is None or one.channel_id in (None, channel_id))]
    return list({one.incident_id: one for one in here}.values())


def active_in(levels: Sequence[ActiveLevel], channel_id: UUID) -> ActiveLevel | None:
    """Which of these levels says what to say in a channel; the worst one. No query."""
    return next((one for one in levels if one.channel_id in (None, channel_id)), None)
