"""Neutral -> Reddit's language, and whether what stands there is what we wanted to say."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from allmende.connectors.neutral import Draft
from allmende.connectors.reddit import read

# In characters.
LONGEST_POST, LONGEST_COMMENT, LONGEST_TITLE = 40_000, 10_000, 300
_LINE = re.compile(r"(?<=\S)[ \t]*\n(?=\S)")


def post(draft: Draft, subreddit: str) -> dict[str, str]:
    """The form of /api/submit. Inbox notices follow the account's own settings."""
    return {
        "sr": subreddit,
        "kind": "self",
        "title": unicodedata.normalize("NFC", draft.title).strip(),
        "text": words(draft.text),
        "sendreplies": "true",
    }


def comment(draft: Draft) -> dict[str, str]:
    """The form of /api/comment, for answers to posts, comments and private messages."""
    return {"thing_id": draft.reply_to.native_id if draft.reply_to else "", "text": words(draft.text)}


def words(text: str) -> str:
    """The text as Markdown: as it was written, with lines that stay lines."""
    return _LINE.sub("  \n", unicodedata.normalize("NFC", text.replace("\r\n", "\n")))


def longest(draft: Draft) -> int:
    """How many characters this draft may have where it is to stand."""
    return LONGEST_COMMENT if draft.reply_to else LONGEST_POST


def is_same(draft: Draft, row: Mapping[str, Any]) -> bool:
    """Whether what stands there is what this draft would have become."""
    if draft.reply_to is not None:
        is_place = read.text_of(row, "parent_id") == draft.reply_to.native_id
        return is_place and likeness(read.text_of(row, "body")) == likeness(draft.text)
    is_titled = likeness(read.text_of(row, "title")) == likeness(draft.title)
    return is_titled and likeness(read.text_of(row, "selftext")) == likeness(draft.text)


def likeness(text: str) -> str:
    """What remains of a text on its way there and back: blanks lose their number, signs their strokes."""
    return " ".join(read.plain(unicodedata.normalize("NFC", text)).split())
