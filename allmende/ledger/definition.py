"""A behaviour's definition: the tuple B = (A, anchor, P, Q, W, m, X, unit) of domain.md 4.2, as a value that
can be stored as JSON.

Precisely, for a unit with anchor time tau (sections 0.1b and 4.2):

* Deleted rows, rows outside `channels` and rows later than `as_of` do not exist.
* `first_act` (F1): the unit is a member, tau the time of the first row of that person with one of
  `anchor.acts` (empty: any message), in whatever class. The person belongs to the population when the class
  of exactly that row is in it and not excluded: who was staff first is no newcomer later. Members first seen
  less than W after the data begin are left out, because nobody knows whether it was their first time.
* `thread_root` (F2): the unit is the root of a thread with one of `anchor.acts` (empty: any), whose author's
  class is in `population`.
* An act is looked for at tau < time < tau + W; with `anchor_counts` at tau <= time, from the anchor itself on
  in the source's order. Acts in an excluded class are not seen.
* F1 looks at acts of the same person; F2 at acts in the same thread by somebody else. An unknown author (no
  pseudonym) is somebody else than every known person, but not than another unknown one.
* `is_first` (F2 only): the first act found decides. If its actor's class is not in `predicate.actor_classes`,
  the unit fails, whatever follows: this is what makes a response organic (4.7, example 5).
* Marks of quality are gestures by others about the act's message, before tau + W + lag, so that each unit had
  the same time to get them.
* A unit is complete when tau + W + lag <= as_of, else censored.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from allmende.ledger.definition_check import InvalidDefinition, check_definition
from allmende.ledger.events import ActorClass

Form = Literal["F1", "F2"]
Unit = Literal["member", "opportunity"]
AnchorKind = Literal["first_act", "thread_root"]
Mark = Literal["accepted", "thanked", "helpful_votes"]


@dataclass(frozen=True, slots=True)
class Anchor:
    """What starts a unit's clock."""

    kind: AnchorKind
    acts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Predicate:
    """What counts. Empty `acts`: any message. Empty `actor_classes`: whoever is not excluded."""

    acts: tuple[str, ...] = ()
    actor_classes: tuple[ActorClass, ...] = ()
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class Quality:
    """Condition on an act: any of the marks, and (if asked for) not in a thread the actor opened. Empty: no
    condition."""

    any_of: tuple[Mark, ...] = ()
    helpful_votes: int = 1
    outside_own_thread: bool = False


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of one behaviour. Validated by `from_dict`; see the module for what each part means."""

    key: str
    version: int
    form: Form
    unit: Unit
    population: tuple[ActorClass, ...]
    anchor: Anchor
    predicate: Predicate
    window: timedelta
    quality: Quality = Quality()
    minimum: int = 1
    exclusions: tuple[ActorClass, ...] = ()
    channels: tuple[str, ...] = ()
    lag: timedelta = timedelta(0)
    anchor_counts: bool = False
    level: Literal["behaviour"] = "behaviour"

    def to_dict(self) -> dict[str, Any]:
        """JSON-able; `from_dict` gives an equal definition back."""
        return {
            "schema": 1,
            "key": self.key,
            "version": self.version,
            "level": self.level,
            "form": self.form,
            "unit": self.unit,
            "population": list(self.population),
            "anchor": {"kind": self.anchor.kind, "acts": list(self.anchor.acts)},
            "predicate": {
                "acts": list(self.predicate.acts),
                "actor_classes": list(self.predicate.actor_classes),
                "is_first": self.predicate.is_first,
            },
            "quality": {
                "any_of": list(self.quality.any_of),
                "helpful_votes": self.quality.helpful_votes,
                "outside_own_thread": self.quality.outside_own_thread,
            },
            "window_seconds": int(self.window.total_seconds()),
            "minimum": self.minimum,
            "exclusions": list(self.exclusions),
            "channels": list(self.channels),
            "lag_seconds": int(self.lag.total_seconds()),
            "anchor_counts": self.anchor_counts,
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Definition":
        """The definition these JSON values describe. Raises `InvalidDefinition` with every fault found."""
        faults = check_definition(values)
        if faults:
            raise InvalidDefinition(faults)
        return _built(values)


def _built(values: Mapping[str, Any]) -> Definition:
    quality: Mapping[str, Any] = values.get("quality", {})
    predicate: Mapping[str, Any] = values["predicate"]
    return Definition(
        key=values["key"],
        version=values["version"],
        form=values["form"],
        unit=values["unit"],
        population=tuple(values["population"]),
        anchor=Anchor(values["anchor"]["kind"], tuple(values["anchor"].get("acts", ()))),
        predicate=Predicate(
            tuple(predicate.get("acts", ())),
            tuple(predicate.get("actor_classes", ())),
            predicate.get("is_first", False),
        ),
        quality=Quality(
            tuple(quality.get("any_of", ())),
            quality.get("helpful_votes", 1),
            quality.get("outside_own_thread", False),
        ),
        window=timedelta(seconds=values["window_seconds"]),
        minimum=values.get("minimum", 1),
        exclusions=tuple(values.get("exclusions", ())),
        channels=tuple(values.get("channels", ())),
        lag=timedelta(seconds=values.get("lag_seconds", 0)),
        anchor_counts=values.get("anchor_counts", False),
        level=values.get("level", "behaviour"),
    )
