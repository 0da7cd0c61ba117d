"""Give a person the incident or what belongs to it, or behave as if it did not exist."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from allmende.crisis.models import (
    ChecklistPoint,
    Debrief,
    Fact,
    HoldingStatement,
    Incident,
    Lesson,
    MediaMention,
    Signal,
)
from allmende.crisis.states import PROPOSED
from allmende.inbox.models import Conversation
from allmende.team.access import may
from allmende.team.models import Person


def find_incident(person: Person, incident_id: UUID | str) -> Incident:
    """An incident of the person's workspace with those who lead and declared it, or 404."""
    rows = Incident.objects.select_related("workspace", "led_by", "declared_by", "line_by", "updated_by")
    return get_object_or_404(rows, workspace=person.workspace, pk=incident_id)


def find_fact(person: Person, fact_id: UUID | str) -> Fact:
    """A fact of an incident of the person's workspace that was not put away, or 404."""
    rows = Fact.objects.select_related("incident__workspace", "updated_by")
    return get_object_or_404(rows, workspace=person.workspace, pk=fact_id, archived_at__isnull=True)


def find_point(person: Person, point_id: int) -> ChecklistPoint:
    """A point of a checklist of the person's workspace, or 404."""
    rows = ChecklistPoint.objects.select_related("incident__workspace")
    return get_object_or_404(rows, incident__workspace=person.workspace, pk=point_id)


def find_statement(person: Person, statement_id: UUID | str) -> HoldingStatement:
    """A holding statement of the person's workspace that was not put away, or 404."""
    rows = HoldingStatement.objects.select_related("updated_by")
    return get_object_or_404(rows, workspace=person.workspace, pk=statement_id, archived_at__isnull=True)


def find_statement_named(person: Person, asked: str) -> HoldingStatement | None:
    """The holding statement an address names to begin with; None for anything else."""
    try:
        wanted = UUID(asked)
    except ValueError:
        return None
    return HoldingStatement.objects.filter(workspace=person.workspace, pk=wanted, archived_at__isnull=True).first()


def debrief_of(incident: Incident) -> Debrief | None:
    """What the team learnt of it; None before anybody wrote it."""
    return Debrief.objects.filter(incident=incident).first()


def find_lesson(person: Person, lesson_id: UUID | str) -> Lesson:
    """A decision of a debrief of the person's workspace, or 404."""
    rows = Lesson.objects.select_related("incident__workspace", "owner")
    return get_object_or_404(rows, workspace=person.workspace, pk=lesson_id, archived_at__isnull=True)


def find_mention(person: Person, mention_id: UUID | str) -> MediaMention:
    """A mention in the media of the person's workspace, or 404."""
    return get_object_or_404(MediaMention, workspace=person.workspace, pk=mention_id, archived_at__isnull=True)


def find_signal(person: Person, signal_id: int) -> Signal:
    """What the figures proposed in the person's workspace, or 404."""
    return get_object_or_404(Signal, workspace=person.workspace, pk=signal_id)


def find_open_signal(person: Person, asked: str) -> Signal | None:
    """What an address names as the cause of a declaration, while nobody answered it; None for anything else."""
    if not asked.isdecimal() or len(asked) > 18:
        return None
    return Signal.objects.filter(workspace=person.workspace, pk=int(asked), state=PROPOSED).first()


def find_cause(person: Person, asked: str) -> Conversation | None:
    """The conversation an address names as the cause of a declaration, if the person may read it; None for anything else."""
    try:
        wanted = UUID(asked)
    except ValueError:
        return None
    if not may(person, "inbox.conversation.read"):
        return None
    rows = Conversation.objects.select_related("channel")
    return rows.filter(workspace=person.workspace, public_id=wanted).first()
