"""Messages, gestures and arrivals by links as the ledger's rows, column by column: whole months, in order of time.

The database's own answers become columns, in the order it finds them in; the rows are put in order of time here.
"""

from collections.abc import Collection, Generator, Iterator
from contextlib import closing
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from itertools import islice
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Case, F, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Coalesce, NullIf

from allmende.behaviours.queries.arrived import arrivals_between
from allmende.behaviours.queries.interactions import LATEST, bears_its_name, done, opening, said
from allmende.behaviours.queries.ledger_columns import ROWS_AT_ONCE, Moment, columns_of
from allmende.channels.models import Channel
from allmende.channels.queries.imports import EARLIEST
from allmende.ledger.events import batch_of, schema
from allmende.ledger.files import month_bounds
from allmende.ledger.ordering import by_month
from allmende.ledger.runs import sorted_by_time
from allmende.team.models import Workspace

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

BEGUN_KNOWN = 100_000
_GESTURES = {
    "pk": "int64", "at": "string", "place": "string", "act": "string", "author_class": "string", "deleted": "string",
    "thread": "string", "identity__member__pseudonym": "int64", "about": "int64", "whom": "int64",
}  # fmt: skip
_WORDS = _GESTURES | {"named": "int64"}


def batches_by_month(
    workspace: Workspace, months: Collection[str] | None
) -> "Iterator[tuple[str, Iterator[pa.RecordBatch]]]":
    """Each of these months (None: every one there is) with its rows in order of time, in batches of `events.schema()` to be read
    before the next month is asked for; a month without rows is not among them. One pass."""
    wanted = None if months is None else frozenset(months)
    for first, last in [(EARLIEST, LATEST)] if wanted is None else _spans(wanted):
        openers = _Openers()
        # As long as rows are left, PostgreSQL answers nothing else; a fault in between would hold them while it is told.
        with closing(_told_between(workspace, _Places(workspace), first, last)) as told:
            for month, batches in by_month(map(openers.marked, sorted_by_time(told))):
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


def _told_between(
    workspace: Workspace, places: "_Places", first: datetime, last: datetime
) -> "Generator[pa.RecordBatch, None, None]":
    """All rows of a span, in any order. To be closed by whoever does not take them to the end."""
    yield from _words_between(workspace, places, first, last)
    yield from _gestures_between(workspace, places, first, last)
    yield from _arrivals_between(workspace, places, first, last)


def _words_between(
    workspace: Workspace, places: "_Places", first: datetime, last: datetime
) -> "Iterator[pa.RecordBatch]":
    """Of those that open their threads only the ones by whose name they go are marked; the others see `_Openers`."""
    named = Case(When(bears_its_name(), then=Value(1)), default=Value(0))
    rows = _cheap(said(workspace).filter(occurred_at__gte=first, occurred_at__lt=last))
    rows = rows.annotate(named=named, about=F("reply_to"), whom=_known("reply_to"), thread=_thread(""))
    for told in columns_of(rows, _WORDS):
        numbers = places.threads(told["place"], told["thread"])
        yield _batch("message", told, places, told["pk"], numbers, told["named"])


def _gestures_between(
    workspace: Workspace, places: "_Places", first: datetime, last: datetime
) -> "Iterator[pa.RecordBatch]":
    """A gesture about nothing we know (an event from outside) is its own object and thread, below zero."""
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = _cheap(done(workspace).filter(occurred_at__gte=first, occurred_at__lt=last))
    rows = rows.annotate(about=F("target"), whom=_known("target"), thread=_thread("target__"))
    for told in columns_of(rows, _GESTURES):
        names, own = told["thread"].fill_null(""), pc.negate(told["pk"])
        numbers = pc.if_else(pc.equal(names, ""), own, places.threads(told["place"], names))
        objects = told["about"].fill_null(0)
        objects = pc.if_else(pc.equal(objects, 0), own, objects)
        yield _batch("gesture", told, places, objects, numbers, pa.repeat(0, len(own)))


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


def _cheap(rows: QuerySet[Any]) -> QuerySet[Any]:
    """With times and channels in the form that costs least."""
    place = Cast("channel_id", TextField())
    return rows.annotate(at=Moment("occurred_at"), deleted=Moment("deleted_at"), place=place)


def _batch(
    kind: str,
    told: "dict[str, pa.Array]",
    places: "_Places",
    objects: "pa.Array",
    threads: "pa.Array",
    roots: "pa.Array",
) -> "pa.RecordBatch":
    """The columns of `events.schema()` in their order."""
    import pyarrow as pa

    pk, all_of_it = told["pk"], pa.repeat(pa.scalar(0, pa.int32()), len(told["pk"]))
    columns = [
        pk, pk, pa.DictionaryArray.from_arrays(all_of_it, pa.array([kind])), told["act"].dictionary_encode(),
        _times(told["at"]), told["identity__member__pseudonym"], told["author_class"].dictionary_encode(), told["whom"],
        objects, told["about"], threads, places.slugs_of(told["place"]), roots.cast("bool"), _times(told["deleted"]),
    ]  # fmt: skip
    return pa.RecordBatch.from_arrays(columns, schema=schema())


def _times(column: "pa.Array") -> "pa.Array":
    import pyarrow as pa

    return column.cast(pa.timestamp("us")).cast(schema().field("occurred_at").type)


class _Openers:
    """Which messages open their threads, as `interactions.opens` has it. In order of time only the first of a thread can, besides the
    one it is called by: so nobody is asked about the others, which are most and would take two looks into the database each."""

    def __init__(self) -> None:
        self._begun: set[int] = set()

    def marked(self, batch: "pa.RecordBatch") -> "pa.RecordBatch":
        """The next rows in order of time, where those that bear their threads' names are marked already."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        words = np.flatnonzero(pc.equal(batch["kind"].dictionary_decode(), "message"))
        roots = batch["is_root"].to_numpy(zero_copy_only=False).copy()
        firsts = self._firsts(batch["thread_id"].to_numpy()[words], roots[words])
        asked = words[firsts]
        keys = batch["event_id"].to_numpy()[asked]
        found = opening(keys.tolist())
        if not found:
            return batch
        roots[asked[np.isin(keys, [*found])]] = True
        return batch.set_column(batch.schema.get_field_index("is_root"), batch.schema.field("is_root"), pa.array(roots))

    def _firsts(self, threads: "np.ndarray", is_named: "np.ndarray") -> "np.ndarray":
        """Places of those that are the first of their thread and do not bear its name."""
        import numpy as np

        if len(self._begun) >= BEGUN_KNOWN:
            self._begun.clear()
        numbers, firsts = np.unique(threads, return_index=True)
        unnamed = ~is_named[firsts]
        begun = [number in self._begun for number in numbers[unnamed].tolist()]
        self._begun.update(numbers.tolist())
        found: np.ndarray = np.sort(firsts[unnamed][~np.array(begun, dtype=bool)])
        return found


class _Places:
    """Slugs of channels, and a number for each thread that stays the same whatever arrives later or goes: 63 bits of its name's
    hash. A channel's key is as the driver gives it."""

    def __init__(self, workspace: Workspace) -> None:
        keys = Channel.objects.filter(workspace=workspace).values_list("pk", "slug")
        self._slugs = {form: slug for key, slug in keys for form in (key.hex, str(key))}
        self._known: dict[str, int] = {}

    def slugs_of(self, channels: "pa.Array") -> "pa.DictionaryArray":
        """The slug of each of these channels."""
        import pyarrow as pa

        told = channels.dictionary_encode()
        slugs = [self._slugs[one] for one in told.dictionary.to_pylist()]
        return pa.DictionaryArray.from_arrays(told.indices, pa.array(slugs, pa.string()))

    def threads(self, channels: "pa.Array", names: "pa.Array") -> "pa.Array":
        """The number of each of these threads."""
        import pyarrow as pa
        import pyarrow.compute as pc

        length = len(channels[0].as_py())
        told = pc.binary_join_element_wise(channels, names, "").dictionary_encode()
        if len(self._known) >= BEGUN_KNOWN:
            self._known.clear()
        keys = told.dictionary.to_pylist()
        for key in set(keys).difference(self._known):
            self._known[key] = self.thread(key[:length], key[length:])
        return pa.array([self._known[key] for key in keys], pa.int64()).take(told.indices)

    @staticmethod
    def thread(channel: UUID | str, name: str) -> int:
        """The number of a thread by the key of its channel and its name."""
        return int.from_bytes(blake2b(_bytes_of(channel) + name.encode(), digest_size=8).digest(), "big") >> 1


@lru_cache(maxsize=1_000)
def _bytes_of(key: UUID | str) -> bytes:
    return key.bytes if isinstance(key, UUID) else UUID(key).bytes
