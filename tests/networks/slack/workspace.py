"""The workspace: who is there, what was said where, and the API's methods."""

import itertools
from dataclasses import dataclass, field
from typing import Any

from tests.networks.loopback import Asked, Route, Stopped, Town
from tests.networks.slack.gate import APP_TOKEN, Gate

HOME, SECRET_ROOM, LETTER, ELSEWHERE = "C01HOME0000", "G01SECRET00", "D01LETTER00", "C01ELSE0000"
US, BOT, MIA, JAN = "U01BOT00000", "B01BOT00000", "U01MIA00000", "U01JAN00000"
SCOPES = (
    "channels:read,channels:history,groups:read,groups:history,im:read,im:history,chat:write,users:read,reactions:read,"
    "files:read,files:write"
)


def denied(code: str) -> Stopped:
    return Stopped(200, {"ok": False, "error": code})


@dataclass
class Workspace(Town):
    """`joined`: the conversations the bot is in; `page`: how many messages an answer has at most."""

    tokens: set[str] = field(default_factory=lambda: {"xoxb-1-right-token"})
    headers: dict[str, str] = field(default_factory=lambda: {"X-OAuth-Scopes": SCOPES})
    joined: list[str] = field(default_factory=lambda: [HOME, SECRET_ROOM, LETTER])
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    page: int = 100
    gate: Gate = field(default_factory=Gate)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)
    closes_edits: bool = False
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    def routes(self) -> list[Route]:
        return [
            ("GET", "/auth.test", self._auth),
            ("GET", "/users.conversations", self._conversations),
            ("GET", "/conversations.history", self._history),
            ("GET", "/conversations.replies", self._replies),
            ("GET", "/users.info", self._user),
            ("POST", "/chat.postMessage", self._post),
            ("POST", "/chat.update", self._edit),
            ("POST", "/chat.delete", self._delete),
            ("POST", "/apps.connections.open", self._open),
            ("GET", "/files.getUploadURLExternal", self._place),
            ("POST", r"/upload/(F\w+)", self._upload),
            ("POST", "/files.completeUploadExternal", self._complete),
            ("GET", "/files.info", self._file),
        ]

    def verb_of(self, asked: Asked) -> str:
        if asked.path.startswith(("/files.", "/upload/")):
            return "upload"
        return {"/chat.postMessage": "say", "/chat.delete": "remove", "/users.info": "person"}.get(asked.path, "read")

    def refusal(self, kind: str, wait: float) -> Stopped:
        if kind == "too_many":
            return Stopped(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": str(int(wait))})
        return denied("token_revoked")

    def say(
        self, channel: str, user: str, text: str, thread: str = "", *, at: float | None = None, **more: Any
    ) -> dict[str, Any]:
        """A message as it is kept; `thread`: its root's time stamp."""
        number = next(self._numbers)
        ts = f"{int(self.now() if at is None else at)}.{number:06d}"
        row = {"type": "message", "user": user, "text": text, "ts": ts, "team": "T1", **more}
        if thread:
            row["thread_ts"] = thread
            self.one(channel, thread)["thread_ts"] = thread
        self.rows.setdefault(channel, []).append(row)
        self.seen.append(text)
        self.gate.tell({"type": "message", "channel": channel, **row})
        return row

    def _open(self, asked: Asked) -> Any:
        if asked.headers.get("authorization") != f"Bearer {APP_TOKEN}":
            raise denied("invalid_auth")
        return {"ok": True, "url": self.gate.ticket()}

    def one(self, channel: str, ts: str) -> dict[str, Any]:
        for row in self.rows.get(channel, []):
            if row["ts"] == ts:
                return row
        raise denied("thread_not_found")

    def remove(self, channel: str, ts: str) -> None:
        """A root with answers leaves a tombstone, everything else nothing."""
        row = self.one(channel, ts)
        if row.get("thread_ts") == ts and self._below(channel, ts):
            row |= {"subtype": "tombstone", "text": "This message was deleted.", "user": "USLACKBOT"}
            row.pop("metadata", None)
        else:
            self.rows[channel].remove(row)

    def react(self, row: dict[str, Any], name: str, *users: str) -> None:
        row.setdefault("reactions", []).append({"name": name, "users": list(users), "count": len(users)})

    def _us(self, asked: Asked) -> None:
        if asked.headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
            raise denied("invalid_auth")

    def _auth(self, asked: Asked) -> Any:
        self._us(asked)
        return {"ok": True, "url": "https://haus.slack.com/", "team": "Haus", "user": "haus", "team_id": "T1",
                "user_id": US, "bot_id": BOT}  # fmt: skip

    def _conversations(self, asked: Asked) -> Any:
        self._us(asked)
        names = {HOME: "allgemein", SECRET_ROOM: "werkstatt"}
        listed = [{"id": one, "name": names[one]} if one in names else {"id": one, "is_im": True, "user": MIA} for one in self.joined]  # fmt: skip
        start = int(asked.first("cursor", "0"))
        more = {"next_cursor": str(start + 2) if start + 2 < len(listed) else ""}
        return {"ok": True, "channels": listed[start : start + 2], "response_metadata": more}

    def _channel(self, asked: Asked, channel: str) -> list[dict[str, Any]]:
        self._us(asked)
        if channel not in (HOME, SECRET_ROOM, LETTER, ELSEWHERE):
            raise denied("channel_not_found")
        if channel not in self.joined:
            raise denied("not_in_channel")
        return self.rows.setdefault(channel, [])

    def _history(self, asked: Asked) -> Any:
        rows = self._channel(asked, asked.first("channel"))
        shown = [row for row in rows if row.get("thread_ts", row["ts"]) == row["ts"] or row.get("subtype") == "thread_broadcast"]  # fmt: skip
        return self._listed(asked, sorted(self._window(asked, shown), key=lambda row: row["ts"], reverse=True))

    def _replies(self, asked: Asked) -> Any:
        channel, ts = asked.first("channel"), asked.first("ts")
        self._channel(asked, channel)
        row = self.one(channel, ts)
        below = self._below(channel, ts) if row.get("thread_ts", ts) == ts else []
        # Whatever the window, the one that was asked for comes along.
        return self._listed(asked, [row, *self._window(asked, below)])

    def _below(self, channel: str, ts: str) -> list[dict[str, Any]]:
        found = [row for row in self.rows[channel] if row.get("thread_ts") == ts and row["ts"] != ts]
        return sorted(found, key=lambda row: row["ts"])

    def _window(self, asked: Asked, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        low, high = float(asked.first("oldest", "0")), float(asked.first("latest", "9e12"))
        return [row for row in rows if low <= float(row["ts"]) <= high]

    def _listed(self, asked: Asked, rows: list[dict[str, Any]]) -> Any:
        start, size = int(asked.first("cursor", "0")), min(int(asked.first("limit", "100")), self.page)
        has_metadata = asked.first("include_all_metadata") == "true"
        page = [self._shown(asked.first("channel"), row, has_metadata) for row in rows[start : start + size]]
        more = start + size < len(rows)
        return {"ok": True, "messages": page, "has_more": more} | (
            {"response_metadata": {"next_cursor": str(start + size)}} if more else {}
        )

    def _shown(self, channel: str, row: dict[str, Any], has_metadata: bool) -> dict[str, Any]:
        told = {name: value for name, value in row.items() if name != "metadata" or has_metadata}
        if row.get("thread_ts") == row["ts"]:
            told["reply_count"] = len(self._below(channel, row["ts"]))
        return told

    def _user(self, asked: Asked) -> Any:
        self._us(asked)
        known = {MIA: "Mia Muster", JAN: "Jan Beispiel", US: "Unser Haus"}
        user = asked.first("user")
        if user not in known:
            raise denied("user_not_found")
        name = known[user].split()[0].lower()
        profile = {"display_name": known[user], "real_name": known[user]}
        return {"ok": True, "user": {"id": user, "name": name, "is_bot": user == US, "profile": profile}}

    def _place(self, asked: Asked) -> Any:
        self._us(asked)
        native_id = f"F01PICTURE{len(self.files)}"
        self.files[native_id] = {
            "id": native_id,
            "name": asked.first("filename"),
            "size": int(asked.first("length")),
            "looks": 0,
        }
        return {"ok": True, "file_id": native_id, "upload_url": f"http://{asked.headers['host']}/upload/{native_id}"}

    def _upload(self, asked: Asked, native_id: str) -> Any:
        assert "authorization" not in asked.headers
        assert len(asked.body) == self.files[native_id]["size"]
        return {"ok": True}

    def _complete(self, asked: Asked) -> Any:
        self._us(asked)
        said = asked.said()
        assert "channel_id" not in said, "shared before anything was said"
        for one in said["files"]:
            self.files[one["id"]]["title"] = one["title"]
        return {"ok": True, "files": [{"id": one["id"]} for one in said["files"]]}

    def _file(self, asked: Asked) -> Any:
        """Its type is known at the second look: until then Slack has not looked it through."""
        self._us(asked)
        kept = self.files[asked.first("file")]
        kept["looks"] += 1
        return {"ok": True, "file": {"id": kept["id"], "mimetype": "image/png" if kept["looks"] > 1 else ""}}

    def _post(self, asked: Asked) -> Any:
        said = asked.said()
        self._channel(asked, said["channel"])
        for shown in (block for one in said.get("attachments", ()) for block in one["blocks"]):
            if not shown["alt_text"] or self.files.get(shown["slack_file"]["id"], {}).get("looks", 0) < 2:
                raise denied("invalid_blocks")
        if not said["text"].strip() and not said.get("attachments"):
            raise denied("no_text")
        if len(said["text"]) > 40_000:
            raise denied("msg_too_long")
        rows = self.rows[said["channel"]]
        thread = said.get("thread_ts", "")
        if thread and not any(row["ts"] == thread for row in rows):
            thread = ""  # taken for a new message
        more = {"attachments": said["attachments"]} if "attachments" in said else {}
        row = self.say(
            said["channel"], US, said["text"], thread, bot_id=BOT, app_id="A1", metadata=said["metadata"], **more
        )
        return {"ok": True, "channel": said["channel"], "ts": row["ts"], "message": row}

    def _edit(self, asked: Asked) -> Any:
        said = asked.said()
        rows = self._channel(asked, said["channel"])
        row = next((row for row in rows if row["ts"] == said["ts"] and row.get("subtype") != "tombstone"), None)
        if row is None:
            raise denied("message_not_found")
        if row["user"] != US:
            raise denied("cant_update_message")
        if self.closes_edits:
            raise denied("edit_window_closed")
        row |= {"text": said["text"], "edited": {"user": US, "ts": f"{int(self.now())}.000000"}}
        return {"ok": True, "channel": said["channel"], "ts": row["ts"], "text": row["text"]}

    def _delete(self, asked: Asked) -> Any:
        said = asked.said()
        rows = self._channel(asked, said["channel"])
        row = next((row for row in rows if row["ts"] == said["ts"] and row.get("subtype") != "tombstone"), None)
        if row is None:
            raise denied("message_not_found")
        if row["user"] != US:
            raise denied("cant_delete_message")
        self.remove(said["channel"], said["ts"])
        return {"ok": True, "channel": said["channel"], "ts": said["ts"]}
