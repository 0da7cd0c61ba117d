"""Write down who answers questions of which topics, and what was agreed with them (S3-13)."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.team import states
from allmende.team.access import require
from allmende.team.actions.change_record import change_record
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.actions.record_audit import record_audit
from allmende.team.models import Expert, Person, ResponsibleUnit

EDIT = "team.unit.edit"


class CannotSaveExpert(Exception):
    """The expert was not saved; `field` is the name of the field to mend."""

    def __init__(self, sentence: str, field: str) -> None:
        self.field = field
        super().__init__(sentence)


@transaction.atomic
def save_expert(
    *,
    person: Person,
    expert: Expert | None,
    name: str,
    topics: Sequence[str],
    way: str,
    now: datetime,
    colleague: Person | None = None,
    email: str = "",
    unit: ResponsibleUnit | None = None,
    hours_per_month: Decimal = Decimal(2),
    answer_days: int = 2,
    is_named: bool = False,
    most_open: int = 3,
    deputy: Expert | None = None,
    agreement: str = "",
    seen_revision: int | None = None,
) -> Expert:
    """Create or change an expert. Raises CannotSaveExpert when nobody could reach them, StaleRevision after a colleague."""
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    topics = list(dict.fromkeys(one.strip()[:80] for one in topics if one.strip()))
    _check(person, expert, name, topics, way, colleague, email, unit, deputy)
    values = {
        "name": name.strip(), "person_id": colleague.pk if colleague else None, "email": email.strip(),
        "unit_id": unit.pk if unit else None, "topics": topics, "hours_per_month": hours_per_month, "way": way,
        "answer_days": answer_days, "is_named": is_named, "most_open": most_open,
        "deputy_id": deputy.pk if deputy else None, "agreement": agreement.strip(),
    }  # fmt: skip
    if expert is None:
        expert = Expert.objects.create(
            workspace=person.workspace, created_at=now, created_by=person, updated_at=now, updated_by=person, **values
        )
    else:
        change_record(record=expert, person=person, now=now, seen_revision=seen_revision, **values)
    _record(person, expert, now)
    return expert


@transaction.atomic
def archive_expert(*, person: Person, expert: Expert, now: datetime) -> None:
    """Ask this expert no more; what they answered stays."""
    require(person, EDIT)
    lock_workspace(person.workspace_id)
    change_record(record=expert, person=person, now=now, seen_revision=None, archived_at=now)
    _record(person, expert, now)


def _record(person: Person, expert: Expert, now: datetime) -> None:
    after = {"topics": expert.topics, "way": expert.way, "away": expert.archived_at is not None}
    verb = "team.expert.saved"
    record_audit(workspace=person.workspace, person=person, verb=verb, target=expert, now=now, after=after)


def _check(
    person: Person, expert: Expert | None, name: str, topics: Sequence[str], way: str, colleague: Person | None,
    email: str, unit: ResponsibleUnit | None, deputy: Expert | None,
) -> None:  # fmt: skip
    if not name.strip():
        raise CannotSaveExpert(_("Not saved: give a name."), "name")
    if not topics:
        raise CannotSaveExpert(_("Not saved: name at least one topic, so that questions find their way."), "topics")
    if way == states.BY_MAIL and not email.strip():
        raise CannotSaveExpert(_("Not saved: without an e-mail address no question reaches them."), "email")
    if way == states.IN_APP and colleague is None:
        raise CannotSaveExpert(_("Not saved: choose who it is among the people with an account."), "colleague")
    if deputy and expert and deputy.pk == expert.pk:
        raise CannotSaveExpert(_("Not saved: nobody is their own deputy."), "deputy")
    if any(one and one.workspace_id != person.workspace_id for one in (colleague, unit, deputy)):
        raise CannotSaveExpert(_("Not saved: this person or department is not of this workspace."), "name")
