"""The sandbox's file: its tables, and one transaction at a time across processes."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS account (
    id INTEGER PRIMARY KEY, handle TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
    is_ours INTEGER NOT NULL, is_bot INTEGER NOT NULL, token_hash TEXT UNIQUE);
CREATE TABLE IF NOT EXISTS post (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, thread TEXT NOT NULL, parent TEXT,
    account_id INTEGER NOT NULL REFERENCES account, title TEXT NOT NULL, text TEXT NOT NULL,
    visibility TEXT NOT NULL, created_at TEXT NOT NULL, edited_at TEXT, deleted_at TEXT,
    is_hidden INTEGER NOT NULL DEFAULT 0, is_locked INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS post_thread ON post (thread, seq);
CREATE INDEX IF NOT EXISTS post_parent ON post (parent);
CREATE INDEX IF NOT EXISTS post_account ON post (account_id, seq);
CREATE TABLE IF NOT EXISTS gesture (
    id TEXT PRIMARY KEY, account_id INTEGER NOT NULL REFERENCES account, verb TEXT NOT NULL,
    target TEXT NOT NULL, created_at TEXT NOT NULL, deleted_at TEXT) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS gesture_target ON gesture (target);
CREATE TABLE IF NOT EXISTS picture (id TEXT PRIMARY KEY, media_type TEXT NOT NULL, content BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS shown (
    post_id TEXT NOT NULL, place INTEGER NOT NULL, picture_id TEXT NOT NULL REFERENCES picture, alt TEXT NOT NULL,
    PRIMARY KEY (post_id, place)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS change (seq INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, id TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS public_log (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, verb TEXT NOT NULL, post_id TEXT NOT NULL,
    account_id INTEGER NOT NULL, text TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS remembered (
    account_id INTEGER NOT NULL, key TEXT NOT NULL, post_id TEXT NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (account_id, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS fault (
    id INTEGER PRIMARY KEY, verb TEXT NOT NULL, kind TEXT NOT NULL, remaining INTEGER, probability REAL NOT NULL,
    wait REAL NOT NULL, drawn INTEGER NOT NULL DEFAULT 0, happened INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS postponed (id INTEGER PRIMARY KEY, due_at TEXT NOT NULL, content TEXT NOT NULL);
"""


class Store:
    """One SQLite file. Each transaction opens its own connection, so threads and processes may share the file."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._anchor: sqlite3.Connection | None = None

    def prepare(self) -> None:
        """Make the file and its tables; an existing network stays as it is."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # Stays open and unused: without it every closing connection would be the last and tidy the whole file up.
        self._anchor = self._anchor or self._connected()
        self._anchor.execute("PRAGMA journal_mode = WAL")
        self._anchor.executescript(SCHEMA)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that holds the file; commits at the end, undone by an exception."""
        yield from self._transaction("BEGIN IMMEDIATE")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One consistent look at the file."""
        yield from self._transaction("BEGIN")

    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        db = self._connected()
        try:
            db.execute(begin)
            yield db
            db.execute("COMMIT")
        finally:
            db.close()

    def _connected(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=20, isolation_level=None, check_same_thread=False)
        db.row_factory = sqlite3.Row
        # Outlives killed processes; a power cut may cost the sandbox its last seconds.
        db.execute("PRAGMA synchronous = OFF")
        return db


def stamp(moment: datetime) -> str:
    """A moment as the sandbox writes it: UTC, microseconds, so that text order is time order."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment(written: str) -> datetime:
    """A written moment, aware UTC."""
    return datetime.fromisoformat(written).astimezone(UTC)
