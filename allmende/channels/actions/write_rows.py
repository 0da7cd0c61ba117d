"""Rows in bulk, past the ORM: tuples of columns, ids reserved beforehand so that rows can name one another."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, models, transaction

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


def update_rows(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Write these fields of rows that are there, a plain update for each; `bulk_update` takes many times as long to write its SQL."""
    if not rows:
        return
    meta, quote = rows[0]._meta, connection.ops.quote_name
    fields: list[Any] = [*(meta.get_field(name) for name in names), meta.pk]
    *sets, key = (f"{quote(field.column)} = %s" for field in fields)
    sql = f"UPDATE {quote(meta.db_table)} SET {', '.join(sets)} WHERE {key}"  # noqa: S608
    values = [[field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields] for row in rows]
    with transaction.mark_for_rollback_on_error(DEFAULT_DB_ALIAS), connection.cursor() as cursor:
        cursor.executemany(sql, values)


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
