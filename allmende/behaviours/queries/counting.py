"""Counting a definition over the workspace's ledger, and judging what was counted. Reads files, writes nothing."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Literal
from zlib import crc32
from zoneinfo import ZoneInfo

from allmende.behaviours.queries.data_fit import FULL_BASELINE, begins_again, fit_of
from allmende.behaviours.queries.ledgers import ledger_name, ledger_root
from allmende.domain import verdict as domain
from allmende.ledger.definition import Definition
from allmende.ledger.fitness import DayFound, days_found
from allmende.ledger.measure import PeriodRow, PersonUnits, measure, units_by_person
from allmende.ledger.periods import Around, PeriodKind, Spans, in_utc
from allmende.plan.models import Objective
from allmende.team.models import Workspace


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be judged: since when (None: nothing has begun), by how much it must move, whether today is a review."""

    key: str
    cut: datetime | None
    least: float | None
    is_review_date: bool
    is_definition_changed: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """Now against before. `now` and `before` are None where nothing was anchored; `open_units` lie after `period_end`."""

    period_start: datetime
    period_end: datetime
    before_start: datetime
    now: PeriodRow | None
    before: PeriodRow | None
    open_units: int
    verdict: domain.Verdict


def count_periods(
    workspace: Workspace, definition: Definition, *, as_of: datetime, period: PeriodKind
) -> list[PeriodRow]:
    """The definition's periods in the workspace's zone, ascending."""
    return measure(ledger_root(), ledger_name(workspace), definition, as_of=as_of, period=period, zone=workspace.zone)


@dataclass(frozen=True, slots=True)
class DayCount:
    """Of `complete` units whose window and lag ended on a day [starts_at, ends_at), so many succeeded."""

    starts_at: datetime
    ends_at: datetime
    complete: int
    successes: int
    people: int
    times: int


def count_days(workspace: Workspace, definition: Definition, *, as_of: datetime, last: int) -> list[DayCount]:
    """The `last` days until yesterday, in the workspace's zone; none before the data begin.

    A unit belongs to the day its window and lag ended on, not to the one it began on: so no day holds open units, and
    yesterday's figure is as whole as any other.
    """
    today = as_of.astimezone(ZoneInfo(workspace.zone)).date()
    midnights = [midnight(today - timedelta(days=ago), workspace.zone) for ago in range(last, -1, -1)]
    reach = definition.window + definition.lag
    anchors = tuple(in_utc(one) - reach for one in midnights)
    rows = measure(ledger_root(), ledger_name(workspace), definition, as_of=as_of, period=Spans(anchors))
    found = {row.period_start: row for row in rows}
    days = zip(anchors, pairwise(midnights), strict=False)
    return [_day(*day, found.get(start)) for start, day in days if rows and start >= rows[0].period_start]


def _day(starts_at: datetime, ends_at: datetime, row: PeriodRow | None) -> DayCount:
    counts = (row.complete, row.successes, row.people, row.times) if row else (0, 0, 0, 0)
    return DayCount(starts_at, ends_at, *counts)


def people_by_period(
    workspace: Workspace, definition: Definition, *, as_of: datetime, period: PeriodKind | Around
) -> dict[datetime, list[PersonUnits]]:
    """Who holds the units: the member (F1); the one who made it succeed (F2), because few answer for many."""
    by: Literal["owner", "doer"] = "owner" if definition.form == "F1" else "doer"
    found = units_by_person(
        ledger_root(), ledger_name(workspace), definition, as_of=as_of, period=period, zone=workspace.zone, by=by
    )
    periods: dict[datetime, list[PersonUnits]] = {}
    for one in found:
        periods.setdefault(one.period_start, []).append(one)
    return periods


def share_of(row: PeriodRow | None, people: Iterable[PersonUnits] = ()) -> domain.Share:
    """k of n with its people; units of nobody known stand alone."""
    if row is None:
        return domain.Share(0, 0)
    units: dict[Hashable, tuple[int, int]] = {
        one.person if one.person is not None else ("alone", one.period_start, place): (one.successes, one.units)
        for place, one in enumerate(people)
    }
    return domain.Share(row.successes, row.complete, units or None, known_people(units) if units else None)


def known_people(units: Iterable[Hashable]) -> int:
    """How many of these holders of units are people."""
    return sum(1 for one in units if isinstance(one, int))


def question_of(objective: Objective, workspace: Workspace, as_of: datetime, changed_at: datetime | None) -> Question:
    """What an objective asks of its definition. `changed_at`: when a later version of the definition came in force."""
    cut = midnight(objective.starts_date, workspace.zone) if objective.starts_date else None
    today = as_of.astimezone(ZoneInfo(workspace.zone)).date()
    return Question(
        key=objective.key,
        cut=cut,
        least=objective.least_relevant_difference,
        is_review_date=objective.review_date is not None and today >= objective.review_date,
        is_definition_changed=bool(cut and changed_at and cut < changed_at <= as_of),
    )


def judge_question(workspace: Workspace, definition: Definition, question: Question, *, as_of: datetime) -> Judged:
    """The complete weeks since the cut against everything before it. Without a cut there is no before, and it is too
    early; without units there is an empty period that says so."""
    if question.cut is None:
        return _without_cut(workspace, definition, question, as_of)
    until = max(question.cut, last_closed_week(definition, as_of, workspace.zone))
    days = days_found(ledger_root(), ledger_name(workspace), definition, as_of=as_of)
    since = begins_again(days, question.cut)
    around = Around(question.cut, until, since)
    rows = measure(ledger_root(), ledger_name(workspace), definition, as_of=as_of, period=around, zone=workspace.zone)
    before = next((row for row in rows if row.period_end == question.cut and row.period_start < question.cut), None)
    now = next((row for row in rows if row.period_start == question.cut and row.period_end == until), None)
    people = people_by_period(workspace, definition, as_of=as_of, period=around)
    before_share = share_of(before, people.get(before.period_start, ())) if before and before.complete else None
    verdict = domain.judge(
        share_of(now, people.get(question.cut, ()) if now else ()),
        before_share,
        question.least,
        _circumstances(
            definition,
            question,
            _fit(question, definition, days, around, now, before),
            question.cut - before.period_start if before else timedelta(0),
        ),
    )
    after = [row for row in rows if row.period_start >= until and row is not now]
    return Judged(
        period_start=question.cut,
        period_end=until,
        before_start=before.period_start if before else question.cut,
        now=now,
        before=before,
        open_units=sum(row.complete + row.censored for row in after) + (now.censored if now else 0),
        verdict=verdict,
    )


def last_closed_week(definition: Definition, as_of: datetime, zone: str) -> datetime:
    """The newest Monday midnight before which every unit's window has closed."""
    closed = in_utc(as_of) - definition.window - definition.lag
    day = closed.astimezone(ZoneInfo(zone)).date()
    return midnight(day - timedelta(days=day.weekday()), zone)


def midnight(day: date, zone: str) -> datetime:
    """The beginning of a day in a zone."""
    return datetime.combine(day, time(), ZoneInfo(zone))


def _without_cut(workspace: Workspace, definition: Definition, question: Question, as_of: datetime) -> Judged:
    rows = count_periods(workspace, definition, as_of=as_of, period="all")
    now = rows[0] if rows else None
    start = now.period_start if now else as_of
    verdict = domain.judge(
        share_of(now), None, question.least, _circumstances(definition, question, domain.DataFit(), timedelta(0))
    )
    end = now.period_end if now else as_of
    return Judged(start, end, start, now, None, now.censored if now else 0, verdict)


def _circumstances(
    definition: Definition, question: Question, fit: domain.DataFit, before: timedelta
) -> domain.Circumstances:
    return domain.Circumstances(
        fit=fit,
        is_review_date=question.is_review_date,
        is_baseline_provisional=before < FULL_BASELINE,
        seed=crc32(f"{definition.key}/{question.key}".encode()),
    )


def _fit(
    question: Question,
    definition: Definition,
    days: Sequence[DayFound],
    around: Around,
    now: PeriodRow | None,
    before: PeriodRow | None,
) -> domain.DataFit:
    """Whether both periods hold the same kind of data, the windows after them included."""
    counted = now.complete + now.censored if now else 0
    fit = domain.DataFit(
        is_definition_changed=question.is_definition_changed,
        censored_share=now.censored / counted if now and counted else 0.0,
    )
    spans = [(around.cut, around.until)]
    if before:
        spans.append((around.since or before.period_start, around.cut))
    return fit_of(fit, days, [(start, in_utc(end) + definition.window + definition.lag) for start, end in spans])
