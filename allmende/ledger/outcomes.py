"""What each unit of a definition came to, as one statement for DuckDB that is the same text for every moment.

The text is made once for a definition; the moments stand in it as two far times whose fractions of a second tell them from
everything else, and what is reckoned from them (an end of windows, a first day counted) keeps its fraction.
"""

import re
from datetime import UTC, datetime
from functools import lru_cache

from allmende.ledger.compiler import Moment, compile_definition
from allmende.ledger.definition import Definition
from allmende.ledger.events import stored_schema
from allmende.ledger.periods import Period, in_utc

_AS_OF = datetime(2150, 1, 1, 12, 0, 0, 123_457, tzinfo=UTC)
_BEGINS_AT = datetime(2150, 1, 1, 12, 0, 0, 765_431, tzinfo=UTC)
_ROWS = "rows of the ledger"
_FAR = re.compile(r"MAKE_TIMESTAMPTZ\((\d+), (\d+), (\d+), (\d+), (\d+), (\d+)\.(123457|765431), 'UTC'\)")


def outcomes(definition: Definition, moment: Moment, rows: str) -> str:
    """One row per unit and person who made it succeed: unit, anchor_at, times (null: it did not), doer. `rows`: the name of
    the ledger's rows."""
    real = {"123457": in_utc(moment.as_of) - _AS_OF, "765431": in_utc(moment.begins_at) - _BEGINS_AT}

    def told(far: re.Match[str]) -> str:
        *parts, fraction = far.groups()
        at = datetime(*map(int, parts), int(fraction), tzinfo=UTC) + real[fraction]  # type: ignore[arg-type, misc]
        return f"TIMESTAMPTZ '{at.isoformat(sep=' ', timespec='microseconds')}'"

    return _FAR.sub(told, _text(definition)).replace(f'"{_ROWS}"', rows)


def counts_by_unit(definition: Definition) -> bool:
    """Whether a unit depends on rows of its own alone: on what a member did, or on what happened in a thread; not on who
    belongs to a segment, which labels there are, which days are holidays, nor on what others did in the same period."""
    anchor, said = definition.anchor, definition.predicate
    is_own = {"F1": "first_act", "F2": "thread_root"}.get(definition.form) == anchor.kind
    needs_more = definition.segments or anchor.labels or said.across or said.by_owner or definition.in_workdays
    return is_own and not needs_more and definition.quality.on == "act" and anchor.period != "quarter"


def has_one_hand(definition: Definition) -> bool:
    """Whether a unit stands in `outcomes` once at most: there is one person who can have done it."""
    return definition.form == "F1" or definition.predicate.is_first


@lru_cache(maxsize=256)
def _text(definition: Definition) -> str:
    import ibis

    rows = ibis.table(ibis.Schema.from_pyarrow(stored_schema()), name=_ROWS)
    moment = Moment(_AS_OF, _BEGINS_AT)
    parts = compile_definition(rows, definition, moment, (Period(_BEGINS_AT, _AS_OF),))
    if has_one_hand(definition):
        found = parts.units.left_join(parts.doings.select("unit", "times", "doer"), "unit")
    else:
        hands = parts.hands.select("unit", hand="doer").left_join(parts.doings.select("unit", "times"), "unit")
        found = parts.units.left_join(hands.select("unit", "times", doer="hand"), "unit")
    return str(ibis.to_sql(found.select("unit", "anchor_at", "times", "doer"), dialect="duckdb"))
