"""The work of the coming weeks: which steps are due and checked when, by whom (S4-06)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from django.urls import reverse

from allmende.domain.weeks import monday_of
from allmende.plan import states
from allmende.plan.models import PlanVersion, Step, StepProgress, Strategy, Tactic
from allmende.plan.queries.chain import Execution, execution_of, step_row
from allmende.plan.queries.facts import Chip, element_url, version_in_force
from allmende.plan.queries.hours import InForce, PersonHours, hours_page
from allmende.plan.queries.published_steps import steps_of
from allmende.plan.queries.standings import standing_tactics
from allmende.plan.queries.steps import decides_on, progress_of
from allmende.team.access import may
from allmende.team.models import Person, Workspace
from allmende.team.queries import people_of

WEEKS = 5

_KEY = "step-of-row"
_OF_A_STEP = ("plan:step", "plan:agree_step", "plan:move_step")


@dataclass(frozen=True, slots=True)
class WorkRow:
    """A step on the day it is due, or (`is_check`) on the day it is checked; `moved_from` where it was put off. People
    by name, `accountable` only where another one than the doer answers for it; `url`: the step's own page."""

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
    url: str
    agree_url: str
    move_url: str

    @property
    def is_open(self) -> bool:
        return self.state in states.OPEN_STEP_STATES


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
    total: int
    folded: int = 0


@dataclass(frozen=True)
class Lever:
    """What became of the steps of one strategy that were due (S4-02)."""

    strategy: Strategy
    url: str
    execution: Execution


@dataclass(frozen=True)
class WeeksPage:
    """`over`: people with more work planned than time set free, where hours are known; `later`: beyond the weeks shown.
    Of `late` and `later` at most as many rows as were asked for stand here; the totals tell how many there are.
    `not_agreed`: steps whoever does them has not agreed to; `unchecked`: open steps nobody will check, none for one who is
    alone and checks their own."""

    version: PlanVersion
    late: tuple[WorkRow, ...]
    late_total: int
    weeks: tuple[Week, ...]
    later: tuple[WorkRow, ...]
    later_total: int
    not_agreed: int
    unchecked: int
    levers: tuple[Lever, ...]
    over: tuple[PersonHours, ...]
    people: tuple[Person, ...]
    person: Person | None
    is_alone: bool

    @property
    def rows(self) -> tuple[WorkRow, ...]:
        here = (row for week in self.weeks for day in week.days for row in day.rows)
        return (*self.late, *here, *self.later)


def weeks_page(
    reader: Person, today: date, whose: str = "", most: int | None = None, whole: str = ""
) -> WeeksPage | None:
    """The month ahead of the plan in force; with `whose` (a person's id) only what concerns them. None before one is
    in force. At most `most` rows of what is overdue, of each week and of what comes later, except of the week that
    begins on the ISO date `whole`."""
    workspace = reader.workspace
    version = version_in_force(workspace)
    if version is None:
        return None
    people = tuple(people_of(workspace))
    person = next((one for one in people if str(one.pk) == whose), None)
    steps, tactics = steps_of([version]), _tactics(version)
    progress = progress_of(workspace)
    in_force = InForce(version, tactics.values(), steps, progress)
    entries = sorted(_entries(steps, progress, person, today), key=lambda entry: entry.day)
    monday = monday_of(today)
    ends = monday + timedelta(weeks=WEEKS)
    late = [entry for entry in entries if entry.day < today]
    later = [entry for entry in entries if entry.day >= ends]
    coming = entries[len(late) : len(entries) - len(later)]
    is_alone = len(people) < 2
    ground = _Ground(
        reader,
        today,
        {str(one.pk): one.name for one in people},
        may(reader, "plan.step.report"),
        tactics,
        _chips(workspace, tactics),
        tuple(reverse(name, kwargs={"slug": workspace.slug, "key": _KEY}) for name in _OF_A_STEP),
    )
    return WeeksPage(
        version=version,
        late=tuple(_row(ground, entry) for entry in late[:most]),
        late_total=len(late),
        weeks=_weeks(ground, coming, monday, most, whole),
        later=tuple(_row(ground, entry) for entry in later[:most]),
        later_total=len(later),
        not_agreed=0 if is_alone else sum(entry.waits_for_agreement for entry in entries),
        unchecked=0 if is_alone else sum(entry.is_open and not entry.step.controller_id for entry in entries),
        levers=() if person else _levers(workspace, steps, tactics, progress, today),
        over=tuple(row for row in hours_page(reader, today, in_force).rows if row.over),
        people=people,
        person=person,
        is_alone=is_alone,
    )


class _Entry(NamedTuple):
    """A step on a day: the one it is due, or (`is_check`) the one it is checked. A row is drawn of those shown only."""

    day: date
    is_check: bool
    step: Step
    known: StepProgress

    @property
    def is_open(self) -> bool:
        return self.known.state in states.OPEN_STEP_STATES

    @property
    def waits_for_agreement(self) -> bool:
        return not self.is_check and self.is_open and self.known.agreed_at is None

    @property
    def doer(self) -> str:
        """Whom it waits for."""
        return self.step.controller.name if self.is_check and self.step.controller else self.step.owner.name


# What is known of a step nobody reported on; never saved.
_UNTOUCHED = StepProgress()


@dataclass(frozen=True)
class _Ground:
    """What every row needs: people's names by id, tactics and the objectives they serve by the tactic's id, and the
    addresses of a step whose key is `_KEY`."""

    reader: Person
    today: date
    names: Mapping[str, str]
    may_report: bool
    tactics: Mapping[int, Tactic]
    chips: Mapping[int, Chip]
    urls: tuple[str, ...]


def _tactics(version: PlanVersion) -> dict[int, Tactic]:
    """The tactics by id, each with its lever and objective."""
    rows = Tactic.objects.filter(version=version).select_related("strategy__objective")
    return {row.pk: row for row in standing_tactics(version, rows)}


def _chips(workspace: Workspace, tactics: Mapping[int, Tactic]) -> Mapping[int, Chip]:
    """The objective each tactic serves, by the tactic's id."""
    objectives = {row.strategy.objective.key: row.strategy.objective for row in tactics.values()}
    chips = {key: Chip(key, one.code, one.short_name, element_url(workspace, key)) for key, one in objectives.items()}
    return {pk: chips[row.strategy.objective.key] for pk, row in tactics.items()}


def _entries(
    steps: Iterable[Step], progress: Mapping[str, StepProgress], person: Person | None, today: date
) -> Iterable[_Entry]:
    """Each step on its day, while it is open, and on the day of its check; with `person` only what concerns them."""
    for step in steps:
        known = progress.get(step.key, _UNTOUCHED)
        due, is_open = known.due_day(step), known.state in states.OPEN_STEP_STATES
        if is_open and _is_done_by(step, person):
            yield _Entry(due, False, step, known)
        if step.controller_id and (person is None or step.controller_id == person.pk):
            control = known.control_day(step)
            if known.state == states.DONE or (is_open and control and control >= today):
                yield _Entry(control or due, True, step, known)


def _row(ground: _Ground, entry: _Entry) -> WorkRow:
    day, is_check, step, known = entry
    due, is_open = known.due_day(step), entry.is_open
    tactic = ground.tactics[step.tactic_id]
    url, agree_url, move_url = (address.replace(_KEY, step.key) for address in ground.urls)
    return WorkRow(
        key=step.key,
        what=step.what,
        where=step.where,
        tactic=f"{tactic.code} {tactic.name}",
        chip=ground.chips[step.tactic_id],
        day=day,
        control_day=known.control_day(step),
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
        url=url,
        agree_url=agree_url,
        move_url=move_url,
    )


def _is_done_by(step: Step, person: Person | None) -> bool:
    """Does this person do it or answer for it? Everybody does who is nobody in particular."""
    if person is None:
        return True
    return person.pk in (step.owner_id, step.accountable_id) or str(person.pk) in step.also_by


def _weeks(ground: _Ground, entries: Iterable[_Entry], monday: date, most: int | None, whole: str) -> tuple[Week, ...]:
    by_week: dict[date, list[_Entry]] = defaultdict(list)
    for entry in entries:
        by_week[monday_of(entry.day)].append(entry)
    made = []
    for start in (monday + timedelta(weeks=number) for number in range(WEEKS)):
        found = by_week[start]
        shown = found if start.isoformat() == whole else found[:most]
        by_day = groupby(shown, key=attrgetter("day"))
        days = tuple(Day(day, day == ground.today, tuple(_row(ground, one) for one in rows)) for day, rows in by_day)
        waiting = Counter(entry.doer for entry in found)
        made.append(Week(start, days, tuple(waiting.most_common()), len(found), len(found) - len(shown)))
    return tuple(made)


def _levers(
    workspace: Workspace,
    steps: Iterable[Step],
    tactics: Mapping[int, Tactic],
    progress: Mapping[str, StepProgress],
    today: date,
) -> tuple[Lever, ...]:
    """The strategies with steps that were due."""
    levers = {tactic.strategy_id: tactic.strategy for tactic in tactics.values()}
    rows = defaultdict(list)
    for step in steps:
        known = progress.get(step.key)
        # Most steps lie ahead untouched: those were not due.
        if known or step.due_date <= today:
            rows[tactics[step.tactic_id].strategy_id].append(step_row(step, known, today))
    found = [Lever(one, element_url(workspace, one.key), execution_of(rows[pk], today)) for pk, one in levers.items()]
    in_order = sorted(found, key=lambda lever: (lever.strategy.objective.code, lever.strategy.rank))
    return tuple(lever for lever in in_order if lever.execution.due)
