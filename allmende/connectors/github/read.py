"""GitHub's language -> neutral (docs.github.com/graphql/reference/objects: Discussion, DiscussionComment).

Raises only what broken words raise: LookupError, TypeError, ValueError, AttributeError.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from mimetypes import guess_type
from typing import Any
from urllib.parse import urlsplit

from allmende.connectors.fields import moment, number_of, part_of, text_of
from allmende.connectors.markup import pictures
from allmende.connectors.neutral import NOTHING, Author, Item, Media, Reading, Receipt, Ref, Visibility
from allmende.connectors.watching import Entry, fingerprint
from allmende.domain.acts import act_of

ACCEPTED = "#accepted"
COUNTERS = frozenset({"replies", "upvotes", "reactions"})
_ID = re.compile(r"[A-Za-z0-9_=-]{1,200}")
_MOST_MEDIA = 20
# Whoever erased the account; GitHub itself shows this name then.
_GHOST = "ghost"


@dataclass(frozen=True, slots=True)
class Where:
    """Who reads: our node id, and who sees the repository."""

    user_id: str
    visibility: Visibility = "public"


def id_of(row: Mapping[str, Any]) -> str:
    """A node's id. KeyError, TypeError."""
    native_id = row["id"]
    if not isinstance(native_id, str) or not _ID.fullmatch(native_id):
        raise TypeError("id")
    return native_id


def is_id(native_id: str) -> bool:
    """Whether it can be a node's id."""
    return bool(_ID.fullmatch(native_id))


def entry(row: Mapping[str, Any], where: Where) -> Entry:
    """A discussion, a comment, or the mark of an accepted answer, as `watching` takes it."""
    if "accepted" in row:
        item = solution(row, where)
        return Entry(item, item.thread, text_of(row, "at"), is_watched=False)
    item = message(row, where)
    answers = number_of(part_of(row, "comments"), "totalCount")
    return Entry(item, item.thread, fingerprint(item.title, item.text), answers=answers)


def message(row: Mapping[str, Any], where: Where) -> Item:
    """A discussion or a comment."""
    native_id, is_root = id_of(row), row["__typename"] == "Discussion"
    above = part_of(row, "discussion")
    root = native_id if is_root else id_of(above)
    replied, who = text_of(part_of(row, "replyTo"), "id"), author(row.get("author"), where)
    opener = text_of(part_of(above, "author"), "id")
    html = text_of(row, "bodyHTML")
    return Item(
        Ref(native_id, text_of(row, "url")),
        "message",
        act_of("forum", is_root=is_root, is_root_author=bool(who) and who is not None and who.native_id == opener),
        who,
        moment(row["createdAt"]),
        root,
        reply_to="" if is_root else replied or root,
        title=text_of(row, "title"),
        text=text_of(row, "body").replace("\r\n", "\n"),
        html=html,
        visibility=where.visibility,
        edited_at=moment(row["lastEditedAt"]) if row.get("lastEditedAt") else None,
        media=tuple(
            Media(guess_type(urlsplit(url).path)[0] or "image/jpeg", url, alt)
            for url, alt in pictures(html)[:_MOST_MEDIA]
        )
        if "<img" in html
        else (),
        extra=_extra(row),
    )


def solution(row: Mapping[str, Any], where: Where) -> Item:
    """An answer was accepted. Its id is what it is, so that telling it again changes nothing."""
    target, root = row["accepted"], row["discussion"]
    return Item(
        Ref(f"{target}{ACCEPTED}"), "gesture", "accepted_answer", author(row.get("by"), where), moment(row["at"]), root,
        target=target, visibility=where.visibility,
    )  # fmt: skip


def author(told: Any, where: Where) -> Author | None:
    """Who wrote it; None of those who erased their account."""
    login = text_of(told, "login") if isinstance(told, Mapping) else ""
    if not login or login == _GHOST:
        return None
    native_id, is_bot = id_of(told), told.get("__typename") == "Bot"
    return Author(native_id, login, text_of(told, "name") or login, native_id == where.user_id, is_bot)


def receipt(row: Mapping[str, Any]) -> Receipt:
    """The network's own proof that it has our words."""
    return Receipt(Ref(id_of(row), text_of(row, "url")), moment(row["createdAt"]))


def readings(row: Mapping[str, Any], ref: Ref, read_at: Any) -> list[Reading]:
    """The counters of a discussion or a comment."""
    below = part_of(row, "comments") or part_of(row, "replies")
    counted = {
        "replies": number_of(below, "totalCount"),
        "upvotes": number_of(row, "upvoteCount"),
        "reactions": number_of(part_of(row, "reactions"), "totalCount"),
    }
    return [Reading(ref, name, value, read_at) for name, value in counted.items()]


def _extra(row: Mapping[str, Any]) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    category = text_of(part_of(row, "category"), "name")
    if category:
        found["category"] = category[:100]
    if row.get("locked") is True:
        found["locked"] = True
    if row.get("isMinimized") is True:
        found["hidden"] = True
    return found or NOTHING
