"""Let a report leave the team, by a person; the guard is asked once more at that moment."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from allmende.plan.actions import link_work, plan_next_update
from allmende.plan.queries import objectives_in_force
from allmende.stakeholders import audit, states
from allmende.stakeholders.models import Report
from allmende.stakeholders.queries.guard import Finding, findings_of
from allmende.stakeholders.queries.paper import thawed
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


class CannotRelease(Exception):
    """Nothing left the team. `findings` are the guard's, empty when something else stands in the way."""

    def __init__(self, sentence: str, findings: Sequence[Finding] = ()) -> None:
        super().__init__(sentence)
        self.findings = tuple(findings)


@transaction.atomic
def release_report(
    *, person: Person, report: Report, now: datetime, seen_revision: int, override_reason: str = ""
) -> Report:
    """Release exactly what was read at `seen_revision`; it never changes afterwards.

    `override_reason` lets out typed activity figures against the guard, under the person's name (S1-17); nothing lets
    out figures or words by which somebody could be recognised or who was not asked. Raises CannotRelease. Links the
    report to its objectives and sets the stakeholder's next day.
    """
    require(person, "stakeholders.report.release")
    lock_workspace(person.workspace_id)
    fresh = Report.objects.select_for_update(of=("self",)).select_related("stakeholder").get(pk=report.pk)
    if fresh.is_released and fresh.released_by == person and fresh.revision == seen_revision + 1:
        return fresh  # pressed twice
    _check_state(fresh, seen_revision)
    agreed = frozenset(objective.key for objective in objectives_in_force(person.workspace))
    findings = findings_of(fresh, agreed)
    _check_findings(findings, override_reason.strip())
    change_record(
        record=fresh,
        person=person,
        now=now,
        seen_revision=seen_revision,
        state=states.RELEASED,
        released_at=now,
        released_by=person,
        findings=[asdict(finding) for finding in findings],
        override_reason=override_reason.strip() if findings else "",
    )
    _tell(person, fresh, findings, now)
    report.refresh_from_db()
    return report


def _check_state(report: Report, seen_revision: int) -> None:
    if report.is_released:
        raise CannotRelease(gettext("This report was released already; nothing was sent twice."))
    if report.archived_at:
        raise CannotRelease(gettext("Not released: somebody discarded this report meanwhile. Compose it anew."))
    if report.revision != seen_revision:
        raise CannotRelease(
            gettext("Not released: the report changed while you were reading. Read it once more, then release it.")
        )


def _check_findings(findings: Sequence[Finding], override_reason: str) -> None:
    if not findings:
        return
    if override_reason and all(finding.may_override for finding in findings):
        return
    raise CannotRelease(
        ngettext(
            "Not released: the guard found %(count)d place. The report is safe as a draft; change what is named there.",
            "Not released: the guard found %(count)d places. The report is safe as a draft; change what is named there.",
            len(findings),
        )
        % {"count": len(findings)},
        findings,
    )


def _tell(person: Person, report: Report, findings: Sequence[Finding], now: datetime) -> None:
    after = {"revision": report.revision}
    record_audit(workspace=person.workspace, person=person, verb=audit.RELEASED, target=report, now=now, after=after)
    if findings:
        kept = {"reason": report.override_reason, "findings": [finding.words for finding in findings]}
        record_audit(
            workspace=person.workspace, person=person, verb=audit.OVERRIDDEN, target=report, now=now, after=kept
        )
    url = reverse("stakeholders:report", args=[person.workspace.slug, report.pk])
    for part in thawed(report.content).objectives:
        link_work(
            workspace=person.workspace,
            key=part.key,
            kind="report",
            ref=str(report.pk),
            label=report.title,
            url=url,
            at=now,
        )
    stakeholder = report.stakeholder
    today = now.astimezone(ZoneInfo(person.workspace.zone)).date()
    due = today + timedelta(days=stakeholder.update_interval_days)
    plan_next_update(person=person, stakeholder=stakeholder, due_date=due, now=now)
