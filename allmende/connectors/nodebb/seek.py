"""Did it get through? Among our own posts, newest first; else in the queue of what nobody approved yet.

The forum keeps no key, so what is read there must reach back to the time of the attempt.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from allmende.connectors.answers import MOST_PAGES, endless
from allmende.connectors.errors import CannotLook, Refused
from allmende.connectors.neutral import Draft, Receipt
from allmende.connectors.nodebb import read, write
from allmende.connectors.nodebb.door import Door
from allmende.connectors.nodebb.topics import rows, unless_gone

IsOther = Callable[[str], bool]


def among_ours(
    door: Door, slug: str, draft: Draft, topic_id: str, earliest: datetime, is_other: IsOther
) -> Receipt | None:
    """The oldest match not older than `earliest`; `topic_id`: of what is answered. None: certainly not there now."""
    found = None
    for page in range(1, MOST_PAGES + 1):
        answer = door.read(f"user/{quote(slug, safe='')}/posts", {"page": str(page)})
        with answer.understood():
            posts = rows(answer.json()["posts"], "pid")
            for post in posts:
                if read.moment(post["timestamp"]) < earliest:
                    return found
                if _may_be(draft, post, topic_id) and not is_other(read.id_of(post, "pid")):
                    found = _looked_at(door, draft, post) or found
        if not posts:
            return found
    raise endless()


def awaits_approval(door: Door, draft: Draft, topic_id: str) -> bool:
    """Whether it lies in the forum's queue. CannotLook where the forum does not show it."""
    try:
        answer = door.read("post-queue")
    except Refused as error:
        raise CannotLook from error
    with answer.understood():
        queued = answer.json()["posts"]
        return any(write.is_waiting(draft, one, topic_id) for one in queued if isinstance(one, Mapping))


def is_main(post: Mapping[str, Any]) -> bool:
    """Whether a post of a list opens its topic."""
    topic = post.get("topic")
    main = topic.get("mainPid") if isinstance(topic, Mapping) else None
    return read.is_set(post, "isMainPost") or (main is not None and str(main) == read.id_of(post, "pid"))


def _may_be(draft: Draft, post: Mapping[str, Any], topic_id: str) -> bool:
    if draft.reply_to is not None:
        return not is_main(post) and read.id_of(post, "tid") == topic_id
    topic = post.get("topic")
    title = read.title_of(topic) if isinstance(topic, Mapping) else ""
    return is_main(post) and write.likeness(title) == write.likeness(draft.title)


def _looked_at(door: Door, draft: Draft, listed: Mapping[str, Any]) -> Receipt | None:
    """The list shows what a post looks like; the post itself what was written."""
    pid = read.id_of(listed, "pid")
    answer = unless_gone(lambda: door.read(f"v3/posts/{quote(pid, safe='')}"))
    if answer is None:
        return None
    with answer.understood():
        post = answer.json()["response"]
        is_it = not read.is_set(post, "deleted") and write.is_same(draft, post, is_root=is_main(listed))
        return read.receipt(post, door.server) if is_it else None
