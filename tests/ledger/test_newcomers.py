"""F1, first-time posters who contribute again: hand-calculated tables (domain.md 4.2, 4.7 examples 1 and 3)."""

from dataclasses import replace
from pathlib import Path

from allmende.ledger.definition import Predicate, Quality
from allmende.ledger.measure import PersonUnits, measure, units_by_person
from allmende.ledger.shipped import NEWCOMER_CONTRIBUTES_AGAIN
from tests.ledger.tables import WORKSPACE, counted, figures, table, utc, write

# The data begin on 1 January, so first times before 31 January are left out.
HISTORY = "2026-01-01 00:00  m99  asked  1\n"


def test_a_second_contribution_within_thirty_days_counts(tmp_path: Path) -> None:
    # m1 again after one day (and a third time), m2 never, m3 exactly 30 days later: too late, m4 just before that.
    text = """
        2026-03-01 10:00            m1  asked      2
        2026-03-02 10:00            m1  commented  2
        2026-03-03 10:00            m2  answered   2
        2026-03-04 10:00            m3  answered   2
        2026-03-05 10:00            m4  answered   2
        2026-03-09 10:00            m1  asked      3
        2026-04-03 10:00            m3  asked      4
        2026-04-04 09:59:59.999999  m4  asked      5
    """
    january, march = counted(tmp_path, HISTORY + text, NEWCOMER_CONTRIBUTES_AGAIN, "2026-05-31 00:00")
    assert figures(january) == (0, 0, 1, 0, 0, 0)
    assert figures(march) == (4, 0, 0, 2, 2, 3)


def test_who_was_first_seen_within_the_window_after_the_data_begin_is_left_out(tmp_path: Path) -> None:
    text = """
        2026-01-30 23:59:59.999999  m1  asked  2
        2026-01-31 00:00            m2  asked  3
    """
    (row,) = counted(tmp_path, HISTORY + text, NEWCOMER_CONTRIBUTES_AGAIN, "2026-05-31 00:00")
    assert figures(row) == (1, 0, 2, 0, 0, 0)


def test_a_deleted_beginning_is_still_the_beginning_of_the_data(tmp_path: Path) -> None:
    text = """
        2026-01-01 00:00  m9  asked  1  deleted
        2026-01-31 00:00  m2  asked  3
    """
    (row,) = counted(tmp_path, text, NEWCOMER_CONTRIBUTES_AGAIN, "2026-05-31 00:00")
    assert figures(row) == (1, 0, 0, 0, 0, 0)


def test_a_newcomers_window_is_censored_up_to_its_very_end(tmp_path: Path) -> None:
    text = """
        2026-03-01 10:00  m1  asked      2
        2026-03-02 10:00  m1  commented  2
    """
    _, before = counted(tmp_path, HISTORY + text, NEWCOMER_CONTRIBUTES_AGAIN, "2026-03-31 09:59:59.999999")
    _, at = measure(tmp_path, WORKSPACE, NEWCOMER_CONTRIBUTES_AGAIN, as_of=utc("2026-03-31 10:00"))
    assert figures(before) == (0, 1, 0, 0, 0, 0)
    assert figures(at) == (1, 0, 0, 1, 1, 1)


def test_staff_and_bots_are_no_newcomers_and_gestures_no_contributions(tmp_path: Path) -> None:
    # m5 was staff first, so no newcomer later; m6 only thanked before; m7's second message was as staff.
    text = """
        2026-03-01 10:00  s1  asked      2
        2026-03-01 11:00  b2  answered   2
        2026-03-01 12:00  s5  answered   2
        2026-03-02 10:00  m5  answered   2
        2026-03-02 11:00  m6  thanked    2  on=2
        2026-03-03 10:00  m6  answered   2
        2026-03-04 10:00  m7  answered   2
        2026-03-05 10:00  s7  answered   2
        2026-03-05 10:00  u   answered   2
        2026-03-05 11:00  u   answered   2
    """
    _, march = counted(tmp_path, HISTORY + text, NEWCOMER_CONTRIBUTES_AGAIN, "2026-05-31 00:00")
    assert figures(march) == (2, 0, 0, 0, 0, 0)


def test_a_tie_of_first_contributions_keeps_the_sources_order(tmp_path: Path) -> None:
    text = """
        2026-03-01 10:00  m1  asked  2
        2026-03-01 10:00  s1  asked  3
        2026-03-02 10:00  s2  asked  4
        2026-03-02 10:00  m2  asked  5
    """
    _, march = counted(tmp_path, HISTORY + text, NEWCOMER_CONTRIBUTES_AGAIN, "2026-05-31 00:00")
    assert march.complete == 1


def test_the_first_act_itself_counts_only_where_the_definition_says_so(tmp_path: Path) -> None:
    answers = replace(NEWCOMER_CONTRIBUTES_AGAIN, predicate=Predicate(("answered",)))
    text = """
        2026-03-01 10:00  m1  answered  1
        2026-03-02 10:00  m2  asked     2
        2026-03-03 10:00  m2  answered  1
    """
    _, strict = counted(tmp_path, HISTORY + text, answers, "2026-05-31 00:00")
    _, counting = measure(tmp_path, WORKSPACE, replace(answers, anchor_counts=True), as_of=utc("2026-05-31 00:00"))
    assert figures(strict) == (2, 0, 0, 1, 1, 1)
    assert figures(counting) == (2, 0, 0, 2, 2, 2)


def test_the_minimum_counts_acts(tmp_path: Path) -> None:
    twice = replace(NEWCOMER_CONTRIBUTES_AGAIN, minimum=2)
    text = """
        2026-03-01 10:00  m1  asked      2
        2026-03-02 10:00  m1  commented  2
        2026-03-03 10:00  m2  asked      3
        2026-03-04 10:00  m2  commented  3
        2026-03-05 10:00  m2  commented  3
    """
    _, march = counted(tmp_path, HISTORY + text, twice, "2026-05-31 00:00")
    assert figures(march) == (2, 0, 0, 1, 1, 2)


def test_helpful_answers_to_others_are_counted_as_example_one_says(tmp_path: Path) -> None:
    helping = replace(
        NEWCOMER_CONTRIBUTES_AGAIN,
        predicate=Predicate(("answered",)),
        quality=Quality(("thanked", "accepted", "helpful_votes"), helpful_votes=1, outside_own_thread=True),
        anchor_counts=True,
    )
    # m1 helped (thanked by the asker), m2 answered in a thread of her own, m3 was not thanked.
    text = """
        2026-03-01 10:00  m1  answered  1
        2026-03-01 11:00  m99 thanked   1  on=2
        2026-03-02 10:00  m2  asked     3
        2026-03-02 11:00  m2  answered  3
        2026-03-02 12:00  m99 thanked   3  on=5
        2026-03-03 10:00  m3  answered  1
    """
    _, march = counted(tmp_path, HISTORY + text, helping, "2026-05-31 00:00")
    assert figures(march) == (3, 0, 0, 1, 1, 1)


def test_each_newcomer_is_one_unit_of_one_person(tmp_path: Path) -> None:
    text = """
        2026-03-01 10:00  m1  asked      2
        2026-03-02 10:00  m1  commented  2
        2026-03-03 10:00  m2  asked      3
    """
    write(tmp_path, table(HISTORY + text))
    found = units_by_person(tmp_path, WORKSPACE, NEWCOMER_CONTRIBUTES_AGAIN, as_of=utc("2026-05-31 00:00"))
    march = utc("2026-03-01 00:00")
    assert sorted(found) == [PersonUnits(march, 1, 1, 1), PersonUnits(march, 2, 1, 0)]


def test_an_empty_ledger_has_no_periods(tmp_path: Path) -> None:
    as_of = utc("2026-05-31 00:00")
    assert measure(tmp_path, WORKSPACE, NEWCOMER_CONTRIBUTES_AGAIN, as_of=as_of) == []
    assert units_by_person(tmp_path, WORKSPACE, NEWCOMER_CONTRIBUTES_AGAIN, as_of=as_of) == []
    write(tmp_path, table("2026-06-01 10:00  m1  asked  1"))
    assert measure(tmp_path, WORKSPACE, NEWCOMER_CONTRIBUTES_AGAIN, as_of=as_of) == []
