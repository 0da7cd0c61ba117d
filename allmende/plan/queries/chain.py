"""One version laid out as the page shows it: goal, objectives, levers, tactics with the cut line, steps, figures."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import accumulate

from django.utils import timezone

from allmende.domain.plan_check import TacticLoad, cut_line
from allmende.plan import states
from allmende.plan.models import Goal, Objective, Outcome, PlanVersion, Step, StepProgress, Strategy, Tactic
from allmende.plan.queries.elements import Elements
from allmende.plan.queries.facts import Series
from allmende.plan.queries.figures import Figure, figures_of

THEORY_DAYS = 30
SHOWN_DAYS = 14
# Steps of one lever that stand open on the page; the weeks have all of them.
MOST_SHOWN = 7


@dataclass(frozen=True)
class StepRow:
    """A step and how far it is; `due_day`: the day it was put on, else the version's; `is_overdue` only while it is
    open; `is_late`: its day passed once before it was done."""

    step: Step
    state: str
    due_day: date
    is_overdue: bool
    is_today: bool
    is_late: bool = False
    note: str = ""
    control_day: date | None = None

    @property
    def is_open(self) -> bool:
        return self.state in states.OPEN_STEP_STATES


@dataclass(frozen=True)
class TacticRow:
    """A tactic with the hours per week summed up by priority over the whole plan; `is_below` the cut line it would
    rest, `is_cut` for want of hours. `is_theory`: it runs, but no step of it is due within 30 days (S0-10)."""

    tactic: Tactic
    sum_hours: Decimal
    is_below: bool
    starts_below: bool
    steps_done: int
    steps_due: int
    next_step: StepRow | None
    is_theory: bool
    is_cut: bool


@dataclass(frozen=True)
class Execution:
    """How much of what was due got done: checked and on time, of all due until today (domain 3.5); and the same steps
    as done, done late, half done and not done, whether checked or not (S4-02)."""

    on_time: int
    done: int
    late: int
    half_done: int
    not_done: int

    @property
    def due(self) -> int:
        return self.done + self.late + self.half_done + self.not_done

    @property
    def share(self) -> float | None:
        return self.on_time / self.due if self.due else None

    @property
    def parts(self) -> tuple[tuple[str, int, int, float], ...]:
        """(name, steps before, steps, share of all that were due), in the order they are read."""
        named = (("done", self.done), ("late", self.late), ("half_done", self.half_done), ("not_done", self.not_done))
        before = (0, *accumulate(number for _, number in named))
        return tuple(
            (name, start, number, number / self.due if self.due else 0.0)
            for start, (name, number) in zip(before, named, strict=False)
        )


@dataclass(frozen=True)
class StrategyPart:
    strategy: Strategy
    tactics: tuple[TacticRow, ...]
    steps: tuple[StepRow, ...]
    later: tuple[StepRow, ...]
    execution: Execution
    shown_until: date
    step_keys: frozenset[str]

    @property
    def running(self) -> tuple[TacticRow, ...]:
        return tuple(row for row in self.tactics if not row.is_below)


@dataclass(frozen=True)
class OutcomePart:
    """An effect between behaviour and goal, with what was measured of it outside (S1-06)."""

    outcome: Outcome
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class ObjectivePart:
    """`is_theory`: no step of any of its tactics is due within 30 days (S0-10)."""

    objective: Objective
    strategies: tuple[StrategyPart, ...]
    figures: tuple[Figure, ...]
    is_theory: bool
    outcomes: tuple[OutcomePart, ...] = ()

    @property
    def tactic_count(self) -> int:
        return sum(len(part.tactics) for part in self.strategies)

    @property
    def step_count(self) -> int:
        return sum(len(part.steps) + len(part.later) for part in self.strategies)

    @property
    def overdue_count(self) -> int:
        return sum(row.is_overdue for part in self.strategies for row in (*part.steps, *part.later))


@dataclass(frozen=True)
class GoalPart:
    goal: Goal
    objectives: tuple[ObjectivePart, ...]
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Cut:
    """Hours per week set free for tactics, and those above the line. None of it when no hours are set."""

    hours: Decimal
    used: Decimal
    sums: Mapping[str, Decimal]
    below: frozenset[str]
    is_set: bool


@dataclass(frozen=True)
class Chain:
    """`folded`: keys of the objectives whose levers wait behind a line; in a version in force all but the first."""

    version: PlanVersion
    goals: tuple[GoalPart, ...]
    cut: Cut
    folded: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Ground:
    """What every layer needs while the chain is laid out."""

    elements: Elements
    rows: Mapping[int, tuple[StepRow, ...]]
    series: Mapping[str, tuple[Series, ...]]
    cut: Cut
    today: date
    is_live: bool


def lay_out(
    version: PlanVersion,
    elements: Elements,
    strategic_hours: Decimal,
    today: date,
    progress: Mapping[str, StepProgress],
    series: Mapping[str, tuple[Series, ...]],
) -> Chain:
    """Pure: no query. `strategic_hours` per week draw the cut line, 0 leaves it out; `progress` by step key, `series` by
    element key, `today` in the workspace's zone. Of a version in force only the steps of the next days are shown at once.
    """
    is_live = version.state == states.PUBLISHED
    rows = _rows_by_tactic(elements, progress, today, is_live=is_live)
    ground = _Ground(elements, rows, series, _cut(elements, strategic_hours), today, is_live)
    goals = tuple(_goal(ground, goal) for goal in elements.goals)
    laid = [part for goal in goals for part in goal.objectives if part.strategies]
    return Chain(version, goals, ground.cut, frozenset(part.objective.key for part in laid[1:] if is_live))


def _cut(elements: Elements, free_hours: Decimal) -> Cut:
    wanted = [tactic for tactic in elements.tactics if tactic.state in {"selected", "running"}]
    loads = [TacticLoad(t.key, t.reach, t.depth, t.length, t.effort_hours) for t in wanted]
    line = cut_line(loads, free_hours, 0)
    hours = {tactic.key: tactic.effort_hours for tactic in wanted}
    sums: dict[str, Decimal] = {}
    total = Decimal(0)
    for key in (*line.runs, *line.would_stop):
        total += hours[key]
        sums[key] = total
    is_set = free_hours > 0
    return Cut(free_hours, line.used_hours, sums, frozenset(line.would_stop if is_set else ()), is_set)


def _goal(ground: _Ground, goal: Goal) -> GoalPart:
    rows = [row for row in ground.elements.objectives if row.goal_id == goal.pk]
    return GoalPart(
        goal, tuple(_objective(ground, row) for row in rows), figures_of(ground.series.get(goal.key, ()), None)
    )


def _objective(ground: _Ground, objective: Objective) -> ObjectivePart:
    rows = [row for row in ground.elements.strategies if row.objective_id == objective.pk]
    parts = tuple(_strategy(ground, row) for row in sorted(rows, key=lambda row: row.is_alternative))
    is_theory = not any(_is_soon(ground, row) for part in parts for row in _steps(ground, part.strategy))
    figures = figures_of(ground.series.get(objective.key, ()), objective.least_relevant_difference)
    outcomes = tuple(
        OutcomePart(row, figures_of(ground.series.get(row.key, ()), None))
        for row in ground.elements.outcomes
        if row.objective_id == objective.pk
    )
    return ObjectivePart(objective, parts, figures, is_theory, outcomes)


def _strategy(ground: _Ground, strategy: Strategy) -> StrategyPart:
    tactics = [row for row in ground.elements.tactics if row.strategy_id == strategy.pk]
    order = list(ground.cut.sums)
    tactics.sort(key=lambda row: (order.index(row.key) if row.key in ground.cut.sums else len(order), -row.priority))
    rows = [_tactic(ground, row, False) for row in tactics]
    first_below = next((place for place, row in enumerate(rows) if row.is_below), None)
    if first_below is not None:
        rows[first_below] = _tactic(ground, tactics[first_below], True)
    steps = _steps(ground, strategy)
    until = ground.today + timedelta(days=SHOWN_DAYS)
    waiting = [row for row in steps if not ground.is_live or row.is_open or row.state == states.DONE]
    soon = sum(row.due_day <= until for row in waiting[:MOST_SHOWN]) if ground.is_live else len(waiting)
    shown, later = tuple(waiting[:soon]), tuple(waiting[soon:])
    keys = frozenset(row.step.key for row in steps)
    return StrategyPart(strategy, tuple(rows), shown, later, execution_of(steps, ground.today), until, keys)


def _tactic(ground: _Ground, tactic: Tactic, starts_below: bool) -> TacticRow:
    steps = ground.rows.get(tactic.pk, ())
    due = [row for row in steps if row.due_day <= ground.today and row.state != states.CANCELLED]
    is_below = tactic.key in ground.cut.below or tactic.key not in ground.cut.sums
    return TacticRow(
        tactic,
        ground.cut.sums.get(tactic.key, Decimal(0)),
        is_below,
        starts_below,
        sum(row.state in {states.DONE, states.CHECKED} for row in due),
        len(due),
        next((row for row in steps if row.is_open), None),
        not is_below and not any(_is_soon(ground, row) for row in steps),
        tactic.key in ground.cut.below,
    )


def _steps(ground: _Ground, strategy: Strategy) -> tuple[StepRow, ...]:
    tactics = [row.pk for row in ground.elements.tactics if row.strategy_id == strategy.pk]
    return _by_day(row for key in tactics for row in ground.rows.get(key, ()))


def _rows_by_tactic(
    elements: Elements, progress: Mapping[str, StepProgress], today: date, *, is_live: bool
) -> Mapping[int, tuple[StepRow, ...]]:
    """The steps of each tactic by day. A draft and an old version say their own days."""
    found: dict[int, list[StepRow]] = defaultdict(list)
    for step in elements.steps:
        found[step.tactic_id].append(step_row(step, progress.get(step.key), today, is_live=is_live))
    return {key: _by_day(rows) for key, rows in found.items()}


def _by_day(rows: Iterable[StepRow]) -> tuple[StepRow, ...]:
    return tuple(sorted(rows, key=lambda row: row.due_day))


# A step nobody reported on.
_UNTOUCHED = StepProgress()


def step_row(step: Step, progress: StepProgress | None, today: date, is_live: bool = True) -> StepRow:
    """A step with its progress; a step nobody reported on is planned."""
    known = progress or _UNTOUCHED
    due = known.due_day(step) if is_live else step.due_date
    is_overdue = known.state in states.OPEN_STEP_STATES and due < today
    is_late = known.has_slipped or is_overdue or (known.done_at is not None and _local_day(known.done_at) > due)
    control = known.control_day(step) if is_live else step.control_date
    return StepRow(step, known.state, due, is_overdue, due == today, is_late, known.note, control)


def _is_soon(ground: _Ground, row: StepRow) -> bool:
    return row.is_open and ground.today <= row.due_day <= ground.today + timedelta(days=THEORY_DAYS)


def execution_of(rows: Iterable[StepRow], today: date) -> Execution:
    """What became of the steps that were due until today; one put off after its day had passed was due (S4-02)."""
    due = [row for row in rows if _was_due(row, today)]
    finished = [row for row in due if row.state in {states.DONE, states.CHECKED}]
    half_done = sum(row.state == states.HALF_DONE for row in due)
    return Execution(
        on_time=sum(row.state == states.CHECKED and not row.is_late for row in finished),
        done=sum(not row.is_late for row in finished),
        late=sum(row.is_late for row in finished),
        half_done=half_done,
        not_done=len(due) - len(finished) - half_done,
    )


def _was_due(row: StepRow, today: date) -> bool:
    """A step due today is not counted as left undone before the day is over."""
    if row.state == states.CANCELLED:
        return False
    is_begun = row.is_open and row.state != states.HALF_DONE
    return row.is_late or (row.due_day < today if is_begun else row.due_day <= today)


def _local_day(moment: datetime) -> date:
    """The day of a moment; the current zone is the workspace's (`team.access`)."""
    return timezone.localtime(moment).date()
