"""Neutral -> Threads' language, how it counts, and whether what stands there is what we wanted to say."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from allmende.connectors.graph import part_of, text_of
from allmende.connectors.neutral import Draft, Media
from allmende.connectors.threads.read import pictures

# threads/overview and threads/posts: characters of a post, links in one.
LONGEST, MOST_LINKS = 500, 5
LONGEST_ALT = 1_000
_LINK = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
# Pictographs, what joins and colours them, and flags.
_EMOJI = re.compile("[\u00a9\u00ae\u200d\u203c-\u3299\ufe0f\U0001f000-\U0001faff\U000e0020-\U000e007f]")


def container(draft: Draft, children: Sequence[str] = ()) -> dict[str, str]:
    """The form of a container for a text, a picture or (around `children`) several, or an answer to a post with them."""
    said = {"media_type": "TEXT"}
    if children:
        said = {"media_type": "CAROUSEL", "children": ",".join(children)}
    elif draft.media:
        said = _picture(draft.media[0])
    said |= {"text": words(draft)} if draft.text.strip() else {}
    return said | ({"reply_to_id": draft.reply_to.native_id} if draft.reply_to else {})


def child(medium: Media) -> dict[str, str]:
    """The form of a container for one of several pictures."""
    return _picture(medium) | {"is_carousel_item": "true"}


def _picture(medium: Media) -> dict[str, str]:
    alt = medium.alt.strip()[:LONGEST_ALT]
    return {"media_type": "IMAGE", "image_url": medium.url} | ({"alt_text": alt} if alt else {})


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
    told = pictures(row)
    is_untold = text_of(row, "media_type") == "CAROUSEL_ALBUM" and not told
    is_as_full = told == len(draft.media) or (is_untold and len(draft.media) > 1)
    return is_below and is_as_full and likeness(text_of(row, "text")) == likeness(draft.text)


def likeness(text: str) -> str:
    """What remains of a text on its way there and back: blanks lose their number."""
    return " ".join(unicodedata.normalize("NFC", text).split())
