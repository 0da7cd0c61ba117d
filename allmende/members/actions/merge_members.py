"""Say that two members are one person, and part them again (`domain.md` 3.7)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from allmende.members import audit, states
from allmende.members.models import Identity, Member, MemberNote, MemberStage, MemberTrait, Merging, SegmentStay
from allmende.team.access import require
from allmende.team.actions import CannotUndo, record_audit, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

EDIT = "members.member.edit"
_MOVED: dict[str, QuerySet[Any]] = {
    "identities": Identity.objects.all(),
    "notes": MemberNote.objects.all(),
    "traits": MemberTrait.objects.all(),
    "stays": SegmentStay.objects.all(),
}


class CannotMerge(Exception):
    """The two stay apart; the message says why and what to do."""


@transaction.atomic
def merge_members(*, person: Person, source: Member, target: Member, basis: str, now: datetime) -> Merging:
    """Let `source` be the person `target` is: where we meet them, notes, traits and stays in groups go over, and what the two did
    counts as done by one. What both are told of stays as it is told of `target`.

    Raises CannotMerge for one of our own, for someone erased or merged meanwhile, and without a basis.
    """
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    _check(person, source, target, basis)
    source.refresh_from_db()
    target.refresh_from_db()
    moved = _move(source, target)
    Member.objects.filter(pk=source.pk).update(merged_into=target)
    Member.objects.filter(pk=target.pk).update(first_seen_at=min(source.first_seen_at, target.first_seen_at))
    MemberStage.objects.filter(member=source).delete()
    row = Merging.objects.create(
        workspace=person.workspace, source=source, target=target, basis=basis, person=person, at=now, moved=moved
    )
    _record(person, audit.MERGED, row, now)
    return row


@transaction.atomic
def part_members(*, person: Person, now: datetime, merging: int) -> None:
    """The undo: what came from `source` goes back to it. Raises CannotUndo for those erased or merged again meanwhile."""
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    rows = Merging.objects.filter(pk=merging, workspace=person.workspace, undone_at__isnull=True)
    row = rows.select_related("source", "target").first()
    if row is None or row.target.erased_at or row.source.erased_at:
        raise stale_undo()
    if row.source.merged_into_id != row.target_id:
        raise CannotUndo(_("Not parted. The two were merged into a third one since; part that first."))
    for name, rows_of in _MOVED.items():
        rows_of.filter(pk__in=row.moved[name], member=row.target).update(member=row.source)
    Member.objects.filter(pk__in=row.moved["members"], merged_into=row.target).update(merged_into=row.source)
    Member.objects.filter(pk=row.source_id).update(merged_into=None)
    _give_first_day_back(row)
    rows.update(undone_at=now)
    _record(person, audit.PARTED, row, now)


def _check(person: Person, source: Member, target: Member, basis: str) -> None:
    both = Member.objects.filter(workspace=person.workspace, pk__in=(source.pk, target.pk))
    if both.count() < 2:
        raise CannotMerge(_("Not merged. Choose another member."))
    if both.filter(erased_at__isnull=False).exists():
        raise CannotMerge(_("Not merged. One of the two asked to be forgotten; nothing more is kept of them."))
    if both.filter(merged_into__isnull=False).exists():
        raise CannotMerge(_("Not merged. One of the two was merged into another member meanwhile. Look there."))
    if both.filter(identities__is_us=True).exists():
        raise CannotMerge(_("Not merged. One of the two is an account of our own, which is nobody’s."))
    if basis not in states.MERGING_BASES:
        raise CannotMerge(_("Not merged. Say how you know that both are one person."))


def _move(source: Member, target: Member) -> dict[str, Any]:
    told = target.traits.values_list("name", flat=True)
    groups = target.stays.values_list("segment", flat=True)
    rows: dict[str, Any] = {
        "identities": source.identities.all(),
        "notes": source.notes.all(),
        "traits": source.traits.exclude(name__in=told),
        "stays": source.stays.exclude(segment__in=groups),
    }
    moved: dict[str, Any] = {name: sorted(found.values_list("pk", flat=True)) for name, found in rows.items()}
    for name, rows_of in _MOVED.items():
        rows_of.filter(pk__in=moved[name]).update(member=target)
    moved["members"] = sorted(source.merged.values_list("pk", flat=True))
    Member.objects.filter(pk__in=moved["members"]).update(merged_into=target)
    return moved | {"first_seen_at": target.first_seen_at.isoformat()}


def _give_first_day_back(row: Merging) -> None:
    """The target was first met as if `source` had never come to it; those who came after it are told so as well."""
    theirs, first = row.source.first_seen_at, _first_day_before(row)
    later = Merging.objects.filter(target=row.target, undone_at__isnull=True, pk__gt=row.pk).order_by("pk")
    for one in later.select_related("source"):
        before = _first_day_before(one)
        if before == theirs:
            before = first
            Merging.objects.filter(pk=one.pk).update(moved=one.moved | {"first_seen_at": before.isoformat()})
        first = min(before, one.source.first_seen_at)
    if row.target.first_seen_at == theirs:
        Member.objects.filter(pk=row.target_id).update(first_seen_at=first)


def _first_day_before(row: Merging) -> datetime:
    return datetime.fromisoformat(row.moved["first_seen_at"])


def _record(person: Person, verb: str, row: Merging, now: datetime) -> None:
    record_audit(
        workspace=person.workspace, person=person, verb=verb, target=row.target, now=now, after={"other": row.source_id}
    )
