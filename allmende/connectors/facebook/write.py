"""Neutral -> Facebook's language, and whether what stands there is what we wanted to say."""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from allmende.connectors.facebook.read import RECEIPT_FIELDS, attached
from allmende.connectors.graph import text_of
from allmende.connectors.markup import STOPS, without_stops
from allmende.connectors.neutral import Draft

_LINK = re.compile(r"(?<![\w@/])https?://[^\s<>\"„“”»«]{4,2000}", re.IGNORECASE)


def post(draft: Draft, photos: Sequence[str]) -> dict[str, str]:
    """The form of a post on the page's feed; `photos`: ids of pictures that were uploaded unpublished."""
    said = {"message": words(draft), "fields": RECEIPT_FIELDS}
    if not photos and (found := _LINK.search(said["message"])):
        # A page is shown below the words only where it is named beside them (pages-api/posts, Publish a link).
        said["link"] = without_stops(found[0], f"{STOPS}…", {")": "("})
    for number, native_id in enumerate(photos):
        said[f"attached_media[{number}]"] = json.dumps({"media_fbid": native_id})
    return said


def comment(draft: Draft, photos: Sequence[str]) -> dict[str, str]:
    """The form of a comment, or of an answer to one: it carries one picture at most."""
    said = {"message": words(draft), "fields": RECEIPT_FIELDS}
    return said | ({"attachment_id": photos[0]} if photos else {})


def words(draft: Draft) -> str:
    """The text as it is sent."""
    return unicodedata.normalize("NFC", draft.text)


def is_same(draft: Draft, row: Mapping[str, Any]) -> bool:
    """Whether a post or comment at the network is what this draft would have become.

    Below words without pictures Facebook may show the picture that their link leads to, as if it were one of ours.
    """
    is_shown = attached(row) == len(draft.media) or (not draft.media and _LINK.search(draft.text) is not None)
    return is_shown and likeness(text_of(row, "message")) == likeness(draft.text)


def likeness(text: str) -> str:
    """What remains of a text on its way there and back: blanks lose their number."""
    return " ".join(unicodedata.normalize("NFC", text).split())
