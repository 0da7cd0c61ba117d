"""Tactics and steps of a lever as plain values: what looks the same is drawn once (decision 15)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from allmende.plan.queries.chain import StepRow, StrategyPart, TacticRow


@dataclass(frozen=True, slots=True)
class StepDrawn:
    """A step as the plan shows it in a line; people by name."""

    key: str
    what: str
    where: str
    owner: str
    controller: str
    due_day: date
    control_day: date | None
    state: str
    is_open: bool
    is_overdue: bool
    is_today: bool


@dataclass(frozen=True, slots=True)
class TacticDrawn:
    """A tactic as the plan shows it in the table of its lever; hours per week."""

    key: str
    code: str
    name: str
    description: str
    expected_effect: str
    state: str
    reach: int
    depth: int
    length: int
    priority: int
    effort_hours: Decimal
    sum_hours: Decimal
    is_below: bool
    is_cut: bool
    starts_below: bool
    is_theory: bool
    steps_done: int
    steps_due: int
    next_step: StepDrawn | None


def drawn_tactics(lever: StrategyPart) -> tuple[TacticDrawn, ...]:
    """The tactics of a lever in the order of the page."""
    return tuple(_tactic(row) for row in lever.tactics)


def drawn_steps(lever: StrategyPart) -> tuple[StepDrawn, ...]:
    """The steps of a lever that stand open on the page."""
    return tuple(_step(row) for row in lever.steps)


def _tactic(row: TacticRow) -> TacticDrawn:
    tactic = row.tactic
    return TacticDrawn(
        key=tactic.key,
        code=tactic.code,
        name=tactic.name,
        description=tactic.description,
        expected_effect=tactic.expected_effect,
        state=tactic.state,
        reach=tactic.reach,
        depth=tactic.depth,
        length=tactic.length,
        priority=tactic.priority,
        effort_hours=tactic.effort_hours,
        sum_hours=row.sum_hours,
        is_below=row.is_below,
        is_cut=row.is_cut,
        starts_below=row.starts_below,
        is_theory=row.is_theory,
        steps_done=row.steps_done,
        steps_due=row.steps_due,
        next_step=_step(row.next_step) if row.next_step else None,
    )


def _step(row: StepRow) -> StepDrawn:
    step = row.step
    return StepDrawn(
        key=step.key,
        what=step.what,
        where=step.where,
        owner=step.owner.name,
        controller=step.controller.name if step.controller else "",
        due_day=row.due_day,
        control_day=row.control_day,
        state=row.state,
        is_open=row.is_open,
        is_overdue=row.is_overdue,
        is_today=row.is_today,
    )
