"""Neutral items -> columns of Message and Gesture."""

import json
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from allmende.channels.actions.clean_text import VERSION, clean_html, one_line, storable, text_of
from allmende.channels.actions.write_rows import as_time, as_uuid
from allmende.channels.models import words_to_find
from allmende.channels.states import INWARD, OUTWARD, VISIBILITIES
from allmende.connectors.neutral import Item
from allmende.members.models import Identity
from allmende.members.states import ACTOR_CLASSES, UNKNOWN

MESSAGE_COLUMNS = (
    "id", "channel_id", "public_id", "native_id", "thread_native_id", "reply_to_native_id", "reply_to_id", "identity_id",
    "person_id", "author_class", "direction", "visibility", "act", "title", "text", "search_words", "html", "html_raw",
    "sanitiser_version", "occurred_at", "recorded_at", "changed_at", "edited_at", "deleted_at", "origin",
    "import_run_id", "url", "serves_key", "subject_kind", "subject_id", "subject_label", "extra",
)  # fmt: skip
GESTURE_COLUMNS = (
    "id", "channel_id", "native_id", "act", "identity_id", "author_class", "target_native_id", "target_id",
    "occurred_at", "recorded_at", "changed_at", "deleted_at", "origin", "import_run_id", "extra",
)  # fmt: skip
TITLE_LENGTH = 300
URL_LENGTH = 500
ACT_LENGTH = 24
EXTRA_LENGTH = 20_000
# Who may read what a network marks in a way we do not know: as few as possible.
NARROWEST = "direct"
# In JSON: a NUL, or half of a surrogate pair that may stand alone.
_DOUBTFUL = re.compile(r"\\u(?:0000|d[89a-f])")
_BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class Frame:
    """What all rows of a batch share. `classes`: actor class by native id and day ("" where days do not matter)."""

    channel_id: uuid.UUID
    now: datetime
    origin: str
    import_run_id: uuid.UUID | None
    classes: Mapping[tuple[str, str], str]
    channel_column: Any = field(init=False)
    run_column: Any = field(init=False)
    now_column: Any = field(init=False)
    by_day: bool = field(init=False)

    def __post_init__(self) -> None:
        self.channel_column = as_uuid(self.channel_id)
        self.run_column = as_uuid(self.import_run_id)
        self.now_column = as_time(self.now)
        self.by_day = any(day for _, day in self.classes)

    def class_of(self, item: Item) -> str:
        """The author's class at the time of the act; the reader's own word goes first."""
        if item.author is None:
            return UNKNOWN
        said = item.extra.get("author_class")
        if said in ACTOR_CLASSES:
            return said
        return self.classes[item.author.native_id, item.occurred_at.date().isoformat() if self.by_day else ""]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of an item as they are kept: all four belong together and change together."""

    title: str
    text: str
    html: str
    html_raw: str
    sanitiser_version: str


def version_of(item: Item) -> tuple[datetime, bool, datetime]:
    """What makes one telling of an item newer than another: its edit; then whether it has words; then its deletion."""
    return (item.edited_at or _BEGINNING, bool(item.text or item.html), item.deleted_at or _BEGINNING)


def newest(items: Iterable[Item]) -> dict[str, Item]:
    """One item per native id: of several tellings the newest words, with the deletion if any tells of one."""
    found: dict[str, Item] = {}
    for item in items:
        key = item.ref.native_id
        found[key] = _joined(found[key], item) if key in found else item
    return found


def words_of(item: Item) -> Words:
    """The item's words, safe to keep: HTML raw and cleaned, text derived from it where the network gives none."""
    html_raw = storable(item.html)
    text = storable(item.text) or (text_of(html_raw) if html_raw else "")
    html = clean_html(html_raw) if html_raw else ""
    return Words(one_line(item.title)[:TITLE_LENGTH], text, html, html_raw, VERSION if html_raw else "")


def message_row(
    item: Item, pk: int, reply_to_id: int | None, frame: Frame, met: Mapping[str, Identity]
) -> tuple[Any, ...]:
    """The columns of a message, in the order of MESSAGE_COLUMNS."""
    words = words_of(item)
    author = item.author
    return (
        pk, frame.channel_column, None, item.ref.native_id, item.thread, item.reply_to, reply_to_id,
        met[author.native_id].pk if author else None,
        None, frame.class_of(item), OUTWARD if author and author.is_us else INWARD,
        _visibility(item), storable(item.act)[:ACT_LENGTH], words.title, words.text,
        words_to_find(words.title, words.text), words.html, words.html_raw, words.sanitiser_version,
        as_time(item.occurred_at), frame.now_column, frame.now_column,
        as_time(item.edited_at) if item.edited_at else None, as_time(item.deleted_at) if item.deleted_at else None,
        frame.origin, frame.run_column, address_of(item.ref.url), "", "", "", "", extra_of(item),
    )  # fmt: skip


def gesture_row(
    item: Item, pk: int, target_id: int | None, frame: Frame, met: Mapping[str, Identity]
) -> tuple[Any, ...]:
    """The columns of a gesture, in the order of GESTURE_COLUMNS."""
    return (
        pk, frame.channel_column, item.ref.native_id, storable(item.act)[:ACT_LENGTH],
        met[item.author.native_id].pk if item.author else None, frame.class_of(item), item.target, target_id,
        as_time(item.occurred_at), frame.now_column, frame.now_column,
        as_time(item.deleted_at) if item.deleted_at else None, frame.origin, frame.run_column, extra_of(item),
    )  # fmt: skip


def _visibility(item: Item) -> str:
    return item.visibility if item.visibility in VISIBILITIES else NARROWEST


def address_of(url: str) -> str:
    """The address if it is one a person may follow; anything else is no address."""
    is_address = len(url) <= URL_LENGTH and url.startswith(("https://", "http://")) and storable(url) == url
    return url if is_address else ""


def extra_of(item: Item) -> str:
    """What we do not know, as JSON; media by address; too much of it is dropped, and says so."""
    if not item.extra and not item.media:
        return "{}"
    kept: dict[str, Any] = dict(item.extra)
    if item.media:
        kept["media"] = [{"type": one.media_type, "url": one.url, "alt": one.alt} for one in item.media]
    written = _as_json(kept)
    if written is None or len(written) > EXTRA_LENGTH:
        return json.dumps({"dropped": [storable(str(name))[:60] for name in list(kept)[:50]]})
    return written


def _as_json(kept: dict[str, Any]) -> str | None:
    """JSON that both databases take; None for what is nested too deep, runs in a circle or is no number."""
    try:
        written = json.dumps(kept, ensure_ascii=True, allow_nan=False, default=str)
        if _DOUBTFUL.search(written):
            written = json.dumps(_storable(json.loads(written)), ensure_ascii=True)
    except (RecursionError, TypeError, ValueError):
        return None
    return written


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(name): _storable(inner) for name, inner in value.items()}
    return [_storable(inner) for inner in value] if isinstance(value, list) else value


def _joined(one: Item, other: Item) -> Item:
    newer = max(one, other, key=version_of)
    deletions = [item.deleted_at for item in (one, other) if item.deleted_at]
    return replace(newer, deleted_at=min(deletions) if deletions else None)
