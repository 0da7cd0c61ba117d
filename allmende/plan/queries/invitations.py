"""Whose calendar does not say yet what the plan says: steps that were agreed, moved, dropped or given to others."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from allmende.plan import states
from allmende.plan.models import Invitation, PlanVersion, Step, StepProgress
from allmende.plan.queries.steps import progress_of
from allmende.team.models import Person

REQUEST, CANCEL = "REQUEST", "CANCEL"
# What was done may be undone by the same hand: mails wait so long.
SETTLES = timedelta(minutes=2)


@dataclass(frozen=True)
class Due:
    """One mail to write: an invitation, a change of one, or its end. `step` is None once the plan has it no more."""

    version: PlanVersion
    key: str
    person: Person
    method: str
    on_date: date
    what: str
    told: str
    step: Step | None
    progress: StepProgress
    before: Invitation | None

    @property
    def ending(self) -> tuple[str, str]:
        """Why it is called off, as a code and its words: the plan was "closed", the step is "gone" from it, was "dropped", or
        lies with "others" (their names come with the step)."""
        if self.version.plan.state == states.CLOSED:
            return "closed", self.version.plan.closing_reason
        if self.step is None:
            return "gone", self.version.change_reason
        if self.progress.state == states.CANCELLED:
            return "dropped", self.progress.note
        return "others", self.step.owner.name if self.step.owner else ""


def invitations_of(version: PlanVersion, key: str) -> list[Invitation]:
    """Who has this step in the calendar because we sent it; one query."""
    rows = Invitation.objects.filter(plan=version.plan_id, key=key, cancelled_at__isnull=True)
    return list(rows.select_related("person").order_by("told_at", "pk"))


def invitations_due(now: datetime) -> Iterator[Due]:
    """Of every plan in force but the invented ones; four queries each."""
    rows = PlanVersion.objects.filter(
        state=states.PUBLISHED, workspace__demo_since__isnull=True, workspace__rehearsal_of__isnull=True
    )
    for version in rows.exclude(plan__state=states.CLOSED).select_related("workspace", "plan"):
        yield from _of_version(version, now)
    yield from _of_closed_plans(now)


def _of_closed_plans(now: datetime) -> Iterator[Due]:
    """Steps that still lay ahead when their plan was closed wait for nobody any more."""
    rows = Invitation.objects.filter(plan__state=states.CLOSED, cancelled_at__isnull=True, on_date__gte=now.date())
    for row in rows.select_related("person__user", "plan__workspace").order_by("pk"):
        version = row.plan.versions.filter(published_at__isnull=False).select_related("workspace").latest("number")
        yield Due(version, row.key, row.person, CANCEL, row.on_date, row.what, "", None, StepProgress(), row)


def _of_version(version: PlanVersion, now: datetime) -> Iterator[Due]:
    rows = Step.objects.filter(version=version).select_related("owner", "tactic__strategy__objective")
    steps = {step.key: step for step in rows}
    progress = progress_of(version.workspace)
    people = {str(one.pk): one for one in Person.objects.filter(workspace=version.workspace).select_related("user")}
    sent = {
        (row.key, str(row.person_id)): row
        for row in Invitation.objects.filter(plan=version.plan_id).select_related("person__user")
    }
    for key, step in steps.items():
        known = progress.get(key) or StepProgress()
        if known.changed_at and known.changed_at > now - SETTLES:
            continue
        for one in dict.fromkeys((str(step.owner_id), *step.also_by)):
            due = _wanted(version, step, known, people.get(one), sent.get((key, one)), now)
            if due:
                yield due
    for (key, one), row in sent.items():
        if row.cancelled_at is None and _is_over(steps.get(key), progress.get(key), one, now):
            known = progress.get(key) or StepProgress()
            yield Due(version, key, row.person, CANCEL, row.on_date, row.what, "", steps.get(key), known, row)


def _wanted(
    version: PlanVersion, step: Step, known: StepProgress, person: Person | None, row: Invitation | None, now: datetime
) -> Due | None:
    """The mail this person lacks, if any: the first once the step is agreed, a further one for another day or wording."""
    if person is None or person.left_at or known.state not in states.OPEN_STEP_STATES:
        return None
    day = known.due_day(step)
    told = hashlib.sha256(f"{day.isoformat()}\n{step.what}\n{step.where}".encode()).hexdigest()
    if row is None or row.cancelled_at:
        if not known.agreed_at or day < version.workspace.day_at(now):
            return None
    elif row.told == told:
        return None
    return Due(version, step.key, person, REQUEST, day, step.what, told, step, known, row)


def _is_over(step: Step | None, known: StepProgress | None, person_id: str, now: datetime) -> bool:
    """Does it no longer belong in this person's calendar: dropped, gone from the plan, or done by others?"""
    if step is None:
        return True
    if known and known.changed_at and known.changed_at > now - SETTLES:
        return False
    is_dropped = known is not None and known.state == states.CANCELLED
    return is_dropped or person_id not in {str(step.owner_id), *step.also_by}
