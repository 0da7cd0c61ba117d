"""Compose a report: freeze the chain, the figures and the verdicts as they stand."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from allmende.plan.models import Stakeholder
from allmende.plan.queries import version_in_force
from allmende.stakeholders import audit, states
from allmende.stakeholders.models import Report
from allmende.stakeholders.queries.composing import paper_for
from allmende.stakeholders.queries.paper import Paper, frozen, thawed
from allmende.stakeholders.queries.sentences import heading
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.catalogue import speaking
from allmende.team.models import Person


class CannotCompose(Exception):
    """No report was composed; the text says why and what to do. `field` is the form's field it belongs to."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


@transaction.atomic
def compose_report(
    *, person: Person, stakeholder: Stakeholder, period_start_date: date, period_end_date: date, now: datetime
) -> Report:
    """The report on what was judged until the end of `period_end_date` (a day in the workspace's zone).

    A draft that exists is composed anew: figures are replaced, typed texts stay, a heading stays if somebody wrote it.
    Figures that may not leave the team are held back and never enter the report. Raises CannotCompose.
    """
    require(person, "stakeholders.report.compose")
    lock_workspace(person.workspace_id)
    zone = ZoneInfo(person.workspace.zone)
    _check_period(period_start_date, period_end_date, now.astimezone(zone).date())
    version = version_in_force(person.workspace)
    if version is None:
        raise CannotCompose(
            gettext("Not composed: no plan is in force, so nothing was agreed to report on. Publish the plan first.")
        )
    until = datetime.combine(period_end_date + timedelta(days=1), time(), zone)
    with timezone.override(zone), speaking(person.workspace.language, person.workspace.gender_form):
        paper = paper_for(person, stakeholder, version, until, now)
    if not paper.objectives:
        raise CannotCompose(
            gettext(
                "Not composed: the plan in force has no objective. Reports speak of objectives only; agree one first."
            )
        )
    report = _write(person, stakeholder, paper, period_start_date, period_end_date, now)
    after = {"stakeholder": str(stakeholder.pk), "plan_version": paper.plan_version}
    record_audit(workspace=person.workspace, person=person, verb=audit.COMPOSED, target=report, now=now, after=after)
    return report


def title_of(paper: Paper, gender_form: str) -> str:
    """The heading in the report's own language, whoever composes it."""
    with speaking(paper.language, gender_form):
        return heading(paper)


def _check_period(start: date, end: date, today: date) -> None:
    if end < start:
        raise CannotCompose(
            gettext("The period ends before it begins. Choose a last day after the first."), "period_end_date"
        )
    if end > today:
        raise CannotCompose(
            gettext("This day is still to come, so nothing of it can be reported. Choose today or an earlier day."),
            "period_end_date",
        )


def _write(person: Person, stakeholder: Stakeholder, paper: Paper, start: date, end: date, now: datetime) -> Report:
    Stakeholder.objects.select_for_update().get(pk=stakeholder.pk)  # of two who begin at once one begins
    draft = (
        Report.objects.select_for_update()
        .filter(stakeholder=stakeholder, state=states.COMPILED, archived_at__isnull=True)
        .first()
    )
    fields = {
        "period_start_date": start,
        "period_end_date": end,
        "content": frozen(paper),
        "composed_at": now,
        "title": title_of(paper, person.workspace.gender_form),
    }
    if draft is None:
        return Report.objects.create(
            workspace=person.workspace,
            stakeholder=stakeholder,
            created_at=now,
            created_by=person,
            updated_at=now,
            updated_by=person,
            **fields,
        )
    if draft.title != title_of(thawed(draft.content), person.workspace.gender_form):
        fields["title"] = draft.title
    change_record(record=draft, person=person, now=now, seen_revision=None, **fields)
    return draft
