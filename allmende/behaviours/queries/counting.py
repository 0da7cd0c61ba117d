"""Counting a definition over the workspace's ledger, and judging what was counted. Reads files, writes nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zlib import crc32
from zoneinfo import ZoneInfo

from allmende.behaviours.queries.causes import (
    Part,
    PeriodValue,
    WeekCount,
    parts_of,
    pause_before,
    pause_before_values,
)
from allmende.behaviours.queries.counts import counter_of
from allmende.behaviours.queries.data_fit import FULL_BASELINE, begins_again, fit_of
from allmende.behaviours.queries.facts import facts_for
from allmende.behaviours.queries.ledgers import ledger_name, ledger_root
from allmende.behaviours.queries.other_causes import last_year_of, with_other_causes
from allmende.behaviours.queries.put_right import put_right, truly
from allmende.domain import verdict as domain
from allmende.domain.weeks import monday_of
from allmende.ledger.cohorts import CohortRow, cohorts
from allmende.ledger.definition import Definition
from allmende.ledger.fitness import DayFound, days_found
from allmende.ledger.measure import PeriodRow, measure
from allmende.ledger.periods import Around, PeriodKind, in_utc, periods_between
from allmende.ledger.segments import segments
from allmende.plan.models import Objective
from allmende.team.models import Workspace


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be judged: since when (None: nothing has begun), by how much it must move, whether today is a review.

    `weeks`: its closed weeks, where they were counted before; they tell the season and what was ordinary. `values`: of rates
    and durations its closed periods. `guardrail`: what
    must not get worse meanwhile. `starts`: in which channels it began when, where that was told. `sampled`: how often the counting
    is right, where people looked (4.5); `sampled_guardrail`: that of the guardrail.
    """

    key: str
    cut: datetime | None
    least: float | None
    is_review_date: bool
    is_definition_changed: bool = False
    weeks: tuple[WeekCount, ...] = ()
    values: tuple[PeriodValue, ...] = ()
    guardrail: Definition | None = None
    starts: tuple[tuple[str, datetime], ...] = ()
    sampled: domain.Sampled | None = None
    sampled_guardrail: domain.Sampled | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """Now against before. `now` and `before` are None where nothing was anchored; `open_units` lie after `period_end`.

    `ask` gives the verdict at another confidence, for days on which many are judged. `key` and `form` are the definition's.
    `parts` are not yet fit to be shown. `own` and `own_before`: the ranges of both figures, of a duration in seconds. `truly` and
    `truly_before`: the shares put right by a sample, None without one.
    """

    period_start: datetime
    period_end: datetime
    before_start: datetime
    now: PeriodRow | None
    before: PeriodRow | None
    open_units: int
    verdict: domain.Verdict
    ask: Callable[[float], domain.Verdict]
    key: str = ""
    form: str = ""
    parts: tuple[Part, ...] = ()
    guardrail: "Judged | None" = None
    own: domain.Interval | None = None
    own_before: domain.Interval | None = None
    truly: domain.Interval | None = None
    truly_before: domain.Interval | None = None


@dataclass(frozen=True, slots=True)
class Sides:
    """What was counted on both sides of a cut; the rows are None where nothing was anchored."""

    row_now: PeriodRow | None
    row_before: PeriodRow | None
    now: domain.Counts
    before: domain.Counts | None
    open_units: int
    parts: tuple[Part, ...]
    factors: tuple[Sequence[int], Sequence[int]] = ((), ())


def count_periods(
    workspace: Workspace, definition: Definition, *, as_of: datetime, period: PeriodKind
) -> list[PeriodRow]:
    """The definition's periods in the workspace's zone, ascending."""
    facts = facts_for(workspace, definition, as_of)
    place = (ledger_root(), ledger_name(workspace))
    return measure(*place, definition, as_of=as_of, period=period, zone=workspace.zone, facts=facts)


def count_cohorts(workspace: Workspace, definition: Definition, *, as_of: datetime) -> list[CohortRow]:
    """Those who came in the same month, month by month since, in the workspace's zone."""
    facts = facts_for(workspace, definition, as_of)
    return cohorts(ledger_root(), ledger_name(workspace), definition, as_of=as_of, zone=workspace.zone, facts=facts)


def question_of(
    objective: Objective,
    workspace: Workspace,
    as_of: datetime,
    changed_at: datetime | None,
    weeks: Sequence[WeekCount] = (),
    values: Sequence[PeriodValue] = (),
    guardrail: Definition | None = None,
    starts: tuple[tuple[str, datetime], ...] = (),
) -> Question:
    """What an objective asks of its definition. `changed_at`: when a later version of the definition came in force."""
    cut = midnight(objective.starts_date, workspace.zone) if objective.starts_date else None
    today = as_of.astimezone(ZoneInfo(workspace.zone)).date()
    return Question(
        key=objective.key,
        cut=cut,
        least=objective.least_relevant_difference,
        is_review_date=objective.review_date is not None and today >= objective.review_date,
        is_definition_changed=bool(cut and changed_at and cut < changed_at <= as_of),
        weeks=tuple(weeks),
        values=tuple(values),
        guardrail=guardrail,
        starts=starts,
    )


def judge_question(
    workspace: Workspace, definition: Definition, question: Question, *, as_of: datetime, end: datetime | None = None
) -> Judged:
    """The complete weeks since the cut against everything before it. Without a cut there is no before, and it is too
    early; without units there is an empty period that says so. `end`: nothing later counts as now."""
    if question.cut is None:
        return _without_cut(workspace, definition, question, as_of)
    closed = last_closed_week(definition, as_of, workspace.zone)
    until = max(question.cut, min(closed, end) if end else closed)
    days = days_found(ledger_root(), ledger_name(workspace), definition, as_of=as_of)
    bad_month = pause_before(question.weeks, question.cut) or pause_before_values(
        question.values, question.cut, domain.better_of(definition.form)
    )
    pause = min(filter(None, (bad_month, _broken_period(definition, question.cut, workspace.zone))), default=None)
    around = Around(question.cut, until, begins_again(days, question.cut), pause)
    found = _count_around(workspace, definition, around, as_of)
    guardrail = None
    if question.guardrail:
        alone = replace(question, guardrail=None, weeks=(), values=(), starts=(), sampled=question.sampled_guardrail)
        guardrail = judge_question(workspace, question.guardrail, alone, as_of=as_of)
    fit = _fit(question, definition, days, around, found.row_now, found.row_before)
    before_since = question.cut - found.row_before.period_start if found.row_before else timedelta(0)
    circumstances = replace(
        _circumstances(definition, question, fit, before_since), guardrail=guardrail.verdict if guardrail else None
    )

    comparison = _compared(workspace, definition, question, found, until, as_of)
    last_year = last_year_of(workspace, definition, around, as_of, question.weeks, question.values)

    def ask(confidence: float) -> domain.Verdict:
        asked = judge_form(definition, found, question, replace(circumstances, confidence=confidence))
        if bad_month and question.cut:
            weeks = round((question.cut - bad_month) / timedelta(weeks=1))
            asked = replace(asked, steps=(*asked.steps, domain.Step("ordinary_start", False, {"weeks": weeks})))
        sides, seed = (found.now, found.before), circumstances.seed
        verdict = with_other_causes(asked, *sides, found.parts, last_year, confidence=confidence, seed=seed)
        verdict = put_right(verdict, *sides, question.sampled, question.least, confidence)
        return replace(verdict, steps=(*verdict.steps, comparison)) if comparison else verdict

    return Judged(
        period_start=question.cut,
        period_end=until,
        before_start=found.row_before.period_start if found.row_before else question.cut,
        now=found.row_now,
        before=found.row_before,
        open_units=found.open_units,
        verdict=ask(domain.CONFIDENCE),
        ask=ask,
        key=definition.key,
        form=definition.form,
        parts=found.parts,
        guardrail=guardrail,
        own=domain.own_interval(found.now, seed=circumstances.seed),
        own_before=domain.own_interval(found.before, seed=circumstances.seed) if found.before else None,
        truly=truly(found.now, question.sampled),
        truly_before=truly(found.before, question.sampled),
    )


def _broken_period(definition: Definition, cut: datetime, zone: str) -> datetime | None:
    """The beginning of the calendar period in which it began, where that is not its first moment: what people did in it was
    done partly before and partly since, so it counts on neither side."""
    if definition.anchor.kind != "period":
        return None
    start = periods_between(cut, cut, definition.anchor.period, zone)[0].start
    return start if start < cut else None


def judge_form(
    definition: Definition, found: Sides, question: Question, circumstances: domain.Circumstances
) -> domain.Verdict:
    """Each form as the specification asks: shares, rates and durations judged, persistence told beside, concentration described."""
    if definition.form == "F6":
        return domain.describe_range(*found.factors, circumstances.fit)
    least = domain.in_own_unit(question.least, found.before)
    verdict = domain.judge_counts(found.now, found.before, least, circumstances)
    if definition.form != "F5":
        return verdict
    now, before = (
        domain.Share(row.again or 0, row.again_of or 0) if row else domain.Share(0, 0)
        for row in (found.row_now, found.row_before)
    )
    return domain.with_persistence(verdict, now, before)


def _compared(
    workspace: Workspace,
    definition: Definition,
    question: Question,
    found: Sides,
    until: datetime,
    as_of: datetime,
) -> domain.Step | None:
    """What is due to where it began first: held against the channels in which it had not begun yet (4.4-8)."""
    if not question.starts or definition.form == "F6":
        return None
    first = min(at for _, at in question.starts)
    here = tuple(slug for slug, at in question.starts if at == first)
    elsewhere = tuple(one.segment for one in found.parts if one.dimension == "channel" and one.segment not in here)
    if not elsewhere:
        return None
    end = min([until, *(at for slug, at in question.starts if slug in elsewhere)])
    alone = replace(question, cut=first, guardrail=None, weeks=(), values=(), starts=())
    there, other = (
        judge_question(workspace, replace(definition, channels=side), alone, as_of=as_of, end=end).verdict
        for side in (here, elsewhere)
    )
    least = domain.in_own_unit(question.least, found.before)
    compared = domain.compare(there, other, least, domain.better_of(definition.form))
    values: dict[str, domain.Value] = {"word": str(compared.word), "channels": ",".join(here)}
    values |= {"there": there.difference, "elsewhere": other.difference}
    if effect := compared.effect:
        values |= {"difference": effect.value, "low": effect.low, "high": effect.high}
    return domain.Step("comparison", compared.word == domain.Word.MOVING, values)


def _count_around(workspace: Workspace, definition: Definition, around: Around, as_of: datetime) -> Sides:
    place = (ledger_root(), ledger_name(workspace))
    facts = facts_for(workspace, definition, as_of)
    told: Any = {"zone": workspace.zone, "facts": facts}
    rows = measure(*place, definition, as_of=as_of, period=around, **told)
    counted = counter_of(workspace, definition, facts, as_of=as_of, period=around)
    edge = around.pause or around.cut
    before = next((row for row in rows if row.period_end == edge and row.period_start < edge), None)
    now = next((row for row in rows if row.period_start == around.cut and row.period_end == around.until), None)
    after = [row for row in rows if row.period_start >= around.until and row is not now]
    is_split = definition.form != "F6" and now and before
    split = segments(*place, definition, as_of=as_of, period=around, **told) if is_split else []
    is_known = before and (before.complete or (definition.form == "F4" and before.censored))
    return Sides(
        row_now=now,
        row_before=before,
        now=counted(now),
        before=counted(before) if is_known else None,
        open_units=sum(row.complete + row.censored for row in after) + (now.censored if now else 0),
        parts=tuple(parts_of(split, before.period_start, around.cut)) if before else (),
        factors=_factors(workspace, definition, around, as_of) if definition.form == "F6" else ((), ()),
    )


def _factors(
    workspace: Workspace, definition: Definition, around: Around, as_of: datetime
) -> tuple[Sequence[int], Sequence[int]]:
    """How many people gave half, in each whole period since the cut and before it."""
    rows = count_periods(workspace, definition, as_of=as_of, period=definition.anchor.period)
    told = [row for row in rows if row.is_closed and row.factor]
    edge = around.pause or around.cut
    now = [row.factor or 0 for row in told if row.period_start >= around.cut]
    return now, [row.factor or 0 for row in told if row.period_end <= edge]


def last_closed_week(definition: Definition, as_of: datetime, zone: str) -> datetime:
    """The newest Monday midnight before which every unit's window has closed."""
    closed = in_utc(as_of) - definition.reach
    day = closed.astimezone(ZoneInfo(zone)).date()
    return midnight(monday_of(day), zone)


def midnight(day: date, zone: str) -> datetime:
    """The beginning of a day in a zone."""
    return datetime.combine(day, time(), ZoneInfo(zone))


def _without_cut(workspace: Workspace, definition: Definition, question: Question, as_of: datetime) -> Judged:
    rows = count_periods(workspace, definition, as_of=as_of, period="all")
    now = rows[0] if rows else None
    start = now.period_start if now else as_of
    circumstances = _circumstances(definition, question, domain.DataFit(), timedelta(0))

    counted = counter_of(workspace, definition, facts_for(workspace, definition, as_of), as_of=as_of, period="all")
    found = Sides(now, None, counted(now), None, 0, ())

    def ask(confidence: float) -> domain.Verdict:
        verdict = judge_form(definition, found, question, replace(circumstances, confidence=confidence))
        return put_right(verdict, found.now, None, question.sampled, question.least, confidence)

    end = now.period_end if now else as_of
    open_units = now.censored if now else 0
    verdict = ask(domain.CONFIDENCE)
    judged = Judged(start, end, start, now, None, open_units, verdict, ask, definition.key, definition.form)
    own = domain.own_interval(found.now, seed=circumstances.seed)
    return replace(judged, own=own, truly=truly(found.now, question.sampled))


def _circumstances(
    definition: Definition, question: Question, fit: domain.DataFit, before: timedelta
) -> domain.Circumstances:
    return domain.Circumstances(
        fit=fit,
        is_review_date=question.is_review_date,
        is_baseline_provisional=before < FULL_BASELINE,
        seed=crc32(f"{definition.key}/{question.key}".encode()),
        better=domain.better_of(definition.form),
    )


def _fit(
    question: Question,
    definition: Definition,
    days: Sequence[DayFound],
    around: Around,
    now: PeriodRow | None,
    before: PeriodRow | None,
) -> domain.DataFit:
    """Whether both periods hold the same kind of data, the windows after them included. Open cases of a duration are no
    obstacle: they count with the time they have waited."""
    counted = now.complete + now.censored if now else 0
    fit = domain.DataFit(
        is_definition_changed=question.is_definition_changed,
        censored_share=now.censored / counted if now and counted and definition.form != "F4" else 0.0,
    )
    spans = [(around.cut, around.until)]
    if before:
        spans.append((around.since or before.period_start, around.pause or around.cut))
    return fit_of(fit, days, [(start, in_utc(end) + definition.reach) for start, end in spans])
