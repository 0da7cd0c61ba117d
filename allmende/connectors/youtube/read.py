"""YouTube's language -> neutral (docs/commentThreads, docs/comments).

Raises only what broken words raise: LookupError, TypeError, ValueError, AttributeError.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from allmende.connectors.neutral import NOTHING, Author, Item, Reading, Receipt, Ref
from allmende.connectors.watching import Entry, fingerprint
from allmende.domain.acts import act_of

SITE = "https://www.youtube.com"
COUNTERS = frozenset({"likes", "replies"})
LONGEST_ID = 200
_HELD = frozenset({"heldForReview", "likelySpam"})

Row = Mapping[str, Any]


def channel(told: Row) -> Author:
    """Our channel, in an answer of /channels."""
    native_id, shown = id_of(told), told["snippet"]
    handle, name = text_of(shown, "customUrl"), text_of(shown, "title")
    return Author(native_id, handle or native_id, name or handle or native_id, is_us=True)


def rows_of(told: Any) -> tuple[list[dict[str, Any]], str]:
    """The resources of a page, and the token of the next one ("" after the last)."""
    rows = [dict(row) for row in told["items"]]
    token = told.get("nextPageToken")
    return rows, token if isinstance(token, str) else ""


def comment_in(thread: Row) -> dict[str, Any]:
    """The comment a thread begins with, with what only the thread tells: how many answers, which video, how it is held."""
    shown = thread["snippet"]
    top = dict(shown["topLevelComment"])
    told = {"videoId": text_of(shown, "videoId"), **top["snippet"]}
    return {**top, "snippet": told, "answers": shown.get("totalReplyCount")}


def id_of(row: Row) -> str:
    """The id of a resource. TypeError, KeyError."""
    native_id = row["id"]
    if not is_id(native_id):
        raise TypeError("id")
    return str(native_id)


def is_id(native_id: Any) -> bool:
    """Whether YouTube could know this id."""
    return (
        isinstance(native_id, str) and 0 < len(native_id) <= LONGEST_ID and native_id.isascii() and "," not in native_id
    )


def root_of(native_id: str) -> str:
    """The comment a thread begins with: an answer's id names it."""
    return native_id.partition(".")[0]


def is_gone(row: Row) -> bool:
    """Whether it was rejected: shown to nobody, its author included."""
    return text_of(row["snippet"], "moderationStatus") == "rejected"


def entry(row: Row, us: str) -> Entry:
    """One comment or answer."""
    item, count = comment(row, us), row.get("answers")
    answers = count if isinstance(count, int) and not isinstance(count, bool) and count >= 0 else -1
    return Entry(item, item.thread, fingerprint(item.text), answers)


def comment(row: Row, us: str) -> Item:
    """A comment below a video, or an answer to one."""
    native_id, shown = id_of(row), row["snippet"]
    parent = text_of(shown, "parentId") or (root_of(native_id) if root_of(native_id) != native_id else "")
    said, changed = moment(shown["publishedAt"]), text_of(shown, "updatedAt")
    edited = moment(changed) if changed else said
    return Item(
        Ref(native_id, url_of(row)),
        "message",
        act_of("social", is_root=False, is_root_author=False),
        author(shown, us),
        said,
        parent or native_id,
        reply_to=parent,
        text=words(shown),
        edited_at=edited if edited > said else None,
        extra=_extra(shown),
    )


def author(shown: Row, us: str) -> Author | None:
    """Who said it; None of those whose channel is gone."""
    told = shown.get("authorChannelId")
    native_id = text_of(told, "value") if isinstance(told, Mapping) else ""
    if not native_id:
        return None
    name = text_of(shown, "authorDisplayName")
    return Author(native_id, name or native_id, name or native_id, is_us=native_id == us)


def words(shown: Row) -> str:
    """The text, asked for as plain text."""
    return text_of(shown, "textOriginal") or text_of(shown, "textDisplay")


def receipt(row: Row, otherwise_video: str = "") -> Receipt:
    """YouTube's own proof that it has our words."""
    return Receipt(Ref(id_of(row), url_of(row, otherwise_video)), moment(row["snippet"]["publishedAt"]))


def readings(row: Row, ref: Ref, read_at: datetime) -> list[Reading]:
    """Likes, and of a thread's first comment also how many answers stand below it."""
    counted = (("likes", row["snippet"].get("likeCount")), ("replies", row.get("answers")))
    return [
        Reading(ref, name, value, read_at)
        for name, value in counted
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0
    ]


def url_of(row: Row, otherwise_video: str = "") -> str:
    """Where people read it; "" where no video is told."""
    video = text_of(row["snippet"], "videoId") or otherwise_video
    return f"{SITE}/watch?v={quote(video, safe='')}&lc={quote(id_of(row), safe='.-_')}" if video else ""


def moment(written: Any) -> datetime:
    """A written time ("2026-11-28T15:04:05Z"), aware UTC."""
    at = datetime.fromisoformat(written)
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def text_of(row: Any, name: str) -> str:
    """A field that is a text; "" if it is missing or something else."""
    value = row.get(name)
    return value if isinstance(value, str) else ""


def _extra(shown: Row) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    if text_of(shown, "videoId"):
        found["video"] = text_of(shown, "videoId")[:100]
    if text_of(shown, "moderationStatus") in _HELD:
        found["is_held"] = True
    return found or NOTHING
