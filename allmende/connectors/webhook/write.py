"""Neutral -> the JSON we post (docs/how-to-webhook.md)."""

import hashlib
import json
from datetime import datetime
from typing import Any

from allmende.connectors.neutral import Draft


def said(draft: Draft, webhook_id: str, at: datetime) -> dict[str, Any]:
    """A post or an answer."""
    data = {"id": webhook_id, "title": draft.title, "text": draft.text, "visibility": draft.visibility}
    if draft.reply_to is not None:
        data |= {"reply_to": draft.reply_to.native_id, "thread": draft.thread or draft.reply_to.native_id}
    return {"type": "message.said", "timestamp": at.isoformat(), "data": data}


def ping(at: datetime) -> dict[str, Any]:
    """Are you there, and is it us whom you know? Nothing is to be done."""
    return {"type": "ping", "timestamp": at.isoformat(), "data": {}}


def written(event: dict[str, Any]) -> bytes:
    """The bytes that are signed and sent."""
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


def webhook_id(url: str, key: str) -> str:
    """The same at each attempt: whoever receives it does it once."""
    return f"msg_{hashlib.sha256(f'{url} {key}'.encode()).hexdigest()[:40]}"
