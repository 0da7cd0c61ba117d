"""Neutral -> Matrix's language, and whether what stands there is what this key said."""

import unicodedata
from collections.abc import Mapping
from mimetypes import guess_extension
from pathlib import PurePath
from typing import Any

from allmende.connectors.matrix.names import mentioned
from allmende.connectors.matrix.read import Event, parent_of, text_of, thread_of, unsigned
from allmende.connectors.neutral import Draft, Media

# Our key beside the words: a server remembers a transaction's id for minutes and for one log-in only.
KEY = "allmende.key"


def content(
    draft: Draft, key: str, answered: Event | None, *, us: str, is_direct: bool, mxc: str = ""
) -> dict[str, Any]:
    """The content of a message (spec, m.room.message). `answered`: the event it answers; `mxc`: where its picture is."""
    said: dict[str, Any] = {"msgtype": "m.text", "body": _written(draft.text)}
    if draft.media:
        said = _picture(draft.media[0], said["body"], mxc)
    people = [one for one in mentioned(said["body"]) if one != us]
    if answered is not None:
        said["m.relates_to"] = _relation(answered, is_direct=is_direct)
        people = list(dict.fromkeys([text_of(answered, "sender"), *people]))
    others = [one for one in people if one and one != us]
    # Empty means: nobody is meant, whatever names stand in the words.
    return {**said, "m.mentions": {"user_ids": others} if others else {}, KEY: key}


def edited(draft: Draft, event: Event, us: str) -> dict[str, Any]:
    """The content of an event that gives `event` other words: what else it held stays, whom it answers is meant as before,
    and nobody is called anew."""
    words, content_before = _written(draft.text), event.get("content")
    before = content_before if isinstance(content_before, Mapping) else {}
    kept = {name: value for name, value in before.items() if name not in ("m.relates_to", "format", "formatted_body")}
    if kept.get("msgtype") == "m.image":
        kept.setdefault("filename", text_of(kept, "body"))
    others = [one for one in dict.fromkeys([*_meant_unnamed(before), *mentioned(words)]) if one != us]
    new = {"msgtype": "m.text", **kept, "body": words, "m.mentions": {"user_ids": others} if others else {}}
    relation = {"rel_type": "m.replace", "event_id": text_of(event, "event_id")}
    shown = {name: value for name, value in new.items() if name != KEY}
    return {**shown, "body": f"* {words}", "m.mentions": {}, "m.new_content": new, "m.relates_to": relation}


def is_said_by(key: str, event: Event) -> bool:
    """Whether an event of ours was said with this key; what was taken away meanwhile still bears its transaction's id."""
    said = event.get("content")
    kept = text_of(said, KEY) if isinstance(said, Mapping) else ""
    return key in (kept, text_of(unsigned(event), "transaction_id"))


def _meant_unnamed(said: Mapping[str, Any]) -> list[str]:
    """Whom the content of a message means without naming them in its words: whoever is answered."""
    mentions, named = said.get("m.mentions"), mentioned(text_of(said, "body"))
    people = mentions.get("user_ids") if isinstance(mentions, Mapping) else None
    return [one for one in people if isinstance(one, str) and one not in named] if isinstance(people, list) else []


def _written(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _picture(medium: Media, caption: str, mxc: str) -> dict[str, Any]:
    """A picture whose body is its alternative text; below words, which are the body then, the file's name is it."""
    alt = medium.alt.strip() or medium.name or "picture"
    info: dict[str, Any] = {"mimetype": medium.media_type, "size": len(medium.content)}
    if medium.width and medium.height:
        info |= {"w": medium.width, "h": medium.height}
    said: dict[str, Any] = {"msgtype": "m.image", "body": alt, "url": mxc, "info": info}
    if caption.strip():
        said |= {"body": caption, "filename": _file_name(medium, alt)}
    return said


def _file_name(medium: Media, alt: str) -> str:
    if alt == medium.name and PurePath(alt).suffix:
        return alt
    return f"{alt}{guess_extension(medium.media_type) or ''}"


def _relation(answered: Event, *, is_direct: bool) -> dict[str, Any]:
    """Where an answer hangs: in its thread; in a conversation by answers, below the last; between two, in their room."""
    native_id, root = text_of(answered, "event_id"), thread_of(answered)
    below: dict[str, Any] = {"m.in_reply_to": {"event_id": native_id}}
    if is_direct or (not root and parent_of(answered)):
        return below
    # Programs that know no threads show what "falls back" as an answer to the event named beside it.
    return {"rel_type": "m.thread", "event_id": root or native_id, "is_falling_back": not root, **below}
