"""Tell the plan what a verdict says, and stand by it no longer where its counting was found right too seldom (domain 4.5)."""

from datetime import datetime, timedelta
from typing import Any, TypedDict

from allmende.behaviours.models import Verdict
from allmende.behaviours.queries.definitions import version_name
from allmende.behaviours.queries.verdicts import definition_url
from allmende.domain import verdict as domain
from allmende.ledger.definition import SHARES
from allmende.plan.actions.record_evidence import record_evidence, take_back_figures, take_back_periods
from allmende.plan.queries import periods_told
from allmende.team.models import Workspace

EVIDENCE_KIND = "behaviour"
HOUR = timedelta(hours=1)
UNITS = {"F3": "times_per_person_month", "F4": "hours", "F6": "people_for_half"}
# What a form's own unit for the plan holds of the unit it is kept in: hours of seconds.
PARTS = {"F3": 1.0, "F4": HOUR.total_seconds()}
# Their figure rests on so many cases; of rates and concentration it rests on people and how long they were there.
CASES = (*SHARES, "F4")


class InUnit(TypedDict, total=False):
    """A figure that is no share, with its unit."""

    value: float | None
    unit: str


class SinceBefore(InUnit, total=False):
    """The same with what it was before, in the same unit."""

    before_value: float | None


def is_held_back(verdict: domain.Verdict | Verdict) -> bool:
    """Whether the counting is right too seldom for any of its figures to leave this room (4.5)."""
    return verdict.reason_code == domain.TOO_NOISY


def tell_verdict(*, workspace: Workspace, verdict: Verdict, now: datetime, factor: int | None = None) -> None:
    """The verdict as a fact of its objective, with its figures unless they are held back. `factor`: of a concentration, how many
    people give half. Belongs inside the transaction that wrote the verdict."""
    is_told = not is_held_back(verdict)
    is_share = verdict.form in SHARES and is_told
    has_difference = is_share and verdict.low is not None and verdict.before_share is not None
    low, high = _range(verdict, has_difference)
    record_evidence(
        **_about(verdict),
        workspace=workspace,
        period_start=verdict.period_start,
        period_end=verdict.period_end,
        people=verdict.people if is_told else None,
        times=verdict.times if is_told else None,
        share=verdict.told_share if is_share else None,
        n=verdict.n if verdict.form in CASES and is_told else None,
        low=low,
        high=high,
        before_share=verdict.told_before_share if has_difference else None,
        counted_share=verdict.share if is_share and verdict.true_share is not None else None,
        counted_before_share=verdict.before_share if has_difference and verdict.true_share is not None else None,
        verdict=verdict.word,
        flags=tuple(verdict.flags),
        reason=verdict.reason_code,
        at=now,
        url=definition_url(workspace, verdict.definition.key),
        **_value(verdict, factor),
    )


def take_back_verdicts(*, workspace: Workspace, verdict: Verdict, now: datetime) -> None:
    """Whatever the verdict's version told of its objective so far, of all periods, is held back from now on; its weeks and days
    go. Belongs inside the transaction that found its counting right too seldom."""
    about = _about(verdict)
    take_back_figures(workspace=workspace, reason=domain.TOO_NOISY, at=now, **about)
    about.pop("kind")
    take_back_periods(workspace=workspace, at=now, **about)


def tell_earlier_again(*, workspace: Workspace, verdict: Verdict, now: datetime) -> None:
    """Further samples showed that the counting is right often enough: what was held back of earlier periods stands again as it
    was judged then. Belongs inside the transaction that wrote the verdict, or that looked at the samples."""
    periods = periods_told(workspace, reason=domain.TOO_NOISY, **_about(verdict))
    if not periods:
        return
    rows = Verdict.objects.filter(definition=verdict.definition, objective_key=verdict.objective_key)
    for one in rows.exclude(reason_code=domain.TOO_NOISY).select_related("definition"):
        if (one.period_start, one.period_end) in periods:
            tell_verdict(workspace=workspace, verdict=one, now=now)


def _about(verdict: Verdict) -> dict[str, Any]:
    definition = verdict.definition
    told = {"key": verdict.objective_key, "kind": EVIDENCE_KIND, "source": definition.key}
    return {**told, "definition_version": version_name(definition)}


def _value(verdict: Verdict, factor: int | None) -> SinceBefore:
    """What the plan is told instead of a share: times per person and month, hours until half are done, people who give half.
    Nothing where the counting is right too seldom to be reported (4.5)."""
    if verdict.form == "F6":
        return {"value": factor, "unit": UNITS["F6"]}
    if verdict.form not in PARTS or is_held_back(verdict):
        return {}
    value, before = (_in_unit(one, verdict.form) for one in (verdict.value, verdict.before_value))
    return {"value": value, "unit": UNITS[verdict.form], "before_value": before}


def _range(verdict: Verdict, has_difference: bool) -> tuple[float | None, float | None]:
    """The bounds told beside a share's difference, else those of the figure itself, in its unit; none where nothing is reported."""
    if is_held_back(verdict):
        return None, None
    if verdict.form in PARTS:
        return _in_unit(verdict.own_low, verdict.form), _in_unit(verdict.own_high, verdict.form)
    if has_difference:
        return verdict.low, verdict.high
    if verdict.form not in SHARES:
        return None, None
    return verdict.told_range or (None, None)


def _in_unit(value: float | None, form: str) -> float | None:
    return None if value is None else value / PARTS[form]
