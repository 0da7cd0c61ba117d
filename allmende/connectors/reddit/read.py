"""Reddit's language -> neutral (reddit.com/dev/api; github.com/reddit-archive/reddit/wiki/JSON).

Raises only what broken words raise: LookupError, TypeError, ValueError, AttributeError, ArithmeticError.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from allmende.connectors.neutral import NOTHING, Author, Item, Media, Reading, Receipt, Ref
from allmende.connectors.watching import Entry, fingerprint
from allmende.domain.acts import act_of

SITE = "https://www.reddit.com"
POST, COMMENT, MESSAGE = "t3", "t1", "t4"
COUNTERS = frozenset({"score", "replies"})
_NAME = re.compile(r"t[134]_[0-9a-z]{1,16}")
_LINK_IN_CONTEXT = re.compile(r"/comments/([0-9a-z]{1,16})/")
_NOT_THERE = frozenset({"[deleted]", "[removed]", "[ Removed by Reddit ]", "[ Removed by moderator ]"})
# What a filter took away waits for the moderators; whatever else took it away is the end of it.
_FILTERED = frozenset({"automod_filtered", "reddit"})
_FILTER = "AutoModerator"
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!~>^|&<-])")
_TRAILING = re.compile(r"[ \t]+\n")
_TYPES = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp"}
_MOST_MEDIA = 20

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Us:
    """Who reads, and where."""

    native_id: str
    handle: str
    subreddit: str


def account(told: Row) -> Author:
    """Our account, in an answer of /api/v1/me."""
    native_id, handle = told["id"], told["name"]
    if not (isinstance(native_id, str) and native_id and isinstance(handle, str) and handle):
        raise TypeError("id")
    return Author(f"t2_{native_id}", handle, handle, is_us=True)


def rows_of(listing: Any) -> tuple[list[dict[str, Any]], str]:
    """The things of a listing, each with its `kind`, and the name to go on after ("" at its end)."""
    if listing == "":  # no answers
        return [], ""
    told = listing["data"]
    rows = [{**child["data"], "kind": str(child["kind"])} for child in told["children"]]
    after = told.get("after")
    return rows, after if isinstance(after, str) else ""


def name_of(row: Row) -> str:
    """The fullname of a thing. TypeError, KeyError."""
    name = row["name"]
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise TypeError("name")
    return name


def is_name(native_id: str) -> bool:
    """Whether Reddit could know this id."""
    return _NAME.fullmatch(native_id) is not None


def is_gone(row: Row) -> bool:
    """Whether its author or a moderator took it away. What a filter holds back is still there for the moderators."""
    category, taken_by = row.get("removed_by_category"), row.get("banned_by")
    if isinstance(category, str) and category:
        return category not in _FILTERED
    if isinstance(taken_by, str) and taken_by and row.get("approved_by") is None:
        return taken_by != _FILTER
    return _raw(row).strip() in _NOT_THERE and not row.get("author_fullname")


def entry(row: Row, us: Us, root: str = "") -> Entry:
    """One post, comment or message. Watched are the threads of the subreddit: of others we hear what reaches us."""
    item = message(row, us)
    seen = fingerprint(item.title, item.text, str(item.extra.get("link", "")))
    is_watched = name_of(row).startswith(POST) and text_of(row, "subreddit").casefold() == us.subreddit.casefold()
    count = row.get("num_comments")
    answers = count if isinstance(count, int) and not isinstance(count, bool) else -1
    return Entry(item, root or item.thread, seen, answers, is_watched=is_watched)


def message(row: Row, us: Us) -> Item:
    """Whatever was said, wherever it stands."""
    native_id = name_of(row)
    if native_id.startswith(MESSAGE):
        return _letter(row, native_id, us)
    is_root = native_id.startswith(POST)
    thread = native_id if is_root else _thread_of(row)
    edited = row.get("edited")
    return Item(
        Ref(native_id, url_of(row)),
        "message",
        act_of("forum", is_root=is_root, is_root_author=row.get("is_submitter") is True),
        author(row, us),
        moment(row["created_utc"]),
        thread,
        reply_to="" if is_root else _parent_of(row) or thread,
        title=text_of(row, "title") if is_root else "",
        text=plain(_raw(row)),
        html=text_of(row, "selftext_html" if is_root else "body_html"),
        edited_at=moment(edited) if isinstance(edited, int | float) and not isinstance(edited, bool) else None,
        media=tuple(_media(row))[:_MOST_MEDIA],
        extra=_extra(row),
    )


def author(row: Row, us: Us) -> Author | None:
    """Who said it; None of those who left, and of a subreddit that speaks for itself."""
    native_id, handle = text_of(row, "author_fullname"), text_of(row, "author")
    if not handle or handle == "[deleted]":
        return None
    is_us = native_id == us.native_id or handle.casefold() == us.handle.casefold()
    return Author(us.native_id if is_us else native_id or handle, handle, handle, is_us=is_us, is_bot=handle == _FILTER)


def receipt(row: Row) -> Receipt:
    """Reddit's own proof that it has our words."""
    return Receipt(Ref(name_of(row), url_of(row)), moment(row["created_utc"]))


def readings(row: Row, ref: Ref, read_at: datetime) -> list[Reading]:
    """Score, and of a post also how many comments stand below it."""
    counted = (("score", row.get("score")), ("replies", row.get("num_comments")))
    return [
        Reading(ref, name, value, read_at)
        for name, value in counted
        if isinstance(value, int) and not isinstance(value, bool)
    ]


def moment(written: Any) -> datetime:
    """Seconds since 1970, aware UTC."""
    if isinstance(written, bool) or not isinstance(written, int | float):
        raise TypeError("created_utc")
    return datetime.fromtimestamp(written, UTC)


def url_of(row: Row) -> str:
    """Where it stands; "" for a private message."""
    permalink = text_of(row, "permalink")
    if not permalink:
        permalink = text_of(row, "context").partition("?")[0]
    return f"{SITE}{permalink}" if permalink.startswith("/") else ""


def plain(written: str) -> str:
    """Markdown as people read its source: without the strokes that keep signs from being marks, and blanks nobody sees."""
    return _TRAILING.sub("\n", _ESCAPED.sub(r"\1", written)).strip()


def text_of(row: Row, name: str) -> str:
    """A field that is a text; "" if it is missing or something else."""
    value = row.get(name)
    return value if isinstance(value, str) else ""


def in_one_list(things: Sequence[Any]) -> tuple[list[dict[str, Any]], list[Any]]:
    """The comments of a tree in one list, and what stands for those left out: lists of ids, or the id of a comment below
    which the tree goes on."""
    rows: list[dict[str, Any]] = []
    left_out: list[Any] = []
    waiting = list(things)
    while waiting:
        thing = waiting.pop(0)
        told = thing["data"]
        if thing["kind"] == "more":
            children = [str(one) for one in told["children"]]
            left_out += [children[at : at + 100] for at in range(0, len(children), 100)]
            if not children:
                left_out.append(text_of(told, "parent_id").partition("_")[2])
            continue
        rows.append({**told, "kind": str(thing["kind"])})
        below = told.get("replies")
        if isinstance(below, Mapping):
            waiting += below["data"]["children"]
    rows.sort(key=lambda row: moment(row["created_utc"]))
    return rows, [one for one in left_out if one]


def _letter(row: Row, native_id: str, us: Us) -> Item:
    above, first = _parent_of(row), text_of(row, "first_message_name")
    thread = first if is_name(first) else above or native_id
    is_root = thread == native_id
    return Item(
        Ref(native_id),
        "message",
        act_of("forum", is_root=is_root, is_root_author=False),
        author(row, us),
        moment(row["created_utc"]),
        thread,
        reply_to="" if is_root else above or thread,
        title=text_of(row, "subject") if is_root else "",
        text=plain(text_of(row, "body")),
        html=text_of(row, "body_html"),
        visibility="direct",
    )


def _raw(row: Row) -> str:
    return text_of(row, "selftext") or text_of(row, "body")


def _parent_of(row: Row) -> str:
    parent = text_of(row, "parent_id")
    return parent if is_name(parent) else ""


def _thread_of(row: Row) -> str:
    """The post a comment stands below; in the inbox only its address tells. LookupError: nothing tells."""
    link = text_of(row, "link_id")
    if is_name(link):
        return link
    found = _LINK_IN_CONTEXT.search(text_of(row, "context") or text_of(row, "permalink"))
    if found is None:
        raise LookupError("link_id")
    return f"{POST}_{found[1]}"


def _media(row: Row) -> list[Media]:
    found = []
    gallery = row.get("media_metadata")
    for one in gallery.values() if isinstance(gallery, Mapping) else ():
        source = one.get("s") if isinstance(one, Mapping) else None
        url = text_of(source, "u") or text_of(source, "gif") if isinstance(source, Mapping) else ""
        if url:
            found.append(Media(text_of(one, "m") or "image/jpeg", url))
    url = text_of(row, "url")
    ending = url.partition("?")[0].rpartition(".")[2].lower()
    if not found and row.get("is_self") is not True and ending in _TYPES:
        found.append(Media(_TYPES[ending], url))
    return found


def _extra(row: Row) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    url = text_of(row, "url")
    if url and row.get("is_self") is not True:
        found["link"] = url[:2_000]
    if text_of(row, "link_flair_text"):
        found["flair"] = text_of(row, "link_flair_text")[:100]
    if row.get("banned_by") is True or row.get("removed_by_category") in _FILTERED or row.get("banned_by") == _FILTER:
        found["is_held"] = True
    return found or NOTHING
