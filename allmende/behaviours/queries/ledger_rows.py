"""Messages, gestures and arrivals by links as the ledger's rows, column by column: whole months, in order of time.

The database's own answers become columns: a row is never an object of its own, which is what most of a fill used to take.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from itertools import islice
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, Case, ExpressionWrapper, F, Func, QuerySet, TextField, When
from django.db.models.functions import Cast

from allmende.behaviours.queries.arrived import arrivals_between
from allmende.behaviours.queries.interactions import done, opens, said
from allmende.channels.models import Channel
from allmende.ledger.events import batch_of, schema
from allmende.ledger.files import month_bounds
from allmende.ledger.ordering import by_month, in_order
from allmende.team.models import Workspace

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_AT_ONCE = 20_000
_WORDS = (
    "pk", "at", "place", "act", "author_class", "deleted", "thread_native_id", "native_id",
    "identity__member__pseudonym", "reply_to_id", "whom", "opens",
)  # fmt: skip
_GESTURES = (
    "pk", "at", "place", "act", "author_class", "deleted", "target__thread_native_id", "target__native_id",
    "identity__member__pseudonym", "target_id", "whom",
)  # fmt: skip


def batches_by_month(workspace: Workspace, months: Collection[str]) -> "Iterator[tuple[str, Iterator[pa.RecordBatch]]]":
    """Each of these months with its rows in order of time, in batches of `events.schema()` to be read before the next month is
    asked for; a month without rows is not among them. One pass."""
    wanted = frozenset(months)
    for first, last in _spans(wanted):
        places = _Places(workspace)
        told = (
            _words_between(workspace, places, first, last),
            _gestures_between(workspace, places, first, last),
            _arrivals_between(workspace, places, first, last),
        )
        for month, batches in by_month(in_order(told)):
            if month in wanted:
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
    rows = said(workspace).annotate(opens=ExpressionWrapper(opens(), BooleanField()), whom=_known("reply_to"))
    for told in _columns(rows.filter(occurred_at__gte=first, occurred_at__lt=last), _WORDS):
        pk, at, channels, acts, classes, deleted_at, threads, native_ids, actors, parents, targets, is_root = told
        names = [thread or native_id for thread, native_id in zip(threads, native_ids, strict=True)]
        yield _batch(
            pk, pk, "message", acts, at, actors, classes, targets, pk, parents,
            places.threads(channels, names), [places.slugs[one] for one in channels],
            list(map(bool, is_root)), deleted_at,
        )  # fmt: skip


def _gestures_between(
    workspace: Workspace, places: "_Places", first: datetime, last: datetime
) -> "Iterator[pa.RecordBatch]":
    """A gesture about nothing we know (an event from outside) is its own object and thread, below zero."""
    rows = done(workspace).annotate(whom=_known("target")).filter(occurred_at__gte=first, occurred_at__lt=last)
    for columns in _columns(rows, _GESTURES):
        pk, at, channels, acts, classes, deleted_at, threads, native_ids, actors, target_ids, targets = columns
        names = [thread or native_id or "" for thread, native_id in zip(threads, native_ids, strict=True)]
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


def _columns(rows: QuerySet[Any], names: Sequence[str]) -> Iterator[list[tuple[Any, ...]]]:
    """The rows in order of time as the driver gives them, many at once; times and channels in the form that costs least."""
    found = rows.annotate(at=_Cheap("occurred_at"), deleted=_Cheap("deleted_at"), place=Cast("channel_id", TextField()))
    query, values = found.order_by("occurred_at", "pk").values_list(*names).query.sql_with_params()
    with connection.chunked_cursor() as cursor:
        cursor.execute(query, values)
        while part := cursor.fetchmany(ROWS_AT_ONCE):
            yield list(zip(*part, strict=True))


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
