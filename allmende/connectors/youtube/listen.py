"""What is said below a channel's videos: threads newest first, shown ones and those held back, and the answers below each."""

from collections.abc import Mapping, Sequence
from typing import Any

from allmende.connectors.answers import Answer
from allmende.connectors.errors import Refused
from allmende.connectors.watching import Entry
from allmende.connectors.youtube import read
from allmende.connectors.youtube.door import Door

LIMIT = "100"
PLAIN = {"part": "snippet", "textFormat": "plainText"}

Row = Mapping[str, Any]


class ChannelSource:
    """A channel as `watching` listens to it."""

    lists: tuple[str, ...] = ("published", "heldForReview", "likelySpam")
    dies_together = True

    def __init__(self, door: Door, channel_id: str) -> None:
        self._door = door
        self._channel_id = channel_id

    @property
    def is_scarce(self) -> bool:
        return self._door.is_scarce

    def page(self, name: str, after: str, until: int) -> tuple[Sequence[Row], str]:
        params = PLAIN | {
            "allThreadsRelatedToChannelId": self._channel_id,
            "order": "time",
            "moderationStatus": name,
            "maxResults": LIMIT,
        }
        answer = self._door.read("commentThreads", params | ({"pageToken": after} if after else {}))
        with answer.understood():
            threads, after = read.rows_of(answer.json())
            return [_marked(read.comment_in(row), name) for row in threads], after

    def answers(self, root: str, after: str) -> tuple[Sequence[Row], str]:
        return answers_below(self._door, root, after)

    def single(self, native_id: str) -> Row | None:
        return standing(self._door, [native_id]).get(native_id)

    def entry(self, row: Row, root: str) -> Entry:
        return read.entry(row, self._channel_id)


def answers_below(door: Door, root: str, after: str) -> tuple[Sequence[Row], str]:
    """A page of the answers below a comment; none if it is gone."""
    params = PLAIN | {"parentId": root, "maxResults": LIMIT} | ({"pageToken": after} if after else {})
    answer = _unless_gone(door, "comments", params)
    if answer is None:
        return [], ""
    with answer.understood():
        rows, after = read.rows_of(answer.json())
        return [row for row in rows if not read.is_gone(row)], after


def standing(door: Door, native_ids: Sequence[str], path: str = "comments") -> dict[str, dict[str, Any]]:
    """Comments (or, of "commentThreads", first comments) by their ids, as far as they stand there; fifty at a time."""
    found: dict[str, dict[str, Any]] = {}
    for start in range(0, len(native_ids), 50):
        answer = _unless_gone(door, path, PLAIN | {"id": ",".join(native_ids[start : start + 50])})
        if answer is None:
            continue
        with answer.understood():
            rows, _ = read.rows_of(answer.json())
            rows = [read.comment_in(row) for row in rows] if path == "commentThreads" else rows
            found |= {read.id_of(row): row for row in rows if not read.is_gone(row)}
    return found


def _unless_gone(door: Door, path: str, params: Mapping[str, str]) -> Answer | None:
    try:
        return door.read(path, params)
    except Refused as refused:
        if refused.reason_code != "not_found":
            raise
        return None


def _marked(row: dict[str, Any], status: str) -> dict[str, Any]:
    """A list tells what is held back by being asked for it; the comments themselves need not."""
    return {**row, "snippet": {"moderationStatus": status, **row["snippet"]}}
