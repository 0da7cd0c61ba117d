"""Findings: which wait for a decision and for how long, and what came of the others."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from allmende.plan import states
from allmende.plan.models import Finding, Improvement, PlanVersion, StrategicPlan, Tactic
from allmende.plan.queries.elements import elements_of, name_of
from allmende.plan.queries.facts import element_url, version_in_force
from allmende.plan.queries.judgements import JudgedRow, has_unmet_changes, unmet_changes
from allmende.team.models import Workspace


@dataclass(frozen=True)
class FindingRow:
    """A finding with the element it is about; `is_old`: it has waited longer than 30 days for a decision (S4-01)."""

    finding: Finding
    about: str
    url: str
    is_old: bool
    days: int


@dataclass(frozen=True)
class ImprovementRow:
    """What a result taught, with the element it is about."""

    improvement: Improvement
    about: str
    url: str


@dataclass(frozen=True)
class FindingsPage:
    """Findings that wait, the oldest first, and what was decided about the others, the newest first; `unmet` are values
    judged to change the plan of which nothing came."""

    open: tuple[FindingRow, ...]
    decided: tuple[FindingRow, ...]
    improvements: tuple[ImprovementRow, ...] = ()
    unmet: tuple[JudgedRow, ...] = ()

    @property
    def old(self) -> tuple[FindingRow, ...]:
        return tuple(row for row in self.open if row.is_old)


def findings_page(workspace: Workspace, today: date) -> FindingsPage:
    """All findings of the living plan; elements are named as the version in force has them."""
    rows = Finding.objects.filter(workspace=workspace, archived_at__isnull=True).exclude(plan__state=states.CLOSED)
    names = dict(named_elements(workspace))
    made = [_row(workspace, row, names, today) for row in rows.select_related("decided_by").order_by("noticed_date")]
    decided = [row for row in made if row.finding.decision]
    open_ones = tuple(row for row in made if not row.finding.decision)
    unmet = unmet_changes(workspace, names)
    return FindingsPage(open_ones, tuple(reversed(decided)), improvements_of(workspace, names), unmet)


def unmet_in_force(workspace: Workspace) -> tuple[JudgedRow, ...]:
    """Values judged to change the plan, of which nothing came, with their elements as the version in force has them."""
    return unmet_changes(workspace, dict(named_elements(workspace))) if has_unmet_changes(workspace) else ()


def improvements_of(workspace: Workspace, names: Mapping[str, str], key: str = "") -> tuple[ImprovementRow, ...]:
    """Improvements of the living plan, the newest first; with `key` those of one element. One query."""
    rows = Improvement.objects.filter(workspace=workspace, archived_at__isnull=True).exclude(plan__state=states.CLOSED)
    rows = rows.filter(element_key=key) if key else rows
    return tuple(
        ImprovementRow(
            row,
            names.get(row.element_key, ""),
            element_url(workspace, row.element_key) if row.element_key in names else "",
        )
        for row in rows.select_related("created_by").order_by("-created_at")
    )


def named_elements(workspace: Workspace) -> tuple[tuple[str, str], ...]:
    """(key, name) of every element of the version in force, from the goal down."""
    version = version_in_force(workspace)
    if version is None:
        return ()
    layers = elements_of(version)[version.pk].by_layer()
    return tuple((row.key, name_of(layer, row)) for layer, rows in layers for row in rows)


def tactics_to_write(plan: StrategicPlan) -> "QuerySet[Tactic]":
    """Tactics a new step may belong to: those of the open draft, else of the version in force."""
    versions = PlanVersion.objects.filter(plan=plan, state__in=(states.DRAFT, states.PUBLISHED))
    version = versions.filter(state=states.DRAFT).first() or versions.first()
    return Tactic.objects.filter(version=version)


def _row(workspace: Workspace, finding: Finding, names: dict[str, str], today: date) -> FindingRow:
    is_old = not finding.decision and finding.noticed_date < today - timedelta(days=states.FINDING_DAYS)
    key = finding.element_key
    url = element_url(workspace, key) if key in names else ""
    return FindingRow(finding, names.get(key, ""), url, is_old, (today - finding.noticed_date).days)
