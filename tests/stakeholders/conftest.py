"""A plan in force, a stakeholder, and a judged behaviour: 512 of 905 now, 2,103 of 4,310 before (domain.md 4.7, no. 5).

The verdict rows are written here with the figures of the worked example; how `behaviours` comes to them is its own tests'
matter, and the journey walks the whole way.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from allmende.behaviours.actions import adopt_definition
from allmende.behaviours.models import BehaviourDefinition, Measurement, Verdict
from allmende.domain.verdict import Share
from allmende.domain.verdict import judge as judged
from allmende.ledger.shipped import FIRST_ANSWER_BY_MEMBER
from allmende.plan.actions import add_stakeholder
from allmende.plan.models import Stakeholder
from allmende.stakeholders.actions import compose_report
from allmende.stakeholders.models import Report
from tests.plan.conftest import Written, write_plan  # noqa: F401 - a fixture

STARTS, ENDS = datetime(2026, 7, 5, 22, tzinfo=UTC), datetime(2026, 10, 4, 22, tzinfo=UTC)
PERIOD = {"period_start_date": date(2026, 7, 6), "period_end_date": date(2026, 10, 6)}


@pytest.fixture
def plan(write_plan) -> Written:  # type: ignore[no-untyped-def]  # noqa: F811
    return write_plan(publish=True)


@pytest.fixture
def brandt(owner, now) -> Stakeholder:  # type: ignore[no-untyped-def]
    return add_stakeholder(
        person=owner,
        name="Frau Brandt",
        position="Serviceleitung",
        influence="decides",
        interest="Spitzen am Quartalsende",
        update_interval_days=28,
        now=now,
    )


@pytest.fixture
def definition(workspace, owner) -> BehaviourDefinition:  # type: ignore[no-untyped-def]
    return adopt_definition(
        workspace=workspace, spec=FIRST_ANSWER_BY_MEMBER, person=owner, now=datetime(2026, 1, 5, tzinfo=UTC)
    )


@pytest.fixture
def judge(definition, plan) -> Callable[..., Verdict]:  # type: ignore[no-untyped-def]
    """`judge(k, n)` stores what the verdict procedure says of these counts against 2,103 of 4,310."""

    def store(k: int = 512, n: int = 905, people: int = 187, before=(2103, 4310), **other) -> Verdict:  # type: ignore[no-untyped-def]
        found = judged(Share(k, n), Share(*before) if before else None, 0.04)
        fields = {
            "definition": definition,
            "objective_key": plan.objective.key,
            "form": definition.spec["form"],
            "period_start": STARTS,
            "period_end": ENDS,
            "before_start": STARTS - timedelta(weeks=52),
            "k": k,
            "n": n,
            "people": people,
            "times": k,
            "before_k": before[0] if before else 0,
            "before_n": before[1] if before else 0,
            "before_people": 640 if before else 0,
            "before_times": before[0] if before else 0,
            "difference": found.difference,
            "low": found.low,
            "high": found.high,
            "least_relevant_difference": 0.04,
            "word": str(found.word),
            "flags": list(found.flags),
            "reason_code": found.reason_code,
            "judged_at": ENDS,
        }
        return Verdict.objects.create(**fields | other)

    return store


@pytest.fixture
def weeks(definition) -> None:  # type: ignore[no-untyped-def]
    """Twenty-six weeks up to the end of the judged period; the second half rises."""
    for place in range(26):
        start = ENDS - timedelta(weeks=26 - place)
        Measurement.objects.create(
            definition=definition,
            period_kind="week",
            period_start=start,
            period_end=start + timedelta(weeks=1),
            complete=70,
            censored=0,
            successes=34 + place % 3 if place < 13 else 39 + place % 4,
            people=20,
            times=40,
            measured_at=ENDS,
        )


@pytest.fixture
def compose(owner, brandt, plan, now) -> Callable[..., Report]:  # type: ignore[no-untyped-def]
    def make(**period: date) -> Report:
        return compose_report(person=owner, stakeholder=brandt, now=now, **{**PERIOD, **period})

    return make
