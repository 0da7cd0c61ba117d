"""A community's past in an archive, and a plan that asks what its members do; all by the real actions."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from allmende.channels.actions import choose_channel, import_file
from allmende.plan import actions as plan
from tests.plan.conftest import settle

STARTS = date(2026, 7, 6)


@pytest.fixture(autouse=True)
def own_ledger(settings, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    settings.LEDGER = tmp_path / "ledger"


@pytest.fixture
def archive(owner, now):  # type: ignore[no-untyped-def]
    return choose_channel(person=owner, name="Forum", slug="forum", kind="archive", account=None, now=now, mark="F")


@pytest.fixture
def take_in(owner, archive, now, tmp_path: Path) -> Callable:  # type: ignore[no-untyped-def]
    """`take_in(rows)` imports them; returns the run."""
    numbers = count(1)

    def run(rows: Sequence[dict], at: datetime = now, channel=archive, **more: object):  # type: ignore[no-untyped-def]
        path = tmp_path / f"rows-{next(numbers)}.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return import_file(person=owner, channel=channel, path=path, now=at, **more)  # type: ignore[arg-type]

    return run


def row(native_id: str, author: str, at: datetime, thread: str = "") -> dict:
    """One message; without a thread it opens its own."""
    told = {"message_id": native_id, "thread_id": thread or native_id, "author": author, "created_at": at.isoformat()}
    return told | {"text": f"Text {native_id}", "thread_title": f"Faden {thread or native_id}"}


def questions(begins_at: datetime, weeks: int, per_week: int, answered: int, helpers: int = 40) -> list[dict]:
    """Each week `per_week` questions by different people, `answered` of them by another member within an hour."""
    rows = []
    for week in range(weeks):
        for number in range(per_week):
            name = f"{begins_at:%y%m%d}-{week}-{number}"
            at = begins_at + timedelta(weeks=week, hours=2 + number * 150 / per_week)
            rows.append(row(name, f"Fragt {name}", at))
            if number < answered:
                helper = f"Hilft {(week * answered + number) % helpers}"
                rows.append(row(f"{name}-a", helper, at + timedelta(hours=1), name))
    return rows


@pytest.fixture
def two_times() -> list[dict]:
    """26 weeks with 10 of 20 answered, then 12 weeks with 14 of 20: it moves on 6 July 2026."""
    before = questions(datetime(2026, 1, 5, tzinfo=UTC), 26, 20, 10)
    return before + questions(datetime(2026, 7, 6, tzinfo=UTC), 12, 20, 14)


@pytest.fixture
def put_plan_in_force(owner, now) -> Callable:  # type: ignore[no-untyped-def]
    """`put_plan_in_force(least_relevant_difference=0.04, ...)` publishes a plan; returns the (first) objective."""

    def run(*, of_one_day: int = 1, **values: object):  # type: ignore[no-untyped-def]
        by = {"person": owner, "now": now}
        draft = plan.start_plan(title="Lotsenforum", strategic_hours=12, routine_hours=18, **by).versions.get()
        goal = plan.save_goal(
            version=draft,
            statement="Kundinnen und Kunden lösen Fragen schneller.",
            plain_statement="Mehr Fragen werden gelöst, bevor sie bei uns ankommen.",
            value_type="cost",
            **by,
        )
        told = {
            "short_name": "Erfahrene antworten zuerst",
            "audience": "Erfahrene Buchhalterinnen und Buchhalter",
            "behaviour": "Fragen anderer als Erste beantworten",
            "effect": "die Frage gelöst wird",
            "quality_condition": "binnen 24 Stunden",
            "definition_key": "first_answer_by_member_24h",
            "target_share": 0.6,
            "target_date": date(2027, 1, 4),
            "least_relevant_difference": 0.04,
            "starts_date": STARTS,
            "review_date": date(2026, 10, 5),
        }
        objective = plan.save_objective(version=draft, goal_key=goal.key, **(told | values), **by)
        for number in range(1, of_one_day):
            other = plan.save_objective(
                version=draft,
                goal_key=goal.key,
                **(told | values | {"behaviour": f"Fragen beantworten, {number}"}),
                **by,
            )
            plan.save_strategy(
                version=draft, objective_key=other.key, emotion="Stolz", statement="Gefragt zu sein.", **by
            )
        strategy = plan.save_strategy(
            version=draft, objective_key=objective.key, emotion="Stolz", statement="Ihr Urteil wird gesucht.", **by
        )
        plan.save_tactic(
            version=draft, strategy_key=strategy.key, name="Vorrangfrist", reach=3, depth=2, length=2,
            effort_hours=1, starts_date=STARTS, **by,
        )  # fmt: skip
        settle(draft.plan, by["person"], by["now"])
        plan.publish_version(version=draft, reason="Der erste Plan", without_agreement="Wird nachgeholt", **by)
        return objective

    return run
