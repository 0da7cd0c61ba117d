"""What the screens of a report show."""

from dataclasses import dataclass

from allmende.plan.queries import objectives_in_force
from allmende.stakeholders.models import Report
from allmende.stakeholders.queries.chart import Chart, chart_of
from allmende.stakeholders.queries.guard import QUOTE_CODE, Finding, findings_of
from allmende.stakeholders.queries.paper import ObjectivePart, Paper, thawed


@dataclass(frozen=True)
class ReportPage:
    """A report as it is read: the page, the chart of the objective it leads with, and for the team the guard's findings.

    `held_back` are objectives whose numbers were kept out when composed. A released report shows the findings of its
    release.
    """

    report: Report
    paper: Paper
    lead: ObjectivePart
    chart: Chart | None
    findings: tuple[Finding, ...] = ()

    @property
    def held_back(self) -> tuple[ObjectivePart, ...]:
        return tuple(part for part in self.paper.objectives if part.figure.held_back)

    @property
    def may_override(self) -> bool:
        return bool(self.findings) and all(finding.may_override for finding in self.findings)

    @property
    def has_figures(self) -> bool:
        return any(part.figure.numbers for part in self.paper.objectives)

    @property
    def checks(self) -> dict[str, bool]:
        """Which of the guard's checks hold: of the figures, of the words, of the quote."""
        return {
            "figures": not any(finding.where == "figure" for finding in self.findings),
            "texts": all(finding.where == "figure" or finding.code == QUOTE_CODE for finding in self.findings),
            "quote": all(finding.code != QUOTE_CODE for finding in self.findings),
        }


def report_page(report: Report) -> ReportPage:
    """The page for the team, with what the guard says of it now; two queries."""
    if report.is_released:
        findings = tuple(Finding(**finding) for finding in report.findings)
    else:
        agreed = frozenset(objective.key for objective in objectives_in_force(report.workspace))
        findings = findings_of(report, agreed)
    return _page(report, findings)


def guest_page(report: Report) -> ReportPage:
    """The page as the stakeholder reads it; no query."""
    return _page(report, ())


def _page(report: Report, findings: tuple[Finding, ...]) -> ReportPage:
    paper = thawed(report.content)
    lead = next((part for part in paper.objectives if part.figure.numbers), paper.objectives[0])
    return ReportPage(report, paper, lead, chart_of(lead.figure), findings)
