"""One account with 40 % of all events, on every side: asker, helper, newcomer and who is thanked (issue 7)."""

from collections import Counter
from pathlib import Path
from random import Random

import pytest

from allmende.ledger.definition import Definition
from allmende.ledger.events import Interaction
from allmende.ledger.measure import measure
from allmende.ledger.shipped import FIRST_ANSWER_BY_MEMBER, HELP_RATE, NEWCOMER_HELPS, QUESTION_WAITS, SHOULDERS
from tests.ledger.engines import AS_OF, FACTS, PEOPLE, ZONE, interactions
from tests.ledger.recount import recount, told
from tests.ledger.tables import WORKSPACE, write


@pytest.fixture(scope="module")
def rows() -> list[Interaction]:
    chance = Random(40)
    return [row._replace(actor=PEOPLE[0]) if chance.random() < 0.4 else row for row in interactions(600)]


def test_it_is_one_account_that_does_most(rows: list[Interaction]) -> None:
    (busiest, events), (_, next_events) = Counter(row.actor for row in rows).most_common(2)
    assert busiest == PEOPLE[0]
    assert events > 0.4 * len(rows) > 4 * next_events


@pytest.mark.parametrize(
    "definition",
    [FIRST_ANSWER_BY_MEMBER, NEWCOMER_HELPS, QUESTION_WAITS, HELP_RATE, SHOULDERS],
    ids=lambda one: one.form,
)
def test_counted_as_the_recount_counts(definition: Definition, rows: list[Interaction], tmp_path: Path) -> None:
    write(tmp_path, rows)
    counted = measure(tmp_path, WORKSPACE, definition, as_of=AS_OF, period="month", zone=ZONE, facts=FACTS)
    assert {row.period_start.strftime("%Y-%m"): told(row) for row in counted} == recount(
        rows, definition, AS_OF, ZONE, FACTS
    )
    assert sum(row.complete for row in counted) > 0
