"""Figures of the plan as programs read them, guarded like everything that leaves the team."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from allmende.domain.report_guard import Level
from allmende.plan import states
from allmende.plan.models import Evidence
from allmende.plan.queries import (
    Series,
    current_plan,
    evidence_series,
    floor_of,
    held_back_words,
    objectives_in_force,
    told_outside,
    why_held_back,
)
from allmende.plan.queries.facts import DELIVERED
from allmende.plan.queries.figures import figures_of
from allmende.team.models import Workspace

LEVELS: dict[str, Level] = {"goal": "value", "objective": "behaviour"}
NUMBERS = ("value", "share", "k", "n", "before_share", "low", "high", "counted_share", "counted_before_share")


@dataclass(frozen=True)
class Wish:
    """Which figures: of one part, of one measure, with a last day from `since` on; those after the row `after`."""

    key: str = ""
    source: str = ""
    since: date | None = None
    after: int = 0
    limit: int = 100


def figures_page(workspace: Workspace, wish: Wish) -> dict[str, Any]:
    """A page of figures in the order of their arrival, and after which row the next begins (None: it was the last).

    Nobody is told how many there are. Four queries at most.
    """
    rows = Evidence.objects.filter(workspace=workspace, pk__gt=wish.after).exclude(kind__in=states.BESIDE_A_FACT)
    rows = rows.select_related("workspace")
    if wish.key:
        rows = rows.filter(key=wish.key)
    if wish.source:
        rows = rows.filter(source=wish.source)
    if wish.since:
        rows = rows.filter(period_end__gte=datetime.combine(wish.since, time(), ZoneInfo(workspace.zone)))
    found = list(rows.order_by("pk")[: wish.limit + 1])
    shown = found[: wish.limit]
    after = shown[-1].pk if len(found) > wish.limit else None
    return {"figures": guarded(workspace, shown), "next_after": after}


def figures_now(workspace: Workspace, key: str) -> list[dict[str, Any]]:
    """The newest figure of each measure of a part."""
    series = evidence_series(workspace, {key}, last=1)
    return guarded(workspace, [one.newest for one in series.get(key, ())])


def guarded(workspace: Workspace, facts: Iterable[Evidence]) -> list[dict[str, Any]]:
    """Facts as programs get them: without counts of activity, without groups so small that somebody could be recognised."""
    rows = list(facts)
    if not rows:
        return []
    plan = current_plan(workspace)
    floor = floor_of(plan)
    agreed = frozenset(one.key for one in objectives_in_force(workspace))
    return [_told(fact, floor, agreed, ZoneInfo(workspace.zone)) for fact in rows]


def _told(fact: Evidence, floor: int, agreed: frozenset[str], zone: ZoneInfo) -> dict[str, Any]:
    (figure,) = figures_of([Series(fact.kind, fact.source, (fact,))], None)
    level = LEVELS.get(fact.key.partition("-")[0], "outcome")
    code = why_held_back(figure, level, fact.key, floor, agreed)
    told = {
        "number": fact.pk,
        "key": fact.key,
        "source": fact.source,
        "begins": fact.period_start.astimezone(zone).date(),
        "date": fact.period_end.astimezone(zone).date(),
        "unit": fact.unit,
        "came_by": _way(fact),
        "told_at": fact.at,
        "held_back": {"code": code, "detail": held_back_words(code)} if code else None,
        **dict.fromkeys((*NUMBERS, "verdict", "note")),
    }
    if not code:
        told |= {name: getattr(fact, name) for name in NUMBERS if name != "k"}
        told |= {"k": figure.k, "verdict": fact.verdict or None, "note": told_outside(fact.note) or None}
    return told


def _way(fact: Evidence) -> str:
    if fact.kind != states.MEASURED:
        return "allmende"
    if DELIVERED in fact.flags:
        return "program"
    return "table" if fact.upload_id else "hand" if fact.told_by_id else "allmende"
