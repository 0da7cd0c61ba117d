"""What a request promised, and what happened since: figures of an element before and now, in the unit of its measure (S0-16)."""

from typing import Any

from allmende.plan import states
from allmende.plan.catalogue import UNITS, measure_unit
from allmende.plan.models import DecisionCheck, Evidence, Objective
from allmende.plan.queries.facts import newest_evidence
from allmende.team.models import Workspace


def promised_as(objective: Objective | None) -> str:
    """Under which name a request says by how much it should move: "points" of a share, else the "amount" in its unit."""
    return "amount" if objective is not None and measure_unit(objective.definition_key) else "points"


def tells_figure(fact: Evidence) -> bool:
    """It says how things stand with a behaviour: a share of n, how often, or how long."""
    if fact.share is not None:
        return bool(fact.n)
    return fact.value is not None and fact.unit in UNITS.values() and fact.kind != states.MEASURED


def plain_fact(fact: Evidence | None) -> dict[str, Any]:
    """A fact as a frozen record keeps it, a share as k of n or a value with its unit; empty where there is none."""
    if fact is None or not tells_figure(fact):
        return {}
    told = {
        "n": fact.n,
        "low": fact.low,
        "high": fact.high,
        "verdict": fact.verdict,
        "from": fact.period_start.isoformat(),
        "to": fact.period_end.isoformat(),
        "source": fact.source,
        "at": fact.at.isoformat(),
    }
    if fact.share is None:
        return {"value": fact.value, "unit": fact.unit, "before": fact.before_value, **told}
    counted = fact.share if fact.counted_share is None else fact.counted_share
    return {"k": round(counted * (fact.n or 0)), "share": fact.share, "before": fact.before_share, **told}


def newest_fact(workspace: Workspace, key: str) -> dict[str, Any]:
    """The newest figure told of an element, as a frozen record keeps it."""
    told = [fact for fact in newest_evidence(workspace, [key]).get(key, ()) if tells_figure(fact)]
    return plain_fact(max(told, key=lambda fact: fact.period_end, default=None))


def compare_request(check: DecisionCheck) -> dict[str, Any]:
    """What a request promised beside what happened since (S0-16), in one unit; nothing is compared where there is no figure or
    it is told in another unit meanwhile. Of a time less was promised."""
    now = newest_fact(check.workspace, str(check.content.get("objective", "")))
    before = check.baseline
    unit = before.get("unit", "") if before else ""
    name = "value" if unit else "share"
    if not now or not before or name not in now or now.get("unit", "") != unit:
        return {"before": before, "now": now}
    sign = -1 if unit == UNITS["duration"] else 1
    by = float(check.content.get("amount") or 0) if unit else float(check.content.get("points") or 0) / 100
    promised = max(0.0, float(before[name]) + sign * by)
    is_newer = now["to"] > before["to"]
    return {
        "before": before,
        "now": now,
        "promised": promised,
        "unit": unit,
        "moved": now[name] - before[name] if is_newer else None,
        "is_reached": is_newer and sign * now[name] >= sign * promised,
        "is_newer": is_newer,
    }
