"""What is said on a page: its posts with their comments on two floors, and what LinkedIn notifies of besides: comments below posts
too old to be watched, and posts of others that mention the page."""

from collections.abc import Callable, Container, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from allmende.connectors.answers import Answer
from allmende.connectors.errors import Refused, TryLater
from allmende.connectors.linkedin import read
from allmende.connectors.linkedin.door import Door, key_of, list_of
from allmende.connectors.neutral import Item
from allmende.connectors.watching import PACES, UNREADABLE, Entry

LIMIT = 100
# Notifications are kept for sixty days there.
NOTIFIED = timedelta(days=59)
# Comments on a younger post are heard by watching it, which tells more of them.
WATCHED = PACES[-1][0] - timedelta(days=1)
_ACTIONS = "List(COMMENT,SHARE_MENTION)"

Row = Mapping[str, Any]


class PageSource:
    """A page as `watching` listens to it. `since`: what is older need not be told; `now`: when this look is."""

    lists: tuple[str, ...] = ("posts", "notices")
    dies_together = True

    def __init__(self, door: Door, us: str, since: datetime | None, now: datetime) -> None:
        self._door = door
        self._us = us
        self._now = now
        self._since = max(since, now - NOTIFIED) if since else now - NOTIFIED
        self._listed: dict[str, Row] = {}
        self._names: dict[str, str] = {}
        self._are_named = True

    @property
    def is_scarce(self) -> bool:
        return self._door.is_scarce

    def page(self, name: str, after: str, until: int) -> tuple[Sequence[Row], str]:
        if name == "posts":
            return self._posts(after)
        end = int(self._now.timestamp() * 1000) + 60_000
        span = f"timeRange=(start:{int(self._since.timestamp() * 1000)},end:{end})"
        query = f"q=criteria&actions={_ACTIONS}&organizationalEntity={key_of(self._us)}&{span}"
        rows, after = paged(self._door, f"organizationalEntityNotifications?{query}", after)
        return self._news(rows), after

    def answers(self, root: str, after: str) -> tuple[Sequence[Row], str]:
        """A page of comments, each with all its answers. TryLater: the rest is not asked for now."""
        rows, after = comments_below(self._door, root, after)
        found: list[Row] = []
        for row in rows:
            urn = _readable(read.comment, row, self._us, root)
            found += [row, *self._below(urn)] if urn and read.answered(row) else [row]
        return self._named(found), after

    def single(self, native_id: str) -> Row | None:
        if native_id in self._listed:
            return self._listed[native_id]
        row = standing(self._door, native_id)
        if row is None or not read.is_post(native_id):
            return row
        counts = self._counts([native_id])
        return dict(row) | {"answers": counts.get(native_id, -1)}

    def entry(self, row: Row, root: str) -> Entry:
        return read.entry(row, self._us, root)

    def _posts(self, after: str) -> tuple[Sequence[Row], str]:
        path = f"posts?q=author&author={key_of(self._us)}&sortBy=CREATED"
        rows, after = paged(self._door, path, after)
        shown = [row for row in rows if row.get("lifecycleState", "PUBLISHED") == "PUBLISHED"]
        readable = {urn: row for row in shown if (urn := _readable(read.post, row, self._us))}
        counts = self._counts([*readable])
        self._listed |= {urn: dict(row) | {"answers": counts.get(urn, -1)} for urn, row in readable.items()}
        return [self._listed.get(str(row.get("id")), row) for row in shown], after

    def _counts(self, urns: Sequence[str]) -> dict[str, int]:
        """How many comments stand below each post."""
        told = metadata(self._door, urns)
        return {urn: read.answers_in(part) for urn, part in told.items()}

    def _below(self, parent: str) -> list[Row]:
        found: list[Row] = []
        after = "0"
        while after:
            if self._door.is_scarce:
                raise TryLater(reason_code="spared", detail="The rest is read at the next look.")
            rows, after = comments_below(self._door, parent, after)
            found += [dict(row) | {"parentComment": read.parent_of(row) or parent} for row in rows]
        return found

    def _news(self, rows: Sequence[Row]) -> list[Row]:
        """Newest first: what watching does not tell, what we did not say ourselves, and what stands below nothing that is gone."""
        read_rows = [(row, _notice(row, self._us)) for row in rows]
        unlisted = {
            item.thread
            for _, item in read_rows
            if item is not None and item.reply_to and item.thread not in self._listed
        }
        there = metadata(self._door, sorted(unlisted)) if unlisted else {}
        kept = [(row, item) for row, item in read_rows if item is None or self._is_news(item, there.keys())]
        return [
            row for row, _ in sorted(kept, key=lambda one: one[1].occurred_at if one[1] else self._now, reverse=True)
        ]

    def _is_news(self, item: Item, there: Container[str]) -> bool:
        if item.author is None or item.author.is_us:
            return False
        if not item.reply_to:
            return True
        listed = self._listed.get(item.thread)
        return item.thread in there if listed is None else read.post(listed, self._us).occurred_at < self._now - WATCHED

    def _named(self, rows: list[Row]) -> list[Row]:
        """With the names of people, as far as this application is told them."""
        people = {read.text_of(row, "actor") for row in rows if read.text_of(row, "actor").startswith("urn:li:person:")}
        unknown = sorted(people - self._names.keys())
        if unknown and self._are_named and not self._door.is_scarce:
            self._names |= self._asked_names(unknown[:LIMIT])
        return [dict(row) | {"name": self._names.get(read.text_of(row, "actor"), "")} for row in rows]

    def _asked_names(self, urns: Sequence[str]) -> dict[str, str]:
        ids = ",".join(f"(id:{key_of(urn.rpartition(':')[2])})" for urn in urns)
        try:
            answer = self._door.read(f"people?ids=List({ids})")
        except Refused:
            self._are_named = False
            return {}
        with answer.understood():
            told = answer.json()["results"].values()
            return {f"urn:li:person:{one['id']}": _full_name(one) for one in told}


def paged(door: Door, path: str, after: str) -> tuple[list[dict[str, Any]], str]:
    """A page of a list, and where the next one starts ("" after the last)."""
    start = int(after) if after.isdigit() else 0
    answer = door.read(f"{path}{'&' if '?' in path else '?'}start={start}&count={LIMIT}")
    with answer.understood():
        told = answer.json()
        rows = [dict(row) for row in told["elements"]]
        links = read.part_of(told, "paging").get("links")
        rels = [read.text_of(link, "rel") for link in links] if isinstance(links, list) else []
        has_more = bool(rows) and ("next" in rels or (links is None and len(rows) >= LIMIT))
        # A page may be shorter than was asked for: what stands twice then is known the second time.
        return rows, str(start + len(rows)) if has_more else ""


def comments_below(door: Door, urn: str, after: str) -> tuple[list[dict[str, Any]], str]:
    """A page of what stands directly below a post or a comment; nothing if that is gone."""
    try:
        return paged(door, f"socialActions/{key_of(urn)}/comments", after)
    except Refused as refused:
        if refused.reason_code != "not_found":
            raise
        return [], ""


def standing(door: Door, native_id: str) -> dict[str, Any] | None:
    """A post or comment; None if it is not there."""
    entity, number = read.place_of(native_id)
    if not entity and not read.is_post(native_id):
        return None
    answer = _unless_gone(
        door, f"socialActions/{key_of(entity)}/comments/{number}" if entity else f"posts/{key_of(native_id)}"
    )
    if answer is None:
        return None
    with answer.understood():
        return dict(answer.json())


def metadata(door: Door, urns: Sequence[str]) -> dict[str, Row]:
    """The counters of posts and comments that still stand, a hundred at a time."""
    found: dict[str, Row] = {}
    for start in range(0, len(urns), LIMIT):
        answer = door.read(f"socialMetadata?ids={list_of(urns[start : start + LIMIT])}")
        with answer.understood():
            results = answer.json()["results"]
            found |= {urn: dict(part) for urn, part in results.items()}
    return found


def _unless_gone(door: Door, path: str) -> Answer | None:
    try:
        return door.read(path)
    except Refused as refused:
        if refused.reason_code != "not_found":
            raise
        return None


def _readable(take: Callable[..., Item], *row: Any) -> str:
    """The id of a row that can be read; "" of another: it is told as what nobody can read."""
    try:
        return take(*row).ref.native_id
    except UNREADABLE:
        return ""


def _notice(row: Row, us: str) -> Item | None:
    try:
        return read.notice(row, us)
    except UNREADABLE:
        return None


def _full_name(told: Row) -> str:
    return f"{read.text_of(told, 'localizedFirstName')} {read.text_of(told, 'localizedLastName')}".strip()
