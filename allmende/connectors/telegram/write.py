"""Neutral -> the Bot API's language. Words are plain: without a parse mode nothing in them becomes markup."""

import json
import unicodedata
from collections.abc import Mapping
from typing import Any

from allmende.connectors.neutral import Draft, Media
from allmende.connectors.telegram.names import Place
from allmende.connectors.uploads import Body


def message(draft: Draft, chat: int, answered: Place | None) -> dict[str, Any]:
    """The parameters of sendMessage, or with a picture or film of what `shown` names. `answered`: the message it answers."""
    said: dict[str, Any] = {"chat_id": chat}
    words = unicodedata.normalize("NFC", draft.text)
    said |= {"caption": words} if draft.media else {"text": words}
    below = below_of(answered)
    if below:
        # A form has no objects: there it is written as JSON.
        said["reply_parameters"] = json.dumps(below) if draft.media else dict(below)
    return said


def edited(draft: Draft, place: Place) -> dict[str, Any]:
    """The parameters of editMessageText."""
    words = unicodedata.normalize("NFC", draft.text)
    return {"chat_id": place.chat, "message_id": place.message, "text": words}


def shown(medium: Media, body: Body) -> tuple[str, dict[str, int], dict[str, tuple[str, Body, str]]]:
    """The method that sends it, what it wants to know of a film, and the file."""
    file = (medium.name or "picture", body, medium.media_type)
    if not medium.is_film:
        return "sendPhoto", {}, {"photo": file}
    told = {"duration": round(medium.seconds), "width": medium.width, "height": medium.height}
    return "sendVideo", {name: value for name, value in told.items() if value}, {"video": file}


def below_of(answered: Place | None) -> Mapping[str, Any]:
    """What an answer hangs on. Without that it is not said at all."""
    return {"message_id": answered.message, "allow_sending_without_reply": False} if answered else {}
