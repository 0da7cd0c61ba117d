"""Discourse's language -> neutral. Raises only what broken words raise: LookupError, TypeError, ValueError, AttributeError."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from mimetypes import guess_type
from typing import Any
from urllib.parse import urljoin, urlsplit

from allmende.connectors.markup import pictures, words
from allmende.connectors.neutral import NOTHING, Author, Item, Media, Reading, Receipt, Ref, Visibility
from allmende.domain.acts import act_of

LIKE = 2
REGULAR = 1
# The forum's own accounts have ids from here up to -1.
VOICES = -1_000_000
COUNTERS = frozenset({"replies", "likes", "reads"})
SYSTEM = frozenset({"system", "discobot"})
MOST_MEDIA = 20
_ID = re.compile(r"(\d{1,12})/(\d{1,9})")


@dataclass(frozen=True, slots=True)
class Us:
    """Who reads: our user id, the forum's address, and the categories that not everybody may see."""

    user_id: str
    server: str
    closed: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Topic:
    """What the posts of one topic have in common. `root_author`: user id, "" if unknown; `accepted`: the number of the
    post that solved it, 0 if none."""

    topic_id: int
    title: str = ""
    root_author: str = ""
    is_private: bool = False
    category_id: int = 0
    count: int = 0
    accepted: int = 0
    accepted_by: str = ""
    is_deleted: bool = False


def topic(told: Mapping[str, Any]) -> Topic:
    """A topic as /t/{id}.json tells it."""
    details = told.get("details")
    creator = details.get("created_by") if isinstance(details, Mapping) else None
    solved = told.get("accepted_answer")
    solved = solved if isinstance(solved, Mapping) else {}
    return Topic(
        number_of(told, "id"),
        _text(told, "title"),
        str(number_of(creator, "id", VOICES)) if isinstance(creator, Mapping) else str(told.get("user_id") or ""),
        told.get("archetype") == "private_message",
        number_or(told, "category_id"),
        number_or(told, "posts_count"),
        number_or(solved, "post_number"),
        _text(solved, "accepter_username"),
        bool(told.get("deleted_at")),
    )


def topic_beside(post: Mapping[str, Any], root_author: str, *, is_private: bool = False) -> Topic:
    """A topic as far as one of its posts in /posts.json tells of it."""
    return Topic(
        number_of(post, "topic_id"),
        _text(post, "topic_title"),
        root_author,
        is_private,
        number_or(post, "category_id"),
    )


def item(post: Mapping[str, Any], place: Topic, us: Us) -> Item:
    """One post. One its author took back still stands there for a day, saying so: it counts as gone."""
    number, who = number_of(post, "post_number"), author(post, us)
    is_root, at = number == 1, moment(post["created_at"])
    updated = moment(post["updated_at"]) if post.get("updated_at") else None
    deleted = moment(post["deleted_at"]) if post.get("deleted_at") else None
    if post.get("user_deleted") is True:
        deleted = deleted or updated or at
    html = _text(post, "cooked")
    raw = post.get("raw")
    return Item(
        ref(us.server, place.topic_id, number),
        "message",
        act_of("forum", is_root=is_root, is_root_author=who.native_id == place.root_author),
        who,
        at,
        name_of(place.topic_id, 1),
        reply_to="" if is_root else name_of(place.topic_id, number_or(post, "reply_to_post_number") or 1),
        title=(place.title or _text(post, "topic_title")) if is_root else "",
        text="" if deleted else raw if isinstance(raw, str) else words(html),
        html="" if deleted else html,
        visibility=visibility(place, us),
        edited_at=updated if number_or(post, "version") > 1 and not deleted else None,
        deleted_at=deleted,
        media=() if deleted else tuple(_media(html, us.server)),
        extra=_extra(post, place),
    )


def visibility(place: Topic, us: Us) -> Visibility:
    """Who sees a topic: its participants, those a category is open to, or everybody."""
    if place.is_private:
        return "direct"
    return "members" if place.category_id in us.closed else "public"


def deletion(topic_id: int, number: int, at: datetime, place: Topic | None = None) -> Item:
    """A post that is not there any more."""
    act = "asked" if number == 1 else "answered"
    shown: Visibility = "direct" if place and place.is_private else "public"
    return Item(
        Ref(name_of(topic_id, number)), "message", act, None, at, name_of(topic_id, 1), visibility=shown, deleted_at=at
    )


def like(topic_id: int, number: int, who: Author | None, username: str, at: datetime) -> Item:
    """A like. Its id is what it is, so that telling it again changes nothing."""
    target = name_of(topic_id, number)
    return Item(
        Ref(f"{target}#like-{username}"), "gesture", "voted", who, at, name_of(topic_id, 1), target=target,
        extra={"name": "like"},
    )  # fmt: skip


def solution(
    topic_id: int, number: int, at: datetime, *, is_known: bool = True, gone_at: datetime | None = None
) -> Item:
    """An answer was accepted, or (`gone_at`) is not any more. `is_known`: we saw it happen."""
    target = name_of(topic_id, number)
    return Item(
        Ref(f"{target}#accepted"), "gesture", "accepted_answer", None, at, name_of(topic_id, 1), target=target,
        deleted_at=gone_at, extra=NOTHING if is_known else {"time": "unknown"},
    )  # fmt: skip


def author(post: Mapping[str, Any], us: Us) -> Author:
    """Who wrote it. Negative ids are the forum's own voices; a post of somebody erased keeps only a name."""
    username = _text(post, "username")
    written = post.get("user_id")
    native_id = str(written) if type(written) is int else username
    if not native_id:
        raise TypeError("user_id")
    name = _text(post, "name") or _text(post, "display_username") or username
    is_bot = username in SYSTEM or (type(written) is int and written < 0)
    return Author(native_id, username, name, native_id == us.user_id, is_bot)


def user(told: Mapping[str, Any], us_id: str = "") -> Author:
    """A user as lists of users name them."""
    native_id, username = str(number_of(told, "id", VOICES)), _text(told, "username")
    return Author(native_id, username, _text(told, "name") or username, native_id == us_id)


def receipt(post: Mapping[str, Any], server: str) -> Receipt:
    """The forum's own proof that it has our words."""
    return Receipt(ref(server, number_of(post, "topic_id"), number_of(post, "post_number")), moment(post["created_at"]))


def readings(post: Mapping[str, Any], topic_count: int, at: Ref, read_at: datetime) -> list[Reading]:
    """One post's counters. `topic_count`: posts in its topic where the post opens it, else 0."""
    replies = topic_count - 1 if topic_count else number_or(post, "reply_count")
    counted = {"replies": replies, "likes": likes(post), "reads": number_or(post, "reads")}
    return [Reading(at, name, value, read_at) for name, value in counted.items()]


def likes(post: Mapping[str, Any]) -> int:
    """How many like it; a forum leaves the line out where it is nought."""
    listed = post.get("actions_summary")
    rows = [one for one in listed if isinstance(one, Mapping)] if isinstance(listed, list) else []
    return sum(number_or(one, "count") for one in rows if one.get("id") == LIKE)


def is_said(post: Mapping[str, Any]) -> bool:
    """Whether somebody said it: whispers and what the forum itself notes down are not for us."""
    return post.get("post_type", REGULAR) == REGULAR


def fingerprint(post: Mapping[str, Any]) -> str:
    """Where it stands and which version it is; a post that is gone differs from any that is there."""
    is_gone = bool(post.get("deleted_at")) or post.get("user_deleted") is True
    return f"{number_of(post, 'post_number')}.{number_or(post, 'version')}{'-' if is_gone else ''}"


def name_of(topic_id: int, number: int) -> str:
    """A post's id as we write it."""
    return f"{topic_id}/{number}"


def ref(server: str, topic_id: int, number: int) -> Ref:
    """A post's id and where anybody reads it."""
    return Ref(name_of(topic_id, number), f"{server}/t/{topic_id}/{number}")


def place_of(native_id: str) -> tuple[int, int] | None:
    """Topic and number of an id of ours; None if it is none."""
    found = _ID.fullmatch(native_id)
    return (int(found[1]), int(found[2])) if found else None


def number_of(written: Mapping[str, Any], name: str, least: int = 1) -> int:
    """A whole number that must be there. Raises TypeError."""
    value = written[name]
    if type(value) is not int or not least <= value < 10**12:
        raise TypeError(name)
    return value


def number_or(written: Mapping[str, Any], name: str, otherwise: int = 0) -> int:
    """A whole number, or what stands for it where there is none."""
    value = written.get(name)
    return value if type(value) is int and 0 <= value < 10**15 else otherwise


def moment(written: str) -> datetime:
    """A written time, aware UTC; without a zone it is UTC."""
    at = datetime.fromisoformat(written)
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _media(html: str, server: str) -> list[Media]:
    found = []
    for src, alt in pictures(html)[:MOST_MEDIA] if "<img" in html else []:
        url = urljoin(f"{server}/", src)
        named, _ = guess_type(urlsplit(url).path)
        found.append(Media(named or "image/jpeg", url, alt))
    return found


def _extra(post: Mapping[str, Any], place: Topic) -> Mapping[str, Any]:
    found: dict[str, Any] = {"post_id": number_or(post, "id")}
    category = place.category_id or number_or(post, "category_id")
    if category:
        found["category_id"] = category
    if post.get("hidden") is True:
        found["hidden"] = True
    return found


def _text(written: Mapping[str, Any], name: str) -> str:
    value = written.get(name)
    return value if isinstance(value, str) else ""
