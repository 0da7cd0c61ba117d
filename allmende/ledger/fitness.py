"""What a judgement must know about the data themselves: day by day how much was said, deleted and said by nobody known
(domain.md 4.4, step 1)."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from allmende.ledger.definition import Definition
from allmende.ledger.engine import DEFAULT_LIMITS, Limits, connected, interactions
from allmende.ledger.files import Ledger, month_of

if TYPE_CHECKING:
    import ibis.expr.types as ir


class DayFound(NamedTuple):
    """One channel on one UTC day. `rows`: everything; `told`: messages of which the definition speaks, by whoever it does not
    leave out, deleted ones included; of these so many `deleted`, and of those left so many `unknown`: by nobody known."""

    channel: str
    day: date
    rows: int
    told: int
    deleted: int
    unknown: int


def days_found(
    root: Path, workspace: str, definition: Definition, *, as_of: datetime, limits: Limits = DEFAULT_LIMITS
) -> list[DayFound]:
    """Each day with anything on it, in the channels of the definition; one pass over the files."""
    reading = Ledger(root).reading(workspace, until=month_of(as_of), elsewhere=limits.is_elsewhere)
    with reading as paths:
        if not paths:
            return []
        with connected(limits) as engine:
            rows = interactions(engine, paths)
            found = engine.to_pyarrow(_by_day(rows.filter(rows.occurred_at <= as_of), definition)).to_pylist()
    return [DayFound(**row) for row in found]


def _by_day(rows: "ir.Table", definition: Definition) -> "ir.Table":
    if definition.channels:
        rows = rows.filter(rows.channel.isin(definition.channels))
    is_told = (rows.kind == "message") & rows.actor_class.notin(definition.exclusions or ("",))
    acts = _acts(definition)
    if acts:
        is_told &= rows.act.isin(acts)
    is_left = rows.deleted_at.isnull()
    by_day = rows.group_by(channel=rows.channel, day=rows.occurred_at.date()).aggregate(
        rows=rows.count(),
        told=rows.count(where=is_told),
        deleted=rows.count(where=is_told & ~is_left),
        unknown=rows.count(where=is_told & is_left & rows.actor.isnull()),
    )
    return by_day.order_by("channel", "day")


def _acts(definition: Definition) -> Sequence[str]:
    """Empty: any message."""
    anchor, predicate = definition.anchor.acts, definition.predicate.acts
    return (*anchor, *predicate) if anchor and predicate else ()
