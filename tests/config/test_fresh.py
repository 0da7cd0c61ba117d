"""An empty database gets its tables at one go: the same ones its whole history would leave."""

import json
import os
import re
import subprocess
import sys
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings

BY_HISTORY = """
from django.db.migrations.executor import MigrationExecutor
executor = MigrationExecutor(connection)
executor.migrate(executor.loader.graph.leaf_nodes())
"""
AT_ONCE = """
from allmende.config.fresh import build
assert build(connection)
assert not build(connection), "tables stand already: nothing is done"
"""
FRAME = """
import django, json; django.setup()
from django.db import connection
{way}
with connection.cursor() as cursor:
    found = []
    for question in {questions!r}:
        cursor.execute(question)
        found.append([list(map(str, row)) for row in cursor.fetchall()])
print(json.dumps(found))
"""
APPLIED = "SELECT app, name FROM django_migrations ORDER BY app, name"
SQLITE = ["SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master WHERE name <> 'sqlite_sequence'", APPLIED]
NAMESPACE = "WHERE connamespace = 'public'::regnamespace"
POSTGRESQL = [
    (
        "SELECT table_name, column_name, data_type, is_nullable, coalesce(column_default, ''), coalesce(is_identity, '')"
        " FROM information_schema.columns WHERE table_schema = 'public'"
    ),
    f"SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint {NAMESPACE}",
    "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "SELECT tgrelid::regclass, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
    APPLIED,
]


@pytest.fixture
def empty_database(tmp_path):
    """`empty_database("name")`: the address of a new, empty one of the engine this suite runs on."""
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        yield lambda name: f"sqlite:///{tmp_path / name}.sqlite3"
        return
    import psycopg

    address = urlsplit(os.environ["DATABASE_URL"])
    made = []

    def make(name: str) -> str:
        made.append(f"{name}_{os.getpid()}")
        with psycopg.connect(urlunsplit(address), autocommit=True) as server:
            server.execute(f'CREATE DATABASE "{made[-1]}"')
        return urlunsplit(address._replace(path=f"/{made[-1]}"))

    yield make
    with psycopg.connect(urlunsplit(address), autocommit=True) as server:
        for name in made:
            server.execute(f'DROP DATABASE "{name}"')


def _tables(address: str, way: str) -> list:
    questions = SQLITE if address.startswith("sqlite") else POSTGRESQL
    program = FRAME.format(way=way, questions=questions)
    environment = {**os.environ, "DATABASE_URL": address}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return [sorted(_unordered(row) for row in rows) for rows in json.loads(done.stdout)]


def _unordered(row: list[str]) -> list:
    """A table without the order of its columns and constraints, which history alone decides."""
    if not row[-1].startswith("CREATE TABLE"):
        return row
    head, _, body = row[-1].partition("(")
    parts, depth, part = [], 0, ""
    for sign in body.rpartition(")")[0] + ",":
        depth += (sign == "(") - (sign == ")")
        if sign == "," and not depth:
            parts.append(re.sub(r"\s+", " ", part).strip())
            part = ""
        else:
            part += sign
    return [*row[:-1], re.sub(r"\s+", " ", head).strip(), *sorted(parts)]


@pytest.mark.thorough
def test_at_once_and_by_history_end_at_the_same_tables(empty_database):
    at_once = _tables(empty_database("at_once"), AT_ONCE)
    by_history = _tables(empty_database("by_history"), BY_HISTORY)
    for one, other in zip(at_once, by_history, strict=True):
        assert [row for row in one if row not in other] == []
        assert [row for row in other if row not in one] == []
