"""What happens at a server that speaks Mastodon's API: accounts, statuses, keys for an hour, notifications, faults."""

import json
import re
import secrets
import sqlite3
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.networks.mastodon.store import Store
from tests.networks.patience import SILENCE

KEY_SECONDS = 3600.0
HOST = "haus.example"
MENTION = re.compile(r"(?<![=/\w])@([A-Za-z0-9_]+)(?:@([\w.-]+\w))?")


class Missing(LookupError):
    """No such thing, or not for this account: 404."""


class Invalid(ValueError):
    """Validation failed: 422."""


@dataclass(frozen=True)
class Words:
    """What somebody says. `to`: accounts addressed without being named in the text, as other servers can."""

    text: str
    parent: str = ""
    visibility: str = "public"
    spoiler: str = ""
    media_ids: tuple[str, ...] = ()
    to: tuple[str, ...] = ()


class Network:
    """The network in one file. `clock` gives seconds since 1970; `maximum`: characters of a status."""

    def __init__(self, path: Path | str, clock: Callable[[], float] = time.time, maximum: int = 500) -> None:
        self.store = Store(path)
        self.clock = clock
        self.maximum = maximum

    def fact(self, name: str, otherwise: str = "") -> str:
        found = self.store.rows("SELECT value FROM fact WHERE name = ?", name)
        return str(found[0]["value"]) if found else otherwise

    def set_fact(self, name: str, value: object) -> None:
        with self.store.open() as db:
            db.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (name, str(value)))

    def enrol(self, acct: str, name: str = "", *, is_bot: bool = False) -> str:
        """An account's id; `acct` with "@" lives on another server."""
        with self.store.open() as db:
            found = db.execute("SELECT id FROM account WHERE acct = ?", (acct,)).fetchone()
            if found:
                return str(found["id"])
            native_id = self._next_id(db)
            db.execute("INSERT INTO account VALUES (?, ?, ?, ?)", (native_id, acct, name or acct, is_bot))
            return native_id

    def token_for(self, account_id: str, scopes: str = "read write", *, lasts: float | None = None) -> dict[str, Any]:
        """A token as /oauth/token gives it."""
        with self.store.open() as db:
            return self.grant_token(db, account_id, "", scopes, lasts)

    def grant_token(
        self, db: sqlite3.Connection, account_id: str, client_id: str, scopes: str, lasts: float | None
    ) -> dict[str, Any]:
        token, now = secrets.token_urlsafe(24), self.clock()
        refresh = secrets.token_urlsafe(24) if lasts else ""
        ends = now + lasts if lasts else None
        db.execute("INSERT INTO token VALUES (?, ?, ?, ?, ?, ?)", (token, account_id, client_id, scopes, refresh, ends))
        told: dict[str, Any] = {"access_token": token, "token_type": "Bearer", "scope": scopes, "created_at": int(now)}
        return told | ({"refresh_token": refresh, "expires_in": int(lasts)} if lasts else {})

    def revoke(self, account_id: str) -> None:
        """Log an account out everywhere."""
        with self.store.open() as db:
            db.execute("DELETE FROM token WHERE account_id = ?", (account_id,))

    def say(self, account_id: str, words: Words, key: str = "") -> str:
        """Say it, as Mastodon does: ask for the key, do the work, and only then remember the key. So the same key while
        the first is still in work is heard twice; and a key is forgotten after an hour."""
        if key and (earlier := self._remembered(account_id, key)):
            return earlier
        self._check(words)
        time.sleep(float(self.fact("work_seconds", "0")))
        with self.store.open() as db:
            native_id = self._insert(db, account_id, words)
        if key:
            with self.store.open() as db:
                at = (account_id, key, native_id, self.clock())
                db.execute("INSERT OR REPLACE INTO remembered VALUES (?, ?, ?, ?)", at)
        return native_id

    def edit(
        self, account_id: str, native_id: str, text: str, spoiler: str = "", media_ids: tuple[str, ...] = ()
    ) -> None:
        """What is not named any more is gone: pictures, a warning."""
        if not text.strip() and not media_ids:
            raise Invalid("Text can't be blank")
        if counted(spoiler + text) > self.maximum:
            raise Invalid(f"Text character limit of {self.maximum} exceeded")
        with self.store.open() as db:
            self._own(db, account_id, native_id)
            for one in db.execute("SELECT id FROM medium WHERE status_id = ?", (native_id,)).fetchall():
                if one["id"] not in media_ids:
                    db.execute("UPDATE medium SET status_id = NULL WHERE id = ?", (one["id"],))
            changed = (text, spoiler, self._stamp(), native_id)
            db.execute("UPDATE status SET text = ?, spoiler = ?, edited_at = ? WHERE id = ?", changed)
            db.execute("INSERT INTO public_log VALUES (NULL, ?, 'changed', ?, ?)", (self._stamp(), native_id, text))

    def delete(self, account_id: str, native_id: str) -> None:
        with self.store.open() as db:
            row = self._own(db, account_id, native_id)
            db.execute("UPDATE status SET deleted_at = ? WHERE id = ?", (self._stamp(), native_id))
            db.execute("UPDATE status SET parent = NULL WHERE parent = ?", (native_id,))
            db.execute("DELETE FROM notification WHERE status_id = ?", (native_id,))
            log = (self._stamp(), native_id, row["text"])
            db.execute("INSERT INTO public_log VALUES (NULL, ?, 'vanished', ?, ?)", log)

    def hide(self, native_id: str) -> None:
        """Not shown in threads any more, though it is there: a filter, a limit, a muted author."""
        with self.store.open() as db:
            db.execute("UPDATE status SET hidden = 1 WHERE id = ?", (native_id,))

    def act(self, account_id: str, verb: str, target: str) -> None:
        """favourite, reblog (a status) or follow (an account), once."""
        with self.store.open() as db:
            if db.execute(
                "INSERT INTO act VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (verb, account_id, target)
            ).rowcount:
                to = target if verb == "follow" else self._row(db, target)["account_id"]
                self._notify(db, to, account_id, verb, None if verb == "follow" else target)

    def upload(self, account_id: str, media_type: str, description: str, content: bytes) -> tuple[str, bool]:
        """The medium's id, and whether it is ready."""
        wait = float(self.fact("media_seconds", "0"))
        with self.store.open() as db:
            native_id, ready = self._next_id(db), self.clock() + wait
            values = (native_id, account_id, None, media_type, description or None, content, ready)
            db.execute("INSERT INTO medium VALUES (?, ?, ?, ?, ?, ?, ?)", values)
        return native_id, wait == 0

    def appeared(self) -> list[str]:
        """The text of every status the public has ever seen, in order."""
        return [
            row["text"] for row in self.store.rows("SELECT text FROM public_log WHERE verb = 'appeared' ORDER BY seq")
        ]

    def public(self) -> list[dict[str, Any]]:
        """The judge's face: all that was ever said here, with when it came and went."""
        rows = self.store.rows("SELECT id, text, parent, visibility, created_at, deleted_at FROM status ORDER BY rowid")
        return [dict(row) for row in rows]

    def plant(self, verb: str, kind: str, *, times: int | None = None, wait: float = SILENCE) -> None:
        """Let `kind` happen at the next `times` requests of `verb` (send, upload, read, login); None: until cleared."""
        with self.store.open() as db:
            db.execute("INSERT INTO fault VALUES (NULL, ?, ?, ?, ?)", (verb, kind, times, wait))

    def clear(self) -> None:
        """No more faults."""
        with self.store.open() as db:
            db.execute("DELETE FROM fault")

    def draw(self, verb: str) -> tuple[str, float]:
        """The fault for this request, or ""."""
        if not self.store.rows("SELECT 1 FROM fault WHERE verb = ? LIMIT 1", verb):
            return "", 0.0
        with self.store.open() as db:
            row = db.execute(
                "SELECT * FROM fault WHERE verb = ? AND (remaining IS NULL OR remaining > 0) ORDER BY id LIMIT 1",
                (verb,),
            ).fetchone()
            if row is None:
                return "", 0.0
            db.execute("UPDATE fault SET remaining = remaining - 1 WHERE id = ?", (row["id"],))
            return row["kind"], row["wait"]

    def postpone(self, account_id: str, words: Words, wait: float) -> None:
        """Accept later, without remembering any key."""
        with self.store.open() as db:
            content = json.dumps(asdict(words))
            db.execute("INSERT INTO postponed VALUES (NULL, ?, ?, ?)", (self.clock() + wait, account_id, content))

    def ripen(self) -> None:
        """Let appear what was accepted late and is due."""
        if not self.store.rows("SELECT 1 FROM postponed WHERE due <= ?", self.clock()):
            return
        with self.store.open() as db:
            due = db.execute(
                "DELETE FROM postponed WHERE due <= ? RETURNING account_id, content", (self.clock(),)
            ).fetchall()
            for row in due:
                words = json.loads(row["content"])
                self._insert(db, row["account_id"], Words(**words | {"media_ids": tuple(words["media_ids"]), "to": ()}))

    def _remembered(self, account_id: str, key: str) -> str:
        rows = self.store.rows("SELECT * FROM remembered WHERE account_id = ? AND key = ?", account_id, key)
        return str(rows[0]["status_id"]) if rows and self.clock() - rows[0]["at"] < KEY_SECONDS else ""

    def _check(self, words: Words) -> None:
        if not words.text.strip() and not words.media_ids:
            raise Invalid("Text can't be blank")
        if counted(words.spoiler + words.text) > self.maximum:
            raise Invalid(f"Text character limit of {self.maximum} exceeded")
        if words.visibility not in ("public", "unlisted", "private", "direct"):
            raise Invalid("visibility")
        for native_id in words.media_ids:
            found = self.store.rows("SELECT * FROM medium WHERE id = ? AND status_id IS NULL", native_id)
            if not found:
                raise Invalid(f"Media ({native_id}) not found or already attached")
            if found[0]["ready_at"] > self.clock():
                raise Invalid("Cannot attach files that have not finished processing")

    def _insert(self, db: sqlite3.Connection, account_id: str, words: Words) -> str:
        if words.parent:
            self._row(db, words.parent)
        native_id = self._next_id(db)
        values = (
            native_id,
            account_id,
            words.parent or None,
            words.text.strip(),
            words.spoiler,
            words.visibility,
            self._stamp(),
        )
        db.execute(
            "INSERT INTO status (id, account_id, parent, text, spoiler, visibility, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            values,
        )
        for one in words.media_ids:
            db.execute("UPDATE medium SET status_id = ? WHERE id = ?", (native_id, one))
        db.execute(
            "INSERT INTO public_log VALUES (NULL, ?, 'appeared', ?, ?)", (self._stamp(), native_id, words.text.strip())
        )
        told = {one["id"]: None for one in mentioned(db, words.text) if "@" not in one["acct"]} | dict.fromkeys(
            words.to
        )
        for one in told:
            self._notify(db, one, account_id, "mention", native_id)
        return native_id

    def _notify(self, db: sqlite3.Connection, to: str, by: str, kind: str, status_id: str | None) -> None:
        if to != by:
            values = (to, by, kind, status_id, self._stamp())
            db.execute("INSERT INTO notification VALUES (NULL, ?, ?, ?, ?, ?)", values)

    def _row(self, db: sqlite3.Connection, native_id: str) -> sqlite3.Row:
        row: sqlite3.Row | None = db.execute(
            "SELECT * FROM status WHERE id = ? AND deleted_at IS NULL", (native_id,)
        ).fetchone()
        if row is None:
            raise Missing(native_id)
        return row

    def _own(self, db: sqlite3.Connection, account_id: str, native_id: str) -> sqlite3.Row:
        row = self._row(db, native_id)
        if row["account_id"] != account_id:
            raise Missing(native_id)
        return row

    def _next_id(self, db: sqlite3.Connection) -> str:
        """Milliseconds and a number, as Mastodon's ids: they grow, over all tables."""
        last = db.execute("SELECT value FROM fact WHERE name = 'last_id'").fetchone()
        new = max(int(last["value"]) + 1 if last else 0, int(self.clock() * 1000) << 16)
        db.execute("INSERT OR REPLACE INTO fact VALUES ('last_id', ?)", (str(new),))
        return str(new)

    def _stamp(self) -> str:
        moment = datetime.fromtimestamp(self.clock(), UTC)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def mentioned(db: sqlite3.Connection, text: str) -> list[sqlite3.Row]:
    """The accounts named in a text, each once."""
    names = {f"{name}@{host}" if host and host != HOST else name for name, host in MENTION.findall(text)}
    marks = ",".join("?" * len(names))
    return db.execute(f"SELECT * FROM account WHERE acct IN ({marks}) ORDER BY id", tuple(sorted(names))).fetchall()


def counted(text: str) -> int:
    """Length as Mastodon counts: 23 for a link, the bare name of a far mention."""
    without_links, links = re.subn(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]}]", "", text)
    return len(MENTION.sub(lambda found: f"@{found[1]}", without_links)) + 23 * links
