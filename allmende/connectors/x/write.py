"""Neutral -> X's language, and whether what stands there is what we wanted to say."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from allmende.connectors.fields import part_of
from allmende.connectors.neutral import Draft
from allmende.connectors.x.read import parent_of, words

LONGEST = 280
_CALLS = re.compile(r"\s*(?:@\w{1,15}\s+)+", re.ASCII)


def post(draft: Draft, pictures: Sequence[str] = ()) -> dict[str, Any]:
    """The body of a post (posts/create-post); `pictures`: the numbers of what was uploaded for it."""
    said: dict[str, Any] = {"text": unicodedata.normalize("NFC", draft.text)}
    if pictures:
        said["media"] = {"media_ids": list(pictures)}
    return said | ({"reply": {"in_reply_to_tweet_id": draft.reply_to.native_id}} if draft.reply_to else {})


def is_same(draft: Draft, row: Mapping[str, Any]) -> bool:
    """Whether a post at the network is what this draft would have become. X puts names before an answer."""
    answered = draft.reply_to.native_id if draft.reply_to else ""
    # Of the post itself: what stands beside it in the answer may be missing.
    keys = part_of(row, "attachments").get("media_keys")
    is_as_full = (len(keys) if isinstance(keys, list) else 0) == len(draft.media)
    return parent_of(row) == answered and is_as_full and likeness(words(row)) == likeness(draft.text)


def likeness(text: str) -> str:
    """What remains of a text on its way there and back: names before it, blanks, a stroke at an address's end are no matter."""
    bare = _CALLS.sub("", f"{unicodedata.normalize('NFC', text)} ", count=1) if _CALLS.match(f"{text} ") else text
    return " ".join(part.rstrip("/") for part in unicodedata.normalize("NFC", bare).split())
