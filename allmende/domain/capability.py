"""What we manage, beside what we promised (S4-21, domain 3.8)."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

# Fewer say too little about the slow ones.
FEWEST = 10
MOST_CASES = 0.9


def capability(minutes: Sequence[int]) -> int | None:
    """Within how many minutes nine of ten cases were answered (nearest rank); None for fewer than FEWEST cases."""
    if len(minutes) < FEWEST:
        return None
    return sorted(minutes)[ceil(MOST_CASES * len(minutes)) - 1]


def is_kept(target: int | None, found: int | None) -> bool | None:
    """Whether a target can be promised: nine of ten cases were answered within it. None where nobody can tell."""
    return None if target is None or found is None else found <= target
