"""Items as we can keep them: one message that no database takes must not deafen a whole channel."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from allmende.channels.actions.clean_text import one_line, storable
from allmende.connectors.neutral import Author, Item

LONGEST_ID = 255
FIRST_YEAR = 1970
CLOCK_SKEW = timedelta(days=1)


def mended(items: Iterable[Item], *, now: datetime, is_past: bool) -> Iterator[Item]:
    """The items whose ids can be kept as they are; an author without such an id is nobody we know.

    A time that lies ahead or before all networks is the time it came, unless the items are an imported past.
    """
    latest, known = now + CLOCK_SKEW, set[str]()
    for item in items:
        ids = (item.ref.native_id, item.thread, item.reply_to, item.target)
        if not ids[0] or not (_is_id("".join(ids)) or all(map(_is_id, ids))):
            continue
        author = item.author
        if author is None or author.native_id in known:
            kept = item
        elif _is_id(author.native_id):
            known.add(author.native_id)
            kept = item
        else:
            kept = replace(item, author=None)
        yield kept if is_past else _in_time(kept, now, latest)


def mended_author(author: Author) -> Author:
    """The author with names that can be kept."""
    handle, name = one_line(author.handle), one_line(author.name)
    return author if (handle, name) == (author.handle, author.name) else replace(author, handle=handle, name=name)


def _is_id(text: str) -> bool:
    return len(text) <= LONGEST_ID and storable(text) == text


def _in_time(item: Item, now: datetime, latest: datetime) -> Item:
    def is_absurd(at: datetime | None) -> bool:
        return at is not None and (at.year < FIRST_YEAR or at > latest)

    if not any(map(is_absurd, (item.occurred_at, item.edited_at, item.deleted_at))):
        return item
    return replace(
        item,
        occurred_at=now if is_absurd(item.occurred_at) else item.occurred_at,
        edited_at=now if is_absurd(item.edited_at) else item.edited_at,
        deleted_at=now if is_absurd(item.deleted_at) else item.deleted_at,
    )
