"""What is new in the plan to one person: what others published since their last look, or the plan itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from allmende.plan import states
from allmende.plan.models import PlanVersion, PlanVisit, StrategicPlan
from allmende.team.models import Person

LATELY = timedelta(days=30)


@dataclass(frozen=True)
class Since:
    """What others published, newest first; the notes of `PlanVersion.changes`. `looked_at` is None before the first look.

    Then `versions` are those of the last 30 days, or else the last that changed anything; none when nothing changed yet.
    """

    looked_at: datetime | None
    versions: tuple[PlanVersion, ...]
    is_unseen: bool = False

    @property
    def newest(self) -> PlanVersion | None:
        return self.versions[0] if self.versions else None


def since_last_look(
    person: Person, plan: StrategicPlan, visit: PlanVisit | None, versions: Sequence[PlanVersion], now: datetime
) -> Since | None:
    """None when nothing is new to the person: never what they published themselves, nor a plan they began.

    `versions` come newest first, with `is_unseen` for those whose receipt the person has not seen yet.
    """
    published = [one for one in versions if one.state in states.IN_FORCE_ONCE]
    others = tuple(one for one in published if one.published_by_id != person.pk)
    if visit is None:
        if plan.created_by_id == person.pk or len(others) < len(published):
            return None
        return Since(None, _lately(others, now), _is_unseen(others))
    newer = tuple(one for one in others if one.number > visit.version_number)
    return Since(visit.visited_at, newer, _is_unseen(newer)) if newer else None


def _lately(versions: Sequence[PlanVersion], now: datetime) -> tuple[PlanVersion, ...]:
    changed = tuple(one for one in versions if one.base_id)
    return tuple(one for one in changed if one.published_at and one.published_at >= now - LATELY) or changed[:1]


def _is_unseen(versions: Sequence[PlanVersion]) -> bool:
    return any(getattr(one, "is_unseen", False) for one in versions)
