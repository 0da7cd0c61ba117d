"""X's language -> neutral (fundamentals/data-dictionary). Rows bear their `author` and `media`, taken from what came beside.

Raises only what broken words raise: LookupError, TypeError, ValueError, AttributeError.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from allmende.connectors.fields import moment, number_of, part_of, rows_of, text_of
from allmende.connectors.neutral import NOTHING, Author, Item, Media, Reading, Receipt, Ref
from allmende.connectors.watching import Entry, fingerprint
from allmende.domain.acts import act_of

FIELDS = {
    "tweet.fields": "attachments,author_id,conversation_id,created_at,entities,note_tweet,public_metrics,referenced_tweets",
    "expansions": "author_id,attachments.media_keys",
    "user.fields": "name,username",
    "media.fields": "alt_text,height,preview_image_url,type,url,width",
}
# Our word for a counter -> the one of public_metrics.
COUNTERS = {
    "replies": "reply_count",
    "reposts": "retweet_count",
    "likes": "like_count",
    "quotes": "quote_count",
    "views": "impression_count",
}
_ID = re.compile(r"\d{1,20}")
_EPOCH = 1_288_834_974_657
_TYPES = {"photo": "image/jpeg", "video": "video/mp4", "animated_gif": "video/mp4"}


@dataclass(frozen=True, slots=True)
class Us:
    """Who reads."""

    user_id: str
    handle: str


def is_id(native_id: str) -> bool:
    """Whether it can be the number of a post."""
    return bool(_ID.fullmatch(native_id))


def id_of(value: Any) -> str:
    """A number as X writes it. TypeError."""
    if not isinstance(value, str) or not is_id(value):
        raise TypeError("id")
    return value


def entry(row: Mapping[str, Any], us: Us, root: str = "") -> Entry:
    """One post or answer; `root`: the thread it was read in, "" in a list. Watched is what we opened ourselves: of others'
    threads we may not see all."""
    item = post(row, us, root)
    is_ours = item.author is not None and item.author.is_us and item.thread == item.ref.native_id
    answers = number_of(part_of(row, "public_metrics"), "reply_count")
    return Entry(item, item.thread, fingerprint(item.text), answers=answers, is_watched=is_ours or bool(root))


def post(row: Mapping[str, Any], us: Us, root: str = "") -> Item:
    """A post, or an answer in the conversation of its root."""
    native_id, replied = id_of(row["id"]), parent_of(row)
    thread = root or id_of(row.get("conversation_id") or replied or native_id)
    quoted = _reference(row, "quoted")
    return Item(
        Ref(native_id, page_of(native_id, text_of(part_of(row, "author"), "username"))),
        "message",
        act_of("social", is_root=thread == native_id, is_root_author=False),
        author(row, us),
        moment(row["created_at"]),
        thread,
        reply_to="" if thread == native_id else replied or thread,
        text=words(row),
        media=tuple(_media(one) for one in rows_of(row, "media") if text_of(one, "type") in _TYPES),
        extra={"quotes": quoted} if quoted else NOTHING,
    )


def parent_of(row: Mapping[str, Any]) -> str:
    """The number of the post answered, "" if it answers none."""
    return _reference(row, "replied_to")


def author(row: Mapping[str, Any], us: Us) -> Author:
    """Who wrote it; by number alone where the name did not come along."""
    native_id, told = id_of(row["author_id"]), part_of(row, "author")
    is_us = native_id == us.user_id
    handle = text_of(told, "username") or (us.handle if is_us else native_id)
    return Author(native_id, handle, text_of(told, "name") or handle, is_us=is_us)


def words(row: Mapping[str, Any]) -> str:
    """The whole text, with real addresses instead of shortened ones; those of pictures are left out."""
    note = part_of(row, "note_tweet")
    text = text_of(note, "text") or text_of(row, "text")
    for link in rows_of(part_of(note if text_of(note, "text") else row, "entities"), "urls"):
        short, real = text_of(link, "url"), text_of(link, "expanded_url")
        if short and real:
            text = text.replace(short, "" if link.get("media_key") else real)
    return html.unescape(text).strip()


def moment_of(native_id: str) -> datetime:
    """When a number was given, aware UTC. ValueError."""
    return datetime.fromtimestamp(((int(native_id) >> 22) + _EPOCH) / 1000, UTC)


def receipt(native_id: str, handle: str) -> Receipt:
    """The network's own proof that it has our words."""
    return Receipt(Ref(native_id, page_of(native_id, handle)), moment_of(native_id))


def readings(row: Mapping[str, Any], ref: Ref, read_at: datetime) -> list[Reading]:
    """The counters of a post."""
    counted = part_of(row, "public_metrics")
    return [Reading(ref, name, number_of(counted, metric), read_at) for name, metric in COUNTERS.items()]


def page_of(native_id: str, handle: str) -> str:
    """Where anybody reads it."""
    return f"https://x.com/{handle or 'i'}/status/{native_id}"


def _reference(row: Mapping[str, Any], kind: str) -> str:
    found = [one for one in rows_of(row, "referenced_tweets") if one.get("type") == kind]
    return id_of(found[0]["id"]) if found else ""


def _media(one: Mapping[str, Any]) -> Media:
    url = text_of(one, "url") or text_of(one, "preview_image_url")
    sizes = number_of(one, "width"), number_of(one, "height")
    return Media(_TYPES[one["type"]], url[:2_000], text_of(one, "alt_text")[:5_000], width=sizes[0], height=sizes[1])
