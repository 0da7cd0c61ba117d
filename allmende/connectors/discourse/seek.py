"""Did it get through? In the topic it answers, or among the topics we opened; else among what waits for approval.

The forum keeps no key for an answer, so what is read there must reach back to the time of the attempt.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from allmende.connectors.answers import MOST_PAGES, endless
from allmende.connectors.discourse import read, write
from allmende.connectors.discourse.door import Door
from allmende.connectors.discourse.topics import rows, unless_gone
from allmende.connectors.errors import CannotLook, Refused
from allmende.connectors.neutral import Draft, Receipt

CHUNK = 20
NEW_TOPIC = 4
ACTIONS = 30

Matches = Callable[[Mapping[str, Any]], bool]


def in_topic(door: Door, topic_id: int, matches: Matches, earliest: datetime) -> Receipt | None:
    """The oldest match in a topic, read from its end back beyond `earliest`. None: certainly not there now."""
    answer = unless_gone(lambda: door.read(f"t/{topic_id}.json", {"include_raw": "1"}))
    if answer is None:
        return None
    with answer.understood():
        told = answer.json()["post_stream"]
        stream = [one for one in told["stream"] if type(one) is int]
    found = None
    for end in range(len(stream), 0, -CHUNK):
        asked = "&".join(f"post_ids[]={one}" for one in stream[max(end - CHUNK, 0) : end])
        answer = door.read(f"t/{topic_id}/posts.json?{asked}&include_raw=1")
        with answer.understood():
            posts = sorted(rows(answer.json()["post_stream"]["posts"]), key=lambda post: read.number_of(post, "id"))
            for post in reversed(posts):
                if read.moment(post["created_at"]) < earliest:
                    return found
                if matches(post):
                    found = read.receipt(post, door.server)
    return found


def among_topics(door: Door, draft: Draft, matches: Matches, earliest: datetime) -> Receipt | None:
    """The oldest match among the topics we opened, newest first until `earliest`."""
    found, offset = None, 0
    wanted = write.title_likeness(draft.title)
    for _ in range(MOST_PAGES):
        asked = {"username": door.username, "filter": str(NEW_TOPIC), "offset": str(offset)}
        answer = door.read("user_actions.json", asked)
        with answer.understood():
            actions = answer.json()["user_actions"]
            if not isinstance(actions, list):
                raise TypeError("user_actions")
            for action in actions:
                if read.moment(action["created_at"]) < earliest:
                    return found
                if write.title_likeness(str(action["title"])) == wanted:
                    found = _opened(door, read.number_of(action, "post_id"), matches) or found
        if not actions:
            return found
        offset += len(actions)
    raise endless()


def awaits_approval(door: Door, draft: Draft) -> bool:
    """Whether it lies in the queue of what moderators have not seen yet. CannotLook where the forum does not show it."""
    try:
        answer = door.read(f"posts/{quote(door.username, safe='')}/pending.json")
    except Refused as error:
        raise CannotLook from error
    with answer.understood():
        for one in answer.json()["pending_posts"]:
            raw = one.get("raw_text") or one.get("raw") or ""
            if write.likeness(str(raw)) != write.likeness(draft.text):
                continue
            topic_id = one.get("topic_id")
            place = read.place_of(draft.reply_to.native_id) if draft.reply_to else None
            if place is None or topic_id is None or topic_id == place[0]:
                return True
    return False


def _opened(door: Door, post_id: int, matches: Matches) -> Receipt | None:
    answer = unless_gone(lambda: door.read(f"posts/{post_id}.json"))
    if answer is None:
        return None
    with answer.understood():
        post = answer.json()
        return read.receipt(post, door.server) if matches(post) else None
