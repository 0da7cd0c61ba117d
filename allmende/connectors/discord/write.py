"""Neutral -> Discord's language, and whether what stands there is what we wanted to say."""

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from typing import Any

from allmende.connectors.discord.names import Place
from allmende.connectors.discord.read import parent_of
from allmende.connectors.fields import rows_of, text_of
from allmende.connectors.neutral import Draft

# Nobody is called by a name that happens to stand in the words, nor by being answered.
NOBODY: Mapping[str, Any] = {"parse": [], "replied_user": False}


def message(draft: Draft, key: str, answered: Place | None) -> dict[str, Any]:
    """The body of a message (resources/message, Create Message). The nonce has 25 signs at most."""
    said: dict[str, Any] = _words(draft) | {"nonce": nonce_of(key), "enforce_nonce": True}
    if answered:
        said["message_reference"] = {"message_id": answered.message, "fail_if_not_exists": True}
    return said


def post(draft: Draft) -> dict[str, Any]:
    """The body of a thread in a forum (resources/channel, Start Thread in Forum or Media Channel)."""
    return {"name": draft.title.strip(), "message": _words(draft)}


def edited(draft: Draft) -> dict[str, Any]:
    """The change that gives a message other words (resources/message, Edit Message); what is not named stays."""
    return {"content": unicodedata.normalize("NFC", draft.text), "allowed_mentions": dict(NOBODY)}


def packed(said: Mapping[str, Any], draft: Draft) -> dict[str, Any]:
    """How `Door.speak` takes a body: as JSON, or with files beside it (reference, Uploading Files)."""
    if not draft.media:
        return {"json": dict(said)}
    files = {
        f"files[{number}]": (one.name or f"picture-{number}", one.content, one.media_type)
        for number, one in enumerate(draft.media)
    }
    return {"form": {"payload_json": json.dumps(said)}, "files": files}


def nonce_of(key: str) -> str:
    """What Discord remembers for some minutes of a key."""
    return hashlib.sha256(key.encode()).hexdigest()[:25]


def is_same(draft: Draft, row: Mapping[str, Any]) -> bool:
    """Whether a message at the network is what this draft would have become."""
    answered = draft.reply_to.native_id if draft.reply_to else ""
    is_equal = likeness(text_of(row, "content")) == likeness(draft.text)
    return is_equal and len(rows_of(row, "attachments")) == len(draft.media) and parent_of(row) == answered


def likeness(text: str) -> str:
    """What remains of a text on its way there and back: blanks at its ends are cut off."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _words(draft: Draft) -> dict[str, Any]:
    said: dict[str, Any] = {"content": unicodedata.normalize("NFC", draft.text), "allowed_mentions": dict(NOBODY)}
    if draft.media:
        told = enumerate(draft.media)
        said["attachments"] = [{"id": number, "description": one.alt.strip()[:1024]} for number, one in told]
    return said
