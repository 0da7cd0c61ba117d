"""The archive against real communities: the table of the data's own README, to the printed digits."""

from collections import defaultdict
from pathlib import Path
from statistics import median

import pytest

from allmende.connectors.archive.connector import Archive
from allmende.connectors.http import Client
from allmende.connectors.neutral import Item

COMMUNITIES = Path(__file__).parents[3] / "shared" / "data" / "communities"
COFFEE = COMMUNITIES / "stackexchange_coffee" / "coffee.jsonl"
NCAR = COMMUNITIES / "ncar_zulip" / "messages.jsonl.gz"


def figures(path: Path, **settings: object) -> dict[str, object]:
    if not path.exists():
        pytest.skip(f"{path.name} is not here: the shared data is not part of the project")
    batches = list(Archive({"file": path, **settings}, None, Client()).collect(""))
    assert not any(batch.refused for batch in batches)
    items = [item for batch in batches for item in batch.items]
    messages = [item for item in items if item.kind == "message" and item.author and not item.author.is_bot]
    threads: dict[str, list[Item]] = defaultdict(list)
    for message in messages:
        threads[message.thread].append(message)
    waits = [wait for turns in threads.values() if (wait := first_response(turns)) is not None]
    return {
        "messages": len(messages),
        "authors": len({message.author for message in messages}),
        "threads": len(threads),
        "unanswered": len(threads) - len(waits),
        "median": round(median(waits), 3),
        "within_24h": round(sum(wait <= 24 for wait in waits) / len(threads), 4),
        "accepted": sum(item.act == "accepted_answer" for item in items),
        "roots": sum(message.act == "asked" for message in messages),
    }


def first_response(turns: list[Item]) -> float | None:
    """Hours from the root to the first message by another author."""
    (root,) = [turn for turn in turns if turn.ref.native_id == turn.thread]
    later = [turn.occurred_at for turn in turns if turn.author != root.author]
    return (min(later) - root.occurred_at).total_seconds() / 3600 if later else None


def test_coffee_is_read_to_the_printed_digits() -> None:
    assert figures(COFFEE) == {
        "messages": 552,
        "authors": 115,
        "threads": 225,
        "unanswered": 17,
        "median": 2.154,
        "within_24h": 0.8044,
        "accepted": 105,
        "roots": 225,
    }


def test_ncar_is_read_to_the_printed_digits() -> None:
    assert figures(NCAR, bots=["bot_*"]) == {
        "messages": 6616,
        "authors": 170,
        "threads": 812,
        "unanswered": 260,
        "median": 0.992,
        "within_24h": 0.5517,
        "accepted": 0,
        "roots": 812,
    }
