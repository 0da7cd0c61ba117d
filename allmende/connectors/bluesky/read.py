"""Bluesky's language -> neutral. Raises only what broken words raise: LookupError, TypeError, ValueError, AttributeError."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from html import escape
from typing import Any

from allmende.connectors.bluesky.names import POST, address_of
from allmende.connectors.neutral import Author, Item, Media, Reading, Receipt, Ref
from allmende.domain.acts import act_of

PAGE_OF_ANYBODY = "https://bsky.app"
GESTURES = {
    "like": "voted",
    "like-via-repost": "voted",
    "repost": "referred",
    "repost-via-repost": "referred",
    "follow": "joined",
}
WORDS = ("reply", "mention", "quote")
COUNTERS = {"replies": "replyCount", "likes": "likeCount", "reposts": "repostCount", "quotes": "quoteCount"}


def message(view: Mapping[str, Any], *, me: str, web: str) -> Item:
    """A post as the network shows it (#postView, or a notification of words). `me`: our DID; `web`: its public pages."""
    record, uri = view["record"], _string(view, "uri")
    parent, root = _parent(record)
    who = author(view["author"], me)
    thread = root or uri
    return Item(
        Ref(uri, link(web, uri)),
        "message",
        act_of("social", is_root=not parent, is_root_author=address_of(thread).did == who.native_id),
        who,
        happened_at(view),
        thread,
        reply_to=parent,
        text=_string(record, "text"),
        html=html(record),
        media=tuple(_media(view)),
        extra=_extra(record, view),
    )


def gesture(notification: Mapping[str, Any], *, me: str) -> Item | None:
    """A like, repost or follow; None for notices that are no act of ours to count."""
    act = GESTURES.get(notification["reason"])
    if act is None:
        return None
    subject = notification["record"].get("subject")
    target = _string(subject, "uri") if isinstance(subject, dict) else ""
    return Item(
        Ref(_string(notification, "uri")),
        "gesture",
        act,
        author(notification["author"], me),
        happened_at(notification),
        target,
        target=target,
    )


def gone(uri: str, at: datetime, *, me: str, web: str) -> Item:
    """What stood there before and does not any more. The network tells no time: it is the one of our noticing."""
    did = address_of(uri).did
    who = Author(did, is_us=did == me)
    return Item(Ref(uri, link(web, uri)), "message", "commented", who, at, uri, deleted_at=at)


def edited(item: Item, at: datetime) -> Item:
    """The same words, seen to be others than before."""
    return replace(item, edited_at=at)


def author(view: Mapping[str, Any], me: str) -> Author:
    """Who it was. Accounts of machines label themselves."""
    did = _string(view, "did")
    labels = view.get("labels") or []
    is_bot = any(label.get("val") == "bot" and label.get("src") == did for label in labels)
    return Author(did, str(view.get("handle") or ""), str(view.get("displayName") or ""), did == me, is_bot)


def receipt(uri: str, record: Mapping[str, Any], web: str) -> Receipt:
    """The network's own proof that it has our words."""
    return Receipt(Ref(uri, link(web, uri)), moment(_string(record, "createdAt")))


def readings(view: Mapping[str, Any], web: str, read_at: datetime) -> list[Reading]:
    """One post's counters."""
    ref = Ref(_string(view, "uri"), link(web, view["uri"]))
    return [Reading(ref, name, int(view.get(counter) or 0), read_at) for name, counter in COUNTERS.items()]


def link(web: str, uri: str) -> str:
    """Where anybody reads a post; "" where the network has no such page."""
    place = address_of(uri)
    return f"{web}/profile/{place.did}/post/{place.key}" if web and place.collection == POST else ""


def happened_at(view: Mapping[str, Any]) -> datetime:
    """When it was said, by its author's clock, but never later than the network learnt of it."""
    known_at = moment(_string(view, "indexedAt"))
    try:
        return min(moment(view["record"]["createdAt"]), known_at)
    except (KeyError, TypeError, ValueError):
        return known_at


def moment(written: str) -> datetime:
    """A written time, aware UTC. Raises ValueError."""
    at = datetime.fromisoformat(written)
    if at.tzinfo is None:
        raise ValueError(written)
    return at.astimezone(UTC)


def html(record: Mapping[str, Any]) -> str:
    """The words with their links, which the text alone shortens or hides; "" without any."""
    content, parts, at = _string(record, "text").encode(), [], 0
    for start, end, target in sorted(_targets(record)):
        if at <= start < end <= len(content):
            words = _escaped(content[start:end])
            parts += [_escaped(content[at:start]), f'<a href="{escape(target)}">{words}</a>']
            at = end
    return "".join([*parts, _escaped(content[at:])]) if parts else ""


def _targets(record: Mapping[str, Any]) -> list[tuple[int, int, str]]:
    found = []
    for facet in record.get("facets") or []:
        index = facet["index"]
        for feature in facet["features"]:
            kind = str(feature.get("$type")).rpartition("#")[2]
            if kind == "link":
                found.append((int(index["byteStart"]), int(index["byteEnd"]), str(feature["uri"])))
            elif kind == "mention":
                target = f"{PAGE_OF_ANYBODY}/profile/{feature['did']}"
                found.append((int(index["byteStart"]), int(index["byteEnd"]), target))
    return found


def _escaped(content: bytes) -> str:
    return escape(content.decode("utf-8", "replace")).replace("\n", "<br>")


def _parent(record: Mapping[str, Any]) -> tuple[str, str]:
    """The address of the message answered and of the thread's root, or two empty ones."""
    reply = record.get("reply")
    if not reply:
        return "", ""
    parent, root = _string(reply["parent"], "uri"), _string(reply["root"], "uri")
    address_of(root)
    return parent, root


def _media(view: Mapping[str, Any]) -> list[Media]:
    shown = view.get("embed") or {}
    shown = shown.get("media", shown)
    found = [
        Media("image/jpeg", str(image["fullsize"]), str(image.get("alt") or "")) for image in shown.get("images") or []
    ]
    if "playlist" in shown:
        found.append(Media("application/x-mpegURL", str(shown["playlist"]), str(shown.get("alt") or "")))
    return found


def _extra(record: Mapping[str, Any], view: Mapping[str, Any]) -> dict[str, Any]:
    embed = record.get("embed") or {}
    quoted = embed.get("record") or {}
    quoted = quoted.get("record", quoted)
    extra = {
        "languages": record.get("langs"),
        "quotes": quoted.get("uri"),
        "card": (embed.get("external") or {}).get("uri"),
        "labels": [label.get("val") for label in view.get("labels") or []],
    }
    return {name: value for name, value in extra.items() if value}


def _string(written: Mapping[str, Any], name: str) -> str:
    value = written[name]
    if not isinstance(value, str):
        raise TypeError(name)
    return value
