"""What each unit of a definition came to, as one statement for DuckDB that is the same text for every moment.

The text is made once for a definition and its calendar; the moments stand in it as two far times whose fractions of a second
tell them from everything else, and what is reckoned from them (an end of windows, a first day counted) keeps its fraction.
"""

import re
from collections.abc import Collection
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from allmende.ledger.compiler import Moment, cells_of, compile_definition
from allmende.ledger.definition import Definition
from allmende.ledger.duck import said
from allmende.ledger.engine import quoted
from allmende.ledger.events import stored_schema
from allmende.ledger.periods import Period, in_utc
from allmende.ledger.statements import statement

if TYPE_CHECKING:
    import duckdb

Group = Literal["actor", "thread_id"]

# What a count reads of a row; the rest of it is never looked at.
READ = (
    "occurred_at", "position", "kind", "act", "actor", "actor_class", "object_id", "thread_id", "channel", "is_root",
    "deleted_at",
)  # fmt: skip
# The group of all who are not known: what they let themselves in for is counted, though nobody can be seen to do it.
NOBODY = -1
_AS_OF = datetime(2150, 1, 1, 12, 0, 0, 123_457, tzinfo=UTC)
_BEGINS_AT = datetime(2150, 1, 1, 12, 0, 0, 765_431, tzinfo=UTC)
_ROWS = "rows of the ledger"
_FAR = re.compile(r"MAKE_TIMESTAMPTZ\((\d+), (\d+), (\d+), (\d+), (\d+), (\d+)\.(123457|765431), 'UTC'\)")


def outcomes(
    engine: "duckdb.DuckDBPyConnection",
    definition: Definition,
    moment: Moment,
    zone: str,
    rows: str,
    since: datetime | None = None,
) -> str:
    """One row per unit and person who made it succeed: unit, grp, place, owner, channel, anchor_at, ends_at, times (null: it
    did not), doer, first_doer (of several, the one with the smallest key). `rows`: the name of the ledger's rows. `place`:
    the thread, of what others do in it for a person's unit. `since`: units anchored earlier are not asked for and may come out
    wrong. `engine`: where a tally is open, which keeps the text."""
    cells: tuple[Period, ...] = ()
    if definition.unit == "member_period":
        begins_at, as_of = (at.astimezone(ZoneInfo(zone)) for at in (moment.begins_at, moment.as_of))
        cells = cells_of(definition, moment, (Period(begins_at, as_of),))
        cells = _shortened(cells, since) if since else cells
    real = {"123457": in_utc(moment.as_of) - _AS_OF, "765431": in_utc(moment.begins_at) - _BEGINS_AT}

    def told(far: re.Match[str]) -> str:
        *parts, fraction = far.groups()
        at = datetime(*map(int, parts), int(fraction), tzinfo=UTC) + real[fraction]  # type: ignore[arg-type, misc]
        return f"TIMESTAMPTZ '{at.isoformat(sep=' ', timespec='microseconds')}'"

    text = statement(engine, definition, cells, lambda: _text(definition, cells))
    return _FAR.sub(told, text).replace(f'"{_ROWS}"', rows)


def _shortened(cells: tuple[Period, ...], since: datetime) -> tuple[Period, ...]:
    """The calendar from a time on, what lies before it in one; twice as long each time it has to be longer, for every other
    calendar is another text."""
    later = sum(cell.end > since for cell in cells)
    shown = 1 << max(later - 1, 0).bit_length()
    return cells if shown >= len(cells) else (Period(cells[0].start, cells[-shown].start), *cells[-shown:])


def counts_by_unit(definition: Definition) -> bool:
    """Whether a unit depends on rows alone, those of a person or of a thread: not on who belongs to a segment, which labels
    there are or which days are holidays, nor (durations, rates) on how late it is or on a whole life."""
    if definition.needs_facts or definition.in_workdays or definition.form in ("F3", "F4"):
        return False
    return definition.unit == "member_period" or bool(definition.window)


def group_of(definition: Definition) -> Group:
    """Whose rows decide on a unit: a person's or a thread's."""
    if definition.unit != "opportunity" or definition.anchor.kind == "first_act":
        return "actor"
    return "actor" if definition.anchor.kind == "act" and definition.predicate.by_owner else "thread_id"


def looks_at_place(definition: Definition) -> bool:
    """Whether what others do in a thread decides on a person's unit."""
    is_first = definition.unit == "opportunity" and definition.anchor.kind == "first_act"
    return is_first and not definition.predicate.by_owner


def has_one_hand(definition: Definition) -> bool:
    """Whether a unit stands in `outcomes` once at most: there is one person who can have done it."""
    return definition.unit != "opportunity" or definition.predicate.is_first


def can_begin(definition: Definition, acts: Collection[str]) -> bool:
    """Whether rows of these acts, and no others, can begin a unit."""
    return not definition.anchor.acts or not set(definition.anchor.acts).isdisjoint(acts)


def begun(definition: Definition, rows: str, as_of: str) -> str:
    """grp and began, when each person did one of the anchor's acts first, in whatever class. `as_of`: DuckDB's words."""
    acts, channels = definition.anchor.acts, definition.channels
    wanted = f"act IN ({_words(acts)})" if acts else "kind = 'message'"
    within = f" AND channel IN ({_words(channels)})" if channels else ""
    return (
        f"SELECT actor AS grp, min(occurred_at) AS began FROM {rows} WHERE actor IS NOT NULL AND deleted_at IS NULL"
        f" AND occurred_at <= {as_of} AND {wanted}{within} GROUP BY 1"
    )


def _words(words: tuple[str, ...]) -> str:
    return ", ".join(map(quoted, words))


def _text(definition: Definition, cells: tuple[Period, ...]) -> str:
    import ibis

    told = ibis.Schema.from_pyarrow(stored_schema())
    rows = ibis.table({name: told[name] for name in READ}, name=_ROWS)
    moment = Moment(_AS_OF, _BEGINS_AT)
    parts = compile_definition(rows, definition, moment, (Period(_BEGINS_AT, _AS_OF),), cells=cells)
    done = parts.doings.select("unit", "times", "doer", first_doer="doer")
    if not has_one_hand(definition):
        hands = parts.hands.select("unit", hand="doer")
        joined = hands.left_join(parts.doings.select("unit", "times", "doer"), "unit")
        done = joined.select("unit", "times", doer="hand", first_doer="doer")
    found = parts.units.left_join(done, "unit")
    nowhere = ibis.null().cast("int64")
    grp = found.owner.fill_null(NOBODY) if group_of(definition) == "actor" else found.place
    place = found.place if looks_at_place(definition) else nowhere
    columns = ("unit", "owner", "channel", "anchor_at", "ends_at", "times", "doer", "first_doer")
    chosen = found.select(*columns, grp=grp, place=place)
    return said(chosen)
