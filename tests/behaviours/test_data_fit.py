"""Data that changed are no members that changed: then nothing is judged, and it says why (domain 4.4-1)."""

from datetime import UTC, datetime, timedelta

import pytest

from allmende.behaviours.actions import fill_ledger
from allmende.behaviours.queries import period_lines
from allmende.behaviours.queries.counting import Question, judge_question
from allmende.channels.models import Message
from allmende.ledger.shipped import FIRST_ANSWER_BY_MEMBER
from tests.behaviours.conftest import questions

BEGINS = datetime(2025, 1, 6, tzinfo=UTC)
CUT = datetime(2026, 6, 29, tzinfo=UTC)
QUESTION = Question("O1", CUT, 0.05, True)


@pytest.fixture
def ask(workspace, now):
    def run():
        fill_ledger(workspace=workspace, now=now)
        return judge_question(workspace, FIRST_ANSWER_BY_MEMBER, QUESTION, as_of=now)

    return run


def weeks(first, count, answered):
    return questions(BEGINS + timedelta(weeks=first), count, 20, answered)


def test_4_4_a_gap_shortly_before_the_start_makes_it_not_measurable(take_in, ask, workspace, now):
    take_in([*weeks(0, 60, 10), *weeks(66, 24, 14)])
    judged = ask()
    assert (judged.verdict.word, judged.verdict.reason_code) == ("not_measurable", "connector_gap")
    lines = period_lines(workspace, FIRST_ANSWER_BY_MEMBER, as_of=now, period="month", question=QUESTION)
    assert {line["reason_code"] for line in lines if line["verdict"]} == {"connector_gap"}


def test_4_4_after_an_old_gap_the_baseline_begins_again(take_in, ask):
    take_in([*weeks(0, 20, 2), *weeks(30, 60, 10)])
    judged = ask()
    assert judged.before_start.date() == (BEGINS + timedelta(weeks=30)).date()
    assert (judged.before.successes, judged.before.complete) == (470, 940)
    assert judged.verdict.word in ("not_moving", "cannot_tell")


def test_4_4_much_deleted_before_is_no_move(take_in, ask):
    take_in(weeks(30, 60, 14))
    answers = Message.objects.filter(act="answered", occurred_at__lt=CUT).order_by("pk").values_list("pk", flat=True)
    gone = datetime(2026, 9, 1, tzinfo=UTC)
    Message.objects.filter(pk__in=list(answers)[::2]).update(deleted_at=gone, changed_at=gone)
    judged = ask()
    assert judged.before.share < judged.now.share - 0.2
    assert (judged.verdict.word, judged.verdict.reason_code) == ("not_measurable", "content_deleted")


def test_4_4_words_by_nobody_known_are_no_move(take_in, ask):
    take_in(weeks(30, 60, 14))
    answers = Message.objects.filter(act="answered", occurred_at__lt=CUT).order_by("pk").values_list("pk", flat=True)
    Message.objects.filter(pk__in=list(answers)[::2]).update(identity=None, author_class="unknown")
    judged = ask()
    assert (judged.verdict.word, judged.verdict.reason_code) == ("not_measurable", "actors_unknown")


def test_4_4_whole_data_are_judged(take_in, ask):
    take_in(weeks(30, 60, 10))
    assert ask().verdict.word in ("not_moving", "cannot_tell")
