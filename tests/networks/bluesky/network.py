"""What the fake keeps: accounts, tokens, records and whom they notify. One SQLite file, shared by processes."""

import base64
import hashlib
import json
import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from allmende.connectors.sandbox.store import Store

SCHEMA = """
CREATE TABLE IF NOT EXISTS person (did TEXT PRIMARY KEY, handle TEXT UNIQUE, name TEXT, password TEXT, labels TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS token (value TEXT PRIMARY KEY, did TEXT, kind TEXT, expires_at TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS record (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, uri TEXT NOT NULL, did TEXT, collection TEXT, rkey TEXT, cid TEXT, value TEXT,
    stored_at TEXT, indexed_at TEXT, deleted_at TEXT);
CREATE UNIQUE INDEX IF NOT EXISTS record_uri ON record (uri) WHERE deleted_at IS NULL;
CREATE INDEX IF NOT EXISTS record_did ON record (did, collection, seq);
CREATE TABLE IF NOT EXISTS notice (seq INTEGER PRIMARY KEY AUTOINCREMENT, did TEXT, uri TEXT, reason TEXT, subject TEXT);
CREATE TABLE IF NOT EXISTS blob (cid TEXT PRIMARY KEY, did TEXT, type TEXT, size INTEGER) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS late (id INTEGER PRIMARY KEY, due_at TEXT, did TEXT, collection TEXT, rkey TEXT, value TEXT);
CREATE TABLE IF NOT EXISTS appeared (seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT, uri TEXT, text TEXT);
"""
POST = "app.bsky.feed.post"
SUBJECTS = {"app.bsky.feed.like": "like", "app.bsky.feed.repost": "repost"}

Clock = Callable[[], datetime]


class KeyTaken(Exception):
    """There is a record of this key."""


class WrongSwap(Exception):
    """The record is not the one that was to be replaced."""


@dataclass(frozen=True)
class Person:
    """An account."""

    did: str
    handle: str
    name: str
    labels: tuple[str, ...] = ()


class Network:
    """The whole fake network. `lag`: how long after storing a record the AppView knows it."""

    def __init__(
        self, file: Path | str, clock: Clock = lambda: datetime.now(UTC), lag: timedelta = timedelta()
    ) -> None:
        self.store = Store(file)
        self.store.prepare()
        with self.store.writing() as db:
            for statement in SCHEMA.split(";"):
                db.execute(statement)
        self.clock = clock
        self.lag = lag

    def join(self, handle: str, name: str, password: str = "secret", labels: tuple[str, ...] = ()) -> Person:
        """A new account, or the one of this handle."""
        did = "did:plc:" + base64.b32encode(hashlib.sha256(handle.encode()).digest()).decode().lower()[:24]
        with self.store.writing() as db:
            db.execute(
                "INSERT OR IGNORE INTO person VALUES (?, ?, ?, ?, ?)", (did, handle, name, password, json.dumps(labels))
            )
        return Person(did, handle, name, labels)

    def person(self, actor: str) -> Person | None:
        """By DID or handle."""
        row = self._one("SELECT * FROM person WHERE did = ? OR handle = ?", actor, actor)
        return Person(row["did"], row["handle"], row["name"], tuple(json.loads(row["labels"]))) if row else None

    def has_password(self, person: Person, password: str) -> bool:
        return self._one("SELECT 1 FROM person WHERE did = ? AND password = ?", person.did, password) is not None

    def session(self, person: Person, life: timedelta = timedelta(hours=2)) -> dict[str, Any]:
        """A new pair of tokens."""
        access = self._token(person, "access", life)
        refresh = self._token(person, "refresh", timedelta(days=60))
        return {"did": person.did, "handle": person.handle, "accessJwt": access, "refreshJwt": refresh, "active": True}

    def rotate(self, refresh: str) -> None:
        """The old refresh token is worth nothing any more."""
        with self.store.writing() as db:
            db.execute("DELETE FROM token WHERE value = ?", (refresh,))

    def token(self, value: str) -> sqlite3.Row | None:
        return self._one("SELECT * FROM token WHERE value = ?", value)

    def expire(self, kind: str = "access") -> None:
        """All tokens of a kind end now."""
        with self.store.writing() as db:
            db.execute("UPDATE token SET expires_at = ? WHERE kind = ?", (_stamp(self.clock()), kind))

    def create(self, did: str, collection: str, value: dict[str, Any], rkey: str = "") -> sqlite3.Row:
        """Store a record. Raises KeyTaken."""
        rkey = rkey or self._free_key()
        uri, now = f"at://{did}/{collection}/{rkey}", self.clock()
        with self.store.writing() as db:
            if db.execute("SELECT 1 FROM record WHERE uri = ? AND deleted_at IS NULL", (uri,)).fetchone():
                raise KeyTaken
            row = (uri, did, collection, rkey, cid_of(value), json.dumps(value), _stamp(now), _stamp(now + self.lag))
            db.execute(
                "INSERT INTO record (uri, did, collection, rkey, cid, value, stored_at, indexed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )
            if collection == POST:
                db.execute("INSERT INTO appeared (at, uri, text) VALUES (?, ?, ?)", (_stamp(now), uri, value["text"]))
            self._notify(db, did, uri, collection, value, _stamp(now))
            return db.execute("SELECT * FROM record WHERE uri = ? AND deleted_at IS NULL", (uri,)).fetchone()

    def put(self, did: str, collection: str, rkey: str, value: dict[str, Any], swap: Any = ...) -> sqlite3.Row:
        """Replace a record, or make it. `swap`: the cid it must have, None: it must not be there. Raises WrongSwap."""
        uri = f"at://{did}/{collection}/{rkey}"
        there = self.record(uri)
        if swap is not ... and swap != (there["cid"] if there else None):
            raise WrongSwap
        if there is None:
            return self.create(did, collection, value, rkey)
        with self.store.writing() as db:
            db.execute(
                "UPDATE record SET value = ?, cid = ? WHERE seq = ?", (json.dumps(value), cid_of(value), there["seq"])
            )
            return db.execute("SELECT * FROM record WHERE seq = ?", (there["seq"],)).fetchone()

    def delete(self, uri: str) -> None:
        with self.store.writing() as db:
            now = _stamp(self.clock())
            db.execute("UPDATE record SET deleted_at = ? WHERE uri = ? AND deleted_at IS NULL", (now, uri))

    def record(self, uri: str) -> sqlite3.Row | None:
        """As its own server has it, at once."""
        return self._one("SELECT * FROM record WHERE uri = ? AND deleted_at IS NULL", uri)

    def postpone(self, did: str, collection: str, rkey: str, value: dict[str, Any], wait: float) -> None:
        """Accept it later."""
        due = _stamp(self.clock() + timedelta(seconds=wait))
        with self.store.writing() as db:
            db.execute(
                "INSERT INTO late (due_at, did, collection, rkey, value) VALUES (?, ?, ?, ?, ?)",
                (due, did, collection, rkey, json.dumps(value)),
            )

    def ripen(self) -> None:
        """Let appear what was accepted late and is due."""
        now = _stamp(self.clock())
        if self._one("SELECT 1 FROM late WHERE due_at <= ?", now) is None:
            return
        with self.store.writing() as db:
            due = db.execute("DELETE FROM late WHERE due_at <= ? RETURNING *", (now,)).fetchall()
        for row in due:
            try:
                self.create(row["did"], row["collection"], json.loads(row["value"]), row["rkey"])
            except KeyTaken:
                continue

    def keep_blob(self, did: str, content: bytes, media_type: str) -> dict[str, Any]:
        cid = cid_of({"blob": hashlib.sha256(content).hexdigest()})
        with self.store.writing() as db:
            db.execute("INSERT OR IGNORE INTO blob VALUES (?, ?, ?, ?)", (cid, did, media_type, len(content)))
        return {"$type": "blob", "ref": {"$link": cid}, "mimeType": media_type, "size": len(content)}

    def has_blob(self, did: str, cid: str) -> bool:
        return self._one("SELECT 1 FROM blob WHERE did = ? AND cid = ?", did, cid) is not None

    def public_posts(self) -> list[dict[str, Any]]:
        """The judge's view: every post there ever was."""
        rows = self.all("SELECT * FROM record WHERE collection = ? ORDER BY seq", POST)
        return [
            {
                "id": row["uri"],
                "text": json.loads(row["value"])["text"],
                "parent": json.loads(row["value"]).get("reply", {}).get("parent", {}).get("uri", ""),
                "created_at": json.loads(row["value"])["createdAt"],
                "deleted": row["deleted_at"] is not None,
            }
            for row in rows
        ]

    def public_log(self) -> list[dict[str, str]]:
        """How often each text has appeared, in order."""
        return [
            {"verb": "appeared", "text": row["text"], "id": row["uri"]}
            for row in self.all("SELECT * FROM appeared ORDER BY seq")
        ]

    def all(self, question: str, *values: Any) -> list[sqlite3.Row]:
        with self.store.reading() as db:
            return db.execute(question, values).fetchall()

    def _one(self, question: str, *values: Any) -> sqlite3.Row | None:
        with self.store.reading() as db:
            return db.execute(question, values).fetchone()

    def _token(self, person: Person, kind: str, life: timedelta) -> str:
        ends = self.clock() + life
        claims = {"sub": person.did, "scope": kind, "exp": int(ends.timestamp()), "jti": secrets.token_hex(8)}
        value = ".".join(_part(one) for one in ({"alg": "ES256K"}, claims, {"sig": secrets.token_hex(8)}))
        with self.store.writing() as db:
            db.execute("INSERT INTO token VALUES (?, ?, ?, ?)", (value, person.did, kind, _stamp(ends)))
        return value

    def _free_key(self) -> str:
        digits = "234567abcdefghijklmnopqrstuvwxyz"
        number = int(self.clock().timestamp() * 1_000_000) << 10 | secrets.randbelow(1024)
        return "".join(digits[number >> shift & 31] for shift in range(60, -1, -5))

    def _notify(
        self, db: sqlite3.Connection, did: str, uri: str, collection: str, value: dict[str, Any], now: str
    ) -> None:
        """Each account once, for the most telling reason: mention before reply before quote."""
        told: dict[str, tuple[str, str]] = {}
        subject = value.get("subject")
        if collection in SUBJECTS:
            told[subject["uri"].split("/")[2]] = (SUBJECTS[collection], subject["uri"])
        elif collection == "app.bsky.graph.follow":
            told[subject] = ("follow", "")
        elif collection == POST:
            told |= self._notified_of_words(db, value, now)
        for whom, (reason, about) in told.items():
            if whom != did:
                db.execute(
                    "INSERT INTO notice (did, uri, reason, subject) VALUES (?, ?, ?, ?)", (whom, uri, reason, about)
                )

    def _notified_of_words(self, db: sqlite3.Connection, value: dict[str, Any], now: str) -> dict[str, tuple[str, str]]:
        told: dict[str, tuple[str, str]] = {}
        quoted = value.get("embed", {}).get("record", {}).get("uri")
        if quoted:
            told[quoted.split("/")[2]] = ("quote", quoted)
        parent = value.get("reply", {}).get("parent", {}).get("uri", "")
        known = "SELECT 1 FROM record WHERE uri = ? AND deleted_at IS NULL AND indexed_at <= ?"
        if (
            parent and db.execute(known, (parent, now)).fetchone()
        ):  # nobody is told of an answer to what is not indexed yet
            told[parent.split("/")[2]] = ("reply", parent)
        for facet in value.get("facets", []):
            told |= {one["did"]: ("mention", "") for one in facet["features"] if one["$type"].endswith("#mention")}
        return told


def cid_of(value: dict[str, Any]) -> str:
    """A content id: the same for the same record."""
    digest = hashlib.sha256(json.dumps(value, sort_keys=True).encode()).digest()
    return "bafyrei" + base64.b32encode(digest).decode().lower().rstrip("=")


def _part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
