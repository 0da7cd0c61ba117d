"""Looking for our own words: in the list of our statuses, below what they answer, among what our followers see."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from allmende.connectors import answers
from allmende.connectors.mastodon import read
from allmende.connectors.mastodon.door import Door
from allmende.connectors.mastodon.listen import PAGE, unless_gone
from allmende.connectors.neutral import Receipt

# Of a list that may be anybody's: whoever does not find it there knows nothing.
MOST_PAGES = 10

Matches = Callable[[Mapping[str, Any]], bool]


def in_own_list(door: Door, account_id: str, matches: Matches, since: datetime) -> Receipt | None:
    """The oldest match not older than `since`; None only after a page that reaches back beyond it, or the end. TryLater."""
    found, before = None, ""
    for _ in range(answers.MOST_PAGES):
        page = _page(door, f"v1/accounts/{quote(account_id, safe='')}/statuses", before)
        page = sorted(page, key=lambda row: read.age_key(read.id_of(row)), reverse=True)
        page = [row for row in page if not before or read.age_key(read.id_of(row)) < read.age_key(before)]
        for status in page:
            if read.moment(status["created_at"]) < since:
                return found
            found = read.receipt(status) if matches(status) else found
        if not page:
            return found
        before = read.id_of(page[-1])
    raise answers.endless()


def below(door: Door, parent: str, matches: Matches, since: datetime) -> Receipt | None:
    """The oldest match among the answers to a status; None if that is gone, too."""
    answer = unless_gone(lambda: door.read(f"v1/statuses/{quote(parent, safe='')}/context"))
    if answer is None:
        return None
    with answer.understood():
        rows = [dict(row) for row in answer.json()["descendants"]]
        return _oldest([row for row in rows if matches(row)], since)


def at_home(door: Door, matches: Matches, since: datetime) -> Receipt | None:
    """The oldest match on the newest pages of our home timeline; None says nothing."""
    rows: list[Mapping[str, Any]] = []
    before = ""
    for _ in range(MOST_PAGES):
        page = _page(door, "v1/timelines/home", before)
        rows += [row for row in page if not row.get("reblog") and matches(row)]
        if not page or read.id_of(page[-1]) == before or read.moment(page[-1]["created_at"]) < since:
            break
        before = read.id_of(page[-1])
    return _oldest(rows, since)


def _oldest(rows: list[Mapping[str, Any]], since: datetime) -> Receipt | None:
    receipts = [read.receipt(row) for row in rows]
    return min((one for one in receipts if one.sent_at >= since), key=lambda one: one.sent_at, default=None)


def _page(door: Door, path: str, before: str) -> list[dict[str, Any]]:
    params = {"limit": str(PAGE), "exclude_reblogs": "true"} | ({"max_id": before} if before else {})
    answer = door.read(path, params)
    with answer.understood():
        page = [dict(row) for row in answer.json()]
        for row in page:
            _ = read.id_of(row), read.moment(row["created_at"]), read.id_of(row["account"])
    return page
