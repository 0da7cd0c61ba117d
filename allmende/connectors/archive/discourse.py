"""Discourse topics as its API gives them (`/t/57.json`, `/posts.json`), one JSON file each, in a folder or zip.

Whispers, actions of moderators and private messages stay where they are.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from allmende.connectors.archive.boxes import Box
from allmende.connectors.archive.stream import document
from allmende.connectors.archive.told import (
    MOST_GESTURES,
    Broken,
    Found,
    Told,
    Wordless,
    in_iso,
    name_of,
    refusal,
    text_at,
)
from allmende.connectors.neutral import Author

LIKE = 2
REGULAR = 1
KEPT = ("score", "reads", "category_id", "trust_level")
SYSTEM = ("system", "discobot")


class Discourse:
    """The posts of every topic."""

    def __init__(self, box: Box) -> None:
        self.box = box

    def found(self) -> Iterator[Found]:
        """Post after post, file after file; what is no topic is passed over."""
        for file in self.box.names:
            if not file.endswith(".json"):
                continue
            shown = "" if self.box.is_single else file
            try:
                with self.box.open(file) as opened:
                    topic = document(opened)
            except Broken as broken:
                yield shown, 1, refusal(1, "", broken, shown)
                continue
            yield from self._posts(shown, topic)

    def _posts(self, file: str, topic: Any) -> Iterator[Found]:
        topic = topic if isinstance(topic, dict) else {}
        if topic.get("archetype") == "private_message":
            return
        for number, post in enumerate(posts_of(topic), 1):
            try:
                told = _told(post, topic)
            except Broken as broken:
                yield file, number, refusal(number, post, broken, file)
                continue
            if told is not None:
                yield file, number, told


def posts_of(topic: Mapping[str, Any]) -> list[Any]:
    """The posts a file of the API holds, [] if it holds something else."""
    stream = topic.get("post_stream")
    posts = stream.get("posts") if isinstance(stream, dict) else topic.get("latest_posts")
    return posts if isinstance(posts, list) else []


def _told(post: Any, topic: Mapping[str, Any]) -> Told | None:
    if not isinstance(post, dict):
        raise Broken("not_an_object")
    if post.get("post_type", REGULAR) != REGULAR:
        return None
    topic_id = name_of(post.get("topic_id") or topic.get("id"), "topic_id")
    number = post.get("post_number")
    if type(number) is not int:
        raise Broken("missing", field="post_number")
    answered = post.get("reply_to_post_number")
    at = in_iso(post.get("created_at"), "created_at")
    version, updated = post.get("version"), post.get("updated_at")
    deleted = post.get("deleted_at")
    raw = post.get("raw")
    is_first = number == 1
    return Told(
        f"{topic_id}/{number}", f"topic-{topic_id}", _author(post), at,
        "" if is_first else f"{topic_id}/{answered if type(answered) is int else 1}",
        text_at(topic, "title") or text_at(post, "topic_title"), raw if isinstance(raw, str) else "",
        text_at(post, "cooked"), is_root=is_first, is_accepted=not is_first and _is_accepted(post, topic, number),
        edited_at=in_iso(updated, "updated_at") if type(version) is int and version > 1 and updated else None,
        deleted_at=in_iso(deleted, "deleted_at") if deleted else None, gestures=_likes(post),
        extra={name: post[name] for name in KEPT if post.get(name) is not None} | {"post_id": post.get("id")},
    )  # fmt: skip


def _author(post: Mapping[str, Any]) -> Author:
    username = name_of(post.get("username"), "username")
    name = post.get("name") or post.get("display_username") or username
    native_id = post.get("user_id")
    is_bot = username in SYSTEM or (type(native_id) is int and native_id < 0)
    return Author(str(native_id) if type(native_id) is int else username, username, str(name), is_bot=is_bot)


def _is_accepted(post: Mapping[str, Any], topic: Mapping[str, Any], number: int) -> bool:
    said = topic.get("accepted_answer")
    return post.get("accepted_answer") is True or (isinstance(said, dict) and said.get("post_number") == number)


def _likes(post: Mapping[str, Any]) -> tuple[Wordless, ...]:
    """One act for each like; the topic tells how many there are, not whose they are."""
    actions = post.get("actions_summary")
    counts = [
        action.get("count", 0)
        for action in (actions if isinstance(actions, list) else ())
        if isinstance(action, dict) and action.get("id") == LIKE
    ]
    number = sum(count for count in counts if type(count) is int and count > 0)
    return tuple(Wordless(f"like-{n}", "voted", name="like") for n in range(1, min(number, MOST_GESTURES) + 1))
