"""Looking for our own words: in the list of our posts, newest first, or of our comments, oldest first."""

from collections.abc import Container, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from allmende.connectors.answers import MOST_PAGES, Answer, endless
from allmende.connectors.errors import Refused
from allmende.connectors.neutral import Draft, Receipt
from allmende.connectors.wordpress import read, write
from allmende.connectors.wordpress.door import Door

# The site's clock may differ from ours by so much; what is older is not ours.
CLOCK_MARGIN = timedelta(minutes=2)
PAGE = 100
STATUSES = "publish,future,private,pending,draft,trash"


def post(door: Door, us: read.Us, draft: Draft, since: datetime, claimed: Container[str]) -> Receipt | None:
    """The oldest match not older than `since`; None only at the list's end or after a row that is older."""
    earliest, found = since - CLOCK_MARGIN, None
    asked = {"author": str(us.user_id), "status": STATUSES, "context": "edit", "orderby": "date", "order": "desc"}
    for row in _rows(door, "posts", asked):
        told = read.receipt(row, read.POST)
        if told.sent_at < earliest:
            break
        if told.ref.native_id not in claimed and write.is_same_post(draft, row):
            found = told
    return found


def comment(
    door: Door, us: read.Us, draft: Draft, since: datetime, claimed: Container[str], *, is_whole: bool
) -> Receipt | None:
    """The oldest match not older than `since`. Refused `said_before` if only a twin stands there, which keeps ours out."""
    earliest, has_twin = since - CLOCK_MARGIN, False
    kind, number = read.place_of(draft.reply_to.native_id) if draft.reply_to else ("", 0)
    asked = {"author": str(us.user_id), "status": "any", "orderby": "date", "order": "asc"}
    asked |= {"post" if kind == read.POST else "parent": str(number)} | ({"context": "edit"} if is_whole else {})
    for row in _rows(door, "comments", asked):
        if int(row.get("author") or 0) != us.user_id or not write.is_same_comment(draft, row):
            continue
        told = read.receipt(row, read.COMMENT)
        if told.sent_at >= earliest and told.ref.native_id not in claimed:
            return told
        has_twin = has_twin or row.get("status") != "trash"
    if has_twin:
        raise Refused("said_before")
    return None


def _rows(door: Door, path: str, asked: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
    """A whole list, page by page. What makes no sense in it is the site's garbage (TryLater)."""
    for page in range(1, MOST_PAGES + 1):
        answer = door.read(path, {**asked, "per_page": str(PAGE), "page": str(page)})
        with answer.understood():
            rows = [dict(row) for row in answer.json()]
        for row in rows:
            with answer.understood():
                yield row
        if page >= pages_of(answer):
            return
    raise endless()


def pages_of(answer: Answer) -> int:
    """How many pages a list has. What we may not see is missing in them, so a short page is not the last one."""
    told = answer.headers.get("x-wp-totalpages", "")
    return int(told[:9]) if told.isascii() and told.isdigit() else 1
