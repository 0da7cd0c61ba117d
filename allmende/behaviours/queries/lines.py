"""One line per period, judged against what came before: what `allmende measure` prints (`interfaces.md`)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from allmende.behaviours.queries.counting import Question, count_periods
from allmende.behaviours.queries.counts import known_people, people_by_period, share_of
from allmende.behaviours.queries.data_fit import fit_of
from allmende.behaviours.queries.facts import facts_for
from allmende.behaviours.queries.ledgers import ledger_name, ledger_root
from allmende.domain import verdict as domain
from allmende.ledger.definition import SHARES, Definition
from allmende.ledger.fitness import DayFound, days_found
from allmende.ledger.measure import PeriodRow, PersonUnits
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

    The baseline is every complete period before the question's cut, else before the period itself; a period before the
    cut is baseline and is not judged, nor is a form that is no share. Times are ISO 8601.
    """
    rows = count_periods(workspace, definition, as_of=as_of, period=period)
    people = people_by_period(
        workspace, definition, facts_for(workspace, definition, as_of), as_of=as_of, period=period
    )
    days = days_found(ledger_root(), ledger_name(workspace), definition, as_of=as_of)
    for row in rows:
        is_judged = definition.form in SHARES and (question.cut is None or row.period_start >= question.cut)
        edge = question.cut or row.period_start
        earlier = [one for one in rows if one.is_closed and one.complete and one.period_end <= edge]
        yield _line(row, _judged(row, earlier, people, days, definition, question) if is_judged else None)


def _judged(
    row: PeriodRow,
    earlier: Sequence[PeriodRow],
    people: dict[datetime, list[PersonUnits]],
    days: Sequence[DayFound],
    definition: Definition,
    question: Question,
) -> tuple[domain.Share | None, domain.Verdict]:
    shares = [share_of(one, people.get(one.period_start, ())) for one in earlier]
    before = domain.baseline(shares) if shares else None
    counted = row.complete + row.censored
    fit = domain.DataFit(
        is_definition_changed=question.is_definition_changed,
        censored_share=row.censored / counted if counted else 0.0,
    )
    reach = definition.reach
    spans = [(one.period_start, in_utc(one.period_end) + reach) for one in (*earlier, row)]
    circumstances = domain.Circumstances(
        fit=fit_of(fit, days, spans),
        is_review_date=question.is_review_date,
        is_baseline_provisional=before is None or before.is_provisional,
        seed=crc32(f"{definition.key}/{question.key}".encode()),
    )
    share = _with_people(before.share) if before else None
    now = share_of(row, people.get(row.period_start, ()))
    return share, domain.judge(now, share, question.least, circumstances)


def _with_people(share: domain.Share) -> domain.Share:
    held = share.units_by_person
    return replace(share, people=known_people(held)) if isinstance(held, Mapping) else share


def _line(row: PeriodRow, judged: tuple[domain.Share | None, domain.Verdict] | None) -> dict[str, Any]:
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
        "baseline_k": baseline.k if baseline else None,
        "baseline_n": baseline.n if baseline else None,
        "difference": verdict.difference if verdict else None,
        "diff_low": verdict.low if verdict else None,
        "diff_high": verdict.high if verdict else None,
        "verdict": str(verdict.word) if verdict else None,
        "flags": list(verdict.flags) if verdict else [],
        "reason_code": verdict.reason_code if verdict else None,
        **_of_form(row),
    }


def _of_form(row: PeriodRow) -> dict[str, Any]:
    """What only this form says (domain 4.2)."""
    if row.form == "F3":
        return {"exposure_months": row.exposure_months, "rate": row.rate}
    if row.form == "F4":
        return {"median_seconds": _seconds(row.median), "p90_seconds": _seconds(row.p90)}
    if row.form == "F5":
        return {"again": row.again, "again_of": row.again_of}
    return {"factor": row.factor} if row.form == "F6" else {}


def _seconds(length: timedelta | None) -> float | None:
    return None if length is None else length.total_seconds()
