"""Triggers that look at several tables: they stand between migrations instead of belonging to one."""

import re
from collections.abc import Callable, Collection, Iterable
from typing import Any

from django.apps import AppConfig
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.signals import post_migrate, pre_migrate

Statements = Callable[[], Iterable[str]]
Mend = Callable[[BaseDatabaseWrapper], object]
_TRIGGER = re.compile(r"CREATE TRIGGER (\w+)\s.*?\sON (\w+)", re.DOTALL)


class Barriers:
    """What the database itself refuses for one room.

    SQLite refuses to rebuild a table that a trigger elsewhere names, so they are taken down before migrations run and stand
    again afterwards; where there is nothing to migrate they stand all the time, for others may be writing. Their names begin
    with the room's; `tables` are all they look at, with a column (`table.column`) that not every version has. `mend` puts
    right what was written while they did not stand.
    """

    def __init__(
        self, room: str, tables: Iterable[str], sqlite: Statements, postgresql: Statements, mend: Mend | None = None
    ) -> None:
        self._room = room
        self._tables = set(tables)
        self._statements = {"sqlite": sqlite, "postgresql": postgresql}
        self._mend = mend

    def connect(self, app: AppConfig) -> None:
        """Let them stand after the migrations of this app, and not while they run; call it when the app is ready."""
        pre_migrate.connect(self.make_way, sender=app, dispatch_uid=f"{self._room} barriers")
        post_migrate.connect(self.stand_again, sender=app, dispatch_uid=f"{self._room} barriers")

    def take_down(self, connection: BaseDatabaseWrapper, but: Collection[tuple[str, str]] = ()) -> None:
        """Remove the barriers that stand, `but` those of these names on these tables; nothing where there are none."""
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                kept = {name for name, _ in but}
                for name in sorted({statement.split()[2] for statement in self._statements["sqlite"]()} - kept):
                    cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
                return
            cursor.execute(
                "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE %s", [f"{self._room}%"]
            )
            for name, table in cursor.fetchall():
                if (name, table) not in but:
                    cursor.execute(f"DROP TRIGGER {name} ON {table}")

    def put_up(self, connection: BaseDatabaseWrapper) -> bool:
        """Let the barriers stand, once all their tables are there. One that stands is replaced, and missing at no moment.

        Whether they stand."""
        if not self._is_all_there(connection):
            self.take_down(connection)
            return False
        statements = list(self._statements[connection.vendor]())
        if connection.vendor == "sqlite":
            with transaction.atomic(using=connection.alias):
                self.take_down(connection)
                self._execute(connection, statements)
            return True
        self.take_down(connection, but={(one[1], one[2]) for one in map(_TRIGGER.match, statements) if one})
        # Each by itself: several at once would hold several tables, and wait for those who hold them in another order.
        self._execute(connection, [one.replace("CREATE TRIGGER", "CREATE OR REPLACE TRIGGER", 1) for one in statements])
        return True

    def _is_all_there(self, connection: BaseDatabaseWrapper) -> bool:
        named, ask = [one.split(".") for one in sorted(self._tables)], connection.introspection
        if not {table for table, *_ in named} <= set(ask.table_names()):
            return False
        with connection.cursor() as cursor:
            return all(
                set(columns) <= {one.name for one in ask.get_table_description(cursor, table)}
                for table, *columns in named
                if columns
            )

    @staticmethod
    def _execute(connection: BaseDatabaseWrapper, statements: Iterable[str]) -> None:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def make_way(self, using: str, plan: Collection[Any] = (), **_: Any) -> None:
        """Before the migrations of this plan."""
        if plan:
            self.take_down(connections[using])

    def stand_again(self, using: str, **_: Any) -> None:
        """After migrations, were there any now or not: whoever was killed behind the last of them left barriers down, or what was
        written meanwhile as it was."""
        if self.put_up(connections[using]) and self._mend:
            self._mend(connections[using])


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
