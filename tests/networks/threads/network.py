"""What happens on Threads: posts by way of containers, answers of any depth, mentions, hidden answers, a day's quota."""

from dataclasses import dataclass, field
from typing import Any

from tests.networks.graph import MISSING, Said, State

US, HANDLE = "31400000000000001", "haus.am.see"


@dataclass
class Network(State):
    """`work_seconds`: how long a container takes; `quota`, `reply_quota`: posts and answers in 24 hours."""

    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    containers: dict[str, dict[str, Any]] = field(default_factory=dict)
    work_seconds: float = 0
    quota: int = 250
    reply_quota: int = 1000

    def contain(self, said: dict[str, str]) -> str:
        text, answered = said.get("text", ""), said.get("reply_to_id", "")
        shown = self._shown(said)
        if not (text.strip() or shown) or len(text) > 500:
            raise Said(400, 100, 0, "(#100) Param text must be at most 500 characters long.")
        if answered:
            self.there(answered)
        native_id = str(self.next_id())
        ready = self.clock() + self.work_seconds
        self.containers[native_id] = {
            "text": text,
            "answered": answered,
            "ready": ready,
            "media": "",
            "pictures": shown,
        }
        return native_id

    def _shown(self, said: dict[str, str]) -> list[dict[str, str]]:
        """The pictures of a container; those of a series were laid down before."""
        kind = said.get("media_type")
        if kind == "CAROUSEL":
            children = said["children"].split(",")
            if not 2 <= len(children) <= 20:
                raise Said(400, 100, 0, "(#100) Param children must have 2 to 20 entries")
            return [one for child in children for one in self.containers[child]["pictures"]]
        if kind == "IMAGE":
            if not said["image_url"].startswith("https://") or "nowhere" in said["image_url"]:
                raise Said(400, 100, 2207052, "The media could not be fetched from this URI")
            return [{"url": said["image_url"], "alt": said.get("alt_text", "")}]
        if kind != "TEXT":
            raise Said(400, 100, 0, "(#100) Param media_type")
        return []

    def status(self, native_id: str) -> str:
        container = self.containers[native_id]
        if container["media"]:
            return "PUBLISHED"
        return "FINISHED" if container["ready"] <= self.clock() else "IN_PROGRESS"

    def publish(self, native_id: str) -> str:
        if native_id not in self.containers:
            raise Said(400, *MISSING)
        if self.status(native_id) != "FINISHED":
            raise Said(400, 24, 4279009, "The requested resource does not exist")
        container = self.containers[native_id]
        container["media"] = self.say(HANDLE, container["text"], container["answered"], pictures=container["pictures"])
        return str(container["media"])

    def say(
        self, who: str, text: str, answered: str = "", *, mentions: bool = False, at: float = 0, **more: Any
    ) -> str:
        """A post or an answer; `mentions`: it names us."""
        above = self.there(answered) if answered else None
        native_id = str(self.next_id())
        root = (above["root"] or above["id"]) if above else ""
        self.rows[native_id] = {
            "id": native_id, "who": who, "text": text, "root": root, "parent": answered, "mentions": mentions,
            "at": at or self.clock(), "hidden": False, "gone": False, "likes": 0, **more,
        }  # fmt: skip
        self.seen.append(text)
        return native_id

    def delete(self, native_id: str) -> None:
        """The post alone: what answers it stays."""
        self.there(native_id)["gone"] = True

    def there(self, native_id: str) -> dict[str, Any]:
        row = self.rows.get(native_id)
        if row is None or row["gone"]:
            raise Said(400, *MISSING)
        return row

    def below(self, native_id: str) -> list[dict[str, Any]]:
        """Everything of any depth, oldest first."""
        return [row for row in self.rows.values() if row["root"] == native_id and not row["gone"]]

    def used(self, *, is_reply: bool) -> int:
        day = self.clock() - 86400
        ours = [row for row in self.rows.values() if row["who"] == HANDLE and row["at"] > day]
        return sum(bool(row["parent"]) == is_reply for row in ours)
