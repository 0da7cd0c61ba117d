"""Listening to a network that neither notifies nor keeps a log: its lists, newest first, and the threads below them, visited
again for late answers, edits and deletions.

A list is read from its top down to what is known. A walk that grows too long is broken off and the gap remembered, so that
a later call closes it. The cursor is JSON: `n` when to look next, `l` the lists (known entries as time and digest, the time
below which all is known, gaps), `t` the watched threads (`i` its messages with their fingerprints, `r` when it was opened,
`a` the last activity, `c` how many answers the list told of, `d` the next visit; seconds since 1970).
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from allmende.connectors.errors import Refused, TryLater
from allmende.connectors.neutral import Batch, Item, Ref, RefusedRow

Row = Mapping[str, Any]

CHUNK = 10
# Per call: pages down a list, pages of one thread's answers, threads visited, missing messages asked for one by one.
PAGES, ANSWER_PAGES, VISITS, PROOFS = 20, 50, 4, 5
KNOWN, OVERLAP, GAPS = 300, 3600, 20
THREADS, MESSAGES = 150, 4_000
# Threads opened before we came are watched, too, if they are not older than this.
BEFORE = timedelta(days=30)
# How long after the last activity a thread is looked at how often.
PACES = (
    (timedelta(hours=1), timedelta(minutes=1)),
    (timedelta(days=1), timedelta(minutes=10)),
    (timedelta(days=7), timedelta(hours=1)),
    (timedelta(days=30), timedelta(hours=12)),
)
RAW_LENGTH = 500
UNREADABLE = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
# Why a network is asked later that are true of all it has, not of one thread.
_EVERYWHERE = frozenset({"too_many", "not_reached", "host_busy"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One row, read. `root` is its own id where it opens a thread; `fingerprint` changes when its words do;
    `answers`: how many stand below it, -1 if a list does not say; `is_watched`: a thread that is looked at again."""

    item: Item
    root: str
    fingerprint: str
    answers: int = -1
    is_watched: bool = True

    @property
    def native_id(self) -> str:
        return self.item.ref.native_id

    @property
    def at(self) -> int:
        return _seconds(self.item.occurred_at)


class Source(Protocol):
    """What a network gives. Every method that asks may raise TryLater, LoggedOut, Refused; `entry` whatever broken words
    raise. `lists`: names, in the order they are read; `dies_together`: answers vanish with the root."""

    lists: tuple[str, ...]
    dies_together: bool

    @property
    def is_scarce(self) -> bool:
        """Little is left of the rate limit: what can wait does."""

    def page(self, name: str, after: str, until: int) -> tuple[Sequence[Row], str]:
        """Rows of a list, newest first, not newer than `until` (0: all), and the cursor of the next page, or ""."""

    def answers(self, root: str, after: str) -> tuple[Sequence[Row], str]:
        """All that stands below a root, oldest first."""

    def single(self, native_id: str) -> Row | None:
        """One message; None if it is not there any more."""

    def entry(self, row: Row, root: str) -> Entry:
        """A row, read; `root`: "" in a list."""


@dataclass
class Reach:
    """What is known of a list: (seconds, digest) of its newest entries; below `floor` all is, save in the gaps (until, floor)."""

    known: list[tuple[int, str]] = field(default_factory=list)
    floor: int = 0
    gaps: list[tuple[int, int]] = field(default_factory=list)

    def learn(self, entries: list[tuple[int, str]]) -> None:
        """Entries that were handed out, the oldest of what is new first."""
        self.known = sorted({*self.known, *entries})
        self.floor = max(self.floor, self.known[-1][0] - OVERLAP) if self.known else self.floor
        if len(self.known) > KNOWN:
            self.known = self.known[-KNOWN:]
            self.floor = max(self.floor, self.known[0][0])
        self.known = [one for one in self.known if one[0] >= self.floor]

    def leave(self, until: int, floor: int) -> None:
        """A stretch that was not read; where there are too many, neighbours become one."""
        self.gaps = sorted({*self.gaps, (until, floor)})
        while len(self.gaps) > GAPS:
            first, second = self.gaps[:2]
            self.gaps[:2] = [(max(first[0], second[0]), min(first[1], second[1]))]


class Ear:
    """One reading, from a cursor on. `since`: older messages are not told. `pace` in seconds: how long to wait until the
    next look, save where it `is_rung` for."""

    def __init__(
        self,
        source: Source,
        cursor: str,
        since: datetime | None,
        now: datetime,
        pace: float = 0,
        *,
        is_rung: bool = False,
    ) -> None:
        self._source = source
        self._now = _seconds(now)
        self._since = _seconds(since) if since else 0
        self._pace = pace
        kept = _kept(cursor)
        self._next: float = 0 if is_rung else kept.get("n", 0)
        told = kept.get("l", {})
        self._lists = {name: Reach(*told[name]) if name in told else Reach() for name in source.lists}
        self._threads: dict[str, dict[str, Any]] = kept.get("t", {})
        self._refused: list[RefusedRow] = []

    def batches(self) -> Iterator[Batch]:
        """The lists from what is known on, one gap of each, then the threads that are due."""
        if self._now < self._next:
            return
        for name in self._source.lists:
            yield from self._walk(name)
            yield from self._close_gap(name)
        for root in self._due():
            if self._source.is_scarce:
                break
            yield self._batch(self._visited(root))
        if self._pace:
            self._next = self._now + self._pace
            yield self._batch([])

    def _walk(self, name: str) -> Iterator[Batch]:
        """What is new at the top of a list, oldest first."""
        if self._source.is_scarce:
            return
        reach = self._lists[name]
        floor = max(reach.floor, self._horizon)
        found, low, is_whole = self._down(name, 0, floor)
        if not is_whole:
            reach.leave(low + 1, floor)
        self._miss(name, {entry.native_id for entry in found}, floor if is_whole else low)
        known = set(reach.known)
        fresh = [entry for entry in found if (entry.at, digest(entry)) not in known or self._is_changed(entry)]
        for chunk in _chunks(fresh):
            items = [item for entry in chunk for item in self._heard(entry, name)]
            reach.learn([(entry.at, digest(entry)) for entry in chunk])
            yield self._batch(items)

    def _close_gap(self, name: str) -> Iterator[Batch]:
        """One gap, from its upper end down; a long one leaves a shorter one."""
        reach = self._lists[name]
        if not reach.gaps or self._source.is_scarce:
            return
        until, floor = reach.gaps[-1]
        found, low, is_whole = self._down(name, until, floor)
        for chunk in _chunks(found):
            yield self._batch([item for entry in chunk for item in self._heard(entry, name)])
        reach.gaps.remove((until, floor))
        if not is_whole and low + 1 < until:
            reach.leave(low + 1, floor)
        yield self._batch([])

    def _down(self, name: str, until: int, floor: int) -> tuple[list[Entry], int, bool]:
        """The entries of a list down to `floor`, newest first; the time of the lowest; whether the floor was reached.

        A pinned entry stands above newer ones, so only a page that ends below the floor is the last.
        """
        found: list[Entry] = []
        low, after = until or self._now, ""
        for _ in range(PAGES):
            rows, after = self._source.page(name, after, until)
            entries = [entry for row in rows if (entry := self._read(row, "")) is not None]
            self._stir(entries)
            found += [entry for entry in entries if entry.at >= floor]
            low = min(low, entries[-1].at) if entries else low
            if not after or not rows or low < floor:
                return found, low, True
        return found, low, False

    def _read(self, row: Row, root: str) -> Entry | None:
        """A row nobody can read must not keep the others from being heard."""
        try:
            return self._source.entry(row, root)
        except UNREADABLE as error:
            self._refused.append(RefusedRow(0, "bad_value", {"field": type(error).__name__}, repr(row)[:RAW_LENGTH]))
            return None

    def _stir(self, entries: list[Entry]) -> None:
        """A watched thread of which the list tells another number of answers than before is visited at once."""
        for entry in entries:
            thread = self._threads.get(entry.native_id)
            if thread is not None and entry.answers not in (-1, thread["c"]):
                thread["d"] = min(thread["d"], self._now)

    def _is_changed(self, entry: Entry) -> bool:
        thread = self._threads.get(entry.root)
        return thread is not None and thread["i"].get(entry.native_id) not in (None, entry.fingerprint)

    def _miss(self, name: str, seen: set[str], floor: int) -> None:
        """A watched thread that should stand in the list and does not is visited at once: it may be gone."""
        for root, thread in self._threads.items():
            if thread["l"] == name and thread["r"] > floor and root not in seen:
                thread["d"] = self._now

    def _heard(self, entry: Entry, name: str) -> list[Item]:
        """An entry of a list, with what stands below it."""
        if entry.root != entry.native_id or not entry.is_watched:
            thread = self._threads.get(entry.root)
            if thread is not None:
                return self._noted(thread, entry)
            return [entry.item] if entry.at >= self._since else []
        thread = self._threads.setdefault(entry.root, {"i": {}, "r": entry.at, "a": 0, "d": 0, "c": 0, "l": name})
        items = self._noted(thread, entry)
        thread["c"] = entry.answers
        if entry.answers:
            items += self._answered(entry.root)
        return items

    def _noted(self, thread: dict[str, Any], entry: Entry) -> list[Item]:
        """The item of a message that is new or changed, none if it is known as it stands."""
        seen = thread["i"].get(entry.native_id)
        if seen == entry.fingerprint:
            return []
        thread["i"][entry.native_id] = entry.fingerprint
        # Nobody stays watched because a clock goes ahead.
        thread["a"] = max(thread["a"], min(entry.at, self._now))
        self._plan(thread)
        if seen is not None:
            changed_at = entry.item.edited_at or datetime.fromtimestamp(self._now, UTC)
            return [replace(entry.item, edited_at=changed_at)]
        return [entry.item] if entry.at >= self._since else []

    def _answered(self, root: str) -> list[Item]:
        """What is new, changed or gone below a root. A thread that fails is left for later; the others have their turn."""
        thread = self._threads[root]
        items: list[Item] = []
        found, after = {root}, ""
        if self._source.is_scarce:
            thread["d"] = self._now + int(PACES[1][1].total_seconds())
            return items
        try:
            for _ in range(ANSWER_PAGES):
                rows, after = self._source.answers(root, after)
                for entry in (self._read(row, root) for row in rows):
                    if entry is not None:
                        found.add(entry.native_id)
                        items += self._noted(thread, entry)
                if not after or not rows:
                    return items + self._missing(root, found)
        except Refused:
            return items
        except TryLater as error:
            if error.reason_code in _EVERYWHERE:
                raise
            thread["d"] = self._now + int(PACES[1][1].total_seconds())
        return items

    def _missing(self, root: str, found: set[str]) -> list[Item]:
        """Not shown is not gone: only the message itself proves it."""
        thread = self._threads[root]
        missing = [one for one in thread["i"] if one not in found][-PROOFS:]
        return [self._gone(root, one) for one in missing if self._source.single(one) is None]

    def _visited(self, root: str) -> list[Item]:
        thread = self._threads[root]
        thread["d"] = self._now + int(PACES[-2][1].total_seconds())
        try:
            row = self._source.single(root)
        except Refused:
            del self._threads[root]
            return []
        except TryLater as error:
            if error.reason_code in _EVERYWHERE:
                raise
            return []
        if row is None:
            return self._buried(root)
        entry = self._read(row, "")
        items = self._noted(thread, entry) if entry else []
        thread["c"] = entry.answers if entry else -1
        is_lively = self._plan(thread)
        items += self._answered(root)
        if not (is_lively or items):
            del self._threads[root]
        return items

    def _buried(self, root: str) -> list[Item]:
        """A root that is gone; its answers went with it, or stand there without being asked for any more."""
        thread = self._threads[root]
        others = [one for one in thread["i"] if one != root] if self._source.dies_together else []
        items = [self._gone(root, one) for one in [*others, root]]
        del self._threads[root]
        return items

    def _gone(self, root: str, native_id: str) -> Item:
        self._threads[root]["i"].pop(native_id, None)
        now = datetime.fromtimestamp(self._now, UTC)
        act = "posted" if native_id == root else "commented"
        return Item(Ref(native_id), "message", act, None, now, root, deleted_at=now)

    def _plan(self, thread: dict[str, Any]) -> bool:
        """When to look again; False: it has been silent for long and need not be looked at any more."""
        silent = timedelta(seconds=self._now - thread["a"])
        pace = next((pace for limit, pace in PACES if silent < limit), None)
        is_first = thread["d"] == 0
        wait = int((pace or PACES[0][1]).total_seconds())
        thread["d"] = max(self._now, thread["a"] + wait) if is_first else self._now + wait
        return is_first or pace is not None

    def _due(self) -> list[str]:
        due = [root for root, thread in self._threads.items() if thread["d"] <= self._now]
        return sorted(due, key=lambda root: int(self._threads[root]["d"]))[:VISITS]

    @property
    def _horizon(self) -> int:
        return self._since - int(BEFORE.total_seconds()) if self._since else 0

    def _batch(self, items: list[Item]) -> Batch:
        self._shrink()
        lists = {name: [one.known, one.floor, one.gaps] for name, one in self._lists.items()}
        kept = {"v": 1, "n": self._next, "l": lists, "t": self._threads}
        refused, self._refused = tuple(self._refused), []
        return Batch(items, json.dumps(kept, separators=(",", ":")), refused)

    def _shrink(self) -> None:
        """Watch no more than we can: the longest silent are let go first."""
        total = sum(len(thread["i"]) for thread in self._threads.values())
        if len(self._threads) <= THREADS and total <= MESSAGES:
            return
        for root in sorted(self._threads, key=lambda root: int(self._threads[root]["a"])):
            if len(self._threads) <= THREADS and (total <= MESSAGES or len(self._threads) == 1):
                break
            total -= len(self._threads.pop(root)["i"])


def _chunks(newest_first: list[Entry]) -> Iterator[list[Entry]]:
    """In small portions, oldest first."""
    oldest_first = newest_first[::-1]
    for start in range(0, len(oldest_first), CHUNK):
        yield oldest_first[start : start + CHUNK]


def digest(entry: Entry) -> str:
    """A short name for an entry."""
    return hashlib.sha256(entry.native_id.encode()).hexdigest()[:12]


def fingerprint(*parts: str) -> str:
    """Changes when one of the parts does."""
    return hashlib.sha256(chr(0).join(parts).encode("utf-8", "replace")).hexdigest()[:8]


def _kept(cursor: str) -> dict[str, Any]:
    """A cursor we do not understand is the beginning: repetition at most."""
    try:
        kept = json.loads(cursor or "{}")
        lists = {
            name: (
                [(int(at), str(one)) for at, one in known],
                int(floor),
                [(int(until), int(low)) for until, low in gaps],
            )
            for name, (known, floor, gaps) in kept.get("l", {}).items()
        }
        threads = kept.get("t", {})
        is_whole = all(
            isinstance(one["i"], dict)
            and isinstance(one["l"], str)
            and min(one["a"], one["d"], one["r"], one["c"] + 1) >= 0
            for one in threads.values()
        )
        return {"n": float(kept.get("n", 0)), "l": lists, "t": threads} if is_whole else {}
    except UNREADABLE:
        return {}


def _seconds(moment: datetime) -> int:
    return int(moment.astimezone(UTC).timestamp())
