"""Units drawn at random from what a definition counted and from what it did not, for people who look whether it is right
(domain.md 4.5)."""

import random
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from allmende.ledger.anchors import literal
from allmende.ledger.compiler import is_complete, is_left_out
from allmende.ledger.definition import Definition
from allmende.ledger.engine import DEFAULT_LIMITS, Limits
from allmende.ledger.facts import NO_FACTS, Facts
from allmende.ledger.measure import Measured, prepared
from allmende.ledger.periods import in_utc

if TYPE_CHECKING:
    import ibis.expr.types as ir

# Numbers below it are multiplied without leaving 64 bits; it is prime.
_PRIME = 2**31 - 1
_DEGREE = 4


@dataclass(frozen=True, slots=True)
class Drawn:
    """One unit. `message` is the row key of the words it is known by: those that began it, of a person their newest before their
    time was over. `ends_at` is `facts.NEVER` where it is followed without end."""

    message: int
    starts_at: datetime
    ends_at: datetime
    is_counted: bool


@dataclass(frozen=True, slots=True)
class Draw:
    """`counted` of `complete` units of the period were counted; of them and of the others up to so many were drawn, in an
    order that tells nothing."""

    counted: int
    complete: int
    units: tuple[Drawn, ...]


def draw_units(
    root: Path,
    workspace: str,
    definition: Definition,
    *,
    starts_at: datetime,
    ends_at: datetime,
    each: int,
    seed: int,
    as_of: datetime,
    zone: str = "UTC",
    facts: Facts = NO_FACTS,
    limits: Limits = DEFAULT_LIMITS,
) -> Draw:
    """Up to `each` of both kinds among the complete units anchored in [starts_at, ends_at), in one statement.

    `seed` alone decides which: the same one draws the same units again. Units nobody could look at, of people without a word of
    their own or begun by a gesture about no words, are drawn by nobody; they count in the share all the same. An empty ledger
    gives an empty draw.
    """
    dice = random.Random(seed)  # noqa: S311 - which cases are looked at is no secret
    with prepared(root, workspace, definition, as_of, "all", zone, limits, facts) as measured:
        if measured is None:
            return Draw(0, 0, ())
        units = _told(measured, definition, starts_at, ends_at)
        found = _chosen(units, each, [dice.randrange(1, _PRIME) for _ in range(_DEGREE)])
        rows = measured.engine.to_pyarrow(found).to_pylist()
    drawn = [
        Drawn(one["message"], one["anchor_at"], one["ends_at"], one["is_counted"]) for one in rows if one["message"]
    ]
    drawn.sort(key=lambda one: (one.message, one.starts_at))
    dice.shuffle(drawn)
    sums = {one["is_counted"]: one["of_kind"] for one in rows}
    return Draw(sums.get(True, 0), sum(sums.values()), tuple(drawn))


def _told(measured: Measured, definition: Definition, starts_at: datetime, ends_at: datetime) -> "ir.Table":
    """The complete units of the period: unit, anchor_at, ends_at, is_counted, message (null: no words to look at)."""
    units = measured.parts.units
    is_here = (units.anchor_at >= literal(in_utc(starts_at))) & (units.anchor_at < literal(in_utc(ends_at)))
    is_settled = is_complete(units, definition, measured.moment) & ~is_left_out(units, definition, measured.moment)
    units = units.filter(is_here & is_settled)
    done = measured.parts.doings.select("unit", done="times")
    joined = units.left_join(done, "unit")
    told = joined.select("unit", "owner", "anchor_at", "anchor_position", "ends_at", is_counted=joined.done.notnull())
    rows = measured.rows.filter(measured.rows.deleted_at.isnull())
    if definition.unit == "opportunity":
        # What is about no words we know is its own object, below zero.
        words = rows.filter(rows.object_id > 0).select(anchor_position="position", message="object_id")
        found = told.left_join(words, "anchor_position")
    else:
        found = told.left_join(_newest_words(told, rows), "unit")
    return found.select("unit", "anchor_at", "ends_at", "is_counted", "message")


def _newest_words(told: "ir.Table", rows: "ir.Table") -> "ir.Table":
    """unit, message: what each person wrote last before their time was over."""
    own = rows.filter((rows.kind == "message") & rows.actor.notnull())
    own = own.select("position", "object_id", "occurred_at", owner="actor")
    periods = told.select("unit", "ends_at", "owner")
    met = periods.join(own, ["owner", own.occurred_at < periods.ends_at])
    return met.group_by("unit").aggregate(message=met.object_id.argmax(met.position))


def _chosen(units: "ir.Table", each: int, factors: list[int]) -> "ir.Table":
    """The first of each kind in an order that a polynomial over the unit's number gives: of any four units, every order is as
    likely (Wegman and Carter, New Hash Functions and Their Use, 1981). One row at least tells how many there are."""
    import ibis

    number = units.unit.abs() % _PRIME
    place = number * factors[0] + factors[1]
    for factor in factors[2:]:
        place = (place % _PRIME * number + factor) % _PRIME
    placed = units.mutate(place=place, has_words=units.message.notnull())
    of_kind = ibis.window(group_by="is_counted")
    in_order = ibis.window(group_by="is_counted", order_by=[placed.has_words.desc(), placed.place, placed.unit])
    ranked = placed.mutate(of_kind=placed.count().over(of_kind), rank=ibis.row_number().over(in_order))
    found = ranked.filter(ranked["rank"] < each)
    return found.select("message", "anchor_at", "ends_at", "is_counted", "of_kind")
