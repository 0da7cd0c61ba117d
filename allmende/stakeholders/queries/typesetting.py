"""A report as PDF: the page of the screen, element by element, set as a tagged PDF (`allmende.paper`)."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext

from allmende.paper import typesetting
from allmende.paper.pages import tree_of
from allmende.stakeholders.models import Report
from allmende.stakeholders.queries.pages import ReportPage, guest_page
from allmende.team.catalogue import speaking


def typeset(report: Report, *, at: datetime) -> bytes:
    """The report as it is now, as PDF bytes; a report that is not released says so on its head. Never in a web process."""
    return typesetting.typeset("report", sheet_of(guest_page(report)), at=at)


def sheet_of(page: ReportPage) -> dict[str, Any]:
    """The page's tree of elements, in the report's language: nodes are texts or `{tag, class, kids}`."""
    report = page.report
    with speaking(page.paper.language, report.workspace.gender_form), timezone.override(report.workspace.zone):
        html = render_to_string("stakeholders/paper.html", {"page": page, "report": report})
        draft = "" if report.is_released else gettext("Draft, not released")
    tree = tree_of(html)
    return {**tree, "title": report.title, "by": page.paper.by, "lang": page.paper.language, "draft": draft}


def pdf_folder() -> Path:
    """Where the set reports lie; they can be made again at any time."""
    return Path(settings.DATA) / "reports"


def pdf_file(report: Report) -> Path:
    """Where this report lies once it is set; a revision of its own has a file of its own."""
    return pdf_folder() / f"{report.pk}-{report.revision}.pdf"


def pdf_name(report: Report) -> str:
    """What the file is called where somebody keeps it: whose, for whom, until when."""
    words = f"{report.workspace.slug}-{slugify(report.stakeholder.name)}-{report.period_end_date:%Y-%m-%d}"
    return f"{words}.pdf"
