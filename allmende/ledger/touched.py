"""Which units have to be counted again after rows came, went or changed, and every row that can decide on them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import get_args

from allmende.ledger.definition import Definition
from allmende.ledger.engine import quoted, told_by
from allmende.ledger.files import month_of
from allmende.ledger.journal import COLUMNS
from allmende.ledger.outcomes import NOBODY, READ, Group, group_of, looks_at_place
from allmende.ledger.settled import ROWS, rows_since
from allmende.ledger.tally import Count, Kept, at, numbers_of, time_of
from allmende.ledger.terms import begins

# From so many changed rows on (or this share of all) it is quicker to count everything.
_MANY, _MUCH = 20_000, 0.05
_NOTHING = (
    "SELECT NULL::TIMESTAMPTZ AS occurred_at, NULL::BIGINT AS actor, NULL::BIGINT AS thread_id, NULL::BIGINT AS object_id,"
    " false AS is_gesture, false AS is_root WHERE false"
)
_COLUMNS = ", ".join(READ)
_STANDS = "SELECT position, occurred_at, object_id"
# What is asked of the beginning of a thread: whose it is, and whether it is seen. Told no more it is nobody's act.
_OF_BEGINNING = ("occurred_at", "position", "actor", "thread_id", "channel", "is_root", "deleted_at")
_BEGINNING = ", ".join(name if name in _OF_BEGINNING else f"NULL AS {name}" for name in READ)
Fresh = Mapping[Definition, Kept]
Begins = Mapping[int, datetime]


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
    return here <= _MANY or here <= int((_first(count, f"SELECT count(*) FROM {count.files}") or 0) * _MUCH)


def gather(count: Count, fresh: Fresh) -> Begins:
    """For each definition as `again` which groups to count again from when on (number, grp, since), as `knew` what `began` says
    of people who are touched, and as `touched_rows` every row that can matter to a unit of theirs anchored since then. Returns
    the earliest of these times by the numbers of definitions; none: nothing is to be counted again. The definitions stand in
    `terms`."""
    _find_near(count, fresh)
    for group in get_args(Group):
        parts = _touched(fresh, group)
        count.engine.execute(
            f"CREATE OR REPLACE TEMP TABLE touched_{group} AS SELECT unit, min(own) AS own, min(since) AS since"
            f" FROM ({' UNION ALL '.join(parts)}) GROUP BY 1"
        )
    if any(map(has_beginnings, fresh)):
        knew = "FROM began b SEMI JOIN touched_actor t ON b.grp = t.unit"
        count.engine.execute(f"CREATE OR REPLACE TEMP TABLE knew AS {knew}")
    parts = [*_by_beginning(fresh), *_by_units(count, fresh)]
    count.engine.execute(
        "CREATE OR REPLACE TEMP TABLE again AS SELECT number, grp, min(since) AS since"
        f" FROM ({' UNION ALL '.join(parts)}) WHERE since IS NOT NULL GROUP BY ALL"
    )
    found = count.engine.execute("SELECT number, epoch_us(min(since)) FROM again GROUP BY 1 ORDER BY 1").fetchall()
    if found:
        _fetch_rows(count, fresh)
    return {number: time_of(since) for number, since in found}


def _has_marks(fresh: Iterable[Definition], on: str) -> bool:
    return any(one.quality.any_of and one.quality.on == on for one in fresh)


def _find_near(count: Count, fresh: Fresh) -> None:
    """As `marks` the marks that changed, and those whose message did (only where its author is known does a mark count for a
    thread); as `near` every row about the same message or in the same thread as one of these, or in a thread whose beginning
    changed."""
    told = "SELECT object_id, thread_id, occurred_at FROM changed WHERE is_gesture"
    if _has_marks(fresh, "thread"):
        told += (
            f" UNION ALL SELECT object_id, thread_id, occurred_at FROM {ROWS} WHERE kind = 'gesture'"
            " AND object_id IN (SELECT object_id FROM changed WHERE NOT is_gesture)"
        )
    count.engine.execute(f"CREATE OR REPLACE TEMP TABLE marks AS {told}")
    threads = "SELECT thread_id FROM changed WHERE is_root"
    if _has_marks(fresh, "thread"):
        threads += " UNION SELECT thread_id FROM marks"
    columns = "SELECT occurred_at, actor, object_id, thread_id"
    near = [
        f"{columns} FROM {ROWS} SEMI JOIN ({of}) USING ({column})"
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
                " LEFT JOIN knew b ON b.number = n.number AND b.grp = t.unit"
                f" WHERE {mine} AND (b.began IS NULL OR t.since < b.began + n.length)"
            )
        else:
            own = f"(SELECT unit, own FROM {touched} WHERE own IS NOT NULL)"
            placed = f"(SELECT t.unit, c.{beginning}_begins AS since FROM {own} t ASOF JOIN calendar c ON t.own >= c.holds_from)"
            parts.append(f"SELECT n.number, t.unit AS grp, t.since FROM {placed} t, terms n WHERE {mine}")
    return parts


def _by_units(count: Count, fresh: Fresh) -> list[str]:
    """Units that are known: touched before all of it was over, or over since the last count."""
    parts = []
    for column, touched, chosen in (
        ("grp", "actor", [kept for one, kept in fresh.items() if group_of(one) == "actor"]),
        ("grp", "thread_id", [kept for one, kept in fresh.items() if group_of(one) == "thread_id"]),
        ("place", "thread_id", [kept for one, kept in fresh.items() if looks_at_place(one)]),
    ):
        first = _first(count, f"SELECT epoch_us(min(since)) FROM touched_{touched}") if chosen else None
        if first is not None:
            ends = at(time_of(first) - max(one.lag for one in fresh))
            parts.append(
                f"SELECT u.number, u.grp, u.anchor_at AS since FROM units u JOIN touched_{touched} t ON u.{column} = t.unit"
                f" JOIN terms n ON n.number = u.number WHERE u.number IN ({numbers_of(chosen)})"
                f" AND t.since < u.ends_at + n.lag AND u.ends_at > {ends}"
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
    joins, since = [], []
    for group in get_args(Group):
        wanted = f"SELECT grp, since FROM again JOIN terms USING (number) WHERE grouping = '{group}'"
        since.append(_want(count, f"wanted_{group}", wanted))
        joins.append(f"LEFT JOIN wanted_{group} w_{group} ON {_unit(group)} = w_{group}.grp")
    first = min(one for one in since if one is not None)
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE touched_rows AS SELECT {_COLUMNS} FROM {rows_since(time_of(first))} {' '.join(joins)}"
        f" WHERE {' OR '.join(f'occurred_at >= w_{group}.since' for group in get_args(Group))}"
    )
    if any(looks_at_place(one) for one in fresh):
        placed = (
            "SELECT r.thread_id AS grp, a.since FROM touched_rows r JOIN again a ON r.actor = a.grp AND r.occurred_at >= a.since"
            " JOIN terms n ON n.number = a.number WHERE n.is_placed"
        )
        earliest = _want(count, "wanted_place", placed)
        if earliest is not None:
            rows = f"{rows_since(time_of(earliest))} r JOIN wanted_place w ON thread_id = w.grp"
            _add(count, f"SELECT {_COLUMNS} FROM {rows} AND r.occurred_at >= w.since")
    _fetch_about(count, fresh)


def _want(count: Count, name: str, wanted: str) -> int | None:
    """As a table of this name from when on each group's rows (grp, since) are wanted; returns the earliest."""
    count.engine.execute(
        f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT grp, min(since) AS since FROM ({wanted}) GROUP BY 1"
    )
    return _first(count, f"SELECT epoch_us(min(since)) FROM {name}")


def _fetch_about(count: Count, fresh: Fresh) -> None:
    """What is told of acts that may count, of whatever time: marks on them, marks in their threads and the messages marked
    there, how their threads began."""
    marks_acts = _acts(fresh, [one for one in fresh if one.quality.any_of and one.quality.on == "act"])
    in_threads = _acts(fresh, [one for one in fresh if one.quality.any_of and one.quality.on == "thread"])
    told = [
        f"{_STANDS} FROM {ROWS} SEMI JOIN ({acts}) USING ({column}) WHERE kind = 'gesture'"
        for column, acts in (("object_id", marks_acts), ("thread_id", in_threads))
        if acts
    ]
    if told:
        _fetch_marks(count, " UNION ALL ".join(told), is_on_threads=bool(in_threads))
    if acts := _acts(fresh, [one for one in fresh if one.quality.outside_own_thread]):
        _add(count, f"SELECT {_BEGINNING} FROM {ROWS} SEMI JOIN ({acts}) USING (thread_id) WHERE is_root")


def _fetch_marks(count: Count, marks: str, *, is_on_threads: bool) -> None:
    """First where they stand, then whole, for reading every column of every month takes many times as long."""
    count.engine.execute(f"CREATE OR REPLACE TEMP TABLE about AS {marks}")
    if is_on_threads:
        marked = f"{ROWS} SEMI JOIN (SELECT object_id FROM about) USING (object_id) WHERE kind = 'message'"
        count.engine.execute(f"INSERT INTO about {_STANDS} FROM {marked}")
    count.engine.execute(
        "CREATE OR REPLACE TEMP TABLE missing AS SELECT position, occurred_at FROM about ANTI JOIN touched_rows USING (position)"
    )
    first = _first(count, "SELECT epoch_us(min(occurred_at)) FROM missing")
    if first is not None:
        _add(count, f"SELECT {_COLUMNS} FROM {rows_since(time_of(first))} SEMI JOIN missing USING (position)")


def _acts(fresh: Fresh, chosen: Iterable[Definition]) -> str:
    """Of the rows fetched so far those that may count for a unit of these that is counted again; nothing for none."""
    alike: dict[tuple[Group, bool, tuple[str, ...]], list[Kept]] = {}
    for one in chosen:
        alike.setdefault((group_of(one), looks_at_place(one), one.predicate.acts), []).append(fresh[one])
    parts = []
    for (group, is_placed, acts), kept in alike.items():
        of_unit = (
            f"SEMI JOIN (SELECT grp, since FROM again WHERE number IN ({numbers_of(kept)})) a"
            f" ON {_unit(group)} = a.grp AND occurred_at >= a.since"
        )
        wanted = f"act IN ({', '.join(map(quoted, acts))})" if acts else "kind = 'message'"
        parts.append(f"SELECT object_id, thread_id FROM touched_rows {'' if is_placed else of_unit} WHERE {wanted}")
    return " UNION ALL ".join(parts)


def _add(count: Count, rows: str) -> None:
    count.engine.execute(f"INSERT INTO touched_rows FROM ({rows}) n ANTI JOIN touched_rows k USING (position)")


def _first(count: Count, query: str) -> int | None:
    found: int | None = count.engine.execute(query).fetchall()[0][0]
    return found
