"""What in a text is a link, a mention or a hashtag, by places in its UTF-8 bytes, as the network wants it."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

from allmende.connectors.bluesky.names import HANDLE, is_handle
from allmende.connectors.markup import STOPS, without_stops

LONGEST_TAG = 64
_LINK = re.compile(r"(?<![\w@/])https?://[^\s<>\"„“”»«]+", re.IGNORECASE)
_MENTION = re.compile(rf"(?<![\w@.])@({HANDLE})(?![\w-]|\.\w)")
_TAG = re.compile(r"(?<![^\s(\[])[#＃](?!\ufe0f)([^\s#＃\u00ad\u2060\u200a-\u200d\u20e2]+)")

Resolve = Callable[[str], str]


def facets(text: str, resolve: Resolve) -> list[dict[str, Any]]:
    """The facets of a text in its order. `resolve`: a handle's DID, or "" if nobody has it; then it stays mere text."""
    found = [*_links(text), *_tags(text), *_mentions(text, resolve)]
    taken: list[tuple[int, int]] = []
    kept = []
    for start, end, feature in found:  # a link first: what looks like a tag or a mention inside it is neither
        if all(end <= other_start or start >= other_end for other_start, other_end in taken):
            taken.append((start, end))
            kept.append((start, end, feature))
    return [_facet(text, *one) for one in sorted(kept, key=lambda one: one[:2])]


def _facet(text: str, start: int, end: int, feature: dict[str, str]) -> dict[str, Any]:
    first = len(text[:start].encode())
    return {"index": {"byteStart": first, "byteEnd": first + len(text[start:end].encode())}, "features": [feature]}


def _links(text: str) -> Iterator[tuple[int, int, dict[str, str]]]:
    for match in _LINK.finditer(text):
        uri = without_stops(match.group(), f"{STOPS}…")
        if len(uri) > len("https://"):
            feature = {"$type": "app.bsky.richtext.facet#link", "uri": uri}
            yield match.start(), match.start() + len(uri), feature


def _mentions(text: str, resolve: Resolve) -> Iterator[tuple[int, int, dict[str, str]]]:
    for match in _MENTION.finditer(text):
        did = resolve(match[1].lower()) if is_handle(match[1]) else ""
        if did:
            yield match.start(), match.end(), {"$type": "app.bsky.richtext.facet#mention", "did": did}


def _tags(text: str) -> Iterator[tuple[int, int, dict[str, str]]]:
    for match in _TAG.finditer(text):
        tag = match[1]
        while tag and unicodedata.category(tag[-1]).startswith("P"):
            tag = tag[:-1]
        if tag and len(tag) <= LONGEST_TAG and not tag.isdigit():
            yield match.start(), match.start() + 1 + len(tag), {"$type": "app.bsky.richtext.facet#tag", "tag": tag}
