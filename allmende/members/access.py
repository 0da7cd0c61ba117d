"""Give a person the member, note or rule they ask for, or behave as if it did not exist."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from allmende.members.models import ActorRule, Erasure, Member, MemberNote, Segment
from allmende.team.models import Person


def find_member(person: Person, member_id: int) -> Member:
    """A member of the person's workspace who was not erased, or 404."""
    return get_object_or_404(Member, workspace=person.workspace, pk=member_id, erased_at__isnull=True)


def find_note(person: Person, note_id: int) -> MemberNote:
    """A note on a member of the person's workspace, taken away or not, or 404."""
    return get_object_or_404(
        MemberNote.objects.select_related("member"), member__workspace=person.workspace, pk=note_id
    )


def find_rule(person: Person, rule_id: UUID) -> ActorRule:
    """A rule of the person's workspace, dropped or not, or 404."""
    return get_object_or_404(ActorRule, workspace=person.workspace, pk=rule_id)


def find_segment(person: Person, segment_id: UUID) -> Segment:
    """A group of members of the person's workspace, put away or not, or 404."""
    rows = Segment.objects.select_related("workspace")
    return get_object_or_404(rows, workspace=person.workspace, pk=segment_id)


def find_erasure(person: Person, erasure_id: UUID) -> Erasure:
    """An erasure in the person's workspace, finished or not, or 404."""
    rows = Erasure.objects.select_related("created_by", "workspace").prefetch_related("steps")
    return get_object_or_404(rows, workspace=person.workspace, pk=erasure_id)
