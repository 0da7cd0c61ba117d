"""Two real communities, counted through the ledger, give the figures printed in the data's README."""

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from allmende.ledger import shipped
from allmende.ledger.definition import Anchor, Definition, Predicate, Quality
from allmende.ledger.durations import first_response
from allmende.ledger.events import Interaction
from allmende.ledger.measure import measure
from allmende.ledger.shipped import (
    FIRST_ANSWER_BY_MEMBER,
    NEWCOMER_CONTRIBUTES_AGAIN,
    NEWCOMER_HELPS,
    QUESTION_CONFIRMED,
)
from tests.ledger.recount import recount, told
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
            said = json.loads(line)
            actor = people.setdefault(said["author"], len(people))
            is_root = said["thread_id"] not in roots
            thread, asker = roots.setdefault(said["thread_id"], (number, actor))
            rows.append(
                Interaction(
                    ordinal=number,
                    event_id=number,
                    kind="message",
                    act="asked" if is_root else "commented" if actor == asker else "answered",
                    occurred_at=datetime.fromisoformat(said["created_at"]),
                    actor=actor,
                    actor_class="bot" if said["author"].startswith("bot_") else "member",
                    target_actor=None,
                    object_id=number,
                    parent_id=None,
                    thread_id=thread,
                    channel="archive",
                    is_root=is_root,
                )
            )
            if said.get("is_accepted"):
                rows.append(_accepted(rows[-1], asker, 1_000_000 + number))
    return rows


def _accepted(answer: Interaction, asker: int, number: int) -> Interaction:
    """The asker's sign that it was this one, a day later: the data do not say when."""
    return answer._replace(
        ordinal=number,
        event_id=number,
        kind="gesture",
        act="accepted_answer",
        occurred_at=answer.occurred_at + timedelta(days=1),
        actor=asker,
        is_root=False,
    )


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


COMMUNITIES = ("stackexchange_coffee/coffee.jsonl", "ncar_zulip/messages.jsonl.gz")
# Whatever can be counted where nothing marks quality, and what can be counted because marks are there.
ASKED_OF_THEM: tuple[Definition, ...] = (
    FIRST_ANSWER_BY_MEMBER,
    QUESTION_CONFIRMED,
    NEWCOMER_CONTRIBUTES_AGAIN,
    NEWCOMER_HELPS,
    shipped.FIRST_ANSWER_CONFIRMED,
    shipped.FIRST_POST_ANSWERED,
    shipped.NEWCOMER_STAYS,
    shipped.NEWCOMER_REGULAR,
    shipped.HELPERS,
    replace(shipped.HELPERS, key="answering_twice", quality=Quality(), minimum=2),
    shipped.SHOULDERS,
    replace(shipped.SHOULDERS, key="answering_shoulders", quality=Quality()),
    replace(shipped.HELPERS, key="answers_rate", form="F3", quality=Quality(), minimum=1, anchor=Anchor("period")),
    replace(
        FIRST_ANSWER_BY_MEMBER, key="wait", form="F4", predicate=Predicate(("answered",)), window=timedelta(days=30)
    ),
    replace(FIRST_ANSWER_BY_MEMBER, key="workdays", in_workdays=True, window=timedelta(days=2)),
)


@pytest.mark.parametrize("file", COMMUNITIES)
def test_every_form_counts_real_communities_like_the_recount(tmp_path: Path, shared_data: Path, file: str) -> None:
    rows = interactions_of(shared_data / "communities" / file)
    write(tmp_path, rows)
    for definition in ASKED_OF_THEM:
        counted = measure(tmp_path, WORKSPACE, definition, as_of=AS_OF, zone="Europe/Berlin")
        expected = recount(rows, definition, AS_OF, "Europe/Berlin")
        assert {row.period_start.strftime("%Y-%m"): told(row) for row in counted} == expected, definition.key
        assert counted


def test_organic_response_equals_first_response_where_everybody_is_a_member(tmp_path: Path, shared_data: Path) -> None:
    write(tmp_path, interactions_of(shared_data / "communities" / "stackexchange_coffee" / "coffee.jsonl"))
    (row,) = measure(tmp_path, WORKSPACE, FIRST_ANSWER_BY_MEMBER, as_of=AS_OF, period="all")
    assert (row.complete, row.censored, row.successes) == (225, 0, 181)
