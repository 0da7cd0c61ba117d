"""What stands on an account: its posts and answers, what mentions it, and the conversation below each of its posts."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from allmende.connectors.fields import part_of, rows_of, text_of
from allmende.connectors.http import Answer
from allmende.connectors.watching import Entry
from allmende.connectors.x import read
from allmende.connectors.x.door import Door, unless_gone

LIMIT, MOST = "50", "100"
# Answers are searched for from the newest on and told from the oldest on: so many pages at once.
SEARCHES = 20

Row = Mapping[str, Any]


class AccountSource:
    """An account as `watching` listens to it. X searches conversations for seven days only."""

    lists: tuple[str, ...] = ("tweets", "mentions")
    dies_together = False

    def __init__(self, door: Door, us: read.Us) -> None:
        self._door, self._us = door, us

    @property
    def is_scarce(self) -> bool:
        return self._door.is_scarce

    def page(self, name: str, after: str, until: int) -> tuple[Sequence[Row], str]:
        asked = {"end_time": written(until + 1)} if until else {}
        if name == "tweets":
            asked["exclude"] = "retweets"
        return self.rows(f"users/{self._us.user_id}/{name}", asked, after)

    def answers(self, root: str, after: str) -> tuple[Sequence[Row], str]:
        asked = {"query": f"conversation_id:{root}", "sort_order": "recency", "max_results": MOST}
        found: list[Row] = []
        for _ in range(SEARCHES):
            rows, after = self.rows("tweets/search/recent", asked, after)
            found += rows
            if not after or not rows:
                break
        return found[::-1], after

    def single(self, native_id: str) -> Row | None:
        answer = unless_gone(lambda: self._door.read(f"tweets/{native_id}", read.FIELDS))
        if answer is None:
            return None
        with answer.understood():
            told = answer.json()
            row = part_of(told, "data")
            if not row and not rows_of(told, "errors"):
                raise TypeError("data")
            return dressed(told, [row])[0] if row else None

    def entry(self, row: Row, root: str) -> Entry:
        return read.entry(row, self._us, root)

    def rows(self, path: str, asked: Mapping[str, str], after: str) -> tuple[list[dict[str, Any]], str]:
        """A page of posts, newest first, and the token of the next one."""
        more = {"pagination_token": after} if after else {}
        answer: Answer = self._door.read(path, {**read.FIELDS, "max_results": LIMIT, **asked, **more})
        with answer.understood():
            told = answer.json()
            if not isinstance(told["meta"], Mapping):
                raise TypeError("meta")
            return dressed(told, rows_of(told, "data")), text_of(told["meta"], "next_token")


def dressed(told: Mapping[str, Any], rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Posts with their authors and media, which come beside them."""
    beside = part_of(told, "includes")
    people = {text_of(one, "id"): one for one in rows_of(beside, "users")}
    media = {text_of(one, "media_key"): one for one in rows_of(beside, "media")}
    found = []
    for row in rows:
        keys = part_of(row, "attachments").get("media_keys")
        shown = [media[key] for key in keys if isinstance(key, str) and key in media] if isinstance(keys, list) else []
        found.append({**row, "author": people.get(text_of(row, "author_id")), "media": shown})
    return found


def written(seconds: float) -> str:
    """A time as X wants it."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
