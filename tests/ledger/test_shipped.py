"""The library, each behaviour with an example calculated by hand (domain.md 4.7 and the demo plans of section 6)."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from allmende.ledger import shipped
from allmende.ledger.facts import Facts, Stay
from allmende.ledger.measure import PersonUnits, units_by_person
from tests.ledger.tables import WORKSPACE, counted, figures, utc

# The data begin on 1 January with somebody no definition counts.
HISTORY = "2026-01-01 00:00  b99  posted  1\n"


def test_example_2_a_newcomers_first_post_is_answered_wherever_it_stands(tmp_path: Path) -> None:
    # m1 asks: m2 comments after 23 h. m2's own first post is that comment: only staff follow. m3's first post
    # stands in m1's thread: m1 answers it. m4's is followed after exactly 24 h, too late.
    text = """
        2026-03-01 10:00  m1  asked      2
        2026-03-02 09:00  m2  commented  2
        2026-03-02 10:00  s9  answered   2
        2026-03-05 10:00  m3  answered   2
        2026-03-05 11:00  m1  commented  2
        2026-03-10 10:00  m4  asked      3
        2026-03-11 10:00  m1  answered   3
    """
    *_, march = counted(tmp_path, HISTORY + text, shipped.FIRST_POST_ANSWERED, "2026-05-01 00:00")
    assert figures(march) == (4, 0, 0, 2, 2, 2)


def test_example_4_still_there_in_the_second_month(tmp_path: Path) -> None:
    # m1 at day 30 sharp: in. m2 only at day 29: out. m3 at day 60 sharp: out. m4 twice in between.
    text = """
        2026-03-02 10:00  m1  asked      2
        2026-04-01 10:00  m1  commented  2
        2026-03-02 11:00  m2  asked      3
        2026-03-31 11:00  m2  commented  3
        2026-03-02 12:00  m3  asked      4
        2026-05-01 12:00  m3  commented  4
        2026-03-02 13:00  m4  asked      5
        2026-04-10 10:00  m4  commented  5
        2026-04-11 10:00  m4  commented  5
    """
    (march,) = counted(tmp_path, HISTORY + text, shipped.NEWCOMER_STAYS, "2026-07-01 00:00")
    assert figures(march) == (4, 0, 0, 2, 2, 3)


def test_example_10_three_of_the_months_two_to_six(tmp_path: Path) -> None:
    # From 30 July on thirty days each: m1 in the first, third and fifth; m2 five times, but in two of them only.
    text = """
        2026-06-30 00:00  m1  asked      2
        2026-07-30 00:00  m1  commented  2
        2026-10-01 00:00  m1  commented  2
        2026-12-26 00:00  m1  commented  2
        2026-06-30 00:00  m2  asked      3
        2026-07-30 00:00  m2  commented  3
        2026-07-31 00:00  m2  commented  3
        2026-08-01 00:00  m2  commented  3
        2026-09-01 00:00  m2  commented  3
        2026-09-02 00:00  m2  commented  3
    """
    (june,) = counted(tmp_path, HISTORY + text, shipped.NEWCOMER_REGULAR, "2027-03-01 00:00")
    assert figures(june) == (2, 0, 0, 1, 1, 3)


def test_example_7_hard_questions_and_experts(tmp_path: Path) -> None:
    # Hard: rows 2, 5 and 8; waits of 4 h and 6 h, one for ever. Row 3 is no expert's, row 10 no hard question.
    text = """
        2026-03-02 10:00  m1  asked     2
        2026-03-02 11:00  m2  answered  2
        2026-03-02 14:00  e7  answered  2
        2026-03-03 10:00  m1  asked     3
        2026-03-03 16:00  e7  answered  3
        2026-03-03 17:00  e8  answered  3
        2026-03-04 10:00  m3  asked     4
        2026-03-04 11:00  m2  answered  4
        2026-03-05 10:00  m3  asked     5
        2026-03-05 10:30  e8  answered  5
    """
    hard = Facts(labels={"hard": [2, 5, 8]})
    (march,) = counted(tmp_path, HISTORY + text, shipped.HARD_QUESTION_WAITS, "2026-06-01 00:00", facts=hard)
    assert figures(march) == (3, 0, 0, 2, 1, 2)
    assert (march.median, march.p90, march.is_closed) == (timedelta(hours=6), None, True)


def helped(who: str, times: int, first: int, month: str = "03") -> str:
    """So many answers in m1's thread, each with thanks from m1; `first`: the number of the first row."""
    rows = []
    for number in range(times):
        place = first + 2 * number
        rows.append(f"2026-{month}-{number + 2:02}  10:00  {who}  answered  2")
        rows.append(f"2026-{month}-{number + 2:02}  11:00  m1  thanked   2  on={place}")
    return "\n".join(rows) + "\n"


def test_example_8_five_helpful_answers_a_month(tmp_path: Path) -> None:
    # March: m2 five, m3 four helpful answers, m4 one that nobody marked: 1 of 3. April: m2 five again, m3 five: 2 of 2.
    march = helped("m2", 5, 3) + helped("m3", 4, 13) + "2026-03-20 10:00  m4  answered  2\n"
    april = helped("m2", 5, 22, "04") + helped("m3", 5, 32, "04")
    text = "2026-03-01 10:00  m1  asked  2\n" + march + april
    first, second = counted(tmp_path, HISTORY + text, shipped.HELPERS, "2026-05-01 00:00")
    assert figures(first) == (3, 0, 0, 1, 1, 5)
    assert (first.again, first.again_of, first.is_closed) == (1, 1, True)
    assert figures(second) == (2, 0, 0, 2, 2, 10)
    assert (second.again, second.again_of) == (None, None)
    people = units_by_person(tmp_path, WORKSPACE, shipped.HELPERS, as_of=utc("2026-05-01 00:00"))
    assert sorted(one[1:] for one in people if one.period_start == second.period_start) == [(2, 1, 1), (3, 1, 1)]


def test_example_9_on_how_many_shoulders(tmp_path: Path) -> None:
    # 4, 3, 2 and 1 helpful answers: four are not half of ten, four and three are.
    text = "2026-04-01 10:00  m1  asked  2\n" + "".join(
        helped(f"m{who}", times, first, "04") for who, times, first in ((2, 4, 3), (3, 3, 11), (4, 2, 17), (5, 1, 21))
    )
    (quarter,) = counted(tmp_path, HISTORY + text, shipped.SHOULDERS, "2026-07-01 00:00", period="quarter")
    assert (quarter.factor, quarter.people, quarter.times) == (2, 4, 10)


@pytest.fixture
def reports() -> str:
    """In the second quarter m1 sends two detailed reports and m2 one; m3's was not accepted; m4 left on 16 May."""
    return """
        2026-03-15 10:00  m4  asked             2
        2026-04-10 10:00  m1  submitted_report  3
        2026-04-11 10:00  s9  accepted_answer   3  on=3
        2026-05-10 10:00  m1  submitted_report  4
        2026-05-11 10:00  s9  accepted_answer   4  on=5
        2026-05-12 10:00  m2  submitted_report  5
        2026-05-13 10:00  e9  accepted_answer   5  on=7
        2026-05-14 10:00  m3  submitted_report  6
        2026-06-01 10:00  m5  submitted_report  7
        2026-06-02 10:00  e9  accepted_answer   7  on=10
    """


INVITED = Facts(segments={"invited": [Stay(1), Stay(2), Stay(3), Stay(4, None, utc("2026-05-16 00:00"))]})


def test_example_11_the_invited_report_each_quarter(tmp_path: Path, reports: str) -> None:
    # e9 marks for m2, staff marks do not count as those of an excluded class; m5 is not invited.
    _, quarter, _ = counted(
        tmp_path, HISTORY + reports, shipped.INVITED_REPORT, "2026-07-01 00:00", "quarter", facts=INVITED
    )
    assert figures(quarter) == (4, 0, 0, 1, 1, 1)


def test_example_11_the_same_as_a_rate(tmp_path: Path, reports: str) -> None:
    # April to June: three people for 91 days, one for 45 until 16 May: 318 days. One report that counts.
    definition = shipped.INVITED_REPORTS
    _, quarter, _ = counted(tmp_path, HISTORY + reports, definition, "2026-07-01 00:00", "quarter", facts=INVITED)
    assert (quarter.times, quarter.people, quarter.exposure_seconds) == (1, 1, 318 * 86_400)
    assert quarter.exposure_months == pytest.approx(10.448, abs=0.001)
    assert quarter.rate == pytest.approx(1 / 10.448, abs=0.0001)
    people = units_by_person(
        tmp_path, WORKSPACE, definition, as_of=utc("2026-07-01 00:00"), period="quarter", facts=INVITED
    )
    start = quarter.period_start
    assert sorted(one for one in people if one.period_start == start) == [
        PersonUnits(start, 1, 91 * 86_400, 0), PersonUnits(start, 2, 91 * 86_400, 1),
        PersonUnits(start, 3, 91 * 86_400, 0), PersonUnits(start, 4, 45 * 86_400, 0),
    ]  # fmt: skip


DEPARTMENTS = {"department": {1: "Linz", 2: "Linz", 3: "Chur"}, "plant": {1: "Linz", 2: "Chur", 3: "Linz"}}


@pytest.mark.parametrize(
    ("definition", "expected"),
    [(shipped.ANSWER_ACROSS, (3, 0, 0, 1, 1, 1)), (shipped.ANSWER_ACROSS_PLANTS, (3, 0, 0, 0, 0, 0))],
)
def test_example_12_help_from_another_department(tmp_path: Path, definition, expected) -> None:  # type: ignore[no-untyped-def]
    # Asked on Friday at 15:00, so until Tuesday at 15:00. m3 of Chur answers in time, and it helped; in the second
    # thread a minute late; in the third nobody knows where m4 belongs.
    text = """
        2026-03-06 15:00  m1  asked     2
        2026-03-06 16:00  m2  answered  2
        2026-03-10 14:59  m3  answered  2
        2026-03-12 10:00  m1  thanked   2  on=4
        2026-03-06 15:00  m1  asked     3
        2026-03-10 15:00  m3  answered  3
        2026-03-10 15:30  m1  thanked   3  on=7
        2026-03-06 15:00  m1  asked     4
        2026-03-06 15:10  m4  answered  4
        2026-03-06 15:30  m1  thanked   4  on=10
    """
    known = Facts(traits=DEPARTMENTS)
    (march,) = counted(tmp_path, HISTORY + text, definition, "2026-05-01 00:00", facts=known)
    assert figures(march) == expected


def test_a_holiday_is_no_working_day(tmp_path: Path) -> None:
    text = """
        2026-03-06 15:00  m1  asked     2
        2026-03-10 15:30  m3  answered  2
        2026-03-10 16:00  m1  thanked   2  on=3
    """
    known = Facts(traits=DEPARTMENTS, holidays=frozenset({date(2026, 3, 9)}))
    (march,) = counted(tmp_path, HISTORY + text, shipped.ANSWER_ACROSS, "2026-05-01 00:00", facts=known)
    assert march.successes == 1


PROSPECTS = Facts(segments={"prospects": [Stay(1), Stay(2), Stay(3, utc("2026-12-01 00:00"))]})


def test_s1_26_a_prospect_who_took_part_becomes_a_customer(tmp_path: Path) -> None:
    # m1 buys within 90 days, m2 later; m3 was no prospect yet, m4 never.
    text = """
        2026-04-15 10:00  m1  asked     2
        2026-05-15 10:00  u1  bought   30
        2026-04-16 10:00  m2  answered  2
        2026-07-15 10:00  u2  bought   31
        2026-04-17 10:00  m3  answered  2
        2026-04-18 10:00  u3  bought   32
        2026-04-19 10:00  m4  answered  2
        2026-04-20 10:00  u4  bought   33
    """
    (april,) = counted(tmp_path, HISTORY + text, shipped.PROSPECT_BUYS, "2026-12-31 00:00", facts=PROSPECTS)
    assert figures(april) == (2, 0, 0, 1, 1, 1)


def test_a_prospect_asks_and_the_question_is_confirmed(tmp_path: Path) -> None:
    # m1's very first post is the question; the answer accepted is m9's. m2 accepts its own answer: nobody helped.
    text = """
        2026-04-15 10:00  m1  asked            2
        2026-04-15 11:00  m9  answered         2
        2026-04-16 11:00  m1  accepted_answer  2  on=3
        2026-04-17 10:00  m2  asked            3
        2026-04-17 11:00  m2  commented        3
        2026-04-17 12:00  m2  accepted_answer  3  on=6
    """
    (april,) = counted(tmp_path, HISTORY + text, shipped.PROSPECT_ASKS, "2026-12-31 00:00", facts=PROSPECTS)
    assert figures(april) == (2, 0, 0, 1, 1, 1)


def test_demo_a_first_by_a_member_and_confirmed(tmp_path: Path) -> None:
    # Confirmed three times, once after more than seven days; in the second thread staff were first.
    text = """
        2026-03-02 10:00  m1  asked            2
        2026-03-02 11:00  m2  answered         2
        2026-03-02 12:00  s9  answered         2
        2026-03-09 09:59  m1  accepted_answer  2  on=4
        2026-03-03 10:00  m1  asked            3
        2026-03-03 11:00  s9  answered         3
        2026-03-03 12:00  m2  answered         3
        2026-03-04 09:59  m1  accepted_answer  3  on=8
        2026-03-04 10:00  m3  asked            4
        2026-03-04 11:00  m2  answered         4
        2026-03-11 10:00  m3  accepted_answer  4  on=11
    """
    (march,) = counted(tmp_path, HISTORY + text, shipped.FIRST_ANSWER_CONFIRMED, "2026-05-01 00:00")
    assert figures(march) == (3, 0, 0, 1, 1, 1)


def test_s1_05_sharing_experience_is_another_thing_than_chatting(tmp_path: Path) -> None:
    # Of three who wrote in the quarter m2 shared an experience others marked; m3's nobody took up, m1 only chats.
    text = """
        2026-04-02 10:00  m1  posted             2
        2026-04-02 11:00  m1  commented          2
        2026-04-03 10:00  m2  shared_experience  3
        2026-04-04 10:00  m1  voted              3  on=4
        2026-04-05 10:00  m3  shared_experience  4
    """
    (quarter,) = counted(tmp_path, HISTORY + text, shipped.EXPERIENCE_SHARED, "2026-07-01 00:00", "quarter")
    assert figures(quarter) == (3, 0, 0, 1, 1, 1)


@pytest.mark.parametrize(
    ("definition", "expected"),
    [(shipped.ARRIVAL_COMPLETES, (3, 0, 0, 1, 1, 2)), (shipped.ARRIVAL_BUYS, (3, 0, 0, 1, 1, 1))],
)
def test_demo_b_what_came_of_those_who_arrived(tmp_path: Path, definition, expected) -> None:  # type: ignore[no-untyped-def]
    # u1 asks for two dossiers on the day, u2 buys after three weeks, u3 does nothing; u4 bought without a link.
    text = """
        2026-03-02 10:00  u1  arrived_from_link  40
        2026-03-02 10:05  u1  completed_on_site  41
        2026-03-02 10:06  u1  completed_on_site  42
        2026-03-03 10:00  u2  arrived_from_link  43
        2026-03-24 10:00  u2  bought             44
        2026-03-03 11:00  u3  arrived_from_link  45
        2026-03-03 12:00  u4  bought             46
    """
    (march,) = counted(tmp_path, HISTORY + text, definition, "2026-05-01 00:00")
    assert figures(march) == expected


def test_whoever_registers_attends_and_one_visit_counts_for_one_registration(tmp_path: Path) -> None:
    # m1 registers twice and comes once: that is for the newer one. m2 comes before registering.
    text = """
        2026-03-02 10:00  m1  registered_event  40
        2026-03-04 10:00  m1  registered_event  41
        2026-03-10 10:00  m1  attended_event    42
        2026-03-01 10:00  m2  attended_event    43
        2026-03-05 10:00  m2  registered_event  44
    """
    (march,) = counted(tmp_path, HISTORY + text, shipped.REGISTRATION_ATTENDED, "2026-07-01 00:00")
    assert figures(march) == (3, 0, 0, 1, 1, 1)


def test_demo_c_unusual_repairs_are_reported_by_whoever_made_them(tmp_path: Path) -> None:
    # m1 reports within five days, m2 after them; m3's repair is reported by somebody else.
    text = """
        2026-03-02 10:00  m1  repaired_unusually  40
        2026-03-07 09:59  m1  shared_experience    2
        2026-03-02 11:00  m2  repaired_unusually  41
        2026-03-07 11:00  m2  shared_experience    3
        2026-03-09 10:00  m3  repaired_unusually  42
        2026-03-09 11:00  m1  shared_experience    4
    """
    (march,) = counted(tmp_path, HISTORY + text, shipped.REPAIR_SHARED, "2026-05-01 00:00")
    assert figures(march) == (3, 0, 0, 1, 1, 1)


def test_what_nobody_has_told_is_named() -> None:
    assert Facts().missing_for(shipped.INVITED_REPORT) == ("invited",)
    assert Facts().missing_for(shipped.ANSWER_ACROSS) == ("department",)
    assert Facts().missing_for(shipped.HARD_QUESTION_WAITS) == ("hard",)
    assert Facts(segments={"invited": ()}).missing_for(shipped.INVITED_REPORT) == ()
    asking = {one.key for one in shipped.SHIPPED if one.needs_facts}
    assert asking == {one.key for one in shipped.SHIPPED if Facts().missing_for(one)}


def test_how_long_a_question_waits_for_a_member(tmp_path: Path) -> None:
    # Waits of 1 h and 3 h; the third is answered by staff alone, which is no member: open for the whole week.
    text = """
        2026-03-02 10:00  m1  asked     2
        2026-03-02 11:00  m2  answered  2
        2026-03-03 10:00  m1  asked     3
        2026-03-03 13:00  m3  answered  3
        2026-03-04 10:00  m2  asked     4
        2026-03-04 10:05  s9  answered  4
    """
    *_, march = counted(tmp_path, HISTORY + text, shipped.QUESTION_WAITS, "2026-05-01 00:00")
    assert (march.complete, march.successes, march.people) == (3, 2, 2)
    assert (march.median, march.p90) == (timedelta(hours=3), None)


def test_how_often_those_who_answer_help(tmp_path: Path) -> None:
    # m2 answers first on 16 March at noon: 15.5 days of March, in which one of two answers is thanked for.
    text = """
        2026-03-02 10:00  m1  asked     2
        2026-03-16 12:00  m2  answered  2
        2026-03-16 13:00  m1  thanked   2  on=3
        2026-03-20 10:00  m2  answered  2
    """
    march, *_ = counted(tmp_path, HISTORY + text, shipped.HELP_RATE, "2026-05-01 00:00")
    assert (march.people, march.times, march.exposure_seconds) == (1, 1, int(15.5 * 86_400))
