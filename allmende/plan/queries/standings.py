"""Where goals, objectives, levers and tactics stand: what the version says, until somebody says more."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allmende.plan import states
from allmende.plan.models import Element, PlanVersion, Standing, Tactic
from allmende.plan.queries.elements import Elements


@dataclass(frozen=True)
class Stand:
    """`moves`: where it may go from here; `row` says who moved it last and why, None while the version says it."""

    layer: str
    state: str
    moves: tuple[str, ...]
    row: Standing | None

    @property
    def ends(self) -> tuple[str, ...]:
        """Moves after which nothing more comes: they need a reason."""
        return tuple(state for state in self.moves if needs_reason(self.layer, state))


Said = Mapping[str, Standing]


def stand_of(version: PlanVersion, element: Element, said: Said | None = None) -> Stand | None:
    """Where an element of a version in force stands; None for a layer without states or another version.

    `said`: what `standings_of` gave, where it is known already; else one query.
    """
    layer = element.key.partition("-")[0]
    if version.state != states.PUBLISHED or layer not in states.STANDING_MOVES:
        return None
    row = (standings_of(version, element.key) if said is None else said).get(element.key)
    state = row.state if row else _said_by(layer, version, element)
    order = list(states.STANDING_MOVES[layer])
    moves = tuple(sorted(states.STANDING_MOVES[layer][state], key=order.index))
    return Stand(layer, state, moves, row)


def standings_of(version: PlanVersion, key: str = "") -> Said:
    """What was said of the elements of a version in force, by key, until a version spoke of the element itself; two
    queries at most. A tactic that was stopped does not run again because another one changed."""
    if version.state != states.PUBLISHED:
        return {}
    found = Standing.objects.filter(plan=version.plan_id)
    rows = list((found.filter(key=key) if key else found).select_related("changed_by"))
    anew = _spoken_of(version, rows)
    return {row.key: row for row in rows if row.changed_at >= anew.get(row.key, row.changed_at)}


def _spoken_of(version: PlanVersion, rows: Iterable[Standing]) -> dict[str, datetime]:
    """When versions last spoke of these elements; no query while everything was said since the last one."""
    said = [row.changed_at for row in rows]
    if not said or version.published_at is None or min(said) >= version.published_at:
        return {}
    later = PlanVersion.objects.filter(plan=version.plan_id, published_at__gt=min(said)).order_by("published_at")
    told = later.values_list("published_at", "changes")
    return {change["key"]: at for at, changes in told if at for change in changes if _speaks(change)}


def _speaks(change: Mapping[str, Any]) -> bool:
    """Does a change of a version say where its element stands? A tactic's own state does, of the others what they mean."""
    if change["how"] in ("added", "removed"):
        return True
    return "state" in change["fields"] if change["layer"] == "tactic" else change["level"] > 0


def as_they_stand(elements: Elements, said: Said) -> Elements:
    """The elements with their tactics as they stand today; nothing is saved, no query."""
    for tactic in elements.tactics:
        tactic.state = tactic_state(tactic, said)
    return elements


def standing_tactics(version: PlanVersion, rows: Iterable[Tactic] | None = None) -> list[Tactic]:
    """The tactics of a version as they stand today; `rows`: where they are read already."""
    tactics = list(Tactic.objects.filter(version=version) if rows is None else rows)
    said = standings_of(version)
    for row in tactics:
        row.state = tactic_state(row, said)
    return tactics


def tactic_state(tactic: Tactic, said: Said) -> str:
    """How a tactic stands today: what was said of it, else what its version says."""
    row = said.get(tactic.key)
    return row.state if row else tactic.state


def needs_reason(layer: str, state: str) -> bool:
    """An end without what was learned from it helps nobody (S0-25)."""
    return not states.STANDING_MOVES[layer][state] or state == "not_supported"


def _said_by(layer: str, version: PlanVersion, element: Any) -> str:
    if layer == "tactic":
        return str(element.state)
    is_alternative = layer == "strategy" and element.is_alternative
    has_baseline = layer != "objective" or element.has_baseline
    return states.standing_of(layer, version.state, is_alternative=is_alternative, has_baseline=has_baseline)
