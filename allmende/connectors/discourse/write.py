"""Neutral -> Discourse's language, and whether what stands there is what we wanted to say."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from allmende.connectors.discourse import read
from allmende.connectors.errors import Refused
from allmende.connectors.neutral import Draft

# The forum keeps an id of ours with a topic, and takes it only once; letters, digits and hyphens, up to fifty.
LONGEST_KEY = 50
_PICTURE = re.compile(r"!\[[^\]]*\]\(upload://[^)\s]*\)")
_NO_WORD = re.compile(r"[\W_]+")
_NOT_IN_ALT = str.maketrans({"[": "(", "]": ")", "|": "/", "\n": " ", "\r": " "})


def post(draft: Draft, category: int, key: str, pictures: Sequence[str]) -> dict[str, Any]:
    """The body of POST /posts.json. `pictures`: their lines of Markdown. Raises Refused for an answer to no id of ours."""
    said: dict[str, Any] = {"raw": _raw(draft, pictures)}
    if draft.reply_to is None:
        said |= {"title": title(draft), "external_id": key[:LONGEST_KEY]}
        return said | ({"category": category} if category else {})
    place = read.place_of(draft.reply_to.native_id)
    if place is None:
        raise Refused("not_found", draft.reply_to.native_id)
    return said | {"topic_id": place[0], "reply_to_post_number": place[1]}


def edited(draft: Draft, written: Mapping[str, Any]) -> dict[str, Any]:
    """The body of PUT /posts/{id}.json: other words, the same pictures."""
    raw = written.get("raw")
    pictures = [found[0] for found in _PICTURE.finditer(raw if isinstance(raw, str) else "")]
    return {"post": {"raw": _raw(draft, [line for line in pictures if line not in draft.text])}}


def title(draft: Draft) -> str:
    """The title as it is sent."""
    return unicodedata.normalize("NFC", draft.title)


def picture(upload: Mapping[str, Any], alt: str) -> str:
    """The Markdown that shows an upload, as the forum's own composer writes it."""
    url = upload.get("short_url") or upload["url"]
    if not isinstance(url, str) or not url:
        raise TypeError("url")
    width, height = read.number_or(upload, "width"), read.number_or(upload, "height")
    size = f"|{width}x{height}" if width and height else ""
    return f"![{' '.join(alt.translate(_NOT_IN_ALT).split())}{size}]({url})"


def _raw(draft: Draft, pictures: Sequence[str]) -> str:
    return "\n\n".join(part for part in (unicodedata.normalize("NFC", draft.text), *pictures) if part.strip())


def is_same(draft: Draft, written: Mapping[str, Any]) -> bool:
    """Whether a post at the forum is what this draft would have become."""
    raw = written.get("raw")
    raw = raw if isinstance(raw, str) else ""
    number = read.number_of(written, "post_number")
    if draft.reply_to is None:
        is_place = number == 1
    else:
        answers = read.name_of(
            read.number_of(written, "topic_id"), read.number_or(written, "reply_to_post_number") or 1
        )
        is_place = number > 1 and answers == draft.reply_to.native_id
    pictures = len(_PICTURE.findall(raw)) - len(_PICTURE.findall(draft.text))
    return is_place and pictures == len(draft.media) and likeness(raw) == likeness(draft.text)


def likeness(text: str) -> str:
    """What remains of a text on its way there and back: blanks lose their number, pictures stand apart."""
    return " ".join(_PICTURE.sub(" ", unicodedata.normalize("NFC", text)).split())


def title_likeness(title: str) -> str:
    """What remains of a title: a forum may change its case, its blanks and its last sign."""
    return _NO_WORD.sub("", unicodedata.normalize("NFC", title).casefold())
