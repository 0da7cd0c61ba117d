"""Rows in bulk, past the ORM: tuples of columns, ids reserved beforehand so that rows can name one another."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from django.db import connection, models

CHUNK = 1_000
T = TypeVar("T")


def chunks(things: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """The things in lists of at most `size`."""
    rest = iter(things)
    while part := list(islice(rest, size)):
        yield part


def reserve_ids(model: type[models.Model], number: int) -> Sequence[int]:
    """`number` ids nobody else will use, ascending. On SQLite the transaction's write lock keeps them ours."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = %s", [table])
            first = cursor.fetchone()[0] + 1
            return range(first, first + number)
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, number])
        return sorted(row[0] for row in cursor.fetchall())


def insert_rows(model: type[models.Model], columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert tuples of column values; a row whose unique key is there already is left out."""
    quote = connection.ops.quote_name
    names = ", ".join(map(quote, columns))
    marks = ", ".join(["%s"] * len(columns))
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(sql, rows)


def as_time(moment: datetime | None) -> Any:
    """A moment as this database takes it."""
    return connection.ops.adapt_datetimefield_value(moment)


def as_uuid(value: uuid.UUID | None) -> Any:
    """A UUID as this database takes it."""
    if value is None or connection.features.has_native_uuid_field:
        return value
    return value.hex


def read_unmapped() -> None:
    """Let this connection read without mapping the SQLite file: mapped pages count as memory of a long import."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA mmap_size=0")
