"""Queries of the most visited pages and of the mouth, written once: Django takes longer to write their SQL than the database to
answer, and PostgreSQL longer to plan them than to run them."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import count
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid4
from weakref import WeakSet

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.models import Model, QuerySet
from django.db.models.query import get_related_populators
from django.db.models.sql import InsertQuery, UpdateQuery

M = TypeVar("M", bound=Model)
_TYPES = ((UUID, "uuid"), (datetime, "timestamptz"), (date, "date"), (str, "text"), (int, "bigint"))
_NUMBERS = count(1)
_BEGINNING = datetime(1000, 1, 1)  # noqa: DTZ001 - takes the zone of the value it stands for


class Prepared:
    """A `values_list` query that is written once per process and asked many times with other values.

    `build(**values)` makes the query; each value (UUID, datetime, date, str or int) must end up in it as a parameter of
    its own. Which rows are wanted may depend on nothing but these values. Calling gives the rows as tuples.
    """

    def __init__(self, build: "Callable[..., QuerySet[Any, Any]]") -> None:
        self.build = build

    def __call__(self, **values: Any) -> list[tuple[Any, ...]]:
        return _written(self, values).ask(self.read, values)

    def read(self, written: "_Written", cursor: Any) -> Any:
        """What it says, from the cursor it was asked with."""
        return written.rows(cursor)

    def compiler(self, markers: Mapping[str, Any]) -> Any:
        """What writes the SQL, with these values in their places."""
        return self.build(**markers).query.get_compiler(connection=connection)


class PreparedObjects(Prepared, Generic[M]):
    """The same for a query that gives objects, with what `select_related` and annotations bring along."""

    def __init__(self, build: "Callable[..., QuerySet[M]]") -> None:
        super().__init__(build)

    def __call__(self, **values: Any) -> list[M]:  # type: ignore[override]
        return list(super().__call__(**values))  # type: ignore[arg-type]

    def read(self, written: "_Written", cursor: Any) -> Any:
        """The objects."""
        return list(written.objects(cursor))


class PreparedUpdate:
    """The same for an update: `build(**values)` gives the rows and the fields they get. Calling says how many rows there were.

    With `gives`, the name of a field, it says what that is now in each of them, as the database has it.
    """

    def __init__(self, build: "Callable[..., tuple[QuerySet[Any], Mapping[str, Any]]]", gives: str = "") -> None:
        self.build, self.gives = build, gives

    def __call__(self, **values: Any) -> Any:
        return _written(self, values).ask(self.read, values)

    def read(self, written: "_Written", cursor: Any) -> Any:
        """How many rows it changed, or what one field of each is now."""
        return [value for (value,) in cursor.fetchall()] if self.gives else int(cursor.rowcount)

    def compiler(self, markers: Mapping[str, Any]) -> Any:
        """What writes the SQL, with these values in their places."""
        rows, fields = self.build(**markers)
        query: Any = rows.query.chain(UpdateQuery)
        query.add_update_values(fields)
        query.clear_select_clause()
        compiler = query.get_compiler(connection=connection)
        return _Giving(compiler, rows.model._meta.get_field(self.gives).column) if self.gives else compiler


class PreparedInsert:
    """The same for one new row: `build(**values)` gives it unsaved; nobody asks for its key."""

    def __init__(self, build: Callable[..., Model]) -> None:
        self.build = build

    def __call__(self, **values: Any) -> None:
        _written(self, values).ask(self.read, values)

    def read(self, written: "_Written", cursor: Any) -> None:
        """Nothing."""

    def compiler(self, markers: Mapping[str, Any]) -> Any:
        """What writes the SQL, with these values in their places."""
        row = self.build(**markers)
        query = InsertQuery(type(row))
        query.insert_values([one for one in row._meta.concrete_fields if not one.primary_key], [row])
        return query.get_compiler(connection=connection)


Query = Prepared | PreparedUpdate | PreparedInsert
Asked = tuple[Query, Mapping[str, Any]]


def ask_together(*asked: Asked) -> list[Any]:
    """What each of these says that is called with its values, one after another; each sees what those before it have written.

    PostgreSQL is asked at one go: the way there and back takes longer than what it does, and more on a busy machine.
    """
    written = [(query, _written(query, values), values) for query, values in asked]
    base = connections[DEFAULT_DB_ALIAS]
    if base.vendor != "postgresql":
        return [one.ask(query.read, values) for query, one, values in written]
    with transaction.mark_for_rollback_on_error(DEFAULT_DB_ALIAS), base.cursor() as cursor:
        parts = [one.statement(values) for _query, one, values in written]
        cursor.execute("; ".join(sql for sql, _ in parts), [value for _, values in parts for value in values])
        found: list[Any] = []
        for query, one, _values in written:
            if found:
                cursor.nextset()
            found.append(query.read(one, cursor))
        return found


def write_ahead(query: Query, **values: Any) -> None:
    """Write its SQL without asking, with any values of the right kinds: so that nobody does it later while others wait to write."""
    _written(query, values)


def _written(query: Query, values: Mapping[str, Any]) -> "_Written":
    base = connections[DEFAULT_DB_ALIAS]
    # Kept with the connection, because what reads the rows belongs to it; every thread has its own.
    known: dict[object, _Written] = base.__dict__.setdefault("prepared_queries", {})
    if query not in known:
        # The SQL is the same for all: a thread that begins in the middle of a pile would write it while others wait to write.
        plan = query.__dict__.get("plan") or query.__dict__.setdefault("plan", _Plan(query.compiler, values, base))
        known[query] = _Written(plan, base)
    return known[query]


class _Plan:
    """The SQL of one query, the places of its values, the compiler that reads its rows, and the sessions that know it."""

    def __init__(self, compiler: Callable[[Mapping[str, Any]], Any], values: Mapping[str, Any], base: Any) -> None:
        markers = {name: _marker(value) for name, value in values.items()}
        self.compiler = compiler(markers)
        written = self.compiler.as_sql()
        self.sql, parameters = written[0] if isinstance(written, list) else written
        names = {_stored(marker, base): name for name, marker in markers.items()}
        self.parameters = [(names.get(one), one) for one in parameters]
        if set(values) - {name for name, _ in self.parameters}:
            raise ValueError(f"Not every value of {sorted(values)} is a parameter of the query.")
        self.types = {name: _type_of(value) for name, value in values.items()}
        self.name = f"prepared_{next(_NUMBERS)}"
        self.sessions: WeakSet[Any] = WeakSet()


class _Giving:
    """Writes an update that gives the new values of a column; Django has none before its version 6."""

    def __init__(self, compiler: Any, column: str) -> None:
        self._compiler, self._column = compiler, column

    def as_sql(self) -> tuple[str, Any]:
        """The statement and its values."""
        sql, values = self._compiler.as_sql()
        return f"{sql} RETURNING {connection.ops.quote_name(self._column)}", values


class _Written:
    """One query as one connection asks it."""

    def __init__(self, plan: _Plan, base: Any) -> None:
        # Asked for by name it is looked up anew each time.
        self.base = base
        self.compiler, self.sql, self.parameters = plan.compiler, plan.sql, plan.parameters
        self.types, self.name, self.sessions = plan.types, plan.name, plan.sessions

    def ask(self, read: "Callable[[_Written, Any], Any]", values: Mapping[str, Any]) -> Any:
        """What it says, as `read` reads it from the cursor."""
        with transaction.mark_for_rollback_on_error(DEFAULT_DB_ALIAS), self.base.cursor() as cursor:
            cursor.execute(*self.statement(values))
            return read(self, cursor)

    def rows(self, cursor: Any) -> list[tuple[Any, ...]]:
        """The rows, as the fields of the query read them."""
        rows = cursor.fetchall()
        if self.compiler.has_extra_select:
            rows = [row[: self.compiler.col_count] for row in rows]
        return (
            [tuple(row) for row in self.compiler.apply_converters(rows, self._converters)] if self._converters else rows
        )

    def objects(self, cursor: Any) -> Iterator[Any]:
        """The rows as Django's own iteration makes objects of them."""
        model, names, others = self._readers
        for row in self.rows(cursor):
            found = model.from_db(DEFAULT_DB_ALIAS, names, row[: len(names)])
            for other in others:
                other.populate(row, found)
            for name, place in self.compiler.annotation_col_map.items():
                setattr(found, name, row[place])
            yield found

    @cached_property
    def _converters(self) -> Any:
        return self.compiler.get_converters([one[0] for one in self.compiler.select[: self.compiler.col_count]])

    @cached_property
    def _readers(self) -> tuple[Any, list[str], Any]:
        whole, select = self.compiler.klass_info, self.compiler.select
        names = [select[place][0].target.attname for place in whole["select_fields"]]
        return whole["model"], names, get_related_populators(whole, select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]

    def statement(self, values: Mapping[str, Any]) -> tuple[str, list[Any]]:
        """The statement and what it is given; PostgreSQL keeps the plan for as long as its session lasts."""
        stored = {name: _stored(value, self.base) for name, value in values.items()}
        if self.base.vendor != "postgresql":
            return self.sql, [one if name is None else stored[name] for name, one in self.parameters]
        if self.base.connection not in self.sessions:  # a pool gives back one it gave before
            self._let_plan()
            self.sessions.add(self.base.connection)
        places = ", ".join("%s" for _ in self.types)
        return f"EXECUTE {self.name}" + (f" ({places})" if places else ""), [stored[name] for name in self.types]

    def _let_plan(self) -> None:
        stand_ins = {name: uuid4().hex for name in self.types}
        given = [one if name is None else stand_ins[name] for name, one in self.parameters]
        sql = self.base.ops.compose_sql(self.sql, given)
        for number, stand_in in enumerate(stand_ins.values(), 1):
            sql = sql.replace(f"'{stand_in}'", f"${number}")
        types = f" ({', '.join(self.types.values())})" if self.types else ""
        with self.base.wrap_database_errors, self.base.connection.cursor() as session:
            session.execute(f"PREPARE {self.name}{types} AS {sql}")


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


def _type_of(value: Any) -> str:
    """What PostgreSQL calls the kind of a value that `_marker` takes."""
    return next(name for kind, name in _TYPES if isinstance(value, kind))


def _stored(value: Any, base: Any) -> Any:
    """The value as the database gets it."""
    match value:
        case UUID():
            return value if base.features.has_native_uuid_field else value.hex
        case datetime():
            return base.ops.adapt_datetimefield_value(value)
        case date():
            return base.ops.adapt_datefield_value(value)
    return value
