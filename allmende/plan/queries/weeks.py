"""The work of the coming weeks: which steps are due and checked when, by whom (S4-06)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from allmende.plan import states
from allmende.plan.models import PlanVersion, Step, StepProgress, Strategy
from allmende.plan.queries.chain import Execution, execution_of, step_row
from allmende.plan.queries.facts import Chip, element_url, version_in_force
from allmende.plan.queries.hours import PersonHours, hours_page
from allmende.plan.queries.steps import decides_on, progress_of
from allmende.team.access import may
from allmende.team.models import Person, Workspace
from allmende.team.queries import people_of

WEEKS = 5
SERVED = ("owner", "accountable", "controller", "tactic__strategy__objective")


@dataclass(frozen=True)
class WorkRow:
    """A step on the day it is due, or (`is_check`) on the day it is checked; `moved_from` where it was put off."""

    step: Step
    chip: Chip
    day: date
    control_day: date | None
    is_check: bool
    is_late: bool
    state: str
    is_agreed: bool
    moved_from: date | None
    move_reason: str
    also_by: tuple[str, ...]
    may_move: bool

    @property
    def is_open(self) -> bool:
        return self.state in states.OPEN_STEP_STATES

    @property
    def doer(self) -> Person | None:
        """Whom the row waits for."""
        return self.step.controller if self.is_check else self.step.owner

    def concerns(self, person: Person) -> bool:
        """Does this person do it, answer for it or check it?"""
        if self.is_check:
            return self.step.controller_id == person.pk
        ids = {str(self.step.owner_id), str(self.step.accountable_id), *self.step.also_by}
        return str(person.pk) in ids


@dataclass(frozen=True)
class Day:
    day: date
    is_today: bool
    rows: tuple[WorkRow, ...]


@dataclass(frozen=True)
class Week:
    """A week with its days that have work, and how many steps and checks wait for whom."""

    monday: date
    days: tuple[Day, ...]
    waiting: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Lever:
    """What became of the steps of one strategy that were due (S4-02)."""

    strategy: Strategy
    url: str
    execution: Execution


@dataclass(frozen=True)
class WeeksPage:
    """`over`: people with more work planned than time set free, where hours are known; `later`: beyond the weeks shown."""

    version: PlanVersion
    late: tuple[WorkRow, ...]
    weeks: tuple[Week, ...]
    later: tuple[WorkRow, ...]
    levers: tuple[Lever, ...]
    over: tuple[PersonHours, ...]
    people: tuple[Person, ...]
    person: Person | None
    is_alone: bool

    @property
    def rows(self) -> tuple[WorkRow, ...]:
        here = (row for week in self.weeks for day in week.days for row in day.rows)
        return (*self.late, *here, *self.later)

    @property
    def not_agreed(self) -> int:
        """Steps whoever does them has not agreed to."""
        return sum(row.is_open and not row.is_check and not row.is_agreed for row in self.rows)

    @property
    def unchecked(self) -> int:
        """Open steps nobody will check; alone, one checks oneself."""
        return 0 if self.is_alone else sum(row.is_open and row.step.controller_id is None for row in self.rows)


def weeks_page(reader: Person, today: date, whose: str = "") -> WeeksPage | None:
    """The month ahead of the plan in force; with `whose` (a person's id) only what concerns them. None before one is
    in force."""
    workspace = reader.workspace
    version = version_in_force(workspace)
    if version is None:
        return None
    people = tuple(people_of(workspace))
    person = next((one for one in people if str(one.pk) == whose), None)
    steps = tuple(Step.objects.filter(version=version).select_related(*SERVED))
    progress = progress_of(workspace)
    names = {str(one.pk): one.name for one in people}
    made = [row for step in steps for row in _rows(workspace, reader, step, progress.get(step.key), names, today)]
    rows = sorted((row for row in made if person is None or row.concerns(person)), key=lambda row: row.day)
    monday = today - timedelta(days=today.weekday())
    ends = monday + timedelta(weeks=WEEKS)
    return WeeksPage(
        version=version,
        late=tuple(row for row in rows if row.is_late),
        weeks=_weeks([row for row in rows if not row.is_late and row.day < ends], monday, today),
        later=tuple(row for row in rows if row.day >= ends),
        levers=_levers(workspace, steps, progress, today),
        over=tuple(row for row in hours_page(reader, today).rows if row.over),
        people=people,
        person=person,
        is_alone=len(people) < 2,
    )


def _rows(
    workspace: Workspace,
    reader: Person,
    step: Step,
    progress: StepProgress | None,
    names: Mapping[str, str],
    today: date,
) -> Iterable[WorkRow]:
    known = progress or StepProgress()
    due, control = known.due_day(step), known.control_day(step)
    is_open, is_done = known.state in states.OPEN_STEP_STATES, known.state == states.DONE
    days: list[tuple[date, bool]] = [(due, False)] if is_open else []
    if step.controller_id and ((is_open and control and control >= today) or is_done):
        days.append((control or due, True))
    objective = step.tactic.strategy.objective
    for day, is_check in days:
        yield WorkRow(
            step=step,
            chip=Chip(objective.key, objective.code, objective.short_name, element_url(workspace, objective.key)),
            day=day,
            control_day=control,
            is_check=is_check,
            is_late=day < today,
            state=known.state,
            is_agreed=known.agreed_at is not None or len(names) < 2,
            moved_from=step.due_date if due != step.due_date else None,
            move_reason=known.move_reason,
            also_by=tuple(names[one] for one in step.also_by if one in names),
            may_move=is_open and not is_check and may(reader, "plan.step.report") and decides_on(reader, step),
        )


def _weeks(rows: Sequence[WorkRow], monday: date, today: date) -> tuple[Week, ...]:
    by_day: dict[date, list[WorkRow]] = defaultdict(list)
    for row in rows:
        by_day[row.day].append(row)
    made = []
    for start in (monday + timedelta(weeks=number) for number in range(WEEKS)):
        dates = [start + timedelta(days=number) for number in range(7)]
        days = tuple(Day(day, day == today, tuple(by_day[day])) for day in dates if day in by_day)
        waiting = Counter(row.doer.name for day in days for row in day.rows if row.doer)
        made.append(Week(start, days, tuple(waiting.most_common())))
    return tuple(made)


def _levers(
    workspace: Workspace, steps: Iterable[Step], progress: Mapping[str, StepProgress], today: date
) -> tuple[Lever, ...]:
    """The strategies with steps that were due."""
    rows = defaultdict(list)
    for step in steps:
        rows[step.tactic.strategy].append(step_row(step, progress.get(step.key), today))
    made = (Lever(one, element_url(workspace, one.key), execution_of(found, today)) for one, found in rows.items())
    known = sorted(made, key=lambda lever: (lever.strategy.objective.code, lever.strategy.rank))
    return tuple(lever for lever in known if lever.execution.due)
