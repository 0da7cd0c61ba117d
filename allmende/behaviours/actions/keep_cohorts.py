"""Keep what became of those who came in the same month."""

from datetime import datetime

from django.db import transaction

from allmende.behaviours import states
from allmende.behaviours.models import BehaviourDefinition, CohortCount, CountedFrom
from allmende.behaviours.queries.counting import count_cohorts
from allmende.behaviours.queries.definitions import counted_as
from allmende.behaviours.queries.touched import fingerprint_of, last_look
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Workspace


def keep_cohorts(
    *,
    workspace: Workspace,
    definition: BehaviourDefinition,
    as_of: datetime,
    now: datetime,
    is_asked_for: bool = False,
) -> bool:
    """Count the cohorts of a definition and replace those kept: where something touched what they are counted from, at most once
    a day, for months do not change by the hour. Where somebody asks for it, at once: an archive may just have been brought along.

    False where they were counted or found untouched today already. The ledger must be filled (`fill_ledger`).
    """
    known = CohortCount.objects.filter(definition=definition)
    last = last_look(definition, states.COHORTS)
    if not is_asked_for and last is not None and workspace.day_at(last.looked_at) >= workspace.day_at(now):
        return False
    spec = counted_as(definition)
    seen = fingerprint_of(workspace, spec, states.COHORTS, as_of=as_of)
    if not is_asked_for and look_again(definition, states.COHORTS, seen, now):
        known.update(measured_at=now)
        return False
    rows = count_cohorts(workspace, spec, as_of=as_of)
    with transaction.atomic():
        lock_workspace(workspace.pk)
        known.delete()
        CohortCount.objects.bulk_create(
            [
                CohortCount(
                    definition=definition, joined_date=row.joined_at.date(), months=row.months, people=row.people,
                    did=row.did, measured_at=now,
                )
                for row in rows
            ],
            batch_size=500,
        )  # fmt: skip
        note_looked(definition, states.COHORTS, seen, now)
    return True


def look_again(definition: BehaviourDefinition, what: str, fingerprint: str, now: datetime) -> bool:
    """Whether everything is as it was when it was last counted; then that it was looked at is noted. Never as a new note: a
    version may be taken out of force meanwhile, with all that was counted of it."""
    rows = CountedFrom.objects.filter(definition=definition, what=what, fingerprint=fingerprint)
    return bool(rows.update(looked_at=now))


def note_looked(definition: BehaviourDefinition, what: str, fingerprint: str, now: datetime, rule: str = "") -> None:
    """From what it was counted, and by which rule it may be shown; belongs inside the transaction that keeps what it came to."""
    CountedFrom.objects.update_or_create(
        definition=definition, what=what, defaults={"fingerprint": fingerprint, "rule": rule, "looked_at": now}
    )
