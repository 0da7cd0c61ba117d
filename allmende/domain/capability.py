"""What we manage, beside what we promised (S4-21, domain 3.8)."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, inf

# Fewer say too little about the slow ones.
FEWEST = 10
MOST_CASES = 0.9


def capability(minutes: Sequence[int], unanswered: int = 0) -> float | None:
    """Within how many minutes nine of ten cases were answered (nearest rank); None for fewer than FEWEST cases.

    `unanswered`: cases whose promised time passed without an answer. They count as longer than any; infinite where more than
    one in ten is such a case.
    """
    cases = len(minutes) + unanswered
    if cases < FEWEST:
        return None
    place = ceil(MOST_CASES * cases) - 1
    return sorted(minutes)[place] if place < len(minutes) else inf


def is_kept(target: int | None, found: float | None) -> bool | None:
    """Whether a target can be promised: nine of ten cases were answered within it. None where nobody can tell."""
    return None if target is None or found is None else found <= target
