"""The frozen page: what a report says of the plan and its figures, as it was when composed."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from allmende.domain.verdict import CLEARLY, WITH_DAMAGE, Word, goal_contribution
from allmende.stakeholders.queries.figures import Period, Week

NOT_JUDGED = "not_judged"


@dataclass(frozen=True)
class Numbers:
    """People, times and share (`k` of `n` complete units), now and before. Shares are fractions; `low`, `high` bound the
    difference now - before, `share_low`, `share_high` the share now. `grade` is the evidence grade of domain 5.3.

    Where a sample put the shares right (4.5), `counted_share` and `counted_before_share` are what was counted. A rate (F3) or
    a duration (F4) has a `value` within `value_low` and `value_high` instead of a share: times per person and month, seconds
    until half are done; `n` are rounded person-months or cases. The difference is a ratio or seconds.
    """

    people: int
    times: int
    k: int
    n: int
    share: float | None
    share_low: float | None
    share_high: float | None
    before_people: int
    before_times: int
    before_k: int
    before_n: int
    before_share: float | None
    difference: float | None
    low: float | None
    high: float | None
    least: float | None
    grade: str = "E"
    value: float | None = None
    value_low: float | None = None
    value_high: float | None = None
    before_value: float | None = None
    counted_share: float | None = None
    counted_before_share: float | None = None


@dataclass(frozen=True)
class Figure:
    """What was judged of one objective. `numbers` is None when there are none yet, the guard held them back (`held_back`: its
    reasons), or it is only described (`form`: a concentration). `weeks` are those of a share, `periods` of a rate or a
    duration; without numbers there are none. Days are inclusive, in the workspace's zone."""

    word: str
    flags: tuple[str, ...]
    reason: str
    definition_key: str
    definition_version: str
    definition_name: str
    missing_units: int | None
    starts_date: date | None
    ends_date: date | None
    before_starts_date: date | None
    numbers: Numbers | None
    held_back: tuple[str, ...] = ()
    weeks: tuple[Week, ...] = ()
    form: str = ""
    periods: tuple[Period, ...] = ()

    @property
    def is_time(self) -> bool:
        """It is about how long something takes: more of it is no success."""
        return self.form == "F4"

    @property
    def is_clear(self) -> bool:
        return CLEARLY in self.flags

    @property
    def has_damage(self) -> bool:
        return WITH_DAMAGE in self.flags


@dataclass(frozen=True)
class ObjectivePart:
    """One chain: our work, the behaviour, its effect; and what was judged."""

    key: str
    code: str
    short_name: str
    audience: str
    behaviour: str
    effect: str
    guardrail: str
    work: tuple[str, ...]
    figure: Figure


@dataclass(frozen=True)
class GoalPart:
    """A goal with what its objectives say together (S1-20)."""

    key: str
    statement: str
    plain_statement: str
    contribution: str
    objectives: tuple[ObjectivePart, ...]


@dataclass(frozen=True)
class Paper:
    """A whole page. `language` is the one it is written in, whoever reads it; `floor` the smallest group it may show."""

    language: str
    organisation: str
    community: str
    addressee: str
    position: str
    by: str
    as_of_date: date
    plan_version: int
    floor: int
    goals: tuple[GoalPart, ...] = field(default=())

    @property
    def objectives(self) -> tuple[ObjectivePart, ...]:
        return tuple(objective for goal in self.goals for objective in goal.objectives)


def contribution_of(objectives: tuple[ObjectivePart, ...]) -> str:
    """Contributes, does not, or cannot tell yet; an objective nobody judged yet says "too early"."""
    return str(goal_contribution(Word(objective.figure.word) for objective in objectives))


def frozen(paper: Paper) -> dict[str, Any]:
    """The page as JSON holds it; days as ISO texts."""
    return {name: _plain(value) for name, value in asdict(paper).items()}


def thawed(content: Mapping[str, Any]) -> Paper:
    """The page as `frozen` wrote it."""
    goals = tuple(_goal(goal) for goal in content["goals"])
    return Paper(**{**content, "as_of_date": date.fromisoformat(content["as_of_date"]), "goals": goals})


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def _goal(goal: Mapping[str, Any]) -> GoalPart:
    return GoalPart(**{**goal, "objectives": tuple(_objective(row) for row in goal["objectives"])})


def _objective(row: Mapping[str, Any]) -> ObjectivePart:
    return ObjectivePart(**{**row, "work": tuple(row["work"]), "figure": _figure(row["figure"])})


def _figure(row: Mapping[str, Any]) -> Figure:
    days = {name: _day(row[name]) for name in ("starts_date", "ends_date", "before_starts_date")}
    weeks = tuple(
        Week(date.fromisoformat(week["starts_date"]), week["k"], week["n"], week["people"]) for week in row["weeks"]
    )
    # Reports frozen before periods were drawn have none.
    periods = tuple(
        Period(**{**one, "starts_date": date.fromisoformat(one["starts_date"])}) for one in row.get("periods", ())
    )
    numbers = Numbers(**row["numbers"]) if row["numbers"] else None
    lists = {name: tuple(row[name]) for name in ("flags", "held_back")}
    return Figure(**{**row, **days, **lists, "weeks": weeks, "periods": periods, "numbers": numbers})


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
