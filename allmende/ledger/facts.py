"""What a definition may ask for and no row tells: who belongs to a segment, of what department somebody is, which
messages bear a label, which days are holidays (domain.md 4.7, examples 7, 11 and 12)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, NamedTuple

from allmende.ledger.definition import Definition
from allmende.ledger.periods import in_utc

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

EVER, NEVER = datetime(1900, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)


class Stay(NamedTuple):
    """One person in a segment, `since` <= time < `until`; None: from the beginning, or still. Aware times."""

    person: int
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Segments by key with the stays of their members; traits by name (department) with each person's value; labels
    with the messages (`object_id`) that bear them; holidays of the working week."""

    segments: Mapping[str, Collection[Stay]] = field(default_factory=dict)
    traits: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    labels: Mapping[str, Collection[int]] = field(default_factory=dict)
    holidays: frozenset[date] = frozenset()

    def missing_for(self, definition: Definition) -> tuple[str, ...]:
        """What the definition asks for and nobody has told, by name; without it nothing of it would be counted."""
        across = definition.predicate.across
        return (
            *sorted(definition.segments - set(self.segments)),
            *((across,) if across and across not in self.traits else ()),
            *sorted(set(definition.anchor.labels) - set(self.labels)),
        )

    def stays(self, segment: str) -> "ir.Table":
        """person, since, until."""
        import pyarrow as pa

        told = tuple(self.segments.get(segment, ()))
        instant = pa.timestamp("us", tz="UTC")
        return _table(
            person=pa.array([one.person for one in told], pa.int64()),
            since=pa.array([in_utc(one.since or EVER) for one in told], instant),
            until=pa.array([in_utc(one.until or NEVER) for one in told], instant),
        )

    def trait(self, name: str) -> "ir.Table":
        """person, value."""
        import pyarrow as pa

        told = self.traits.get(name, {})
        return _table(person=pa.array(list(told), pa.int64()), value=pa.array(list(told.values()), pa.string()))

    def labelled(self, labels: Collection[str]) -> "ir.Table":
        """object_id of every message that bears one of the labels."""
        import pyarrow as pa

        told = sorted({one for label in labels for one in self.labels.get(label, ())})
        return _table(object_id=pa.array(told, pa.int64()))


NO_FACTS = Facts()


def _table(**columns: "pa.Array") -> "ir.Table":
    import ibis
    import pyarrow as pa

    return ibis.memtable(pa.table(columns))
