"""The account's face: /me, lists, conversations, containers, and the log-in."""

from typing import Any, ClassVar

from tests.networks.graph import APP_SECRET, MISSING, Hung, Said, Visit
from tests.networks.threads.network import HANDLE, US, Network

SCOPES = (
    "threads_basic",
    "threads_content_publish",
    "threads_read_replies",
    "threads_manage_replies",
    "threads_manage_mentions",
    "threads_manage_insights",
    "threads_delete",
)
ID = r"/(\d+)"


class AccountVisit(Visit):
    """One request to Threads."""

    state: Network
    routes: ClassVar[list[tuple[str, str, str]]] = [
        ("GET", r"/oauth/authorize", "_agree"),
        ("POST", r"/oauth/access_token", "_token"),
        ("GET", r"/access_token", "_longer"),
        ("GET", r"/refresh_access_token", "_renewed"),
        ("GET", r"/me", "_me"),
        ("GET", rf"{ID}/(threads|replies|mentions)", "_list"),
        ("GET", rf"{ID}/conversation", "_conversation"),
        ("GET", rf"{ID}/threads_publishing_limit", "_limit"),
        ("GET", rf"{ID}/insights", "_insights"),
        ("POST", rf"{ID}/threads", "_contain"),
        ("POST", rf"{ID}/threads_publish", "_publish"),
        ("POST", rf"{ID}/manage_reply", "_hide"),
        ("GET", ID, "_single"),
        ("DELETE", ID, "_delete"),
    ]

    def _agree(self) -> None:
        self.agreed(self.query["scope"])

    def _token(self) -> Any:
        self.before("login")
        kept = self.exchanged(self.said)
        return {"access_token": self.state.grant(US, kept["scope"].split(","), 3600), "user_id": int(US)}

    def _longer(self) -> Any:
        if self.query["grant_type"] != "th_exchange_token" or self.query["client_secret"] != APP_SECRET:
            raise Said(400, 100, 0, "Invalid grant_type")
        return self._sixty_days()

    def _renewed(self) -> Any:
        if self.query["grant_type"] != "th_refresh_token":
            raise Said(400, 100, 0, "Invalid grant_type")
        return self._sixty_days()

    def _sixty_days(self) -> Any:
        known = self.state.tokens.get(self.query["access_token"])
        if known is None or (known.ends and known.ends <= self.state.clock()):
            raise Said(400, 190, 463, "Error validating access token: Session has expired")
        return {"access_token": self.state.grant(US, tuple(known.scopes), 5184000), "expires_in": 5184000}

    def _me(self) -> Any:
        return {"id": self.us("threads_basic"), "username": HANDLE, "name": "Haus am See"}

    def _list(self, native_id: str, name: str) -> Any:
        needed = {"threads": "threads_basic", "replies": "threads_read_replies", "mentions": "threads_manage_mentions"}
        self.us("threads_basic", needed[name])
        kind, wait = self.before("read")
        until = int(self.query.get("until", 2**40))
        fits = {
            "threads": lambda row: row["who"] == HANDLE and not row["parent"],
            "replies": lambda row: row["who"] == HANDLE and bool(row["parent"]),
            "mentions": lambda row: row["mentions"],
        }[name]
        rows = [
            row for row in reversed(self.state.rows.values()) if not row["gone"] and row["at"] <= until and fits(row)
        ]
        return self.after(kind, wait, self.listed(sorted(rows, key=lambda row: -int(row["at"])), self._shape))

    def _conversation(self, native_id: str) -> Any:
        self.us("threads_basic", "threads_read_replies")
        kind, wait = self.before("answers")
        self.state.there(native_id)
        rows = self.state.below(native_id)
        if self.query.get("reverse", "true") == "true":
            rows.reverse()
        return self.after(kind, wait, self.listed(rows, self._shape))

    def _limit(self, native_id: str) -> Any:
        self.us("threads_content_publish", "threads_manage_replies")
        return {"data": [{
            "quota_usage": self.state.used(is_reply=False), "reply_quota_usage": self.state.used(is_reply=True),
            "config": {"quota_total": self.state.quota, "quota_duration": 86400},
            "reply_config": {"quota_total": self.state.reply_quota, "quota_duration": 86400},
        }]}  # fmt: skip

    def _insights(self, native_id: str) -> Any:
        self.us("threads_manage_insights")
        row = self.state.there(native_id)
        counted = {
            "likes": row["likes"],
            "replies": sum(one["parent"] == native_id for one in self.state.rows.values()),
        }
        return {"data": [
            {"name": name, "period": "lifetime", "values": [{"value": counted.get(name, 0)}]}
            for name in self.query["metric"].split(",")
        ]}  # fmt: skip

    def _contain(self, native_id: str) -> Any:
        self.us("threads_content_publish")
        if "reply_to_id" in self.said:
            self.us("threads_manage_replies")
        kind, wait = self.before("upload")
        return self.after(kind, wait, {"id": self.state.contain(self.said)})

    def _publish(self, native_id: str) -> Any:
        self.us("threads_content_publish")
        kind, wait = self.before("send")
        container = self.said["creation_id"]
        if kind == "late":
            self.state.late.append((self.state.clock() + wait, lambda: self.state.publish(container)))
            raise Hung
        return self.after(kind, wait, {"id": self.state.publish(container)})

    def _hide(self, native_id: str) -> Any:
        self.us("threads_manage_replies")
        row = self.state.there(native_id)
        root = self.state.rows.get(row["root"])
        if root is None or root["who"] != HANDLE or row["parent"] != root["id"]:
            raise Said(400, 10, 0, "Only top-level replies to your own posts can be hidden")
        row["hidden"] = self.said["hide"] == "true"
        return {"success": True}

    def _single(self, native_id: str) -> Any:
        self.us("threads_basic")
        if native_id in self.state.containers:
            return {"id": native_id, "status": self.state.status(native_id)}
        return self._shape(self.state.there(native_id))

    def _delete(self, native_id: str) -> Any:
        self.us("threads_delete")
        if self.state.there(native_id)["who"] != HANDLE:
            raise Said(400, *MISSING)
        self.state.delete(native_id)
        return {"success": True, "deleted_id": native_id}

    def _shape(self, row: dict[str, Any]) -> dict[str, Any]:
        told: dict[str, Any] = {
            "id": row["id"], "media_product_type": "THREADS", "media_type": row.get("type", "TEXT_POST"), "text": row["text"],
            "permalink": f"https://www.threads.net/@{row['who']}/post/{row['id']}", "username": row["who"],
            "timestamp": self.state.stamp(row["at"]), "is_reply": bool(row["parent"]), "is_quote_post": False,
            "hide_status": "HIDDEN" if row["hidden"] else "NOT_HUSHED",
        }  # fmt: skip
        shown = [
            {"media_type": "IMAGE", "media_url": f"https://scontent.example/{number}.jpg", "alt_text": one["alt"]}
            for number, one in enumerate(row.get("pictures", ()))
        ]
        if len(shown) > 1:
            told |= {"media_type": "CAROUSEL_ALBUM", "children": {"data": shown}}
        elif shown:
            told |= shown[0]
        if row["parent"]:
            told |= {"root_post": {"id": row["root"]}, "replied_to": {"id": row["parent"]}}
        return told
