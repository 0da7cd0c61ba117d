"""Twelve definitions three ways: as the ledger counts them, as SQL for DuckDB and as pandas written by hand. They are of all six
forms: who answers first and whether anybody does, whether newcomers come again, stay, become regulars and are answered, how long
questions wait, how many help how often, at what rate, and on how few it rests."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from allmende.ledger.definition import Anchor, Definition, Predicate, Quality
from allmende.ledger.shipped import (
    FIRST_ANSWER_BY_MEMBER,
    FIRST_POST_ANSWERED,
    HELP_RATE,
    HELPERS,
    NEWCOMER_CONTRIBUTES_AGAIN,
    NEWCOMER_REGULAR,
    NEWCOMER_STAYS,
    QUESTION_WAITS,
    SHOULDERS,
)
from benches._by_hand import (
    ANSWERED_SQL,
    FIRST_ANSWER_SQL,
    FIRST_POST_SQL,
    HELPERS_SQL,
    NEWCOMERS_SQL,
    RATE_SQL,
    REGULAR_SQL,
    SHOULDERS_SQL,
    STAYS_SQL,
    WAITS_SQL,
    in_microseconds,
    within,
)

if TYPE_CHECKING:
    import pandas as pd

# Complete, censored, left_out, successes, people, times, and what the form says beyond.
Counts = tuple[int | None, ...]
ByMonth = dict[str, Counts]
MONTH = timedelta(days=30)
# What is read of a row beside when it was and whether it is still there: of whoever wrote, of who answered, and of threads.
_WRITERS = ("kind", "actor", "actor_class")
_ANSWERS = ("act", "actor", "actor_class")
_THREADS = (*_ANSWERS, "thread_id", "is_root")
_IN_ORDER = (*_THREADS, "position")


class Moment(NamedTuple):
    """When is counted, since when there are data, and where midnight is."""

    as_of: datetime
    begins_at: datetime
    zone: str


class Case(NamedTuple):
    """A definition, the same as SQL, and the same in pandas, over what `read_all` gives of these columns."""

    definition: Definition
    sql: str
    in_pandas: Callable[["pd.DataFrame", timedelta, Moment], ByMonth]
    columns: tuple[str, ...]


def read_all(paths: list[str], as_of: datetime, columns: Collection[str]) -> "pd.DataFrame":
    """What is there and seen, in the order of `position`: these columns, and when it was."""
    import pandas as pd

    wanted = sorted({*columns, "occurred_at", "deleted_at"})
    told = pd.concat([pd.read_parquet(path, columns=wanted) for path in paths], ignore_index=True)
    words = [one for one in ("kind", "act", "actor_class") if one in columns]
    told[words] = told[words].astype("category")
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
    new, again = _newcomers(rows, window, moment)
    return _told(new, window, moment, again, again.actor, moment.begins_at + window)


def staying(rows: "pd.DataFrame", window: timedelta, moment: Moment) -> ByMonth:
    """New members who write in their second month."""
    new, again = _newcomers(rows, window, moment)
    later = again[again.occurred_at >= again.asked_at + MONTH]
    return _told(new, window, moment, later, later.actor, moment.begins_at + window)


def regulars(rows: "pd.DataFrame", window: timedelta, moment: Moment) -> ByMonth:
    """New members who write in three of the five months that follow their first."""
    new, again = _newcomers(rows, window, moment)
    later = again[again.occurred_at >= again.asked_at + MONTH]
    later = later.assign(part=(later.occurred_at - later.asked_at) // MONTH)
    parts = later.groupby("actor").part.nunique()
    later = later[later.actor.isin(parts[parts >= 3].index)]
    return _told(new, window, moment, later, later.actor, moment.begins_at + window)


def first_posts(rows: "pd.DataFrame", window: timedelta, moment: Moment) -> ByMonth:
    """New members whose first post another member answers."""
    first = rows[rows.kind == "message"].drop_duplicates("actor")
    new = first[first.actor_class == "member"][["actor", "occurred_at", "thread_id"]]
    new = new.rename(columns={"actor": "owner", "occurred_at": "asked_at"})
    counted = new[(new.asked_at <= moment.as_of - window) & (new.asked_at >= moment.begins_at + window)]
    answers = rows[rows.act.isin(["answered", "commented"]) & (rows.actor_class == "member")]
    met = answers.merge(counted, on="thread_id")
    is_in = (met.occurred_at > met.asked_at) & (met.occurred_at < met.asked_at + window)
    met = met[is_in & (met.actor != met.owner)]
    return _told(new, window, moment, met, met.owner, moment.begins_at + window)


def waits(rows: "pd.DataFrame", window: timedelta, moment: Moment) -> ByMonth:
    """How long questions wait for another member, open ones after Kaplan-Meier."""
    import pandas as pd

    told = rows[rows.is_root & (rows.act == "asked") & (rows.actor_class == "member")]
    roots = told[["thread_id", "actor", "occurred_at"]].rename(columns={"actor": "asker", "occurred_at": "asked_at"})
    met = rows[(rows.act == "answered") & (rows.actor_class == "member")].merge(roots, on="thread_id")
    is_in = (met.occurred_at > met.asked_at) & (met.occurred_at < met.asked_at + window) & (met.actor != met.asker)
    first = met[is_in].sort_values("position").drop_duplicates("thread_id")
    timed = roots.merge(first[["thread_id", "occurred_at", "actor"]], on="thread_id", how="left")
    until = timed.occurred_at.fillna((timed.asked_at + window).clip(upper=pd.Timestamp(moment.as_of)))
    timed = timed.assign(
        waited=(until - timed.asked_at) // timedelta(microseconds=1),
        is_done=timed.occurred_at.notna(),
        is_over=timed.asked_at <= moment.as_of - window,
        month=_months(timed.asked_at, moment.zone),
    )
    found: ByMonth = {}
    for month, of_month in timed.groupby("month"):
        complete, done = int((of_month.is_done | of_month.is_over).sum()), int(of_month.is_done.sum())
        counts = (complete, len(of_month) - complete, 0, done, of_month.actor.nunique(), done)
        found[str(month)] = (*counts, *_times(of_month))
    return found


def _times(units: "pd.DataFrame") -> tuple[int | None, int | None]:
    at_once = units.groupby("waited").is_done.agg(["sum", "size"])
    at_risk = at_once["size"][::-1].cumsum()[::-1]
    share = 1 - (1 - at_once["sum"] / at_risk).cumprod()
    share = share[at_once["sum"] > 0]
    reached = [share.index[share >= wanted - 1e-9] for wanted in (0.5, 0.9)]
    return tuple(int(one[0]) if len(one) else None for one in reached)  # type: ignore[return-value]


def helpers(rows: "pd.DataFrame", _window: timedelta, moment: Moment) -> ByMonth:
    """Who answers five times a month, and who of them does it again."""
    months, done = _by_person(rows, moment, 5)
    pairs = set(zip(done.month, done.actor, strict=True))
    found: ByMonth = {}
    for month, counts in months.items():
        later = _next(month)
        ours = [actor for at, actor in pairs if at == month]
        if not ours or later not in months or not months[later][0]:
            found[month] = (*counts, None, None)
        else:
            found[month] = (*counts, sum((later, actor) in pairs for actor in ours), len(ours))
    return found


def shoulders(rows: "pd.DataFrame", _window: timedelta, moment: Moment) -> ByMonth:
    """On how few half of the answers rests."""
    months, done = _by_person(rows, moment, 1)
    found: ByMonth = {month: (*counts, None) for month, counts in months.items()}
    for month, of_month in done.groupby("month"):
        times = of_month.sort_values(["times", "actor"], ascending=[False, True]).times
        before = times.cumsum() - times
        found[str(month)] = (*months[str(month)], int((before * 2 < times.sum()).sum()))
    return found


def rates(rows: "pd.DataFrame", _window: timedelta, moment: Moment) -> ByMonth:
    """Answers for each second since somebody's first."""
    answers = rows[rows.act == "answered"]
    since = answers[answers.actor_class == "member"].groupby("actor").occurred_at.min().rename("since")
    acts = answers[~answers.actor_class.isin(["staff", "bot"])].merge(since, on="actor")
    acts = acts[acts.occurred_at >= acts.since]
    done = acts.assign(month=_months(acts.occurred_at, moment.zone)).groupby("month").actor.agg(["nunique", "size"])
    found: ByMonth = {}
    for month, begins, ends in _calendar(moment):
        there = since[since < ends].clip(lower=begins).dt.floor("s")
        if len(there) and begins < moment.begins_at:
            found[month] = (0, 0, len(there), 0, 0, 0, 0)
        elif len(there) and ends > moment.as_of:
            found[month] = (0, len(there), 0, 0, 0, 0, 0)
        elif len(there):
            people, times = (int(one) for one in done.loc[month]) if month in done.index else (0, 0)
            found[month] = (len(there), 0, 0, people, people, times, int((ends - there).dt.total_seconds().sum()))
    return found


def _by_person(rows: "pd.DataFrame", moment: Moment, least: int) -> "tuple[dict[str, tuple[int, ...]], pd.DataFrame]":
    """Six counts of each month; and the months, people and times of those who answered often enough in complete ones."""
    answers = rows[rows.act == "answered"]
    answers = answers.assign(
        month=_months(answers.occurred_at, moment.zone),
        counts=~answers.actor_class.isin(["staff", "bot"]),
        is_member=answers.actor_class == "member",
    )
    people = answers.groupby(["month", "actor"], observed=True).agg(times=("counts", "sum"), there=("is_member", "any"))
    people = people[people.there].reset_index()
    months: dict[str, tuple[int, ...]] = {}
    kept = []
    for month, begins, ends in _calendar(moment):
        ours = people[people.month == month]
        if not len(ours):
            continue
        if begins < moment.begins_at or ends > moment.as_of:
            is_early = begins < moment.begins_at
            months[month] = (0, 0 if is_early else len(ours), len(ours) if is_early else 0, 0, 0, 0)
            continue
        often = ours[ours.times >= least]
        months[month] = (len(ours), 0, 0, len(often), len(often), int(often.times.sum()))
        kept.append(often)
    return months, _put_together(kept)


def _put_together(kept: "list[pd.DataFrame]") -> "pd.DataFrame":
    import pandas as pd

    return pd.concat(kept, ignore_index=True)


def _calendar(moment: Moment) -> "list[tuple[str, pd.Timestamp, pd.Timestamp]]":
    """Month, and its beginning and end at midnight where the community is."""
    import pandas as pd

    begins = pd.Timestamp(moment.begins_at).tz_convert(moment.zone)
    first = begins.tz_localize(None).to_period("M").to_timestamp()
    edges = pd.date_range(first, pd.Timestamp(moment.as_of).tz_localize(None) + 2 * MONTH, freq="MS")
    local = edges.tz_localize(moment.zone)
    told = zip(edges, local, local[1:], strict=False)
    return [(f"{at:%Y-%m}", begin, end) for at, begin, end in told if begin <= moment.as_of]


def _next(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12}-{number % 12 + 1:02d}"


def _newcomers(rows: "pd.DataFrame", window: timedelta, moment: Moment) -> "tuple[pd.DataFrame, pd.DataFrame]":
    """New members, and what those that count wrote within the window after their first."""
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
    return new, again


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
    """Each month is put in words once, not once a row, as whoever cares for their time would."""
    import numpy as np
    import pandas as pd

    local = times.dt.tz_convert(zone).dt.tz_localize(None)
    places, months = pd.factorize(local.dt.to_period("M"))
    names = np.array([str(month) for month in months], dtype=object)
    return pd.Series(names.take(places), index=times.index)


def _cases() -> tuple[Case, ...]:
    hour, cases = timedelta(hours=1), []
    any_answer = replace(
        FIRST_ANSWER_BY_MEMBER, key="answered", predicate=Predicate(("answered",), actor_classes=("member",))
    )
    for definition, hours, sql, count, columns in (
        (FIRST_ANSWER_BY_MEMBER, 24, FIRST_ANSWER_SQL, first_answers, _IN_ORDER),
        (FIRST_ANSWER_BY_MEMBER, 168, FIRST_ANSWER_SQL, first_answers, _IN_ORDER),
        (any_answer, 24, ANSWERED_SQL, answered, _THREADS),
    ):
        told = replace(definition, key=f"{definition.key}_{hours}", window=hours * hour)
        cases.append(Case(told, within(sql, hours), count, columns))
    quarterly = replace(NEWCOMER_CONTRIBUTES_AGAIN, key="newcomers_90", window=3 * MONTH)
    by_month = Anchor("period", ("answered",))
    plain = {one: replace(one, quality=Quality(), anchor=by_month) for one in (HELPERS, SHOULDERS, HELP_RATE)}
    return (
        *cases,
        Case(NEWCOMER_CONTRIBUTES_AGAIN, NEWCOMERS_SQL, newcomers, _WRITERS),
        Case(quarterly, NEWCOMERS_SQL.replace("30 DAY", "90 DAY"), newcomers, _WRITERS),
        Case(NEWCOMER_STAYS, STAYS_SQL, staying, _WRITERS),
        Case(NEWCOMER_REGULAR, REGULAR_SQL, regulars, _WRITERS),
        Case(FIRST_POST_ANSWERED, FIRST_POST_SQL, first_posts, (*_ANSWERS, "kind", "thread_id")),
        Case(QUESTION_WAITS, WAITS_SQL, waits, _IN_ORDER),
        Case(plain[HELPERS], HELPERS_SQL, helpers, _ANSWERS),
        Case(plain[SHOULDERS], SHOULDERS_SQL, shoulders, _ANSWERS),
        Case(plain[HELP_RATE], RATE_SQL, rates, _ANSWERS),
    )


TWELVE = tuple(one._replace(sql=in_microseconds(one.sql)) for one in _cases())
