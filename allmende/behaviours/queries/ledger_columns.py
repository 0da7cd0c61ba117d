"""Rows of the database column by column, as the driver gives them: a row is never an object of its own for longer than a moment.

They come in whatever order costs the database least. To be asked for an order it would have to lay all of them aside first, and
PostgreSQL does so for a cursor that outlives its transaction as well; so its rows are taken while it finds them.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Func, QuerySet, TextField

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_AT_ONCE = 20_000
_ROWS_PER_ANSWER = 1_000


def columns_of(rows: QuerySet[Any], kinds: Mapping[str, str]) -> "Iterator[dict[str, pa.Array]]":
    """The rows, many at once: of each named value a column of this kind (Arrow's name for it). Nothing else is asked of the
    database until all are taken."""
    import pyarrow as pa

    query, values = rows.order_by().values_list(*kinds).query.sql_with_params()
    takers = [(name, itemgetter(place), pa.type_for_alias(kind)) for place, (name, kind) in enumerate(kinds.items())]
    for part in _parts(query, values):  # `zip` would hold an iterator for each row
        yield {name: pa.array(list(map(take, part)), kind) for name, take, kind in takers}


def _parts(query: str, values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(query, values)
            while part := cursor.fetchmany(ROWS_AT_ONCE):
                yield part
            return
        with connection.wrap_database_errors, closing(_streamed(cursor, query, values)) as rows:
            while told := list(islice(rows, ROWS_AT_ONCE)):
                yield told


def _streamed(cursor: Any, query: str, values: Sequence[Any]) -> Any:
    """The rows while PostgreSQL finds them; one by one where its library is older than the means to take several."""
    from psycopg import capabilities

    size = _ROWS_PER_ANSWER if capabilities.has_stream_chunked() else 1
    return cursor.stream(query, values, size=size)


class Moment(Func):
    """A time of which the driver makes no object: a text in UTC without a zone."""

    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(compiler, connection, template="CAST(%(expressions)s AS text)", **more)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s AT TIME ZONE 'UTC')::text", **more)


@contextmanager
def unmapped() -> Iterator[None]:
    """SQLite does not map its file into memory meanwhile: whoever reads all of it would hold as much of it as may be mapped."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        mapped = cursor.execute("PRAGMA mmap_size").fetchone()
        cursor.execute("PRAGMA mmap_size = 0").fetchone()
    try:
        yield
    finally:
        if mapped:
            with connection.cursor() as cursor:
                cursor.execute(f"PRAGMA mmap_size = {int(mapped[0])}").fetchone()
