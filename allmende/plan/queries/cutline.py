"""What stops if hours are short: tactics by priority, the line over given hours, the effect that is lost below it."""

from dataclasses import dataclass
from decimal import Decimal

from allmende.domain.plan_check import TacticLoad, cut_line
from allmende.plan.models import Tactic
from allmende.plan.queries.facts import version_in_force
from allmende.plan.queries.standings import standings_of, tactic_state
from allmende.team.models import Workspace

WANTED = ("selected", "running")


@dataclass(frozen=True)
class CutRow:
    """A tactic with the hours summed up to it; `starts_below`: the line runs above it."""

    tactic: Tactic
    sum_hours: Decimal
    is_below: bool
    starts_below: bool


@dataclass(frozen=True)
class CutLinePage:
    """The line over `hours` per week; `planned` is what the plan has, `most` what all tactics together want."""

    hours: Decimal
    planned: Decimal
    most: Decimal
    used: Decimal
    left: Decimal
    rows: tuple[CutRow, ...]

    @property
    def lost(self) -> tuple[CutRow, ...]:
        return tuple(row for row in self.rows if row.is_below)

    @property
    def slider_most(self) -> int:
        """Where the slider ends: room for everything, and for what the plan has."""
        return int(max(self.most, self.planned, self.hours)) + 1


def cut_line_page(workspace: Workspace, hours: Decimal | None = None) -> CutLinePage | None:
    """The tactics of the plan in force against `hours` per week (default: those the plan has); None before it is in force.

    Ties go to the lower effort; nothing cheap below the line slips in (domain 3.5).
    """
    version = version_in_force(workspace)
    if version is None:
        return None
    planned = version.plan.strategic_hours
    hours = planned if hours is None else hours
    said = standings_of(version)
    tactics = {row.key: row for row in version.tactics.all() if tactic_state(row, said) in WANTED}
    line = cut_line([TacticLoad(t.key, t.reach, t.depth, t.length, t.effort_hours) for t in tactics.values()], hours, 0)
    laid, total = [], Decimal(0)
    for place, key in enumerate((*line.runs, *line.would_stop)):
        total += tactics[key].effort_hours
        is_below = place >= len(line.runs)
        laid.append(CutRow(tactics[key], total, is_below, is_below and place == len(line.runs)))
    return CutLinePage(hours, planned, total, line.used_hours, line.left_hours, tuple(laid))
