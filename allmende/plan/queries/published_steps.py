"""The steps of a version that was published once: its rows never change (I-04), so they are read once in a process."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from datetime import datetime
from threading import Lock
from typing import Any, NamedTuple
from uuid import UUID

from allmende.plan import states
from allmende.plan.models import PlanVersion, Step
from allmende.team.models import Person

# Versions kept at a time; a large one of 1,500 steps weighs about three megabytes.
MOST_KEPT = 8


class _Kept(NamedTuple):
    """Steps with their people, and what these people's rows said when the steps were put together."""

    steps: Sequence[Step]
    people: dict[UUID, tuple[Any, ...]]


# The moment of publication is part of the name: a publication that was rolled back left the version open to change.
_KEPT: OrderedDict[tuple[UUID, datetime | None], _Kept] = OrderedDict()
_TURN = Lock()


def steps_of(versions: Iterable[PlanVersion]) -> list[Step]:
    """The steps of these versions, each in its order, with owner, controller and accountable; two queries at most.

    Steps of a published version are shared by everyone who reads them here: whoever wants to change one copies it.
    """
    found: list[Step] = []
    unread: list[PlanVersion] = []
    for version in versions:
        kept = _kept_of(version)
        found += kept or ()
        unread += [] if kept is not None else [version]
    if unread:
        read = _with_people(Step.objects.filter(version__in=[version.pk for version in unread]))
        found += read
        _keep(unread, read)
    return found


def _with_people(rows: Iterable[Step]) -> list[Step]:
    """Few people carry many steps: each is read once instead of once a step."""
    steps = list(rows)
    people = _people_of({one for row in steps for one in (row.owner_id, row.controller_id, row.accountable_id)})
    for row in steps:
        row.owner = people[row.owner_id]
        row.controller = people[row.controller_id] if row.controller_id else None
        row.accountable = people[row.accountable_id] if row.accountable_id else None
    return steps


def _kept_of(version: PlanVersion) -> Sequence[Step] | None:
    """What is kept of a version, None if nothing is or one of its people has changed since."""
    kept = _KEPT.get(_name(version)) if _is_frozen(version) else None
    if kept is None:
        return None
    now = {pk: _row(person) for pk, person in _people_of(set(kept.people)).items()}
    return kept.steps if now == kept.people else None


def _keep(versions: Iterable[PlanVersion], steps: Iterable[Step]) -> None:
    for version in versions:
        if not _is_frozen(version):
            continue
        own = tuple(step for step in steps if step.version_id == version.pk)
        people = {one.pk: _row(one) for step in own for one in (step.owner, step.controller, step.accountable) if one}
        with _TURN:
            _KEPT[_name(version)] = _Kept(own, people)
            _KEPT.move_to_end(_name(version))
            while len(_KEPT) > MOST_KEPT:
                _KEPT.popitem(last=False)


def _is_frozen(version: PlanVersion) -> bool:
    return version.state in states.IN_FORCE_ONCE and version.published_at is not None


def _name(version: PlanVersion) -> tuple[UUID, datetime | None]:
    return version.pk, version.published_at


def _people_of(ids: Iterable[UUID | None]) -> dict[UUID, Person]:
    wanted = set(ids) - {None}
    return Person.objects.in_bulk(wanted) if wanted else {}


def _row(person: Person) -> tuple[Any, ...]:
    return tuple(getattr(person, field.attname) for field in Person._meta.concrete_fields)
