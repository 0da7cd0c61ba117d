"""Two real communities, counted through the ledger, give the figures printed in the data's README."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from allmende.ledger.durations import first_response
from allmende.ledger.events import Interaction
from allmende.ledger.measure import measure
from allmende.ledger.shipped import FIRST_ANSWER_BY_MEMBER
from tests.ledger.tables import WORKSPACE, write

AS_OF = datetime(2026, 1, 1, tzinfo=UTC)


def interactions_of(path: Path) -> list[Interaction]:
    """The rows of a community as a reader of forums tells them: a root asks, others answer, the asker comments."""
    opener: Callable[..., Any] = gzip.open if path.suffix == ".gz" else open
    people: dict[str, int] = {}
    roots: dict[str, tuple[int, int]] = {}
    rows = []
    with opener(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            told = json.loads(line)
            actor = people.setdefault(told["author"], len(people))
            is_root = told["thread_id"] not in roots
            thread, asker = roots.setdefault(told["thread_id"], (number, actor))
            rows.append(
                Interaction(
                    ordinal=number,
                    event_id=number,
                    kind="message",
                    act="asked" if is_root else "commented" if actor == asker else "answered",
                    occurred_at=datetime.fromisoformat(told["created_at"]),
                    actor=actor,
                    actor_class="bot" if told["author"].startswith("bot_") else "member",
                    target_actor=None,
                    object_id=number,
                    parent_id=None,
                    thread_id=thread,
                    channel="archive",
                    is_root=is_root,
                )
            )
    return rows


@pytest.mark.parametrize(
    ("file", "threads", "unanswered", "median_hours", "share"),
    [
        ("stackexchange_coffee/coffee.jsonl", 225, 17, "2.154", "0.8044"),
        ("ncar_zulip/messages.jsonl.gz", 812, 260, "0.992", "0.5517"),
    ],
)
def test_first_response_is_as_printed(
    tmp_path: Path, shared_data: Path, file: str, threads: int, unanswered: int, median_hours: str, share: str
) -> None:
    write(tmp_path, interactions_of(shared_data / "communities" / file))
    found = first_response(tmp_path, WORKSPACE, as_of=AS_OF)
    assert found.median is not None
    assert (found.threads, found.unanswered) == (threads, unanswered)
    assert f"{found.median / timedelta(hours=1):.3f}" == median_hours
    assert f"{found.share_within:.4f}" == share


def test_organic_response_equals_first_response_where_everybody_is_a_member(tmp_path: Path, shared_data: Path) -> None:
    write(tmp_path, interactions_of(shared_data / "communities" / "stackexchange_coffee" / "coffee.jsonl"))
    (row,) = measure(tmp_path, WORKSPACE, FIRST_ANSWER_BY_MEMBER, as_of=AS_OF, period="all")
    assert (row.complete, row.censored, row.successes) == (225, 0, 181)
