"""Entries -> neutral. Nobody answers a feed, and it arrives by itself: whoever wrote it counts as no member."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime

from allmende.connectors.feed.document import Entry
from allmende.connectors.markup import one_line, words
from allmende.connectors.neutral import NOTHING, Author, Item, Media, Ref
from allmende.domain.acts import act_of

LONGEST_NAME = 200
# The newest of a document: no feed shows more, and a cursor must hold them.
MOST_ENTRIES = 1_000
_BEGINNING = datetime.min.replace(tzinfo=UTC)


def item(entry: Entry, source: str, title: str, now: datetime, edited_at: datetime | None = None) -> Item:
    """One entry of the feed at `source`, which calls itself `title`. Without a time of its own it happened when we saw it;
    nothing happens in the future."""
    at = min(entry.published or entry.updated or now, now)
    if edited_at is None and entry.published and entry.updated and at < entry.updated <= now:
        edited_at = entry.updated
    html = entry.html
    return Item(
        Ref(entry.native_id, entry.url),
        "message",
        act_of("social", is_root=True, is_root_author=False),
        author(entry.by, source, title),
        at,
        entry.native_id,
        title=one_line(entry.title),
        text=words(html) if html else entry.text,
        html=html,
        edited_at=edited_at,
        media=tuple(Media(one.media_type, one.url, one.alt) for one in entry.pictures),
        extra={"tags": list(entry.tags)} if entry.tags else NOTHING,
    )


def author(name: str, source: str, title: str) -> Author:
    """Who wrote an entry; where it says nothing, the feed itself."""
    shown = " ".join(one_line(name).split())[:LONGEST_NAME] or one_line(title)[:LONGEST_NAME] or source
    return Author(f"by-{_digest(f'{source} {shown.lower()}')}", shown, shown, is_bot=True)


def us(source: str, host: str, title: str) -> Author:
    """Who listens: nobody at the other end knows us, so the feed's address is our name."""
    return Author(f"feed-{_digest(source)}", host, title or host, is_us=True)


def oldest_first(entries: Iterable[Entry]) -> list[Entry]:
    """By their times; those without one as they stand, of which feeds list the newest first. An id twice: the later words."""
    by_id: dict[str, Entry] = {}
    for entry in reversed(list(entries)):
        other = by_id.get(entry.native_id)
        if other is None or _time(entry) >= _time(other):
            by_id[entry.native_id] = entry
    return sorted(
        by_id.values(), key=lambda entry: entry.published or entry.updated or datetime.max.replace(tzinfo=UTC)
    )


def _time(entry: Entry) -> datetime:
    return entry.updated or entry.published or _BEGINNING


def _digest(seen: str) -> str:
    return hashlib.sha256(seen.encode("utf-8", "replace")).hexdigest()[:20]
