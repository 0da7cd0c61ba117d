"""Who writes in the forum: a few who carry it, a long tail that helps now and then, askers who come and go.

Everybody who is not new by the story speaks within the first weeks, so that a later first message is a newcomer's.
"""

import random
from bisect import bisect
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate

from allmende.config.demo import words

FIRST_HELPERS = 150
FIRST_ASKERS = 230
# So long nobody who is new answers others, except those the story chose to.
NEW_FOR = timedelta(days=31)
SETTLED_BY = timedelta(days=10)


@dataclass
class Crowd:
    """The members at a moment of the story; call `live_until` as time goes on."""

    dice: random.Random
    begins_at: datetime
    names: Iterator[str] = field(init=False)
    _askers: list[str] = field(default_factory=list)
    _helpers: list[tuple[str, float, datetime]] = field(default_factory=list)
    _weights: list[float] = field(default_factory=list)
    _new: "deque[tuple[datetime, str]]" = field(default_factory=deque)
    _unseen_askers: list[str] = field(default_factory=list)
    _unseen_helpers: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        pairs = [f"{first} {last}" for first in words.FIRST_NAMES for last in words.LAST_NAMES]
        self.dice.shuffle(pairs)
        taken = {*words.STAFF, *KNOWN}
        self.names = iter([name for name in pairs if name not in taken])
        for rank in range(FIRST_HELPERS):
            name = KNOWN[rank] if rank < len(KNOWN) else next(self.names)
            self._welcome(name, 1 / (rank + 9), self.begins_at, stays=rank < len(KNOWN))
        self._unseen_helpers = [name for name, _, _ in self._helpers]
        self._unseen_askers = [next(self.names) for _ in range(FIRST_ASKERS)]
        self._weigh()

    def live_until(self, at: datetime) -> None:
        """Newcomers grow into the forum, helpers leave. Cheap: looks at what is due only."""
        is_changed = False
        while self._new and self._new[0][0] <= at:
            _, name = self._new.popleft()
            if self.dice.random() < 0.6:  # the others are never heard of again
                self._askers.append(name)
            if self.dice.random() < 0.11:
                self._welcome(name, 1 / self.dice.uniform(12, 90), at)
                is_changed = True
        staying = [one for one in self._helpers if one[2] > at]
        if is_changed or len(staying) < len(self._helpers):
            self._helpers = staying
            self._weigh()
        if at > self.begins_at + SETTLED_BY and (self._unseen_askers or self._unseen_helpers):
            silent = set(self._unseen_helpers)
            self._helpers = [one for one in self._helpers if one[0] not in silent]
            self._unseen_askers, self._unseen_helpers = [], []
            self._weigh()

    def newcomer(self, at: datetime) -> str:
        """Somebody who was never here."""
        name = next(self.names)
        self._new.append((at + NEW_FOR, name))
        return name

    def asker(self) -> str:
        """Somebody who was here before."""
        if self._unseen_askers:
            self._askers.append(self._unseen_askers.pop())
            return self._askers[-1]
        # The younger ask more than the old hands.
        place = int(len(self._askers) * self.dice.random() ** 0.6)
        return self._askers[min(place, len(self._askers) - 1)]

    def helper(self, *others: str) -> str:
        """Somebody who helps, none of these."""
        if self._unseen_helpers and self._unseen_helpers[-1] not in others:
            return self._unseen_helpers.pop()
        for _ in range(20):
            place = bisect(self._weights, self.dice.random() * self._weights[-1])
            name = self._helpers[min(place, len(self._helpers) - 1)][0]
            if name not in others:
                return name
        return next(name for name, _, _ in self._helpers if name not in others)

    def _welcome(self, name: str, weight: float, at: datetime, *, stays: bool = False) -> None:
        weeks = 200 if stays else 8 + self.dice.expovariate(1 / 45)
        self._helpers.append((name, weight, at + timedelta(weeks=weeks)))

    def _weigh(self) -> None:
        self._weights = list(accumulate(weight for _, weight, _ in self._helpers))


# They carry the forum and appear in posts, thanks and the plan.
KNOWN = ("Hanne Voss", "Karl Ott", "Dilek Arslan", "Peer Jansen", "Birgit Ahlers", "Sabine Roth")
