"""The fake's file: its tables, and one transaction at a time across processes."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS fact (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS account (id TEXT PRIMARY KEY, acct TEXT NOT NULL UNIQUE, name TEXT NOT NULL, is_bot INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS app (client_id TEXT PRIMARY KEY, client_secret TEXT NOT NULL, redirect_uri TEXT NOT NULL, scopes TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS grant_ (code TEXT PRIMARY KEY, client_id TEXT NOT NULL, account_id TEXT NOT NULL, redirect_uri TEXT NOT NULL, challenge TEXT NOT NULL, scopes TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS token (token TEXT PRIMARY KEY, account_id TEXT NOT NULL, client_id TEXT NOT NULL, scopes TEXT NOT NULL, refresh TEXT NOT NULL, ends REAL);
CREATE TABLE IF NOT EXISTS status (
    id TEXT PRIMARY KEY, account_id TEXT NOT NULL, parent TEXT, text TEXT NOT NULL, spoiler TEXT NOT NULL,
    visibility TEXT NOT NULL, created_at TEXT NOT NULL, edited_at TEXT, deleted_at TEXT, hidden INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS status_parent ON status (parent);
CREATE INDEX IF NOT EXISTS status_account ON status (account_id, id);
CREATE TABLE IF NOT EXISTS medium (id TEXT PRIMARY KEY, account_id TEXT NOT NULL, status_id TEXT, media_type TEXT NOT NULL, description TEXT, content BLOB NOT NULL, ready_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS act (verb TEXT NOT NULL, account_id TEXT NOT NULL, target TEXT NOT NULL, PRIMARY KEY (verb, account_id, target));
CREATE TABLE IF NOT EXISTS notification (id INTEGER PRIMARY KEY AUTOINCREMENT, to_id TEXT NOT NULL, from_id TEXT NOT NULL, type TEXT NOT NULL, status_id TEXT, created_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS remembered (account_id TEXT NOT NULL, key TEXT NOT NULL, status_id TEXT NOT NULL, at REAL NOT NULL, PRIMARY KEY (account_id, key));
CREATE TABLE IF NOT EXISTS public_log (seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, verb TEXT NOT NULL, status_id TEXT NOT NULL, text TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS fault (id INTEGER PRIMARY KEY, verb TEXT NOT NULL, kind TEXT NOT NULL, remaining INTEGER, wait REAL NOT NULL);
CREATE TABLE IF NOT EXISTS postponed (id INTEGER PRIMARY KEY, due REAL NOT NULL, account_id TEXT NOT NULL, content TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS visit (at REAL NOT NULL, path TEXT NOT NULL);
"""  # fmt: skip


class Store:
    """One SQLite file; every transaction has its own connection, so threads and processes may share it."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._anchor = self._connected()
        self._anchor.execute("PRAGMA journal_mode = WAL")
        self._anchor.executescript(SCHEMA)

    @contextmanager
    def open(self) -> Iterator[sqlite3.Connection]:
        """A transaction that holds the file; undone by an exception."""
        db = self._connected()
        try:
            db.execute("BEGIN IMMEDIATE")
            yield db
            db.execute("COMMIT")
        finally:
            db.close()

    def rows(self, question: str, *values: object) -> list[sqlite3.Row]:
        """One look without a transaction of its own."""
        db = self._connected()
        try:
            return db.execute(question, values).fetchall()
        finally:
            db.close()

    def _connected(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.path, timeout=20, isolation_level=None, check_same_thread=False)
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA synchronous = OFF")
        return db
