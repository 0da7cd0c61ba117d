"""How many people the care needs: seats, workload and Erlang C side by side (domain 3.12, S2-18).

Seats answer "somebody is here from … to …", workload answers "what comes in is answered within hours", Erlang C answers
"people wait on the line right now". Only the first two count into the number; Erlang C misleads where answers may wait.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Model = Literal["seats", "workload"]
# Below so many people a sick day outweighs what the queueing formula says.
SMALL_TEAM = 5
MOST_AGENTS = 200


@dataclass(frozen=True, slots=True)
class Figures:
    """What the calculation rests on, per week. Shares lie between 0 and 1; `shrinkage` is leave, sickness, training and
    meetings, `utilisation` the share of present time that can be spent answering."""

    seat_hours: float
    contacts: float
    handling_minutes: float
    weekly_hours: float = 38.5
    shrinkage: float = 0.32
    utilisation: float = 0.75
    strategic_hours: float = 0
    reserve_hours: float = 0
    peak_contacts: float = 0
    answer_minutes: float = 2
    answer_share: float = 0.8

    @property
    def is_possible(self) -> bool:
        """Can anything be calculated? Nobody works no hours, and nobody is away all year."""
        return self.weekly_hours > 0 and 0 <= self.shrinkage < 1 and 0 < self.utilisation <= 1


@dataclass(frozen=True, slots=True)
class Erlang:
    """What so many people at once mean for those who wait on the line: who waits at all, who is answered in time."""

    agents: int
    waits: float
    in_time: float
    is_enough: bool = False


@dataclass(frozen=True, slots=True)
class Headcount:
    """The number and how it came about, in full-time people; `decides` is the larger of seats and workload."""

    seats: float
    work_hours: float
    present_hours: float
    workload: float
    strategic: float
    reserve: float
    decides: Model
    load: float
    at_once: tuple[Erlang, ...]

    @property
    def enough(self) -> int | None:
        """How many people at once are enough for those on the line; None without a figure for the busiest hour."""
        return next((one.agents for one in self.at_once if one.is_enough), None)

    @property
    def care(self) -> float:
        return max(self.seats, self.workload)

    @property
    def people(self) -> float:
        return self.care + self.strategic + self.reserve

    @property
    def is_small(self) -> bool:
        """Is the team so small that one sick day outweighs the queueing formula?"""
        return self.people < SMALL_TEAM


def headcount(figures: Figures) -> Headcount | None:
    """All models over the same figures; None where they cannot be calculated."""
    if not figures.is_possible:
        return None
    present = figures.weekly_hours * (1 - figures.shrinkage)
    work = figures.contacts * figures.handling_minutes / 60
    seats, workload = figures.seat_hours / present, work / (figures.utilisation * present)
    load = figures.peak_contacts * figures.handling_minutes / 60
    return Headcount(
        seats=seats,
        work_hours=work,
        present_hours=work / (figures.utilisation * (1 - figures.shrinkage)),
        workload=workload,
        strategic=figures.strategic_hours / present,
        reserve=figures.reserve_hours / present,
        decides="seats" if seats >= workload else "workload",
        load=load,
        at_once=_around(figures, load),
    )


def erlang_c(load: float, agents: int) -> float:
    """The chance that somebody has to wait when `agents` people serve a `load` in Erlang; 1 where the queue only grows."""
    if load <= 0:
        return 0.0
    if agents <= load:
        return 1.0
    # Erlang B by its recurrence: factorials of large teams overflow.
    blocked = 1.0
    for n in range(1, agents + 1):
        blocked = load * blocked / (n + load * blocked)
    return agents * blocked / (agents - load * (1 - blocked))


def answered_in_time(load: float, agents: int, handling_minutes: float, within_minutes: float) -> float:
    """The share answered within so many minutes."""
    if agents <= load:
        return 0.0
    return 1 - erlang_c(load, agents) * math.exp(-(agents - load) * within_minutes / handling_minutes)


def _around(figures: Figures, load: float) -> tuple[Erlang, ...]:
    """One person less than enough, enough, and one more."""
    if load <= 0 or figures.handling_minutes <= 0 or load >= MOST_AGENTS:
        return ()
    first = math.floor(load) + 1
    enough = next((n for n in range(first, MOST_AGENTS) if _in_time(figures, load, n) >= figures.answer_share), None)
    if enough is None:
        return ()
    return tuple(
        Erlang(n, erlang_c(load, n), _in_time(figures, load, n), n >= enough)
        for n in range(max(first, enough - 1), enough + 2)
    )


def _in_time(figures: Figures, load: float, agents: int) -> float:
    return answered_in_time(load, agents, figures.handling_minutes, figures.answer_minutes)
