"""What happens below a channel's videos: comments with answers on two floors, what is held back or rejected, the day's quota."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.networks.code_flow import Gate
from tests.networks.loopback import Asked, Route, Stopped

US, HANDLE = "UCHausAmSee000000000000a", "@hausamsee"
MIA, JAN = "UCmia", "UCjan"
Row = dict[str, Any]


@dataclass
class Site(Gate):
    """`quota`: units left of the day; `page`: resources of a page; `fault`: status and reason of the next words' refusal."""

    rows: dict[str, Row] = field(default_factory=dict)
    page: int = 100
    quota: int = 10_000
    fault: tuple[int, str] = (0, "")
    has_channel: bool = True
    appeared: list[str] = field(default_factory=list)
    last: int = 0
    lasts: int = 3_599
    needs_pkce: bool = True
    owner: str = US

    def routes(self) -> list[Route]:
        return [
            ("GET", r"/o/oauth2/v2/auth", self.agree),
            ("POST", r"/token", self.exchange),
            ("GET", r"/channels", self._channels),
            ("GET", r"/commentThreads", self._threads),
            ("GET", r"/comments", self._comments),
            ("POST", r"/comments", self._say),
            ("PUT", r"/comments", self._edit),
            ("DELETE", r"/comments", self._delete),
            ("POST", r"/comments/setModerationStatus", self._moderate),
        ]

    def verb_of(self, asked: Asked) -> str:
        named = {"/token": "login", "/comments/setModerationStatus": "moderate"}
        return named.get(asked.path) or super().verb_of(asked)

    def refusal(self, kind: str, wait: float) -> Stopped:
        if kind == "logged_out":
            return refused(401, "authError", "Invalid Credentials")
        return refused(403, "rateLimitExceeded", "Rate Limit Exceeded")

    def unpermitted(self) -> Stopped:
        return refused(403, "insufficientPermissions", "Request had insufficient authentication scopes.")

    def say(self, who: str, text: str, parent: str = "", *, at: float = 0, **more: Any) -> str:
        """A comment below a video, or an answer to one; its id."""
        self.last += 1
        native_id = f"{parent}.a{self.last}" if parent else f"Ugx{self.last:06d}"
        at = float(int(at or self.now()))
        self.rows[native_id] = {
            "id": native_id, "who": who, "text": text, "parent": parent, "at": at, "changed": at, "status": "published", "likes": 0,
        } | more  # fmt: skip
        self.appeared.append(text)
        return native_id

    def edit(self, native_id: str, text: str) -> None:
        self.rows[native_id].update(text=text, changed=float(int(self.now())) + 1)

    def delete(self, native_id: str) -> None:
        """With all below it."""
        for one in [row["id"] for row in self.rows.values() if native_id in (row["id"], row["parent"])]:
            del self.rows[one]

    def below(self, native_id: str) -> list[Row]:
        """Answers that are shown, newest first."""
        rows = [row for row in self.rows.values() if row["parent"] == native_id and row["status"] == "published"]
        return rows[::-1]

    def _us(self, asked: Asked, cost: int) -> str:
        us = self.bearer(asked, "https://www.googleapis.com/auth/youtube.force-ssl")
        if self.quota < cost:
            raise refused(403, "quotaExceeded", "The request cannot be completed because you have exceeded your quota.")
        self.quota -= cost
        return us

    def _channels(self, asked: Asked) -> Any:
        us = self._us(asked, 1)
        items = [{"kind": "youtube#channel", "id": us, "snippet": {"title": "Haus am See", "customUrl": HANDLE}}]
        return {"items": items} if self.has_channel else {"pageInfo": {"totalResults": 0}}

    def _threads(self, asked: Asked) -> Any:
        self._us(asked, 1)
        if "id" in asked.query:
            wanted = asked.first("id").split(",")
            rows = [self.rows[one] for one in wanted if one in self.rows and self.rows[one]["status"] != "rejected"]
            return {"items": [self._thread(row) for row in rows if not row["parent"]]}
        status = asked.first("moderationStatus", "published")
        is_ours = asked.first("allThreadsRelatedToChannelId") == US
        rows = [
            row for row in reversed(self.rows.values()) if is_ours and not row["parent"] and row["status"] == status
        ]
        return self._paged(asked, sorted(rows, key=lambda row: -row["at"]), self._thread)

    def _comments(self, asked: Asked) -> Any:
        self._us(asked, 1)
        if "id" in asked.query:
            wanted = asked.first("id").split(",")
            rows = [self.rows[one] for one in wanted if one in self.rows and self.rows[one]["status"] != "rejected"]
            return {"items": [self._comment(row) for row in rows]}
        parent = asked.first("parentId")
        if parent not in self.rows:
            raise refused(404, "commentNotFound", "The comment could not be found.")
        return self._paged(asked, self.below(parent), self._comment)

    def _paged(self, asked: Asked, rows: list[Row], shape: Any) -> Any:
        ids, after = [row["id"] for row in rows], asked.first("pageToken")
        start = ids.index(after) + 1 if after in ids else 0
        limit = min(int(asked.first("maxResults", "20")), self.page)
        page = rows[start : start + limit]
        told: Row = {"kind": "youtube#listResponse", "items": [shape(row) for row in page]}
        return told | ({"nextPageToken": page[-1]["id"]} if page and start + limit < len(rows) else {})

    def _say(self, asked: Asked) -> Any:
        us, said = self._us(asked, 50), asked.said()["snippet"]
        if self.fault[0]:
            raise refused(*self.fault, "So nicht.")
        above = self.rows.get(said["parentId"])
        if above is None or above["parent"]:
            raise refused(404, "parentCommentNotFound", "The specified parent comment could not be found.")
        if not said["textOriginal"].strip() or len(said["textOriginal"]) > 10_000:
            raise refused(400, "commentTextTooLong", "The comment resource is too long.")
        return self._comment(self.rows[self.say(us, said["textOriginal"], said["parentId"])])

    def _edit(self, asked: Asked) -> Any:
        us, said = self._us(asked, 50), asked.said()
        row = self.rows.get(said["id"])
        if row is None:
            raise refused(404, "commentNotFound", "The comment could not be found.")
        if row["who"] != us:
            raise refused(403, "forbidden", "The comment cannot be updated.")
        if len(said["snippet"]["textOriginal"]) > 10_000:
            raise refused(400, "commentTextTooLong", "The comment resource is too long.")
        self.edit(said["id"], said["snippet"]["textOriginal"])
        return self._comment(row)

    def _delete(self, asked: Asked) -> Any:
        us, native_id = self._us(asked, 50), asked.first("id")
        if native_id not in self.rows:
            raise refused(404, "commentNotFound", "The comment could not be found.")
        if self.rows[native_id]["who"] != us:
            raise refused(403, "forbidden", "The comment cannot be deleted.")
        self.delete(native_id)
        return 204, None

    def _moderate(self, asked: Asked) -> Any:
        self._us(asked, 50)
        row = self.rows.get(asked.first("id"))
        if row is None:
            raise refused(404, "commentNotFound", "One or more of the comments cannot be found.")
        row["status"] = asked.first("moderationStatus")
        return 204, None

    def _thread(self, row: Row) -> Row:
        shown = {
            "channelId": US, "videoId": "vid1", "topLevelComment": self._comment(row), "canReply": True, "isPublic": True,
            "totalReplyCount": len(self.below(row["id"])),
        }  # fmt: skip
        return {"kind": "youtube#commentThread", "id": row["id"], "snippet": shown}

    def _comment(self, row: Row) -> Row:
        shown = {
            "channelId": US, "textDisplay": row["text"], "authorDisplayName": f"@{row['who'][2:].lower()}",
            "authorChannelId": {"value": row["who"]}, "likeCount": row["likes"], "publishedAt": stamp(row["at"]),
            "updatedAt": stamp(row["changed"]), "canRate": True,
        }  # fmt: skip
        shown |= {"textOriginal": row["text"]} if row["who"] == US else {}
        shown |= {"parentId": row["parent"]} if row["parent"] else {}
        shown |= {"moderationStatus": row["status"]} if row["status"] != "published" else {}
        return {"kind": "youtube#comment", "id": row["id"], "snippet": shown}


def refused(status: int, reason: str, message: str) -> Stopped:
    """An error as the API writes it."""
    errors = [{"message": message, "domain": "youtube", "reason": reason}]
    return Stopped(status, {"error": {"code": status, "message": message, "errors": errors}})


def stamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
