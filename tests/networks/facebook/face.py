"""The page's face: /me, /{page}/feed, comments, photos, and the log-in."""

import json
from typing import Any, ClassVar

from tests.networks.facebook.network import PAGE, Network
from tests.networks.graph import Hung, Said, Visit

SCOPES = (
    "pages_show_list",
    "pages_read_engagement",
    "pages_read_user_content",
    "pages_manage_posts",
    "pages_manage_engagement",
)
BELL = "pages_manage_metadata"
ID = r"/(\d+_?\d*)"


class PageVisit(Visit):
    """One request to Facebook."""

    state: Network
    routes: ClassVar[list[tuple[str, str, str]]] = [
        ("GET", r"/dialog/oauth", "_agree"),
        ("GET", r"/oauth/access_token", "_token"),
        ("GET", r"/me/permissions", "_permissions"),
        ("GET", r"/me/accounts", "_accounts"),
        ("GET", r"/me", "_me"),
        ("GET", rf"{ID}/feed", "_feed"),
        ("POST", rf"{ID}/feed", "_post"),
        ("POST", rf"{ID}/photos", "_photo"),
        ("POST", rf"{ID}/subscribed_apps", "_tell"),
        ("GET", rf"{ID}/comments", "_comments"),
        ("POST", rf"{ID}/comments", "_comment"),
        ("GET", ID, "_single"),
        ("POST", ID, "_change"),
        ("DELETE", ID, "_delete"),
    ]

    def _agree(self) -> None:
        self.agreed(self.query["scope"])

    def _token(self) -> Any:
        self.before("login")
        if self.query.get("grant_type") == "fb_exchange_token":
            short = self.state.tokens.get(self.query["fb_exchange_token"])
            if short is None or self.query.get("client_secret") is None:
                raise Said(400, 190, 0, "Invalid OAuth access token")
            return {"access_token": self.state.grant(short.owner, tuple(short.scopes), 5183944), "expires_in": 5183944}
        kept = self.exchanged(self.query)
        scopes = [one for one in kept["scope"].split(",") if one not in self.state.declined]
        return {"access_token": self.state.grant("person", scopes, 5000), "token_type": "bearer", "expires_in": 5000}

    def _permissions(self) -> Any:
        self.us()
        return {"data": [
            {"permission": one, "status": "declined" if one in self.state.declined else "granted"}
            for one in (*SCOPES, BELL)
        ]}  # fmt: skip

    def _accounts(self) -> Any:
        self.us("pages_show_list")
        rows = [{"id": native_id, "name": name} for native_id, name in self.state.pages.items()]
        return self.listed(rows, lambda row: row | {
            "link": f"https://www.facebook.com/{row['id']}", "access_token": self.state.grant(row["id"], self._given()),
        })  # fmt: skip

    def _given(self) -> list[str]:
        return [one for one in (*SCOPES, BELL) if one not in self.state.declined]

    def _tell(self, native_id: str) -> Any:
        us = self.us("pages_show_list", BELL)
        if native_id != us:
            raise Said(403, 200, 0, "(#200) A Page access token is required")
        self.state.tells[us] = self.said["subscribed_fields"]
        return {"success": True}

    def _me(self) -> Any:
        us = self.us()
        return {"id": us, "name": self.state.pages.get(us, "Mia Muster")}

    def _feed(self, native_id: str) -> Any:
        self.us("pages_read_engagement", "pages_read_user_content")
        kind, wait = self.before("read")
        until = int(self.query.get("until", 2**40))
        rows = [row for row in self.state.feed() if native_id == PAGE and row["at"] <= until]
        return self.after(kind, wait, self.listed(rows, self._shape))

    def _post(self, native_id: str) -> Any:
        us = self.us("pages_manage_posts")
        photos = tuple(json.loads(v)["media_fbid"] for n, v in self.said.items() if n.startswith("attached_media["))
        link = self.said.get("link", "")
        assert not (link and photos), "a post shows a link or pictures"
        if self.state.unreadable in link:
            raise Said(400, 100, 1609005, "(#100) The link could not be read")
        self.state.links += [link] if link else []
        return self._say(us, "", photos)

    def _comment(self, native_id: str) -> Any:
        us = self.us("pages_manage_engagement")
        one = self.said.get("attachment_id")
        return self._say(us, native_id, (one,) if one else ())

    def _say(self, us: str, parent: str, photos: tuple[str, ...]) -> Any:
        kind, wait = self.before("send")
        who, text = (us, self.state.pages[us]), self.said.get("message", "")
        if kind == "late":
            self.state.late.append((self.state.clock() + wait, lambda: self.state.say(who, text, parent, photos)))
            raise Hung
        native_id = self.state.say(who, text, parent, photos)
        told = {"id": native_id}
        if "fields" in self.said:
            shown = self._shape(self.state.rows[native_id])
            told = {name: shown[name] for name in self.said["fields"].split(",")}
        return self.after(kind, wait, told)

    def _photo(self, native_id: str) -> Any:
        self.us("pages_manage_posts")
        kind, wait = self.before("upload")
        assert self.said["published"] == "false"
        file = self.files["source"]
        content = file.get_payload(decode=True)
        alt = self.said.get("alt_text_custom", "")
        return self.after(kind, wait, {"id": self.state.upload(content, file.get_content_type(), alt)})

    def _comments(self, native_id: str) -> Any:
        self.us("pages_read_engagement", "pages_read_user_content")
        kind, wait = self.before("answers")
        rows = self.state.below(native_id, is_stream=self.query.get("filter") == "stream")
        # A stream is in order of time, and what can be ranked is ranked, whatever order is asked for.
        return self.after(kind, wait, self.listed(rows, self._shape))

    def _single(self, native_id: str) -> Any:
        self.us("pages_read_engagement", "pages_read_user_content")
        row = self.state.there(native_id)
        if row["root"] and "shares" in self.query.get("fields", ""):
            raise Said(400, 100, 0, "(#100) Tried accessing nonexisting field (shares)")
        return self._shape(row)

    def _change(self, native_id: str) -> Any:
        us = self.us("pages_manage_engagement")
        if "message" in self.said:
            return self._edit(us, native_id)
        self.state.there(native_id)["hidden"] = self.said["is_hidden"] == "true"
        return {"success": True}

    def _edit(self, us: str, native_id: str) -> Any:
        self.us("pages_manage_posts")
        kind, wait = self.before("edit")
        row = self.state.there(native_id)
        if row["who"] is None or row["who"][0] != us:
            raise Said(403, 200, 0, "(#200) The post wasn't created by the application")
        if not self.said["message"].strip():
            raise Said(400, 100, 0, "(#100) The message is empty")
        self.state.edit(native_id, self.said["message"])
        return self.after(kind, wait, {"success": True})

    def _delete(self, native_id: str) -> Any:
        self.us("pages_manage_engagement", "pages_manage_posts")
        self.state.delete(native_id)
        return {"success": True}

    def _shape(self, row: dict[str, Any]) -> dict[str, Any]:
        told: dict[str, Any] = {
            "id": row["id"], "message": row["text"], "created_time": self.state.stamp(row["at"]),
            "permalink_url": f"https://www.facebook.com/{row['id']}", "is_hidden": row["hidden"],
        }  # fmt: skip
        if row["who"] is not None:
            told["from"] = {"id": row["who"][0], "name": row["who"][1]}
        pictures = [
            {"type": "photo", "media": {"image": {"src": f"https://scontent.example/{one}?sig={self.state.next_id()}",
                                                  "width": 640, "height": 480}}}
            for one in row["photos"]
        ]  # fmt: skip
        if row["root"]:
            return told | ({"parent": {"id": row["parent"]}} if row["parent"] else {}) | (
                {"attachment": pictures[0]} if pictures else {}
            )  # fmt: skip
        if pictures:
            album = {"type": "album", "subattachments": {"data": pictures}}
            told["attachments"] = {"data": [album] if len(pictures) > 1 else pictures}
        count = len(self.state.below(row["id"], is_stream=True))
        told["comments"] = {"data": [], "summary": {"total_count": count, "can_comment": True}}
        told["reactions"] = {"data": [], "summary": {"total_count": row["reactions"]}}
        return told | ({"shares": {"count": row["shares"]}} if row["shares"] else {})
