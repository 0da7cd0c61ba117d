"""Who is there, what was said, and the API's routes."""

import base64
import hashlib
import html
import re
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from allmende.domain.weighing import weighted_length as length
from tests.networks.loopback import Asked, Route, Stopped, Town

US, MIA, JAN = "7001", "7002", "7003"
PEOPLE = {US: ("haus_am_see", "Haus am See"), MIA: ("mia", "Mia Muster"), JAN: ("jan", "Jan Beispiel")}
CLIENT, CLIENT_SECRET = "Q2xpZW50OjE6Y2k", "the-secret-of-the-application"
ID = r"(\d+)"
_EPOCH = 1_288_834_974_657


def denied(status: int, title: str, detail: str, **headers: str) -> Stopped:
    told = {"title": title, "detail": detail, "status": status, "type": "about:blank"}
    return Stopped(status, told, {name.replace("_", "-"): value for name, value in headers.items()})


@dataclass
class Network(Town):
    """`tokens`: until when each holds; `refreshes`: each counts once; `page`: the most a page has."""

    tokens: dict[str, float] = field(default_factory=lambda: {"right-token": 9e12})
    refreshes: set[str] = field(default_factory=set)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    page: int = 100
    is_secret_kept: bool = True
    pictures: dict[str, dict[str, Any]] = field(default_factory=dict)
    may_upload: bool = True
    answers_the_invited_only: bool = False
    seen: list[str] = field(default_factory=list)
    last: int = 0

    def routes(self) -> list[Route]:
        return [
            ("GET", "/i/oauth2/authorize", self._agree),
            ("POST", "/2/oauth2/token", self._token),
            ("GET", "/2/users/me", self._me),
            ("GET", f"/2/users/{ID}/(tweets|mentions)", self._list),
            ("GET", "/2/tweets/search/recent", self._search),
            ("GET", f"/2/tweets/{ID}", self._single),
            ("GET", "/2/tweets", self._several),
            ("POST", "/2/tweets", self._post),
            ("POST", "/2/media/upload", self._upload),
            ("POST", "/2/media/metadata", self._describe),
            ("DELETE", f"/2/tweets/{ID}", self._delete),
            ("PUT", f"/2/tweets/{ID}/hidden", self._hide),
        ]

    def verb_of(self, asked: Asked) -> str:
        names = {"/2/oauth2/token": "token", "/2/media/upload": "upload", "/2/media/metadata": "upload"}
        return names.get(asked.path) or super().verb_of(asked)

    def refusal(self, kind: str, wait: float) -> Stopped:
        if kind == "logged_out":
            self.tokens.clear()
            return denied(401, "Unauthorized", "Unauthorized")
        reset, day = str(int(self.now() + wait)), str(int(self.now() + 40_000))
        limits = {"x_rate_limit_remaining": "0", "x_rate_limit_reset": reset, "x_user_limit_24hour_remaining": "3"}
        return denied(429, "Too Many Requests", "Too Many Requests", **limits, x_user_limit_24hour_reset=day)

    def say(self, user: str, text: str, answered: str = "", *, at: float | None = None, **more: Any) -> str:
        """A post or an answer; its number. X writes the answered one's name before an answer and shortens addresses."""
        made = int((self.now() if at is None else at) * 1000 - _EPOCH) << 22
        self.last = made if at is not None else max(made, self.last + 1)
        native_id, above = str(self.last), self.rows.get(answered)
        self.seen.append(text)
        links = [
            {"url": f"https://t.co/{number:010d}", "expanded_url": found}
            for number, found in enumerate(re.findall(r"https?://\S+", text))
        ]
        shown = html.escape(text, quote=False)
        for link in links:
            shown = shown.replace(html.escape(link["expanded_url"], quote=False), link["url"], 1)
        if above and above["user"] != user:
            shown = f"@{PEOPLE[above['user']][0]} {shown}"
        self.rows[native_id] = {
            "id": native_id, "user": user, "text": shown, "links": links, "above": answered, "root": above["root"] if above else native_id,
            "at": self.now() if at is None else at, "hidden": False, **more,
        }  # fmt: skip
        return native_id

    def _us(self, asked: Asked) -> None:
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if self.tokens.get(token, 0) <= self.now():
            raise denied(401, "Unauthorized", "Unauthorized")

    def _agree(self, asked: Asked) -> Any:
        if asked.first("client_id") != CLIENT or asked.first("code_challenge_method") != "S256":
            raise denied(400, "Invalid Request", "client_id")
        code = secrets.token_urlsafe(12)
        self.codes[code] = {"challenge": asked.first("code_challenge"), "redirect_uri": asked.first("redirect_uri")}
        target = f"{asked.first('redirect_uri')}?{urlencode({'code': code, 'state': asked.first('state')})}"
        raise Stopped(302, None, {"Location": target})

    def _token(self, asked: Asked) -> Any:
        said, refused = asked.said(), Stopped(400, {"error": "invalid_request", "error_description": "Value passed for the token was invalid."})  # fmt: skip
        pair = base64.b64encode(f"{CLIENT}:{CLIENT_SECRET}".encode()).decode()
        if self.is_secret_kept and asked.headers.get("authorization") != f"Basic {pair}":
            raise Stopped(
                401, {"error": "unauthorized_client", "error_description": "Missing valid authorization header"}
            )
        if not self.is_secret_kept and said.get("client_id") != CLIENT:
            raise refused
        if said["grant_type"] == "refresh_token":
            if said["refresh_token"] not in self.refreshes:
                raise refused
            self.refreshes.remove(said["refresh_token"])
        else:
            kept = self.codes.pop(said["code"], {})
            digest = hashlib.sha256(said["code_verifier"].encode()).digest()
            challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            if kept != {"challenge": challenge, "redirect_uri": said["redirect_uri"]}:
                raise refused
        token, refresh = secrets.token_urlsafe(16), secrets.token_urlsafe(16)
        self.tokens[token] = self.now() + 7200
        self.refreshes.add(refresh)
        return {"token_type": "bearer", "expires_in": 7200, "access_token": token, "refresh_token": refresh,
                "scope": "tweet.read tweet.write media.write users.read offline.access"}  # fmt: skip

    def _me(self, asked: Asked) -> Any:
        self._us(asked)
        return {"data": {"id": US, "username": PEOPLE[US][0], "name": PEOPLE[US][1]}}

    def _list(self, asked: Asked, user: str, name: str) -> Any:
        self._us(asked)
        called = f"@{PEOPLE[user][0]}"
        fits = {
            "tweets": lambda row: row["user"] == user,
            "mentions": lambda row: row["user"] != user and called in row["text"],
        }[name]
        low, high = (self._time(asked.first(one)) for one in ("start_time", "end_time"))
        return self._listed(asked, [row for row in self.rows.values() if fits(row) and row["at"] >= low and row["at"] < (high or 9e12)])  # fmt: skip

    def _search(self, asked: Asked) -> Any:
        self._us(asked)
        root = asked.first("query").removeprefix("conversation_id:")
        week = self.now() - 7 * 86_400
        return self._listed(
            asked, [row for row in self.rows.values() if row["root"] == root and row["at"] > week and row["above"]]
        )

    def _time(self, written: str) -> float:
        return datetime.fromisoformat(written).timestamp() if written else 0.0

    def _listed(self, asked: Asked, rows: list[dict[str, Any]]) -> Any:
        rows = sorted(rows, key=lambda row: -int(row["id"]))
        start, size = int(asked.first("pagination_token", "0")), min(int(asked.first("max_results", "10")), self.page)
        page = rows[start : start + size]
        meta = {"result_count": len(page)} | ({"next_token": str(start + size)} if start + size < len(rows) else {})
        return self._told(page) | {"meta": meta}

    def _told(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        people = [
            {"id": one, "username": PEOPLE[one][0], "name": PEOPLE[one][1]} for one in {row["user"] for row in rows}
        ]
        media = [
            {"media_key": f"3_{one}", "type": "photo", "url": f"https://pbs.x.example/{one}.jpg", "alt_text": self.pictures[one]["alt"]}
            for row in rows
            for one in row.get("pictures", ())
        ]  # fmt: skip
        included = {"users": people} | ({"media": media} if media else {})
        return {"data": [self._shown(row) for row in rows], "includes": included} if rows else {}

    def _shown(self, row: dict[str, Any]) -> dict[str, Any]:
        replies = sum(one["above"] == row["id"] for one in self.rows.values())
        counted = {
            "reply_count": replies,
            "retweet_count": 1,
            "like_count": 2,
            "quote_count": 0,
            "impression_count": 50,
        }
        told: dict[str, Any] = {
            "id": row["id"], "text": row["text"], "author_id": row["user"], "conversation_id": row["root"], "public_metrics": counted,
            "created_at": datetime.fromtimestamp(row["at"], UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"), "entities": {"urls": row["links"]},
        }  # fmt: skip
        if row.get("pictures"):
            told["attachments"] = {"media_keys": [f"3_{one}" for one in row["pictures"]]}
        return told | ({"referenced_tweets": [{"type": "replied_to", "id": row["above"]}]} if row["above"] else {})

    def _missing(self, native_id: str) -> dict[str, Any]:
        return {
            "title": "Not Found Error",
            "resource_id": native_id,
            "type": "https://api.twitter.com/2/problems/resource-not-found",
        }

    def _single(self, asked: Asked, native_id: str) -> Any:
        self._us(asked)
        if native_id not in self.rows:
            return {"errors": [self._missing(native_id)]}
        told = self._told([self.rows[native_id]])
        return told | {"data": told["data"][0]}

    def _several(self, asked: Asked) -> Any:
        self._us(asked)
        ids = asked.first("ids").split(",")
        told = self._told([self.rows[one] for one in ids if one in self.rows])
        missing = [self._missing(one) for one in ids if one not in self.rows]
        return told | ({"errors": missing} if missing else {})

    def _post(self, asked: Asked) -> Any:
        self._us(asked)
        said = asked.said()
        text, answered = said["text"], said.get("reply", {}).get("in_reply_to_tweet_id", "")
        shown = said.get("media", {}).get("media_ids", [])
        if not (text.strip() or shown) or length(text) > 280:
            raise denied(400, "Invalid Request", "Your Tweet text is too long.")
        if answered and answered not in self.rows:
            raise denied(403, "Forbidden", "You attempted to reply to a Tweet that is deleted or not visible to you.")
        if self.answers_the_invited_only and answered and self.rows[answered]["user"] != US and "@haus" not in self.rows[answered]["text"]:  # fmt: skip
            raise denied(403, "Forbidden", "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author of the post you are replying to.")  # fmt: skip
        if any(row["user"] == US and row["said"] == (text, answered) for row in self.rows.values() if "said" in row):
            raise denied(403, "Forbidden", "You are not allowed to create a Tweet with duplicate content.")
        native_id = self.say(US, text.strip(), answered, said=(text, answered), pictures=shown)
        if shown:  # each post with pictures ends in an address of its own
            link = {"url": "https://t.co/pic0000001", "expanded_url": f"https://x.com/x/status/{native_id}/photo/1"}
            self.rows[native_id]["links"] = [*self.rows[native_id]["links"], link | {"media_key": f"3_{shown[0]}"}]
            self.rows[native_id]["text"] = f"{self.rows[native_id]['text']} {link['url']}".strip()
        return 201, {
            "data": {"id": native_id, "text": self.rows[native_id]["text"], "edit_history_tweet_ids": [native_id]}
        }

    def _upload(self, asked: Asked) -> Any:
        self._us(asked)
        if not self.may_upload:
            raise denied(403, "Forbidden", "Forbidden")
        parts = asked.parts()
        if parts["media_category"].get_content().strip() != "tweet_image":
            raise denied(400, "Invalid Request", "media_category")
        native_id = str(9000 + len(self.pictures))
        media = parts["media"]
        self.pictures[native_id] = {
            "type": media.get_content_type(),
            "size": len(media.get_payload(decode=True)),
            "alt": "",
        }
        return {"data": {"id": native_id, "media_key": f"3_{native_id}", "expires_after_secs": 86_400}}

    def _describe(self, asked: Asked) -> Any:
        self._us(asked)
        said = asked.said()
        self.pictures[said["id"]]["alt"] = said["metadata"]["alt_text"]["text"]
        return {"data": {"id": said["id"]}}

    def _delete(self, asked: Asked, native_id: str) -> Any:
        self._us(asked)
        if native_id in self.rows and self.rows[native_id]["user"] != US:
            raise denied(403, "Forbidden", "You are not authorized to delete this Tweet.")
        return {"data": {"deleted": self.rows.pop(native_id, None) is not None}}

    def _hide(self, asked: Asked, native_id: str) -> Any:
        self._us(asked)
        row = self.rows.get(native_id)
        root = self.rows.get(row["root"]) if row else None
        if row is None or root is None or root["user"] != US:
            raise denied(403, "Forbidden", "You can only hide replies to your own conversations.")
        row["hidden"] = asked.said()["hidden"]
        return {"data": {"hidden": row["hidden"]}}
