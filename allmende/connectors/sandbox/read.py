"""The sandbox's language -> neutral. Raises only what broken words raise: LookupError, TypeError, ValueError."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from allmende.connectors.neutral import NOTHING, Author, Item, Media, Reading, Receipt, Ref
from allmende.domain.acts import Place, act_of

ACTS = {"like": "voted", "thank": "thanked", "accept": "accepted_answer", "solve": "reported_solved"}


def item(change: Mapping[str, Any], *, url: str, me: str, place: Place) -> Item:
    """One change. `url`: the face's; `me`: our own native id."""
    return _gesture(change, me) if change["kind"] == "gesture" else _message(change, url, me, place)


def receipt(post: Mapping[str, Any], url: str) -> Receipt:
    """The network's own proof that it has our words."""
    return Receipt(Ref(_string(post, "id"), link(url, post["id"])), moment(post["created_at"]))


def readings(native_id: str, counters: Mapping[str, Any], read_at: datetime) -> list[Reading]:
    """One post's counters."""
    return [Reading(Ref(native_id), name, int(value), read_at) for name, value in counters.items()]


def author(written: Mapping[str, Any], me: str) -> Author:
    """Who it was."""
    native_id = _string(written, "id")
    return Author(
        native_id, _string(written, "handle"), _string(written, "name"), native_id == me, written["bot"] is True
    )


def link(url: str, native_id: str) -> str:
    """Where a person finds a post on the public page."""
    return f"{url}/#{native_id}"


def moment(written: str) -> datetime:
    """A written time, aware UTC."""
    at = datetime.fromisoformat(written)
    if at.tzinfo is None:
        raise ValueError(written)
    return at.astimezone(UTC)


def _message(post: Mapping[str, Any], url: str, me: str, place: Place) -> Item:
    who = author(post["author"], me)
    native_id, thread = _string(post, "id"), _string(post, "thread")
    is_root = native_id == thread
    return Item(
        Ref(native_id, link(url, native_id)),
        "message",
        act_of(place, is_root=is_root, is_root_author=post["root_author"] == who.native_id),
        who,
        moment(post["created_at"]),
        thread,
        reply_to=post["parent"] or "",
        title=_string(post, "title"),
        text=_string(post, "text"),
        html=_string(post, "html"),
        visibility=post["visibility"],
        edited_at=moment(post["edited_at"]) if post["edited_at"] else None,
        deleted_at=moment(post["deleted_at"]) if post["deleted_at"] else None,
        media=tuple(Media(one["media_type"], f"{url}/media/{one['id']}", one["alt"]) for one in post.get("media", [])),
        extra={"hidden": True} if post["hidden"] else NOTHING,
    )


def _gesture(written: Mapping[str, Any], me: str) -> Item:
    return Item(
        Ref(_string(written, "id")),
        "gesture",
        ACTS[written["verb"]],
        author(written["author"], me),
        moment(written["created_at"]),
        _string(written, "thread"),
        target=_string(written, "target"),
        deleted_at=moment(written["deleted_at"]) if written["deleted_at"] else None,
    )


def _string(written: Mapping[str, Any], name: str) -> str:
    value = written[name]
    if not isinstance(value, str):
        raise TypeError(name)
    return value
