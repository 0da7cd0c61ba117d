"""What older versions left in the tables fits the rules that came later (S0-29, S0-05)."""

import json
import os
import subprocess
import sys

import pytest

from tests.config.test_fresh import empty_database  # noqa: F401 - a fixture

# Tables as they stood before; rows as an older version could leave them; then the change of version.
PROGRAM = """
import django, json; django.setup()
from datetime import datetime, timezone
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from allmende.config.fresh import build
BEFORE, AFTER = [("plan", "0020_judgements_lead_on")], [("plan", "0026_audiences_have_a_key")]
assert build(connection, BEFORE)
now = datetime(2026, 10, 7, tzinfo=timezone.utc)
old = MigrationExecutor(connection).loader.project_state(BEFORE).apps
get = old.get_model
workspace = get("team", "Workspace").objects.create(name="Alt", slug="alt", created_at=now)
made = {"workspace": workspace, "created_at": now, "updated_at": now}
plan = get("plan", "StrategicPlan").objects.create(title="Alt", community_type="internal", state="needs_owner", **made)
version = get("plan", "PlanVersion").objects.create(plan=plan, number=1, **made)
for key, kind in (("goal-1", "cost"), ("goal-2", "retention"), ("goal-3", "")):
    get("plan", "Goal").objects.create(
        version=version, key=key, statement="x", plain_statement="x", value_type=kind, updated_at=now
    )
get("plan", "PlanVersion").objects.update(state="published", published_at=now)
for kind, low, high in (("week", -0.12, 0.4), ("week", 0.7, 1.3), ("verdict", -0.2, 0.1)):
    get("plan", "Evidence").objects.create(
        workspace=workspace, key="goal-1", kind=kind, source=str(high), period_start=now, period_end=now, share=0.3,
        low=low, high=high, at=now,
    )
for source, measured, low, high, unit, is_share in (
    ("share", 0.3, -0.1, 1.4, "", True), ("mark", 4.2, 3.6, 5.1, "von 5", False), ("wait", 2.0, -3.0, 9.0, "h", False),
    ("points", 1.0, -3.0, 9.0, "Punkte", False),
):
    get("plan", "Judgement").objects.create(
        key="goal-1", source=source, measured=measured, low=low, high=high, unit=unit, is_share=is_share,
        period_start=now, period_end=now, **made,
    )
for rank, name in enumerate(("Neue", "Erfahrene"), start=1):
    get("plan", "Audience").objects.create(name=name, rank=rank, state="draft", **made)
MigrationExecutor(connection).migrate(AFTER)
from allmende.plan.models import Audience, Evidence, Goal, Judgement
refused = 0
for words in ({"value_type": "retention"}, {"statement": "y"}):
    try:
        with transaction.atomic():
            Goal.objects.filter(key="goal-2").update(**words)
    except IntegrityError:
        refused += 1
print(json.dumps({
    "values": list(Goal.objects.order_by("key").values_list("value_type", flat=True)),
    "limits": sorted(Evidence.objects.values_list("low", "high")),
    "judged": {one.source: [one.low, one.high] for one in Judgement.objects.all()},
    "refused": refused,
    "audiences": [len(set(Audience.objects.values_list("key", flat=True))), Audience.objects.filter(key="").count()],
}))
"""


@pytest.fixture
def after(empty_database):  # noqa: F811 - pytest takes the fixture by this name
    """What stands in a database that was brought to the newest rules."""
    environment = {**os.environ, "DATABASE_URL": empty_database("older")}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def test_s0_29_goals_of_older_versions_carry_a_kind_of_value_and_no_limit_lies_outside_its_scale(after):
    """What was none of the five becomes what communities of this type are for; published versions stay frozen."""
    assert after["values"] == ["cost", "work_performance", "work_performance"]
    assert after["refused"] == 2
    assert after["limits"] == [[-0.2, 0.1], [0.0, 0.4], [0.7, 1.0]], "the bounds of a difference are no limits"
    assert after["judged"] == {"share": [0, 1], "mark": [3.6, 5], "wait": [0, 9], "points": [-3, 9]}


def test_3_9_audiences_of_older_versions_take_a_key_of_their_own(after):
    assert after["audiences"] == [2, 0]
