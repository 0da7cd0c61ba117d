"""Which units have to be counted again after rows came, went or changed, and every row that can decide on them."""

from collections.abc import Iterable, Mapping

from allmende.ledger.definition import Definition
from allmende.ledger.engine import told_by
from allmende.ledger.files import month_of
from allmende.ledger.journal import COLUMNS
from allmende.ledger.outcomes import NOBODY, READ, Group, group_of, looks_at_place
from allmende.ledger.tally import Count, Kept, at, time_of

# From so many changed rows on (or this share of all) it is quicker to count everything.
_MANY, _MUCH = 20_000, 0.05
_NOTHING = (
    "SELECT NULL::TIMESTAMPTZ AS occurred_at, NULL::BIGINT AS actor, NULL::BIGINT AS thread_id, NULL::BIGINT AS object_id,"
    " false AS is_gesture, false AS is_root WHERE false"
)
_COLUMNS = ", ".join(READ)
Fresh = Mapping[Definition, Kept]


def has_beginnings(definition: Definition) -> bool:
    """Whether what a person did first decides on their unit."""
    return definition.anchor.kind == "first_act"


def find_changes(count: Count, kept: Iterable[Kept]) -> bool:
    """Gather as `changed` what came, went or changed, and what lay in the future at the last count; False: too much of it."""
    oldest = min(one.as_of for one in kept)
    sources = []
    if count.months.touched.paths:
        sources.append(f"SELECT * FROM {told_by(count.months.touched.paths)}")
    begun = [path for month, path in count.months.paths.items() if month >= month_of(oldest)]
    if begun:
        sources.append(f"SELECT {COLUMNS} FROM {told_by(begun)} WHERE occurred_at > {at(oldest)}")
    changed = (
        f"SELECT * FROM ({' UNION ALL '.join(sources)}) WHERE occurred_at <= {at(count.as_of)}" if sources else _NOTHING
    )
    count.engine.execute(f"CREATE OR REPLACE TEMP TABLE changed AS {changed}")
    here, all_rows = (_first(count, f"SELECT count(*) FROM {table}") or 0 for table in ("changed", count.rows))
    return here <= max(_MANY, int(all_rows * _MUCH))


def gather(count: Count, fresh: Fresh) -> None:
    """For each definition as `again_<number>` which groups to count again from when on (grp, since), and as `touched_rows`
    every row that can matter to a unit of theirs anchored since then."""
    _find_near(count, fresh)
    for group in ("actor", "thread_id"):
        parts = _touched(fresh, group)
        count.engine.execute(
            f"CREATE OR REPLACE TEMP TABLE touched_{group} AS SELECT unit, min(own) AS own, min(since) AS since"
            f" FROM ({' UNION ALL '.join(parts)}) GROUP BY 1"
        )
    for definition, kept in fresh.items():
        parts = [*_by_beginning(definition, kept), *_by_units(count, definition, kept)]
        count.engine.execute(
            f"CREATE OR REPLACE TEMP TABLE {kept.table('again')} AS SELECT grp, min(since) AS since"
            f" FROM ({' UNION ALL '.join(parts)}) WHERE since IS NOT NULL GROUP BY 1"
        )
    _fetch_rows(count, fresh)


def _has_marks(fresh: Iterable[Definition], on: str) -> bool:
    return any(one.quality.any_of and one.quality.on == on for one in fresh)


def _find_near(count: Count, fresh: Fresh) -> None:
    """As `marks` the marks that changed, and those whose message did (only where its author is known does a mark count for a
    thread); as `near` every row about the same message or in the same thread as one of these, or in a thread whose beginning
    changed."""
    told = "SELECT object_id, thread_id, occurred_at FROM changed WHERE is_gesture"
    if _has_marks(fresh, "thread"):
        told += (
            f" UNION ALL SELECT object_id, thread_id, occurred_at FROM {count.rows} WHERE kind = 'gesture'"
            " AND object_id IN (SELECT object_id FROM changed WHERE NOT is_gesture)"
        )
    count.engine.execute(f"CREATE OR REPLACE TEMP TABLE marks AS {told}")
    threads = "SELECT thread_id FROM changed WHERE is_root"
    if _has_marks(fresh, "thread"):
        threads += " UNION SELECT thread_id FROM marks"
    columns = "SELECT occurred_at, actor, object_id, thread_id"
    near = [
        f"{columns} FROM {count.rows} SEMI JOIN ({of}) USING ({column})"
        for column, of in (("object_id", "SELECT object_id FROM marks"), ("thread_id", threads))
        if _first(count, f"SELECT min({column}) FROM ({of})") is not None
    ]
    nothing = f"{columns} FROM changed LIMIT 0"
    count.engine.execute(f"CREATE OR REPLACE TEMP TABLE near AS {' UNION ALL '.join(near) or nothing}")


def _touched(fresh: Fresh, group: Group) -> list[str]:
    """Groups a changed row concerns: `own` is when something of theirs changed, `since` from when on anything may count
    otherwise. A mark concerns whose act it marks, a thread's beginning everybody for what they did in it."""
    unit = _unit(group)
    parts = [f"SELECT {unit} AS unit, occurred_at AS own, occurred_at AS since FROM changed"]
    for on, place in (("act", "object_id"), ("thread", "thread_id")):
        if _has_marks(fresh, on):
            parts.append(
                f"SELECT {unit}, NULL, marked_at FROM near JOIN (SELECT {place}, min(occurred_at) AS marked_at"
                f" FROM marks GROUP BY 1) USING ({place})"
            )
    if any(one.quality.outside_own_thread for one in fresh):
        parts.append(
            f"SELECT {unit}, NULL, occurred_at FROM near"
            " SEMI JOIN (SELECT thread_id FROM changed WHERE is_root) USING (thread_id)"
        )
    return parts


def _unit(group: Group) -> str:
    return f"coalesce(actor, {NOBODY})" if group == "actor" else group


def _by_beginning(definition: Definition, kept: Kept) -> list[str]:
    """Groups of which something changed that may begin a unit, from then on."""
    touched = f"touched_{group_of(definition)}"
    if definition.anchor.kind == "period":
        calendar = f"calendar_{definition.anchor.period}"
        own = f"(SELECT unit, own FROM {touched} WHERE own IS NOT NULL)"
        return [f"SELECT t.unit AS grp, c.begins AS since FROM {own} t ASOF JOIN {calendar} c ON t.own >= c.begins"]
    if not has_beginnings(definition):
        return [f"SELECT unit AS grp, own AS since FROM {touched}"]
    beginning = (
        f"SELECT t.unit AS grp, least(b.began, t.own) AS since FROM {touched} t LEFT JOIN {kept.table('began')} b"
        f" ON b.grp = t.unit WHERE b.began IS NULL OR t.since < b.began + {_length(definition)}"
    )
    return [beginning]


def _by_units(count: Count, definition: Definition, kept: Kept) -> list[str]:
    """Units that are known: touched before all of it was over, or over since the last count."""
    units, lag = kept.table("units"), _seconds(definition.lag.total_seconds())
    touched = f"touched_{group_of(definition)}"
    over = f"ends_at > {at(kept.as_of - definition.lag)} AND ends_at <= {at(count.as_of - definition.lag)}"
    parts = [
        f"SELECT u.grp, u.anchor_at AS since FROM {units} u JOIN {touched} t ON u.grp = t.unit WHERE t.since < u.ends_at + {lag}",
        f"SELECT grp, anchor_at FROM {units} WHERE {over}",
    ]
    if looks_at_place(definition):
        parts.append(
            f"SELECT u.grp, u.anchor_at FROM {units} u JOIN touched_thread_id t ON u.place = t.unit"
            f" WHERE t.since < u.ends_at + {lag}"
        )
    return parts


def _fetch_rows(count: Count, fresh: Fresh) -> None:
    engine = count.engine
    engine.execute(f"CREATE OR REPLACE TEMP TABLE touched_rows AS SELECT {_COLUMNS} FROM {count.rows} LIMIT 0")
    for group in ("actor", "thread_id"):
        wanted = [f"FROM {kept.table('again')}" for one, kept in fresh.items() if group_of(one) == group]
        _fetch_group(count, group, wanted)
    placed = [
        f"SELECT r.thread_id AS grp, a.since FROM touched_rows r JOIN {kept.table('again')} a ON r.actor = a.grp"
        " AND r.occurred_at >= a.since"
        for one, kept in fresh.items()
        if looks_at_place(one)
    ]
    _fetch_group(count, "thread_id", placed)
    if _has_marks(fresh, "act"):
        _fetch_about(count, "object_id", "kind = 'gesture'", "touched_rows")
    if _has_marks(fresh, "thread"):
        _fetch_about(count, "thread_id", "kind = 'gesture'", "touched_rows")
        _fetch_about(count, "object_id", "kind = 'message'", "touched_rows WHERE kind = 'gesture'")
    if any(one.quality.outside_own_thread for one in fresh):
        _fetch_about(count, "thread_id", "is_root", "touched_rows")


def _fetch_group(count: Count, group: Group, wanted: list[str]) -> None:
    """Rows of these groups (grp, since), each from its time on."""
    if not wanted:
        return
    count.engine.execute(
        "CREATE OR REPLACE TEMP TABLE wanted AS SELECT grp, min(since) AS since"
        f" FROM ({' UNION ALL '.join(wanted)}) GROUP BY 1"
    )
    first = _first(count, "SELECT epoch_us(min(since)) FROM wanted")
    if first is not None:
        _add(
            count,
            f"SELECT {_COLUMNS} FROM {count.rows_since(time_of(first))} r"
            f" JOIN wanted w ON {_unit(group)} = w.grp AND r.occurred_at >= w.since",
        )


def _fetch_about(count: Count, column: str, fit: str, of: str) -> None:
    """Rows that fit, of whatever time, about the same thing as these: first where they are, then whole, for reading every
    column of every month takes many times as long."""
    count.engine.execute(
        f"CREATE OR REPLACE TEMP TABLE about AS SELECT position, occurred_at FROM {count.rows}"
        f" SEMI JOIN (SELECT {column} FROM {of}) USING ({column}) WHERE {fit}"
    )
    first = _first(count, "SELECT epoch_us(min(occurred_at)) FROM about ANTI JOIN touched_rows USING (position)")
    if first is not None:
        whole = f"SELECT {_COLUMNS} FROM {count.rows_since(time_of(first))} SEMI JOIN about USING (position)"
        _add(count, whole)


def _add(count: Count, rows: str) -> None:
    count.engine.execute(f"INSERT INTO touched_rows FROM ({rows}) n ANTI JOIN touched_rows k USING (position)")


def _first(count: Count, query: str) -> int | None:
    found: int | None = count.engine.execute(query).fetchall()[0][0]
    return found


def _length(definition: Definition) -> str:
    return _seconds((definition.window + definition.lag).total_seconds())


def _seconds(length: float) -> str:
    return f"INTERVAL {int(length)} SECOND"
