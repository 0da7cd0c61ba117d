"""The fake's AppView: only what is indexed by now, in the shapes of the lexicons."""

import json
import sqlite3
from typing import Any

from tests.networks.bluesky.network import POST, Network, Person, _stamp

THREAD = "app.bsky.feed.defs#threadViewPost"


class Views:
    """What the AppView shows of a network."""

    def __init__(self, network: Network) -> None:
        self.network = network

    def profile(self, person: Person) -> dict[str, Any]:
        labels = [{"src": person.did, "uri": person.did, "val": label} for label in person.labels]
        return {"did": person.did, "handle": person.handle, "displayName": person.name, "labels": labels}

    def post(self, row: sqlite3.Row) -> dict[str, Any]:
        """#postView."""
        record, person = json.loads(row["value"]), self.network.person(row["did"])
        assert person
        uri = row["uri"]
        view = {
            "uri": uri,
            "cid": row["cid"],
            "author": self.profile(person),
            "record": record,
            "indexedAt": row["indexed_at"],
            "labels": [],
            "replyCount": len(self._replies(uri)),
            "likeCount": self._count("app.bsky.feed.like", uri),
            "repostCount": self._count("app.bsky.feed.repost", uri),
            "quoteCount": self._count(POST, uri, "$.embed.record.uri"),
        }
        images = record.get("embed", {}).get("images", [])
        if images:
            shown = [
                {"alt": one["alt"], "fullsize": f"https://cdn.example/{one['image']['ref']['$link']}"} for one in images
            ]
            view["embed"] = {"$type": "app.bsky.embed.images#view", "images": shown}
        return view

    def posts(self, uris: list[str]) -> list[dict[str, Any]]:
        rows = [self._indexed(uri) for uri in uris]
        return [self.post(row) for row in rows if row]

    def thread(self, uri: str, depth: int) -> dict[str, Any] | None:
        row = self._indexed(uri)
        return self._node(row, depth) if row else None

    def feed(self, person: Person, cursor: str, limit: int) -> dict[str, Any]:
        """Own posts and reposts, the newest first; the cursor is the place of the last one."""
        rows = self._page(
            "SELECT * FROM record WHERE did = ? AND collection IN (?, 'app.bsky.feed.repost') AND deleted_at IS NULL AND indexed_at <= ?",
            cursor, limit, person.did, POST, _stamp(self.network.clock()),
        )  # fmt: skip
        lines = []
        for row in rows:
            if row["collection"] == POST:
                lines.append({"post": self.post(row)})
                continue
            reposted = self._indexed(json.loads(row["value"])["subject"]["uri"])
            if reposted:
                reason = {
                    "$type": "app.bsky.feed.defs#reasonRepost",
                    "by": self.profile(person),
                    "indexedAt": row["indexed_at"],
                }
                lines.append({"post": self.post(reposted), "reason": reason})
        return {"feed": lines} | _following(rows, limit)

    def notifications(self, person: Person, cursor: str, limit: int) -> dict[str, Any]:
        rows = self._page(
            "SELECT notice.seq AS seq, reason, subject, record.uri AS uri, record.did AS did, cid, value, indexed_at"
            " FROM notice JOIN record ON record.uri = notice.uri AND record.deleted_at IS NULL"
            " WHERE notice.did = ? AND indexed_at <= ?",
            cursor, limit, person.did, _stamp(self.network.clock()), order="notice.seq",
        )  # fmt: skip
        return {"notifications": [self._notification(row) for row in rows]} | _following(rows, limit)

    def _notification(self, row: sqlite3.Row) -> dict[str, Any]:
        person = self.network.person(row["did"])
        assert person
        shown = {
            "uri": row["uri"],
            "cid": row["cid"],
            "author": self.profile(person),
            "reason": row["reason"],
            "record": json.loads(row["value"]),
            "isRead": False,
            "indexedAt": row["indexed_at"],
            "labels": [],
        }
        return shown | ({"reasonSubject": row["subject"]} if row["subject"] else {})

    def _page(self, question: str, cursor: str, limit: int, *values: Any, order: str = "seq") -> list[sqlite3.Row]:
        before = int(cursor) if cursor.isdigit() else 2**62
        return self.network.all(f"{question} AND {order} < ? ORDER BY {order} DESC LIMIT ?", *values, before, limit)

    def _node(self, row: sqlite3.Row, depth: int) -> dict[str, Any]:
        node: dict[str, Any] = {"$type": THREAD, "post": self.post(row)}
        if depth > 0:
            node["replies"] = [self._node(reply, depth - 1) for reply in self._replies(row["uri"])]
        return node

    def _replies(self, uri: str) -> list[sqlite3.Row]:
        return self._of(POST, uri, "$.reply.parent.uri")

    def _count(self, collection: str, uri: str, path: str = "$.subject.uri") -> int:
        return len(self._of(collection, uri, path))

    def _of(self, collection: str, uri: str, path: str) -> list[sqlite3.Row]:
        question = """SELECT * FROM record WHERE collection = ? AND json_extract(value, ?) = ?
            AND deleted_at IS NULL AND indexed_at <= ? ORDER BY seq"""
        return self.network.all(question, collection, path, uri, _stamp(self.network.clock()))

    def _indexed(self, uri: str) -> sqlite3.Row | None:
        row = self.network.record(uri)
        return row if row and row["indexed_at"] <= _stamp(self.network.clock()) else None


def _following(rows: list[sqlite3.Row], limit: int) -> dict[str, str]:
    return {"cursor": str(rows[-1]["seq"])} if len(rows) == limit else {}
