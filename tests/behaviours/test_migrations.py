"""What older versions left in the files of the ledger does not outlast the change of version."""

import json
import os
import subprocess
import sys

from tests.config.test_fresh import empty_database  # noqa: F401 - a fixture

# Two communities whose ledgers are filled; in one of them a member had asked to be forgotten.
PROGRAM = """
import django, json; django.setup()
from datetime import datetime, timezone
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from allmende.config.fresh import build
BEFORE, AFTER = [("behaviours", "0014_groups_of_people")], [("behaviours", "0015_without_the_forgotten")]
assert build(connection, BEFORE)
now = datetime(2026, 10, 7, tzinfo=timezone.utc)
get = MigrationExecutor(connection).loader.project_state(BEFORE).apps.get_model
for slug, erased_at in (("alt", now), ("neu", None)):
    workspace = get("team", "Workspace").objects.create(name=slug, slug=slug, created_at=now)
    get("members", "Member").objects.create(workspace=workspace, alias="Karl", first_seen_at=now, erased_at=erased_at)
    get("behaviours", "LedgerMark").objects.create(workspace=workspace, filled_at=now)
MigrationExecutor(connection).migrate(AFTER)
marks = MigrationExecutor(connection).loader.project_state(AFTER).apps.get_model("behaviours", "LedgerMark").objects.all()
print(json.dumps(sorted([mark.workspace.slug, mark.filled_at is None] for mark in marks)))
"""


def test_a_ledger_that_may_name_the_forgotten_is_filled_again(empty_database):  # noqa: F811 - pytest takes it by name
    environment = {**os.environ, "DATABASE_URL": empty_database("older")}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout) == [["alt", True], ["neu", False]]
