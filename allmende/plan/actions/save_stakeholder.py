"""Enter a stakeholder, change what is known, put away and bring back."""

from datetime import date, datetime, timedelta
from typing import Any, TypedDict, Unpack

from django.db import transaction

from allmende.plan import audit
from allmende.plan.actions.keep_contact import Contact, give_back_contact, let_contact_rest, make_contact
from allmende.plan.models import Stakeholder
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

EDIT = "stakeholders.stakeholder.edit"
# Who enters the same somebody again within this time pressed the button twice.
SAME_PRESS = timedelta(minutes=1)


class Known(TypedDict, total=False):
    """What is known of a stakeholder; names as in the model."""

    name: str
    position: str
    department: str
    email: str
    must_agree: bool
    objective_keys: list[str]
    agreement_interval_days: int
    influence: str
    interest: str
    wanted_feeling: str
    relation: str
    update_interval_days: int
    next_due_date: date | None


@transaction.atomic
def add_stakeholder(
    *, person: Person, now: datetime, contact: Contact | None = None, **known: Unpack[Known]
) -> Stakeholder:
    """A new stakeholder; `name` is needed, the rest may follow (influence: advises, rhythm: 28 days).

    Raises CannotMakeResponsible for a `contact` that cannot take it on; then nobody was entered.
    """
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    fresh = Stakeholder.objects.filter(workspace=person.workspace, created_by=person, created_at__gt=now - SAME_PRESS)
    if twin := fresh.filter(revision=1, **known).first():
        return twin
    made = Stakeholder.objects.create(
        workspace=person.workspace, created_at=now, created_by=person, updated_at=now, updated_by=person, **known
    )
    record_audit(workspace=person.workspace, person=person, verb=audit.STAKEHOLDER_ADDED, target=made, now=now)
    if contact:
        make_contact(person=person, stakeholder=made, contact=contact, now=now)
    return made


@transaction.atomic
def change_stakeholder(
    *,
    person: Person,
    stakeholder: Stakeholder,
    now: datetime,
    seen_revision: int | None,
    contact: Contact | None = None,
    **known: Unpack[Known],
) -> Stakeholder:
    """Write what is known now; `contact` keeps in touch from now on, None leaves whoever does.

    Raises team.actions.StaleRevision when somebody else wrote something else meanwhile, and CannotMakeResponsible.
    """
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    before = change_record(record=stakeholder, person=person, now=now, seen_revision=seen_revision, **known)
    changed = [name for name, value in before.items() if getattr(stakeholder, name) != value]
    if changed:
        record_audit(
            workspace=person.workspace,
            person=person,
            verb=audit.STAKEHOLDER_CHANGED,
            target=stakeholder,
            now=now,
            before={name: str(before[name]) for name in changed},
            after={name: str(getattr(stakeholder, name)) for name in changed},
        )
    if contact:
        make_contact(person=person, stakeholder=stakeholder, contact=contact, now=now)
    return stakeholder


@transaction.atomic
def archive_stakeholder(*, person: Person, stakeholder: Stakeholder, now: datetime) -> None:
    """Put somebody away who decides nothing here any more; released reports stay, and nobody keeps in touch."""
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    _put(person, stakeholder, now, audit.STAKEHOLDER_ARCHIVED, archived_at=now)
    let_contact_rest(person=person, stakeholder=stakeholder, now=now)


@transaction.atomic
def restore_stakeholder(*, person: Person, stakeholder: Stakeholder, now: datetime) -> None:
    """Bring somebody back, and with them who kept in touch until then, if they still work here."""
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    rested_at = stakeholder.archived_at
    _put(person, stakeholder, now, audit.STAKEHOLDER_RESTORED, archived_at=None)
    if rested_at:
        give_back_contact(person=person, stakeholder=stakeholder, rested_at=rested_at, now=now)


def plan_next_update(*, person: Person, stakeholder: Stakeholder, due_date: date, now: datetime) -> None:
    """The day on which they hear from us next, moved by a report that was released."""
    change_record(record=stakeholder, person=person, now=now, seen_revision=None, next_due_date=due_date)


def _put(person: Person, stakeholder: Stakeholder, now: datetime, verb: str, **fields: Any) -> None:
    change_record(record=stakeholder, person=person, now=now, seen_revision=None, **fields)
    record_audit(workspace=person.workspace, person=person, verb=verb, target=stakeholder, now=now)
