"""A behaviour's definition: the tuple B = (A, anchor, P, Q, W, m, X, unit) of domain.md 4.2, as a value that
can be stored as JSON, for each of its six forms.

Precisely, for a unit with anchor time tau (sections 0.1b and 4.2):

* Deleted rows, rows outside `channels` and rows later than `as_of` do not exist.
* A, who is counted: people in a class of `population` that is not excluded; with `segment` only those whom the
  workspace names as its members.
* The anchor starts each unit's clock:
  - `first_act`: tau is the time of the first row of a person with one of `anchor.acts` (empty: any message), in
    whatever class. The person belongs to the population when the class of exactly that row is in it: who was staff
    first is no newcomer later. Members first seen less than W after the data begin are left out, because nobody
    knows whether it was their first time.
  - `thread_root`: the unit is the root of a thread with one of `anchor.acts` (empty: any).
  - `act`: each row with one of `anchor.acts` is a unit of its own.
  - `period`: each person who was there in a calendar period (`anchor.period`, in the workspace's zone) is a unit
    of that period. With a segment, and no `anchor.acts`, its members; else who did one of `anchor.acts` in it
    (empty: wrote any message). The period is the window, and tau its beginning. For a rate (F3), who did it in the
    period or before, from that first time on until they left. The period in which the data begin is left out.
  With `anchor.labels` the anchor's message must bear one of them.
* An act is looked for at tau < time < tau + W; with `opens_after` d > 0 at tau + d <= time < tau + W; with
  `anchor_counts` at tau <= time, from the anchor itself on in the source's order; `in_workdays` counts W in
  Mondays to Fridays without holidays. Acts in an excluded class are not seen.
* Who does it: a member or a member's period, that very person. Of an opportunity, somebody else in the same
  thread, an unknown author (no pseudonym) being somebody else than every known person, but not than another
  unknown one; with `predicate.by_owner` whose opportunity it is, in that thread or, where acts are the anchors,
  anywhere, each act counting for the newest unit before it. `actor_classes` and `predicate.segment` say of whom
  it counts; `across` that doer and owner differ in that trait, both being known.
* `is_first` (F2 only): the first act found decides. If it is not by one of whom it counts, the
  unit fails, whatever follows: this is what makes a response organic (4.7, example 5).
* Marks of quality are gestures by others about the act's message, before the window's end + lag, so that each
  unit had the same time to get them; `on="thread"`: about any message of its thread, by another than its author.
* `minimum` acts make a success; with `spread` the window is cut in so many equal spans, of which at least so
  many must hold the minimum each.
* A unit is complete when tau + W + lag <= as_of, else censored.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from allmende.ledger.definition_check import InvalidDefinition, check_definition
from allmende.ledger.events import ActorClass

Form = Literal["F1", "F2", "F3", "F4", "F5", "F6"]
Unit = Literal["member", "opportunity", "member_period"]
AnchorKind = Literal["first_act", "thread_root", "act", "period"]
Mark = Literal["accepted", "thanked", "helpful_votes"]

SCHEMA = 2
FORMS: tuple[Form, ...] = ("F1", "F2", "F3", "F4", "F5", "F6")
# The forms whose figure is a share: k of n, which can be held against another.
SHARES: tuple[Form, ...] = ("F1", "F2", "F5")
_LONGEST = {"week": timedelta(days=7), "month": timedelta(days=31), "quarter": timedelta(days=92)}
# Holidays that may lie in a span of working days, when nobody can look at a calendar yet.
_HOLIDAYS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Anchor:
    """What starts a unit's clock. `period` says which calendar periods the kind of that name counts in."""

    kind: AnchorKind
    acts: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    period: Literal["week", "month", "quarter"] = "month"


@dataclass(frozen=True, slots=True)
class Predicate:
    """What counts, and by whom. Empty `acts`: any message. Empty `actor_classes`: whoever is not excluded.
    `across` names a trait, such as the department, in which doer and owner must differ."""

    acts: tuple[str, ...] = ()
    actor_classes: tuple[ActorClass, ...] = ()
    is_first: bool = False
    segment: str = ""
    by_owner: bool = False
    across: str = ""


@dataclass(frozen=True, slots=True)
class Quality:
    """Condition on an act: any of the marks, and (if asked for) not in a thread the actor opened. Empty: no
    condition."""

    any_of: tuple[Mark, ...] = ()
    helpful_votes: int = 1
    outside_own_thread: bool = False
    on: Literal["act", "thread"] = "act"


@dataclass(frozen=True, slots=True)
class Spread:
    """Done again and again: the window in `spans` equal parts, `at_least` of them with the minimum each."""

    spans: int = 1
    at_least: int = 1


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of one behaviour. Validated by `from_dict`; see the module for what each part means.

    `window` is zero where the period is the window, and for a duration (F4) that is followed without end.
    """

    key: str
    version: int
    form: Form
    unit: Unit
    population: tuple[ActorClass, ...]
    anchor: Anchor
    predicate: Predicate
    window: timedelta = timedelta(0)
    quality: Quality = Quality()
    minimum: int = 1
    exclusions: tuple[ActorClass, ...] = ()
    channels: tuple[str, ...] = ()
    lag: timedelta = timedelta(0)
    anchor_counts: bool = False
    level: Literal["behaviour"] = "behaviour"
    segment: str = ""
    opens_after: timedelta = timedelta(0)
    in_workdays: bool = False
    spread: Spread = Spread()

    @property
    def reach(self) -> timedelta:
        """How long after a unit's anchor, at most, it is complete."""
        if self.anchor.kind == "period":
            return _LONGEST[self.anchor.period] + self.lag
        if not self.in_workdays:
            return self.window + self.lag
        weeks = self.window.days // 5 + 1
        return self.window + timedelta(days=2 * weeks) + _HOLIDAYS + self.lag

    @property
    def needs_facts(self) -> bool:
        """Whether somebody must say who belongs together, or which messages bear a label, before it can be counted."""
        return bool(self.segments or self.anchor.labels or self.predicate.across)

    @property
    def segments(self) -> frozenset[str]:
        """The segments whose members somebody must have named before this can be counted."""
        return frozenset(filter(None, (self.segment, self.predicate.segment)))

    def to_dict(self) -> dict[str, Any]:
        """JSON-able; `from_dict` gives an equal definition back."""
        return {
            "schema": SCHEMA,
            "key": self.key,
            "version": self.version,
            "level": self.level,
            "form": self.form,
            "unit": self.unit,
            "population": list(self.population),
            "segment": self.segment,
            "anchor": {
                "kind": self.anchor.kind,
                "acts": list(self.anchor.acts),
                "labels": list(self.anchor.labels),
                "period": self.anchor.period,
            },
            "predicate": {
                "acts": list(self.predicate.acts),
                "actor_classes": list(self.predicate.actor_classes),
                "is_first": self.predicate.is_first,
                "segment": self.predicate.segment,
                "by_owner": self.predicate.by_owner,
                "across": self.predicate.across,
            },
            "quality": {
                "any_of": list(self.quality.any_of),
                "helpful_votes": self.quality.helpful_votes,
                "outside_own_thread": self.quality.outside_own_thread,
                "on": self.quality.on,
            },
            "window_seconds": _seconds(self.window),
            "opens_after_seconds": _seconds(self.opens_after),
            "in_workdays": self.in_workdays,
            "spread": {"spans": self.spread.spans, "at_least": self.spread.at_least},
            "minimum": self.minimum,
            "exclusions": list(self.exclusions),
            "channels": list(self.channels),
            "lag_seconds": _seconds(self.lag),
            "anchor_counts": self.anchor_counts,
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Definition":
        """The definition these JSON values describe, of this or an earlier schema. Raises `InvalidDefinition` with
        every fault found."""
        faults = check_definition(values)
        if faults:
            raise InvalidDefinition(faults)
        return _built(values)


def _built(values: Mapping[str, Any]) -> Definition:
    spread: Mapping[str, Any] = values.get("spread", {})
    return Definition(
        key=values["key"],
        version=values["version"],
        form=values["form"],
        unit=values["unit"],
        population=tuple(values["population"]),
        anchor=_anchor(values["anchor"]),
        predicate=_predicate(values["predicate"]),
        quality=_quality(values.get("quality", {})),
        window=_length(values, "window_seconds"),
        minimum=values.get("minimum", 1),
        exclusions=tuple(values.get("exclusions", ())),
        channels=tuple(values.get("channels", ())),
        lag=_length(values, "lag_seconds"),
        anchor_counts=values.get("anchor_counts", False),
        level=values.get("level", "behaviour"),
        segment=values.get("segment", ""),
        opens_after=_length(values, "opens_after_seconds"),
        in_workdays=values.get("in_workdays", False),
        spread=Spread(spread.get("spans", 1), spread.get("at_least", 1)),
    )


def _anchor(values: Mapping[str, Any]) -> Anchor:
    return Anchor(
        values["kind"],
        tuple(values.get("acts", ())),
        tuple(values.get("labels", ())),
        values.get("period", "month"),
    )


def _predicate(values: Mapping[str, Any]) -> Predicate:
    return Predicate(
        acts=tuple(values.get("acts", ())),
        actor_classes=tuple(values.get("actor_classes", ())),
        is_first=values.get("is_first", False),
        segment=values.get("segment", ""),
        by_owner=values.get("by_owner", False),
        across=values.get("across", ""),
    )


def _quality(values: Mapping[str, Any]) -> Quality:
    return Quality(
        any_of=tuple(values.get("any_of", ())),
        helpful_votes=values.get("helpful_votes", 1),
        outside_own_thread=values.get("outside_own_thread", False),
        on=values.get("on", "act"),
    )


def _length(values: Mapping[str, Any], name: str) -> timedelta:
    return timedelta(seconds=values.get(name, 0))


def _seconds(length: timedelta) -> int:
    return int(length.total_seconds())
