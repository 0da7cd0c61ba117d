"""F2, the organic response: hand-calculated tables (domain.md 4.2, 4.7 example 5)."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from allmende.ledger.definition import Definition, Predicate, Quality
from allmende.ledger.measure import PersonUnits, measure, units_by_person
from allmende.ledger.periods import PeriodKind
from allmende.ledger.shipped import FIRST_ANSWER_BY_MEMBER
from tests.ledger.tables import WORKSPACE, counted, figures, table, utc, write

QUESTIONS = """
    2026-03-02 10:00  m1  asked     1
    2026-03-02 11:00  m2  answered  1
    2026-03-02 12:00  m1  commented 1
    2026-03-03 10:00  m1  asked     2
    2026-03-03 11:00  s9  answered  2
    2026-03-03 12:00  m2  answered  2
    2026-03-04 10:00  m3  asked     3
    2026-03-04 10:01  b8  answered  3
    2026-03-05 09:59  m2  answered  3
    2026-03-06 10:00  m3  asked     4
    2026-03-07 10:00  m2  answered  4
    2026-03-08 10:00  s9  asked     5
    2026-03-08 11:00  m1  answered  5
    2026-03-09 10:00  m4  asked     6
    2026-03-09 11:00  m4  answered  6
"""


def test_the_first_answer_decides_and_bots_are_not_seen(tmp_path: Path) -> None:
    # 1 yes; 2 staff were first; 3 yes, the bot is not seen; 4 exactly 24 h is too late; 5 staff's question is no unit;
    # 6 nobody answers himself. So 5 units, 2 successes, both by member 2.
    (row,) = counted(tmp_path, QUESTIONS, FIRST_ANSWER_BY_MEMBER, "2026-03-31 00:00")
    assert figures(row) == (5, 0, 0, 2, 1, 2)
    assert row.share == 0.4
    assert (row.definition, row.version, row.form) == ("first_answer_by_member_24h", 1, "F2")


def test_without_first_any_answer_by_a_member_counts(tmp_path: Path) -> None:
    any_answer = replace(FIRST_ANSWER_BY_MEMBER, predicate=Predicate(("answered",), ("member",)))
    (row,) = counted(tmp_path, QUESTIONS, any_answer, "2026-03-31 00:00")
    assert figures(row) == (5, 0, 0, 3, 1, 3)


def test_several_answers_are_times_and_their_authors_people(tmp_path: Path) -> None:
    two_answers = replace(FIRST_ANSWER_BY_MEMBER, predicate=Predicate(("answered",), ("member",)), minimum=2)
    text = """
        2026-03-02 10:00  m1  asked     1
        2026-03-02 11:00  m2  answered  1
        2026-03-02 12:00  m3  answered  1
        2026-03-02 13:00  m3  answered  1
        2026-03-03 10:00  m1  asked     2
        2026-03-03 11:00  m4  answered  2
    """
    (row,) = counted(tmp_path, text, two_answers, "2026-03-31 00:00")
    assert figures(row) == (2, 0, 0, 1, 2, 3)


def test_an_open_window_is_censored_up_to_its_very_end(tmp_path: Path) -> None:
    text = """
        2026-03-02 10:00  m1  asked     1
        2026-03-02 11:00  m2  answered  1
    """
    (before,) = counted(tmp_path, text, FIRST_ANSWER_BY_MEMBER, "2026-03-03 09:59:59.999999")
    (at,) = measure(tmp_path, WORKSPACE, FIRST_ANSWER_BY_MEMBER, as_of=utc("2026-03-03 10:00"))
    assert figures(before) == (0, 1, 0, 0, 0, 0)
    assert before.share is None
    assert figures(at) == (1, 0, 0, 1, 1, 1)


def test_the_lag_keeps_a_unit_open_longer(tmp_path: Path) -> None:
    patient = replace(FIRST_ANSWER_BY_MEMBER, lag=timedelta(hours=2))
    (before,) = counted(tmp_path, QUESTIONS, patient, "2026-03-10 11:59:59")
    (at,) = measure(tmp_path, WORKSPACE, patient, as_of=utc("2026-03-10 12:00"))
    assert (before.complete, before.censored) == (4, 1)
    assert (at.complete, at.censored) == (5, 0)


def test_a_tie_keeps_the_sources_order(tmp_path: Path) -> None:
    text = """
        2026-03-02 10:00  m1  asked     1
        2026-03-02 11:00  m2  answered  1
        2026-03-02 11:00  s9  answered  1
        2026-03-03 10:00  m1  asked     2
        2026-03-03 11:00  s9  answered  2
        2026-03-03 11:00  m2  answered  2
    """
    (row,) = counted(tmp_path, text, FIRST_ANSWER_BY_MEMBER, "2026-03-31 00:00")
    assert figures(row) == (2, 0, 0, 1, 1, 1)


def test_the_same_instant_counts_only_where_the_anchor_counts(tmp_path: Path) -> None:
    text = """
        2026-03-02 10:00  m1  asked     1
        2026-03-02 10:00  m2  answered  1
    """
    (strict,) = counted(tmp_path, text, FIRST_ANSWER_BY_MEMBER, "2026-03-31 00:00")
    (at_once,) = measure(
        tmp_path, WORKSPACE, replace(FIRST_ANSWER_BY_MEMBER, anchor_counts=True), as_of=utc("2026-03-31 00:00")
    )
    assert (strict.successes, at_once.successes) == (0, 1)


def test_an_unknown_author_is_somebody_else_than_a_known_one(tmp_path: Path) -> None:
    everybody = replace(
        FIRST_ANSWER_BY_MEMBER,
        population=("member", "unknown"),
        predicate=Predicate(("answered",), ("member", "unknown"), is_first=True),
    )
    text = """
        2026-03-02 10:00  u   asked     1
        2026-03-02 11:00  m2  answered  1
        2026-03-03 10:00  m1  asked     2
        2026-03-03 11:00  u   answered  2
        2026-03-04 10:00  u   asked     3
        2026-03-04 11:00  u   answered  3
    """
    (row,) = counted(tmp_path, text, everybody, "2026-03-31 00:00")
    assert figures(row) == (3, 0, 0, 2, 1, 2)


def test_deleted_rows_and_other_channels_do_not_exist(tmp_path: Path) -> None:
    here = replace(FIRST_ANSWER_BY_MEMBER, channels=("forum",))
    text = """
        2026-03-02 10:00  m1  asked     1
        2026-03-02 11:00  m2  answered  1  deleted
        2026-03-03 10:00  m1  asked     2  deleted
        2026-03-03 11:00  m2  answered  2
        2026-03-04 10:00  m1  asked     3  in=chat
        2026-03-04 11:00  m2  answered  3  in=chat
    """
    (row,) = counted(tmp_path, text, here, "2026-03-31 00:00")
    assert figures(row) == (1, 0, 0, 0, 0, 0)


def test_late_data_change_a_month_when_it_is_replaced(tmp_path: Path) -> None:
    text = """
        2026-03-31 22:00  m1  asked     1
        2026-04-01 21:00  m2  answered  1
    """
    write(tmp_path, table(text)[:1])
    (before,) = measure(tmp_path, WORKSPACE, FIRST_ANSWER_BY_MEMBER, as_of=utc("2026-04-30 00:00"))
    write(tmp_path, table(text)[1:])
    (after,) = measure(tmp_path, WORKSPACE, FIRST_ANSWER_BY_MEMBER, as_of=utc("2026-04-30 00:00"))
    assert (before.complete, before.successes) == (1, 0)
    assert (after.complete, after.successes) == (1, 1)


def test_rows_later_than_as_of_do_not_exist_yet(tmp_path: Path) -> None:
    text = """
        2026-03-02 10:00  m1  asked     1
        2026-03-02 11:00  m2  answered  1
        2026-03-20 10:00  m1  asked     2
        2026-04-20 10:00  m1  asked     3
    """
    (row,) = counted(tmp_path, text, FIRST_ANSWER_BY_MEMBER, "2026-03-10 00:00")
    assert figures(row) == (1, 0, 0, 1, 1, 1)


def test_months_end_at_midnight_in_the_zone_through_changes_of_the_clock(tmp_path: Path) -> None:
    # Berlin: March 2026 ends at 22:00 UTC (summer), October at 23:00 UTC (winter), September at 22:00.
    text = """
        2026-03-31 21:59:59.999999  m1  asked  1
        2026-03-31 22:00            m1  asked  2
        2026-09-30 21:59            m1  asked  3
        2026-09-30 22:00            m1  asked  4
        2026-10-31 22:59            m1  asked  5
        2026-10-31 23:00            m1  asked  6
    """
    rows = counted(tmp_path, text, FIRST_ANSWER_BY_MEMBER, "2026-12-31 00:00", zone="Europe/Berlin")
    berlin = ZoneInfo("Europe/Berlin")
    assert [(row.period_start, row.complete) for row in rows] == [
        (datetime(2026, month, 1, tzinfo=berlin), units) for month, units in ((3, 1), (4, 1), (9, 1), (10, 2), (11, 1))
    ]
    assert rows[0].period_end == datetime(2026, 4, 1, tzinfo=berlin)


def test_weeks_quarters_and_all_cover_the_same_units(tmp_path: Path) -> None:
    write(tmp_path, table(QUESTIONS.replace("2026-03-02", "2026-03-01")))
    expected: dict[PeriodKind, list[int]] = {"week": [1, 3, 1], "quarter": [5], "all": [5]}
    for period, units in expected.items():
        rows = measure(tmp_path, WORKSPACE, FIRST_ANSWER_BY_MEMBER, as_of=utc("2026-03-31 00:00"), period=period)
        assert [row.complete for row in rows] == units, period
        assert sum(row.successes for row in rows) == 2


def test_a_period_is_closed_when_no_window_can_be_open(tmp_path: Path) -> None:
    text = "2026-03-02 10:00  m1  asked  1"
    (open_still,) = counted(tmp_path, text, FIRST_ANSWER_BY_MEMBER, "2026-04-01 23:59:59")
    (closed,) = measure(tmp_path, WORKSPACE, FIRST_ANSWER_BY_MEMBER, as_of=utc("2026-04-02 00:00"))
    assert (open_still.is_closed, closed.is_closed) == (False, True)


def test_units_belong_to_the_asker_or_to_the_helper(tmp_path: Path) -> None:
    write(tmp_path, table(QUESTIONS))
    as_of, march = utc("2026-03-31 00:00"), utc("2026-03-01 00:00")
    askers = units_by_person(tmp_path, WORKSPACE, FIRST_ANSWER_BY_MEMBER, as_of=as_of)
    helpers = units_by_person(tmp_path, WORKSPACE, FIRST_ANSWER_BY_MEMBER, as_of=as_of, by="doer")
    assert sorted(askers) == [PersonUnits(march, 1, 2, 1), PersonUnits(march, 3, 2, 1), PersonUnits(march, 4, 1, 0)]
    assert sorted(helpers, key=lambda row: row.units) == [PersonUnits(march, None, 1, 0)] * 3 + [
        PersonUnits(march, 2, 2, 2)
    ]


def solved(**condition: object) -> Definition:
    return replace(
        FIRST_ANSWER_BY_MEMBER,
        predicate=Predicate(("answered",), ("member",)),
        quality=Quality(**condition),  # type: ignore[arg-type]
        lag=timedelta(hours=12),
    )


def test_quality_is_a_mark_by_somebody_else_in_time(tmp_path: Path) -> None:
    # Marks of question 1 count until 2 March 10:00 + 24 h + 12 h.
    text = """
        2026-03-02 10:00  m1  asked            1
        2026-03-02 11:00  m2  answered         1
        2026-03-03 21:59  m1  accepted_answer  1  on=2
        2026-03-04 10:00  m1  asked            4
        2026-03-04 11:00  m2  answered         4
        2026-03-05 22:00  m1  accepted_answer  4  on=5
        2026-03-06 10:00  m1  asked            7
        2026-03-06 11:00  m2  answered         7
        2026-03-06 12:00  m2  thanked          7  on=8
        2026-03-08 10:00  m1  asked            10
        2026-03-08 11:00  m2  answered         10
        2026-03-08 12:00  m3  voted            10  on=11
        2026-03-08 12:00  m4  voted            10  on=11
        2026-03-08 12:00  b8  thanked          10  on=11
    """
    write(tmp_path, table(text))
    as_of = utc("2026-03-31 00:00")

    def successes(definition: Definition) -> int:
        return measure(tmp_path, WORKSPACE, definition, as_of=as_of)[0].successes

    assert successes(solved()) == 4
    assert successes(solved(any_of=("accepted",))) == 1
    assert successes(solved(any_of=("thanked",))) == 0
    assert successes(solved(any_of=("accepted", "thanked", "helpful_votes"))) == 2
    assert successes(solved(any_of=("helpful_votes",), helpful_votes=2)) == 1
    assert successes(solved(any_of=("helpful_votes",), helpful_votes=3)) == 0
