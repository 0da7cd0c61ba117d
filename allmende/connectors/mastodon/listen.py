"""Reading an account: its own statuses, its notifications, and the threads of both, visited again for late replies,
edits and deletions.

The cursor is JSON: `s` and `n` the last own status and notification, `t` the threads that are watched: per root the
known statuses with the fingerprint of their words (`i`), the last activity (`a`) and the next visit (`d`), both in
seconds since 1970.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from allmende.connectors.errors import Refused, TryLater
from allmende.connectors.http import Answer
from allmende.connectors.mastodon import read
from allmende.connectors.mastodon.door import Door
from allmende.connectors.neutral import Batch, Item, RefusedRow

PAGE = 40
# Per call, which comes every few seconds: with two requests each this leaves most of 300 in five minutes.
VISITS = 2
PROOFS = 5
THREADS = 150
STATUSES = 4_000
# How long after the last activity a thread is looked at how often; after that, only who names us is heard.
PACES = (
    (timedelta(hours=1), timedelta(minutes=1)),
    (timedelta(days=1), timedelta(minutes=10)),
    (timedelta(days=7), timedelta(hours=1)),
    (timedelta(days=30), timedelta(hours=12)),
)

RAW_LENGTH = 500
_UNREADABLE = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
# Why a server is asked later that are true of all it has, not of one thread.
_EVERYWHERE = frozenset({"too_many", "not_reached", "host_busy"})

Status = Mapping[str, Any]


class Ear:
    """One reading, from a cursor on. Every method that asks may raise TryLater, LoggedOut, Refused."""

    def __init__(self, door: Door, us: read.Us, cursor: str, since: datetime | None, now: datetime) -> None:
        self._door = door
        self._us = us
        self._since = since
        self._now = now
        kept = _kept(cursor)
        self._last: dict[str, str] = {"s": str(kept.get("s") or "0"), "n": str(kept.get("n") or "0")}
        self._threads: dict[str, dict[str, Any]] = kept.get("t") or {}
        self._refused: list[RefusedRow] = []
        self._roots = {native_id: root for root, thread in self._threads.items() for native_id in thread["i"]}

    def batches(self) -> Iterator[Batch]:
        """Own statuses first: then most of what others say is said in a known thread."""
        yield from self._pages("s", f"v1/accounts/{quote(self._us.account_id, safe='')}/statuses", self._said)
        yield from self._pages("n", "v1/notifications", self._told)
        for root in self._due():
            if self._door.is_scarce:
                return
            yield self._batch(self._visited(root))

    def _pages(self, place: str, path: str, taken: Any) -> Iterator[Batch]:
        """Page by page, oldest first, until nothing is newer. A server that ignores `min_id` cannot lead us in circles."""
        while not self._door.is_scarce:
            answer = self._page(path, self._last[place])
            with answer.understood():
                page = sorted(_rows(answer), key=lambda row: read.age_key(read.id_of(row)))
                fresh = [row for row in page if read.age_key(read.id_of(row)) > read.age_key(self._last[place])]
                if not fresh:
                    return
                items = [item for row in fresh for item in self._readable(row, taken)]
                self._last[place] = read.id_of(fresh[-1])
            yield self._batch(items)

    def _page(self, path: str, after: str) -> Answer:
        """What follows `after`. A server whose ids have another shape may not take "0": then its newest page begins."""
        params = {"limit": str(PAGE), "exclude_reblogs": "true"}
        try:
            return self._door.read(path, params | {"min_id": after})
        except Refused as error:
            if after != "0" or error.reason_code != "rejected":
                raise
            return self._door.read(path, params)

    def _readable(self, row: Mapping[str, Any], taken: Any) -> list[Item]:
        """What the row holds. One that nobody can read must not keep all that came after it from being heard."""
        try:
            items: list[Item] = taken(row)
        except _UNREADABLE as error:
            self._refuse(row, error)
            return []
        return items

    def _refuse(self, row: Mapping[str, Any], error: Exception) -> None:
        self._refused.append(RefusedRow(0, "bad_value", {"field": type(error).__name__}, repr(row)[:RAW_LENGTH]))

    def _said(self, status: Status) -> list[Item]:
        return [] if status.get("reblog") or self._is_old(status) else self._heard(status)

    def _told(self, notification: Mapping[str, Any]) -> list[Item]:
        """A notification: words, a wordless act, or nothing for us."""
        kind, status = notification.get("type"), notification.get("status")
        if self._is_old(notification) or not isinstance(notification.get("account"), Mapping):
            return []
        if kind in read.GESTURES:
            target = read.id_of(status) if isinstance(status, Mapping) else ""
            return [read.gesture(notification, self._us, self._roots.get(target, target))]
        if kind in read.MESSAGES and isinstance(status, Mapping):
            return self._heard(status)
        if kind == "update" and isinstance(status, Mapping) and read.id_of(status) in self._roots:
            return self._heard(status)
        return []

    def _heard(self, status: Status) -> list[Item]:
        """One status with its thread: known from its parent, or asked for."""
        native_id, parent = read.id_of(status), read.parent_of(status)
        root = self._roots.get(native_id) or self._roots.get(parent, "")
        if root or not parent:
            return self._noted(root or native_id, [status])
        try:
            before, after = self._context(native_id)
        except Refused:
            before, after = [], []
        return self._noted(read.id_of(before[0]) if before else parent, [*before, status, *after])

    def _visited(self, root: str) -> list[Item]:
        """A thread that cannot be read is left for later, or for good; the others have their turn all the same."""
        thread = self._threads[root]
        try:
            return self._visit(root)
        except Refused:
            self._forget(root)
        except TryLater as error:
            if error.reason_code in _EVERYWHERE:
                raise
            thread["d"] = _seconds(self._now + PACES[-2][1])
        return []

    def _visit(self, root: str) -> list[Item]:
        """Look at a thread again: what is new, what was changed, what is gone."""
        thread = self._threads[root]
        anchor = root if root in thread["i"] else next(iter(thread["i"]))
        status = self._status(anchor)
        if status is None:
            items = [self._gone(root, anchor)]
            thread["d"] = _seconds(self._now)
        else:
            before, after = self._context(anchor)
            found = [*before, status, *after]
            items = self._noted(root, found)
            missing = sorted(thread["i"].keys() - {read.id_of(one) for one in found}, key=read.age_key)
            # A hidden branch is missing too: only the status itself proves that it is gone.
            items += [self._gone(root, one) for one in missing[-PROOFS:] if self._status(one) is None]
            if not self._plan(thread):
                self._forget(root)
        if not thread["i"]:
            self._forget(root)
        return items

    def _noted(self, root: str, statuses: list[Status]) -> list[Item]:
        """The items of those statuses that are new or changed; the thread is watched from now on."""
        thread = self._threads.setdefault(root, {"i": {}, "a": 0, "d": 0})
        items = []
        for status in statuses:
            native_id, seen = read.id_of(status), read.fingerprint(status)
            if status.get("reblog") or thread["i"].get(native_id) == seen:
                continue
            try:
                items.append(read.item(status, self._us, root))
            except _UNREADABLE as error:
                self._refuse(status, error)
                continue
            thread["i"][native_id] = seen
            self._roots[native_id] = root
            # Other servers' clocks may be in the future; nobody stays watched for that.
            thread["a"] = max(thread["a"], min(_seconds(read.moment(status["created_at"])), _seconds(self._now)))
        if items:
            self._plan(thread)
        if not thread["i"]:
            self._forget(root)
        return items

    def _plan(self, thread: dict[str, Any]) -> bool:
        """When to look again: at once where a thread was old when we met it. False: it has been silent for long, and
        need not be looked at any more."""
        now = _seconds(self._now)
        pace = next((pace for limit, pace in PACES if timedelta(seconds=now - thread["a"]) < limit), None)
        is_first = thread["d"] == 0
        if is_first:
            thread["d"] = max(now, thread["a"] + int(PACES[0][1].total_seconds()))
        else:
            thread["d"] = now + int(pace.total_seconds()) if pace else now
        return is_first or pace is not None

    def _gone(self, root: str, native_id: str) -> Item:
        self._threads[root]["i"].pop(native_id, None)
        self._roots.pop(native_id, None)
        return read.deletion(native_id, root, self._now)

    def _forget(self, root: str) -> None:
        for native_id in self._threads.pop(root, {"i": {}})["i"]:
            self._roots.pop(native_id, None)

    def _due(self) -> list[str]:
        now = _seconds(self._now)
        due = [root for root, thread in self._threads.items() if thread["d"] <= now]
        return sorted(due, key=lambda root: int(self._threads[root]["d"]))[:VISITS]

    def _status(self, native_id: str) -> Status | None:
        answer = unless_gone(lambda: self._door.read(f"v1/statuses/{quote(native_id, safe='')}"))
        if answer is None:
            return None
        with answer.understood():
            status = answer.json()
            _ = read.id_of(status)
            return dict(status)

    def _context(self, native_id: str) -> tuple[list[Status], list[Status]]:
        """What stands before and after a status, oldest first; nothing if it has gone meanwhile."""
        answer = unless_gone(lambda: self._door.read(f"v1/statuses/{quote(native_id, safe='')}/context"))
        if answer is None:
            return [], []
        with answer.understood():
            told = answer.json()
            return _named(told.get("ancestors")), _named(told.get("descendants"))

    def _is_old(self, row: Mapping[str, Any]) -> bool:
        return self._since is not None and read.moment(row["created_at"]) < self._since

    def _batch(self, items: list[Item]) -> Batch:
        self._shrink()
        kept = {"v": 1, **self._last, "t": self._threads}
        refused, self._refused = tuple(self._refused), []
        return Batch(items, json.dumps(kept, separators=(",", ":")), refused)

    def _shrink(self) -> None:
        """Watch no more than we can: the longest silent are let go first."""
        if len(self._threads) <= THREADS and len(self._roots) <= STATUSES:
            return
        number, total = 0, 0
        for root in sorted(self._threads, key=lambda root: -int(self._threads[root]["a"])):
            number, total = number + 1, total + len(self._threads[root]["i"])
            if number > THREADS or (total > STATUSES and number > 1):
                self._forget(root)


def unless_gone(ask: Any) -> Answer | None:
    """The answer, or None if the network says that there is no such thing."""
    try:
        answer: Answer = ask()
    except Refused as refused:
        if refused.reason_code != "not_found":
            raise
        return None
    return answer


def _kept(cursor: str) -> dict[str, Any]:
    """A cursor we do not understand is the beginning: repetition at most."""
    try:
        kept = json.loads(cursor or "{}")
        threads = kept.get("t") or {}
        is_whole = all(isinstance(one["i"], dict) and one["a"] >= 0 <= one["d"] for one in threads.values())
    except (AttributeError, KeyError, TypeError, ValueError):
        return {}
    return kept if is_whole else {}


def _rows(answer: Answer) -> list[Mapping[str, Any]]:
    rows = answer.json()
    if not isinstance(rows, list):
        raise TypeError("rows")
    named = _named(rows)
    if rows and not named:
        raise TypeError("rows")
    return named


def _named(rows: Any) -> list[Mapping[str, Any]]:
    """The rows that bear an id: nothing can be done with the others."""
    found: list[Mapping[str, Any]] = []
    for row in rows if isinstance(rows, list) else []:
        try:
            _ = read.id_of(row)
        except _UNREADABLE:
            continue
        found.append(dict(row))
    return found


def _seconds(moment: datetime) -> int:
    return int(moment.astimezone(UTC).timestamp())
