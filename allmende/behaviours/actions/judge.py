"""Say of a definition's objectives whether it moved, lay the steps open, and tell the plan."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from allmende.behaviours.actions.tell_verdict import (
    PARTS,
    UNITS,
    InUnit,
    is_held_back,
    take_back_verdicts,
    tell_earlier_again,
    tell_verdict,
)
from allmende.behaviours.models import BehaviourDefinition, SegmentCount, Verdict
from allmende.behaviours.queries.asked import Asked, asked_in, corrected, is_needed, smallest_group
from allmende.behaviours.queries.causes import Part, shown_parts
from allmende.behaviours.queries.charts import Series
from allmende.behaviours.queries.charts import Week as Point
from allmende.behaviours.queries.counting import Judged, judge_question
from allmende.behaviours.queries.counts import bounded
from allmende.behaviours.queries.days import count_days
from allmende.behaviours.queries.definitions import version_name
from allmende.behaviours.queries.pages import weekly_series
from allmende.domain import verdict as domain
from allmende.domain.verdict import Counts, Rate, Share, Step
from allmende.ledger.definition import Definition
from allmende.ledger.measure import PeriodRow
from allmende.ledger.periods import PeriodKind, periods_between
from allmende.plan.actions.record_evidence import Day, Week, record_days, record_weeks
from allmende.plan.models import Objective
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Workspace

WEEKS_TOLD = 20
DAYS_TOLD = 14
DAILY = ("F1", "F2")


def judge(
    *, workspace: Workspace, as_of: datetime, now: datetime, definition: BehaviourDefinition | None = None
) -> tuple[Verdict, ...]:
    """A verdict for each objective in force whose measure is counted (or only for those of one definition), as things stood
    at `as_of`.

    Since the objective's start against everything before it; told again for the same weeks it replaces what was said.
    Between reviews the verdict's own steps say that nothing may be decided on it yet. More than three of one review day are
    corrected after Holm, so the others of that day are looked at, too.
    """
    judged = [
        (one, judge_question(workspace, one.spec, one.question, as_of=as_of))
        for one in asked_in(workspace, as_of)
        if definition is None or is_needed(one, definition, workspace)
    ]
    verdicts = corrected(judged)
    told = [
        (one, replace(found, verdict=verdicts[one.objective.key]))
        for one, found in judged
        if definition is None or one.definition == definition
    ]
    _tell_days(workspace, [one for one, found in told if not is_held_back(found.verdict)], as_of, now)
    return tuple(_tell(workspace, one.definition, one.objective, found, now) for one, found in told)


def _tell_days(workspace: Workspace, asked: Sequence[Asked], as_of: datetime, now: datetime) -> None:
    days: dict[str, list[Day]] = {}
    for one in asked:
        key = one.definition.key
        days[key] = days.get(key) or _days(workspace, one.spec, as_of)
        record_days(
            workspace=workspace,
            key=one.objective.key,
            source=key,
            days=days[key],
            definition_version=version_name(one.definition),
            at=now,
        )


def _tell(
    workspace: Workspace, definition: BehaviourDefinition, objective: Objective, judged: Judged, now: datetime
) -> Verdict:
    """Reckoned first and then written at one go: nobody waits with a change for the reckoning."""
    is_noisy = is_held_back(judged.verdict)
    parts = shown_parts(judged.parts, smallest_group(workspace))
    weeks = [] if is_noisy else _weeks(definition, objective)
    about: Any = {"key": objective.key, "source": definition.key, "definition_version": version_name(definition)}
    with transaction.atomic():
        lock_workspace(workspace.pk)
        verdict = _write(workspace, definition, objective, judged, now)
        if is_noisy:
            take_back_verdicts(workspace=workspace, verdict=verdict, now=now)
        else:
            tell_earlier_again(workspace=workspace, verdict=verdict, now=now)
        record_weeks(workspace=workspace, weeks=weeks, at=now, **about)
        _keep_parts(verdict, parts)
    return verdict


def _write(
    workspace: Workspace, definition: BehaviourDefinition, objective: Objective, judged: Judged, now: datetime
) -> Verdict:
    verdict, _ = Verdict.objects.update_or_create(
        definition=definition,
        objective_key=objective.key,
        period_start=judged.period_start,
        period_end=judged.period_end,
        defaults=_figures(objective, judged) | {"judged_at": now},
    )
    tell_verdict(workspace=workspace, verdict=verdict, now=now, factor=judged.now.factor if judged.now else None)
    return verdict


def _keep_parts(verdict: Verdict, parts: Sequence[Part]) -> None:
    """Only what may be shown: nobody shall read of groups in which people could be recognised (4.6)."""
    SegmentCount.objects.filter(verdict=verdict).delete()
    SegmentCount.objects.bulk_create(
        [
            SegmentCount(
                verdict=verdict,
                dimension=part.dimension,
                segment=part.segment,
                **_side("", part.now),
                **_side("before_", part.before),
            )
            for part in parts
        ]
    )


def _side(name: str, counted: Counts) -> dict[str, float | None]:
    """The columns of one side of a part."""
    if isinstance(counted, Share):
        return {f"{name}k": counted.k, f"{name}n": counted.n}
    if isinstance(counted, Rate):
        told = {f"{name}k": counted.events, f"{name}n": counted.events, f"{name}exposure_months": counted.exposure}
        return told | {f"{name}value": counted.value if counted.exposure else None}
    ended = {f"{name}k": len(counted.ended), f"{name}n": counted.n}
    return ended | {f"{name}value": counted.quantile(0.5)}


def _weeks(definition: BehaviourDefinition, objective: Objective) -> list[Week]:
    """The last weeks as the behaviour's own chart draws them (months, of what people do in calendar periods)."""
    series = weekly_series(definition, objective)
    if series is None:
        return []
    return [_week(week, series, definition.workspace.zone) for week in series.weeks[-WEEKS_TOLD:]]


def _week(point: Point, series: Series, zone: str) -> Week:
    kind: PeriodKind = "month" if series.period == "month" else "quarter" if series.period == "quarter" else "week"
    ends_at = periods_between(point.start, point.start, kind, zone)[0].end
    limits = point.limits
    if point.value is None:
        span = (limits.lower, limits.upper, series.level)
        return Week(point.start, ends_at, point.share, point.n, *span, is_signal=point.is_signal)
    part = PARTS.get(series.form, 1.0)
    told: InUnit = {"value": point.value / part, "unit": UNITS[series.form]}
    span_told = (limits.lower / part, limits.upper / part, series.level / part)
    return Week(point.start, ends_at, None, None, *span_told, is_signal=point.is_signal, **told)


def _days(workspace: Workspace, spec: Definition, as_of: datetime) -> list[Day]:
    """What each of the last days brought, yesterday included (S0-03); of rates and durations no day says anything."""
    if spec.form not in DAILY:
        return []
    return [
        Day(day.starts_at, day.ends_at, day.successes, day.complete, day.people, day.times)
        for day in count_days(workspace, spec, as_of=as_of, last=DAYS_TOLD)
    ]


def _figures(objective: Objective, judged: Judged) -> dict[str, object]:
    now, before, verdict = judged.now, judged.before, judged.verdict
    return {
        "form": judged.form,
        "before_start": judged.before_start,
        "k": now.successes if now else 0,
        "n": now.complete if now else 0,
        "people": now.people if now else 0,
        "times": now.times if now else 0,
        "open_units": judged.open_units,
        "before_k": before.successes if before else 0,
        "before_n": before.complete if before else 0,
        "before_people": before.people if before else 0,
        "before_times": before.times if before else 0,
        **_of_form(judged),
        **_put_right(judged),
        "difference": bounded(verdict.difference),
        "low": bounded(verdict.low),
        "high": bounded(verdict.high),
        "least_relevant_difference": objective.least_relevant_difference,
        "word": str(verdict.word),
        "flags": list(verdict.flags),
        "reason_code": verdict.reason_code,
        "missing_units": verdict.missing_units,
        "method": verdict.method,
        "steps": [_laid_open(step, judged) for step in verdict.steps],
    }


def _put_right(judged: Judged) -> dict[str, float | None]:
    """The shares that truly were, and the difference as it was counted; null without a sample."""
    found: dict[str, float | None] = {}
    for name, side in (("", judged.truly), ("before_", judged.truly_before)):
        values = (side.value, side.low, side.high) if side else (None, None, None)
        found |= dict(zip((f"{name}true_share", f"{name}true_low", f"{name}true_high"), values, strict=True))
    step = next((one for one in judged.verdict.steps if one.code == domain.LABELS and "raw" in one.values), None)
    for name, end in (("raw_difference", "raw"), ("raw_low", "raw_low"), ("raw_high", "raw_high")):
        value = step.values[end] if step else None
        found[name] = value if isinstance(value, float) else None
    return found


def _of_form(judged: Judged) -> dict[str, object]:
    """What only a rate or only a duration says of both sides."""
    sides = (("", judged.now), ("before_", judged.before))
    if judged.form not in ("F3", "F4"):
        return {}
    own: dict[str, object] = {
        f"{name}own_{end}": bounded(getattr(interval, end)) if interval else None
        for name, interval in (("", judged.own), ("before_", judged.own_before))
        for end in ("low", "high")
    }
    if judged.form == "F3":
        return own | {f"{name}exposure_seconds": (side.exposure_seconds or 0) if side else 0 for name, side in sides}
    return own | {
        f"{name}{part}_seconds": length.total_seconds()
        if side and (length := getattr(side, part)) is not None
        else None
        for name, side in sides
        for part in ("median", "p90")
    }


def _laid_open(step: Step, judged: Judged) -> dict[str, object]:
    """A step as it is kept. The guardrail's says which behaviour it was, and its figures in its own form."""
    values: dict[str, object] = {name: bounded(value) for name, value in step.values.items()}
    if step.code == "guardrail" and (guardrail := judged.guardrail):
        for name, side in (("now", guardrail.now), ("before", guardrail.before)):
            values[name] = _figure(guardrail.form, side)
        values["key"], values["form"] = guardrail.key, guardrail.form
    return {"code": step.code, "is_met": step.is_met, "values": values}


def _figure(form: str, side: PeriodRow | None) -> float | None:
    if side is None or form not in ("F3", "F4"):
        return side.share if side else None
    return side.rate if form == "F3" else side.median.total_seconds() if side.median is not None else None
