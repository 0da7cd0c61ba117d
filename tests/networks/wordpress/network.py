"""What happens at a site: users with rights, posts and pages, comments that are held, approved, spam or in the trash, media, faults."""

import html
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

AUTHOR = frozenset({"edit_posts", "publish_posts", "upload_files"})
EDITOR = AUTHOR | {"edit_others_posts", "moderate_comments"}
CONTRIBUTOR = frozenset({"edit_posts"})
FLOOD_SECONDS = 15


class Problem(Exception):
    """WordPress's WP_Error: a status, a code, a sentence."""

    def __init__(self, status: int, code: str, message: str = "") -> None:
        super().__init__(code)
        self.status, self.code, self.message = status, code, message or code


@dataclass
class User:
    """Someone with an account here; `password` is an application password without blanks."""

    id: int
    slug: str
    name: str
    may: frozenset[str]
    password: str


@dataclass
class Post:
    """A post, a page, or nothing any more. Times are seconds since 1970."""

    id: int
    author: int
    title: str
    content: str
    at: float
    modified: float
    status: str = "publish"
    type: str = "post"
    slug: str = ""
    featured: int = 0
    categories: tuple[int, ...] = (1,)
    is_closed: bool = False


@dataclass
class Comment:
    """`status`: approved, hold, spam, trash."""

    id: int
    post: int
    parent: int
    author: int
    name: str
    email: str
    content: str
    at: float
    status: str = "approved"


@dataclass
class Medium:
    """A file of the media library."""

    id: int
    author: int
    slug: str
    media_type: str
    alt: str
    content: bytes


@dataclass
class Network:
    """The site. `zone`: hours its clock is ahead of UTC; `clock`: seconds since 1970."""

    clock: Callable[[], float] = time.time
    zone: float = 1.0
    pretty: bool = True
    lock: threading.RLock = field(default_factory=threading.RLock)
    users: dict[int, User] = field(default_factory=dict)
    posts: dict[int, Post] = field(default_factory=dict)
    comments: dict[int, Comment] = field(default_factory=dict)
    media: dict[int, Medium] = field(default_factory=dict)
    categories: dict[int, str] = field(default_factory=lambda: {1: "Allgemein", 7: "Neues & Wichtiges"})
    faults: list[list[Any]] = field(default_factory=list)
    appeared: list[str] = field(default_factory=list)
    visits: list[str] = field(default_factory=list)
    last_id: int = 0

    def enrol(self, slug: str, name: str, may: frozenset[str]) -> User:
        user = User(self._next(), slug, name, may, f"pass{slug}0000")
        self.users[user.id] = user
        return user

    def write(self, author: int, title: str, content: str, **more: Any) -> Post:
        """A post as somebody publishes it in the editor."""
        with self.lock:
            at = more.pop("at", None) or self.clock()
            post = Post(self._next(), author, title, content, at, more.pop("modified", at), **more)
            wished = post.slug or re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or str(post.id)
            post.slug = self._unique(wished)
            self.posts[post.id] = post
            if post.status == "publish":
                self.appeared.append(content)
            return post

    def change(self, number: int, **new: Any) -> None:
        """Somebody edits, plans, trashes a post."""
        with self.lock:
            for name, value in new.items():
                setattr(self.posts[number], name, value)
            self.posts[number].modified = self.clock()

    def comment(
        self, post: int, text: str, parent: int = 0, *, user: User | None = None, name: str = "Mia", **more: Any
    ) -> Comment:
        """A comment as the form below a post takes it (wp_allow_comment): a stranger's is held."""
        with self.lock:
            by = user.id if user else 0
            shown = user.name if user else name
            for other in self.comments.values():
                is_twin = (other.post, other.parent, other.name, other.content) == (post, parent, shown, text)
                if is_twin and other.status != "trash":
                    raise Problem(409, "comment_duplicate", "Duplicate comment detected")
            is_hasty = any(one.author == by and self.clock() - one.at < FLOOD_SECONDS for one in self.comments.values())
            if user and "moderate_comments" not in user.may and is_hasty:
                raise Problem(400, "comment_flood", "You are posting comments too quickly. Slow down.")
            status = more.pop("status", "approved" if user else "hold")
            mail = f"{user.slug}@haus.example" if user else more.pop("email", f"{name.lower()}@fern.example")
            comment = Comment(
                self._next(), post, parent, by, shown, mail, text, more.pop("at", None) or self.clock(), status
            )
            self.comments[comment.id] = comment
            if status == "approved":
                self.appeared.append(text)
            return comment

    def allowed(self, user: User | None, post: Post, verb: str = "read") -> bool:
        """read_post and edit_post."""
        if verb == "read" and post.status == "publish":
            return True
        if user is None:
            return False
        return "edit_others_posts" in user.may or (post.author == user.id and "edit_posts" in user.may)

    def plant(self, verb: str, kind: str, *, times: int | None = 1, wait: float = 0.0) -> None:
        """Let `kind` happen at the next `times` requests of `verb` (send, read, upload, delete)."""
        with self.lock:
            self.faults.append([verb, kind, times, wait])

    def draw(self, verb: str) -> tuple[str, float]:
        """The fault for this request, or ""."""
        with self.lock:
            for fault in self.faults:
                if fault[0] == verb and fault[2] != 0:
                    fault[2] = fault[2] if fault[2] is None else fault[2] - 1
                    return str(fault[1]), float(fault[3])
        return "", 0.0

    def stamp(self, at: float, *, gmt: bool) -> str:
        moment = datetime.fromtimestamp(int(at), UTC) + timedelta(hours=0 if gmt else self.zone)
        return moment.strftime("%Y-%m-%dT%H:%M:%S")

    def seconds(self, written: str) -> float:
        """A time in a question: with a zone, or else in the site's own (WP_Date_Query)."""
        moment = datetime.fromisoformat(written)
        if moment.tzinfo:
            return moment.timestamp()
        return moment.replace(tzinfo=UTC).timestamp() - self.zone * 3600

    def _next(self) -> int:
        with self.lock:
            self.last_id += 1
            return self.last_id

    def _unique(self, slug: str) -> str:
        taken = {one.slug for one in [*self.posts.values(), *self.media.values()]}
        found, number = slug, 1
        while found in taken:
            number += 1
            found = f"{slug}-{number}"
        return found


def texturised(text: str) -> str:
    """What wptexturize makes of quotes and dashes outside of tags."""
    return "".join(
        part
        if part.startswith("<")
        else part.replace('"', "&#8220;").replace("'", "&#8217;").replace(" - ", " &#8211; ")
        for part in re.split(r"(<[^>]*>)", text)
    )


def shown_post(content: str) -> str:
    """the_content: blocks lose their marks, shortcodes run."""
    without = re.sub(r"<!--.*?-->", "", content, flags=re.DOTALL)
    return texturised(re.sub(r"\[(\w+)[^\]]*\]", r"<b>shortcode \1 ran</b>", without)).strip() + "\n"


def shown_comment(content: str) -> str:
    """comment_text: wpautop and make_clickable."""
    linked = re.sub(r"(https?://[^\s<]+[^\s<.,;)])", r'<a href="\1" rel="nofollow ugc">\1</a>', content)
    parts = [part.replace("\n", "<br />\n") for part in re.split(r"\n\n+", texturised(linked).strip())]
    return "".join(f"<p>{part}</p>\n" for part in parts)


def kses(content: str) -> str:
    """What is left of a stranger's comment."""
    return re.sub(r"</?(?!a\b|b\b|em\b|strong\b|blockquote\b|code\b|i\b)\w+[^>]*>", "", content)


def plain(content: str) -> str:
    """Words of stored HTML, as a judge reads them."""
    return html.unescape(re.sub(r"<[^>]*>", "", re.sub(r"<!--.*?-->", "", content, flags=re.DOTALL))).strip()
