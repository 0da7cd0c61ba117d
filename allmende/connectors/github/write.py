"""Neutral -> GitHub's language, and whether what stands there is what we wanted to say."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from allmende.connectors.fields import part_of, text_of
from allmende.connectors.neutral import Draft


def discussion(draft: Draft, repository: str, category: str) -> dict[str, Any]:
    """What `words.CREATE` asks for."""
    return {"repository": repository, "category": category, "title": draft.title.strip(), "body": written(draft.text)}


def comment(draft: Draft, root: str, above: str) -> dict[str, Any]:
    """What `words.ANSWER` asks for; `above`: the comment it stands below, "" where it answers the discussion."""
    return {"discussion": root, "above": above or None, "body": written(draft.text)}


def written(text: str) -> str:
    """The text as it is sent. It is Markdown there."""
    return unicodedata.normalize("NFC", text)


def is_same(draft: Draft, row: Mapping[str, Any], above: str) -> bool:
    """Whether what stands there is what this draft would have become."""
    title = draft.title.strip() if row.get("__typename") == "Discussion" else text_of(row, "title")
    is_there = text_of(part_of(row, "replyTo"), "id") == above and text_of(row, "title") == title
    return is_there and likeness(text_of(row, "body")) == likeness(draft.text)


def likeness(text: str) -> str:
    """What remains of a text on its way there and back: lines end otherwise, blanks lose their number."""
    return " ".join(unicodedata.normalize("NFC", text).split())
