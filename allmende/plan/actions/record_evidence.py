"""Take down a fact that a room above tells about a plan element."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allmende.domain.verdict import Word
from allmende.plan import states
from allmende.plan.actions.withdraw_questions import withdraw_questions
from allmende.plan.models import Evidence
from allmende.team.models import Workspace

SIGNAL = "signal"
FIGURES = (
    *("people", "times", "share", "n", "low", "high", "before_share", "counted_share", "counted_before_share"),
    *("value", "before_value"),
)
SAME_FACT = ["workspace", "key", "kind", "source", "period_start", "period_end", "definition_version"]
TOLD = [
    *("people", "times", "share", "n", "low", "high", "before_share", "verdict", "flags", "reason", "url", "at"),
    *("counted_share", "counted_before_share"),
    *("value", "unit", "before_value", "note", "upload", "told_by", "looked_at"),
]


def record_evidence(
    *,
    workspace: Workspace,
    key: str,
    kind: str,
    source: str,
    period_start: datetime,
    period_end: datetime,
    people: int | None,
    times: int | None,
    share: float | None,
    n: int | None,
    low: float | None,
    high: float | None,
    verdict: str,
    reason: str,
    definition_version: str,
    at: datetime,
    before_share: float | None = None,
    flags: Sequence[str] = (),
    url: str = "",
    value: float | None = None,
    unit: str = "",
    before_value: float | None = None,
    note: str = "",
    counted_share: float | None = None,
    counted_before_share: float | None = None,
) -> Evidence:
    """Upsert: telling the same fact again (element, kind, source, period, definition version) replaces its figures.

    Shares are fractions 0..1. `low` and `high` bound the difference `share - before_share` when `before_share` is given,
    else the share or the `value` itself (in its `unit`, like `before_value`). `source`: one name per figure. `verdict` is one of
    `plan.states.VERDICTS` or empty. `counted_share` and `counted_before_share`: what was counted, where the shares are put right
    by a sample (domain 4.5). Raises ValueError for a share beyond 0..1, an unknown verdict or a period that ends too early.
    """
    _check((share, before_share, counted_share, counted_before_share), verdict, is_backwards=period_end < period_start)
    fact = Evidence(
        workspace=workspace, key=key, kind=kind, source=source, period_start=period_start, period_end=period_end,
        definition_version=definition_version, people=people, times=times, share=share, n=n, low=low, high=high,
        before_share=before_share, verdict=verdict, flags=list(flags), reason=reason, url=url, value=value, unit=unit,
        before_value=before_value, note=note, counted_share=counted_share, counted_before_share=counted_before_share, at=at,
    )  # fmt: skip
    Evidence.objects.bulk_create([fact], update_conflicts=True, unique_fields=SAME_FACT, update_fields=TOLD)
    return Evidence.objects.get(**{name: getattr(fact, name) for name in SAME_FACT})


def _check(shares: Sequence[float | None], verdict: str, is_backwards: bool) -> None:
    if any(share is not None and not 0 <= share <= 1 for share in shares):
        raise ValueError("shares are fractions between 0 and 1")
    if verdict and verdict not in states.VERDICTS:
        raise ValueError(f"unknown verdict {verdict}")
    if is_backwards:
        raise ValueError("the period ends before it begins")


@dataclass(frozen=True)
class Week:
    """A dot of the small chart: the share of `n` units, its natural limits `low` and `high`, and the level before. What is no
    share has a `value` in a `unit` with its limits and level, and no n."""

    starts_at: datetime
    ends_at: datetime
    share: float | None
    n: int | None
    low: float
    high: float
    level: float | None
    is_signal: bool
    value: float | None = None
    unit: str = ""


@dataclass(frozen=True)
class Day:
    """What one day brought: of `n` units whose windows ended on it, `k` did it, by so many people, so many times. None
    where a share of a single day says nothing: then people and times stand alone."""

    starts_at: datetime
    ends_at: datetime
    k: int | None
    n: int | None
    people: int
    times: int


def record_days(
    *, workspace: Workspace, key: str, source: str, days: Sequence[Day], definition_version: str, at: datetime
) -> None:
    """Upsert what single days brought, for a fact of the same `source` (S0-03); one query. A day has no limits and no
    verdict: it is shown, and nobody is asked to judge it (`domain.md` 4.4, step 9)."""
    facts = [
        Evidence(
            workspace=workspace,
            key=key,
            kind=states.DAY,
            source=source,
            period_start=day.starts_at,
            period_end=day.ends_at,
            definition_version=definition_version,
            share=day.k / day.n if day.n and day.k is not None else None,
            n=day.n,
            people=day.people,
            times=day.times,
            looked_at=at,
            at=at,
        )
        for day in days
    ]
    Evidence.objects.bulk_create(facts, update_conflicts=True, unique_fields=SAME_FACT, update_fields=TOLD)


def record_weeks(
    *, workspace: Workspace, key: str, source: str, weeks: Sequence[Week], definition_version: str, at: datetime
) -> None:
    """Upsert the weeks behind a fact of the same `source`; one query. They are drawn beside it, never judged."""
    facts = [
        Evidence(
            workspace=workspace,
            key=key,
            kind=states.WEEK,
            source=source,
            period_start=week.starts_at,
            period_end=week.ends_at,
            definition_version=definition_version,
            share=week.share,
            n=week.n,
            low=week.low,
            high=week.high,
            before_share=week.level if week.value is None else None,
            before_value=week.level if week.value is not None else None,
            value=week.value,
            unit=week.unit,
            flags=[SIGNAL] if week.is_signal else [],
            at=at,
        )
        for week in weeks
    ]
    Evidence.objects.bulk_create(facts, update_conflicts=True, unique_fields=SAME_FACT, update_fields=TOLD)


def take_back_periods(*, workspace: Workspace, key: str, source: str, definition_version: str, at: datetime) -> None:
    """What single weeks and days told by this version of a source came to is no longer stood by, and goes with the questions
    that were open about it (domain 4.5)."""
    told = Evidence.objects.filter(workspace=workspace, key=key, source=source, definition_version=definition_version)
    if told.filter(kind__in=(states.WEEK, states.DAY)).delete()[0]:
        withdraw_questions(workspace=workspace, places={(key, source)}, now=at)


def take_back_figures(
    *, workspace: Workspace, key: str, kind: str, source: str, definition_version: str, reason: str, at: datetime
) -> int:
    """What this version of a source told of all periods so far is no longer stood by: the figures go, and the facts say `reason`
    instead (domain 4.5). Returns how many were changed."""
    told = Evidence.objects.filter(
        workspace=workspace, key=key, kind=kind, source=source, definition_version=definition_version
    )
    nothing: dict[str, Any] = dict.fromkeys(FIGURES)
    return told.exclude(reason=reason).update(
        verdict=str(Word.NOT_MEASURABLE), reason=reason, flags=[], unit="", at=at, **nothing
    )
