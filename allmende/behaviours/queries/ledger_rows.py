"""Messages, gestures and arrivals by links as the ledger's rows, column by column: whole months, in order of time.

The database's own answers become columns: a row is never an object of its own, which is what most of a fill used to take.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from itertools import islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, Case, ExpressionWrapper, F, Func, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Coalesce, NullIf

from allmende.behaviours.queries.arrived import arrivals_between
from allmende.behaviours.queries.interactions import LATEST, bears_its_name, done, opening, said
from allmende.channels.models import Channel
from allmende.channels.queries.imports import EARLIEST
from allmende.ledger.events import batch_of, schema
from allmende.ledger.files import month_bounds
from allmende.ledger.ordering import by_month, in_order
from allmende.team.models import Workspace

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_AT_ONCE = 20_000
BEGUN_KNOWN = 100_000
_WORDS = (
    "pk", "at", "place", "act", "author_class", "deleted", "thread", "identity__member__pseudonym", "reply_to_id",
    "whom", "named",
)  # fmt: skip
_GESTURES = (
    "pk", "at", "place", "act", "author_class", "deleted", "thread", "identity__member__pseudonym", "target_id", "whom",
)  # fmt: skip


def batches_by_month(
    workspace: Workspace, months: Collection[str] | None
) -> "Iterator[tuple[str, Iterator[pa.RecordBatch]]]":
    """Each of these months (None: every one there is) with its rows in order of time, in batches of `events.schema()` to be read
    before the next month is asked for; a month without rows is not among them. One pass."""
    wanted = None if months is None else frozenset(months)
    for first, last in [(EARLIEST, LATEST)] if wanted is None else _spans(wanted):
        places = _Places(workspace)
        told = (
            _words_between(workspace, places, first, last),
            _gestures_between(workspace, places, first, last),
            _arrivals_between(workspace, places, first, last),
        )
        for month, batches in by_month(in_order(told)):
            if wanted is None or month in wanted:
                yield month, batches


def _spans(months: Collection[str]) -> list[tuple[datetime, datetime]]:
    """Neighbouring months as one span each; very scattered ones as one, because each span reads the table once."""
    spans: list[tuple[datetime, datetime]] = []
    for first, last in map(month_bounds, sorted(months)):
        if spans and spans[-1][1] == first:
            spans[-1] = (spans[-1][0], last)
        else:
            spans.append((first, last))
    return spans if len(spans) <= 4 else [(spans[0][0], spans[-1][1])]


def _words_between(
    workspace: Workspace, places: "_Places", first: datetime, last: datetime
) -> "Iterator[pa.RecordBatch]":
    named = ExpressionWrapper(bears_its_name(), BooleanField())
    rows = said(workspace).annotate(named=named, whom=_known("reply_to"), thread=_thread(""))
    openers = _Openers()
    for told in _columns(rows.filter(occurred_at__gte=first, occurred_at__lt=last), _WORDS):
        pk, at, channels, acts, classes, deleted_at, names, actors, parents, targets, is_named = told
        numbers = places.threads(channels, names)
        yield _batch(
            pk, pk, "message", acts, at, actors, classes, targets, pk, parents,
            numbers, [places.slugs[one] for one in channels], openers.among(pk, numbers, is_named), deleted_at,
        )  # fmt: skip


def _gestures_between(
    workspace: Workspace, places: "_Places", first: datetime, last: datetime
) -> "Iterator[pa.RecordBatch]":
    """A gesture about nothing we know (an event from outside) is its own object and thread, below zero."""
    rows = done(workspace).annotate(whom=_known("target"), thread=_thread("target__"))
    for columns in _columns(rows.filter(occurred_at__gte=first, occurred_at__lt=last), _GESTURES):
        pk, at, channels, acts, classes, deleted_at, found, actors, target_ids, targets = columns
        names = [name or "" for name in found]
        told = places.threads(channels, names)
        numbers = [number if name else -own for own, name, number in zip(pk, names, told, strict=True)]
        objects = [target or -own for own, target in zip(pk, target_ids, strict=True)]
        yield _batch(
            pk, pk, "gesture", acts, at, actors, classes, targets, objects, target_ids, numbers,
            [places.slugs[one] for one in channels], [False] * len(pk), deleted_at,
        )  # fmt: skip


def _arrivals_between(
    workspace: Workspace, places: "_Places", first: datetime, last: datetime
) -> "Iterator[pa.RecordBatch]":
    rows = arrivals_between(workspace, first, last, places.thread)
    while part := list(islice(rows, ROWS_AT_ONCE)):
        yield batch_of(part)


def _known(message: str) -> Case:
    """Who wrote a message, by pseudonym; nobody, where they asked to be forgotten."""
    member = f"{message}__identity__member"
    return Case(When(**{f"{member}__erased_at__isnull": True}, then=F(f"{member}__pseudonym")))


def _thread(message: str) -> Coalesce:
    """What a message's thread is called; one without a thread is its own."""
    return Coalesce(NullIf(f"{message}thread_native_id", Value("")), f"{message}native_id")


def _columns(rows: QuerySet[Any], names: Sequence[str]) -> Iterator[list[list[Any]]]:
    """The rows in order of time as the driver gives them, many at once; times and channels in the form that costs least."""
    found = rows.annotate(at=_Cheap("occurred_at"), deleted=_Cheap("deleted_at"), place=Cast("channel_id", TextField()))
    query, values = found.order_by("occurred_at", "pk").values_list(*names).query.sql_with_params()
    columns = [itemgetter(place) for place in range(len(names))]  # `zip` would hold an iterator for each row
    with connection.chunked_cursor() as cursor:
        cursor.execute(query, values)
        while part := cursor.fetchmany(ROWS_AT_ONCE):
            yield [list(map(column, part)) for column in columns]


class _Cheap(Func):
    """A time of which the driver makes no object: SQLite's text as it is kept, PostgreSQL's microseconds since 1970."""

    output_field = TextField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        return self.as_sql(compiler, connection, template="CAST(%(expressions)s AS text)", **more)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        told = "(extract(epoch FROM %(expressions)s) * 1000000)::bigint"
        return self.as_sql(compiler, connection, template=told, **more)


def _batch(*columns: Any) -> "pa.RecordBatch":
    """The columns of `events.schema()` in their order; a kind stands for all rows."""
    import pyarrow as pa

    told = zip(schema(), columns, strict=True)
    arrays = [_array(field.type, column, len(columns[0])) for field, column in told]
    return pa.RecordBatch.from_arrays(arrays, schema=schema())


def _array(kind: "pa.DataType", column: Any, rows: int) -> "pa.Array":
    import pyarrow as pa

    if pa.types.is_dictionary(kind):
        if isinstance(column, str):
            return pa.DictionaryArray.from_arrays(pa.nulls(rows, pa.int32()).fill_null(0), pa.array([column]))
        return pa.array(column, pa.string()).dictionary_encode()
    if pa.types.is_timestamp(kind):
        told = pa.array(column)
        return told.cast(pa.timestamp("us")).cast(kind) if pa.types.is_string(told.type) else told.cast(kind)
    return pa.array(column, kind)


class _Openers:
    """Which messages open their threads, as `interactions.opens` has it. In order of time only the first of a thread can, besides the
    one it is called by: so nobody is asked about the others, which are most and would take two looks into the database each."""

    def __init__(self) -> None:
        self._begun: set[int] = set()

    def among(self, pks: Sequence[int], threads: Sequence[int], is_named: Sequence[object]) -> list[bool]:
        """Of the next messages in order of time, with the numbers of their threads."""
        if len(self._begun) >= BEGUN_KNOWN:
            self._begun.clear()
        begun, asked = self._begun, []
        for pk, thread, named in zip(pks, threads, is_named, strict=True):
            if thread not in begun:
                begun.add(thread)
                if not named:
                    asked.append(pk)
        found = opening(asked)
        return [bool(named) or pk in found for pk, named in zip(pks, is_named, strict=True)]


class _Places:
    """Slugs of channels, and a number for each thread that stays the same whatever arrives later or goes: 63 bits of its name's
    hash. A channel's key is as the driver gives it."""

    def __init__(self, workspace: Workspace) -> None:
        keys = Channel.objects.filter(workspace=workspace).values_list("pk", "slug")
        self.slugs: dict[UUID | str, str] = {form: slug for key, slug in keys for form in (key, key.hex, str(key))}
        self._known: dict[tuple[UUID | str, str], int] = {}

    def threads(self, channels: Sequence[UUID | str], names: Sequence[str]) -> list[int]:
        """The number of each of these threads."""
        places = list(zip(channels, names, strict=True))
        if len(self._known) >= 100_000:
            self._known.clear()
        known = self._known
        for place in set(places).difference(known):
            known[place] = self.thread(*place)
        return list(map(known.__getitem__, places))

    @staticmethod
    def thread(channel: UUID | str, name: str) -> int:
        """The number of a thread by the key of its channel and its name."""
        return int.from_bytes(blake2b(_bytes_of(channel) + name.encode(), digest_size=8).digest(), "big") >> 1


@lru_cache(maxsize=1_000)
def _bytes_of(key: UUID | str) -> bytes:
    return key.bytes if isinstance(key, UUID) else UUID(key).bytes
