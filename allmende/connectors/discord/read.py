"""Discord's language -> neutral (resources/message, resources/channel).

Raises only what broken words raise: LookupError, TypeError, ValueError, AttributeError.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from allmende.connectors.discord.names import id_of, moment_of, number
from allmende.connectors.fields import moment, number_of, part_of, rows_of, text_of
from allmende.connectors.neutral import NOTHING, Author, Item, Media, Receipt, Ref
from allmende.connectors.watching import Entry, fingerprint
from allmende.domain.acts import act_of

# Words of people and programs; all other types are Discord talking (resources/message, Message Types).
SPOKEN = frozenset({0, 19, 20, 23})
FORUMS, TEXTS = frozenset({15, 16}), frozenset({0, 5})
# A reference of this type passes a message on instead of answering it.
_FORWARD = 1
_MOST_MEDIA, _LONGEST = 20, 20_000
_MARK = re.compile(r"<(@!?|@&|#)(\d{1,20})>|<a?(:\w{1,40}:)\d{1,20}>")


@dataclass(frozen=True, slots=True)
class Where:
    """Who reads: our id, the server's, and the names of its channels."""

    user_id: str
    guild: str
    names: Mapping[str, str]


def is_said(row: Mapping[str, Any]) -> bool:
    """Whether somebody said it."""
    return row.get("type", 0) in SPOKEN


def entry(row: Mapping[str, Any], where: Where, root: str = "", owner: str = "") -> Entry:
    """A message as `watching` takes it. `root`: whose thread it was read in, `owner`: who opened that, "" in a list, where
    each is watched for itself: an answer in a channel may hang on anything. A forum's post brings its `post`."""
    item = message(row, where, root, owner)
    post = part_of(row, "post")
    thread = post or part_of(row, "thread")
    answers = number_of(thread, "message_count") if thread else 0
    seen = fingerprint(text_of(row, "content"), text_of(post, "name"), *(one.name for one in item.media))
    return Entry(item, root or item.ref.native_id, seen, answers=answers)


def message(row: Mapping[str, Any], where: Where, root: str = "", owner: str = "") -> Item:
    """One message. Outside of threads an answer's `thread` is what it answers; `Kin` climbs from there."""
    channel, native_id = row["channel_id"], id_of(row["channel_id"], row["id"])
    post, parent = part_of(row, "post"), parent_of(row)
    is_forum = bool(post) or (bool(root) and root == f"{channel}/{channel}")
    who = author(row, where)
    is_root = not root and not parent
    return Item(
        Ref(native_id, page_of(where.guild, channel, row["id"])),
        "message",
        act_of("forum" if is_forum else "social", is_root=is_root, is_root_author=who.native_id == owner),
        who,
        moment_of(number(row["id"])),
        root or parent or native_id,
        reply_to=parent or (root if root != native_id else ""),
        title=text_of(post, "name")[:500],
        text=words(row, where),
        visibility="members",
        edited_at=moment(row["edited_timestamp"]) if row.get("edited_timestamp") else None,
        media=tuple(_media(one) for one in rows_of(row, "attachments")[:_MOST_MEDIA]),
        extra={"pinned": True} if row.get("pinned") is True else NOTHING,
    )


def parent_of(row: Mapping[str, Any]) -> str:
    """Id of the message answered, "" if it answers none; what is passed on is not answered."""
    above = part_of(row, "message_reference")
    if row.get("type") != 19 or above.get("type", 0) == _FORWARD or not above.get("message_id"):
        return ""
    return id_of(above.get("channel_id") or row["channel_id"], above["message_id"])


def author(row: Mapping[str, Any], where: Where) -> Author:
    """Who wrote it."""
    told = row["author"]
    native_id, handle = number(told["id"]), text_of(told, "username")[:100]
    is_bot = told.get("bot") is True or bool(row.get("webhook_id"))
    return Author(native_id, handle, text_of(told, "global_name")[:100] or handle, native_id == where.user_id, is_bot)


def words(row: Mapping[str, Any], where: Where) -> str:
    """The text, with names instead of numbers; of programs that say everything beside it, what they say there."""
    text = text_of(row, "content")[:_LONGEST]
    people = {
        text_of(one, "id"): text_of(one, "global_name") or text_of(one, "username") for one in rows_of(row, "mentions")
    }

    def named(found: re.Match[str]) -> str:
        kind, native_id, emoji = found.groups()
        if emoji:
            return str(emoji)
        if kind == "#":
            return f"#{where.names.get(native_id) or native_id}"
        return f"@{(people.get(native_id) if kind != '@&' else '') or native_id}"

    if text:
        return _MARK.sub(named, text)
    told = [text_of(one, name) for one in rows_of(row, "embeds") for name in ("title", "description")]
    return "\n".join(filter(None, told))[:_LONGEST]


def receipt(row: Mapping[str, Any], guild: str) -> Receipt:
    """The network's own proof that it has our words; a forum's post is a channel without a `channel_id`."""
    native_id, channel = row["id"], row.get("channel_id") or row["id"]
    return Receipt(Ref(id_of(channel, native_id), page_of(guild, channel, native_id)), moment_of(native_id))


def page_of(guild: str, channel: str, message: str) -> str:
    """Where members read a message."""
    return f"https://discord.com/channels/{guild}/{channel}/{message}" if guild else ""


def _media(one: Mapping[str, Any]) -> Media:
    """A file. Its address holds for a day (reference, Signed Attachment CDN URLs)."""
    media_type = text_of(one, "content_type").partition(";")[0][:100] or "application/octet-stream"
    url, alt, name = text_of(one, "url")[:2_000], text_of(one, "description")[:5_000], text_of(one, "filename")[:200]
    return Media(media_type, url, alt, name, width=number_of(one, "width"), height=number_of(one, "height"))
