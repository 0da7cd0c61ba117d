"""WordPress's language -> neutral. Raises only what broken words raise: LookupError, TypeError, ValueError, AttributeError.

Native ids: `post-12` and `comment-34`, since posts and comments are numbered apart; people are `user-3`, and `guest-…`, a digest
of the mail address a moderator sees, else of the name.
"""

import hashlib
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from mimetypes import guess_type
from typing import Any
from urllib.parse import urlsplit

from allmende.connectors.markup import one_line, words
from allmende.connectors.neutral import NOTHING, Author, Item, Media, Receipt, Ref, Visibility
from allmende.domain.acts import act_of

POST, COMMENT = "post", "comment"
SHOWN = frozenset({"publish", "private"})
HIDDEN = frozenset({"trash", "draft", "pending"})
PLANNED = frozenset({"future"})
REMOVED = frozenset({"trash", "spam"})
_ID = re.compile(r"(post|comment)-(\d{1,19})")
_IMAGE = re.compile(r"<img\b[^>]{0,2000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"\b(src|alt)\s*=\s*\"([^\"]{0,2000})\"", re.IGNORECASE)
MOST_PICTURES = 20


@dataclass(frozen=True, slots=True)
class Us:
    """Who reads: our user's number and handle, and the site's name, which makes guests its own."""

    user_id: int
    handle: str
    site: str


def post_item(post: Mapping[str, Any], us: Us) -> Item:
    """One post, which opens a thread."""
    number, who = number_of(post), _author_of_post(post, us)
    native_id = f"{POST}-{number}"
    rendered, at = _part(post, "content", "rendered"), moment(post["date_gmt"] or post["modified_gmt"])
    changed = moment(post["modified_gmt"])
    raw = _part(post, "content", "raw")
    return Item(
        Ref(native_id, _text(post, "link")),
        "message",
        act_of("social", is_root=True, is_root_author=False),
        who,
        at,
        native_id,
        title=one_line(_part(post, "title", "raw") or _part(post, "title", "rendered")),
        # Quotes and dashes of ours come back as they were said; others' as readers see them.
        text=words(raw if raw and who.is_us else rendered),
        html=rendered,
        visibility=_visibility(post),
        edited_at=changed if changed > at else None,
        media=tuple(_pictures(post, rendered)),
        extra={"status": _text(post, "status")} if post.get("status") != "publish" else NOTHING,
    )


def comment_item(comment: Mapping[str, Any], us: Us, edited_at: datetime | None = None) -> Item:
    """One comment. WordPress keeps no time of its edits: `edited_at` is when we saw one."""
    rendered, raw = _part(comment, "content", "rendered"), _part(comment, "content", "raw")
    status, post, parent = _text(comment, "status"), int(comment["post"]), int(comment.get("parent") or 0)
    thread = f"{POST}-{post}"
    return Item(
        Ref(f"{COMMENT}-{number_of(comment)}", _text(comment, "link")),
        "message",
        act_of("social", is_root=False, is_root_author=False),
        _author_of_comment(comment, us),
        moment(comment["date_gmt"]),
        thread,
        reply_to=f"{COMMENT}-{parent}" if parent else thread,
        text=comment_words(raw) if raw else words(rendered),
        html=rendered,
        edited_at=edited_at,
        extra={"status": status} if status != "approved" else NOTHING,
    )


def deletion(native_id: str, thread: str, at: datetime, author: Author | None = None) -> Item:
    """A post or comment that is not shown any more."""
    is_root = native_id.startswith(POST)
    act = act_of("social", is_root=is_root, is_root_author=False)
    return Item(Ref(native_id), "message", act, author, at, thread or native_id, deleted_at=at)


def author_of(row: Mapping[str, Any], us: Us) -> Author:
    """Who wrote a post or a comment."""
    return _author_of_comment(row, us) if "author_name" in row else _author_of_post(row, us)


def receipt(row: Mapping[str, Any], kind: str) -> Receipt:
    """The site's own proof that it has our words."""
    at = moment(row.get("date_gmt") or row["modified_gmt"])
    return Receipt(Ref(f"{kind}-{number_of(row)}", _text(row, "link")), at)


def place_of(native_id: str) -> tuple[str, int]:
    """("post" or "comment", number) of one of our native ids. ValueError."""
    found = _ID.fullmatch(native_id)
    if not found:
        raise ValueError("id")
    return found[1], int(found[2])


def number_of(row: Mapping[str, Any]) -> int:
    """A row's id."""
    value = row["id"]
    if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
        raise TypeError("id")
    return value


def moment(written: str) -> datetime:
    """A `..._gmt` time, which bears no zone, aware UTC."""
    at = datetime.fromisoformat(written)
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def comment_words(raw: str) -> str:
    """A comment as it was typed: lines count, some HTML may stand in it."""
    return words(raw.replace("\r\n", "\n").replace("\n", "<br>"))


def fingerprint(row: Mapping[str, Any]) -> str:
    """Changes when a post's words or state do, or a comment's; begins with "s" for what is shown, else with "h"."""
    if "author_name" in row:
        content = _part(row, "content", "raw") or _part(row, "content", "rendered")
        seen = f"{_text(row, 'status')}\0{content}"
    else:
        seen = f"{_text(row, 'status')}\0{_text(row, 'modified_gmt')}"
    return f"{'h' if state_of(row) in HIDDEN | REMOVED | PLANNED else 's'}{zlib.crc32(seen.encode('utf-8', 'replace')):08x}"


def words_mark(row: Mapping[str, Any]) -> str:
    """Changes when a comment's words do."""
    content = _part(row, "content", "raw") or _part(row, "content", "rendered")
    return f"{zlib.crc32(content.encode('utf-8', 'replace')):08x}"


def state_of(row: Mapping[str, Any]) -> str:
    """The row's status in WordPress's word."""
    return _text(row, "status")


def _author_of_post(post: Mapping[str, Any], us: Us) -> Author:
    number = int(post.get("author") or 0)
    if number == us.user_id:
        return Author(f"user-{number}", us.handle, _embedded(post, "author", "name") or us.handle, is_us=True)
    name = _embedded(post, "author", "name")
    return Author(f"user-{number}", name, name)


def _author_of_comment(comment: Mapping[str, Any], us: Us) -> Author:
    number, name = int(comment.get("author") or 0), unescape(_text(comment, "author_name"))
    if number and number == us.user_id:
        return Author(f"user-{number}", us.handle, name, is_us=True)
    if number:
        return Author(f"user-{number}", name, name)
    known = _text(comment, "author_email").strip().lower() or name.strip().lower()
    seen = hashlib.sha256(f"{us.site}\n{known}".encode()).hexdigest()[:20]
    return Author(f"guest-{seen}", name, name)


def _visibility(post: Mapping[str, Any]) -> Visibility:
    content = post.get("content")
    is_protected = isinstance(content, Mapping) and content.get("protected") is True
    return "members" if post.get("status") == "private" or is_protected else "public"


def _pictures(post: Mapping[str, Any], rendered: str) -> list[Media]:
    """The featured picture, then those in the text, each once."""
    found: dict[str, Media] = {}
    if url := _embedded(post, "wp:featuredmedia", "source_url"):
        media_type = _embedded(post, "wp:featuredmedia", "mime_type")
        found[url] = Media(media_type or _type_of(url), url, _embedded(post, "wp:featuredmedia", "alt_text"))
    for tag in _IMAGE.findall(rendered)[:MOST_PICTURES]:
        given = {name.lower(): unescape(value) for name, value in _ATTRIBUTE.findall(tag)}
        url = given.get("src", "")
        if url.startswith(("https://", "http://")) and url not in found:
            found[url] = Media(_type_of(url), url, given.get("alt", ""))
    return list(found.values())


def _type_of(url: str) -> str:
    named, _ = guess_type(urlsplit(url).path)
    return named or "image/jpeg"


def _embedded(row: Mapping[str, Any], relation: str, name: str) -> str:
    embedded = row.get("_embedded")
    listed = embedded.get(relation) if isinstance(embedded, Mapping) else None
    first = listed[0] if isinstance(listed, list) and listed else None
    return _text(first, name) if isinstance(first, Mapping) else ""


def _part(row: Mapping[str, Any], name: str, shape: str) -> str:
    part = row.get(name)
    return _text(part, shape) if isinstance(part, Mapping) else ""


def _text(written: Mapping[str, Any], name: str) -> str:
    value = written.get(name)
    return value if isinstance(value, str) else ""
