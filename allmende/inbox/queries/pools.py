"""Whom a conversation can be given to without naming anybody: who is on duty, who belongs to a team, who can something."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allmende.inbox.queries.load import PersonLoad, person_loads
from allmende.team.models import PersonSkill, Workspace
from allmende.team.queries import away_on, on_duty_at, people_in, units_of

DUTY, TEAM, SKILL = "duty", "team", "skill"


@dataclass(frozen=True)
class Pool:
    """Those of a kind who answer here and are here today. `key` names it: "duty", "team:<id>", "skill:<folded skill>".

    `first` is who would get it, the one with the fewest open conversations; None where nobody has room.
    """

    kind: str
    key: str
    name: str
    loads: Sequence[PersonLoad]

    @property
    def first(self) -> PersonLoad | None:
        return next((load for load in self.loads if not load.is_full), None)


def pools_of(workspace: Workspace, now: datetime) -> Sequence[Pool]:
    """Duty first, then teams, then skills by name; those nobody of whom answers here are left out. Nine queries at most."""
    away = away_on(workspace, workspace.day_at(now))
    loads = [load for load in person_loads(workspace) if load.person.pk not in away]
    on_duty = {one.pk for one in on_duty_at(workspace, now)}
    found = [Pool(DUTY, DUTY, "", _among(loads, on_duty))]
    found += [
        Pool(TEAM, f"{TEAM}:{unit.pk}", unit.name, _among(loads, {one.pk for one in people_in(unit)}))
        for unit in units_of(workspace)
    ]
    found += [Pool(SKILL, f"{SKILL}:{name.casefold()}", name, _among(loads, able)) for name, able in _skills(workspace)]
    return [pool for pool in found if pool.loads]


def _among(loads: Iterable[PersonLoad], people: Iterable[UUID]) -> Sequence[PersonLoad]:
    wanted = set(people)
    return tuple(load for load in loads if load.person.pk in wanted)


def _skills(workspace: Workspace) -> Sequence[tuple[str, set[UUID]]]:
    """What people say they can, as one of them spells it, and who."""
    rows = PersonSkill.objects.filter(workspace=workspace, archived_at__isnull=True, level__gte=1)
    names: dict[str, str] = {}
    able: dict[str, set[UUID]] = defaultdict(set)
    for skill, person_id in rows.order_by("skill").values_list("skill", "person"):
        names.setdefault(skill.casefold(), skill)
        able[skill.casefold()].add(person_id)
    return [(names[folded], people) for folded, people in sorted(able.items())]
