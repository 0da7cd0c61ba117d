"""Answers about stakeholders and reports, for screens and other rooms."""

from allmende.stakeholders.queries.book import book_chapter
from allmende.stakeholders.queries.guard import Finding, findings_of
from allmende.stakeholders.queries.listing import (
    NextUpdate,
    Period,
    Row,
    accountable,
    listing,
    newest_released,
    next_period,
    next_update,
    reports_for,
    search,
    stakeholders_in,
)
from allmende.stakeholders.queries.pages import ReportPage, guest_page, report_page
from allmende.stakeholders.queries.paper import Paper, thawed
from allmende.stakeholders.queries.record import STAKEHOLDERS
from allmende.stakeholders.queries.sentences import polite_refusal
from allmende.stakeholders.queries.typesetting import pdf_file, pdf_name

__all__ = [
    "STAKEHOLDERS",
    "Finding",
    "NextUpdate",
    "Paper",
    "Period",
    "ReportPage",
    "Row",
    "accountable",
    "book_chapter",
    "findings_of",
    "guest_page",
    "listing",
    "newest_released",
    "next_period",
    "next_update",
    "pdf_file",
    "pdf_name",
    "polite_refusal",
    "report_page",
    "reports_for",
    "search",
    "stakeholders_in",
    "thawed",
]
