"""Give a person the member, note or rule they ask for, or behave as if it did not exist."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from allmende.members.models import ActorRule, Erasure, Member, MemberNote, Merging, Segment, is_known
from allmende.team.models import Person


def find_member(person: Person, member_id: int) -> Member:
    """A member of the person's workspace who was neither erased nor merged, or 404."""
    return get_object_or_404(Member, is_known(), workspace=person.workspace, pk=member_id)


def find_merged(person: Person, member_id: int) -> int | None:
    """As whom one meets a member now who was merged, or None."""
    rows = Member.objects.filter(is_known("merged_into__"), workspace=person.workspace, pk=member_id)
    return rows.values_list("merged_into", flat=True).first()


def find_merging(person: Person, merging_id: int) -> Merging:
    """A merging in the person's workspace that stands and of nobody who was erased, or 404."""
    rows = Merging.objects.select_related("source", "target").filter(is_known("target__"), undone_at__isnull=True)
    return get_object_or_404(rows, workspace=person.workspace, pk=merging_id)


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
