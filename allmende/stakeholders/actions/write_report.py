"""Type the texts of a report, or discard it, as long as it is not released."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from allmende.stakeholders import audit
from allmende.stakeholders.models import Report
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


class CannotChangeReport(Exception):
    """The report was released; what went out is not rewritten."""


@transaction.atomic
def write_report(
    *,
    person: Person,
    report: Report,
    now: datetime,
    seen_revision: int | None,
    title: str,
    story: str = "",
    story_by: str = "",
    has_story_consent: bool = False,
    setback: str = "",
    ask: str = "",
) -> Report:
    """Write all typed texts. Raises CannotChangeReport when released, team.actions.StaleRevision when outdated."""
    require(person, "stakeholders.report.compose")
    lock_workspace(person.workspace_id)
    _check_open(report)
    change_record(
        record=report,
        person=person,
        now=now,
        seen_revision=seen_revision,
        title=title,
        story=story,
        story_by=story_by,
        has_story_consent=has_story_consent,
        setback=setback,
        ask=ask,
    )
    record_audit(workspace=person.workspace, person=person, verb=audit.WRITTEN, target=report, now=now)
    return report


@transaction.atomic
def discard_report(*, person: Person, report: Report, now: datetime) -> None:
    """Throw a draft away. Raises CannotChangeReport when it was released."""
    require(person, "stakeholders.report.compose")
    lock_workspace(person.workspace_id)
    _check_open(report)
    change_record(record=report, person=person, now=now, seen_revision=None, archived_at=now)
    record_audit(workspace=person.workspace, person=person, verb=audit.DISCARDED, target=report, now=now)


def _check_open(report: Report) -> None:
    fresh = Report.objects.select_for_update().get(pk=report.pk)
    if fresh.is_released:
        raise CannotChangeReport(
            gettext("Not changed: this report was released and stays as it went out. Compose a new one instead.")
        )
