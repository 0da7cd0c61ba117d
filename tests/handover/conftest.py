"""A plan in force and two people who could carry it."""

from collections.abc import Callable
from datetime import date

import pytest

from allmende.handover.actions import announce_handover, move_handover, settle_point
from allmende.handover.models import Handover
from allmende.team.models import Person
from tests.plan.conftest import write_plan  # noqa: F401 - a fixture


@pytest.fixture
def emre(new_person: Callable[..., Person], owner: Person) -> Person:
    return new_person("lead", "Emre Yıldız")


@pytest.fixture
def announce(owner, emre, now) -> Callable[..., Handover]:  # type: ignore[no-untyped-def]
    """`announce("sudden")`: the owner's work goes to Emre."""

    def make(kind: str = "planned", **changes: object) -> Handover:
        given = {
            "leaver": owner,
            "successor": emre,
            "reason": "Neue Stelle",
            "last_date": date(2026, 10, 31),
            **changes,
        }
        return announce_handover(person=owner, kind=kind, now=now, **given)  # type: ignore[arg-type]

    return make


@pytest.fixture
def walk(owner, now) -> Callable[[Handover, str], Handover]:  # type: ignore[no-untyped-def]
    """`walk(handover, "joint_phase")` settles every point and moves on until there."""

    def on(handover: Handover, state: str) -> Handover:
        for point in handover.points.filter(is_settled=False):
            settle_point(person=owner, point=point, note="gezeigt", is_settled=True, now=now)
        while handover.state != state:
            handover = move_handover(person=owner, handover=handover, state=handover.next_state, now=now)
        return handover

    return on
