"""On how many shoulders a behaviour rests (domain 4.2, form F6). Described, never judged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Concentration:
    """Contributor absence factors of several periods and their range; None when nothing happened in any of
    them.
    """

    factors: tuple[int, ...]

    @property
    def low(self) -> int | None:
        """The smallest factor of the periods."""
        return min(self.factors, default=None)

    @property
    def high(self) -> int | None:
        """The largest factor of the periods."""
        return max(self.factors, default=None)


def contributor_absence_factor(counts: Iterable[int], share: float = 0.5) -> int:
    """The smallest number of people who together give `share` of all (CHAOSS); 0 when there is nothing.

    Raises ValueError for a negative count or a share outside (0, 1].
    """
    by_size = sorted(counts, reverse=True)
    if not 0 < share <= 1 or (by_size and by_size[-1] < 0):
        raise ValueError("A contributor absence factor needs counts >= 0 and a share above 0 and up to 1.")
    wanted, reached = sum(by_size) * share, 0
    if not wanted:
        return 0
    for people, count in enumerate(by_size, start=1):
        reached += count
        if reached >= wanted - 1e-9:
            return people
    return len(by_size)


def concentration(counts_by_period: Sequence[Iterable[int]]) -> Concentration:
    """The factor of each period (quarters, three of them at best), as a range. Empty periods are left out."""
    factors = (contributor_absence_factor(counts) for counts in counts_by_period)
    return Concentration(tuple(factor for factor in factors if factor))
