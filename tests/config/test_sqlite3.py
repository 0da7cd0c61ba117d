"""Writers of one process stand in a row, and nobody waits longer than was said (decision 28)."""

import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, nullcontext
from functools import partial
from pathlib import Path

import pytest
from django.db import IntegrityError, OperationalError, connection, connections, transaction

from allmende.config.sqlite3 import base

pytestmark = pytest.mark.django_db
HERE, PATIENCE_SECONDS, SOON_SECONDS = "row", 1.0, 0.5


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    """A database of its own, with one row; this thread's connection to it bears the name `HERE`."""
    if connection.vendor != "sqlite":
        pytest.skip("SQLite only.")
    path = tmp_path / "row.sqlite3"
    with closing(sqlite3.connect(path)) as new:
        new.executescript("PRAGMA journal_mode=WAL; CREATE TABLE kept (name); INSERT INTO kept VALUES ('Anfang')")
    begin(path)
    yield path
    end()


def begin(path: Path) -> None:
    one = connection.copy(HERE)
    one.settings_dict |= {"NAME": str(path), "OPTIONS": one.settings_dict["OPTIONS"] | {"timeout": PATIENCE_SECONDS}}
    connections[HERE] = one


def end() -> None:
    connections[HERE].close()
    del connections[HERE]


def beside(path: Path, action: Callable[[], None]) -> threading.Thread:
    """Do it in a thread with a connection of its own."""

    def run() -> None:
        begin(path)
        try:
            action()
        finally:
            end()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def ask(sql: str) -> object:
    with connections[HERE].cursor() as cursor:
        row = cursor.execute(sql).fetchone()
    return row and row[0]


def is_free(path: Path) -> bool:
    return not base._turns[str(path)].locked()


def test_a_writer_begins_when_the_one_before_it_has_ended(file):
    began = []

    def write() -> None:
        with transaction.atomic(using=HERE):
            began.append(time.monotonic())
            ask("UPDATE kept SET name = 'Danach'")

    with transaction.atomic(using=HERE):
        ask("UPDATE kept SET name = 'Davor'")
        thread = beside(file, write)
        time.sleep(0.3)
        assert not began and not is_free(file)
    thread.join(5)
    assert len(began) == 1 and ask("SELECT name FROM kept") == "Danach" and is_free(file)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, sqlite3.OperationalError])
def test_the_turn_is_handed_on_whatever_ends_the_transaction(file, error):
    with pytest.raises(error), transaction.atomic(using=HERE):
        ask("UPDATE kept SET name = 'Nie'")
        raise error
    assert is_free(file)
    with transaction.atomic(using=HERE):
        with pytest.raises(error), transaction.atomic(using=HERE):
            raise error
        assert not is_free(file)
    assert is_free(file) and ask("SELECT name FROM kept") == "Anfang"


def test_a_closed_connection_keeps_nobody_waiting(file):
    with transaction.atomic(using=HERE):
        ask("UPDATE kept SET name = 'Nie'")
        connections[HERE].close()
        assert is_free(file)
    assert ask("SELECT name FROM kept") == "Anfang"


def test_nobody_waits_longer_than_was_said(file):
    """Another process holds the file: of several threads each waits for the one before it and the file together."""
    took = []

    def write() -> None:
        began = time.monotonic()
        with pytest.raises(OperationalError, match="locked"), transaction.atomic(using=HERE):
            ask("UPDATE kept SET name = 'Nie'")
        took.append(time.monotonic() - began)

    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        threads = []
        for _ in range(3):
            threads.append(beside(file, write))
            time.sleep(PATIENCE_SECONDS / 2)
        for thread in threads:
            thread.join(10)
        other.execute("ROLLBACK")
    # in turn at full length each, the last would have waited twice as long
    assert len(took) == 3 and max(took) < 1.8 * PATIENCE_SECONDS and is_free(file)
    with transaction.atomic(using=HERE):
        ask("UPDATE kept SET name = 'Doch'")
    assert ask("SELECT name FROM kept") == "Doch"


def test_after_a_long_turn_it_waits_as_long_as_ever(file):
    waits = []

    def write() -> None:
        with transaction.atomic(using=HERE):
            waits.append(ask("PRAGMA busy_timeout"))

    with transaction.atomic(using=HERE):
        thread = beside(file, write)
        time.sleep(0.3)
    thread.join(5)
    assert waits == [1000 * PATIENCE_SECONDS]


@pytest.mark.parametrize("around", [partial(transaction.atomic, using=HERE), nullcontext])
def test_a_process_that_writes_all_the_time_lets_others_go_first(file, around):
    """Each of its transactions lasts longer than a page's, and it begins the next at once; left to itself, SQLite lets the other
    sleep longer and longer and come back when it is locked again."""
    connections[HERE].close()
    busy = os.fork()
    if busy == 0:
        end_at = time.monotonic() + 30
        while time.monotonic() < end_at:
            with transaction.atomic(using=HERE):
                ask("UPDATE kept SET name = 'Haufen'")
                time.sleep(0.01)
        os._exit(0)
    took = []
    try:
        while ask("SELECT name FROM kept") != "Haufen":
            time.sleep(0.01)
        for _ in range(40):
            begun = time.monotonic()
            with around():
                ask("UPDATE kept SET name = 'Seite'")
            took.append(time.monotonic() - begun)
            time.sleep(0.01)
    finally:
        os.kill(busy, signal.SIGKILL)
        os.waitpid(busy, 0)
    assert sorted(took)[int(len(took) * 0.9)] < 0.1, took


def test_a_change_outside_a_transaction_stands_in_the_row_too(file):
    done = []

    def write() -> None:
        ask("UPDATE kept SET name = 'Danach'")
        done.append(time.monotonic())

    with transaction.atomic(using=HERE):
        thread = beside(file, write)
        time.sleep(0.3)
        assert not done and not is_free(file)
        left = time.monotonic()
    thread.join(5)
    assert ask("SELECT name FROM kept") == "Danach" and done[0] - left < SOON_SECONDS and is_free(file)


def test_a_change_outside_a_transaction_is_whole_or_not_done_and_says_what_it_did(file):
    with connections[HERE].cursor() as cursor:
        cursor.execute("CREATE UNIQUE INDEX once ON kept (name)")
        cursor.execute("INSERT INTO kept VALUES (%s)", ["Ende"])
        assert cursor.rowcount == 1
        with pytest.raises(IntegrityError):
            cursor.execute("UPDATE kept SET name = 'Gleich'")
        assert is_free(file) and not connections[HERE].connection.in_transaction
        cursor.execute("INSERT INTO kept VALUES (%s) RETURNING name", ["Dazu"])
        assert cursor.fetchone() == ("Dazu",)
        assert cursor.execute("SELECT count(*) FROM kept WHERE name IN ('Anfang', 'Ende', 'Dazu')").fetchone() == (3,)
        cursor.execute("DELETE FROM kept")
        assert (cursor.rowcount, is_free(file)) == (3, True)


@pytest.mark.parametrize("kind", ["returning", "many"])
def test_whatever_writes_outside_a_transaction_stands_in_the_row(file, kind):
    done = []

    def write() -> None:
        with connections[HERE].cursor() as cursor:
            if kind == "returning":
                done.append(cursor.execute("INSERT INTO kept VALUES ('Dazu') RETURNING name").fetchone())
            else:
                cursor.executemany("INSERT INTO kept VALUES (%s)", [["Dazu"], ["Und dies"]])
                done.append(cursor.rowcount)

    with transaction.atomic(using=HERE):
        thread = beside(file, write)
        time.sleep(0.3)
        assert not done and not is_free(file)
        left = time.monotonic()
    thread.join(5)
    assert time.monotonic() - left < SOON_SECONDS and is_free(file)
    assert done == [("Dazu",) if kind == "returning" else 2]


def test_several_at_once_outside_a_transaction_are_all_done_or_none(file):
    with connections[HERE].cursor() as cursor:
        cursor.execute("CREATE UNIQUE INDEX once ON kept (name)")
        with pytest.raises(IntegrityError):
            cursor.executemany("INSERT INTO kept VALUES (%s)", [["Eins"], ["Zwei"], ["Eins"]])
        assert is_free(file) and not connections[HERE].connection.in_transaction
    assert ask("SELECT count(*) FROM kept") == 1


def test_what_a_change_outside_a_transaction_gives_back_is_read_in_every_way(file):
    with connections[HERE].cursor() as cursor:
        rows = [("Eins",), ("Zwei",), ("Drei",)]
        told = "INSERT INTO kept VALUES ('Eins'), ('Zwei'), ('Drei') RETURNING name"
        cursor.execute(told)
        assert is_free(file) and (cursor.rowcount, cursor.description[0][0]) == (3, "name")
        assert (cursor.fetchone(), cursor.fetchmany(1), cursor.fetchall(), cursor.fetchone()) == (
            rows[0], rows[1:2], rows[2:], None,
        )  # fmt: skip
        assert list(cursor.execute(told)) == rows
        # a question asked after it is answered by its own rows
        cursor.execute(told)
        cursor.execute("SELECT count(*) FROM kept")
        assert cursor.fetchall() == [(10,)]
        assert list(cursor.execute("SELECT name FROM kept LIMIT 2")) == [("Anfang",), ("Eins",)]
    with transaction.atomic(using=HERE), connections[HERE].cursor() as cursor:
        assert cursor.execute("UPDATE kept SET name = 'Ende' WHERE name = 'Anfang' RETURNING name").fetchall() == [
            ("Ende",)
        ]


def test_a_statement_with_places_and_signs_is_rewritten_rightly_each_time(file):
    for name in ("Anfang", "Ende"):
        with connections[HERE].cursor() as cursor:
            cursor.execute("SELECT %s || '100 %%', name LIKE %s FROM kept", [name, "Anf%"])
            assert cursor.fetchone() == (f"{name}100 %", 1)
            cursor.execute("SELECT %(word)s", {"word": name})
            assert cursor.fetchone() == (name,)
    with connections[HERE].cursor() as cursor:
        cursor.execute("SELECT '100 %'")  # without values nothing is rewritten
        assert cursor.fetchone() == ("100 %",)


def test_long_lists_of_values_are_asked_for_and_not_remembered(file: Path) -> None:
    remembered = base._with_marks.cache_info().currsize
    values = list(range(3_000))
    with connections[HERE].cursor() as cursor:
        cursor.execute(f"SELECT '100 %%', 2999 IN ({', '.join(['%s'] * len(values))})", values)
        assert cursor.fetchone() == ("100 %", 1)
    assert base._with_marks.cache_info().currsize == remembered


def test_what_sqlite_can_do_is_known_while_somebody_writes(file):
    """Asked for by a transaction, "locked" would count as "cannot", and the inbox would break in that thread for good."""
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert connections[HERE].features.supports_json_field and connections[HERE].features.has_json_object_function
        other.execute("ROLLBACK")
