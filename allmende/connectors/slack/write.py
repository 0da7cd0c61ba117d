"""Neutral -> Slack's language, and whether what stands there was said with our key."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from allmende.connectors.fields import part_of, text_of
from allmende.connectors.neutral import Draft, Media
from allmende.connectors.slack.pictures import LONGEST_ALT

# Our key beside the words (api.slack.com/metadata): it comes back with every message that we read.
EVENT = "allmende_said"


def message(draft: Draft, key: str, channel: str, thread: str, pictures: Sequence[str] = ()) -> dict[str, Any]:
    """The body of chat.postMessage; `thread`: the root's time stamp, or ""; `pictures`: what was uploaded for it."""
    said: dict[str, Any] = {
        "channel": channel,
        "text": escaped(draft.text),
        # Nobody is called by a name that happens to stand in the words, and no star makes them bold.
        "link_names": False,
        "mrkdwn": False,
        "metadata": {"event_type": EVENT, "event_payload": {"key": key}},
    }
    if pictures:
        shown = zip(pictures, draft.media, strict=True)
        said["attachments"] = [{"blocks": [_image(native_id, medium) for native_id, medium in shown]}]
    return said | ({"thread_ts": thread} if thread else {})


def edited(draft: Draft, channel: str, ts: str) -> dict[str, Any]:
    """The body of chat.update; pictures and our key stay, since neither is named."""
    return {
        "channel": channel,
        "ts": ts,
        "text": escaped(draft.text),
        "link_names": False,
        "parse": "none",
        "mrkdwn": False,
    }


def _image(native_id: str, medium: Media) -> dict[str, Any]:
    """Slack wants a description in any case."""
    return {
        "type": "image",
        "slack_file": {"id": native_id},
        "alt_text": (medium.alt.strip() or medium.name or "–")[:LONGEST_ALT],
    }


def escaped(text: str) -> str:
    """Words that say nothing else (Escaping text): the three signs of Slack's markup."""
    whole = unicodedata.normalize("NFC", text)
    return whole.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def is_said_by(key: str, row: Mapping[str, Any]) -> bool:
    """Whether a message was said with this key."""
    metadata = part_of(row, "metadata")
    return text_of(metadata, "event_type") == EVENT and text_of(part_of(metadata, "event_payload"), "key") == key
