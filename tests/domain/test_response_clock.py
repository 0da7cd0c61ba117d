"""Who waits since when: I-13, S4-20, S4-21 and the two clocks of domain 0.1b."""

import itertools
import random
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from allmende.domain.response_clock import Clock, ResponseRule, Turn, fold
from allmende.domain.service_hours import Hours, Span, always_open

HOUR = timedelta(hours=1)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)  # a Friday
ALWAYS = always_open()
STAFF = ResponseRule(target=4 * HOUR)
ANYONE = ResponseRule(target=24 * HOUR, member_first=4 * HOUR, satisfied_by="anyone")


def turns(*said):
    """(hour after noon, author, class) as turns with ids in the order they are written here."""
    return [
        Turn(id=i, at=NOON + hour * HOUR, author_key=who, author_class=kind, order=i)
        for i, (hour, who, kind) in enumerate(said, start=1)
    ]


def waits(clock, name):
    return [(w.started_by, w.ended_by) for w in clock.waits if w.clock == name]


def test_i_13_the_first_answer_is_the_first_human_reply_by_someone_else():
    said = turns((0, "ada", "member"), (1, "ada", "member"), (2, "bot", "bot"), (3, "bo", "member"), (4, "us", "staff"))
    clock = fold(said, STAFF, ALWAYS)
    assert (clock.answered_by, clock.answered_at) == (4, NOON + 3 * HOUR)
    assert waits(clock, "first_answer") == [(1, 4)]
    assert waits(clock, "our_response") == [(1, 5)]


def test_i_13_the_clock_starts_at_the_first_inbound_message():
    clock = fold(turns((0, "us", "staff"), (1, "bot", "bot"), (2, "ada", "member")), STAFF, ALWAYS)
    assert (clock.waiting_since, clock.due_at, clock.waiting_key) == (NOON + 2 * HOUR, NOON + 6 * HOUR, "ada")
    assert fold(turns((0, "us", "staff")), STAFF, ALWAYS).waits == ()


def test_s4_21_several_turns_in_a_row_keep_the_earliest_wait():
    clock = fold(turns((0, "ada", "member"), (1, "bo", "member"), (2, "ada", "member")), STAFF, ALWAYS)
    assert clock.waiting_since == NOON
    assert waits(clock, "our_response") == [(1, None)]


def test_s4_21_our_reply_ends_the_wait_and_a_later_message_starts_a_new_one():
    said = turns((0, "ada", "member"), (2, "us", "staff"), (5, "us", "staff"), (7, "ada", "member"))
    clock = fold(said, STAFF, ALWAYS)
    assert waits(clock, "our_response") == [(1, 2), (4, None)]
    assert (clock.waiting_since, clock.due_at) == (NOON + 7 * HOUR, NOON + 11 * HOUR)
    assert waits(clock, "first_answer") == [(1, 2)]


def test_0_1b_a_member_satisfies_a_rule_for_anyone_but_not_one_for_staff():
    said = turns((0, "ada", "member"), (1, "bo", "member"))
    assert fold(said, ANYONE, ALWAYS).waiting_since is None
    assert fold(said, STAFF, ALWAYS).waiting_since == NOON
    again = [*said, *turns(*[(0, "x", "bot")] * 2, (9, "ada", "member"))[2:]]
    assert fold(again, ANYONE, ALWAYS).waiting_since == NOON + 9 * HOUR


def test_0_1b_our_answer_under_a_rule_for_anyone_is_still_measured_as_ours():
    clock = fold(turns((0, "ada", "member"), (1, "us", "staff")), ANYONE, ALWAYS)
    assert waits(clock, "first_answer") == waits(clock, "our_response") == [(1, 2)]
    assert [w.due_at for w in clock.waits if w.clock == "our_response"] == [None]


def test_an_expert_speaks_for_us_and_nobody_unnamed_answers_for_the_one_who_waits():
    assert fold(turns((0, "ada", "member"), (1, "eve", "expert")), STAFF, ALWAYS).waiting_since is None
    assert fold(turns((0, "ada", "member"), (1, None, "unknown")), ANYONE, ALWAYS).waiting_since == NOON


def test_finding_8_members_have_the_first_word_for_a_while():
    said = turns((0, "ada", "member"))
    assert fold(said, ANYONE, ALWAYS).members_until == NOON + 4 * HOUR
    assert fold(said, STAFF, ALWAYS).members_until is None
    answered = turns((0, "ada", "member"), (1, "us", "staff"))
    assert fold(answered, ANYONE, ALWAYS).members_until is None


def test_s4_20_targets_run_in_service_time_or_on_the_wall():
    office = Hours(tuple(Span(day, time(9), time(17)) for day in range(5)), "Europe/Berlin")
    said = turns((0, "ada", "member"))  # Friday 13:00 in Berlin
    monday = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Europe/Berlin"))
    assert fold(said, ResponseRule(5 * HOUR), office).due_at == monday + HOUR
    assert fold(said, ResponseRule(5 * HOUR, counts_service_hours=False), office).due_at == NOON + 5 * HOUR
    assert fold(said, ResponseRule(5 * HOUR), Hours((), "UTC")).due_at == NOON + 5 * HOUR
    answered = fold(turns((0, "ada", "member"), (72, "us", "staff")), ResponseRule(5 * HOUR), office)
    ours = next(w for w in answered.waits if w.clock == "our_response")
    assert (ours.service_time, ours.is_breached) == (8 * HOUR, True)


def test_s4_20_without_a_target_nobody_waits():
    clock = fold(turns((0, "ada", "member"), (3, "bo", "member")), ResponseRule(None), ALWAYS)
    assert (clock.waiting_since, clock.due_at) == (None, None)
    assert waits(clock, "first_answer") == [(1, 2)]


def test_s4_21_a_wait_is_breached_only_after_its_time():
    late, on_time = (
        turns((0, "ada", "member"), (4.5, "us", "staff")),
        turns((0, "ada", "member"), (4, "us", "staff")),
    )
    breached = [w.is_breached for said in (late, on_time) for w in fold(said, STAFF, ALWAYS).waits if w.due_at]
    assert breached == [True, False]
    (waiting,) = (w for w in fold(late[:1], STAFF, ALWAYS).waits if w.due_at)
    assert not waiting.is_breached
    assert waiting.is_overdue(NOON + 5 * HOUR)
    assert not waiting.is_overdue(NOON + 4 * HOUR)


def test_closing_ends_a_wait_without_an_answer_and_a_new_message_reopens():
    said = turns((0, "ada", "member"), (6, "ada", "member"))
    clock = fold(said, STAFF, ALWAYS, closings=[NOON + HOUR])
    assert waits(clock, "our_response") == [(1, None), (2, None)]
    assert clock.waiting_since == NOON + 6 * HOUR
    assert clock.answered_by is None
    closed = fold(said, STAFF, ALWAYS, closings=[NOON + HOUR, NOON + 7 * HOUR])
    assert (closed.waiting_since, closed.answered_at) == (None, None)


def test_equal_times_keep_the_order_of_the_source():
    asked, answered = turns((0, "ada", "member"), (0, "us", "staff"))
    assert waits(fold([answered, asked], STAFF, ALWAYS), "our_response") == [(1, 2)]


def test_d4_a_promise_on_the_wall_runs_through_the_repeated_hour():
    at = datetime(2026, 10, 25, 1, tzinfo=ZoneInfo("Europe/Berlin"))
    rule = ResponseRule(4 * HOUR, counts_service_hours=False)
    clock = fold([Turn(1, at, "ada", "member")], rule, ALWAYS)
    assert clock.due_at == datetime(2026, 10, 25, 3, tzinfo=UTC)


said_by = st.tuples(st.integers(0, 40), st.sampled_from("abc"), st.sampled_from(("member", "staff", "bot", "expert")))
conversations = st.lists(said_by, max_size=8).map(lambda said: turns(*said))
closed_at = st.lists(st.integers(0, 40).map(lambda hour: NOON + hour * HOUR), max_size=2)


@given(conversations, st.sampled_from((STAFF, ANYONE)), closed_at, st.integers(0, 99))
@settings(max_examples=100, deadline=None)
def test_house_the_order_of_arrival_does_not_matter(said, rule, closings, seed):
    shuffled = said.copy()
    random.Random(seed).shuffle(shuffled)
    assert fold(said, rule, ALWAYS, closings) == fold(shuffled, rule, ALWAYS, closings[::-1])


@given(conversations, st.sampled_from((STAFF, ANYONE)), closed_at)
@settings(max_examples=100, deadline=None)
def test_house_waits_run_forward_one_after_the_other(said, rule, closings):
    clock: Clock = fold(said, rule, ALWAYS, closings)
    for name in ("first_answer", "our_response"):
        history = [w for w in clock.waits if w.clock == name]
        assert all(w.ended_at >= w.started_at for w in history if w.ended_at)
        assert all(a.ended_at is not None and a.ended_at <= b.started_at for a, b in itertools.pairwise(history))
        assert len({w.started_at for w in history}) >= len(history) - sum(w.ended_at == w.started_at for w in history)
    promised = [w for w in clock.waits if w.due_at and w.ended_at is None]
    assert [w.started_at for w in promised] == ([clock.waiting_since] if clock.waiting_since else [])


OFFICE = Hours(tuple(Span(day, time(9), time(17)) for day in range(5)), "UTC")


def test_once_answered_the_next_answer_has_a_promise_of_its_own():
    rule = ResponseRule(4 * HOUR, next_target=HOUR)
    first = turns((0, "ada", "member"))
    assert fold(first, rule, ALWAYS).due_at == NOON + 4 * HOUR
    again = turns((0, "ada", "member"), (1, "us", "staff"), (2, "ada", "member"))
    assert fold(again, rule, ALWAYS).due_at == NOON + 3 * HOUR
    # A closing answers nobody.
    unanswered = turns((0, "ada", "member"), (2, "ada", "member"))
    assert fold(unanswered, rule, ALWAYS, [NOON + HOUR]).due_at == NOON + 6 * HOUR


def test_out_of_service_hours_the_promise_can_run_on_the_wall():
    evening, rule = turns((8, "ada", "member")), ResponseRule(4 * HOUR, outside=12 * HOUR)
    assert fold(evening, rule, OFFICE).due_at == NOON + 20 * HOUR
    assert fold(evening, ResponseRule(4 * HOUR), OFFICE).due_at == NOON + 73 * HOUR  # Monday at 13
    assert fold(turns((1, "ada", "member")), rule, OFFICE).due_at == NOON + 5 * HOUR
    early = turns((68.9, "ada", "member"))  # six minutes before service begins the usual promise is sooner
    assert fold(early, rule, OFFICE).due_at == NOON + 73 * HOUR


def test_members_never_go_first_beyond_what_was_promised():
    rule = ResponseRule(8 * HOUR, member_first=8 * HOUR, outside=2 * HOUR)
    clock = fold(turns((8, "ada", "member")), rule, OFFICE)
    assert clock.members_until == clock.due_at == NOON + 10 * HOUR


def test_a_matter_is_to_be_closed_within_what_was_promised_whoever_answers():
    rule = ResponseRule(4 * HOUR, resolution=16 * HOUR)
    said = turns((0, "ada", "member"), (1, "us", "staff"))
    assert fold(said, rule, OFFICE).resolve_by == NOON + 96 * HOUR  # 5 h on Friday, 8 on Monday, 3 on Tuesday
    assert fold(said, rule, OFFICE, [NOON + 2 * HOUR]).resolve_by is None
    reopened = [*said, *turns((0, "", "bot"), (0, "", "bot"), (3, "ada", "member"))[2:]]
    assert fold(reopened, rule, OFFICE, [NOON + 2 * HOUR]).resolve_by == fold(reopened[2:], rule, OFFICE).resolve_by
    assert fold(said, STAFF, OFFICE).resolve_by is None
    assert fold(said, ResponseRule(None, resolution=HOUR), OFFICE).resolve_by is None
