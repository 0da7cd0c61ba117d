"""The interaction row: one message or one gesture, told without names (domain.md 0.1b, 4.1).

A row says who (by pseudonym) did what, when, to which message, in which thread. Whether an answer was
accepted or thanked is not stored: it is a gesture of its own, and the compiler derives it.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    import pyarrow as pa

Kind = Literal["message", "gesture"]
ActorClass = Literal["member", "staff", "expert", "partner", "bot", "unknown"]

KINDS: tuple[str, ...] = ("message", "gesture")
ACTOR_CLASSES: tuple[str, ...] = ("member", "staff", "expert", "partner", "bot", "unknown")

# Which gesture gives a message which mark of quality.
MARK_ACTS: dict[str, str] = {"accepted": "accepted_answer", "thanked": "thanked", "helpful_votes": "voted"}
ACT_SHAPE = re.compile(r"[a-z][a-z0-9_]{0,63}\Z")


class Interaction(NamedTuple):
    """One row of the ledger. Times are aware (UTC is stored, microseconds); keys are the row keys of messages
    and members.

    `ordinal` is the source's order inside a tie of `occurred_at`. `event_id` is unique together with `kind`.
    `object_id` is the message itself, for a gesture the message it is about. `is_root` marks the message that
    opens its thread.
    """

    ordinal: int
    event_id: int
    kind: Kind
    act: str
    occurred_at: datetime
    actor: int | None
    actor_class: ActorClass
    target_actor: int | None
    object_id: int
    parent_id: int | None
    thread_id: int
    channel: str
    is_root: bool
    deleted_at: datetime | None = None


def schema() -> "pa.Schema":
    """Arrow schema of the rows a writer hands in: the fields of `Interaction`, in that order."""
    import pyarrow as pa

    word = pa.dictionary(pa.int32(), pa.string())
    instant = pa.timestamp("us", tz="UTC")
    return pa.schema(
        [
            pa.field("ordinal", pa.int64(), nullable=False),
            pa.field("event_id", pa.int64(), nullable=False),
            pa.field("kind", word, nullable=False),
            pa.field("act", word, nullable=False),
            pa.field("occurred_at", instant, nullable=False),
            pa.field("actor", pa.int64()),
            pa.field("actor_class", word, nullable=False),
            pa.field("target_actor", pa.int64()),
            pa.field("object_id", pa.int64(), nullable=False),
            pa.field("parent_id", pa.int64()),
            pa.field("thread_id", pa.int64(), nullable=False),
            pa.field("channel", word, nullable=False),
            pa.field("is_root", pa.bool_(), nullable=False),
            pa.field("deleted_at", instant),
        ]
    )


def stored_schema() -> "pa.Schema":
    """Schema of the files: the handed-in fields and `position` (int64), the one total order over time, then
    source order.

    A file's writer numbers its sorted rows, so that "first" is a minimum over one integer on every engine,
    ties included.
    """
    import pyarrow as pa

    return schema().append(pa.field("position", pa.int64(), nullable=False))


def batch_of(rows: Sequence[Interaction]) -> "pa.RecordBatch":
    """Rows as one Arrow batch in `schema()`. A missing required value or an unaware time raises
    ValueError."""
    import pyarrow as pa

    if any(row.occurred_at.tzinfo is None for row in rows):
        raise ValueError("An interaction's time needs a zone; nothing was written. Give aware times.")
    columns = list(zip(*rows, strict=True)) or [()] * len(Interaction._fields)
    arrays = [pa.array(column, type=field.type) for column, field in zip(columns, schema(), strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=schema())
