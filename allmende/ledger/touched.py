"""Which units have to be counted again after rows came, went or changed, and every row that can decide on them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import get_args

from allmende.ledger.definition import Definition
from allmende.ledger.engine import told_by
from allmende.ledger.files import month_of
from allmende.ledger.journal import COLUMNS
from allmende.ledger.outcomes import NOBODY, READ, Group, group_of, looks_at_place
from allmende.ledger.tally import Count, Kept, at, time_of
from allmende.ledger.terms import begins

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
    here = _first(count, "SELECT count(*) FROM changed") or 0
    return here <= _MANY or here <= int((_first(count, f"SELECT count(*) FROM {count.rows}") or 0) * _MUCH)


def gather(count: Count, fresh: Fresh) -> datetime | None:
    """For each definition as `again` which groups to count again from when on (number, grp, since), and as `touched_rows` every
    row that can matter to a unit of theirs anchored since then. Returns the earliest of these times; None: nothing is to be
    counted again. The definitions stand in `terms`."""
    _find_near(count, fresh)
    for group in get_args(Group):
        parts = _touched(fresh, group)
        count.engine.execute(
            f"CREATE OR REPLACE TEMP TABLE touched_{group} AS SELECT unit, min(own) AS own, min(since) AS since"
            f" FROM ({' UNION ALL '.join(parts)}) GROUP BY 1"
        )
    parts = [*_by_beginning(fresh), *_by_units(count, fresh)]
    count.engine.execute(
        "CREATE OR REPLACE TEMP TABLE again AS SELECT number, grp, min(since) AS since"
        f" FROM ({' UNION ALL '.join(parts)}) WHERE since IS NOT NULL GROUP BY ALL"
    )
    first = _first(count, "SELECT epoch_us(min(since)) FROM again")
    if first is None:
        return None
    _fetch_rows(count, fresh)
    return time_of(first)


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


def _by_beginning(fresh: Fresh) -> list[str]:
    """Groups of which something changed that may begin a unit, from then on."""
    parts = []
    for group, beginning in sorted({(group_of(one), begins(one)) for one in fresh}):
        touched, mine = f"touched_{group} t", f"n.grouping = '{group}' AND n.begins = '{beginning}'"
        if beginning == "row":
            parts.append(f"SELECT n.number, t.unit AS grp, t.own AS since FROM {touched}, terms n WHERE {mine}")
        elif beginning == "first_act":
            parts.append(
                f"SELECT n.number, t.unit AS grp, least(b.began, t.own) AS since FROM {touched} CROSS JOIN terms n"
                " LEFT JOIN began b ON b.number = n.number AND b.grp = t.unit"
                f" WHERE {mine} AND (b.began IS NULL OR t.since < b.began + n.length)"
            )
        else:
            own = f"(SELECT unit, own FROM {touched} WHERE own IS NOT NULL)"
            placed = (
                f"(SELECT t.unit, c.begins AS since FROM {own} t ASOF JOIN calendar_{beginning} c ON t.own >= c.begins)"
            )
            parts.append(f"SELECT n.number, t.unit AS grp, t.since FROM {placed} t, terms n WHERE {mine}")
    return parts


def _by_units(count: Count, fresh: Fresh) -> list[str]:
    """Units that are known: touched before all of it was over, or over since the last count."""
    parts = []
    for column, touched, which in (
        ("grp", "actor", "n.grouping = 'actor'"),
        ("grp", "thread_id", "n.grouping = 'thread_id'"),
        ("place", "thread_id", "n.is_placed"),
    ):
        first = _first(count, f"SELECT epoch_us(min(since)) FROM touched_{touched}")
        if first is not None:
            ends = at(time_of(first) - max(one.lag for one in fresh))
            parts.append(
                f"SELECT u.number, u.grp, u.anchor_at AS since FROM units u JOIN touched_{touched} t ON u.{column} = t.unit"
                f" JOIN terms n ON n.number = u.number WHERE {which} AND t.since < u.ends_at + n.lag AND u.ends_at > {ends}"
            )
    first = _first(count, "SELECT epoch_us(min(was_over_by)) FROM terms WHERE was_over_by < over_by")
    if first is not None:
        parts.append(
            "SELECT u.number, u.grp, u.anchor_at AS since FROM units u JOIN terms n ON n.number = u.number"
            f" WHERE u.ends_at > n.was_over_by AND u.ends_at <= n.over_by AND u.ends_at > {at(time_of(first))}"
        )
    return parts


def _fetch_rows(count: Count, fresh: Fresh) -> None:
    engine = count.engine
    engine.execute(f"CREATE OR REPLACE TEMP TABLE touched_rows AS SELECT {_COLUMNS} FROM {count.rows} LIMIT 0")
    for group in get_args(Group):
        _fetch_group(count, group, f"SELECT grp, since FROM again JOIN terms USING (number) WHERE grouping = '{group}'")
    if any(looks_at_place(one) for one in fresh):
        placed = (
            "SELECT r.thread_id AS grp, a.since FROM touched_rows r JOIN again a ON r.actor = a.grp AND r.occurred_at >= a.since"
            " JOIN terms n ON n.number = a.number WHERE n.is_placed"
        )
        _fetch_group(count, "thread_id", placed)
    _fetch_about(count, fresh)


def _fetch_group(count: Count, group: Group, wanted: str) -> None:
    """Rows of these groups (grp, since), each from its time on."""
    count.engine.execute(
        f"CREATE OR REPLACE TEMP TABLE wanted AS SELECT grp, min(since) AS since FROM ({wanted}) GROUP BY 1"
    )
    first = _first(count, "SELECT epoch_us(min(since)) FROM wanted")
    if first is not None:
        _add(
            count,
            f"SELECT {_COLUMNS} FROM {count.rows_since(time_of(first))} r"
            f" JOIN wanted w ON {_unit(group)} = w.grp AND r.occurred_at >= w.since",
        )


def _fetch_about(count: Count, fresh: Fresh) -> None:
    """What is told of the rows fetched so far, of whatever time: marks on their messages, marks in their threads and the messages
    marked there, how their threads began. First where it stands, then whole, for reading every column of every month takes many
    times as long."""
    has_threads, told = _has_marks(fresh, "thread"), []
    if _has_marks(fresh, "act"):
        told.append(_about(count, "object_id", "touched_rows", "kind = 'gesture'"))
    in_threads = [
        one
        for one, is_asked in (
            ("kind = 'gesture'", has_threads),
            ("is_root", any(one.quality.outside_own_thread for one in fresh)),
        )
        if is_asked
    ]
    if in_threads:
        told.append(_about(count, "thread_id", "touched_rows", " OR ".join(in_threads)))
    if not told:
        return
    count.engine.execute(f"CREATE OR REPLACE TEMP TABLE about AS {' UNION ALL '.join(told)}")
    if has_threads:
        marked = _about(count, "object_id", "about WHERE kind = 'gesture'", "kind = 'message'")
        count.engine.execute(f"INSERT INTO about {marked}")
    first = _first(count, "SELECT epoch_us(min(occurred_at)) FROM about ANTI JOIN touched_rows USING (position)")
    if first is not None:
        whole = f"SELECT {_COLUMNS} FROM {count.rows_since(time_of(first))} SEMI JOIN about USING (position)"
        _add(count, whole)


def _about(count: Count, column: str, of: str, fit: str) -> str:
    """Where the rows stand that fit and are about the same thing as these; of marks also what they are about."""
    return f"SELECT position, occurred_at, object_id, kind FROM {count.rows} SEMI JOIN (SELECT {column} FROM {of}) USING ({column}) WHERE {fit}"


def _add(count: Count, rows: str) -> None:
    count.engine.execute(f"INSERT INTO touched_rows FROM ({rows}) n ANTI JOIN touched_rows k USING (position)")


def _first(count: Count, query: str) -> int | None:
    found: int | None = count.engine.execute(query).fetchall()[0][0]
    return found
