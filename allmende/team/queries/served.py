"""Which channels are cared for in which service hours: told by the room above that has channels."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from allmende.team.models import CoverageRequirement, Workspace
from allmende.team.queries.responsibility import asked_of_rooms


@dataclass(frozen=True)
class Served:
    """A channel members can write in, and the service hours it keeps (None: the usual ones)."""

    key: str
    name: str
    hours_id: UUID | None


def served(workspace: Workspace) -> list[Served]:
    """Every channel that is open, as its room tells."""
    return [one for answer in asked_of_rooms("served") for one in answer(workspace)]


def names_by_hours(channels: Sequence[Served], usual_id: UUID | None) -> dict[UUID | None, list[str]]:
    """The names of the channels that keep each set of hours; those without hours keep the usual ones."""
    found: dict[UUID | None, list[str]] = {}
    for one in channels:
        found.setdefault(one.hours_id or usual_id, []).append(one.name)
    return found


def unrequired(channels: Sequence[Served], requirements: Sequence[CoverageRequirement]) -> list[Served]:
    """Live channels in whose hours nobody has to be there, where duty is planned at all (I-12): no hour of theirs would
    ever count as a gap."""
    if not requirements:
        return []
    known = {one.hours_id for one in requirements}
    has_usual = any(one.hours.is_default for one in requirements)
    return [one for one in channels if (one.hours_id not in known if one.hours_id else not has_usual)]
