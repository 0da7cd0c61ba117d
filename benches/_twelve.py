"""Twelve definitions three ways: as the ledger counts them, as SQL for DuckDB and as pandas written by hand. Four windows each of
who answers first, whether a member answers at all, and whether newcomers contribute again."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from allmende.ledger.definition import Definition, Predicate
from allmende.ledger.shipped import FIRST_ANSWER_BY_MEMBER, NEWCOMER_CONTRIBUTES_AGAIN
from benches.definitions import FIRST_ANSWER_SQL, NEWCOMERS_SQL

if TYPE_CHECKING:
    import pandas as pd

ANSWERED_SQL = """
WITH months AS MATERIALIZED (
    SELECT month, month AT TIME ZONE $zone AS begins, (month + INTERVAL 1 MONTH) AT TIME ZONE $zone AS ends
    FROM generate_series(TIMESTAMP '2022-12-01', TIMESTAMP '2026-01-01', INTERVAL 1 MONTH) calendar(month)
), seen AS NOT MATERIALIZED (
    SELECT * FROM read_parquet($paths) WHERE deleted_at IS NULL AND occurred_at <= $as_of
), roots AS NOT MATERIALIZED (
    SELECT thread_id, actor, occurred_at AS asked_at FROM seen
    WHERE is_root AND act = 'asked' AND actor_class = 'member'
), totals AS (
    SELECT month,
           count(*) FILTER (WHERE asked_at <= $as_of - INTERVAL 24 HOUR) AS complete,
           count(*) FILTER (WHERE asked_at > $as_of - INTERVAL 24 HOUR) AS censored
    FROM roots JOIN months ON asked_at >= begins AND asked_at < ends GROUP BY 1
), done AS (
    SELECT month, count(DISTINCT thread_id) AS successes, count(DISTINCT seen.actor) AS people, count(*) AS times
    FROM seen JOIN roots USING (thread_id) JOIN months ON asked_at >= begins AND asked_at < ends
    WHERE act = 'answered' AND actor_class = 'member' AND seen.actor IS DISTINCT FROM roots.actor
      AND occurred_at > asked_at AND occurred_at < asked_at + INTERVAL 24 HOUR
      AND asked_at <= $as_of - INTERVAL 24 HOUR
    GROUP BY 1
)
SELECT month, complete, censored, 0, coalesce(successes, 0), coalesce(people, 0), coalesce(times, 0)
FROM totals LEFT JOIN done USING (month) ORDER BY month
"""

Counts = tuple[int, int, int, int, int, int]
ByMonth = dict[str, Counts]
COLUMNS = (
    "position", "kind", "act", "occurred_at", "actor", "actor_class", "thread_id", "is_root", "deleted_at",
)  # fmt: skip


class Moment(NamedTuple):
    """When is counted, since when there are data, and where midnight is."""

    as_of: datetime
    begins_at: datetime
    zone: str


class Case(NamedTuple):
    """A definition, the same as SQL, and the same in pandas, over what `read_all` gives."""

    definition: Definition
    sql: str
    in_pandas: Callable[["pd.DataFrame", timedelta, Moment], ByMonth]


def read_all(paths: list[str], as_of: datetime) -> "pd.DataFrame":
    """What is there and seen, in the order of `position`."""
    import pandas as pd

    told = pd.concat([pd.read_parquet(path, columns=list(COLUMNS)) for path in paths], ignore_index=True)
    words = ("kind", "act", "actor_class")
    told[list(words)] = told[list(words)].astype("category")
    return told[told.deleted_at.isna() & (told.occurred_at <= as_of)].drop(columns="deleted_at")


def first_answers(rows: "pd.DataFrame", window: timedelta, moment: Moment) -> ByMonth:
    """Questions whose first answer, bots aside, comes from another member."""
    roots, answers = _answers(rows[rows.actor_class != "bot"], rows, window, moment)
    first = answers.sort_values("position").drop_duplicates("thread_id")
    done = first[first.actor_class == "member"]
    return _told(roots, window, moment, done, done.thread_id)


def answered(rows: "pd.DataFrame", window: timedelta, moment: Moment) -> ByMonth:
    """Questions another member answers at all."""
    roots, answers = _answers(rows[rows.actor_class == "member"], rows, window, moment)
    return _told(roots, window, moment, answers, answers.thread_id)


def newcomers(rows: "pd.DataFrame", window: timedelta, moment: Moment) -> ByMonth:
    """New members who write again."""
    messages = rows[rows.kind == "message"]
    first = messages.drop_duplicates("actor")
    new = first[first.actor_class == "member"][["actor", "occurred_at"]].rename(columns={"occurred_at": "asked_at"})
    again = messages[~messages.actor_class.isin(["staff", "bot"])].merge(new, on="actor")
    again = again[
        (again.occurred_at > again.asked_at)
        & (again.occurred_at < again.asked_at + window)
        & (again.asked_at <= moment.as_of - window)
        & (again.asked_at >= moment.begins_at + window)
    ]
    return _told(new, window, moment, again, again.actor, moment.begins_at + window)


def _answers(
    by: "pd.DataFrame", rows: "pd.DataFrame", window: timedelta, moment: Moment
) -> "tuple[pd.DataFrame, pd.DataFrame]":
    is_question = rows.is_root & (rows.act == "asked") & (rows.actor_class == "member")
    roots = rows[is_question][["thread_id", "actor", "occurred_at"]]
    roots = roots.rename(columns={"actor": "asker", "occurred_at": "asked_at"})
    met = by[by.act == "answered"].merge(roots[roots.asked_at <= moment.as_of - window], on="thread_id")
    is_in = (met.occurred_at > met.asked_at) & (met.occurred_at < met.asked_at + window)
    return roots, met[is_in & (met.actor != met.asker)]


def _told(
    units: "pd.DataFrame",
    window: timedelta,
    moment: Moment,
    done: "pd.DataFrame",
    succeeded: "pd.Series[int]",
    since: datetime | None = None,
) -> ByMonth:
    """Complete, censored and left out units of each month, what succeeded, people and times."""
    months = _months(units.asked_at, moment.zone)
    is_open, is_early = units.asked_at > moment.as_of - window, units.asked_at < (since or moment.begins_at)
    found: dict[str, list[int]] = {month: [0] * 6 for month in months.unique()}
    for place, kind in enumerate((~is_open & ~is_early, is_open & ~is_early, is_early)):
        for month, count in months[kind].value_counts().items():
            found[str(month)][place] = int(count)
    by_month = done.assign(month=_months(done.asked_at, moment.zone), succeeded=succeeded).groupby("month")
    told = by_month.agg(successes=("succeeded", "nunique"), people=("actor", "nunique"), times=("actor", "size"))
    for month, *counts in told.itertuples():
        found[str(month)][3:] = map(int, counts)
    return {month: tuple(counts) for month, counts in sorted(found.items())}  # type: ignore[misc]


def _months(times: "pd.Series[Any]", zone: str) -> "pd.Series[str]":
    local = times.dt.tz_convert(zone).dt.tz_localize(None)
    return local.dt.to_period("M").astype(str)


def _cases() -> tuple[Case, ...]:
    hour, day, cases = timedelta(hours=1), timedelta(days=1), []
    any_answer = replace(
        FIRST_ANSWER_BY_MEMBER, key="answered", predicate=Predicate(("answered",), actor_classes=("member",))
    )
    for hours in (6, 24, 48, 168):
        for definition, sql, count in (
            (FIRST_ANSWER_BY_MEMBER, FIRST_ANSWER_SQL, first_answers),
            (any_answer, ANSWERED_SQL, answered),
        ):
            told = replace(definition, key=f"{definition.key}_{hours}", window=hours * hour)
            cases.append(Case(told, sql.replace("24 HOUR", f"{hours} HOUR"), count))
    for days in (7, 30, 60, 90):
        told = replace(NEWCOMER_CONTRIBUTES_AGAIN, key=f"newcomers_{days}", window=days * day)
        cases.append(Case(told, NEWCOMERS_SQL.replace("30 DAY", f"{days} DAY"), newcomers))
    return tuple(cases)


TWELVE = _cases()
