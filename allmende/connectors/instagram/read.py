"""Instagram's language -> neutral (instagram-platform/reference/instagram-media, ig-comment).

Raises only what broken words raise: LookupError, TypeError, ValueError, AttributeError.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from allmende.connectors.graph import id_of, moment, part_of, text_of
from allmende.connectors.neutral import NOTHING, Author, Item, Media, Reading, Receipt, Ref
from allmende.connectors.watching import Entry, fingerprint
from allmende.domain.acts import act_of

MEDIA_FIELDS = (
    "id,caption,media_type,media_url,thumbnail_url,permalink,timestamp,username,comments_count,alt_text,"
    "children{id,media_type,media_url,thumbnail_url}"
)
COMMENT_FIELDS = "id,text,timestamp,username,from,hidden,parent_id,media{id}"
ANSWERED_FIELDS = f"{COMMENT_FIELDS},replies{{{COMMENT_FIELDS}}}"
RECEIPT_FIELDS = "id,permalink,timestamp"
COUNTED_FIELDS = "id,permalink,comments_count,like_count"
COUNTERS = {"replies": "comments_count", "likes": "like_count"}
_TYPES = {"IMAGE": "image/jpeg", "VIDEO": "video/mp4"}
_MOST_MEDIA = 20


@dataclass(frozen=True, slots=True)
class Us:
    """Who reads: the account's id, and its name, which is all that some answers tell."""

    user_id: str
    handle: str


def entry(row: Mapping[str, Any], us: Us, root: str = "") -> Entry:
    """One of our posts or, below `root`, one comment."""
    item = comment(row, us, root) if root else post(row, us)
    seen = fingerprint(item.text, *(one.media_type for one in item.media))
    count = row.get("comments_count")
    return Entry(item, item.thread, seen, count if isinstance(count, int) and not root else -1)


def post(row: Mapping[str, Any], us: Us) -> Item:
    """A picture, film or series with its caption: always ours."""
    native_id = id_of(row)
    who = Author(us.user_id, us.handle, text_of(row, "username") or us.handle, is_us=True)
    ref, at, media = Ref(native_id, text_of(row, "permalink")), moment(row["timestamp"]), tuple(_media(row))
    return Item(ref, "message", "posted", who, at, native_id, text=text_of(row, "caption"), media=media)


def comment(row: Mapping[str, Any], us: Us, root: str) -> Item:
    """A comment, or an answer to one, in the thread of `root`."""
    extra = {"is_hidden": True} if row.get("hidden") is True else NOTHING
    act = act_of("social", is_root=False, is_root_author=False)
    return Item(
        Ref(id_of(row)), "message", act, author(row, us), moment(row["timestamp"]), root,
        reply_to=text_of(row, "parent_id") or root, text=text_of(row, "text"), extra=extra,
    )  # fmt: skip


def author(row: Mapping[str, Any], us: Us) -> Author | None:
    """Who commented; by name where no number is told, None where neither is."""
    who = part_of(row, "from")
    handle = text_of(who, "username") or text_of(row, "username")
    native_id = text_of(who, "id") or handle
    if not native_id:
        return None
    is_us = native_id == us.user_id or (bool(handle) and handle == us.handle)
    return Author(us.user_id if is_us else native_id, handle, handle, is_us=is_us)


def receipt(row: Mapping[str, Any]) -> Receipt:
    """The network's own proof that it has our words."""
    return Receipt(Ref(id_of(row), text_of(row, "permalink")), moment(row["timestamp"]))


def readings(row: Mapping[str, Any], read_at: datetime) -> list[Reading]:
    """How many comments and likes a post has; an account may keep its likes to itself."""
    ref = Ref(id_of(row), text_of(row, "permalink"))
    counted = ((name, row.get(field)) for name, field in COUNTERS.items())
    return [Reading(ref, name, value, read_at) for name, value in counted if isinstance(value, int)]


def pictures(row: Mapping[str, Any]) -> int:
    """How many pictures or films a post holds."""
    return len(_media(row))


def _media(row: Mapping[str, Any]) -> list[Media]:
    below = part_of(row, "children").get("data")
    rows = [one for one in below if isinstance(one, Mapping)] if isinstance(below, list) and below else [row]
    found = []
    for one in rows[:_MOST_MEDIA]:
        media_type = _TYPES.get(text_of(one, "media_type"), "")
        url = text_of(one, "media_url") or text_of(one, "thumbnail_url")
        if media_type:
            found.append(Media(media_type, url, text_of(one, "alt_text")))
    return found
