"""What happens on a page: posts of the page and of visitors, comments in threads, pictures, counters."""

from dataclasses import dataclass, field
from typing import Any

from tests.networks.graph import MISSING, Said, State

PAGE, NAME = "777000111", "Haus am See"
LONGEST_POST, LONGEST_COMMENT = 63_206, 8_000


@dataclass
class Network(State):
    """`pages`: those the person manages, by id; `refuses_twins`: the same words twice in a row are error 506; `approves`:
    visitors' posts wait until somebody lets them through; `tells`: what a page tells the application by webhook;
    `links`: those shown below posts, unless they lead to `unreadable`."""

    pages: dict[str, str] = field(default_factory=lambda: {PAGE: NAME})
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    photos: dict[str, dict[str, Any]] = field(default_factory=dict)
    declined: tuple[str, ...] = ()
    refuses_twins: bool = False
    tells: dict[str, str] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)
    unreadable: str = "nowhere.example"

    def say(
        self, who: tuple[str, str], text: str, parent: str = "", photos: tuple[str, ...] = (), at: float = 0
    ) -> str:
        """A post, or a comment below `parent`; its id. An answer to an answer is moved up, as Facebook has two floors."""
        above = self.there(parent) if parent else None
        root = (above["root"] or above["id"]) if above else ""
        floor = "" if above is None or not above["root"] else above["parent"] or above["id"]
        maximum = LONGEST_COMMENT if parent else LONGEST_POST
        if not (text.strip() or photos) or len(text) > maximum:
            raise Said(400, 100, 0, "(#100) The message is empty or too long")
        for one in photos:
            if one not in self.photos or self.photos[one]["used"]:
                raise Said(400, 100, 0, "(#100) Invalid media_fbid")
        twin = next((row for row in reversed(self.rows.values()) if row["who"] == who and row["root"] == root), None)
        if self.refuses_twins and twin and twin["text"] == text and not twin["gone"]:
            raise Said(400, 506, 0, "(#506) Duplicate status message")
        number = self.next_id()
        native_id = f"{root.split('_')[-1]}_{number}" if root else f"{PAGE}_{number}"
        for one in photos:
            self.photos[one]["used"] = True
        self.rows[native_id] = {
            "id": native_id, "who": who, "text": text.strip(), "root": root, "parent": floor, "photos": photos,
            "at": at or self.clock(), "hidden": False, "gone": False, "reactions": 0, "shares": 0,
        }  # fmt: skip
        self.seen.append(text)
        return native_id

    def edit(self, native_id: str, text: str) -> None:
        self.there(native_id)["text"] = text

    def delete(self, native_id: str) -> None:
        """With all below it."""
        self.there(native_id)["gone"] = True
        for row in self.rows.values():
            if native_id in (row["root"], row["parent"]):
                row["gone"] = True

    def upload(self, content: bytes, media_type: str, alt: str) -> str:
        native_id = str(self.next_id())
        self.photos[native_id] = {"content": content, "type": media_type, "alt": alt, "used": False}
        return native_id

    def there(self, native_id: str) -> dict[str, Any]:
        row = self.rows.get(native_id)
        if row is None or row["gone"]:
            raise Said(400, *MISSING)
        return row

    def feed(self) -> list[dict[str, Any]]:
        """Newest first."""
        rows = [row for row in reversed(self.rows.values()) if not row["root"] and not row["gone"]]
        return sorted(rows, key=lambda row: -int(row["at"]))

    def below(self, native_id: str, *, is_stream: bool) -> list[dict[str, Any]]:
        """Comments, oldest first: of all floors in a stream."""
        rows = [row for row in self.rows.values() if not row["gone"]]
        if self.there(native_id)["root"]:
            return [row for row in rows if row["parent"] == native_id]
        return [row for row in rows if row["root"] == native_id and (is_stream or not row["parent"])]

    def public(self) -> list[str]:
        """The words that stand there, in order."""
        return [row["text"] for row in self.rows.values() if not row["gone"]]
