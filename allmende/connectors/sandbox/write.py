"""Neutral -> the sandbox's language."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from allmende.connectors.neutral import Draft


def post(draft: Draft) -> dict[str, str]:
    """The body of a post or reply."""
    said = {"text": unicodedata.normalize("NFC", draft.text), "visibility": draft.visibility}
    if draft.reply_to is not None:
        return said | {"reply_to": draft.reply_to.native_id}
    return said | {"title": draft.title}


def chosen_id(account: str, key: str) -> str:
    """The record id that belongs to this dispatch for ever; two accounts never choose the same."""
    return f"{account}-{key}"


def is_same(draft: Draft, written: Mapping[str, Any]) -> bool:
    """Whether a post at the network is what this draft would have become."""
    said = post(draft)
    return (
        _plain(written["text"]) == _plain(draft.text)
        and _plain(written["title"]) == _plain(said.get("title", ""))
        and (written["parent"] or "") == said.get("reply_to", "")
    )


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").strip()
