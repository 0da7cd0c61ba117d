"""The account's face: /me, /{account}/media, containers, comments, and the log-in."""

from typing import Any, ClassVar

from tests.networks.graph import APP_SECRET, MISSING, Hung, Said, Visit
from tests.networks.instagram.network import HANDLE, US, Network

SCOPES = ("instagram_business_basic", "instagram_business_manage_comments", "instagram_business_content_publish")
ID = r"/(\d+)"


class AccountVisit(Visit):
    """One request to Instagram."""

    state: Network
    routes: ClassVar[list[tuple[str, str, str]]] = [
        ("GET", r"/oauth/authorize", "_agree"),
        ("POST", r"/oauth/access_token", "_token"),
        ("GET", r"/access_token", "_longer"),
        ("GET", r"/refresh_access_token", "_renewed"),
        ("GET", r"/me", "_me"),
        ("GET", rf"{ID}/media", "_media"),
        ("POST", rf"{ID}/media", "_contain"),
        ("POST", rf"{ID}/media_publish", "_publish"),
        ("POST", rf"{ID}/subscribed_apps", "_tell"),
        ("GET", rf"{ID}/(?:comments|replies)", "_comments"),
        ("POST", rf"{ID}/(comments|replies)", "_comment"),
        ("GET", ID, "_single"),
        ("POST", ID, "_hide"),
        ("DELETE", ID, "_delete"),
    ]

    def _agree(self) -> None:
        self.agreed(self.query["scope"])

    def _token(self) -> Any:
        self.before("login")
        kept = self.exchanged(self.said)
        token = self.state.grant(US, kept["scope"].split(","), 3600)
        return {"data": [{"access_token": token, "user_id": US, "permissions": kept["scope"]}]}

    def _longer(self) -> Any:
        if self.query["grant_type"] != "ig_exchange_token" or self.query["client_secret"] != APP_SECRET:
            raise Said(400, 100, 0, "Invalid grant_type")
        return self._sixty_days()

    def _renewed(self) -> Any:
        if self.query["grant_type"] != "ig_refresh_token":
            raise Said(400, 100, 0, "Invalid grant_type")
        return self._sixty_days()

    def _sixty_days(self) -> Any:
        known = self.state.tokens.get(self.query["access_token"])
        if known is None or (known.ends and known.ends <= self.state.clock()):
            raise Said(400, 190, 463, "Error validating access token: Session has expired")
        return {"access_token": self.state.grant(US, tuple(known.scopes), 5184000), "expires_in": 5184000}

    def _me(self) -> Any:
        self.us("instagram_business_basic")
        return {"id": "26000000000000001", "user_id": US, "username": HANDLE, "name": "Haus am See"}

    def _media(self, native_id: str) -> Any:
        self.us("instagram_business_basic")
        kind, wait = self.before("read")
        until = int(self.query.get("until", 2**40))
        rows = [row for row in reversed(self.state.media.values()) if not row["gone"] and row["at"] <= until]
        return self.after(kind, wait, self.listed(sorted(rows, key=lambda row: -int(row["at"])), self._post))

    def _tell(self, native_id: str) -> Any:
        us = self.us("instagram_business_basic", "instagram_business_manage_comments")
        if self.state.is_deaf or native_id != us:
            raise Said(400, 100, 0, "(#100) The application is not live")
        self.state.tells[us] = self.said["subscribed_fields"]
        return {"success": True}

    def _contain(self, native_id: str) -> Any:
        self.us("instagram_business_content_publish")
        kind, wait = self.before("upload")
        return self.after(kind, wait, {"id": self.state.contain(self.said)})

    def _publish(self, native_id: str) -> Any:
        self.us("instagram_business_content_publish")
        kind, wait = self.before("send")
        container = self.said["creation_id"]
        if kind == "late":
            self.state.late.append((self.state.clock() + wait, lambda: self.state.publish(container)))
            raise Hung
        return self.after(kind, wait, {"id": self.state.publish(container)})

    def _comments(self, native_id: str) -> Any:
        self.us("instagram_business_manage_comments")
        kind, wait = self.before("answers")
        self.state.there(native_id)
        return self.after(kind, wait, self.listed(self.state.below(native_id), self._remark))

    def _comment(self, native_id: str, edge: str) -> Any:
        self.us("instagram_business_manage_comments")
        kind, wait = self.before("send")
        if (edge == "replies") != (native_id in self.state.comments):
            raise Said(400, *MISSING)
        text = self.said["message"]
        if kind == "late":
            self.state.late.append(
                (self.state.clock() + wait, lambda: self.state.comment((US, HANDLE), text, native_id))
            )
            raise Hung
        return self.after(kind, wait, {"id": self.state.comment((US, HANDLE), text, native_id)})

    def _single(self, native_id: str) -> Any:
        self.us("instagram_business_basic")
        if native_id in self.state.containers:
            return {"id": native_id, "status_code": self.state.status(native_id), "status": self.state.why}
        row, fields = self.state.there(native_id), self.query.get("fields", "")
        if native_id in self.state.media:
            if "hidden" in fields:
                raise Said(400, 100, 0, "(#100) Tried accessing nonexisting field (hidden)")
            return self._post(row)
        if "permalink" in fields or "comments_count" in fields:
            raise Said(400, 100, 0, "(#100) Tried accessing nonexisting field (permalink)")
        return self._remark(row)

    def _hide(self, native_id: str) -> Any:
        self.us("instagram_business_manage_comments")
        if native_id in self.state.media and "comment_enabled" in self.said:
            self.state.there(native_id)["is_closed"] = self.said["comment_enabled"] == "false"
            return {"success": True}
        if native_id not in self.state.comments or "hide" not in self.said:
            raise Said(400, *MISSING)
        self.state.there(native_id)["hidden"] = self.said["hide"] == "true"
        return {"success": True}

    def _delete(self, native_id: str) -> Any:
        self.us("instagram_business_manage_comments")
        if native_id in self.state.media:
            raise Said(400, 100, 0, "(#100) Unsupported delete request")
        self.state.delete(native_id)
        return {"success": True}

    def _post(self, row: dict[str, Any]) -> dict[str, Any]:
        shown = [
            {"id": f"9{number}", "media_type": "IMAGE", "media_url": f"https://scontent.example/{self.state.next_id()}"}
            for number, _ in enumerate(row["pictures"])
        ]
        told: dict[str, Any] = {
            "id": row["id"], "timestamp": self.state.stamp(row["at"]), "username": HANDLE,
            "permalink": f"https://www.instagram.com/p/{row['id']}/", "media_type": "IMAGE",
            "comments_count": sum(one["media"] == row["id"] and not one["gone"] for one in self.state.comments.values()),
            "like_count": row["likes"],
        }  # fmt: skip
        if row["text"]:
            told["caption"] = row["text"]
        if len(shown) > 1:
            return told | {"media_type": "CAROUSEL_ALBUM", "children": {"data": shown}}
        return told | {"media_url": shown[0]["media_url"]} if shown else told

    def _remark(self, row: dict[str, Any]) -> dict[str, Any]:
        told: dict[str, Any] = {
            "id": row["id"], "text": row["text"], "timestamp": self.state.stamp(row["at"]), "hidden": row["hidden"],
            "username": row["who"][1], "from": {"id": row["who"][0], "username": row["who"][1]}, "media": {"id": row["media"]},
        }  # fmt: skip
        if row["parent"]:
            return told | {"parent_id": row["parent"]}
        answers = self.state.below(row["id"])
        if answers and "replies{" in self.query.get("fields", ""):
            first = answers[: self.state.first_answers]
            told["replies"] = {"data": [self._remark(one) for one in first]}
            if len(answers) > len(first):
                after = self.cursor_of(first[-1]["id"])
                told["replies"]["paging"] = {"cursors": {"after": after}, "next": "https://never-to-be-used.example/"}
        return told
