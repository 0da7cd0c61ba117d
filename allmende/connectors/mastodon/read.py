"""Mastodon's language -> neutral. Raises only what broken words raise: LookupError, TypeError, ValueError, AttributeError."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from mimetypes import guess_type
from typing import Any
from urllib.parse import urlsplit

from allmende.connectors.mastodon.content import words
from allmende.connectors.neutral import NOTHING, Author, Item, Media, Reading, Receipt, Ref, Visibility
from allmende.domain.acts import act_of

VISIBILITIES: dict[str, Visibility] = {
    "public": "public",
    "unlisted": "public",
    "private": "members",
    "mutuals_only": "members",
    "local": "members",
    "direct": "direct",
    "list": "direct",
}
# Types of notifications that are wordless acts. Reactions come from servers that are not Mastodon.
GESTURES = {
    "favourite": "voted",
    "pleroma:emoji_reaction": "voted",
    "reaction": "voted",
    "reblog": "referred",
    "follow": "joined",
}
MESSAGES = frozenset({"mention", "quote"})
COUNTERS = {"replies": "replies_count", "boosts": "reblogs_count", "favourites": "favourites_count"}
_MEDIA_TYPES = {"image": "image/jpeg", "gifv": "video/mp4", "video": "video/mp4", "audio": "audio/mpeg"}
_EXTRA = ("visibility", "language", "uri", "quote_id")


@dataclass(frozen=True, slots=True)
class Us:
    """Who reads: our account's id, and the server's name, which completes the handles of its own accounts."""

    account_id: str
    host: str


def item(status: Mapping[str, Any], us: Us, thread: str) -> Item:
    """One status; `thread`: its root's id."""
    native_id, who = id_of(status), author(status["account"], us)
    html = _text(status, "content")
    warning = _text(status, "spoiler_text")
    parent = parent_of(status)
    return Item(
        Ref(native_id, url_of(status)),
        "message",
        act_of("social", is_root=not parent, is_root_author=False),
        who,
        moment(status["created_at"]),
        thread,
        reply_to=parent,
        # A warning stands above the words like a subject. Ours are said without title, and recognised without.
        title="" if who.is_us else warning,
        text=words(html, _mentioned(status)),
        html=html,
        visibility=VISIBILITIES.get(_text(status, "visibility") or "public", "direct"),
        edited_at=moment(status["edited_at"]) if status.get("edited_at") else None,
        media=tuple(_media(status)),
        extra=_extra(status, warning),
    )


def deletion(native_id: str, thread: str, at: datetime) -> Item:
    """A status that is not there any more."""
    return Item(Ref(native_id), "message", "commented", None, at, thread or native_id, deleted_at=at)


def gesture(notification: Mapping[str, Any], us: Us, thread: str) -> Item:
    """A favourite, boost, reaction or follow. Its id is what it is, so that telling it again changes nothing."""
    verb, who = notification["type"], author(notification["account"], us)
    status = notification.get("status")
    target = id_of(status) if isinstance(status, Mapping) else ""
    name = f"{verb.removeprefix('pleroma:')}~{who.native_id}"
    native_id = f"{target}~{name}" if target else name
    return Item(
        Ref(native_id), "gesture", GESTURES[verb], who, moment(notification["created_at"]), thread or native_id, target=target
    )  # fmt: skip


def author(account: Mapping[str, Any], us: Us) -> Author:
    """Who it was, with a handle that holds on every server."""
    native_id = id_of(account)
    acct = _text(account, "acct") or _text(account, "username")
    handle = acct if "@" in acct or not acct else f"{acct}@{us.host}"
    name = _text(account, "display_name") or acct
    return Author(native_id, handle, name, native_id == us.account_id, account.get("bot") is True)


def receipt(status: Mapping[str, Any]) -> Receipt:
    """The network's own proof that it has our words."""
    return Receipt(Ref(id_of(status), url_of(status)), moment(status["created_at"]))


def readings(status: Mapping[str, Any], read_at: datetime) -> list[Reading]:
    """One status's counters, as far as the server keeps them."""
    ref = Ref(id_of(status), url_of(status))
    counted = ((name, status.get(field)) for name, field in COUNTERS.items())
    return [Reading(ref, name, value, read_at) for name, value in counted if isinstance(value, int)]


def id_of(written: Mapping[str, Any]) -> str:
    """The id, which a few servers write as a number."""
    value = written["id"]
    if isinstance(value, bool) or not isinstance(value, str | int) or not 0 < len(str(value)) <= 200:
        raise TypeError("id")
    return str(value)


def parent_of(status: Mapping[str, Any]) -> str:
    """The id of the status answered, "" if it answers none."""
    value = status.get("in_reply_to_id")
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) and str(value) else ""


def url_of(status: Mapping[str, Any]) -> str:
    """Where a person reads it."""
    return _text(status, "url") or _text(status, "uri")


def moment(written: str) -> datetime:
    """A written time, aware UTC; without a zone it is UTC, as the API says."""
    at = datetime.fromisoformat(written)
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def age_key(native_id: str) -> tuple[int, str]:
    """Sorts ids by age: numbers, and the letters other servers use, grow in length and then in order."""
    return len(native_id), native_id


def fingerprint(status: Mapping[str, Any]) -> str:
    """Changes when the words, the warning or the media of a status do."""
    media = [str(one.get("id")) + str(one.get("description")) for one in _attachments(status)]
    seen = [_text(status, "content"), _text(status, "spoiler_text"), str(status.get("edited_at") or ""), *media]
    return f"{zlib.crc32(chr(0).join(seen).encode('utf-8', 'replace')):08x}"


def _mentioned(status: Mapping[str, Any]) -> dict[str, str]:
    listed = status.get("mentions")
    mentions = [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
    return {_text(one, "url"): _text(one, "acct") for one in mentions if _text(one, "url") and _text(one, "acct")}


def _attachments(status: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    listed = status.get("media_attachments")
    return [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []


def _media(status: Mapping[str, Any]) -> list[Media]:
    found = []
    for one in _attachments(status):
        url = _text(one, "url") or _text(one, "remote_url")
        named, _ = guess_type(urlsplit(url).path)
        media_type = named or _MEDIA_TYPES.get(_text(one, "type"), "application/octet-stream")
        found.append(Media(media_type, url, _text(one, "description")))
    return found


def _extra(status: Mapping[str, Any], warning: str) -> Mapping[str, Any]:
    found: dict[str, Any] = {name: _text(status, name) for name in _EXTRA if _text(status, name)}
    if warning:
        found["content_warning"] = warning
    quote = status.get("quote")
    quoted = quote.get("quoted_status") if isinstance(quote, Mapping) else None
    if isinstance(quoted, Mapping) and "id" in quoted:
        found["quote_id"] = str(quoted["id"])
    poll = status.get("poll")
    options = poll.get("options") if isinstance(poll, Mapping) else None
    if isinstance(options, list):
        found["poll"] = [_text(one, "title") for one in options[:20] if isinstance(one, Mapping)]
    return found or NOTHING


def _text(written: Mapping[str, Any], name: str) -> str:
    value = written.get(name)
    return value if isinstance(value, str) else ""
