"""LinkedIn's language -> neutral (community-management/shares: posts-api, comments-api, social-metadata-api;
community-management/organizations/organization-social-action-notifications).

Raises only what broken words raise: LookupError, TypeError, ValueError, AttributeError, ArithmeticError.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from allmende.connectors.linkedin.little import plain
from allmende.connectors.neutral import NOTHING, Author, Item, Reading, Receipt, Ref
from allmende.connectors.watching import Entry, fingerprint
from allmende.domain.acts import act_of

SITE = "https://www.linkedin.com"
COUNTERS = frozenset({"reactions", "replies"})
_POST = re.compile(r"urn:li:(?:share|ugcPost|activity):\d{1,30}")
_COMMENT = re.compile(r"urn:li:comment:\((urn:li:(?:activity|share|ugcPost):\d{1,30}),(\d{1,30})\)")
_THREAD = re.compile(r"actual threadUrn:?\s*(urn:li:(?:activity|share|ugcPost):\d{1,30})")
_ORGANIZATION = re.compile(r"urn:li:organization:(\d{1,30})")

Row = Mapping[str, Any]


def organization(told: Row) -> Author:
    """Our page, in an answer of /organizations."""
    native_id = told["id"]
    if isinstance(native_id, bool) or not isinstance(native_id, int | str) or not str(native_id).isdigit():
        raise TypeError("id")
    name, handle = text_of(told, "localizedName"), text_of(told, "vanityName")
    return Author(f"urn:li:organization:{native_id}", handle, name or handle or str(native_id), is_us=True)


def number_of(urn: str) -> str:
    """The number in an organization's URN. ValueError."""
    found = _ORGANIZATION.fullmatch(urn)
    if found is None:
        raise ValueError("organization")
    return found[1]


def is_post(native_id: str) -> bool:
    """Whether LinkedIn could know a post by this id."""
    return _POST.fullmatch(native_id) is not None


def place_of(native_id: str) -> tuple[str, str]:
    """What a comment stands below, as its URN says it, and its number; "" for both if it is no comment's URN."""
    found = _COMMENT.fullmatch(native_id)
    return (found[1], found[2]) if found else ("", "")


def thread_named_in(refusal: str) -> str:
    """The URN a post's thread bears, where a refusal tells it; else ""."""
    found = _THREAD.search(refusal)
    return found[1] if found else ""


def comment_urn(row: Row) -> str:
    """The URN of a comment. LookupError, TypeError."""
    told = text_of(row, "commentUrn") or text_of(row, "$URN") or f"urn:li:comment:({row['object']},{row['id']})"
    if not place_of(told)[0]:
        raise TypeError("commentUrn")
    return told


def post_urn(row: Row) -> str:
    """The URN of a post. LookupError, TypeError."""
    native_id = row["id"]
    if not isinstance(native_id, str) or not is_post(native_id):
        raise TypeError("id")
    return native_id


def parent_of(row: Row) -> str:
    """The comment an answer stands below; "" of a comment on a post."""
    parent = text_of(row, "parentComment")
    return parent if place_of(parent)[0] else ""


def entry(row: Row, us: str, root: str = "") -> Entry:
    """A post, a comment below `root`, or what a notification tells of either."""
    if "notificationId" in row:
        item = notice(row, us)
        # By itself: what a thread tells of the same comment counts, and a notification knows nothing of later changes.
        return Entry(item, item.ref.native_id, fingerprint(item.text), is_watched=False)
    item = comment(row, us, root) if root else post(row, us)
    answers = row.get("answers")
    count = answers if not root and isinstance(answers, int) and not isinstance(answers, bool) else -1
    return Entry(item, item.thread, fingerprint(item.text, str(attached(row))), max(count, -1))


def post(row: Row, us: str) -> Item:
    """What the page posted."""
    native_id, state = post_urn(row), part_of(row, "lifecycleStateInfo")
    said = moment(row.get("publishedAt") or row["createdAt"])
    return Item(
        Ref(native_id, url_of(native_id)),
        "message",
        act_of("social", is_root=True, is_root_author=False),
        author(row["author"], us),
        said,
        native_id,
        text=plain(text_of(row, "commentary")),
        edited_at=moment(row["lastModifiedAt"]) if state.get("isEditedByAuthor") is True else None,
        extra=_extra(row),
    )


def comment(row: Row, us: str, root: str) -> Item:
    """A comment below a post, or an answer to one."""
    native_id = comment_urn(row)
    said, changed = moment(row["created"]["time"]), part_of(row, "lastModified").get("time")
    edited = moment(changed) if changed is not None else said
    return Item(
        Ref(native_id, url_of(native_id)),
        "message",
        act_of("social", is_root=False, is_root_author=False),
        author(row["actor"], us, text_of(row, "name")),
        said,
        root,
        reply_to=parent_of(row) or root,
        text=words(row),
        edited_at=edited if edited > said else None,
        extra=_extra(row),
    )


def notice(row: Row, us: str) -> Item:
    """What a notification tells: a comment below one of our posts, or a post of others that mentions us. Whether a comment
    answers another is not told."""
    told = row["decoratedGeneratedActivity"]
    is_comment = "comment" in told
    said = told["comment" if is_comment else "share"]
    native_id = said["entity"]
    if not (place_of(native_id)[0] if is_comment else is_post(native_id)):
        raise TypeError("entity")
    root = post_of(row) if is_comment else native_id
    return Item(
        Ref(native_id, url_of(native_id)),
        "message",
        act_of("social", is_root=not is_comment, is_root_author=False),
        author(said["owner"], us),
        moment(row["lastModifiedAt"]),
        root,
        reply_to=root if is_comment else "",
        text=text_of(said, "text") if is_comment else plain(text_of(said, "text")),
        extra=NOTHING if is_comment else {"mentions_us": True},
    )


def post_of(row: Row) -> str:
    """The post a notification is about. LookupError, TypeError."""
    told = text_of(part_of(row, "decoratedSourcePost"), "entity") or row["sourcePost"]
    if not isinstance(told, str) or not is_post(told):
        raise TypeError("sourcePost")
    return told


def author(urn: Any, us: str, name: str = "") -> Author:
    """Who said it: a person or an organization."""
    if not isinstance(urn, str) or not urn.startswith("urn:li:") or len(urn) > 200:
        raise TypeError("actor")
    return Author(urn, "", name or urn.rpartition(":")[2], is_us=urn == us)


def words(row: Row) -> str:
    """The text of a comment."""
    return text_of(row["message"], "text")


def receipt_of(row: Row) -> Receipt:
    """LinkedIn's own proof that it has our comment."""
    native_id = comment_urn(row)
    return Receipt(Ref(native_id, url_of(native_id)), moment(row["created"]["time"]))


def readings(told: Row, ref: Ref, read_at: datetime) -> list[Reading]:
    """How many reactions of all kinds, and how many comments of both floors."""
    kinds = part_of(told, "reactionSummaries").values()
    reactions = sum(_count(part, "count") for part in kinds if isinstance(part, Mapping))
    counted = (("reactions", reactions), ("replies", answers_in(told)))
    return [Reading(ref, name, value, read_at) for name, value in counted]


def answers_in(told: Row) -> int:
    """How many comments stand below, as /socialMetadata counts them."""
    return _count(part_of(told, "commentSummary"), "count")


def answered(row: Row) -> bool:
    """Whether answers stand below a comment, as far as it says so."""
    summary = part_of(row, "commentsSummary")
    return (
        not summary or max(_count(summary, name) for name in ("totalFirstLevelComments", "aggregatedTotalComments")) > 0
    )


def attached(row: Row) -> int:
    """How many pictures a post shows."""
    content = part_of(row, "content")
    images = part_of(content, "multiImage").get("images")
    return len(images) if isinstance(images, list) else int(bool(part_of(content, "media")))


def url_of(native_id: str) -> str:
    """Where people read it."""
    entity, number = place_of(native_id)
    if not entity:
        return f"{SITE}/feed/update/{native_id}/"
    short = f"urn:li:comment:({entity.removeprefix('urn:li:')},{number})"
    return f"{SITE}/feed/update/{entity}/?commentUrn={quote(short, safe='')}"


def moment(written: Any) -> datetime:
    """Milliseconds since 1970, aware UTC."""
    if isinstance(written, bool) or not isinstance(written, int | float):
        raise TypeError("time")
    return datetime.fromtimestamp(written / 1000, UTC)


def text_of(row: Any, name: str) -> str:
    """A field that is a text; "" if it is missing or something else."""
    value = row.get(name)
    return value if isinstance(value, str) else ""


def part_of(row: Any, name: str) -> Row:
    """A field that is an object; an empty one if it is missing or something else."""
    value = row.get(name)
    return value if isinstance(value, Mapping) else {}


def _count(row: Row, name: str) -> int:
    value = row.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _extra(row: Row) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    link = text_of(part_of(part_of(row, "content"), "article"), "source")
    if link:
        found["link"] = link[:2_000]
    if attached(row):
        found["pictures"] = attached(row)
    return found or NOTHING
