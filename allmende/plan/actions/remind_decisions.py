"""What the calendar asks of decisions: what came of them, and whose data may no longer be kept."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from allmende.plan import states
from allmende.plan.actions.decide import erase_candidate
from allmende.plan.models import DecisionCheck
from allmende.plan.queries import candidates_expired, decisions_due
from allmende.team.actions import change_record, record_audit, send_notice
from allmende.team.actions.lock_workspace import lock_workspace


def remind_decisions(*, now: datetime) -> int:
    """Ask requester and decider what came of each decision whose day is here; returns how many."""
    due = [
        check
        for check in decisions_due(now.date())
        if (check.follow_up_date or now.date()) <= check.workspace.day_at(now)
    ]
    for check in due:
        _ask(check, now)
    return len(due)


def erase_expired(*, now: datetime) -> int:
    """Erase what candidates told once their retention date has passed; returns how many."""
    expired = candidates_expired(now.date())
    for check in expired:
        erase_candidate(person=None, check=check, now=now)
    return len(expired)


@transaction.atomic
def _ask(check: DecisionCheck, now: datetime) -> None:
    if check.state != states.DECIDED:
        return
    lock_workspace(check.workspace_id)
    change_record(record=check, person=None, now=now, seen_revision=None, state=states.FOLLOW_UP_DUE)
    record_audit(workspace=check.workspace, person=None, verb="plan.decision.follow_up_due", target=check, now=now)
    url = reverse("plan:decision", kwargs={"slug": check.workspace.slug, "decision_id": check.pk})
    for reader in {check.requester, check.decided_by or check.requester}:
        send_notice(
            person=reader,
            kind="plan.follow_up_due",
            values={"title": check.title, "decision": check.decision},
            url=url,
            once_key=f"plan.follow_up_due:{check.pk}",
            now=now,
        )
