"""Neutral -> Bluesky's language."""

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from allmende.connectors.bluesky.facets import Resolve, facets
from allmende.connectors.bluesky.names import POST
from allmende.connectors.http import standard
from allmende.connectors.neutral import Card, Draft, Media

# Of a card's picture, in bytes (lexicon app.bsky.embed.external).
LARGEST_THUMB = 1_000_000


def post(
    draft: Draft,
    *,
    at: datetime,
    resolve: Resolve,
    reply: Mapping[str, Any] | None = None,
    blobs: Sequence[Any] = (),
    languages: Sequence[str] = (),
) -> dict[str, Any]:
    """The record of a post, its card aside. `reply`: strong references of root and parent; `blobs`: of the draft's pictures, in
    order."""
    text = plain(draft.text)
    record: dict[str, Any] = {"$type": POST, "text": text, "createdAt": stamp(at)}
    if found := facets(text, resolve):
        record["facets"] = found
    if reply:
        record["reply"] = reply
    if languages:
        record["langs"] = list(languages[:3])
    if blobs and draft.media[0].is_film:
        record["embed"] = film(draft.media[0], blobs[0])
    elif blobs:
        images = [image(medium, blob) for medium, blob in zip(draft.media, blobs, strict=True)]
        record["embed"] = {"$type": "app.bsky.embed.images", "images": images}
    return record


def external(card: Card, thumb: Any = None) -> dict[str, Any]:
    """The card of a link."""
    shown = {"uri": standard(card.url), "title": plain(card.title), "description": plain(card.description)}
    return {"$type": "app.bsky.embed.external", "external": shown | ({"thumb": thumb} if thumb else {})}


def image(medium: Media, blob: Any) -> dict[str, Any]:
    """One picture with its alternative text; its shape, so that nobody crops it while it loads."""
    shown = {"image": blob, "alt": plain(medium.alt)}
    size = _size(medium.content)
    return shown | ({"aspectRatio": {"width": size[0], "height": size[1]}} if size else {})


def film(medium: Media, blob: Any) -> dict[str, Any]:
    """A film as a post shows it."""
    shown = {"$type": "app.bsky.embed.video", "video": blob, "alt": plain(medium.alt)}
    has_size = medium.width and medium.height
    return shown | ({"aspectRatio": {"width": medium.width, "height": medium.height}} if has_size else {})


def is_same(draft: Draft, record: Mapping[str, Any]) -> bool:
    """Whether a record at the network is what this draft became: the same words in answer to the same message."""
    parent = ((record.get("reply") or {}).get("parent") or {}).get("uri", "")
    answered = draft.reply_to.native_id if draft.reply_to else ""
    return _hash(str(record["text"])) == _hash(draft.text) and parent == answered


def plain(text: str) -> str:
    """The text as it is sent: composed, with one kind of line end."""
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")


def stamp(at: datetime) -> str:
    """A moment as the network writes it."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _hash(text: str) -> str:
    return hashlib.sha256(plain(text).strip().encode()).hexdigest()


def _size(content: bytes) -> tuple[int, int] | None:
    """Width and height as a person sees them; None if the bytes are no picture we can read."""
    from PIL import Image

    try:
        with Image.open(BytesIO(content)) as picture:
            width, height = picture.size
            is_turned = picture.getexif().get(0x0112, 1) in (5, 6, 7, 8)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None
    return (height, width) if is_turned else (width, height)
