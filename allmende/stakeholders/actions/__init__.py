"""The only writers of this room, one file per verb."""

from collections.abc import Mapping

from allmende.stakeholders import audit
from allmende.stakeholders.actions.compose_report import CannotCompose, compose_report
from allmende.stakeholders.actions.forget_named import ERASING
from allmende.stakeholders.actions.open_report import OPEN_DAYS, CannotOpen, note_opened, open_report
from allmende.stakeholders.actions.read_reports import read_reports
from allmende.stakeholders.actions.release_report import CannotRelease, release_report
from allmende.stakeholders.actions.typeset_reports import typeset_released, write_pdf
from allmende.stakeholders.actions.write_report import CannotChangeReport, discard_report, write_report
from allmende.stakeholders.models import Report
from allmende.team.actions import Undo, undo_fields

UNDO: Mapping[str, Undo] = {
    # What was released stays as it went out.
    "report": undo_fields(
        right="stakeholders.report.compose",
        verb=audit.WRITTEN,
        rows=lambda person: Report.objects.filter(workspace=person.workspace, released_at__isnull=True),
    ),
}

__all__ = [
    "ERASING",
    "OPEN_DAYS",
    "UNDO",
    "CannotChangeReport",
    "CannotCompose",
    "CannotOpen",
    "CannotRelease",
    "compose_report",
    "discard_report",
    "note_opened",
    "open_report",
    "read_reports",
    "release_report",
    "typeset_released",
    "write_pdf",
    "write_report",
]
