"""What happens on an account: posts of pictures by way of containers, comments on two floors."""

from dataclasses import dataclass, field
from typing import Any

from tests.networks.graph import MISSING, Said, State

US, HANDLE = "17841400000000001", "haus.am.see"


@dataclass
class Network(State):
    """`work_seconds`: how long a container takes; `unreachable`: addresses from which nothing can be fetched;
    `tells`: what an account tells the application by webhook; `is_deaf`: it is refused."""

    media: dict[str, dict[str, Any]] = field(default_factory=dict)
    comments: dict[str, dict[str, Any]] = field(default_factory=dict)
    containers: dict[str, dict[str, Any]] = field(default_factory=dict)
    work_seconds: float = 0
    unreachable: str = "nowhere.example"
    first_answers: int = 50
    why: str = "Wie sie sagt"
    is_deaf: bool = False
    tells: dict[str, str] = field(default_factory=dict)

    def contain(self, said: dict[str, str]) -> str:
        """A container: of one picture, or of others."""
        children = [one for one in said.get("children", "").split(",") if one]
        if not children and not said.get("image_url", "").startswith("https://"):
            raise Said(400, 100, 0, "(#100) The parameter image_url is required")
        if len(said.get("caption", "")) > 2200:
            raise Said(400, 100, 2207010, "The caption was too long")
        if any(one not in self.containers for one in children) or len(children) > 10:
            raise Said(400, 100, 0, "(#100) Invalid children")
        native_id = str(self.next_id())
        is_bad = self.unreachable in said.get("image_url", "")
        self.containers[native_id] = {
            "said": said, "children": children, "ready": self.clock() + self.work_seconds, "is_bad": is_bad, "media": "",
        }  # fmt: skip
        return native_id

    def status(self, native_id: str) -> str:
        container = self.containers[native_id]
        if container["media"]:
            return "PUBLISHED"
        if container["is_bad"]:
            return "ERROR"
        return "FINISHED" if container["ready"] <= self.clock() else "IN_PROGRESS"

    def publish(self, native_id: str) -> str:
        if native_id not in self.containers:
            raise Said(400, *MISSING)
        if self.status(native_id) != "FINISHED":
            raise Said(400, 9007, 2207027, "The media is not ready for publishing")
        container = self.containers[native_id]
        pictures = [self.containers[one]["said"] for one in container["children"]] or [container["said"]]
        container["media"] = self.post(container["said"].get("caption", ""), pictures)
        return str(container["media"])

    def post(self, caption: str, pictures: list[dict[str, str]], at: float = 0) -> str:
        native_id = str(self.next_id())
        self.media[native_id] = {"id": native_id, "text": caption, "pictures": pictures, "at": at or self.clock(),
                                 "likes": 0, "gone": False}  # fmt: skip
        self.seen.append(caption)
        return native_id

    def comment(self, who: tuple[str, str], text: str, on: str, at: float = 0) -> str:
        """A comment on a post, or an answer to a comment; an answer to an answer stands beside it."""
        above = self.comments.get(on)
        if above is not None and (above["gone"] or above["hidden"]):
            raise Said(400, *MISSING)
        media = above["media"] if above else self.there(on)["id"]
        if self.media[media].get("is_closed"):
            raise Said(400, 100, 0, "(#100) Comments are turned off for this media")
        if not text.strip() or (who[0] == US and len(text) > 300):
            raise Said(400, 100, 0, "(#100) The comment is empty or too long")
        native_id = str(self.next_id())
        parent = (above["parent"] or above["id"]) if above else ""
        self.comments[native_id] = {
            "id": native_id, "who": who, "text": text, "media": media, "parent": parent, "at": at or self.clock(),
            "hidden": False, "gone": False,
        }  # fmt: skip
        self.seen.append(text)
        return native_id

    def delete(self, native_id: str) -> None:
        """A comment with its answers, or (by hand in the application) a post with all below it."""
        self.there(native_id)["gone"] = True
        for row in self.comments.values():
            if native_id in (row["media"], row["parent"]):
                row["gone"] = True

    def there(self, native_id: str) -> dict[str, Any]:
        row = self.media.get(native_id) or self.comments.get(native_id)
        if row is None or row["gone"]:
            raise Said(400, *MISSING)
        return row

    def below(self, native_id: str) -> list[dict[str, Any]]:
        """Comments on a post, newest first, or answers to a comment, oldest first."""
        rows = [row for row in self.comments.values() if not row["gone"]]
        if native_id in self.comments:
            return [row for row in rows if row["parent"] == native_id]
        return [row for row in reversed(rows) if row["media"] == native_id and not row["parent"]]
