"""The database as it stood at one instant: SQLite by its online backup, PostgreSQL by COPY in one snapshot.

Neither needs a program beside Python, and neither keeps anybody from writing meanwhile.
"""

import gzip
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from allmende.config.fresh import build

RESTORING = "allmende_restoring"
REPLACED = "allmende_replaced"
_OWN_BOOKKEEPING = {"django_migrations"}
_COMPRESSION = 1


class CannotSnapshot(Exception):
    """The database could not be read whole; the message says why."""


def engine() -> str:
    """ "sqlite" or "postgresql"."""
    return connection.vendor


def schema_version() -> dict[str, str]:
    """The newest applied migration of each room: what the tables look like."""
    loader = MigrationLoader(connection)
    applied = set(loader.applied_migrations)
    return {
        app: max(name for other, name in applied if other == app)
        for app in sorted({app for app, _ in applied if app in loader.migrated_apps})
    }


def unknown_migrations(version: dict[str, str]) -> list[str]:
    """What a backup has applied and this Allmende does not know: it is newer."""
    known = set(MigrationLoader(None).disk_migrations or ())
    return [f"{app}.{name}" for app, name in version.items() if (app, name) not in known]


@contextmanager
def snapshot(folder: Path) -> Iterator[Callable[[], list[Path]]]:
    """Fix the instant; the block may do what belongs to it, then calls what it got: that writes the files below `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    if engine() == "sqlite":
        copy = _copy_sqlite(folder)
        yield lambda: [_packed(copy)]
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        tables = _tables(cursor)
        yield lambda: [_copy_table(cursor, table, folder) for table in tables]


def integrity_fault(path: Path) -> str:
    """What SQLite finds wrong with a file, or ""."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            found = str(database.execute("PRAGMA integrity_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if found == "ok" else found


def unpack_sqlite(packed: Path, target: Path) -> None:
    """A packed SQLite file as it was. Raises CannotSnapshot if it is not sound."""
    with gzip.open(packed, "rb") as source, target.open("wb") as file:
        shutil.copyfileobj(source, file, 1 << 20)
    packed.unlink()
    if fault := integrity_fault(target):
        raise CannotSnapshot(f"the database inside is damaged: {fault}")


def load_postgresql(folder: Path, version: dict[str, str]) -> None:
    """Fill a schema beside the one in use with the tables as they were; nothing in use is touched."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {RESTORING} CASCADE")
        cursor.execute(f"CREATE SCHEMA {RESTORING}")
        cursor.execute(f"SET search_path TO {RESTORING}")
    try:
        targets = list(version.items())
        if not build(connection, targets):
            MigrationExecutor(connection).migrate(targets)
        with transaction.atomic(), connection.cursor() as cursor:
            tables = _tables(cursor)
            cursor.execute("TRUNCATE " + ", ".join(f'"{table}"' for table in tables))
            for table in tables:
                file = folder / f"{table}.copy.gz"
                if file.exists():
                    _fill_table(cursor, table, file)
            _set_sequences(cursor, tables)
    finally:
        connection.close()  # with it goes the search path


def is_schema_waiting() -> bool:
    """Whether a filled schema waits for being put in place."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [RESTORING])
        return cursor.fetchone() is not None


def swap_schemas() -> None:
    """Put the filled schema in the place of the one in use: one transaction, and again does no harm."""
    if is_schema_waiting():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT current_schema()")
            used = cursor.fetchone()[0]
            cursor.execute(f'ALTER SCHEMA "{used}" RENAME TO {REPLACED}')
            cursor.execute(f'ALTER SCHEMA {RESTORING} RENAME TO "{used}"')
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {REPLACED} CASCADE")
    connection.close()


def sqlite_file() -> Path:
    """Where the SQLite database lies."""
    return Path(str(connection.settings_dict["NAME"]))


def has_rows() -> bool:
    """Whether somebody works with this database already."""
    return "team_workspace" in connection.introspection.table_names() and _has_workspace()


def last_migration_recorded() -> int:
    """How many migrations are recorded: 0 in an empty database."""
    return len(MigrationRecorder(connection).applied_migrations())


def _has_workspace() -> bool:
    from allmende.team.models import Workspace

    return Workspace.objects.exists()


def _copy_sqlite(folder: Path) -> Path:
    target = folder / "allmende.sqlite3"
    with closing(sqlite3.connect(sqlite_file(), timeout=60)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)  # in one step: a copy in pieces starts anew with each write of somebody else
        copy.execute("PRAGMA journal_mode=DELETE")
    if fault := integrity_fault(target):
        raise CannotSnapshot(f"the database is damaged: {fault}")
    return target


def _packed(path: Path) -> Path:
    packed = path.with_name(path.name + ".gz")
    with path.open("rb") as source, gzip.open(packed, "wb", compresslevel=_COMPRESSION) as file:
        shutil.copyfileobj(source, file, 1 << 20)
    path.unlink()
    return packed


def _tables(cursor: Any) -> list[str]:
    cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename")
    return [name for (name,) in cursor.fetchall() if name not in _OWN_BOOKKEEPING]


def _columns(cursor: Any, table: str) -> str:
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = %s"
        " AND is_generated = 'NEVER' ORDER BY ordinal_position",
        [table],
    )
    return ", ".join(f'"{name}"' for (name,) in cursor.fetchall())


def _copy_table(cursor: Any, table: str, folder: Path) -> Path:
    """The rows as PostgreSQL writes them, after one line that names the columns."""
    columns = _columns(cursor, table)
    path = folder / f"{table}.copy.gz"
    with gzip.open(path, "wb", compresslevel=_COMPRESSION) as file:
        file.write(columns.encode() + b"\n")
        with cursor.copy(f'COPY (SELECT {columns} FROM "{table}") TO STDOUT') as rows:  # noqa: S608 - our own names
            for piece in rows:
                file.write(piece)
    return path


def _fill_table(cursor: Any, table: str, path: Path) -> None:
    with gzip.open(path, "rb") as file:
        columns = file.readline().decode().strip()
        with cursor.copy(f'COPY "{table}" ({columns}) FROM STDIN') as rows:
            while piece := file.read(1 << 20):
                rows.write(piece)


def _set_sequences(cursor: Any, tables: list[str]) -> None:
    for table in tables:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema()"
            " AND table_name = %s AND is_identity = 'YES'",
            [table],
        )
        for (column,) in cursor.fetchall():
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('\"{table}\"', '{column}'),"  # noqa: S608 - our own names
                f' coalesce(max("{column}"), 0) + 1, false) FROM "{table}"'
            )
