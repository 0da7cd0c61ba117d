"""What the team should know about a member, for the team alone."""

from datetime import datetime

from django.db import transaction

from allmende.members import audit
from allmende.members.models import Member, MemberNote
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


@transaction.atomic
def add_note(*, person: Person, member: Member, text: str, now: datetime) -> MemberNote:
    """Keep a note on a member. It never leaves the team, enters no report, and goes when the member is erased."""
    require(person, "members.member.edit")
    note = MemberNote.objects.create(member=member, person=person, text=text, created_at=now)
    record_audit(workspace=person.workspace, person=person, verb=audit.NOTED, target=member, now=now)
    return note


@transaction.atomic
def take_note_away(*, person: Person, note: MemberNote, now: datetime) -> None:
    """The note is no longer shown; it can be put back."""
    require(person, "members.member.edit")
    lock_workspace(person.workspace_id)
    MemberNote.objects.filter(pk=note.pk).update(archived_at=now)
    record_audit(workspace=person.workspace, person=person, verb=audit.NOTE_TAKEN, target=note.member, now=now)


@transaction.atomic
def put_note_back(*, person: Person, note: MemberNote, now: datetime) -> None:
    """A note that was taken away stands there again."""
    require(person, "members.member.edit")
    lock_workspace(person.workspace_id)
    MemberNote.objects.filter(pk=note.pk).update(archived_at=None)
    record_audit(workspace=person.workspace, person=person, verb=audit.NOTED, target=note.member, now=now)
