"""Rows -> the JSON a server writes: Mastodon's in full, and what is left of it elsewhere."""

import html
import re
import sqlite3
from typing import Any

from tests.networks.mastodon.network import HOST, MENTION, Network, mentioned

_LINK = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]}]")
VERSIONS = {
    "mastodon": "4.6.4",
    "pleroma": "2.7.2 (compatible; Pleroma 2.6.0)",
    "slashed": "name/0.11.0",
}
# Fields that servers which are not Mastodon often leave out.
LEFT_OUT = (
    "edited_at",
    "mentions",
    "media_attachments",
    "visibility",
    "spoiler_text",
    "quotes_count",
    "bot",
    "display_name",
)


class Shapes:
    """The writer of one network; `character`: mastodon, pleroma, slashed."""

    def __init__(self, network: Network, url: str) -> None:
        self.network = network
        self.url = url
        self.character = network.fact("character", "mastodon")

    def status(self, native_id: str) -> dict[str, Any]:
        """One status, also in a thread or a notification. LookupError."""
        with self.network.store.open() as db:
            return self._status(db, self.network._row(db, native_id))

    def statuses(self, question: str, *values: object) -> list[dict[str, Any]]:
        with self.network.store.open() as db:
            return [self._status(db, row) for row in db.execute(question, values).fetchall()]

    def context(self, native_id: str) -> dict[str, Any]:
        """What stands before (oldest first) and after (in the order of the thread)."""
        with self.network.store.open() as db:
            row = self.network._row(db, native_id)
            before, parent = [], row["parent"]
            while parent:
                above = self.network._row(db, parent)
                before.insert(0, above)
                parent = above["parent"]
            after = self._below(db, native_id)
            return {
                "ancestors": [self._status(db, one) for one in before],
                "descendants": [self._status(db, one) for one in after],
            }

    def account(self, native_id: str) -> dict[str, Any]:
        (row,) = self.network.store.rows("SELECT * FROM account WHERE id = ?", native_id)
        return self._account(row)

    def notifications(self, to: str, after: int, limit: int) -> list[dict[str, Any]]:
        """Newest first, as always; after `min_id` the immediately following."""
        with self.network.store.open() as db:
            question = "SELECT * FROM notification WHERE to_id = ? AND id > ? ORDER BY id LIMIT ?"
            rows = db.execute(question, (to, after, limit)).fetchall()
            return [self._notification(db, row) for row in reversed(rows)]

    def medium(self, row: sqlite3.Row) -> dict[str, Any]:
        is_ready = row["ready_at"] <= self.network.clock()
        url = f"{self.url}/system/{row['id']}.{row['media_type'].rpartition('/')[2]}" if is_ready else None
        return {
            "id": row["id"],
            "type": row["media_type"].partition("/")[0],
            "url": url,
            "preview_url": url,
            "description": row["description"],
        }

    def instance(self, version: int) -> dict[str, Any]:
        """What the server says of itself."""
        told: dict[str, Any] = {"title": "Haus", "version": VERSIONS[self.character], "description": ""}
        told |= (
            {"domain": HOST} if version == 2 else {"uri": f"https://{HOST}" if self.character == "pleroma" else HOST}
        )
        if self.character == "pleroma":
            return told | {
                "max_toot_chars": self.network.maximum,
                "upload_limit": 16_000_000,
                "description_limit": 5_000,
            }
        configuration = {
            "statuses": {"max_characters": self.network.maximum, "max_media_attachments": 4, "characters_reserved_per_url": 23},
            "media_attachments": {
                "supported_mime_types": ["image/jpeg", "image/png", "video/mp4"], "image_size_limit": 1_000_000, "description_limit": 1_500,
            },
        }  # fmt: skip
        return told | {"configuration": configuration}

    def written(self, text: str, mentions: list[sqlite3.Row]) -> str:
        """A text as HTML: paragraphs, breaks, links cut for the eye, mentions without their server."""
        known = {row["acct"]: row for row in mentions}
        marks: list[str] = []

        def kept(markup: str) -> str:
            marks.append(markup)
            return f"\x00{len(marks) - 1}\x00"

        def mention(found: re.Match[str]) -> str:
            name, host = found[1], found[2]
            row = known.get(f"{name}@{host}" if host and host != HOST else name)
            if row is None:
                return found[0]
            return kept(
                f'<span class="h-card" translate="no"><a href="{self.profile(row)}" class="u-url mention">@<span>{name}</span></a></span>'
            )

        def link(found: re.Match[str]) -> str:
            scheme, rest = found[0].split("://", 1)
            shown = f'<span class="invisible">{scheme}://</span><span class="ellipsis">{html.escape(rest[:30])}</span><span class="invisible">{html.escape(rest[30:])}</span>'
            return kept(
                f'<a href="{html.escape(found[0])}" target="_blank" rel="nofollow noopener" translate="no">{shown}</a>'
            )

        marked = html.escape(MENTION.sub(mention, _LINK.sub(link, text)), quote=False)
        paragraphs = ["<br />".join(part.split("\n")) for part in re.split(r"\n{2,}", marked)]
        whole = "".join(f"<p>{part}</p>" for part in paragraphs) if text else ""
        return re.sub("\x00(\\d+)\x00", lambda found: marks[int(found[1])], whole)

    def profile(self, row: sqlite3.Row) -> str:
        name, _, host = row["acct"].partition("@")
        return f"https://{host or HOST}/@{name}"

    def _below(self, db: sqlite3.Connection, native_id: str) -> list[sqlite3.Row]:
        question = "SELECT * FROM status WHERE parent = ? AND deleted_at IS NULL AND NOT hidden ORDER BY id"
        children = db.execute(question, (native_id,)).fetchall()
        return [one for child in children for one in (child, *self._below(db, child["id"]))]

    def _status(self, db: sqlite3.Connection, row: sqlite3.Row) -> dict[str, Any]:
        author = db.execute("SELECT * FROM account WHERE id = ?", (row["account_id"],)).fetchone()
        mentions = mentioned(db, row["text"])
        media = db.execute("SELECT * FROM medium WHERE status_id = ? ORDER BY id", (row["id"],)).fetchall()
        count = {
            verb: db.execute("SELECT count(*) FROM act WHERE verb = ? AND target = ?", (verb, row["id"])).fetchone()[0]
            for verb in ("favourite", "reblog")
        }
        (replies,) = db.execute(
            "SELECT count(*) FROM status WHERE parent = ? AND deleted_at IS NULL", (row["id"],)
        ).fetchone()
        told = {
            "id": row["id"],
            "created_at": row["created_at"],
            "in_reply_to_id": row["parent"],
            "spoiler_text": row["spoiler"],
            "visibility": row["visibility"],
            "uri": f"https://{HOST}/ap/statuses/{row['id']}",
            "url": f"{self.profile(author)}/{row['id']}",
            "replies_count": replies,
            "reblogs_count": count["reblog"],
            "favourites_count": count["favourite"],
            "edited_at": row["edited_at"],
            "content": self.written(row["text"], mentions),
            "reblog": None,
            "account": self._account(author),
            "media_attachments": [self.medium(one) for one in media],
            "mentions": [{"id": one["id"], "acct": one["acct"], "url": self.profile(one)} for one in mentions],
        }
        return self._leaving_out(told)

    def _account(self, row: sqlite3.Row) -> dict[str, Any]:
        told = {
            "id": row["id"],
            "username": row["acct"].partition("@")[0],
            "acct": row["acct"],
            "display_name": row["name"],
            "bot": bool(row["is_bot"]),
            "url": self.profile(row),
        }
        return self._leaving_out(told)

    def _notification(self, db: sqlite3.Connection, row: sqlite3.Row) -> dict[str, Any]:
        by = db.execute("SELECT * FROM account WHERE id = ?", (row["from_id"],)).fetchone()
        told = {
            "id": str(row["id"]),
            "type": row["type"],
            "created_at": row["created_at"],
            "account": self._account(by),
        }
        if row["status_id"] is None:
            return told
        return told | {"status": self._status(db, self.network._row(db, row["status_id"]))}

    def _leaving_out(self, told: dict[str, Any]) -> dict[str, Any]:
        if self.character != "slashed":
            return told
        return {name: value for name, value in told.items() if name not in LEFT_OUT}
