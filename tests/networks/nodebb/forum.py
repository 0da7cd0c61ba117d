"""What happens at a NodeBB forum: topics, posts, votes, questions that are solved, a queue for moderators."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from typing import Any

from tests.networks.loopback import Town


@dataclass
class User:
    uid: int
    username: str
    name: str
    is_moderator: bool = False


@dataclass
class Post:
    pid: int
    tid: int
    user: User
    content: str
    at: int
    to: int = 0
    edited: int = 0
    is_deleted: bool = False
    votes: list[User] = field(default_factory=list)


@dataclass
class Topic:
    tid: int
    title: str
    user: User
    cid: int
    main: int = 0
    is_deleted: bool = False
    is_locked: bool = False
    is_ignored: bool = False
    solved: int = 0


@dataclass
class Forum(Town):
    """The forum; `page` posts or topics on a page, `delay` seconds between two posts of one user."""

    users: dict[int, User] = field(default_factory=dict)
    topics: dict[int, Topic] = field(default_factory=dict)
    posts: dict[int, Post] = field(default_factory=dict)
    tokens: dict[str, int] = field(default_factory=dict)
    notices: list[dict[str, Any]] = field(default_factory=list)
    queue: list[dict[str, Any]] = field(default_factory=list)
    appeared: list[str] = field(default_factory=list)
    page: int = 20
    delay: int = 0
    queues: bool = False
    shows_queue: bool = True
    guests_write: bool = False
    asks: bool = True
    redirects: bool = False
    longest: int = 32_767

    def enrol(self, username: str, name: str = "", *, is_moderator: bool = False) -> User:
        user = User(len(self.users) + 1, username, name or username.title(), is_moderator)
        self.users[user.uid] = user
        return user

    def token_for(self, user: User | None) -> str:
        """A token of one user, or (None) of the whole forum."""
        token = f"00000000-0000-4000-8000-{user.uid if user else 0:012d}"
        self.tokens[token] = user.uid if user else 0
        return token

    def open(self, user: User, title: str, content: str, *, at: float = 0.0, cid: int = 5) -> Post:
        topic = Topic(len(self.topics) + 1, title, user, cid)
        self.topics[topic.tid] = topic
        post = self._add(topic, user, content, 0, at)
        topic.main = post.pid
        return post

    def answer(self, user: User, tid: int, content: str, to: int = 0, *, at: float = 0.0) -> Post:
        topic = self.topics[tid]
        post = self._add(topic, user, content, to, at)
        if user is not topic.user:
            self.notify(topic.user, "new-reply", post, user)
        return post

    def edit(self, post: Post, content: str) -> None:
        post.content, post.edited = content, self.stamp()

    def vote(self, user: User, post: Post) -> None:
        post.votes.append(user)
        self.notify(post.user, "upvote", post, user)

    def delete(self, post: Post, *, is_deleted: bool = True) -> None:
        post.is_deleted = is_deleted

    def delete_topic(self, tid: int) -> None:
        self.topics[tid].is_deleted = True

    def purge(self, post: Post) -> None:
        del self.posts[post.pid]

    def approve(self) -> Post:
        one = self.queue.pop(0)
        return self.create(self.users[one["uid"]], one["tid"], one["said"])

    def create(self, user: User, tid: int, said: dict[str, Any]) -> Post:
        if tid:
            return self.answer(user, tid, said["content"], int(said.get("toPid") or 0))
        return self.open(user, said["title"], said["content"], cid=int(said["cid"]))

    def of(self, topic: Topic) -> list[Post]:
        return sorted((one for one in self.posts.values() if one.tid == topic.tid), key=lambda one: (one.at, one.pid))

    def last_at(self, topic: Topic) -> int:
        standing = [one.at for one in self.of(topic) if not one.is_deleted]
        return standing[-1] if standing else self.of(topic)[0].at if self.of(topic) else 0

    def slim(self, topic: Topic) -> dict[str, Any]:
        """A topic as lists and the write API show it."""
        posts = self.of(topic)
        told = {
            "tid": topic.tid, "uid": topic.user.uid, "cid": topic.cid, "title": escape(topic.title),
            "titleRaw": topic.title, "slug": f"{topic.tid}/thema", "mainPid": topic.main, "postcount": len(posts),
            "viewcount": 9, "deleted": int(topic.is_deleted), "locked": int(topic.is_locked), "pinned": 0,
            "timestamp": posts[0].at if posts else 0, "lastposttime": self.last_at(topic),
            "lastposttimeISO": iso(self.last_at(topic)), "upvotes": 0, "votes": 0,
        }  # fmt: skip
        if self.asks:
            told |= {"isQuestion": 1, "isSolved": int(bool(topic.solved))}
            if topic.solved:
                told["solvedPid"] = topic.solved
        return told

    def shown(self, post: Post, us: User | None) -> dict[str, Any]:
        """A post of a topic as HTML; whom it may not concern sees of a deleted one that it is deleted."""
        hides = post.is_deleted and not (us and (us.is_moderator or us is post.user))
        told = {
            "pid": post.pid, "uid": post.user.uid, "tid": post.tid, "timestamp": post.at, "timestampISO": iso(post.at),
            "content": "[[topic:post-is-deleted]]" if hides else html(post.content), "deleted": int(post.is_deleted),
            "upvotes": len(post.votes), "downvotes": 0, "votes": len(post.votes), "edited": post.edited,
            "editedISO": iso(post.edited) if post.edited else "",
            "user": {
                "uid": post.user.uid, "username": post.user.username, "displayname": post.user.name,
                "userslug": post.user.username,
            },
            "replies": {"count": sum(one.to == post.pid for one in self.posts.values()), "hasMore": False, "users": []},
        }  # fmt: skip
        return told | ({"toPid": str(post.to)} if post.to else {})

    def raw(self, post: Post) -> dict[str, Any]:
        """A post as it was written."""
        told = {
            "pid": post.pid, "uid": post.user.uid, "tid": post.tid, "content": post.content, "timestamp": post.at,
            "deleted": int(post.is_deleted), "upvotes": len(post.votes), "downvotes": 0, "edited": post.edited,
            "replies": sum(one.to == post.pid for one in self.posts.values()),
        }  # fmt: skip
        return told | ({"toPid": post.to} if post.to else {})

    def notify(self, to: User, kind: str, post: Post, by: User) -> None:
        nid = f"{kind}:post:{post.pid}:uid:{by.uid}"
        at = max(self.stamp(), self.notices[-1]["datetime"] + 1 if self.notices else 0)
        self.notices.append(
            {
                "to": to.uid, "type": kind, "nid": nid, "pid": post.pid, "tid": post.tid, "from": by.uid,
                "datetime": at, "datetimeISO": iso(at), "path": f"/post/{post.pid}", "read": False,
                "user": {"uid": by.uid, "username": by.username, "userslug": by.username},
            }
        )  # fmt: skip

    def stamp(self) -> int:
        return int(self.now() * 1000)

    def _add(self, topic: Topic, user: User, content: str, to: int, at: float) -> Post:
        pid = max(self.posts, default=0) + 1
        post = Post(pid, topic.tid, user, content.strip(), int(at * 1000) if at else self.stamp(), to)
        self.posts[pid] = post
        self.appeared.append(post.content)
        return post


def iso(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat().replace("+00:00", "Z")


def html(content: str) -> str:
    return "\n".join(f'<p dir="auto">{escape(part)}</p>' for part in content.split("\n\n"))
