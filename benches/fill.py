"""The ledger filled from the database, against a bare copy of the same rows to Parquet: at no less than half its pace, and a
million interactions a minute at least.

The baseline reads who did what to whom, of messages and gestures, by ADBC and writes it as it comes: in no order, in one file,
not knowing what opens a thread. It is what any program could do that knows nothing of a community.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from benches._bases import bases
from benches.import_messages import peak_mb, write_rows
from tools.benches import Figure, ceiling, figure

if TYPE_CHECKING:
    from adbc_driver_manager.dbapi import Connection

TEMPLATES = 20_000
GOAL_RATIO, GOAL_SECONDS_PER_MILLION, GOAL_MB = 2.0, 60.0, 400
BARE_WORDS = """
SELECT m.id, m.occurred_at, m.channel_id, m.act, m.author_class, m.deleted_at, m.thread_native_id, m.native_id, p.pseudonym,
       m.reply_to_id, q.pseudonym AS target
FROM channels_message m
LEFT JOIN members_identity i ON i.id = m.identity_id LEFT JOIN members_member p ON p.id = i.member_id
LEFT JOIN channels_message t ON t.id = m.reply_to_id
LEFT JOIN members_identity j ON j.id = t.identity_id LEFT JOIN members_member q ON q.id = j.member_id
"""
BARE_GESTURES = """
SELECT g.id, g.occurred_at, g.channel_id, g.act, g.author_class, g.deleted_at, t.thread_native_id, t.native_id, p.pseudonym,
       g.target_id, q.pseudonym AS target
FROM channels_gesture g
LEFT JOIN members_identity i ON i.id = g.identity_id LEFT JOIN members_member p ON p.id = i.member_id
LEFT JOIN channels_message t ON t.id = g.target_id
LEFT JOIN members_identity j ON j.id = t.identity_id LEFT JOIN members_member q ON q.id = j.member_id
"""
PLACE = Path(__file__).resolve().parent.parent


def run(long: bool) -> Iterator[Figure]:
    """Seconds of the whole fill on each database. `long`: a million messages and their gestures, else 200,000; seven runs or three."""
    copies, runs = (50, 7) if long else (10, 3)
    for base, around in bases():
        with tempfile.TemporaryDirectory(prefix="allmende-bench-") as name, around as more:
            environment = {"ALLMENDE_DATA": name, "DJANGO_SETTINGS_MODULE": "allmende.config.settings", **more}
            _apart(environment, "crowd", str(copies))
            found = _apart(environment, "compare", str(runs))
            rows, ours = found["rows"], found["ours"]
            yield figure("fill", f"{base}_{rows}_against_bare_copy", ours, found["bare"], GOAL_RATIO, "s", runs)
            yield ceiling(
                "fill", f"{base}_seconds_per_million", ours / rows * 1_000_000, GOAL_SECONDS_PER_MILLION, "s", runs
            )
            peak = _apart(environment, "fill")["peak_mb"]
            yield ceiling("fill", f"{base}_{rows}_memory", peak, GOAL_MB, "MB", 1)


def _apart(environment: dict[str, str], *words: str) -> dict[str, Any]:
    """One part in a process of its own."""
    command = [sys.executable, "-m", "benches.fill", *words]
    done = subprocess.run(
        command, cwd=PLACE, env=os.environ | environment, check=True, stdout=subprocess.PIPE, text=True
    )
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _crowd(copies: int) -> dict[str, Any]:
    """A past taken in by the real action, and copies of every row it left; words to be found by are left out of the copies."""
    from django.core.management import call_command
    from django.db import connection, transaction

    from allmende.channels.actions import choose_channel, import_file
    from allmende.channels.models import Gesture, Message
    from allmende.team.actions import create_workspace
    from allmende.team.models import User
    from benches._crowded import copy_rows

    call_command("migrate", verbosity=0)
    now = datetime.now(UTC)
    user = User.objects.create_user(email="bench@example.org", password=None, name="Bench")
    person = create_workspace(owner=user, slug="bench", name="Bench", now=now).people.get()
    channel = choose_channel(person=person, name="Kaffee", slug="kaffee", kind="archive", account=None, now=now)
    past = Path(os.environ["ALLMENDE_DATA"]) / "past.jsonl"
    write_rows(past, TEMPLATES)
    import_file(person=person, channel=channel, path=past, now=now)
    with connection.cursor() as cursor:
        _forget_triggers(cursor)
        for copy in range(1, copies):
            with transaction.atomic():
                copy_rows(Message, {"id": Message, "reply_to": Message}, copy)
                copy_rows(Gesture, {"id": Gesture, "target": Message}, copy)
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")
    return {}


def _forget_triggers(cursor: Any) -> None:
    from django.db import connection

    if connection.vendor == "sqlite":
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'channels_message'")
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{name}"')


def _compare(runs: int) -> dict[str, Any]:
    """Median seconds of both, in turns after a warm-up."""
    from allmende.behaviours.models import LedgerMark
    from allmende.team.models import Workspace

    workspace = Workspace.objects.get()
    seconds: tuple[list[float], list[float]] = ([], [])
    for _ in range(runs + 1):
        for times, work in zip(seconds, (lambda: _fill(workspace), _copy_bare), strict=True):
            begun = time.perf_counter()
            work()
            times.append(time.perf_counter() - begun)
    rows = LedgerMark.objects.get().interactions
    return {"ours": median(seconds[0][1:]), "bare": median(seconds[1][1:]), "rows": rows}


def _fill(workspace: Any) -> None:
    from allmende.behaviours.actions import fill_ledger
    from allmende.behaviours.models import LedgerMark
    from allmende.behaviours.queries import ledger_root

    shutil.rmtree(ledger_root(), ignore_errors=True)
    LedgerMark.objects.all().delete()
    fill_ledger(workspace=workspace, now=datetime.now(UTC))


def _copy_bare() -> None:
    import pyarrow.parquet as pq

    with tempfile.TemporaryDirectory() as folder, _adbc() as connection, connection.cursor() as cursor:
        for number, query in enumerate((BARE_WORDS, BARE_GESTURES)):
            cursor.execute(query)
            reader = cursor.fetch_record_batch()
            with pq.ParquetWriter(Path(folder) / f"{number}.parquet", reader.schema, compression="zstd") as writer:
                for batch in reader:
                    writer.write_batch(batch)


def _adbc() -> "Connection":
    from django.conf import settings
    from django.db import connection

    if connection.vendor == "sqlite":
        from adbc_driver_sqlite import dbapi

        return dbapi.connect(str(settings.DATABASES["default"]["NAME"]))
    from adbc_driver_postgresql import dbapi as postgres

    return postgres.connect(os.environ["DATABASE_URL"].replace("postgres://", "postgresql://"))


def _part(words: list[str]) -> dict[str, Any]:
    import django

    django.setup()
    if words[0] == "crowd":
        return _crowd(int(words[1]))
    if words[0] == "compare":
        return _compare(int(words[1]))
    from allmende.team.models import Workspace

    _fill(Workspace.objects.get())
    return {"peak_mb": peak_mb()}


if __name__ == "__main__":
    print(json.dumps(_part(sys.argv[1:])))
