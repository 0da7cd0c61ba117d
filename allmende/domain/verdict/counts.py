"""What was counted in one period: shares, rates and durations, and whether the data behind them can carry
a judgement.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

# One entry per person: (successes, units). A sequence when nobody is known in both periods,
# a mapping by person key when the same people may stand in both (then they are drawn as pairs).
SharesByPerson = Mapping[Hashable, tuple[int, int]] | Sequence[tuple[int, int]]
EventsByPerson = Mapping[Hashable, tuple[int, float]] | Sequence[tuple[int, float]]

CENSORED_LIMIT = 0.20
DELETED_LIMIT = 0.20
UNKNOWN_ACTOR_LIMIT = 0.20


@dataclass(frozen=True, slots=True)
class Share:
    """k successes among n complete units (domain 4.2, forms F1 and F2).

    `units_by_person` says how the units are spread over people; None means every unit is a person of its own.
    `people` says how many of its entries are people, where others are units nobody holds (questions without an answer).
    Raises ValueError when k is not between 0 and n, or the people do not add up to k and n.
    """

    k: int
    n: int
    units_by_person: SharesByPerson | None = None
    people: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.k <= self.n:
            raise ValueError(f"A share needs 0 <= k <= n; got {self.k} of {self.n}.")
        if self.units_by_person is None:
            return
        pairs = self.person_pairs()
        if any(not 0 <= k <= n for k, n in pairs):
            raise ValueError("Every person's share needs 0 <= k <= n.")
        if (sum(k for k, _ in pairs), sum(n for _, n in pairs)) != (self.k, self.n):
            raise ValueError("The people's units do not add up to the share.")

    @property
    def value(self) -> float | None:
        """k/n between 0 and 1; None when nothing could be counted."""
        return self.k / self.n if self.n else None

    @property
    def design_effect(self) -> float:
        """How many times as much the share scatters as one whose units are people of their own; never below 1.

        Rao and Scott, A Simple Method for the Analysis of Clustered Binary Data, Biometrics 48, 1992: k and n divided by it
        may be judged like independent units.
        """
        pairs = self.person_pairs()
        if len(pairs) < 2 or not 0 < self.k < self.n or all(n == 1 for _, n in pairs):
            return 1.0
        p, people = self.k / self.n, len(pairs)
        scatter = sum((k - p * n) ** 2 for k, n in pairs) * people / (people - 1)
        return max(1.0, scatter / (self.n * p * (1 - p)))

    def person_pairs(self) -> tuple[tuple[int, int], ...]:
        """(successes, units) of every person who holds at least one unit."""
        by_person = self.units_by_person or ()
        pairs = by_person.values() if isinstance(by_person, Mapping) else by_person
        return tuple((k, n) for k, n in pairs if n)


@dataclass(frozen=True, slots=True)
class Rate:
    """Events per exposure, e.g. reports per member-month (domain 4.2, form F3).

    Raises ValueError for negative events or exposure, and for events without exposure.
    """

    events: int
    exposure: float
    events_by_person: EventsByPerson | None = None

    def __post_init__(self) -> None:
        if self.events < 0 or self.exposure < 0 or (self.events and not self.exposure):
            raise ValueError("A rate needs events >= 0 and the exposure in which they happened.")
        if self.events_by_person is not None and sum(e for e, _ in self.person_pairs()) != self.events:
            raise ValueError("The people's events do not add up to the rate.")

    @property
    def value(self) -> float:
        """Events per unit of exposure; 0 without any."""
        return self.events / self.exposure if self.exposure else 0.0

    def person_pairs(self) -> tuple[tuple[int, float], ...]:
        """(events, exposure) of every person with exposure."""
        by_person = self.events_by_person or ()
        pairs = by_person.values() if isinstance(by_person, Mapping) else by_person
        return tuple((events, exposure) for events, exposure in pairs if exposure > 0)


@dataclass(frozen=True, slots=True)
class Durations:
    """Times to an event, all in one unit of the caller's choice (domain 4.2, form F4).

    `open_since` holds the time waited so far of cases that have not ended: they enter by Kaplan-Meier,
    never dropped. `ended_by` names who ended each of `ended`, None where nobody knows; without it every case stands
    alone. Raises ValueError for a negative time, or where not each ended case has its person.
    """

    ended: tuple[float, ...]
    open_since: tuple[float, ...] = ()
    ended_by: tuple[Hashable, ...] | None = None

    def __post_init__(self) -> None:
        if self.ended_by is not None and len(self.ended_by) != len(self.ended):
            raise ValueError("Every case that ended needs to say by whom.")
        if any(value < 0 for value in (*self.ended, *self.open_since)):
            raise ValueError("A duration cannot be negative.")

    @property
    def n(self) -> int:
        """All cases, ended and open."""
        return len(self.ended) + len(self.open_since)

    @property
    def held(self) -> tuple[int, ...]:
        """How many of the ended cases each known person ended; empty where nobody is known."""
        return tuple(Counter(one for one in self.ended_by or () if one is not None).values())

    def quantile(self, part: float) -> float | None:
        """The time by which `part` of the cases has ended (Kaplan-Meier); None when so many have not ended
        yet.
        """
        cases = sorted([(t, 0) for t in self.ended] + [(t, 1) for t in self.open_since])
        still_open, at_risk = 1.0, len(cases)
        for time, is_open in cases:
            if not is_open:
                still_open *= 1 - 1 / at_risk
                if still_open <= 1 - part + 1e-12:
                    return time
            at_risk -= 1
        return None


@dataclass(frozen=True, slots=True)
class DataFit:
    """Whether the data behind two periods are the same kind of data (domain 4.4, step 1). Shares lie
    between 0 and 1.
    """

    has_connector_gap: bool = False
    is_definition_changed: bool = False
    censored_share: float = 0.0
    deleted_share: float = 0.0
    unknown_actor_share: float = 0.0

    def first_obstacle(self) -> str | None:
        """The code of the first reason why nothing can be judged, or None."""
        obstacles = (
            ("connector_gap", self.has_connector_gap),
            ("definition_changed", self.is_definition_changed),
            ("windows_open", self.censored_share >= CENSORED_LIMIT),
            ("content_deleted", self.deleted_share >= DELETED_LIMIT),
            ("actors_unknown", self.unknown_actor_share >= UNKNOWN_ACTOR_LIMIT),
        )
        return next((code for code, is_met in obstacles if is_met), None)


MINIMUM_BASELINE_PERIODS = 6


@dataclass(frozen=True, slots=True)
class Baseline:
    """All complete periods before the tactic taken together (domain 4.3); provisional below six periods."""

    share: Share
    periods: int

    @property
    def is_provisional(self) -> bool:
        """True when fewer than six complete periods exist."""
        return self.periods < MINIMUM_BASELINE_PERIODS


def baseline(periods: Sequence[Share]) -> Baseline:
    """p0 = sum of N / sum of D over the complete periods before the tactic (domain 4.3).

    People are merged over the periods where every period names them by key.
    """
    total = (sum(p.k for p in periods), sum(p.n for p in periods))
    if any(p.units_by_person is None for p in periods):
        return Baseline(Share(*total), len(periods))
    merged: dict[Hashable, tuple[int, int]] = {}
    for index, period in enumerate(periods):
        for person, k, n in _named_units(period, index):
            before_k, before_n = merged.get(person, (0, 0))
            merged[person] = (before_k + k, before_n + n)
    return Baseline(Share(*total, units_by_person=merged), len(periods))


def pooled_rate(periods: Sequence[Rate]) -> Rate:
    """Times and exposure of several periods together; each person's are added up where every period names its people."""
    total = (sum(one.events for one in periods), sum(one.exposure for one in periods))
    if not all(isinstance(one.events_by_person, Mapping) for one in periods if one.exposure):
        return Rate(*total)
    merged: dict[Hashable, tuple[int, float]] = {}
    for period in periods:
        held = period.events_by_person
        for person, (events, exposure) in held.items() if isinstance(held, Mapping) else ():
            known = merged.get(person, (0, 0.0))
            merged[person] = (known[0] + events, known[1] + exposure)
    return Rate(*total, merged)


def pooled_durations(periods: Sequence[Durations]) -> Durations:
    """Every case of several periods, with who ended each where that is known of all."""
    ended = tuple(length for one in periods for length in one.ended)
    by = [one.ended_by for one in periods if one.ended]
    ended_by = tuple(person for held in by for person in held or ()) if all(by) else None
    return Durations(ended, tuple(length for one in periods for length in one.open_since), ended_by)


def _named_units(period: Share, index: int) -> list[tuple[Hashable, int, int]]:
    by_person = period.units_by_person
    if isinstance(by_person, Mapping):
        return [(person, k, n) for person, (k, n) in by_person.items()]
    return [((index, place), k, n) for place, (k, n) in enumerate(by_person or ())]
