"""What happens in a subreddit: posts, trees of comments, private messages, moderators who take away and a filter that holds back."""

from dataclasses import dataclass, field
from typing import Any

from tests.networks.code_flow import Gate
from tests.networks.loopback import Stopped

SUBREDDIT, HANDLE = "HausAmSee", "haus"
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass
class Network(Gate):
    """`people`: handle -> id; `page`: things of a listing; `listing_end`: where every listing ends; `breadth` and `depth`: how
    much of a tree comes at once; `ratelimit`: seconds a fresh account must wait; `fault`: a refusal of the next words."""

    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=lambda: {HANDLE: "h1", "mia": "m2", "jan": "j3"})
    moderators: set[str] = field(default_factory=set)
    subreddits: set[str] = field(default_factory=lambda: {SUBREDDIT, "anderswo"})
    page: int = 100
    listing_end: int = 1000
    breadth: int = 200
    depth: int = 10
    remaining: float = 900.0
    ratelimit: float = 0
    fault: tuple[str, str] = ("", "")
    filters: bool = False
    has_boxes: bool = True
    appeared: list[str] = field(default_factory=list)
    last: int = 1_000_000
    is_basic: bool = True
    agents: list[str] = field(default_factory=list)

    def post(self, who: str, title: str, text: str, subreddit: str = SUBREDDIT, *, at: float = 0, **more: Any) -> str:
        """A post; its name."""
        return self._add("t3", who, text, at, subreddit, {"title": title, **more})

    def comment(self, who: str, text: str, parent: str, *, at: float = 0, **more: Any) -> str:
        """A comment below a post or a comment; its name."""
        above = self.there(parent)
        link = parent if parent.startswith("t3") else above["link"]
        return self._add("t1", who, text, at, above["subreddit"], {"link": link, "parent": parent, **more})

    def write(self, who: str, to: str, text: str, subject: str = "Frage", parent: str = "") -> str:
        """A private message, or the answer to one; its name."""
        above = self.rows.get(parent)
        first = (above["first"] or parent) if above else ""
        more = {"to": to, "title": f"re: {subject}" if parent else subject, "parent": parent, "first": first}
        return self._add("t4", who, text, 0, "", more)

    def there(self, name: str) -> dict[str, Any]:
        row = self.rows.get(name)
        if row is None or row["state"] == "deleted":
            raise Stopped(404, {"message": "Not Found", "error": 404})
        return row

    def edit(self, name: str, text: str) -> None:
        self.there(name).update(text=text, edited=float(int(self.now())))

    def below(self, name: str) -> list[dict[str, Any]]:
        """Direct answers, oldest first."""
        return [row for row in self.rows.values() if row.get("parent") == name]

    def newest(self, kind: str) -> list[dict[str, Any]]:
        return [row for row in reversed(self.rows.values()) if row["name"].startswith(kind)]

    def sees(self, us: str, row: dict[str, Any]) -> bool:
        """Whether a listing shows it to us: what was removed, to its author and to moderators."""
        return row["state"] not in ("removed", "filtered") or us in self.moderators or row["who"] == us

    def _add(self, kind: str, who: str, text: str, at: float, subreddit: str, more: dict[str, Any]) -> str:
        self.last += 1
        name = f"{kind}_{_base36(self.last)}"
        row = {
            "name": name, "who": who, "text": text, "at": float(int(at or self.now())), "subreddit": subreddit, "edited": False,
            "state": "filtered" if self.filters and who not in self.moderators else "", "score": 1, "locked": False,
        }  # fmt: skip
        self.rows[name] = row | more
        self.appeared.append(text)
        return name


def _base36(number: int) -> str:
    written = ""
    while number:
        number, digit = divmod(number, 36)
        written = DIGITS[digit] + written
    return written
