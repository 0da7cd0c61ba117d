"""NodeBB's language -> neutral. Raises only what broken words raise: LookupError, TypeError, ValueError, AttributeError."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from mimetypes import guess_type
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from allmende.connectors.markup import pictures, words
from allmende.connectors.neutral import NOTHING, Author, Item, Media, Reading, Receipt, Ref
from allmende.domain.acts import act_of

COUNTERS = frozenset({"replies", "upvotes"})
MOST_MEDIA = 20
LATEST = 4_102_444_800_000


@dataclass(frozen=True, slots=True)
class Us:
    """Who reads: our user id and the forum's address."""

    user_id: str
    server: str


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic, as /api/topic tells it. `root`: its first post's id; `solved`: the id of the post that solved it, "" if
    none or if the forum knows no questions. `pages`: how many its posts fill."""

    topic_id: str
    title: str
    root: str
    owner: str
    category_id: str = ""
    count: int = 0
    last_at: int = 0
    solved: str = ""
    is_deleted: bool = False
    pages: int = 1


def topic(told: Mapping[str, Any]) -> Topic:
    """A topic with its posts, or as a list shows it."""
    paged = told.get("pagination")
    solved = told.get("solvedPid")
    return Topic(
        id_of(told, "tid"),
        title_of(told),
        id_of(told, "mainPid"),
        id_of(told, "uid"),
        str(told.get("cid") or ""),
        count_of(told, "postcount"),
        count_of(told, "lastposttime"),
        str(solved) if isinstance(solved, int | str) and told.get("isSolved") and str(solved) not in ("", "0") else "",
        is_set(told, "deleted"),
        max(count_of(paged, "pageCount"), 1) if isinstance(paged, Mapping) else 1,
    )


def item(post: Mapping[str, Any], place: Topic, us: Us) -> Item:
    """One post of a topic."""
    native_id, who = id_of(post, "pid"), author(post, us)
    is_root, is_gone = native_id == place.root, is_set(post, "deleted")
    at, edited = moment(post["timestamp"]), count_of(post, "edited")
    html = "" if is_gone else _text(post, "content")
    return Item(
        ref(us.server, native_id),
        "message",
        act_of("forum", is_root=is_root, is_root_author=who.native_id == place.owner),
        who,
        at,
        place.root,
        reply_to="" if is_root else parent_of(post) or place.root,
        title=place.title if is_root else "",
        text=words(html),
        html=html,
        edited_at=moment(edited) if edited and not is_gone else None,
        deleted_at=(moment(edited) if edited else at) if is_gone else None,
        media=tuple(_media(html, us.server)),
        extra={"category_id": place.category_id} if place.category_id else NOTHING,
    )


def deletion(native_id: str, root: str, at: datetime) -> Item:
    """A post that is not there any more."""
    act = "asked" if native_id == root else "answered"
    return Item(Ref(native_id), "message", act, None, at, root or native_id, deleted_at=at)


def upvote(native_id: str, root: str, who: Author, at: datetime) -> Item:
    """A vote for a post. Its id is what it is, so that telling it again changes nothing."""
    return Item(
        Ref(f"{native_id}#upvote-{who.native_id}"), "gesture", "voted", who, at, root or native_id, target=native_id,
        extra={"name": "upvote"},
    )  # fmt: skip


def solution(
    native_id: str, root: str, at: datetime, *, is_known: bool = True, gone_at: datetime | None = None
) -> Item:
    """An answer was accepted, or (`gone_at`) is not any more. `is_known`: we saw it happen."""
    return Item(
        Ref(f"{native_id}#accepted"), "gesture", "accepted_answer", None, at, root, target=native_id,
        deleted_at=gone_at, extra=NOTHING if is_known else {"time": "unknown"},
    )  # fmt: skip


def author(post: Mapping[str, Any], us: Us) -> Author:
    """Who wrote it; guests have the id 0."""
    told = post.get("user")
    return user(told if isinstance(told, Mapping) else {}, us, id_of(post, "uid"))


def user(told: Mapping[str, Any], us: Us, native_id: str = "") -> Author:
    """A user as posts, notifications and the account's own page name them."""
    native_id = native_id or id_of(told, "uid")
    handle = unescape(_text(told, "username"))
    name = unescape(_text(told, "displayname")) or unescape(_text(told, "fullname")) or handle
    return Author(native_id, handle, name, native_id == us.user_id and native_id != "0")


def receipt(post: Mapping[str, Any], server: str, name: str = "pid") -> Receipt:
    """The forum's own proof that it has our words."""
    return Receipt(ref(server, id_of(post, name)), moment(post["timestamp"]))


def readings(post: Mapping[str, Any], topic_count: int, at: Ref, read_at: datetime) -> list[Reading]:
    """One post's counters. `topic_count`: posts in its topic where the post opens it, else 0."""
    told = post.get("replies")
    replies = count_of(told, "count") if isinstance(told, Mapping) else count_of(post, "replies")
    counted = {"replies": topic_count - 1 if topic_count else replies, "upvotes": count_of(post, "upvotes")}
    return [Reading(at, name, value, read_at) for name, value in counted.items()]


def parent_of(post: Mapping[str, Any]) -> str:
    """The id of the post answered, "" if the forum does not say."""
    value = post.get("toPid")
    named = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return "" if named == "0" else named[:200]


def title_of(told: Mapping[str, Any]) -> str:
    """A topic's title as it was written: the other field bears it with signs replaced for HTML."""
    return _text(told, "titleRaw") or unescape(_text(told, "title"))


def fingerprint(post: Mapping[str, Any]) -> str:
    """Changes when a post was edited, deleted or restored."""
    return f"{count_of(post, 'edited')}{'-' if is_set(post, 'deleted') else ''}"


def id_of(written: Mapping[str, Any], name: str) -> str:
    """An id: a number, or for what came from another server its address. Raises TypeError."""
    value = written[name]
    if isinstance(value, bool) or not isinstance(value, int | str) or not 0 < len(str(value)) <= 200:
        raise TypeError(name)
    return str(value)


def count_of(written: Mapping[str, Any], name: str) -> int:
    """A number that is nought where there is none; some versions write numbers as text."""
    value = written.get(name)
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:15])
    if isinstance(value, float) and 0 <= value < LATEST:
        value = int(value)
    return value if type(value) is int and 0 <= value < LATEST else 0


def is_set(written: Mapping[str, Any], name: str) -> bool:
    """Whether a flag is set, which is 1, true or "1"."""
    return written.get(name) in (1, True, "1", "true")


def moment(milliseconds: Any) -> datetime:
    """Milliseconds since 1970 as an aware time in UTC. Raises ValueError for none."""
    at = count_of({"at": milliseconds}, "at")
    if not at:
        raise ValueError("timestamp")
    return datetime.fromtimestamp(at / 1000, UTC)


def ref(server: str, native_id: str) -> Ref:
    """A post's id and where anybody reads it."""
    return Ref(native_id, f"{server}/post/{quote(native_id, safe='')}")


def _media(html: str, server: str) -> list[Media]:
    found = []
    for src, alt in pictures(html)[:MOST_MEDIA] if "<img" in html else []:
        url = urljoin(f"{server}/", src)
        named, _ = guess_type(urlsplit(url).path)
        found.append(Media(named or "image/jpeg", url, alt))
    return found


def _text(written: Mapping[str, Any], name: str) -> str:
    value = written.get(name)
    return value if isinstance(value, str) else ""
