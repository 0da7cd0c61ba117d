"""Faults on demand: planted in the sandbox's file by a drill, drawn by the face, the same for the same seed."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

from allmende.connectors.sandbox.network import Account, IdTaken, Network, NotAllowed, NotThere, Words
from allmende.connectors.sandbox.store import Store, stamp

Verb = Literal["send", "media", "collect", "find", "moderate", "any"]
FaultKind = Literal[
    "error_before",  # 500, nothing accepted
    "error_after",  # accepted, then 500
    "too_many_seconds",  # 429 with Retry-After in seconds (`wait`)
    "too_many_date",  # 429 with a date
    "silence_before",  # nothing accepted, nothing said for `wait` seconds
    "silence_after",  # accepted, nothing said for `wait` seconds
    "half",  # accepted, half an answer
    "garbage",  # accepted, then 200 and nonsense
    "html",  # accepted, then 200 and a web page with a script in it
    "late",  # cut off at once, accepted after `wait` seconds
    "logged_out",  # 401
    "duplicates",  # collect: everything three times
    "reordered",  # collect: each page in another order
    "scripts",  # collect: scripts in titles, names, texts and HTML
]


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong now. `wait` in seconds."""

    kind: FaultKind
    wait: float


class Faults:
    """The table of faults of one network."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def plant(
        self,
        verb: Verb,
        kind: FaultKind,
        *,
        times: int | None = None,
        probability: float = 1.0,
        wait: float = 1.0,
    ) -> None:
        """Let `kind` happen at the next `times` requests of `verb` (None: until cleared), each with a chance."""
        if kind not in get_args(FaultKind) or verb not in get_args(Verb):
            raise ValueError(f"{verb}: {kind}")
        with self._store.writing() as db:
            db.execute(
                "INSERT INTO fault (verb, kind, remaining, probability, wait) VALUES (?, ?, ?, ?, ?)",
                (verb, kind, times, probability, wait),
            )

    def clear(self) -> None:
        """No more faults; what was accepted late still comes."""
        with self._store.writing() as db:
            db.execute("DELETE FROM fault")

    def happened(self) -> dict[str, int]:
        """How often each kind has happened since it was planted."""
        with self._store.reading() as db:
            rows = db.execute("SELECT kind, sum(happened) AS times FROM fault GROUP BY kind").fetchall()
        return {row["kind"]: int(row["times"]) for row in rows}

    def draw(self, verb: Verb) -> Fault | None:
        """The first planted fault whose chance comes up for this request."""
        with self._store.reading() as db:
            if db.execute("SELECT 1 FROM fault LIMIT 1").fetchone() is None:
                return None
        with self._store.writing() as db:
            rows = db.execute(
                "SELECT * FROM fault WHERE verb IN (?, 'any') AND (remaining IS NULL OR remaining > 0) ORDER BY id",
                (verb,),
            ).fetchall()
            for row in rows:
                db.execute("UPDATE fault SET drawn = drawn + 1 WHERE id = ?", (row["id"],))
                if chance(row["id"], row["drawn"]) >= row["probability"]:
                    continue
                db.execute(
                    "UPDATE fault SET happened = happened + 1, remaining = remaining - 1 WHERE id = ?", (row["id"],)
                )
                return Fault(row["kind"], row["wait"])
        return None

    def postpone(self, account: Account, words: Words, *, now: datetime, wait: float) -> None:
        """Accept these words later, without remembering any key: the race of a slow network."""
        content = json.dumps({"account": asdict(account), "words": asdict(words) | {"key": ""}})
        due = stamp(now + timedelta(seconds=wait))
        with self._store.writing() as db:
            db.execute("INSERT INTO postponed (due_at, content) VALUES (?, ?)", (due, content))

    def ripen(self, network: Network, *, now: datetime) -> None:
        """Let appear what was accepted late and is due."""
        with self._store.reading() as db:
            if db.execute("SELECT 1 FROM postponed WHERE due_at <= ?", (stamp(now),)).fetchone() is None:
                return
        with self._store.writing() as db:
            due = db.execute(
                "DELETE FROM postponed WHERE due_at <= ? RETURNING due_at, content", (stamp(now),)
            ).fetchall()
        for row in due:
            content = json.loads(row["content"])
            try:
                network.say(Account(**content["account"]), Words(**content["words"]), now=now)
            except (IdTaken, NotAllowed, NotThere):
                continue


def chance(*seed: object) -> float:
    """A number from 0 to 1 that is always the same for the same seed."""
    return int.from_bytes(hashlib.sha256(repr(seed).encode()).digest()[:8]) / 2**64


def shaped(fault: Fault | None, changes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A page of changes as a faulty network gives it."""
    if fault is None or fault.kind not in ("duplicates", "reordered", "scripts"):
        return changes
    if fault.kind == "duplicates":
        return [change for change in changes for _ in range(3)]
    if fault.kind == "reordered":
        return sorted(changes, key=lambda change: chance(change["seq"]))
    return [_scripted(change) for change in changes]


def _scripted(change: dict[str, Any]) -> dict[str, Any]:
    script = "<script>alert(1)</script><img src=x onerror=alert(2)><svg/onload=alert(3)>"
    author = change["author"] | {"name": change["author"]["name"] + script}
    if change["kind"] != "post":
        return change | {"author": author}
    words = {name: change[name] + script for name in ("title", "text", "html")}
    return change | words | {"author": author}
