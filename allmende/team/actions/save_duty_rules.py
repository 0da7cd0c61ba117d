"""Say what the rota warns about: rest, long days, Sundays, holidays."""

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from allmende.domain.coverage import RestRules
from allmende.team.access import require
from allmende.team.actions.change_record import change_record
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.actions.record_audit import record_audit
from allmende.team.models import DutyRules, Person


@transaction.atomic
def save_duty_rules(*, person: Person, rules: RestRules, now: datetime, seen_revision: int | None = None) -> DutyRules:
    """Write the rules of this workspace. They warn and never lock. Raises StaleRevision."""
    require(person, "team.duty.plan")
    lock_workspace(person.workspace_id)
    values = asdict(rules)
    kept = DutyRules.objects.filter(workspace=person.workspace).first()
    if kept is None:
        kept = DutyRules.objects.create(
            workspace=person.workspace, created_at=now, created_by=person, updated_at=now, updated_by=person, **values
        )
    else:
        change_record(record=kept, person=person, now=now, seen_revision=seen_revision, archived_at=None, **values)
    record_audit(workspace=person.workspace, person=person, verb="team.rules.saved", target=kept, now=now, after=values)
    return kept
