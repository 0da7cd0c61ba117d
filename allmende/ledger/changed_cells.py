"""Figures brought up to what came and went: sums by adding and taking away, whoever did it and how often by looking again."""

from collections.abc import Mapping
from datetime import datetime

from allmende.ledger.cells import PLACES, calendar_of, factor_of, lasting_again, none, of_form, places_of
from allmende.ledger.definition import Definition
from allmende.ledger.periods import in_utc
from allmende.ledger.tally import EVER, Count, Kept, at, numbers_of

_KEYS = "number, kind, period"
# A row for each kind of period it is told in.
_APART = f"unnest({list(PLACES)}) AS kind, unnest([{', '.join(PLACES)}]) AS period"
_COUNTED = "anchor_at >= counts_from"
_SUMS = {
    "complete": f"sum(n) FILTER ({_COUNTED} AND ends_at <= over)",
    "censored": f"sum(n) FILTER ({_COUNTED} AND ends_at > over)",
    "left_out": "sum(n) FILTER (anchor_at < counts_from)",
    "successes": "sum(n) FILTER (times IS NOT NULL)",
    "times": "sum(n * times)",
}
_CAME_AND_WENT = " UNION ALL ".join(
    f"SELECT number, anchor_at, counts_from, ends_at, times, {', '.join(PLACES)}, {n} AS n, {over} AS over"
    f" FROM {units} JOIN terms USING (number)"
    for units, n, over in (("old_units", -1, "was_over_by"), ("new_units", 1, "over_by"))
)
_HANDS = " UNION ALL ".join(
    f"SELECT number, doer, {_APART}, {n} AS n FROM {hands}" for hands, n in (("old_hands", -1), ("new_hands", 1))
)


def change_cells(count: Count, chosen: Mapping[Definition, Kept]) -> None:
    """Bring the figures of these definitions (they stand in `terms`) up to `units` and `hands`, where `old_units` and
    `old_hands` went and `new_units` and `new_hands` came."""
    since = _find_here(count, chosen)
    if since is None:
        return
    sums = ", ".join(f"coalesce(c.{name}, 0) + coalesce(s.{name}, 0) AS {name}" for name in _SUMS)
    joined = " ".join(
        f"LEFT JOIN ({told}) {name} USING ({_KEYS})"
        for name, told in (
            ("c", "FROM cells"),
            ("s", "FROM sums"),
            ("p", _people(since)),
            ("a", _again(chosen, since)),
            ("f", _factor(chosen, since)),
        )
    )
    engine = count.engine
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE cells_now AS SELECT {_KEYS}, {sums},"
        f" (coalesce(c.people, 0) + coalesce(p.people, 0))::BIGINT AS people, a.again, a.again_of, f.factor FROM here {joined}"
    )
    same = " AND ".join(f"cells.{key} = here.{key}" for key in _KEYS.split(", "))
    engine.execute(f"DELETE FROM cells USING here WHERE {same}")
    engine.execute("INSERT INTO cells FROM cells_now WHERE complete + censored + left_out > 0")


def _find_here(count: Count, chosen: Mapping[Definition, Kept]) -> datetime | None:
    """As `sums` what the units that came and went add up to, as `here` the periods (number, kind, period) whose figures may
    have changed; returns since when anything of them was anchored."""
    engine = count.engine
    by_quarter = numbers_of(kept for one, kept in chosen.items() if "quarter" in places_of(one))
    told = f"(kind <> 'quarter' OR number IN ({by_quarter}))"
    sums = ", ".join(f"coalesce({sum_of}, 0)::BIGINT AS {name}" for name, sum_of in _SUMS.items())
    engine.execute(
        f"CREATE OR REPLACE TEMP TABLE sums AS SELECT {_KEYS}, {sums} FROM (SELECT *, {_APART} FROM ({_CAME_AND_WENT}))"
        f" WHERE {told} GROUP BY ALL"
    )
    here = f"SELECT {_KEYS} FROM sums"
    if of_form(chosen, "F5"):
        here += f" UNION SELECT {_KEYS} FROM (SELECT number, {_APART} FROM ({_before(chosen)})) WHERE {told}"
    engine.execute(f"CREATE OR REPLACE TEMP TABLE here AS {here}")
    firsts = engine.execute("SELECT kind, min(period) FROM here GROUP BY 1").fetchall()
    begins = [in_utc(calendar_of(count, kind)[number].start) if number else EVER for kind, number in firsts]
    return min(begins, default=None)


def _before(chosen: Mapping[Definition, Kept]) -> str:
    """The period before each of those in which somebody's came or went: whether it was done again is told of it."""
    spots = " UNION ".join(f"SELECT number, {', '.join(PLACES)} FROM {units}" for units in ("old_units", "new_units"))
    parts = []
    for period in PLACES:
        lasting = [kept for one, kept in chosen.items() if one.form == "F5" and one.anchor.period == period]
        if lasting:
            begun = f"SELECT min(holds_from) AS holds_from, {period} AS before FROM calendar GROUP BY {period}"
            parts.append(
                f"SELECT s.number, {', '.join(f'c.{place}' for place in PLACES)} FROM ({spots}) s"
                f" JOIN ({begun}) b ON b.before = s.{period} - 1 JOIN calendar c USING (holds_from)"
                f" WHERE s.number IN ({numbers_of(lasting)})"
            )
    return " UNION ALL ".join(parts)


def _people(since: datetime) -> str:
    """How many more (or fewer) people did it: those who do it now and did not, less those who did and do not."""
    changed = f"SELECT {_KEYS}, doer, sum(n) AS n FROM ({_HANDS}) GROUP BY ALL HAVING sum(n) <> 0"
    theirs = f"SELECT * FROM hands SEMI JOIN changed USING (number, doer) WHERE anchor_at >= {at(since)}"
    now = f"SELECT {_KEYS}, doer, count(*) AS now FROM (SELECT number, doer, {_APART} FROM ({theirs})) GROUP BY ALL"
    return (
        f"WITH changed AS MATERIALIZED ({changed})"
        f" SELECT {_KEYS}, sum((coalesce(now, 0) > 0)::INTEGER - (coalesce(now, 0) > n)::INTEGER) AS people"
        f" FROM changed LEFT JOIN ({now}) USING ({_KEYS}, doer) GROUP BY ALL"
    )


def _again(chosen: Mapping[Definition, Kept], since: datetime) -> str:
    lasting = of_form(chosen, "F5")
    if not lasting:
        return none(_KEYS, "again", "again_of")
    where = f"anchor_at >= {at(since)} AND number IN ({numbers_of(lasting)})"
    return lasting_again(_KEYS, f"SELECT * FROM ({_hands(where)}) SEMI JOIN here USING ({_KEYS})", where)


def _factor(chosen: Mapping[Definition, Kept], since: datetime) -> str:
    concentrated = of_form(chosen, "F6")
    if not concentrated:
        return none(_KEYS, "factor")
    where = f"anchor_at >= {at(since)} AND number IN ({numbers_of(concentrated)})"
    of_them = (
        f"SELECT {_KEYS}, doer, sum(times) AS times FROM ({_hands(where)}) SEMI JOIN here USING ({_KEYS}) GROUP BY ALL"
    )
    return f"SELECT {_KEYS}, factor FROM ({factor_of(of_them, _KEYS)})"


def _hands(where: str) -> str:
    return f"SELECT number, doer, anchor_at, times, {_APART} FROM hands WHERE {where}"
