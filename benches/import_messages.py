"""Import of a community's past against an `executemany` of all the rows it leaves in all tables.

The baseline writes the same rows into the same schema with the same indexes, triggers and pragmas, one transaction per 10,000
rows, and nothing else: no parsing, no looking up, no linking. Filing into conversations belongs to the import.
"""

import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from tools.benches import Figure, ceiling, figure

GOAL_RATIO = 4.0
GOAL_MB = 400
BATCH = 10_000
BEGIN = datetime(2019, 1, 1, tzinfo=UTC)
WORDS = (
    "mahlen wasser bohne filter röstung temperatur tasse minuten heiß sauer bitter grob fein mühle waage gramm"
    " frage antwort danke probiere gestern kanne sieb druck crema milch entkalken"
).split()


def run(long: bool) -> Iterator[Figure]:
    """Seconds of the import against the baseline, and its peak memory. `long`: 200,000 messages, else 20,000."""
    rows, runs = (200_000, 3) if long else (20_000, 3)
    with tempfile.TemporaryDirectory(prefix="allmende-bench-") as name:
        folder = Path(name)
        write_rows(folder / "past.jsonl", rows)
        prepare(folder)
        found = [once(folder, folder / "past.jsonl") for _ in range(runs)]
    ours, baseline = median(one["ours"] for one in found), median(one["baseline"] for one in found)
    yield figure("import_messages", f"{rows}_messages", ours, baseline, GOAL_RATIO, "s", runs)
    peak = max(one["peak_mb"] for one in found)
    yield ceiling("import_messages", f"{rows}_messages_memory", peak, GOAL_MB, "MB", runs)


def write_rows(path: Path, number: int) -> None:
    """A past of `number` messages: threads of about six, one author per 25 messages, some answers accepted."""
    dice = random.Random(7)
    at, left, thread, last = BEGIN, 0, "", ""
    with path.open("w", encoding="utf-8") as out:
        for n in range(number):
            at += timedelta(seconds=dice.randint(5, 900))
            is_root = left == 0
            left = dice.randint(0, 11) if is_root else left - 1
            thread = f"m{n}" if is_root else thread
            row = {
                "message_id": f"m{n}",
                "thread_id": thread,
                "parent_id": None if is_root else last,
                "author": f"author{int(number / 25 * dice.random() ** 2)}",
                "created_at": at.isoformat(),
                "thread_title": " ".join(dice.choices(WORDS, k=6)),
                "text": " ".join(dice.choices(WORDS, k=dice.randint(5, 90))),
                "is_accepted": not is_root and dice.random() < 0.1,
            }
            last = f"m{n}"
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


def prepare(folder: Path) -> None:
    """An empty place of work to copy for each run."""
    (folder / "empty").mkdir()
    _apart(folder / "empty", "prepare")


def once(folder: Path, source: Path) -> dict[str, float]:
    """Import `source` once and write again what it left: seconds of both, peak memory in MB, new messages."""
    full, plain = folder / "full", folder / "plain"
    for place in (full, plain):
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(folder / "empty", place)
    ours = _apart(full, "ours", str(source))
    return {**ours, "baseline": write_again(full / "allmende.sqlite3", plain / "allmende.sqlite3")}


def write_again(full: Path, plain: Path, batch: int = BATCH) -> float:
    """Seconds to write everything the import left, table by table."""
    source = sqlite3.connect(full)
    target = sqlite3.connect(plain, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "cache_size=-32000", "mmap_size=268435456"):
        target.execute(f"PRAGMA {pragma}")
    target.execute("PRAGMA foreign_keys=ON")
    seconds = 0.0
    for table in _tables(source, target):
        there = _count(target, table)
        rows = source.execute(f'SELECT * FROM "{table}" ORDER BY rowid LIMIT -1 OFFSET {there}')
        marks = ",".join("?" * len(rows.description))
        while part := rows.fetchmany(batch):
            begun = time.perf_counter()
            target.execute("BEGIN IMMEDIATE")
            target.executemany(f'INSERT INTO "{table}" VALUES ({marks})', part)
            target.execute("COMMIT")
            seconds += time.perf_counter() - begun
    source.close()
    target.close()
    return seconds


def _tables(source: sqlite3.Connection, target: sqlite3.Connection) -> list[str]:
    """Tables the import wrote to, those referred to first; search tables are filled by triggers."""
    found = source.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '%fts%'"
    )
    left = {name for (name,) in found if _count(source, name) > _count(target, name)}
    needs = {name: {row[2] for row in source.execute(f'PRAGMA foreign_key_list("{name}")')} - {name} for name in left}
    ordered: list[str] = []
    while left:
        ready = sorted(name for name in left if not needs[name] & left)
        if not ready:
            raise SystemExit(f"These tables refer to one another in a ring: {sorted(left)}")
        ordered += ready
        left -= set(ready)
    return ordered


def _count(database: sqlite3.Connection, table: str) -> int:
    number: int = database.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]
    return number


def _apart(data: Path, *words: str) -> dict[str, Any]:
    """One part in a process and a data folder of its own."""
    environment = os.environ | {"ALLMENDE_DATA": str(data), "DJANGO_SETTINGS_MODULE": "allmende.config.settings"}
    command = [sys.executable, "-m", "benches.import_messages", *words]
    place = Path(__file__).resolve().parent.parent
    done = subprocess.run(
        command, cwd=place, env=environment, check=True, stdout=subprocess.PIPE, text=True, timeout=1800
    )
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _prepare() -> dict[str, float]:
    from django.core.management import call_command

    from allmende.channels.actions import choose_channel
    from allmende.team.actions import create_workspace
    from allmende.team.models import User

    call_command("migrate", verbosity=0)
    now = datetime.now(UTC)
    user = User.objects.create_user(email="bench@example.org", password=None, name="Bench")
    person = create_workspace(owner=user, slug="bench", name="Bench", now=now).people.get()
    choose_channel(person=person, name="Kaffee", slug="kaffee", kind="archive", account=None, now=now)
    return {}


def _ours(path: Path) -> dict[str, float]:
    from allmende.channels.actions import import_file
    from allmende.channels.models import Channel
    from allmende.inbox.actions import file_imported
    from allmende.team.models import Person

    person, channel, now = Person.objects.get(), Channel.objects.get(), datetime.now(UTC)
    begun = time.perf_counter()
    imported = import_file(person=person, channel=channel, path=path, now=now)
    taken_in = time.perf_counter()
    file_imported(import_run=imported, now=now)
    ended = time.perf_counter()
    return {"ours": ended - begun, "filing": ended - taken_in, "new": imported.new, "peak_mb": peak_mb()}


def peak_mb() -> float:
    """The most memory this program ever held; `getrusage` would count what the program that started it held."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


def _part(words: list[str]) -> dict[str, float]:
    import django

    django.setup()
    return _prepare() if words[0] == "prepare" else _ours(Path(words[1]))


if __name__ == "__main__":
    print(json.dumps(_part(sys.argv[1:])))
