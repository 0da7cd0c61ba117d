"""Units drawn at random from what was counted and from what was not."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from allmende.ledger.definition import Anchor
from allmende.ledger.events import Interaction
from allmende.ledger.examples import newest_units
from allmende.ledger.measure import measure
from allmende.ledger.samples import draw_units
from allmende.ledger.shipped import FIRST_ANSWER_BY_MEMBER, HELPERS, NEWCOMER_HELPS, QUESTION_WAITS
from tests.ledger.tables import WORKSPACE, utc, write

BEGINS = datetime(2026, 1, 5, tzinfo=UTC)
AS_OF = utc("2026-06-01T00:00")
SPAN = {"starts_at": BEGINS, "ends_at": AS_OF, "as_of": AS_OF}


def threads(number: int, answered_every: int = 3) -> list[Interaction]:
    """`number` questions an hour apart by different people; every third is answered by one of ten members."""
    rows: list[Interaction] = []

    def add(act: str, who: int, at: datetime, thread: int, is_root: bool) -> None:
        key = len(rows) + 1
        rows.append(
            Interaction(key, key, "message", act, at, who, "member", None, key, None, thread, "forum", is_root, None)
        )

    for place in range(number):
        at = BEGINS + timedelta(hours=place)
        add("asked", 1000 + place, at, place, True)
        if place % answered_every == 0:
            add("answered", place % 10, at + timedelta(minutes=20), place, False)
    return rows


def drawn(root, definition=FIRST_ANSWER_BY_MEMBER, *, each=5, seed=1, **more):
    return draw_units(root, WORKSPACE, definition, each=each, seed=seed, **(SPAN | more))


def test_as_many_of_both_kinds_and_how_many_there_are(tmp_path):
    write(tmp_path, threads(300))
    found = drawn(tmp_path)
    assert (found.counted, found.complete) == (100, 300)
    assert Counter(one.is_counted for one in found.units) == {True: 5, False: 5}
    (whole,) = measure(tmp_path, WORKSPACE, FIRST_ANSWER_BY_MEMBER, as_of=AS_OF, period="all")
    assert (whole.successes, whole.complete) == (found.counted, found.complete)
    told = {
        one.object_id: one.is_success
        for one in newest_units(tmp_path, WORKSPACE, FIRST_ANSWER_BY_MEMBER, as_of=AS_OF, limit=400)
    }
    assert all(told[one.message] == one.is_counted for one in found.units)
    assert all(one.ends_at - one.starts_at == FIRST_ANSWER_BY_MEMBER.window for one in found.units)


def test_the_seed_alone_decides_and_the_order_tells_nothing(tmp_path):
    write(tmp_path, threads(300))
    assert drawn(tmp_path, seed=8) == drawn(tmp_path, seed=8)
    orders = {tuple(one.is_counted for one in drawn(tmp_path, seed=seed).units) for seed in range(4)}
    assert len(orders) >= 3
    assert {one.message for one in drawn(tmp_path, seed=8).units} != {
        one.message for one in drawn(tmp_path, seed=9).units
    }


def test_every_unit_is_drawn_as_often_as_any_other(tmp_path):
    """40 units of each kind, 10 of each drawn, 32 times: each about 8 times."""
    write(tmp_path, threads(80, answered_every=2))
    often = Counter()
    for seed in range(32):
        often.update(one.message for one in drawn(tmp_path, each=10, seed=seed).units)
    assert sum(often.values()) == 640
    squares = sum((often[key] - 8) ** 2 for key in often) / (8 * 0.75) + (80 - len(often)) * 8 / 0.75
    assert squares < 125  # chi square of 78 degrees of freedom, 99.9 %


def test_fewer_than_wanted_are_all_taken_and_nothing_else_is(tmp_path):
    write(tmp_path, threads(9))
    assert Counter(one.is_counted for one in drawn(tmp_path, each=50).units) == {True: 3, False: 6}
    assert drawn(tmp_path, starts_at=BEGINS, ends_at=BEGINS + timedelta(hours=4)).complete == 4


def test_open_windows_are_in_neither_kind(tmp_path):
    write(tmp_path, threads(9))
    assert drawn(tmp_path, as_of=BEGINS + timedelta(hours=25, minutes=30)).complete == 2


def test_a_case_begun_by_a_gesture_about_no_words_is_drawn_by_nobody(tmp_path):
    rows = threads(60)
    silent = [
        one._replace(kind="gesture", object_id=-one.object_id, is_root=False)
        if one.is_root and one.thread_id < 30
        else one
        for one in rows
    ]
    write(tmp_path, silent)
    acts = replace(FIRST_ANSWER_BY_MEMBER, anchor=Anchor("act", ("asked",)))
    found = drawn(tmp_path, acts, each=50)
    assert found.complete == 60 and len(found.units) == 30
    assert all(one.message > 0 for one in found.units)


def test_an_empty_ledger_gives_nothing(tmp_path):
    assert drawn(tmp_path).units == () and drawn(tmp_path).complete == 0


@pytest.mark.parametrize("definition", [NEWCOMER_HELPS, HELPERS, QUESTION_WAITS])
def test_people_are_known_by_their_newest_words_in_their_time(tmp_path, definition):
    rows = threads(2600)
    write(tmp_path, rows)
    found = drawn(tmp_path, definition, each=4)
    assert found.units
    by_key = {row.object_id: row for row in rows}
    for one in found.units:
        assert by_key[one.message].occurred_at < one.ends_at
        if definition.unit != "opportunity":
            actor = by_key[one.message].actor
            own = [row for row in rows if row.actor == actor and row.occurred_at < one.ends_at]
            assert own[-1].object_id == one.message
