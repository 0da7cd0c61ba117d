"""What happens in the sandbox: who is there, who says what, and what the public has seen.

Every method is one transaction. `now` is handed in. Rows leave as plain dicts, the sandbox's own language, which
only `face` and the reader understand.
"""

import hashlib
import html
import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from allmende.connectors.sandbox import pictures
from allmende.connectors.sandbox.store import Store, moment, stamp

KEY_LIFE = timedelta(hours=1)
OWN_PAGE = 40
LONGEST_TEXT = 5_000
GESTURES = ("like", "thank", "accept", "solve")
MEASURES = ("hide", "unhide", "remove", "lock", "unlock")

_POSTS = (
    "SELECT p.*, a.handle, a.name, a.is_bot, a.is_ours,"
    " (SELECT r.account_id FROM post r WHERE r.id = p.thread) AS root_account_id"
    " FROM post p JOIN account a ON a.id = p.account_id"
)
_OWN_PAGE = "WHERE p.deleted_at IS NULL AND p.account_id = ? AND (? = 0 OR p.seq < ?) ORDER BY p.seq DESC LIMIT ?"
_STANDING = (
    "WHERE p.deleted_at IS NULL AND NOT p.is_hidden AND p.visibility = 'public'"
    " ORDER BY (SELECT max(seq) FROM post t WHERE t.thread = p.thread) DESC, p.seq LIMIT ?"
)
_GESTURES = "SELECT g.*, a.handle, a.name, a.is_bot, a.is_ours FROM gesture g JOIN account a ON a.id = g.account_id"


class NotThere(LookupError):
    """No such post, or it was deleted."""


class NotAllowed(PermissionError):
    """The network's rules forbid it: locked thread, somebody else's post, unknown measure."""


class IdTaken(ValueError):
    """A record with this chosen id is there already."""


@dataclass(frozen=True, slots=True)
class Account:
    """Who is logged in."""

    id: int
    handle: str
    name: str
    is_ours: bool


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody says: `parent` "" opens a thread, `chosen_id` "" lets the network choose; `media`: ids of pictures with
    their alternative texts."""

    text: str
    title: str = ""
    parent: str = ""
    visibility: str = "public"
    chosen_id: str = ""
    key: str = ""
    media: Sequence[Sequence[str]] = ()


class Network:
    """The network in one file."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def fact(self, name: str) -> str:
        """A fact about the network, such as its `url`; "" if unknown or if there is no network yet."""
        if not self.store.path.exists():
            return ""
        try:
            with self.store.reading() as db:
                row = db.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
        except sqlite3.OperationalError:
            return ""
        return str(row["value"]) if row else ""

    def set_fact(self, name: str, value: str) -> None:
        with self.store.writing() as db:
            db.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (name, value))

    def enrol(self, handle: str, name: str, *, is_ours: bool = False, is_bot: bool = False, token: str = "") -> str:
        """Make an account, or give the existing one a new token; returns the token, which is not kept."""
        token = token or secrets.token_urlsafe(24)
        with self.store.writing() as db:
            db.execute(
                "INSERT INTO account (handle, name, is_ours, is_bot, token_hash) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (handle) DO UPDATE SET token_hash = excluded.token_hash",
                (handle, name, is_ours, is_bot, _hashed(token)),
            )
        return token

    def member(self, name: str) -> Account:
        """The member of this name, made if nobody bears it."""
        handle = "-".join(name.casefold().split())[:60]
        with self.store.writing() as db:
            db.execute(
                "INSERT INTO account (handle, name, is_ours, is_bot) VALUES (?, ?, 0, 0) ON CONFLICT DO NOTHING",
                (handle, name),
            )
            row = db.execute("SELECT * FROM account WHERE handle = ?", (handle,)).fetchone()
        if row["is_ours"]:
            raise NotAllowed(handle)
        return _account(row)

    def account(self, token: str) -> Account | None:
        """Whose token it is."""
        with self.store.reading() as db:
            row = db.execute("SELECT * FROM account WHERE token_hash = ?", (_hashed(token),)).fetchone()
        return _account(row) if row else None

    def revoke(self, handle: str) -> None:
        """Log an account out everywhere."""
        with self.store.writing() as db:
            db.execute("UPDATE account SET token_hash = NULL WHERE handle = ?", (handle,))

    def say(self, account: Account, words: Words, *, now: datetime) -> dict[str, Any]:
        """Post or reply. A key remembered for less than an hour gives the earlier post again. Raises IdTaken,
        NotThere, NotAllowed."""
        with self.store.writing() as db:
            if words.key and (earlier := _remembered(db, account, words.key, now)):
                return _post(db, earlier)
            thread = ""
            if words.parent:
                parent = _live(db, words.parent)
                if parent["is_locked"]:
                    raise NotAllowed("locked")
                thread = parent["thread"]
            if words.chosen_id and db.execute("SELECT 1 FROM post WHERE id = ?", (words.chosen_id,)).fetchone():
                raise IdTaken(words.chosen_id)
            if not pictures.are_kept(db, (one[0] for one in words.media)):
                raise NotThere("picture")
            native_id = words.chosen_id or _next_id(db)
            values = (native_id, thread or native_id, words.parent or None, account.id, words.title, words.text)
            db.execute(
                "INSERT INTO post (id, thread, parent, account_id, title, text, visibility, created_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (*values, words.visibility, stamp(now)),
            )
            pictures.show(db, native_id, words.media)
            if words.key:
                remembered = (account.id, words.key, native_id, stamp(now))
                db.execute("INSERT OR REPLACE INTO remembered VALUES (?, ?, ?, ?)", remembered)
            _tell(db, "appeared", native_id, now)
            return _post(db, native_id)

    def keep_picture(self, media_type: str, content: bytes) -> str:
        """Keep a picture that a post will show; its id."""
        with self.store.writing() as db:
            return pictures.keep(db, media_type, content)

    def picture(self, native_id: str) -> tuple[str, bytes]:
        """Type and bytes of a picture. Raises NotThere."""
        with self.store.reading() as db:
            found = pictures.content_of(db, native_id)
        if found is None:
            raise NotThere(native_id)
        return found

    def edit(self, account: Account, native_id: str, text: str, *, now: datetime) -> dict[str, Any]:
        """Change one's own words."""
        with self.store.writing() as db:
            _own(db, account, native_id)
            db.execute("UPDATE post SET text = ?, edited_at = ? WHERE id = ?", (text, stamp(now), native_id))
            _tell(db, "changed", native_id, now)
            return _post(db, native_id)

    def remove(self, account: Account, native_id: str, *, now: datetime) -> None:
        """Take one's own words back."""
        with self.store.writing() as db:
            _own(db, account, native_id)
            _delete(db, native_id, now)

    def moderate(self, account: Account, native_id: str, measure: str, *, now: datetime) -> None:
        """Hide, show, remove, lock or unlock; only accounts of the house may. Twice is once."""
        if not account.is_ours or measure not in MEASURES:
            raise NotAllowed(measure)
        with self.store.writing() as db:
            post = _row(db, native_id)
            if measure == "remove":
                if post["deleted_at"] is None:
                    _delete(db, native_id, now)
                return
            is_hidden = {"hide": True, "unhide": False}.get(measure, bool(post["is_hidden"]))
            is_locked = {"lock": True, "unlock": False}.get(measure, bool(post["is_locked"]))
            if (is_hidden, is_locked) == (bool(post["is_hidden"]), bool(post["is_locked"])):
                return
            db.execute("UPDATE post SET is_hidden = ?, is_locked = ? WHERE id = ?", (is_hidden, is_locked, native_id))
            verb = {"hide": "vanished", "unhide": "appeared"}.get(measure, "changed")
            _tell(db, verb, native_id, now)

    def gesture(self, account: Account, verb: str, target: str, *, now: datetime) -> str:
        """Like, thank, accept or solve, once per person and post; returns the gesture's id."""
        if verb not in GESTURES:
            raise NotAllowed(verb)
        native_id = f"{target}~{verb}~{account.id}"
        with self.store.writing() as db:
            post = _live(db, target)
            if verb in ("accept", "solve") and _row(db, post["thread"])["account_id"] != account.id:
                raise NotAllowed(verb)
            done = db.execute(
                "INSERT INTO gesture VALUES (?, ?, ?, ?, ?, NULL) ON CONFLICT DO NOTHING",
                (native_id, account.id, verb, target, stamp(now)),
            )
            if done.rowcount:
                db.execute("INSERT INTO change (kind, id) VALUES ('gesture', ?)", (native_id,))
        return native_id

    def changes(self, after: int, limit: int) -> list[dict[str, Any]]:
        """What happened after a place in the log, oldest first; each carries its `seq` and present state."""
        with self.store.reading() as db:
            rows = db.execute("SELECT * FROM change WHERE seq > ? ORDER BY seq LIMIT ?", (after, limit)).fetchall()
            return [
                {"seq": row["seq"], "kind": row["kind"]}
                | (_post(db, row["id"]) if row["kind"] == "post" else _gesture(db, row["id"]))
                for row in rows
            ]

    def newest_change(self) -> int:
        """The place of the newest change in the log, 0 if nothing happened yet."""
        with self.store.reading() as db:
            return int(db.execute("SELECT coalesce(max(seq), 0) FROM change").fetchone()[0])

    def own_posts(self, account: Account, before: int) -> list[dict[str, Any]]:
        """A page of an account's standing posts, newest first; `before` is the last page's smallest `seq`, or 0."""
        with self.store.reading() as db:
            rows = db.execute(
                f"{_POSTS} {_OWN_PAGE}",
                (account.id, before, before, OWN_PAGE),
            ).fetchall()
        return [_written_post(row) for row in rows]

    def post(self, native_id: str) -> dict[str, Any]:
        """One post, deleted ones included. Raises NotThere."""
        with self.store.reading() as db:
            return _post(db, native_id)

    def counters(self, native_id: str) -> dict[str, int]:
        """Replies and gestures a post has now. Raises NotThere."""
        with self.store.reading() as db:
            _live(db, native_id)
            replies = db.execute(
                "SELECT count(*) FROM post WHERE parent = ? AND deleted_at IS NULL AND NOT is_hidden", (native_id,)
            ).fetchone()[0]
            rows = db.execute(
                "SELECT verb, count(*) AS times FROM gesture WHERE target = ? AND deleted_at IS NULL GROUP BY verb",
                (native_id,),
            ).fetchall()
        counted = {row["verb"]: int(row["times"]) for row in rows}
        return {"replies": int(replies), "likes": counted.get("like", 0), "thanks": counted.get("thank", 0)}

    def timeline(self, limit: int = 200) -> list[dict[str, Any]]:
        """What a visitor sees: the threads of the newest standing public posts, oldest first inside a thread."""
        with self.store.reading() as db:
            rows = db.execute(f"{_POSTS} {_STANDING}", (limit,)).fetchall()
            return [_written_post(row) | {"media": pictures.shown_by(db, row["id"])} for row in rows]

    def public_log(self) -> list[dict[str, Any]]:
        """All the public has ever seen, in order: the only judge of what was lost or doubled."""
        with self.store.reading() as db:
            return [dict(row) for row in db.execute("SELECT * FROM public_log ORDER BY seq")]

    def times_seen(self, text: str) -> int:
        """How many posts with exactly this text have ever appeared."""
        with self.store.reading() as db:
            found = db.execute(
                "SELECT count(DISTINCT post_id) FROM public_log WHERE verb = 'appeared' AND text = ?", (text,)
            ).fetchone()
        return int(found[0])


def open_network(path: str) -> Network:
    """The network in this file, made if need be."""
    network = Network(Store(path))
    network.store.prepare()
    return network


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _account(row: sqlite3.Row) -> Account:
    return Account(row["id"], row["handle"], row["name"], bool(row["is_ours"]))


def _next_id(db: sqlite3.Connection) -> str:
    (last,) = db.execute("SELECT coalesce(max(seq), 0) FROM post").fetchone()
    return f"p{last + 1}"


def _remembered(db: sqlite3.Connection, account: Account, key: str, now: datetime) -> str:
    row = db.execute("SELECT * FROM remembered WHERE account_id = ? AND key = ?", (account.id, key)).fetchone()
    return str(row["post_id"]) if row and now - moment(row["at"]) < KEY_LIFE else ""


def _row(db: sqlite3.Connection, native_id: str) -> sqlite3.Row:
    row: sqlite3.Row | None = db.execute(f"{_POSTS} WHERE p.id = ?", (native_id,)).fetchone()
    if row is None:
        raise NotThere(native_id)
    return row


def _live(db: sqlite3.Connection, native_id: str) -> sqlite3.Row:
    row = _row(db, native_id)
    if row["deleted_at"] is not None:
        raise NotThere(native_id)
    return row


def _own(db: sqlite3.Connection, account: Account, native_id: str) -> None:
    if _live(db, native_id)["account_id"] != account.id:
        raise NotAllowed(native_id)


def _delete(db: sqlite3.Connection, native_id: str, now: datetime) -> None:
    _tell(db, "vanished", native_id, now)
    db.execute("UPDATE post SET text = '', title = '', deleted_at = ? WHERE id = ?", (stamp(now), native_id))


def _tell(db: sqlite3.Connection, verb: str, native_id: str, now: datetime) -> None:
    db.execute("INSERT INTO change (kind, id) VALUES ('post', ?)", (native_id,))
    db.execute(
        "INSERT INTO public_log (at, verb, post_id, account_id, text)"
        " SELECT ?, ?, id, account_id, text FROM post WHERE id = ?",
        (stamp(now), verb, native_id),
    )


def _post(db: sqlite3.Connection, native_id: str) -> dict[str, Any]:
    return _written_post(_row(db, native_id)) | {"media": pictures.shown_by(db, native_id)}


def _written_post(row: sqlite3.Row) -> dict[str, Any]:
    names = ("id", "thread", "parent", "title", "text", "visibility", "created_at", "edited_at", "deleted_at")
    paragraphs = html.escape(row["text"]).replace("\n", "<br>")
    return {name: row[name] for name in names} | {
        "place": row["seq"],
        "html": f"<p>{paragraphs}</p>" if row["text"] else "",
        "hidden": bool(row["is_hidden"]),
        "root_author": str(row["root_account_id"]),
        "author": _written_author(row),
    }


def _gesture(db: sqlite3.Connection, native_id: str) -> dict[str, Any]:
    row = db.execute(f"{_GESTURES} WHERE g.id = ?", (native_id,)).fetchone()
    thread = db.execute("SELECT thread FROM post WHERE id = ?", (row["target"],)).fetchone()
    names = ("id", "verb", "target", "created_at", "deleted_at")
    return {name: row[name] for name in names} | {"thread": thread["thread"], "author": _written_author(row)}


def _written_author(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "id": str(row["account_id"]),
        "handle": row["handle"],
        "name": row["name"],
        "bot": bool(row["is_bot"]),
        "ours": bool(row["is_ours"]),
    }
