"""The work of the coming weeks: which steps are due and checked when, by whom (S4-06)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from allmende.plan import states
from allmende.plan.models import PlanVersion, Step, StepProgress, Strategy, Tactic
from allmende.plan.queries.chain import Execution, execution_of, step_row
from allmende.plan.queries.facts import Chip, element_url, version_in_force
from allmende.plan.queries.hours import PersonHours, hours_page
from allmende.plan.queries.published_steps import steps_of
from allmende.plan.queries.steps import decides_on, progress_of
from allmende.team.access import may
from allmende.team.models import Person, Workspace
from allmende.team.queries import people_of

WEEKS = 5


@dataclass(frozen=True, slots=True)
class WorkRow:
    """A step on the day it is due, or (`is_check`) on the day it is checked; `moved_from` where it was put off. People
    by name, `accountable` only where another one than the doer answers for it."""

    key: str
    what: str
    where: str
    tactic: str
    chip: Chip
    day: date
    control_day: date | None
    is_check: bool
    is_late: bool
    state: str
    is_agreed: bool
    moved_from: date | None
    move_reason: str
    owner: str
    also_by: tuple[str, ...]
    accountable: str
    controller: str
    may_move: bool
    is_mine: bool

    @property
    def is_open(self) -> bool:
        return self.state in states.OPEN_STEP_STATES

    @property
    def doer(self) -> str:
        """Whom the row waits for."""
        return self.controller if self.is_check else self.owner


@dataclass(frozen=True)
class Day:
    day: date
    is_today: bool
    rows: tuple[WorkRow, ...]


@dataclass(frozen=True)
class Week:
    """A week with its days that have work, and how many steps and checks wait for whom; `folded`: rows left out."""

    monday: date
    days: tuple[Day, ...]
    waiting: tuple[tuple[str, int], ...]
    folded: int = 0

    @property
    def total(self) -> int:
        return self.folded + sum(len(day.rows) for day in self.days)

    def first(self, most: int) -> "Week":
        """The week with its first `most` rows."""
        days, left = [], most
        for day in self.days:
            rows = day.rows[:left]
            left -= len(rows)
            if rows:
                days.append(replace(day, rows=rows))
        return replace(self, days=tuple(days), folded=self.total - most) if self.total > most else self


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
        return 0 if self.is_alone else sum(row.is_open and not row.controller for row in self.rows)


def weeks_page(reader: Person, today: date, whose: str = "") -> WeeksPage | None:
    """The month ahead of the plan in force; with `whose` (a person's id) only what concerns them. None before one is
    in force."""
    workspace = reader.workspace
    version = version_in_force(workspace)
    if version is None:
        return None
    people = tuple(people_of(workspace))
    person = next((one for one in people if str(one.pk) == whose), None)
    steps, tactics = steps_of([version]), _tactics(version)
    progress = progress_of(workspace)
    ground = _Ground(
        reader,
        today,
        {str(one.pk): one.name for one in people},
        may(reader, "plan.step.report"),
        tactics,
        _chips(workspace, tactics),
    )
    made = (row for step in steps for row in _rows(ground, step, progress.get(step.key), person))
    rows = sorted(made, key=lambda row: row.day)
    monday = today - timedelta(days=today.weekday())
    ends = monday + timedelta(weeks=WEEKS)
    return WeeksPage(
        version=version,
        late=tuple(row for row in rows if row.is_late),
        weeks=_weeks([row for row in rows if not row.is_late and row.day < ends], monday, today),
        later=tuple(row for row in rows if row.day >= ends),
        levers=_levers(workspace, steps, tactics, progress, today),
        over=tuple(row for row in hours_page(reader, today).rows if row.over),
        people=people,
        person=person,
        is_alone=len(people) < 2,
    )


@dataclass(frozen=True)
class _Ground:
    """What every row needs: people's names by id, tactics and the objectives they serve by the tactic's id."""

    reader: Person
    today: date
    names: Mapping[str, str]
    may_report: bool
    tactics: Mapping[int, Tactic]
    chips: Mapping[int, Chip]


def _tactics(version: PlanVersion) -> dict[int, Tactic]:
    """The tactics by id, each with its lever and objective."""
    rows = Tactic.objects.filter(version=version).select_related("strategy__objective")
    return {row.pk: row for row in rows}


def _chips(workspace: Workspace, tactics: Mapping[int, Tactic]) -> Mapping[int, Chip]:
    """The objective each tactic serves, by the tactic's id."""
    objectives = {row.strategy.objective.key: row.strategy.objective for row in tactics.values()}
    chips = {key: Chip(key, one.code, one.short_name, element_url(workspace, key)) for key, one in objectives.items()}
    return {pk: chips[row.strategy.objective.key] for pk, row in tactics.items()}


def _rows(ground: _Ground, step: Step, progress: StepProgress | None, person: Person | None) -> Iterable[WorkRow]:
    """The step on its day and on the day of its check, where it is open; with `person` only what concerns them."""
    known = progress or StepProgress()
    due, control = known.due_day(step), known.control_day(step)
    is_open, is_done = known.state in states.OPEN_STEP_STATES, known.state == states.DONE
    days: list[tuple[date, bool]] = [(due, False)] if is_open and _is_done_by(step, person) else []
    is_checked_by = person is None or step.controller_id == person.pk
    if step.controller and is_checked_by and ((is_open and control and control >= ground.today) or is_done):
        days.append((control or due, True))
    tactic = ground.tactics[step.tactic_id]
    for day, is_check in days:
        yield WorkRow(
            key=step.key,
            what=step.what,
            where=step.where,
            tactic=f"{tactic.code} {tactic.name}",
            chip=ground.chips[step.tactic_id],
            day=day,
            control_day=control,
            is_check=is_check,
            is_late=day < ground.today,
            state=known.state,
            is_agreed=known.agreed_at is not None or len(ground.names) < 2,
            moved_from=step.due_date if due != step.due_date else None,
            move_reason=known.move_reason,
            owner=step.owner.name,
            also_by=tuple(ground.names[one] for one in step.also_by if one in ground.names),
            accountable=step.accountable.name if step.accountable and step.accountable_id != step.owner_id else "",
            controller=step.controller.name if step.controller else "",
            may_move=is_open and not is_check and ground.may_report and decides_on(ground.reader, step),
            is_mine=step.owner_id == ground.reader.pk,
        )


def _is_done_by(step: Step, person: Person | None) -> bool:
    """Does this person do it or answer for it? Everybody does who is nobody in particular."""
    ids = {str(step.owner_id), str(step.accountable_id), *step.also_by}
    return person is None or str(person.pk) in ids


def _weeks(rows: Sequence[WorkRow], monday: date, today: date) -> tuple[Week, ...]:
    by_day: dict[date, list[WorkRow]] = defaultdict(list)
    for row in rows:
        by_day[row.day].append(row)
    made = []
    for start in (monday + timedelta(weeks=number) for number in range(WEEKS)):
        dates = [start + timedelta(days=number) for number in range(7)]
        days = tuple(Day(day, day == today, tuple(by_day[day])) for day in dates if day in by_day)
        waiting = Counter(row.doer for day in days for row in day.rows)
        made.append(Week(start, days, tuple(waiting.most_common())))
    return tuple(made)


def _levers(
    workspace: Workspace,
    steps: Iterable[Step],
    tactics: Mapping[int, Tactic],
    progress: Mapping[str, StepProgress],
    today: date,
) -> tuple[Lever, ...]:
    """The strategies with steps that were due."""
    rows = defaultdict(list)
    for step in steps:
        rows[tactics[step.tactic_id].strategy].append(step_row(step, progress.get(step.key), today))
    made = (Lever(one, element_url(workspace, one.key), execution_of(found, today)) for one, found in rows.items())
    known = sorted(made, key=lambda lever: (lever.strategy.objective.code, lever.strategy.rank))
    return tuple(lever for lever in known if lever.execution.due)
