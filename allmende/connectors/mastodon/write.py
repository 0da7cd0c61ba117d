"""Neutral -> Mastodon's language, and whether what stands there is what we wanted to say."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from allmende.connectors.abilities import Counting
from allmende.connectors.checking import text_length
from allmende.connectors.errors import Refused
from allmende.connectors.mastodon import read
from allmende.connectors.mastodon.content import words
from allmende.connectors.neutral import Draft, Visibility

NATIVE: dict[Visibility, str] = {"public": "public", "members": "private", "direct": "direct"}
# From open to close. A visibility we do not know counts as the closest.
_OPENNESS = ("public", "unlisted", "private", "direct")
_MENTION = re.compile(r"(?<![=/\w])@([A-Za-z0-9_][A-Za-z0-9_.-]{0,63})(?:@[\w-][\w.:-]{0,251}\w)?")
_BEGINNING = re.compile(r"\bhttps?://(?:www\.)?|\bwww\.", re.IGNORECASE)
_PROFILE = re.compile(r"/(?:@|users/)([A-Za-z0-9_][A-Za-z0-9_.-]{0,63})(?:@[^/]{1,255})?/")


def status(
    draft: Draft, answered: Mapping[str, Any] | None, us: str, media_ids: Sequence[str], counting: Counting
) -> dict[str, Any]:
    """The body of a post or reply. `answered`: the status it answers; `us`: our own account's id."""
    said: dict[str, Any] = {"status": unicodedata.normalize("NFC", draft.text), "visibility": NATIVE[draft.visibility]}
    if media_ids:
        said["media_ids"] = list(media_ids)
    if answered is None:
        return said
    said["in_reply_to_id"] = read.id_of(answered)
    said["visibility"] = closer(said["visibility"], str(answered.get("visibility") or "public"))
    if read.id_of(answered["account"]) != us:
        said["status"] = addressed(said["status"], str(answered["account"].get("acct") or ""))
    # An answer below a warning bears it too, as long as there is room.
    warning = answered.get("spoiler_text")
    if isinstance(warning, str) and warning and _fits(warning + said["status"], counting):
        said |= {"spoiler_text": warning, "sensitive": True}
    return said


def edited(draft: Draft, status: Mapping[str, Any]) -> dict[str, Any]:
    """The body that gives a status other words, with all it would lose if it were not named (api/statuses, Edit a status).

    Refused ("would_lose") of a poll: named again it would begin anew, without its votes.
    """
    if status.get("poll"):
        raise Refused("would_lose", "poll")
    return {
        "status": unicodedata.normalize("NFC", draft.text),
        "media_ids": [read.id_of(one) for one in status["media_attachments"]],
        "spoiler_text": str(status.get("spoiler_text") or ""),
        "sensitive": status.get("sensitive") is True,
    }


def addressed(text: str, acct: str) -> str:
    """The text with the person answered named in it, without whom they would not be told."""
    name = acct.partition("@")[0].lower()
    is_named = any(found[1].rstrip(".-").lower() == name for found in _MENTION.finditer(text))
    return text if is_named or not acct else f"@{acct} {text}"


def supposed_name(url: str) -> str:
    """The account a status's address names, "" if it names none: all we know of it without asking."""
    found = _PROFILE.search(url)
    return found[1] if found else ""


def closer(ours: str, theirs: str) -> str:
    """The narrower of two visibilities: whoever was answered in a small circle is not quoted to all."""
    ranks = [_OPENNESS.index(one) if one in _OPENNESS else len(_OPENNESS) - 1 for one in (ours, theirs)]
    return _OPENNESS[max(ranks)]


def is_same(draft: Draft, written: Mapping[str, Any]) -> bool:
    """Whether a status at the network is what this draft would have become; some servers tell no pictures."""
    is_reply = draft.reply_to is not None
    attached = written.get("media_attachments")
    return (
        read.parent_of(written) == (draft.reply_to.native_id if draft.reply_to else "")
        and (attached is None or len(attached if isinstance(attached, list) else ()) == len(draft.media))
        and likeness(words(str(written.get("content") or ""), {}), is_reply) == likeness(draft.text, is_reply)
    )


def likeness(text: str, is_reply: bool) -> str:
    """What remains of a text on its way there and back: mentions lose their server, links their beginning, blanks their
    number, and an answer the name in front."""
    bare = _BEGINNING.sub("", unicodedata.normalize("NFC", text))
    plain = _MENTION.sub(lambda found: f"@{found[1]}".rstrip(".-"), bare)
    parts = plain.split()
    while is_reply and len(parts) > 1 and parts[0].startswith("@"):
        parts.pop(0)
    return " ".join(parts)


def _fits(text: str, counting: Counting) -> bool:
    return counting.maximum is None or text_length(counting, text) <= counting.maximum
