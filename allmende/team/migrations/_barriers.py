"""Triggers that look at several tables: they stand between migrations instead of belonging to one."""

from collections.abc import Callable, Iterable
from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.signals import post_migrate, pre_migrate

Statements = Callable[[], Iterable[str]]


class Barriers:
    """What the database itself refuses for one room.

    SQLite refuses to rebuild a table that a trigger elsewhere names, so they are taken down before migrations run and stand
    again afterwards. Their names begin with the room's; `tables` are all they look at.
    """

    def __init__(self, room: str, tables: Iterable[str], sqlite: Statements, postgresql: Statements) -> None:
        self._room = room
        self._tables = set(tables)
        self._statements = {"sqlite": sqlite, "postgresql": postgresql}

    def connect(self, app: AppConfig) -> None:
        """Let them stand after the migrations of this app, and not while they run; call it when the app is ready."""
        pre_migrate.connect(self._before, sender=app, dispatch_uid=f"{self._room} barriers")
        post_migrate.connect(self._after, sender=app, dispatch_uid=f"{self._room} barriers")

    def take_down(self, connection: BaseDatabaseWrapper) -> None:
        """Remove the barriers that stand; nothing where there are none."""
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                for name in sorted({statement.split()[2] for statement in self._statements["sqlite"]()}):
                    cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
                return
            cursor.execute(
                "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE %s", [f"{self._room}%"]
            )
            for name, table in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name} ON {table}")

    def put_up(self, connection: BaseDatabaseWrapper) -> None:
        """Let the barriers stand, once all their tables are there."""
        self.take_down(connection)
        if not self._tables <= set(connection.introspection.table_names()):
            return
        with connection.cursor() as cursor:
            for statement in self._statements[connection.vendor]():
                cursor.execute(statement)

    def _before(self, using: str, **_: Any) -> None:
        self.take_down(connections[using])

    def _after(self, using: str, **_: Any) -> None:
        self.put_up(connections[using])


def trigger_function(name: str, body: str) -> str:
    """The function behind a trigger on PostgreSQL."""
    return f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"


def refusal(condition: str, text: str) -> str:
    """On PostgreSQL: where the condition holds, the change fails with this text."""
    return f"IF {condition} THEN RAISE EXCEPTION '{text}' USING ERRCODE = 'integrity_constraint_violation'; END IF;"


def names_leave(row: str, workspace: str) -> str:
    """While somebody of this workspace is being forgotten, a gap may take the place of their name; as a condition.

    `row`: the text as it would stand, `workspace`: an expression that gives the workspace's id.
    """
    going = f"SELECT 1 FROM members_erasure x WHERE x.finished_at IS NULL AND x.workspace_id = {workspace}"  # noqa: S608
    return f"({row} LIKE '%[…]%' AND EXISTS ({going}))"
