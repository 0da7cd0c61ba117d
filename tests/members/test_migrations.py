"""What older versions left in the tables of members fits the rules that came later."""

import json
import os
import subprocess
import sys

from tests.config.test_fresh import empty_database  # noqa: F401 - a fixture

# One rule three times, one of them dropped; the same name under other days, in another network, as another class.
PROGRAM = """
import django, json; django.setup()
from datetime import date, datetime, timedelta, timezone
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from allmende.config.fresh import build
BEFORE, AFTER = [("members", "0006_one_person")], [("members", "0007_one_rule_of_a_kind")]
assert build(connection, BEFORE)
now, hour = datetime(2026, 10, 7, tzinfo=timezone.utc), timedelta(hours=1)
get = MigrationExecutor(connection).loader.project_state(BEFORE).apps.get_model
workspace = get("team", "Workspace").objects.create(name="Alt", slug="alt", created_at=now)
said = {"workspace": workspace, "network": "", "pattern": "bot_*", "actor_class": "bot"}
rows = [
    (said, 2, None), (said, 1, None), (said, 3, None), (said, 0, now), (said | {"from_date": date(2026, 1, 1)}, 4, None),
    (said | {"network": "forum"}, 5, None), (said | {"actor_class": "staff"}, 6, None),
]
for fields, hours, archived_at in rows:
    at = now + hours * hour
    get("members", "ActorRule").objects.create(**fields, created_at=at, updated_at=at, archived_at=archived_at)
MigrationExecutor(connection).migrate(AFTER)
from allmende.members.models import ActorRule
stands = ActorRule.objects.filter(archived_at__isnull=True)
print(json.dumps({
    "stands": sorted((at - now).total_seconds() / 3600 for at in stands.values_list("created_at", flat=True)),
    "put_away": ActorRule.objects.filter(archived_at__isnull=False).count(),
}))
"""


def test_a_rule_that_stood_twice_stands_once_and_the_later_ones_are_put_away(empty_database):  # noqa: F811 - pytest takes it by name
    environment = {**os.environ, "DATABASE_URL": empty_database("older")}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout) == {"stands": [1, 4, 5, 6], "put_away": 3}
