"""Give a person the note, handover or point they ask for, or behave as if it did not exist (404)."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from allmende.handover.models import Handover, HandoverPoint, KnowledgeNote
from allmende.team.models import Person


def find_note(person: Person, note_id: UUID | str) -> KnowledgeNote:
    """A note of the person's workspace that is not put away."""
    rows = KnowledgeNote.objects.select_related("holder", "second", "updated_by", "workspace")
    return get_object_or_404(rows, workspace=person.workspace, pk=note_id, archived_at__isnull=True)


def find_handover(person: Person, handover_id: UUID | str) -> Handover:
    """A handover of the person's workspace that was not called off."""
    rows = Handover.objects.select_related("leaver", "successor", "accepted_by", "workspace", "updated_by")
    return get_object_or_404(rows, workspace=person.workspace, pk=handover_id, archived_at__isnull=True)


def find_point(person: Person, point_id: int) -> HandoverPoint:
    """A point of a handover of the person's workspace."""
    rows = HandoverPoint.objects.select_related("handover", "updated_by")
    return get_object_or_404(
        rows, handover__workspace=person.workspace, handover__archived_at__isnull=True, pk=point_id
    )
