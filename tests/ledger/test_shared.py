"""Many definitions share what they read of the files; each comes out as if it had read them alone."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from allmende.ledger.definition import Anchor, Form, Predicate, Quality
from allmende.ledger.engine import Limits, bare, told_by
from allmende.ledger.facts import Facts, Stay
from allmende.ledger.files import Ledger
from allmende.ledger.measure import measure
from allmende.ledger.outcomes import READ
from allmende.ledger.recount import count_again
from allmende.ledger.shared import WORTHWHILE, share_rows, unread
from allmende.ledger.shipped import (
    ARRIVAL_BUYS,
    FIRST_ANSWER_BY_MEMBER,
    FIRST_POST_ANSWERED,
    HARD_QUESTION_WAITS,
    HELP_RATE,
    HELPERS,
    INVITED_REPORT,
    NEWCOMER_CONTRIBUTES_AGAIN,
    QUESTION_WAITS,
    SHOULDERS,
)
from allmende.ledger.together import Asked, measure_together
from tests.ledger.tables import GESTURES, WORKSPACE, table, utc, write
from tests.ledger.test_recount_touched import ZONE, Past, drawn, written

MANY_ACTS = "\n".join(
    [
        "2026-01-01 10:00 m1 asked 1",
        "2026-01-02 10:00 m2 answered 1 in=it's",
        "2026-01-03 10:00 s3 answered 1 deleted",
        *(f"2026-02-0{number % 8 + 1} 1{number % 9}:00 u {act} 1 on=2" for number, act in enumerate(GESTURES)),
        "2026-03-01 10:00 m2 asked 20",
        "2026-05-01 10:00 m4 answered 20",
    ]
)


@pytest.mark.parametrize("memory_mb", (512, 0))
def test_shared_rows_are_those_of_the_files(memory_mb: int, tmp_path: Path) -> None:
    """Of more acts than have a table of their own, and where memory does not hold them: without what was deleted or comes later."""
    write(tmp_path, table(MANY_ACTS))
    paths = Ledger(tmp_path).paths(WORKSPACE)
    with bare() as engine:
        share_rows(engine, paths, utc("2026-04-20"), "shared", Limits(memory_mb=memory_mb))
        seen = "WHERE deleted_at IS NULL AND occurred_at <= TIMESTAMPTZ '2026-04-20'"
        told, expected = (
            engine.execute(f"SELECT {', '.join(READ)} FROM {rows} {seen} ORDER BY position")
            .to_arrow_table()
            .to_pylist()
            for rows in ("shared", told_by(paths))
        )
    assert told == expected
    assert len(told) == 3 + len(GESTURES)


@pytest.mark.parametrize("left_out", (("object_id",), ("object_id", "channel")))
def test_shared_rows_say_nothing_of_what_nobody_looks_at(left_out: tuple[str, ...], tmp_path: Path) -> None:
    write(tmp_path, table(MANY_ACTS))
    paths = Ledger(tmp_path).paths(WORKSPACE)
    told = [name for name in READ if name not in left_out]
    with bare() as engine:
        share_rows(engine, paths, utc("2026-04-20"), "shared", Limits(), left_out)
        seen = "deleted_at IS NULL AND occurred_at <= TIMESTAMPTZ '2026-04-20' ORDER BY position"
        shared, whole = (
            engine.execute(f"SELECT {', '.join(told)} FROM {rows} WHERE {seen}").to_arrow_table().to_pylist()
            for rows in ("shared", told_by(paths))
        )
        empty = " + ".join(f"count({name})" for name in left_out)
        assert shared == whole
        assert engine.execute(f"SELECT {empty} FROM shared").fetchall() == [(0,)]


def test_what_a_definition_looks_at_is_read() -> None:
    marked, labelled = replace(SHOULDERS, quality=Quality(any_of=("thanked",))), HARD_QUESTION_WAITS
    plain = replace(SHOULDERS, quality=Quality())
    assert unread([plain]) == {"object_id", "channel"}
    assert unread([plain, marked]) == unread([labelled]) == {"channel"}
    assert unread([plain, replace(plain, channels=("forum",))]) == {"object_id"}


def test_nothing_to_be_seen_can_be_shared(tmp_path: Path) -> None:
    write(tmp_path, table("2026-01-03 10:00 s3 answered 1 deleted"))
    with bare() as engine:
        share_rows(engine, Ledger(tmp_path).paths(WORKSPACE), utc("2026-04-20"), "shared", Limits())
        assert engine.execute("SELECT count(*) FROM shared WHERE deleted_at IS NULL").fetchall() == [(0,)]


def test_definitions_that_share_rows_count_like_each_alone(tmp_path: Path) -> None:
    short, random = timedelta(days=9), Random(1)
    chosen = [SHOULDERS, *(replace(one, window=short) for one in (FIRST_POST_ANSWERED, ARRIVAL_BUYS))]
    chosen.append(drawn(random, "F1"))
    past = Past(random)
    for change in ("is_deleted", "is_deleted", "comes_from_the_future", "are_merged"):
        getattr(past, change)()
    written(Ledger(tmp_path), past, {})
    assert len(chosen) >= WORTHWHILE
    counted = {
        definition: measure(tmp_path, WORKSPACE, definition, as_of=past.until, period="month", zone=ZONE)
        for definition in chosen
    }
    found = count_again(tmp_path / WORKSPACE, chosen, as_of=past.until, zone=ZONE)
    assert {definition: figures["month"] for definition, figures in found.items()} == counted


def test_definitions_measured_together_come_out_as_each_alone(tmp_path: Path) -> None:
    """Of all forms, and what needs to be told who belongs to a segment, too; of an empty ledger nothing."""
    random, past = Random(0), Past(Random(0))
    invited = replace(
        INVITED_REPORT, anchor=Anchor("period", period="week"), predicate=Predicate(("answered",)), quality=Quality()
    )
    facts = Facts({"invited": [Stay(1), Stay(2, until=past.until - timedelta(days=9))]})
    forms: tuple[Form, ...] = ("F1", "F2", "F3", "F4", "F5", "F6")
    asked = [Asked(drawn(random, form), ("week", "all")) for form in forms]
    asked.append(Asked(invited, ("week", "all"), facts))
    told: Any = {"as_of": past.until, "zone": ZONE}
    assert measure_together(tmp_path, WORKSPACE, asked, **told)[invited] == {"week": [], "all": []}
    written(Ledger(tmp_path), past, {})
    found = measure_together(tmp_path, WORKSPACE, asked, **told)
    for one in asked:
        for kind in one.kinds:
            alone = measure(tmp_path, WORKSPACE, one.definition, period=kind, facts=one.facts, **told)
            assert found[one.definition][kind] == alone


def test_what_several_definitions_ask_in_the_same_words_is_true_for_each(tmp_path: Path) -> None:
    """Who came first, whatever the window; when people wrote first; who answered how often in a month."""
    past, day = Past(Random(4)), timedelta(days=1)
    written(Ledger(tmp_path), past, {})
    firsts = [replace(FIRST_ANSWER_BY_MEMBER, key=f"first_{days}", window=days * day) for days in (3, 9)]
    waits = replace(QUESTION_WAITS, window=5 * day)
    of_people = [replace(one, window=9 * day) for one in (NEWCOMER_CONTRIBUTES_AGAIN, FIRST_POST_ANSWERED)]
    by_month = Anchor("period", ("answered",))
    of_months = [replace(one, quality=Quality(), minimum=1, anchor=by_month) for one in (HELPERS, SHOULDERS, HELP_RATE)]
    told: Any = {"as_of": past.until, "zone": ZONE}
    asked = [Asked(one, ("week", "month")) for one in (*firsts, waits, *of_people, *of_months)]
    found = measure_together(tmp_path, WORKSPACE, asked, **told)
    for one in asked:
        for kind in one.kinds:
            assert found[one.definition][kind] == measure(tmp_path, WORKSPACE, one.definition, period=kind, **told)
        assert sum(row.successes for row in found[one.definition]["week"])


def test_whoever_left_at_the_last_stroke_of_a_month_is_not_there_in_the_next(tmp_path: Path) -> None:
    """Seconds of months are added up by where a spell begins and ends, and come out as if each person stood there."""
    write(
        tmp_path,
        table(
            """2025-12-01 10:00 m9 asked 1
            2026-01-10 00:00 m1 answered 1
            2026-01-20 12:00 m2 answered 1
            2026-02-01 00:00 m1 left 1"""
        ),
    )
    rate = replace(HELP_RATE, quality=Quality(), anchor=Anchor("period", ("answered",)))
    rows = measure(tmp_path, WORKSPACE, rate, as_of=utc("2026-03-15"))
    told = [(row.complete, row.censored, row.successes, row.times, row.exposure_seconds) for row in rows]
    assert told == [(2, 0, 2, 2, 33 * 86_400 + 43_200), (1, 0, 0, 0, 28 * 86_400), (0, 1, 0, 0, 0)]
