"""Threads' language -> neutral (threads/threads-media, threads/retrieve-and-manage-replies).

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

FIELDS = (
    "id,media_type,media_url,thumbnail_url,permalink,username,text,timestamp,alt_text,link_attachment_url,is_quote_post,"
    "is_reply,root_post,replied_to,hide_status,children{id,media_type,media_url,thumbnail_url,alt_text}"
)
RECEIPT_FIELDS = "id,permalink,timestamp"
# Our word for a counter -> the metric of threads/insights.
COUNTERS = {"views": "views", "likes": "likes", "replies": "replies", "reposts": "reposts", "quotes": "quotes"}
# Somebody's post that was passed on without a word.
REPOST = "REPOST_FACADE"
_TYPES = {"IMAGE": "image/jpeg", "VIDEO": "video/mp4", "AUDIO": "audio/mpeg"}
_MOST_MEDIA = 20


@dataclass(frozen=True, slots=True)
class Us:
    """Who reads. Answers tell names only; the account's id is known from the log-in."""

    user_id: str
    handle: str


def entry(row: Mapping[str, Any], us: Us, root: str = "") -> Entry:
    """One post or answer; `root`: the thread it was read in, "" in a list. Watched is what we opened ourselves: of others'
    threads we may not see all, and what is not shown is not gone."""
    item = post(row, us, root)
    is_ours = item.author is not None and item.author.is_us
    seen = fingerprint(item.text, *(one.media_type for one in item.media), str(item.extra.get("link", "")))
    return Entry(item, item.thread, seen, is_watched=is_ours or bool(root))


def post(row: Mapping[str, Any], us: Us, root: str = "") -> Item:
    """A post, or an answer in the thread of its root."""
    native_id, replied_to = id_of(row), text_of(part_of(row, "replied_to"), "id")
    thread = root or text_of(part_of(row, "root_post"), "id") or replied_to or native_id
    is_root = thread == native_id
    return Item(
        Ref(native_id, text_of(row, "permalink")),
        "message",
        act_of("social", is_root=is_root, is_root_author=False),
        author(row, us),
        moment(row["timestamp"]),
        thread,
        reply_to="" if is_root else replied_to or thread,
        text=text_of(row, "text"),
        media=tuple(_media(row)),
        extra=_extra(row),
    )


def author(row: Mapping[str, Any], us: Us) -> Author | None:
    """Who wrote it, by name: Threads tells no number of others. None of those who keep their name to themselves."""
    handle = text_of(row, "username")
    if not handle:
        return None
    is_us = handle == us.handle
    return Author(us.user_id if is_us else handle, handle, handle, is_us=is_us)


def receipt(row: Mapping[str, Any]) -> Receipt:
    """The network's own proof that it has our words."""
    return Receipt(Ref(id_of(row), text_of(row, "permalink")), moment(row["timestamp"]))


def readings(told: Mapping[str, Any], ref: Ref, read_at: datetime) -> list[Reading]:
    """The counters in an answer of /insights, as far as they are told."""
    values: dict[str, Any] = {}
    for one in told["data"]:
        listed = one.get("values")
        values[one["name"]] = listed[0].get("value") if listed else part_of(one, "total_value").get("value")
    counted = ((name, values.get(metric)) for name, metric in COUNTERS.items())
    return [Reading(ref, name, value, read_at) for name, value in counted if isinstance(value, int)]


def pictures(row: Mapping[str, Any]) -> int:
    """How many pictures and films a post shows."""
    return sum(text_of(one, "media_type") in _TYPES for one in _shown(row))


def _shown(row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    below = part_of(row, "children").get("data")
    return [one for one in below if isinstance(one, Mapping)] if isinstance(below, list) and below else [row]


def _media(row: Mapping[str, Any]) -> list[Media]:
    found = []
    for one in _shown(row)[:_MOST_MEDIA]:
        media_type, url = _TYPES.get(text_of(one, "media_type"), ""), text_of(one, "media_url")
        if media_type and url:
            found.append(Media(media_type, url, text_of(one, "alt_text")))
    return found


def _extra(row: Mapping[str, Any]) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    if text_of(row, "link_attachment_url"):
        found["link"] = text_of(row, "link_attachment_url")[:2_000]
    if text_of(row, "hide_status") not in ("", "NOT_HUSHED", "UNHUSHED"):
        found["is_hidden"] = True
    return found or NOTHING
