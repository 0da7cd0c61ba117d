"""Which units stand behind a figure: the newest of a definition, for people who want to look at them."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from allmende.ledger.compiler import is_complete, is_left_out
from allmende.ledger.definition import Definition
from allmende.ledger.engine import DEFAULT_LIMITS, Limits
from allmende.ledger.facts import NO_FACTS, Facts
from allmende.ledger.measure import prepared


@dataclass(frozen=True, slots=True)
class Example:
    """One unit by the message that anchors it (its row key), and whether it met the definition; `is_open`: its window
    has not closed yet, so nobody can say."""

    object_id: int
    anchor_at: datetime
    is_success: bool
    is_open: bool


def newest_units(
    root: Path,
    workspace: str,
    definition: Definition,
    *,
    as_of: datetime,
    limit: int = 20,
    facts: Facts = NO_FACTS,
    limits: Limits = DEFAULT_LIMITS,
) -> list[Example]:
    """The newest units, newest first; empty for an empty ledger."""
    with prepared(root, workspace, definition, as_of, "all", "UTC", limits, facts) as measured:
        if measured is None:
            return []
        units = measured.parts.units
        units = units.filter(~is_left_out(units, definition, measured.moment))
        newest = units.mutate(is_open=~is_complete(units, definition, measured.moment))
        newest = newest.order_by(newest.anchor_position.desc()).limit(limit)
        anchors = measured.rows.select(anchor_position="position", object_id="object_id")
        doings = measured.parts.doings.select("unit", done="times")
        found = newest.join(anchors, "anchor_position").left_join(doings, "unit")
        found = found.select("object_id", "anchor_at", "is_open", is_success=found.done.notnull())
        rows = measured.engine.to_pyarrow(found.order_by(found.anchor_at.desc())).to_pylist()
    return [Example(row["object_id"], row["anchor_at"], row["is_success"], row["is_open"]) for row in rows]
