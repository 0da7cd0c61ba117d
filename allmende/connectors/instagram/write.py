"""Neutral -> Instagram's language, what it refuses, and whether what stands there is what we wanted to say."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from allmende.connectors.graph import text_of
from allmende.connectors.instagram.read import pictures
from allmende.connectors.neutral import Draft, Finding, Media

# instagram-platform/content-publishing and reference/ig-media/comments.
LONGEST_CAPTION, LONGEST_COMMENT = 2_200, 300
_CAPTION = {"too_many_hashtags": 30, "too_many_mentions": 20}
_COMMENT = {"too_many_hashtags": 4, "too_many_links": 1}
_SHAPES = {
    "too_many_hashtags": re.compile(r"(?<![\w&/])#\w+"),
    "too_many_mentions": re.compile(r"(?<![\w./])@\w[\w.]*"),
    "too_many_links": re.compile(r"https?://|\bwww\.", re.IGNORECASE),
}


def picture(medium: Media, caption: str | None) -> dict[str, str]:
    """The form of a container for one picture; `caption` None: it is part of a series."""
    said = {"image_url": medium.url} | ({"alt_text": medium.alt} if medium.alt.strip() else {})
    return said | ({"is_carousel_item": "true"} if caption is None else {"caption": caption})


def series(children: Sequence[str], caption: str) -> dict[str, str]:
    """The form of a container for several pictures."""
    return {"media_type": "CAROUSEL", "children": ",".join(children), "caption": caption}


def words(draft: Draft) -> str:
    """The text as it is sent."""
    return unicodedata.normalize("NFC", draft.text)


def findings(draft: Draft) -> Iterator[Finding]:
    """What Instagram refuses beyond the declared abilities."""
    for code, maximum in (_COMMENT if draft.reply_to else _CAPTION).items():
        number = len(_SHAPES[code].findall(draft.text))
        if number > maximum:
            yield Finding(code, "refuse", "text", {"number": number, "maximum": maximum})
    if draft.reply_to is not None:
        yield from _comment_findings(draft)
        return
    if not draft.media:
        yield Finding("picture_missing", "refuse", "media")


def is_same(draft: Draft, row: Mapping[str, Any]) -> bool:
    """Whether a post or comment at the network is what this draft would have become."""
    if draft.reply_to is not None:
        return likeness(text_of(row, "text")) == likeness(draft.text)
    return likeness(text_of(row, "caption")) == likeness(draft.text) and pictures(row) == len(draft.media)


def likeness(text: str) -> str:
    """What remains of a text on its way there and back: blanks lose their number."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _comment_findings(draft: Draft) -> Iterator[Finding]:
    if LONGEST_COMMENT < len(draft.text) <= LONGEST_CAPTION:
        yield Finding("text_too_long", "refuse", "text", {"length": len(draft.text), "maximum": LONGEST_COMMENT})
    if draft.text.upper() == draft.text != draft.text.lower():
        yield Finding("all_capitals", "refuse", "text")
