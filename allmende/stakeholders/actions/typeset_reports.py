"""Set released reports as PDF files, so that nobody waits for one and no web process sets any."""

import os
from datetime import datetime
from pathlib import Path

from allmende.paper.typesetting import write_whole
from allmende.stakeholders import states
from allmende.stakeholders.models import Report
from allmende.stakeholders.queries.typesetting import pdf_file, pdf_folder, typeset

AT_ONCE = 20


def typeset_released(*, now: datetime) -> int:
    """Set what is released and has no file yet; how many. A file lost is made again: the same report, the same bytes."""
    pdf_folder().mkdir(parents=True, exist_ok=True)
    there = set(os.listdir(pdf_folder()))
    released = Report.objects.filter(state=states.RELEASED, archived_at__isnull=True)
    wanted = [pk for pk, revision in released.values_list("pk", "revision") if f"{pk}-{revision}.pdf" not in there]
    for report in released.filter(pk__in=wanted[:AT_ONCE]).select_related("workspace", "stakeholder"):
        write_pdf(report=report, path=pdf_file(report), now=now)
    return len(wanted[:AT_ONCE])


def write_pdf(*, report: Report, path: Path, now: datetime) -> None:
    """Set one report; the file appears whole or not at all. It bears the time of the release, a draft's that of now."""
    write_whole(path, typeset(report, at=report.released_at or now))
