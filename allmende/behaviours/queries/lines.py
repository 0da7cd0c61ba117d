"""One line per period, judged against what came before: what `allmende measure` prints (`interfaces.md`)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from allmende.behaviours.queries.counting import Question, Sides, count_periods, judge_form
from allmende.behaviours.queries.counts import Counter, bounded, counter_of, known_people
from allmende.behaviours.queries.data_fit import fit_of
from allmende.behaviours.queries.facts import facts_for
from allmende.behaviours.queries.ledgers import ledger_name, ledger_root
from allmende.domain import verdict as domain
from allmende.ledger.definition import SHARES, Definition
from allmende.ledger.fitness import DayFound, days_found
from allmende.ledger.measure import PeriodRow
from allmende.ledger.periods import PeriodKind, in_utc
from allmende.team.models import Workspace

ORDINARY = Question("", None, None, True)


def period_lines(
    workspace: Workspace,
    definition: Definition,
    *,
    as_of: datetime,
    period: PeriodKind,
    question: Question = ORDINARY,
) -> Iterator[dict[str, Any]]:
    """Each period with share, interval and judgement.

    The baseline is every complete period before the question's cut, else before the period itself (of durations every
    period, with what is open in it); a period before the cut is baseline and is not judged. Each form is judged as its own:
    shares, rates and durations against what was before, breadth with its persistence, concentration as a range. Times are
    ISO 8601.
    """
    rows = count_periods(workspace, definition, as_of=as_of, period=period)
    facts = facts_for(workspace, definition, as_of)
    counted = counter_of(workspace, definition, facts, as_of=as_of, period=period)
    days = days_found(ledger_root(), ledger_name(workspace), definition, as_of=as_of)
    for row in rows:
        if question.cut is not None and row.period_start < question.cut:
            yield _line(row, None)
            continue
        edge = question.cut or row.period_start
        earlier = [one for one in rows if one.period_end <= edge and _is_known(one)]
        yield _line(row, _judged(row, earlier, counted, days, definition, question))


def _is_known(row: PeriodRow) -> bool:
    """Whether a later period can be held against it. Open cases of a duration count with the time they have waited: without
    them only what was done at once would be left."""
    if row.form == "F4":
        return bool(row.complete or row.censored)
    return row.is_closed and bool(row.complete or row.factor)


def _judged(
    row: PeriodRow,
    earlier: Sequence[PeriodRow],
    counted: Counter,
    days: Sequence[DayFound],
    definition: Definition,
    question: Question,
) -> tuple[domain.Counts | None, domain.Verdict]:
    before = _pooled([counted(one) for one in earlier])
    units = row.complete + row.censored
    fit = domain.DataFit(
        is_definition_changed=question.is_definition_changed,
        censored_share=row.censored / units if units and definition.form != "F4" else 0.0,
    )
    reach = definition.reach
    spans = [(one.period_start, in_utc(one.period_end) + reach) for one in (*earlier, row)]
    circumstances = domain.Circumstances(
        fit=fit_of(fit, days, spans),
        is_review_date=question.is_review_date,
        is_baseline_provisional=len(earlier) < domain.MINIMUM_BASELINE_PERIODS,
        seed=crc32(f"{definition.key}/{question.key}".encode()),
        better=domain.Better.LESS if definition.form == "F4" else domain.Better.MORE,
    )
    factors = [row.factor] if row.factor else [], [one.factor for one in earlier if one.factor]
    sides = Sides(row, _taken_together(earlier), counted(row), before, 0, (), factors)
    return before, judge_form(definition, sides, question, circumstances)


def _taken_together(rows: Sequence[PeriodRow]) -> PeriodRow | None:
    """The last of these periods, with who did it again in all of them (form F5)."""
    if not rows:
        return None
    again, of = sum(one.again or 0 for one in rows), sum(one.again_of or 0 for one in rows)
    return replace(rows[-1], again=again, again_of=of)


def _pooled(periods: Sequence[domain.Counts]) -> domain.Counts | None:
    shares = [one for one in periods if isinstance(one, domain.Share)]
    if shares:
        return _with_people(domain.baseline(shares).share)
    rates = [one for one in periods if isinstance(one, domain.Rate)]
    if rates:
        return domain.pooled_rate(rates)
    lengths = [one for one in periods if isinstance(one, domain.Durations)]
    return domain.pooled_durations(lengths) if lengths else None


def _with_people(share: domain.Share) -> domain.Share:
    held = share.units_by_person
    return replace(share, people=known_people(held)) if isinstance(held, Mapping) else share


def _line(row: PeriodRow, judged: tuple[domain.Counts | None, domain.Verdict] | None) -> dict[str, Any]:
    interval = domain.wilson(row.successes, row.complete) if row.complete and row.form in SHARES else None
    baseline, verdict = judged or (None, None)
    return {
        "definition": row.definition,
        "version": row.version,
        "form": row.form,
        "period_start": row.period_start.isoformat(),
        "period_end": row.period_end.isoformat(),
        "complete": row.complete,
        "censored": row.censored,
        "successes": row.successes,
        "people": row.people,
        "times": row.times,
        "share": row.share,
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
        "baseline_k": baseline.k if isinstance(baseline, domain.Share) else None,
        "baseline_n": baseline.n if isinstance(baseline, domain.Share) else None,
        "difference": bounded(verdict.difference) if verdict else None,
        "diff_low": bounded(verdict.low) if verdict else None,
        "diff_high": bounded(verdict.high) if verdict else None,
        "verdict": str(verdict.word) if verdict else None,
        "flags": list(verdict.flags) if verdict else [],
        "reason_code": verdict.reason_code if verdict else None,
        **_of_form(row, baseline),
    }


def _of_form(row: PeriodRow, baseline: domain.Counts | None) -> dict[str, Any]:
    """What only this form says (domain 4.2)."""
    if row.form == "F3":
        before = baseline.value if isinstance(baseline, domain.Rate) else None
        return {"exposure_months": row.exposure_months, "rate": row.rate, "baseline_rate": before}
    if row.form == "F4":
        median = baseline.quantile(0.5) if isinstance(baseline, domain.Durations) else None
        told = {"median_seconds": _seconds(row.median), "p90_seconds": _seconds(row.p90)}
        return told | {"baseline_median_seconds": median}
    if row.form == "F5":
        return {"again": row.again, "again_of": row.again_of}
    return {"factor": row.factor} if row.form == "F6" else {}


def _seconds(length: timedelta | None) -> float | None:
    return None if length is None else length.total_seconds()
