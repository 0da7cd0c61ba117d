"""YouTube's answers as golden pairs read and write them."""

from typing import Any

from allmende.connectors.neutral import Draft, Item
from allmende.connectors.youtube import read as youtube_read
from allmende.connectors.youtube import write as youtube_write


def read_pair(native: dict[str, Any]) -> list[Item]:
    """Threads, then the answers below one."""
    threads, _ = youtube_read.rows_of(native["threads"])
    answers, _ = youtube_read.rows_of(native["answers"])
    rows = [*(youtube_read.comment_in(row) for row in threads), *answers]
    return [youtube_read.comment(row, native["us"]) for row in rows]


def write_pair(draft: Draft) -> dict[str, Any]:
    return youtube_write.answer(draft)
