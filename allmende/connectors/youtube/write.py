"""Neutral -> YouTube's language, and whether what stands there is what we wanted to say."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from allmende.connectors.errors import Refused
from allmende.connectors.neutral import Draft
from allmende.connectors.youtube import read

LONGEST = 10_000


def answer(draft: Draft) -> dict[str, Any]:
    """The body of comments.insert. An answer to an answer stands below the comment both belong to. Refused."""
    above = draft.reply_to.native_id if draft.reply_to else ""
    if not read.is_id(above):
        raise Refused("not_found", above)
    return {"snippet": {"parentId": read.root_of(above), "textOriginal": unicodedata.normalize("NFC", draft.text)}}


def edited(draft: Draft, native_id: str) -> dict[str, Any]:
    """The body of comments.update."""
    return {"id": native_id, "snippet": {"textOriginal": unicodedata.normalize("NFC", draft.text)}}


def is_same(draft: Draft, row: Mapping[str, Any], us: str) -> bool:
    """Whether a comment is ours and says what this draft would have said."""
    who = read.author(row["snippet"], us)
    return who is not None and who.is_us and likeness(read.words(row["snippet"])) == likeness(draft.text)


def likeness(text: str) -> str:
    """What remains of a text on its way there and back: blanks lose their number."""
    return " ".join(unicodedata.normalize("NFC", text).split())
