"""What a list of the inbox read, remembered for as long as the pulse says that nothing changed, and no minute longer.

Two hundred open screens of one team ask for the same rows and numbers once a minute each. See decision 39. A list names people:
when somebody is erased it is forgotten in that process, and in every other it goes within KEPT_SECONDS, whether somebody asks
for lists there or not.
"""

from collections.abc import Callable, Hashable
from datetime import datetime
from threading import Timer
from typing import TypeVar, cast

from allmende.inbox.queries.pulse import STANDING
from allmende.team.models import Person

T = TypeVar("T")
MOST_WORKSPACES, MOST_LISTS = 500, 200

Stand = tuple[Hashable, ...]
_REMEMBERED: dict[Hashable, tuple[Stand, dict[Hashable, object]]] = {}
# Longer than a minute: what is read now is of use until the next minute begins, and no longer.
KEPT_SECONDS = 90.0


def standing_of(person: Person, now: datetime) -> Stand | None:
    """How the person's workspace stood when they came through the door, and in which minute; None where the door did not ask."""
    if not all(hasattr(person, name) for name in STANDING):
        return None
    return (now.replace(second=0, microsecond=0), *(getattr(person, name) for name in STANDING))


def remembered(person: Person, stand: Stand | None, key: Hashable, read: Callable[[], T]) -> T:
    """What `read` gives, or gave since the workspace stands as it does; what was read must not be changed by whoever gets it.

    The door asked before anything was read: what changed meanwhile is in what was read, and is read once more.
    """
    if stand is None:
        return read()
    place = person.workspace_id
    held = _REMEMBERED.get(place)
    if held is None or held[0] != stand or len(held[1]) >= MOST_LISTS:
        if place not in _REMEMBERED and len(_REMEMBERED) >= MOST_WORKSPACES:
            forget_lists()
        held = _REMEMBERED[place] = (stand, {})
    if key not in held[1]:
        held[1][key] = read()
        _SWEEPER.wake()
    return cast(T, held[1][key])


def forget_lists() -> None:
    """Everything is read anew."""
    _REMEMBERED.clear()


class _Sweeper:
    """Forgets everything some time after something was remembered; one thread that waits, and none where nothing is kept."""

    def __init__(self) -> None:
        self.timer: Timer | None = None

    def wake(self, seconds: float = KEPT_SECONDS) -> None:
        """Sweep after so long, unless a sweep is on its way. A process that was forked has none of its parent's threads."""
        if self.timer is None or not self.timer.is_alive():
            self.timer = Timer(seconds, self._sweep)
            self.timer.daemon = True
            self.timer.start()

    def _sweep(self) -> None:
        self.timer = None  # first: what is remembered from here on wakes the next one
        forget_lists()


_SWEEPER = _Sweeper()
