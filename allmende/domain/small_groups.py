"""Which groups may be shown so that nobody can be recognised, not by subtracting one figure from another either (domain 4.6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Floats = np.ndarray[Any, np.dtype[np.float64]]

People = frozenset[int]
NOBODY: People = frozenset()
# More parts of one kind nobody reads; the smallest are put together.
MOST_PARTS = 12
# So many ways to leave small circles out are tried; where there are more, it is not shown.
MOST_TRIED = 2_000


@dataclass(frozen=True, slots=True)
class Shown:
    """`parts`: of each division the names that are shown together, the largest first; empty where it cannot be shown.
    `groups`: the names of the groups that may be shown."""

    parts: tuple[tuple[tuple[str, ...], ...], ...]
    groups: tuple[str, ...]


def safe_groups(
    divisions: Sequence[Mapping[str, People]],
    groups: Mapping[str, People],
    everyone: People,
    floor: int,
    passing: Mapping[str, People] | None = None,
) -> Shown:
    """What of these may be shown beside a figure about `everyone`, so that no sum and no difference of what is shown is about
    fewer than `floor` people.

    A division parts everyone; its small parts are put together until it is safe, in the order in which the divisions stand.
    Groups overlap; they are taken from the largest on, and one that would not be safe is left out. `passing`: of each group
    whom it tells only a part of, as `is_safe` says.
    """
    family = [everyone]
    parts = []
    for division in divisions:
        found = _divided(division, family, floor)
        parts.append(tuple(names for names, _ in found))
        family += [people for _, people in found]
    taken = []
    known = NOBODY
    for name, people in sorted(groups.items(), key=lambda one: (-len(one[1]), one[0])):
        partly = known | (passing or {}).get(name, NOBODY)
        if len(people) >= floor and is_safe([*family, people], floor, partly):
            taken.append(name)
            family.append(people)
            known = partly
    return Shown(tuple(parts), tuple(taken))


def is_safe(family: Sequence[People], floor: int, passing: People = NOBODY) -> bool:
    """Whether no sum or difference of figures about these sets of people is about fewer than `floor` of them.

    People in the same sets form a circle; a figure is the sum over its circles. One about small circles only can be reckoned
    where leaving these out makes the figures depend on one another.

    `passing`: people of whom figures tell different things, and the signs that stand for them where only a part is told. They
    hide nobody, so they are left out with every choice, and a figure must not be about them alone either.
    """
    circles = _circles(family, passing)
    bare = [place for place, (_, size) in enumerate(circles) if not size]
    small = [place for place, (_, size) in enumerate(circles) if 0 < size < floor]
    if not small and not bare:
        return True
    import numpy as np

    rows = np.array([[number in sets for sets, _ in circles] for number in range(len(family))], dtype=np.float64)
    whole = _rank(rows, ())
    if _rank(rows, [*bare, *small]) == whole:
        return True
    fillings = list(islice(_fillings(small, [size for _, size in circles], floor), MOST_TRIED + 1))
    return len(fillings) <= MOST_TRIED and all(_rank(rows, [*bare, *one]) == whole for one in fillings)


def _divided(
    division: Mapping[str, People], family: Sequence[People], floor: int
) -> list[tuple[tuple[str, ...], People]]:
    """The parts of a division, its smallest put together until it is safe; none where fewer than two are left."""
    parts: list[tuple[tuple[str, ...], People]] = sorted(
        (((name,), people) for name, people in division.items() if people), key=lambda one: (-len(one[1]), one[0])
    )
    while len(parts) > 1:
        sets = [people for _, people in parts]
        if len(parts) <= MOST_PARTS and min(map(len, sets)) >= floor and is_safe([*family, *sets], floor):
            return parts
        (last, few), (before, others) = parts.pop(), parts.pop()
        parts.append(((*before, *last), others | few))
        parts.sort(key=lambda one: (-len(one[1]), one[0]))
    return []


def _circles(family: Sequence[People], passing: People) -> list[tuple[frozenset[int], int]]:
    """By the sets they belong to, how many people there are; whoever is passing counts for nobody."""
    sets: dict[int, set[int]] = {}
    for number, people in enumerate(family):
        for one in people:
            sets.setdefault(one, set()).add(number)
    found: Counter[frozenset[int]] = Counter()
    for one, numbers in sets.items():
        found[frozenset(numbers)] += one not in passing
    return list(found.items())


def _fillings(small: Sequence[int], sizes: Sequence[int], floor: int) -> Iterator[tuple[int, ...]]:
    """Every choice of small circles with fewer people than the floor to which none can be added."""
    order = sorted(small, key=lambda place: sizes[place])

    def fill(chosen: tuple[int, ...], start: int, left: int) -> Iterator[tuple[int, ...]]:
        fits = [at for at in range(start, len(order)) if sizes[order[at]] < left]
        if not fits:
            yield chosen
        for at in fits:
            yield from fill((*chosen, order[at]), at + 1, left - sizes[order[at]])

    yield from fill((), 0, floor)


def _rank(rows: Floats, left_out: Collection[int]) -> int:
    import numpy as np

    kept = np.delete(rows, list(left_out), axis=1)
    return int(np.linalg.matrix_rank(kept)) if kept.size else 0
