"""What older versions left in the tables of the inbox fits the rules that came later."""

import json
import os
import subprocess
import sys

from tests.config.test_fresh import empty_database  # noqa: F401 - a fixture

# One question of which somebody was told twice, because its due time had moved; one matter that is to be closed.
PROGRAM = """
import django, json; django.setup()
from datetime import datetime, timedelta, timezone
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from allmende.config.fresh import build
BEFORE, AFTER = [("inbox", "0023_what_is_to_be_closed_until_when")], [("inbox", "0028_lists_by_situation")]
assert build(connection, BEFORE)
now, hour = datetime(2026, 10, 7, tzinfo=timezone.utc), timedelta(hours=1)
old = MigrationExecutor(connection).loader.project_state(BEFORE).apps
get = old.get_model
workspace = get("team", "Workspace").objects.create(name="Alt", slug="alt", created_at=now)
made = {"workspace": workspace, "created_at": now, "updated_at": now}
account = get("channels", "Account").objects.create(kind="feed", name="x", **made)
channel = get("channels", "Channel").objects.create(account=account, kind="feed", name="Forum", slug="forum", **made)
plan = get("guidelines", "ReactionPlan").objects.create(channel=channel, number=1, version_key="forum/1", **made)
rule = get("guidelines", "ReactionRule").objects.create(plan=plan, situation=8, name="x", rank=1, reaction="reply_publicly")
asked = get("inbox", "Conversation").objects.create(
    rule=rule,
    workspace=workspace, channel=channel, thread_native_id="q", title="x", state="waiting", started_at=now, last_turn_at=now,
    waiting_since=now, due_at=now + 2 * hour, resolve_by=now + 5 * hour,
)
said = get("channels", "Message").objects.create(
    channel=channel, native_id="q", thread_native_id="q", direction="inward", author_class="member", text="x",
    occurred_at=now - hour, changed_at=now, recorded_at=now,
)
get("inbox", "Entry").objects.create(message=said, conversation=asked)
get("inbox", "Wait").objects.create(conversation=asked, clock="our_response", started_at=now, due_at=now + 2 * hour)
for clock, hours in (("response", 1), ("response", 2), ("resolution", 5)):
    get("inbox", "BrokenPromise").objects.create(
        conversation=asked, clock=clock, due_at=now + hours * hour, told_at=now + 9 * hour
    )
get("inbox", "BrokenPromise").objects.create(
    conversation=asked, clock="resolution", due_at=now + 4 * hour, told_at=now + 9 * hour
)
MigrationExecutor(connection).migrate(AFTER)
from allmende.inbox.models import BrokenPromise, Conversation
print(json.dumps({
    "situation": Conversation.objects.get().situation,
    "matter": (Conversation.objects.get().matter_since - now).total_seconds() / 3600,
    "began": sorted([clock, (at - now).total_seconds() / 3600] for clock, at in
                    BrokenPromise.objects.values_list("clock", "began_at")),
}))
"""


def test_promises_told_of_and_situations_chosen_before_are_known(empty_database):  # noqa: F811 - pytest takes it by name
    environment = {**os.environ, "DATABASE_URL": empty_database("older")}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    after = json.loads(done.stdout)
    assert (after["matter"], after["situation"]) == (-1, 8)
    assert after["began"] == [["resolution", -1], ["response", 0]]
