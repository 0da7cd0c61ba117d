"""Queries of the most visited pages, written once: Django takes longer to write their SQL than the database to answer."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import QuerySet

_NUMBERS = count(1)
_BEGINNING = datetime(1000, 1, 1)  # noqa: DTZ001 - takes the zone of the value it stands for


class Prepared:
    """A `values_list` query that is written once per connection and asked many times with other values.

    `build(**values)` makes the query; each value (UUID, datetime, date, str or int) must end up in it as a parameter of
    its own. Which rows are wanted may depend on nothing but these values. Calling gives the rows as tuples.
    """

    def __init__(self, build: "Callable[..., QuerySet[Any, Any]]") -> None:
        self.build = build

    def __call__(self, **values: Any) -> list[tuple[Any, ...]]:
        # Kept with the connection, because what reads the rows belongs to it; every thread has its own.
        known: dict[Prepared, _Written] = connections[DEFAULT_DB_ALIAS].__dict__.setdefault("prepared_queries", {})
        if self not in known:
            known[self] = _Written(self.build, values)
        return known[self].ask(values)


class _Written:
    """The SQL of one query, the places of its values, and the compiler that reads its rows."""

    def __init__(self, build: "Callable[..., QuerySet[Any, Any]]", values: dict[str, Any]) -> None:
        markers = {name: _marker(value) for name, value in values.items()}
        self.compiler = build(**markers).query.get_compiler(connection=connection)
        self.sql, parameters = self.compiler.as_sql()
        names = {_stored(marker): name for name, marker in markers.items()}
        self.parameters = [(names.get(one), one) for one in parameters]
        if set(values) - {name for name, _ in self.parameters}:
            raise ValueError(f"Not every value of {sorted(values)} is a parameter of the query.")

    def ask(self, values: dict[str, Any]) -> list[tuple[Any, ...]]:
        stored = {name: _stored(value) for name, value in values.items()}
        with connection.cursor() as cursor:
            cursor.execute(self.sql, [one if name is None else stored[name] for name, one in self.parameters])
            rows = cursor.fetchall()
        if self.compiler.has_extra_select:
            rows = [row[: self.compiler.col_count] for row in rows]
        return list(self.compiler.results_iter([rows], tuple_expected=True))


def _marker(value: Any) -> Any:
    """A value of the same kind that occurs nowhere else."""
    number = next(_NUMBERS)
    match value:
        case UUID():
            return uuid4()
        case datetime():
            return _BEGINNING.replace(tzinfo=value.tzinfo) + timedelta(microseconds=number)
        case date():
            return _BEGINNING.date() + timedelta(days=number)
        case str():
            return uuid4().hex
        case int():
            return 1_000_000_000 + number
    raise TypeError(f"No query is prepared with {type(value)}.")


def _stored(value: Any) -> Any:
    """The value as the database gets it."""
    match value:
        case UUID():
            return value if connection.features.has_native_uuid_field else value.hex
        case datetime():
            return connection.ops.adapt_datetimefield_value(value)
        case date():
            return connection.ops.adapt_datefield_value(value)
    return value
