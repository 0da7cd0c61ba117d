"""The demo's past: the stated behaviours are in it at the stated strength, the same for the same day, in both languages."""

import re
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest

from allmende.config.demo import words
from allmende.config.demo.history import Calendar, history, rows_of, threads
from allmende.config.demo.rhythm import in_service, is_working_day, service_ago

pytestmark = pytest.mark.thorough

# An ordinary Thursday, a Sunday soon after clocks changed, the first hour of a Monday.
DAYS = (
    datetime(2026, 10, 8, 9, 40, tzinfo=UTC),
    datetime(2027, 4, 4, 21, 0, tzinfo=UTC),
    datetime(2026, 11, 22, 23, 5, tzinfo=UTC),
)
DAY = timedelta(days=1)


@cache
def told(now, language="de"):
    return list(threads(Calendar(now), language, talk=0.25))


def asked(found, begin, end):
    return [one for one in found if not one.turns[0].is_staff and begin <= one.turns[0].at < end]


def is_member_first(thread):
    first = next((turn for turn in thread.turns if turn.author != thread.turns[0].author), None)
    return first is not None and not first.is_staff and _after(thread, first) < DAY


def is_confirmed(thread):
    return any(turn.is_accepted and _after(thread, turn) < 7 * DAY for turn in thread.turns)


def _after(thread, turn):
    return turn.at.astimezone(UTC) - thread.turns[0].at.astimezone(UTC)


@pytest.mark.parametrize("now", DAYS, ids=str)
def test_members_answer_first_as_often_as_the_plan_says(now):
    """`domain.md` 4.7, example 5: 2,103 of 4,310 before, 512 of 905 since."""
    calendar, found = Calendar(now), told(now)
    before = asked(found, calendar.begins_at, calendar.plan_starts_at)
    since = asked(found, calendar.plan_starts_at, calendar.monday)
    assert (sum(map(is_member_first, before)), len(before)) == (2_103, 4_310)
    assert (sum(map(is_member_first, since)), len(since)) == (512, 905)


@pytest.mark.parametrize("now", DAYS, ids=str)
def test_confirmed_solutions_hardly_move(now):
    """Example 6: 1,767 of 4,310 before; since, 44 % of those whose week has passed."""
    calendar, found = Calendar(now), told(now)
    before = asked(found, calendar.begins_at, calendar.plan_starts_at)
    since = asked(found, calendar.plan_starts_at, calendar.monday - 7 * DAY)
    assert (sum(map(is_confirmed, before)), len(before)) == (1_767, 4_310)
    assert sum(map(is_confirmed, since)) == round(0.44 * len(since))


@pytest.mark.parametrize("now", DAYS, ids=str)
def test_newcomers_help_more_often_since_the_plan_began(now):
    """Example 1: 6 % of 1,986 before, 10 % since; nobody else who is new has an answer accepted."""
    calendar, found = Calendar(now), told(now)
    begins, helped = {}, set()
    for turn in sorted((turn for one in found for turn in one.turns), key=lambda turn: turn.at):
        begins.setdefault(turn.author, turn.at)
    for thread in found:
        for turn in thread.turns:
            is_new = turn.at - begins[turn.author] < 30 * DAY and turn.author != thread.turns[0].author
            if turn.is_accepted and is_new and not turn.is_staff:
                helped.add(turn.author)
    new = {one.turns[0].author: one.turns[0].at for one in found if one.is_by_newcomer}
    assert all(begins[name] == at for name, at in new.items())
    since_begin = [name for name, at in begins.items() if at > calendar.begins_at + 31 * DAY and name not in new]
    assert since_begin == []
    before = [name for name, at in new.items() if at < calendar.plan_starts_at]
    since = [name for name, at in new.items() if calendar.plan_starts_at <= at < calendar.monday - 28 * DAY]
    assert (len(helped & set(before)), len(before)) == (119, 1_986)
    assert len(helped & set(since)) == round(0.10 * len(since)) >= 20


def test_about_sixty_thousand_interactions_that_read_differently():
    rows = rows_of(list(threads(Calendar(DAYS[0]))))
    gestures = sum(row.get("is_accepted", False) + row.get("thread_resolved", False) for row in rows)
    assert 57_000 < len(rows) + gestures < 64_000
    assert len({row["text"] for row in rows}) > 10_000
    assert not [row for row in rows if re.search(r"[{}]|  |,,", row["text"] + row.get("thread_title", ""))]
    assert len({row["author"] for row in rows}) > 2_500


def test_working_days_weekends_and_quiet_weeks_show():
    found = [one.turns[0].at for one in told(DAYS[0]) if not one.turns[0].is_staff]
    on_weekdays = sum(at.weekday() < 5 for at in found) / 5
    at_weekends = sum(at.weekday() > 4 for at in found) / 2
    assert on_weekdays > 3 * at_weekends
    month_end = sum(at.day >= 27 or at.day <= 10 for at in found if is_working_day(at.date()))
    days = {at.date() for at in found if is_working_day(at.date())}
    busy = sum(day.day >= 27 or day.day <= 10 for day in days)
    assert month_end / busy > 1.15 * (len(found) * 0.9 - month_end) / (len(days) - busy)


def test_the_same_day_tells_the_same_past():
    morning, evening = DAYS[0].replace(hour=6), DAYS[0].replace(hour=20)
    first, again = history(morning, talk=0.2), history(evening, talk=0.2)
    assert first == again[: len(first)]
    assert history(morning, talk=0.2) == first
    assert history(morning + 7 * DAY, talk=0.2)[0] != first[0]


def test_both_languages_tell_the_same_story():
    german, english = told(DAYS[0], "de"), told(DAYS[0], "en")
    assert [[(turn.author, turn.at) for turn in one.turns] for one in german] == [
        [(turn.author, turn.at) for turn in one.turns] for one in english
    ]
    assert {turn.text for one in german for turn in one.turns}.isdisjoint(
        turn.text for one in english for turn in one.turns if len(turn.text) > 12
    )


@pytest.mark.parametrize("name", ["forum", "items", "live", "plan"])
def test_both_languages_have_the_same_shape(name):
    assert _shape(words.texts("de", name)) == _shape(words.texts("en", name))


def _shape(value, key=""):
    if isinstance(value, dict):
        return {name: _shape(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_shape(inner, key) for inner in value]
    return sorted(re.findall(r"\{\w+\}", value)) if isinstance(value, str) else value


def test_service_hours_count_forwards_and_backwards():
    friday = Calendar(DAYS[0]).local_now.replace(year=2026, month=10, day=9, hour=17, minute=0)
    monday = in_service(friday, 2)
    assert (monday.weekday(), monday.hour) == (0, 9)
    assert service_ago(monday, 2) == friday
    assert service_ago(monday.replace(hour=7), 1) == friday
