"""Neutral -> Threads' language, how it counts, and whether what stands there is what we wanted to say."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from allmende.connectors.graph import part_of, text_of
from allmende.connectors.neutral import Draft

# threads/overview and threads/posts: characters of a post, links in one.
LONGEST, MOST_LINKS = 500, 5
_LINK = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
# Pictographs, what joins and colours them, and flags.
_EMOJI = re.compile("[\u00a9\u00ae\u200d\u203c-\u3299\ufe0f\U0001f000-\U0001faff\U000e0020-\U000e007f]")


def container(draft: Draft) -> dict[str, str]:
    """The form of a container for a text, or an answer to a post."""
    said = {"media_type": "TEXT", "text": words(draft)}
    return said | ({"reply_to_id": draft.reply_to.native_id} if draft.reply_to else {})


def words(draft: Draft) -> str:
    """The text as it is sent."""
    return unicodedata.normalize("NFC", draft.text)


def length(text: str) -> int:
    """Characters, of which an emoji counts as many as it has bytes in UTF-8."""
    whole = unicodedata.normalize("NFC", text)
    return len(whole) + sum(len(one.encode()) - 1 for one in _EMOJI.findall(whole))


def links(text: str) -> int:
    """How many different links a text holds."""
    return len(set(_LINK.findall(text)))


def is_same(draft: Draft, row: Mapping[str, Any]) -> bool:
    """Whether a post at the network is what this draft would have become."""
    answered = draft.reply_to.native_id if draft.reply_to else ""
    is_below = not draft.reply_to or text_of(part_of(row, "replied_to"), "id") == answered
    return is_below and likeness(text_of(row, "text")) == likeness(draft.text)


def likeness(text: str) -> str:
    """What remains of a text on its way there and back: blanks lose their number."""
    return " ".join(unicodedata.normalize("NFC", text).split())
