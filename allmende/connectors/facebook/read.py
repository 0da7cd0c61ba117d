"""Facebook's language -> neutral (graph-api/reference/page-post, graph-api/reference/comment).

Raises only what broken words raise: LookupError, TypeError, ValueError, AttributeError.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from allmende.connectors.graph import id_of, moment, part_of, text_of
from allmende.connectors.neutral import NOTHING, Author, Item, Media, Reading, Receipt, Ref
from allmende.connectors.watching import Entry, fingerprint
from allmende.domain.acts import act_of

_ATTACHED = "media_type,type,title,url,unshimmed_url,media,target"
POST_FIELDS = (
    "id,message,story,created_time,from,permalink_url,is_hidden,"
    f"attachments{{{_ATTACHED},subattachments{{{_ATTACHED}}}}},comments.limit(0).summary(true)"
)
COMMENT_FIELDS = f"id,message,created_time,from,parent{{id}},permalink_url,is_hidden,attachment{{{_ATTACHED}}}"
RECEIPT_FIELDS = "id,created_time,permalink_url"
COUNTED_FIELDS = "id,permalink_url,comments.limit(0).summary(true),reactions.limit(0).summary(total_count),shares"
COUNTERS = ("replies", "reactions", "shares")
_PICTURES = frozenset({"photo", "album", "sticker", "animated_image_share", "cover_photo", "profile_media"})
_MOST_MEDIA = 50


def entry(row: Mapping[str, Any], page_id: str, root: str = "") -> Entry:
    """One post or, below `root`, one comment."""
    item = message(row, page_id, root)
    seen = fingerprint(item.text, *(one.media_type for one in item.media), str(item.extra.get("link", "")))
    return Entry(item, item.thread, seen, -1 if root else _total(row, "comments"))


def message(row: Mapping[str, Any], page_id: str, root: str = "") -> Item:
    """A post (`root` ""), or a comment or answer to one in the thread of `root`."""
    native_id = id_of(row)
    return Item(
        Ref(native_id, text_of(row, "permalink_url")),
        "message",
        act_of("social", is_root=not root, is_root_author=False),
        author(row, page_id),
        moment(row["created_time"]),
        root or native_id,
        reply_to=(text_of(part_of(row, "parent"), "id") or root) if root else "",
        text=text_of(row, "message"),
        media=tuple(_media(row))[:_MOST_MEDIA],
        extra=_extra(row),
    )


def author(row: Mapping[str, Any], page_id: str) -> Author | None:
    """Who said it; None where Facebook does not say, as of people who did not let the application see them."""
    who = part_of(row, "from")
    if not who:
        return None
    native_id = id_of(who)
    return Author(native_id, "", text_of(who, "name"), is_us=native_id == page_id)


def receipt(row: Mapping[str, Any], otherwise: datetime) -> Receipt:
    """The network's proof that it has our words; the time is ours where it does not tell its own."""
    native_id, written = id_of(row), text_of(row, "created_time")
    url = text_of(row, "permalink_url") or f"https://www.facebook.com/{native_id}"
    try:
        return Receipt(Ref(native_id, url), moment(written))
    except ValueError:
        return Receipt(Ref(native_id, url), otherwise)


def readings(row: Mapping[str, Any], read_at: datetime) -> list[Reading]:
    """How many answers, reactions and shares a post has. Without shares the field is missing."""
    ref = Ref(id_of(row), text_of(row, "permalink_url"))
    shares = part_of(row, "shares").get("count", 0)
    counts = (_total(row, "comments"), _total(row, "reactions"), shares)
    return [Reading(ref, name, count, read_at) for name, count in zip(COUNTERS, counts, strict=True) if count >= 0]


def attached(row: Mapping[str, Any]) -> int:
    """How many pictures a post or comment shows."""
    return sum(one.media_type.startswith("image/") for one in _media(row))


def _total(row: Mapping[str, Any], edge: str) -> int:
    """How many an edge has; -1 if Facebook does not say."""
    count = part_of(part_of(row, edge), "summary").get("total_count")
    return count if isinstance(count, int) and not isinstance(count, bool) else -1


def _attachments(row: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    single = row.get("attachment")
    listed = part_of(row, "attachments").get("data")
    given = [single] if isinstance(single, Mapping) else listed if isinstance(listed, list) else []
    for one in given:
        if isinstance(one, Mapping):
            below = part_of(one, "subattachments").get("data")
            yield from (part for part in below if isinstance(part, Mapping)) if isinstance(below, list) else (one,)


def _media(row: Mapping[str, Any]) -> Iterator[Media]:
    for one in _attachments(row):
        kind = text_of(one, "type") or text_of(one, "media_type")
        image = part_of(part_of(one, "media"), "image")
        source, url = text_of(part_of(one, "media"), "source"), text_of(image, "src")
        if kind.startswith("video") and (source or url):
            yield Media("video/mp4", source or url)
        elif url and kind in _PICTURES:
            yield Media("image/jpeg", url, width=_size(image, "width"), height=_size(image, "height"))


def _extra(row: Mapping[str, Any]) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    links = [text_of(one, "unshimmed_url") or text_of(one, "url") for one in _attachments(row)
             if (text_of(one, "type") or text_of(one, "media_type")) in ("share", "link")]  # fmt: skip
    if links and links[0]:
        found["link"] = links[0][:2_000]
    if text_of(row, "story"):
        found["story"] = text_of(row, "story")[:500]
    if row.get("is_hidden") is True:
        found["is_hidden"] = True
    return found or NOTHING


def _size(image: Mapping[str, Any], name: str) -> int:
    value = image.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 100_000 else 0
