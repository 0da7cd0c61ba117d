"""What somebody may do in the community, they may do in the copy it practises in, and no more (`domain.md` 3.10)."""

from datetime import datetime

from allmende.team.actions.change_record import change_record
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.actions.record_audit import record_audit
from allmende.team.models import Person, Workspace
from allmende.team.states import OWNER

ACCESS = ("employment", "access_until_date", "briefing_asked_at")


def follow_in_copy(*, person: Person, colleague: Person, is_other_role: bool, now: datetime) -> None:
    """`colleague` was given another role or another last day: in a standing copy both hold from the next request on. Who only
    got another last day keeps the role they practise in. Where nobody owns the copy any more, `person` does, and if they
    changed themselves an owner of the community.

    To be called in the transaction that changed `colleague`, which holds the community.
    """
    theirs = _place_of(colleague)
    if theirs is None:
        return
    values = {name: getattr(colleague, name) for name in ACCESS}
    values["role"] = colleague.role if is_other_role else theirs.role
    if all(getattr(theirs, name) == value for name, value in values.items()):
        return
    change_record(record=theirs, person=None, now=now, seen_revision=None, **values)
    after = {"name": theirs.name, "role": theirs.role, "until": str(theirs.access_until_date or "")}
    record_audit(
        workspace=theirs.workspace, person=None, verb="team.person.changed", target=theirs, now=now, after=after
    )
    _keep_owned(theirs.workspace, person, colleague)


def leave_copy(*, person: Person, colleague: Person, now: datetime) -> None:
    """Whoever leaves leaves the copy the community practises in, too; where nobody owns that any more, `person` does, and if
    they end their own access an owner of the community."""
    theirs = _place_of(colleague)
    if theirs is None:
        return
    change_record(record=theirs, person=None, now=now, seen_revision=None, left_at=now)
    left = {"name": theirs.name}
    record_audit(workspace=theirs.workspace, person=None, verb="team.person.left", target=theirs, now=now, after=left)
    _keep_owned(theirs.workspace, person, colleague)


def come_back(*, colleague: Person, left_at: datetime, now: datetime) -> None:
    """That `colleague` left at that moment is taken back: so it is in the copy, where they left it with the community."""
    theirs = _place_of(colleague, left_at)
    if theirs is None:
        return
    change_record(record=theirs, person=None, now=now, seen_revision=None, left_at=None)
    after = {"name": theirs.name, "role": theirs.role}
    record_audit(
        workspace=theirs.workspace, person=None, verb="team.person.changed", target=theirs, now=now, after=after
    )


def _place_of(colleague: Person, left_at: datetime | None = None) -> Person | None:
    """Where they work in the copy that stands, or worked until they left at that moment; it is held from now on."""
    copy = Workspace.objects.filter(rehearsal_of=colleague.workspace_id).first()
    if copy is None:
        return None
    lock_workspace(copy.pk)
    rows = Person.objects.select_related("workspace").filter(workspace=copy, user=colleague.user_id)
    return (rows.filter(left_at=left_at) if left_at else rows.filter(left_at__isnull=True)).first()


def _keep_owned(copy: Workspace, person: Person, colleague: Person) -> None:
    owners = Person.objects.filter(role=OWNER, left_at__isnull=True, access_until_date__isnull=True)
    if owners.filter(workspace=copy).exists():
        return
    at_home = owners.filter(workspace=colleague.workspace_id).select_related("user").order_by("created_at")
    heir = person if person.pk != colleague.pk else at_home.exclude(pk=colleague.pk).first()
    if heir is None:
        return
    owns = {"role": OWNER, "left_at": None, "employment": "internal", "access_until_date": None}
    Person.objects.update_or_create(
        workspace=copy, user=heir.user, defaults=owns, create_defaults=owns | {"name": heir.name}
    )
