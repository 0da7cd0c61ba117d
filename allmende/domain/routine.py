"""Recurrent work: on which days it falls due, and where its time goes (S4-05, S4-18, S4-33)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

# Between two ticks further apart somebody did something else.
LONGEST_STAGE = timedelta(hours=2)
FIRST_DAYS = 7
WORKDAYS = 5


@dataclass(frozen=True, slots=True)
class Run:
    """One time the work was done: when it began and when each stage (its name) was ticked."""

    begun_at: datetime
    ticks: Mapping[str, datetime]


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage and the median of its minutes over `times` runs."""

    name: str
    minutes: float
    times: int


def is_due(rhythm: str, weekday: int | None, on: date) -> bool:
    """Does the work fall due on this day? "weekly" and "monthly" name a weekday (0 = Monday); monthly is the month's first
    such day. Raises ValueError when they name none."""
    if rhythm == "daily":
        return True
    if rhythm == "workdays":
        return on.weekday() < WORKDAYS
    if weekday is None:
        raise ValueError(f"{rhythm} work needs a weekday")
    return on.weekday() == weekday and (rhythm == "weekly" or on.day <= FIRST_DAYS)


def stages(runs: Iterable[Run], order: Sequence[str]) -> tuple[Stage, ...]:
    """The stages in `order` with the time each took, from the tick before it (the first from the beginning).

    Stages that were never ticked are left out, and so are pauses longer than two hours.
    """
    spent: dict[str, list[float]] = {}
    for run in runs:
        before = run.begun_at
        for name, at in sorted(run.ticks.items(), key=lambda tick: tick[1]):
            if timedelta(0) < at - before <= LONGEST_STAGE:
                spent.setdefault(name, []).append((at - before).total_seconds() / 60)
            before = max(before, at)
    return tuple(Stage(name, median(spent[name]), len(spent[name])) for name in order if name in spent)


def slowest(found: Sequence[Stage]) -> Stage | None:
    """The stage that takes longest; none while fewer than two are known (S4-18)."""
    return max(found, key=lambda stage: stage.minutes) if len(found) > 1 else None
