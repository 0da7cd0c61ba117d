"""How many people may leave before half of the work stands alone: the absence factor of a team (`domain.md` 3.15, I-01)."""

from collections import Counter
from collections.abc import Iterable


def absence_factor(holders: Iterable[frozenset[str]]) -> int:
    """How many people have to be missing until more than half of the things are held by nobody who is there.

    `holders` names, per thing, who could go on with it. Whoever holds most leaves first, so the figure is the one of an
    unlucky week. 0 means that more than half of the things have nobody today, or that there is nothing to hold.
    """
    things = list(holders)
    gone: set[str] = set()
    while things and sum(1 for held in things if held <= gone) * 2 <= len(things):
        counted = Counter(one for held in things for one in held - gone)
        gone.add(min(counted, key=lambda one: (-counted[one], one)))
    return len(gone)
