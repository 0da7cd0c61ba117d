"""D5 and D6: a disk that is full, a database that is locked, connections that are cut, while a real worker speaks; each post is
there exactly once, none before its intent stood in the database, and the worker goes on by itself.

Seconds of each trouble; `ALLMENDE_LONG=1` outlasts the patience of SQLite.
"""

import os
import resource
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.drills.test_restore import ROOT, House, new_house  # noqa: F401 - a fixture
from tests.drills.test_voices import _filled, _log, networks  # noqa: F401 - a fixture

POSTS, APART = 48, 0.25
TROUBLE_SECONDS = 30.0 if os.environ.get("ALLMENDE_LONG") else 4.0
CUTS = 6
LONGEST_SECONDS = 150.0
# A job that failed some times in a row rests for up to half a minute before it is tried again.
SOON_SECONDS = 60.0
WRITTEN = (
    "channels_dispatch",
    "channels_attempt",
    "channels_message",
    "channels_account",
    "jobs_jobstate",
    "jobs_worker",
)
pytestmark = pytest.mark.drill


def test_d5_d6_full_disk_locked_database_and_cut_connections_lose_and_double_nothing(new_house, networks):  # noqa: F811
    house = _filled(new_house("starved"), networks, POSTS, APART)
    worker = subprocess.Popen(
        [sys.executable, "-m", "allmende", "work"], cwd=ROOT, env=house.environment, stdout=-3, stderr=-3
    )
    try:
        assert _until(lambda: _seen(networks) > 2, LONGEST_SECONDS)
        for trouble in (_full_disk, _locked, _cut):
            with trouble(house, worker.pid):
                time.sleep(TROUBLE_SECONDS)
            before = _seen(networks)
            assert _until(lambda before=before: _seen(networks) > before or before == POSTS, SOON_SECONDS), (
                "it goes on by itself"
            )
        assert _until(lambda: states(house) == {"sent": POSTS}, LONGEST_SECONDS), states(house)
        assert worker.poll() is None, "it lived through all of it"
    finally:
        worker.terminate()
        worker.communicate(timeout=60)
    for which, (network, _, _) in enumerate(networks):
        assert sorted(text for text, _ in _log(network)) == sorted(
            f"Beitrag {number}." for number in range(which, POSTS, len(networks))
        )
    claimed = _claimed(house)
    early = [text for network, *_ in networks for text, at in _log(network) if at < claimed[text]]
    assert not early, "nothing is said whose intent is not durable"
    assert house.database or asked(house, "PRAGMA integrity_check") == [("ok",)]


@contextmanager
def _full_disk(house: House, pid: int) -> Iterator[None]:
    """No file of the worker may grow; PostgreSQL says of every write what it says on a full disk."""
    if not house.database:
        _limit_files(pid, 4096)
        yield
        _limit_files(pid, resource.RLIM_INFINITY)
        return
    _told(
        house,
        "CREATE FUNCTION is_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'could not extend file'"
        " USING ERRCODE = '53100'; END $$",
        *(
            f"CREATE TRIGGER is_full BEFORE INSERT OR UPDATE ON {one} FOR EACH STATEMENT EXECUTE FUNCTION is_full()"
            for one in WRITTEN
        ),
    )
    yield
    _told(house, "DROP FUNCTION is_full() CASCADE")


def _limit_files(pid: int, most: int) -> None:
    """Of the worker's process and of that which it began."""
    for one in (str(pid), *Path(f"/proc/{pid}/task/{pid}/children").read_text().split()):
        resource.prlimit(int(one), resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))


@contextmanager
def _locked(house: House, pid: int) -> Iterator[None]:
    """Somebody else holds the database and does not let go."""
    if house.database:
        import psycopg

        with psycopg.connect(house.database) as held:
            while not _holds_all(held):
                held.rollback()
            yield
        return
    with closing(sqlite3.connect(house.data / "allmende.sqlite3", timeout=20, isolation_level=None)) as held:
        held.execute("BEGIN EXCLUSIVE")
        yield
        held.execute("ROLLBACK")


def _holds_all(held: Any) -> bool:
    """False where the worker had begun in another order, and PostgreSQL chose to end this of the two."""
    from psycopg.errors import DeadlockDetected

    try:
        held.execute(f"LOCK TABLE {', '.join(WRITTEN)} IN ACCESS EXCLUSIVE MODE")
    except DeadlockDetected:
        return False
    return True


@contextmanager
def _cut(house: House, pid: int) -> Iterator[None]:
    """PostgreSQL ends every connection, several times; SQLite has none."""
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    for _ in range(CUTS if house.database else 0):
        _told(house, others)
        time.sleep(0.3)
    yield


def _told(house: House, *statements: str) -> None:
    import psycopg

    with psycopg.connect(house.database) as line:
        for statement in statements:
            line.execute(statement)


def asked(house: House, question: str) -> list[tuple]:
    if house.database:
        import psycopg

        with psycopg.connect(house.database) as line:
            return line.execute(question).fetchall()
    with closing(sqlite3.connect(house.data / "allmende.sqlite3", timeout=20)) as line:
        return line.execute(question).fetchall()


def states(house: House) -> dict[str, int]:
    return dict(asked(house, "SELECT state, count(*) FROM channels_dispatch GROUP BY state"))


def _claimed(house: House) -> dict[str, datetime]:
    """When each was first claimed for speaking, by its text."""
    rows = asked(
        house,
        "SELECT m.text, min(a.started_at) FROM channels_attempt a JOIN channels_dispatch d ON d.id = a.dispatch_id"
        " JOIN channels_message m ON m.id = d.message_id WHERE a.verb = 'send' GROUP BY m.text",
    )
    return {
        text: at if isinstance(at, datetime) else datetime.fromisoformat(at).replace(tzinfo=UTC) for text, at in rows
    }


def _seen(networks) -> int:  # noqa: F811
    return sum(len(_log(network)) for network, *_ in networks)


def _until(is_so: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end and not is_so():
        time.sleep(0.1)
    return is_so()
