"""What happens at a Discourse forum: topics, posts, private messages, likes, solutions, a queue for moderators."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from typing import Any

from tests.networks.loopback import Town

PAGE, CHUNK, ACTIONS = 50, 20, 30
CLOSED_CATEGORY = 9


@dataclass
class User:
    id: int
    username: str
    name: str
    is_moderator: bool = False


@dataclass
class Post:
    id: int
    topic_id: int
    number: int
    user: User
    raw: str
    at: float
    reply_to: int | None = None
    version: int = 1
    updated: float = 0.0
    deleted: float = 0.0
    user_deleted: bool = False
    post_type: int = 1
    likes: list[User] = field(default_factory=list)


@dataclass
class Topic:
    id: int
    title: str
    user: User
    at: float
    category: int = 1
    external_id: str = ""
    members: tuple[int, ...] = ()
    is_closed: bool = False
    is_unlisted: bool = False
    accepted: int = 0
    deleted: float = 0.0
    highest: int = 0


@dataclass
class Forum(Town):
    """The forum. `settings` are the site's: those of a fresh forum are strict, these are lenient unless a test wants them.

    `windowed`: older servers show as a page of the stream all posts of fifty ids, up to and with `before`.
    """

    users: dict[int, User] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    posts: dict[int, Post] = field(default_factory=dict)
    keys: dict[str, int] = field(default_factory=dict)
    notices: list[dict[str, Any]] = field(default_factory=list)
    pending: list[dict[str, Any]] = field(default_factory=list)
    uploads: list[dict[str, Any]] = field(default_factory=list)
    appeared: list[str] = field(default_factory=list)
    memory: dict[str, Any] = field(default_factory=dict)
    windowed: bool = False
    queues: bool = False
    solved: bool = True
    shows_pending: bool = True
    max_post_length: int = 32_000
    min_post_length: int = 1
    min_title_length: int = 1
    unique_minutes: float = 0
    last_id: int = 0

    def enrol(self, username: str, name: str = "", *, is_moderator: bool = False) -> User:
        user = User(len(self.users) + 1, username, name or username.title(), is_moderator)
        self.users[user.id] = user
        return user

    def key_for(self, user: User) -> str:
        key = f"{user.id:064x}"
        self.keys[key] = user.id
        return key

    def open(self, user: User, title: str, raw: str, *, at: float = 0.0, **more: Any) -> Post:
        """A topic with its first post."""
        topic = Topic(len(self.topics) + 1, title, user, at or self.now(), **more)
        self.topics[topic.id] = topic
        return self._add(topic, user, raw, None, at)

    def write(self, user: User, title: str, raw: str, *to: User) -> Post:
        """A private message."""
        first = self.open(user, title, raw, members=(user.id, *(one.id for one in to)))
        for one in to:
            self._notify(one, 6, first, user)
        return first

    def answer(self, user: User, topic_id: int, raw: str, reply_to: int | None = None, *, at: float = 0.0) -> Post:
        topic = self.topics[topic_id]
        post = self._add(topic, user, raw, reply_to, at)
        for one in self.users.values():
            if one.id != user.id and (one.id in topic.members or (not topic.members and topic.user.id == one.id)):
                self._notify(one, 6 if topic.members else 9, post, user)
        return post

    def edit(self, post: Post, raw: str) -> None:
        post.raw, post.version, post.updated = raw, post.version + 1, self.now()

    def like(self, user: User, post: Post) -> None:
        post.likes.append(user)
        self._notify(post.user, 5, post, user)

    def accept(self, post: Post | None, topic_id: int = 0) -> None:
        topic = self.topics[post.topic_id if post else topic_id]
        topic.accepted = post.number if post else 0

    def delete(self, post: Post) -> None:
        """As staff: trashed, with the first post the whole topic."""
        post.deleted = self.now()
        if post.number == 1:
            self.topics[post.topic_id].deleted = post.deleted

    def take_back(self, post: Post) -> None:
        """As its author: it stands for a day, saying so."""
        post.raw, post.user_deleted, post.version = "(post deleted by author)", True, post.version + 1
        post.updated = self.now()

    def move(self, post: Post, topic_id: int) -> None:
        topic = self.topics[topic_id]
        topic.highest += 1
        post.topic_id, post.number, post.reply_to = topic_id, topic.highest, None

    def approve(self) -> Post:
        """A moderator lets the oldest of the queue pass."""
        one = self.pending.pop(0)
        return self.create(self.users[one["user_id"]], one["said"])

    def create(self, user: User, said: dict[str, Any]) -> Post:
        if said.get("topic_id"):
            return self.answer(user, int(said["topic_id"]), said["raw"], said.get("reply_to_post_number"))
        more = {"category": int(said.get("category") or 1), "external_id": str(said.get("external_id") or "")}
        return self.open(user, said["title"], said["raw"], **more)

    def sees(self, user: User, topic: Topic) -> bool:
        return not topic.members or user.id in topic.members

    def visible(self, topic: Topic, *, deleted_too: bool = False) -> list[Post]:
        found = [post for post in self.posts.values() if post.topic_id == topic.id]
        return sorted((one for one in found if deleted_too or not one.deleted), key=lambda one: one.number)

    def shown(self, post: Post, user: User, *, raw: bool = True) -> dict[str, Any]:
        """A post as PostSerializer writes it."""
        topic = self.topics[post.topic_id]
        replies = sum(one.reply_to == post.number for one in self.visible(topic))
        told = {
            "id": post.id, "name": post.user.name, "username": post.user.username, "created_at": stamp(post.at),
            "cooked": cooked(post.raw), "post_number": post.number, "post_type": post.post_type,
            "updated_at": stamp(post.updated or post.at), "reply_count": replies,
            "reply_to_post_number": post.reply_to, "quote_count": 0, "incoming_link_count": 0, "reads": 3 + replies,
            "score": 0.8, "yours": post.user is user, "topic_id": topic.id, "topic_slug": "thema",
            "topic_title": topic.title, "category_id": None if topic.members else topic.category,
            "display_username": post.user.name, "version": post.version, "user_id": post.user.id, "hidden": False,
            "trust_level": 1, "deleted_at": stamp(post.deleted) if post.deleted else None,
            "user_deleted": post.user_deleted,
            "actions_summary": [{"id": 2, "count": len(post.likes)}] if post.likes else [],
        }  # fmt: skip
        if self.solved:
            told |= {"accepted_answer": topic.accepted == post.number, "can_accept_answer": False}
        return told | ({"raw": post.raw} if raw else {})

    def listed(self, topic: Topic) -> dict[str, Any]:
        """A topic as a list shows it."""
        posts = self.visible(topic)
        told = {
            "id": topic.id, "title": topic.title, "posts_count": len(posts), "highest_post_number": topic.highest,
            "created_at": stamp(topic.at), "last_posted_at": stamp(posts[-1].at if posts else topic.at),
            "bumped_at": stamp(posts[-1].at if posts else topic.at), "pinned": False, "closed": topic.is_closed,
            "archetype": "private_message" if topic.members else "regular", "like_count": sum(len(one.likes) for one in posts),
        }  # fmt: skip
        return told | ({"has_accepted_answer": bool(topic.accepted)} if self.solved else {})

    def _add(self, topic: Topic, user: User, raw: str, reply_to: int | None, at: float) -> Post:
        topic.highest += 1
        self.last_id += 1
        post = Post(self.last_id, topic.id, topic.highest, user, raw.strip(), at or self.now(), reply_to)
        self.posts[post.id] = post
        self.appeared.append(post.raw)
        return post

    def _notify(self, to: User, kind: int, post: Post, by: User) -> None:
        topic = self.topics[post.topic_id]
        data = {
            "topic_title": topic.title, "original_post_id": post.id, "original_post_type": 1,
            "original_username": by.username, "display_username": by.username,
        }  # fmt: skip
        self.notices.append(
            {
                "id": len(self.notices) + 1, "user_id": to.id, "notification_type": kind, "read": False,
                "created_at": stamp(self.now()), "post_number": post.number, "topic_id": topic.id, "slug": "thema",
                "data": data,
            }
        )  # fmt: skip


def stamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def cooked(raw: str) -> str:
    return "\n".join(f"<p>{escape(part)}</p>" for part in raw.split("\n\n"))


def signature(user: User, said: dict[str, Any]) -> str:
    """What makes two calls the same one for two minutes."""
    return json.dumps([user.id, said], sort_keys=True)
