"""Which tactics run when hours are short: priority and cut line (domain 3.5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

Hours = Decimal | float | int


@dataclass(frozen=True, slots=True)
class TacticLoad:
    """A tactic with its three marks (1 to 3 each) and the hours it costs per week."""

    key: str
    reach: int
    depth: int
    length: int
    effort_hours: Hours


@dataclass(frozen=True, slots=True)
class CutLine:
    """Keys in order of priority: those that run, those that "would be stopped"; hours per week used and
    left over.
    """

    runs: tuple[str, ...]
    would_stop: tuple[str, ...]
    used_hours: Decimal
    left_hours: Decimal


def tactic_priority(reach: int, depth: int, length: int) -> int:
    """reach x depth x length, 1 to 27. Raises ValueError for a mark outside 1 to 3."""
    if any(mark not in (1, 2, 3) for mark in (reach, depth, length)):
        raise ValueError("Reach, depth and length are marks from 1 to 3.")
    return reach * depth * length


def cut_line(tactics: Sequence[TacticLoad], hours: Hours, routine_hours: Hours) -> CutLine:
    """The longest run of tactics by priority (ties: lower effort first) within the hours that routine leaves.

    All hours are per week. The line is a line: nothing cheap below it slips in.
    """
    by_priority = sorted(tactics, key=_place)
    available = max(Decimal(0), _exact(hours) - _exact(routine_hours))
    used, count = Decimal(0), 0
    for tactic in by_priority:
        if used + _exact(tactic.effort_hours) > available:
            break
        used, count = used + _exact(tactic.effort_hours), count + 1
    keys = tuple(tactic.key for tactic in by_priority)
    return CutLine(keys[:count], keys[count:], used, available - used)


def _place(tactic: TacticLoad) -> tuple[int, Decimal, str]:
    return (
        -tactic_priority(tactic.reach, tactic.depth, tactic.length),
        _exact(tactic.effort_hours),
        tactic.key,
    )


def _exact(hours: Hours) -> Decimal:
    return Decimal(str(hours))
