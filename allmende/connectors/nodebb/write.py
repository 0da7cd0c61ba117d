"""Neutral -> NodeBB's language, and whether what stands there is what we wanted to say."""

import unicodedata
from collections.abc import Mapping
from html import unescape
from typing import Any

from allmende.connectors.errors import Refused
from allmende.connectors.markup import words
from allmende.connectors.neutral import Draft
from allmende.connectors.nodebb import read


def topic(draft: Draft, category: int) -> dict[str, Any]:
    """The body of POST /api/v3/topics. Raises Refused without a category: the forum has no place of its own choice."""
    if not category:
        raise Refused("bad_setting", "category")
    title, text = (unicodedata.normalize("NFC", part) for part in (draft.title, draft.text))
    return {"cid": category, "title": title, "content": text}


def reply(draft: Draft) -> dict[str, Any]:
    """The body of POST /api/v3/topics/{tid}."""
    to = draft.reply_to.native_id if draft.reply_to else ""
    # Ids from elsewhere are addresses; the forum's own are numbers.
    return {"content": unicodedata.normalize("NFC", draft.text), "toPid": int(to) if to.isdigit() else to}


def edited(draft: Draft, *, is_root: bool) -> dict[str, Any]:
    """The body of PUT /api/v3/posts/{pid}; the post that opens a topic bears its title."""
    said = {"content": unicodedata.normalize("NFC", draft.text)}
    title = unicodedata.normalize("NFC", draft.title).strip()
    return said | ({"title": title} if is_root and title else {})


def is_same(draft: Draft, post: Mapping[str, Any], *, is_root: bool) -> bool:
    """Whether a post as /api/v3/posts/{pid} gives it is what this draft would have become."""
    content = post.get("content")
    # A forum that does not keep whom a post answers lets the words decide.
    answers = ("", draft.reply_to.native_id) if draft.reply_to else ()
    is_place = is_root if draft.reply_to is None else not is_root and read.parent_of(post) in answers
    return is_place and isinstance(content, str) and likeness(content) == likeness(draft.text)


def is_waiting(draft: Draft, queued: Mapping[str, Any], topic_id: str) -> bool:
    """Whether an entry of the queue of posts that nobody approved yet is this draft."""
    told = queued.get("data")
    told = told if isinstance(told, Mapping) else {}
    raw, shown = told.get("rawContent"), told.get("content")
    texts = [unescape(raw)] if isinstance(raw, str) else []
    texts += [shown, words(shown)] if isinstance(shown, str) else []
    is_place = str(told.get("tid") or "") == topic_id if draft.reply_to else "title" in told
    return is_place and any(likeness(text) == likeness(draft.text) for text in texts)


def likeness(text: str) -> str:
    """What remains of a text on its way there and back: blanks lose their number."""
    return " ".join(unicodedata.normalize("NFC", text).split())
