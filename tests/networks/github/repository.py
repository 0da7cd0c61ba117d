"""The repository: its discussions, comments and answers, and the questions that are asked of it, by their names."""

import itertools
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.networks.loopback import Asked, Route, Stopped, Town

US, MIA, JAN = "U_haus", "U_mia", "U_jan"
PEOPLE = {US: ("haus", "Unser Haus"), MIA: ("mia", "Mia Muster"), JAN: ("jan", "Jan Beispiel")}
NAME, REPOSITORY = "haus/werkstatt", "R_werkstatt"
CATEGORIES = [
    {"id": "DIC_1", "name": "Ankündigungen", "slug": "announcements"},
    {"id": "DIC_2", "name": "General", "slug": "general"},
]


def failed(kind: str, message: str, **data: Any) -> Stopped:
    error = {"message": message} | ({"type": kind} if kind else {})
    return Stopped(200, {"data": data or None, "errors": [error]})


def missing(native_id: str) -> Stopped:
    return failed("NOT_FOUND", f"Could not resolve to a node with the global id of '{native_id}'.", node=None)


@dataclass
class Repository(Town):
    """`may_moderate`: what our token is allowed; `left`: points of the rate limit; `spoken`: the last mutation."""

    tokens: set[str] = field(default_factory=lambda: {"github_pat_right_token_of_the_house"})
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=lambda: {"X-RateLimit-Remaining": "4990"})
    may_moderate: bool = True
    is_enabled: bool = True
    page: int = 100
    seen: list[str] = field(default_factory=list)
    _numbers: Any = field(default_factory=lambda: itertools.count(1))

    def routes(self) -> list[Route]:
        return [("POST", "/graphql", self._graphql)]

    def verb_of(self, asked: Asked) -> str:
        query = str(json.loads(asked.body)["query"]).strip()
        return "read" if query.startswith("query") else "say"

    def refusal(self, kind: str, wait: float) -> Stopped:
        if kind == "too_many":
            told = {"message": "You have exceeded a secondary rate limit."}
            return Stopped(403, told, {"Retry-After": str(int(wait))})
        return Stopped(401, {"message": "Bad credentials"})

    def open(self, user: str, title: str, text: str, at: float | None = None) -> str:
        """A discussion; its id."""
        native_id = f"D_{next(self._numbers)}"
        self.rows[native_id] = {
            "kind": "Discussion", "id": native_id, "by": user, "title": title, "text": text, "at": self.now() if at is None else at,
            "answer": "", "edited": None, "locked": False,
        }  # fmt: skip
        self.seen.append(text)
        return native_id

    def comment(self, user: str, root: str, text: str, above: str = "") -> str:
        """A comment, or an answer to one; its id."""
        native_id = f"DC_{next(self._numbers)}"
        self.rows[native_id] = {
            "kind": "DiscussionComment", "id": native_id, "by": user, "root": root, "above": above, "text": text,
            "at": self.now(), "edited": None, "minimized": False, "gone": None,
        }  # fmt: skip
        self.seen.append(text)
        return native_id

    def accept(self, native_id: str, is_accepted: bool = True) -> None:
        root = self.rows[self.rows[native_id]["root"]]
        root["answer"], root["chosen_at"] = (native_id if is_accepted else ""), self.now()

    def remove(self, native_id: str) -> None:
        """A comment with answers leaves a stone; a discussion takes all with it."""
        row = self.rows[native_id]
        if row["kind"] == "Discussion":
            for one in [one for one in self.rows.values() if one.get("root") == native_id]:
                del self.rows[one["id"]]
        elif self._below(native_id):
            row |= {"gone": self.now(), "text": ""}
            return
        del self.rows[native_id]

    def _graphql(self, asked: Asked) -> Any:
        if asked.headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
            raise Stopped(401, {"message": "Bad credentials"})
        said = json.loads(asked.body)
        query = said["query"]
        if query.count("{") != query.count("}"):
            raise failed("", "Parse error")
        found = re.match(r"\s*(query|mutation) (\w+)", query)
        assert found
        act: Callable[..., Any] = getattr(self, f"_{found[2].lower()}")
        given = {("node" if name == "id" else name): value for name, value in said["variables"].items()}
        return {"data": act(**given)}

    def _viewer(self) -> Any:
        return {"viewer": {"id": US, "login": "haus", "name": "Unser Haus"}}

    def _repository(self, owner: str, name: str) -> Any:
        if f"{owner}/{name}" != NAME:
            raise failed(
                "NOT_FOUND", f"Could not resolve to a Repository with the name '{owner}/{name}'.", repository=None
            )
        return self._viewer() | {"repository": {
            "id": REPOSITORY, "nameWithOwner": NAME, "url": f"https://github.com/{NAME}", "isPrivate": False,
            "hasDiscussionsEnabled": self.is_enabled, "viewerPermission": "TRIAGE" if self.may_moderate else "READ",
            "discussionCategories": {"nodes": CATEGORIES},
        }}  # fmt: skip

    def _discussions(self, owner: str, name: str, first: int, after: str | None) -> Any:
        return {"repository": {"discussions": self._listed(self._newest_first(), first, after)}}

    def _search(self, wanted: str, first: int, after: str | None) -> Any:
        found = re.fullmatch(rf"repo:{NAME} created:<=(\S+) sort:created-desc", wanted)
        assert found
        until = datetime.fromisoformat(found[1]).timestamp()
        return {"search": self._listed([one for one in self._newest_first() if int(one["at"]) <= until], first, after)}

    def _newest_first(self) -> list[dict[str, Any]]:
        return sorted(
            (one for one in self.rows.values() if one["kind"] == "Discussion"), key=lambda one: -float(one["at"])
        )

    def _comments(self, node: str, first: int, after: str | None) -> Any:
        root = self._there(node)
        tops = [one for one in self.rows.values() if one.get("root") == node and not one["above"]]
        told = self._listed(tops, first, after)
        for row in told["nodes"]:
            row["below"] = self._listed(self._below(row["id"]), 50, None)
        answer = {"id": root["answer"]} if root["answer"] else None
        return {"node": {
            "comments": told, "answer": answer, "answerChosenAt": self._stamp(root["chosen_at"]) if answer else None,
            "answerChosenBy": self._actor(root["by"]) if answer else None,
        }}  # fmt: skip

    def _replies(self, node: str, after: str | None) -> Any:
        self._there(node)
        return {"node": {"replies": self._listed(self._below(node), 100, after)}}

    def _node(self, node: str) -> Any:
        return {"node": self._shown(self._there(node))}

    def _create(self, repository: str, category: str, title: str, body: str) -> Any:
        if repository != REPOSITORY or category not in [one["id"] for one in CATEGORIES]:
            raise missing(category)
        if not title.strip() or not body.strip() or len(body) > 65_536:
            raise failed("UNPROCESSABLE", "Body is too long (maximum is 65536 characters)")
        native_id = self.open(US, title, body.replace("\n", "\r\n"))
        return {"createDiscussion": {"said": self._shown(self.rows[native_id])}}

    def _answer(self, discussion: str, above: str | None, body: str) -> Any:
        if self._there(discussion)["locked"]:
            raise failed("FORBIDDEN", "This discussion is locked.")
        if above and self._there(above)["above"]:
            raise failed("UNPROCESSABLE", "Parent comment is already in a thread, cannot reply to it")
        native_id = self.comment(US, discussion, body.replace("\n", "\r\n"), above or "")
        return {"addDiscussionComment": {"said": self._shown(self.rows[native_id])}}

    def _delete(self, node: str) -> Any:
        return self._deletecomment(node)

    def _deletecomment(self, node: str) -> Any:
        if self._there(node)["by"] != US:
            self._moderating()
        self.remove(node)
        return {"deleted": {"clientMutationId": None}}

    def _edit(self, node: str, title: str, body: str) -> Any:
        self.rows[node] |= {"title": title}
        return self._editcomment(node, body)

    def _editcomment(self, node: str, body: str) -> Any:
        row = self._there(node)
        if row["by"] != US:
            raise failed("FORBIDDEN", "haus does not have the correct permissions to execute this")
        row |= {"text": body.replace("\n", "\r\n"), "edited": self.now()}
        return {"edited": {"clientMutationId": None}}

    def _accept(self, node: str) -> Any:
        return self._marked(node, True)

    def _unaccept(self, node: str) -> Any:
        return self._marked(node, False)

    def _marked(self, node: str, is_accepted: bool) -> Any:
        row = self._there(node)
        if self.rows[row["root"]]["by"] != US:
            self._moderating()
        if row["above"]:
            raise failed("UNPROCESSABLE", "Only top-level comments can be marked as the answer")
        self.accept(node, is_accepted)
        return {"marked": {"clientMutationId": None}}

    def _hide(self, node: str) -> Any:
        return self._minimized(node, True)

    def _unhide(self, node: str) -> Any:
        return self._minimized(node, False)

    def _minimized(self, node: str, is_minimized: bool) -> Any:
        self._moderating()
        if self._there(node)["kind"] != "DiscussionComment":
            raise missing(node)
        self.rows[node]["minimized"] = is_minimized
        return {"minimized": {"clientMutationId": None}}

    def _lock(self, node: str) -> Any:
        return self._locked(node, True)

    def _unlock(self, node: str) -> Any:
        return self._locked(node, False)

    def _locked(self, node: str, is_locked: bool) -> Any:
        self._moderating()
        if self._there(node)["kind"] != "Discussion":
            raise missing(node)
        self.rows[node]["locked"] = is_locked
        return {"locked": {"clientMutationId": None}}

    def _moderating(self) -> None:
        if not self.may_moderate:
            raise failed("FORBIDDEN", "haus does not have the correct permissions to execute this")

    def _there(self, native_id: str) -> dict[str, Any]:
        if native_id not in self.rows:
            raise missing(native_id)
        return self.rows[native_id]

    def _below(self, native_id: str) -> list[dict[str, Any]]:
        return [one for one in self.rows.values() if one.get("above") == native_id]

    def _listed(self, rows: list[dict[str, Any]], first: int, after: str | None) -> dict[str, Any]:
        start, size = int(after or 0), min(first, self.page)
        more = start + size < len(rows)
        info = {"hasNextPage": more, "endCursor": str(start + size)}
        return {"nodes": [self._shown(one) for one in rows[start : start + size]], "pageInfo": info}

    def _actor(self, user: str) -> dict[str, Any] | None:
        return (
            {"__typename": "User", "id": user, "login": PEOPLE[user][0], "name": PEOPLE[user][1]}
            if user in PEOPLE
            else None
        )

    def _stamp(self, at: float | None) -> str | None:
        return None if at is None else datetime.fromtimestamp(int(at), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def _shown(self, row: dict[str, Any]) -> dict[str, Any]:
        told = {
            "__typename": row["kind"], "id": row["id"], "body": row["text"], "bodyHTML": f"<p>{row['text']}</p>", "author": self._actor(row["by"]),
            "createdAt": self._stamp(row["at"]), "lastEditedAt": self._stamp(row["edited"]), "upvoteCount": 1, "reactions": {"totalCount": 2},
        }  # fmt: skip
        if row["kind"] == "Discussion":
            tops = [one for one in self.rows.values() if one.get("root") == row["id"] and not one["above"]]
            return told | {
                "title": row["title"], "locked": row["locked"], "url": f"https://github.com/{NAME}/discussions/{row['id'][2:]}",
                "comments": {"totalCount": len(tops)}, "category": {"name": "General"},
            }  # fmt: skip
        root = self.rows[row["root"]]
        return told | {
            "url": f"https://github.com/{NAME}/discussions/{root['id'][2:]}#discussioncomment-{row['id'][3:]}", "deletedAt": self._stamp(row["gone"]),
            "isAnswer": root["answer"] == row["id"], "isMinimized": row["minimized"], "replyTo": {"id": row["above"]} if row["above"] else None,
            "discussion": {"id": root["id"], "author": self._actor(root["by"])}, "replies": {"totalCount": len(self._below(row["id"]))},
        }  # fmt: skip
