"""The server: who is there, what was said where, and the API's routes."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.networks.discord.gate import Gate
from tests.networks.loopback import Asked, Route, Stopped, Town

GUILD, TEXT, OTHER, FORUM, CLOSED = (f"90000000000000000{number}" for number in range(1, 6))
US, MIA, JAN = "800000000000000001", "800000000000000002", "800000000000000003"
PEOPLE = {US: ("haus", "Unser Haus"), MIA: ("mia", "Mia Muster"), JAN: ("jan", "Jan Beispiel")}
NONCE_SECONDS = 180
ID = r"(\d+)"


def denied(status: int, code: int, message: str, **errors: Any) -> Stopped:
    return Stopped(status, {"message": message, "code": code} | ({"errors": errors} if errors else {}))


@dataclass
class Guild(Town):
    """`rows`: messages by channel or thread, `threads` by number; `powers`: our permissions; `archive`: how many a page."""

    tokens: set[str] = field(default_factory=lambda: {"right-token-of-the-bot"})
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {TEXT: [], OTHER: []})
    threads: dict[str, dict[str, Any]] = field(default_factory=dict)
    powers: int = 1 << 13 | 1 << 34
    # What AutoMod lets nobody put into a name.
    blocked: str = ""
    flags: int = 1 << 19
    archive: int = 100
    seen: list[str] = field(default_factory=list)
    nonces: dict[str, tuple[float, dict[str, Any]]] = field(default_factory=dict)
    last: int = 0
    gate: Gate = field(default_factory=Gate)

    def routes(self) -> list[Route]:
        return [
            ("GET", "/users/@me", self._me),
            ("GET", "/gateway/bot", self._gateway),
            ("GET", "/users/@me/guilds", self._guilds),
            ("GET", "/applications/@me", self._application),
            ("GET", f"/guilds/{ID}/threads/active", self._active),
            ("GET", f"/channels/{ID}/threads/archived/public", self._archived),
            ("GET", f"/channels/{ID}/messages", self._list),
            ("GET", f"/channels/{ID}/messages/{ID}", self._single),
            ("GET", f"/channels/{ID}", self._channel),
            ("POST", f"/channels/{ID}/messages", self._post),
            ("POST", f"/channels/{ID}/threads", self._open),
            ("PATCH", f"/channels/{ID}/messages/{ID}", self._edit),
            ("DELETE", f"/channels/{ID}/messages/{ID}", self._delete),
            ("DELETE", f"/channels/{ID}", self._close),
            ("PATCH", f"/channels/{ID}", self._change),
        ]

    def refusal(self, kind: str, wait: float) -> Stopped:
        if kind == "too_many":
            told = {"message": "You are being rate limited.", "retry_after": wait + 0.25, "global": True}
            return Stopped(429, told, {"Retry-After": str(int(wait)), "X-RateLimit-Scope": "user"})
        self.tokens.clear()
        return denied(401, 0, "401: Unauthorized")

    def next_id(self, at: float | None = None) -> str:
        made = int((self.now() if at is None else at) * 1000 - 1_420_070_400_000) << 22
        self.last = made if at is not None else max(made, self.last + 1)
        return str(self.last)

    def say(self, channel: str, user: str, text: str, answered: str = "", **more: Any) -> dict[str, Any]:
        """A message as it is kept; `answered`: number of a message of the same channel. `at`: seconds since 1970."""
        native_id = more.pop("number", "") or self.next_id(more.pop("at", None))
        handle, name = PEOPLE[user]
        row: dict[str, Any] = {
            "id": native_id, "channel_id": channel, "type": 0, "content": text, "mentions": [], "attachments": [], "edited_timestamp": None,
            "author": {"id": user, "username": handle, "global_name": name, "bot": user == US}, **more,
        }  # fmt: skip
        if answered:
            row |= {"type": 19, "message_reference": {"type": 0, "channel_id": channel, "message_id": answered}}
        self.rows.setdefault(channel, []).append(row)
        self.seen.append(text)
        self.gate.tell("MESSAGE_CREATE", {**row, "guild_id": GUILD})
        return row

    def thread(self, row: dict[str, Any]) -> str:
        """A thread on a message of a channel; its number."""
        self.threads[row["id"]] = {"id": row["id"], "type": 11, "parent_id": row["channel_id"], "guild_id": GUILD}
        self.rows[row["id"]] = []
        self.say(row["id"], US, "", type=21)
        return str(row["id"])

    def open(self, user: str, title: str, text: str, at: float | None = None) -> dict[str, Any]:
        """A post of the forum."""
        native_id = self.next_id(at)
        self.threads[native_id] = {
            "id": native_id, "type": 11, "parent_id": FORUM, "guild_id": GUILD, "name": title, "owner_id": user,
            "thread_metadata": {"archived": False, "locked": False, "archive_timestamp": None},
        }  # fmt: skip
        return self.say(native_id, user, text, number=native_id)

    def put_away(self, native_id: str) -> None:
        at = datetime.fromtimestamp(self.now(), UTC).isoformat()
        self.threads[native_id]["thread_metadata"] |= {"archived": True, "archive_timestamp": at}

    def one(self, channel: str, native_id: str) -> dict[str, Any]:
        for row in self.rows.get(channel, []):
            if row["id"] == native_id:
                return row
        raise denied(404, 10008, "Unknown Message")

    def remove(self, row: dict[str, Any]) -> None:
        self.rows[row["channel_id"]].remove(row)
        self.gate.tell("MESSAGE_DELETE", {"id": row["id"], "channel_id": row["channel_id"], "guild_id": GUILD})

    def _us(self, asked: Asked, channel: str = "") -> None:
        if asked.headers.get("authorization", "").removeprefix("Bot ") not in self.tokens:
            raise denied(401, 0, "401: Unauthorized")
        if not asked.headers["user-agent"].startswith("DiscordBot ("):
            raise Stopped(403, {"code": 40333})
        if channel == CLOSED:
            raise denied(403, 50001, "Missing Access")
        if channel and channel not in (TEXT, OTHER, FORUM) and channel not in self.threads:
            raise denied(404, 10003, "Unknown Channel")

    def _me(self, asked: Asked) -> Any:
        self._us(asked)
        return {"id": US, "username": "haus", "global_name": None, "bot": True}

    def _gateway(self, asked: Asked) -> Any:
        self._us(asked)
        limit = {"total": 1000, "remaining": self.gate.remaining, "reset_after": 3_600_000, "max_concurrency": 1}
        return {"url": self.gate.url, "shards": 1, "session_start_limit": limit}

    def _guilds(self, asked: Asked) -> Any:
        self._us(asked)
        return [{"id": GUILD, "name": "Haus", "permissions": str(self.powers)}]

    def _application(self, asked: Asked) -> Any:
        self._us(asked)
        return {"id": "1", "flags": self.flags}

    def _channel(self, asked: Asked, channel: str) -> Any:
        self._us(asked, channel)
        names = {TEXT: ("allgemein", 0), OTHER: ("neues", 5), FORUM: ("fragen", 15)}
        if channel in names:
            return {"id": channel, "name": names[channel][0], "type": names[channel][1], "guild_id": GUILD}
        return self._shown_thread(channel)

    def _shown_thread(self, native_id: str) -> dict[str, Any]:
        said = [row for row in self.rows[native_id] if row["id"] != native_id and row["type"] in (0, 19)]
        return self.threads[native_id] | {"message_count": len(said)}

    def _active(self, asked: Asked, guild: str) -> Any:
        self._us(asked)
        active = [one for one in self.threads.values() if not one.get("thread_metadata", {}).get("archived")]
        return {"threads": [self._shown_thread(one["id"]) for one in active], "members": []}

    def _archived(self, asked: Asked, channel: str) -> Any:
        self._us(asked, channel)
        found = [
            one for one in self.threads.values() if one["parent_id"] == channel and one["thread_metadata"]["archived"]
        ]
        found.sort(key=lambda one: str(one["thread_metadata"]["archive_timestamp"]), reverse=True)
        before = asked.first("before", "9999").replace(" ", "+")
        below = [one for one in found if one["thread_metadata"]["archive_timestamp"] < before]
        page = below[: min(self.archive, int(asked.first("limit")))]
        return {"threads": [self._shown_thread(one["id"]) for one in page], "has_more": len(below) > len(page)}

    def _list(self, asked: Asked, channel: str) -> Any:
        self._us(asked, channel)
        limit, rows = int(asked.first("limit", "50")), sorted(self.rows[channel], key=lambda row: int(row["id"]))
        if asked.first("after"):
            page = [row for row in rows if int(row["id"]) > int(asked.first("after"))][:limit]
        else:
            page = [row for row in rows if int(row["id"]) < int(asked.first("before", str(1 << 63)))][-limit:]
        return [self._shown(row) for row in reversed(page)]

    def _single(self, asked: Asked, channel: str, native_id: str) -> Any:
        self._us(asked, channel)
        return self._shown(self.one(channel, native_id))

    def _shown(self, row: dict[str, Any]) -> dict[str, Any]:
        told = dict(row)
        above = row.get("message_reference")
        if above:
            known = [one for one in self.rows[row["channel_id"]] if one["id"] == above["message_id"]]
            told["referenced_message"] = known[0] if known else None
        if row["id"] in self.threads and row["channel_id"] != row["id"]:
            told["thread"] = self._shown_thread(row["id"])
        return told

    def _post(self, asked: Asked, channel: str) -> Any:
        self._us(asked, channel)
        said, files = self._said(asked)
        content, nonce = said["content"], said.get("nonce", "")
        if said["allowed_mentions"] != {"parse": [], "replied_user": False}:
            raise denied(400, 50035, "Invalid Form Body")
        if not (0 < len(content) <= 2000) or len(nonce) > 25:
            raise denied(400, 50035, "Invalid Form Body", content={"_errors": [{"code": "BASE_TYPE_BAD_LENGTH"}]})
        answered = said.get("message_reference", {}).get("message_id", "")
        if answered and not any(row["id"] == answered for row in self.rows[channel]):
            told = {"_errors": [{"code": "REPLIES_UNKNOWN_MESSAGE", "message": "Unknown message"}]}
            raise denied(400, 50035, "Invalid Form Body", message_reference=told)
        at, row = self.nonces.get(nonce, (0.0, {}))
        if said.get("enforce_nonce") and at > self.now() - NONCE_SECONDS:
            return row
        row = self.say(channel, US, content.strip(), answered, attachments=files)
        self.nonces[nonce] = self.now(), row
        return row

    def _said(self, asked: Asked) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        if "multipart" not in asked.headers.get("content-type", ""):
            return asked.said(), []
        parts = asked.parts()
        said = json.loads(parts.pop("payload_json").get_payload(decode=True))
        told = {one["id"]: one["description"] for one in said.get("message", said)["attachments"]}
        names = [(int(name[6:-1]), part) for name, part in parts.items()]
        return said, [
            {"id": str(number), "filename": part.get_filename(), "content_type": part.get_content_type(),
             "description": told[number], "url": f"https://cdn.discordapp.com/{number}"}
            for number, part in names
        ]  # fmt: skip

    def _open(self, asked: Asked, channel: str) -> Any:
        self._us(asked, channel)
        said, files = self._said(asked)
        row = self.open(US, said["name"], said["message"]["content"].strip())
        row["attachments"] = files
        return self._shown_thread(row["id"]) | {"message": row}

    def _edit(self, asked: Asked, channel: str, native_id: str) -> Any:
        self._us(asked, channel)
        said, row = asked.said(), self.one(channel, native_id)
        if row["author"]["id"] != US:
            raise denied(403, 50005, "Cannot edit a message authored by another user")
        if self.threads.get(channel, {}).get("thread_metadata", {}).get("archived"):
            raise denied(400, 50083, "Thread is archived")
        if said["allowed_mentions"] != {"parse": [], "replied_user": False} or not 0 < len(said["content"]) <= 2000:
            raise denied(400, 50035, "Invalid Form Body")
        at = datetime.fromtimestamp(self.now(), UTC).isoformat()
        row |= {"content": said["content"].strip(), "edited_timestamp": at}
        return self._shown(row)

    def _delete(self, asked: Asked, channel: str, native_id: str) -> Any:
        self._us(asked, channel)
        row = self.one(channel, native_id)
        if row["author"]["id"] != US and not self.powers & 1 << 13:
            raise denied(403, 50013, "Missing Permissions")
        self.remove(row)
        return 204, None

    def _close(self, asked: Asked, channel: str) -> Any:
        self._us(asked, channel)
        if not self.powers & 1 << 34:
            raise denied(403, 50013, "Missing Permissions")
        del self.rows[channel]
        return self.threads.pop(channel)

    def _change(self, asked: Asked, channel: str) -> Any:
        self._us(asked, channel)
        said, thread = asked.said(), self.threads[channel]
        if self.blocked and self.blocked in said.get("name", ""):
            raise denied(400, 200001, "Title was blocked by automatic moderation")
        thread["name"] = said.get("name", thread.get("name"))
        thread["thread_metadata"] |= {name: said[name] for name in ("locked", "archived") if name in said}
        return self._shown_thread(channel)
