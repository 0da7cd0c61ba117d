"""Signs of a crisis (domain 3.10): volume beyond its natural limit, newcomers, negative words, a second channel."""

from allmende.domain.alarms import (
    STEPS_A_DAY,
    USUAL_LIMIT,
    Day,
    Heard,
    Rhythm,
    counts_of,
    find_wave,
    learn_rhythm,
)

FLAT = Rhythm({"forum": [1.0] * (7 * STEPS_A_DAY), "chat": [0.0] * (7 * STEPS_A_DAY)})


def say(number, *, channel="forum", authors=99, **more):
    """So many messages, one every minute until minute 0."""
    return [Heard(float(1 - number + at), at % authors, channel, **more) for at in range(number)]


def days(number, counts=None):
    return [Day(at % 7, counts or [0] * STEPS_A_DAY) for at in range(number)]


def test_a_wave_is_more_than_is_natural_at_this_hour():
    assert find_wave(FLAT, say(6), 100, 0.0) is None
    found = find_wave(FLAT, say(16), 100, 0.0)
    assert found and found.messages == 16 and found.usual == 1.0 and found.signs == ("volume",) and found.level == 2
    assert found.natural < 16
    busy = Rhythm({"forum": [12.0] * (7 * STEPS_A_DAY)})
    assert find_wave(busy, say(16), 100, 0.0) is None


def test_one_who_floods_and_two_who_quarrel_are_no_wave():
    assert find_wave(FLAT, say(20, authors=1), 100, 0.0) is None
    assert find_wave(FLAT, say(20, authors=2), 100, 0.0) is None
    assert counts_of([(0, "a"), (1, "a"), (2, "a"), (3, "b"), (21, "a")]) == [0, 1, 3, 21]


def test_further_signs_let_less_volume_be_enough():
    assert find_wave(FLAT, say(10), 100, 0.0) is None
    found = find_wave(FLAT, say(10, is_new_author=True, is_negative=True), 100, 0.0)
    assert found and found.signs == ("volume", "negative", "newcomers") and found.level == 3


def test_a_second_channel_is_a_sign_and_raises_the_level():
    heard = sorted(say(10) + say(6, channel="chat"), key=lambda one: one.minute)
    found = find_wave(FLAT, heard, 100, 0.0)
    assert found and "channels" in found.signs and found.channels == ("forum", "chat") and found.level == 3


def test_a_channel_that_opened_yesterday_is_watched_by_eye():
    assert find_wave(FLAT, say(30, channel="new"), 100, 0.0) is None
    assert learn_rhythm({"new": days(1)}).usual == {}


def test_lively_hours_before_let_expect_more():
    lively = [Heard(-200.0 + at, f"x{at}", "forum") for at in range(0, 180, 2)]
    assert find_wave(FLAT, [*lively, *say(16)], 100, 0.0) is None


def test_what_is_usual_is_that_of_the_hour_of_the_week_without_the_highest_week():
    monday = [3 if 120 <= step < 144 else 0 for step in range(STEPS_A_DAY)]
    storm = [30 if 120 <= step < 144 else 0 for step in range(STEPS_A_DAY)]
    past = [Day(at % 7, (storm if at == 49 else monday) if at % 7 == 0 else [0] * STEPS_A_DAY) for at in range(56)]
    rhythm = learn_rhythm({"forum": past})
    assert rhythm.usual["forum"][131] == 12 and rhythm.usual["forum"][STEPS_A_DAY + 131] == 0
    assert rhythm.at(131) == 12


def test_a_short_past_knows_times_of_the_day_and_the_common_limit():
    rhythm = learn_rhythm({"forum": days(5, [1] * STEPS_A_DAY)})
    assert rhythm.limit == USUAL_LIMIT
    assert rhythm.at(10) == rhythm.at(6 * STEPS_A_DAY + 10) == 4


def test_a_restless_community_gets_a_wider_limit():
    calm = days(56, [1 if step % 12 == 0 else 0 for step in range(STEPS_A_DAY)])
    restless = [
        Day(at % 7, [(7 if (at * 37 + step // 4) % 97 == 0 else 0) for step in range(STEPS_A_DAY)]) for at in range(56)
    ]
    assert learn_rhythm({"a": restless}).limit > learn_rhythm({"a": calm}).limit


def test_newcomers_and_negative_words_that_speak_clearly_let_twice_the_usual_be_enough():
    busy = Rhythm({"forum": [8.0] * (7 * STEPS_A_DAY)})
    assert find_wave(busy, say(20), 100, 0.0) is None
    one_sign = [*say(14, is_new_author=False), *say(6, is_negative=True)]
    assert find_wave(busy, sorted(one_sign, key=lambda one: one.minute), 100, 0.0) is None
    found = find_wave(busy, say(20, is_new_author=True, is_negative=True), 100, 0.0)
    assert found and found.signs == ("volume", "negative", "newcomers")
    assert find_wave(busy, say(15, is_new_author=True, is_negative=True), 100, 0.0) is None


def test_a_young_channel_knows_working_days_from_weekends_before_it_knows_each_day():
    def past(number):
        return [Day(at % 7, [at % 7 < 5] * STEPS_A_DAY) for at in range(number)]

    def usual(number, weekday):
        return learn_rhythm({"new": past(number)}).usual["new"][weekday * STEPS_A_DAY + 140]

    assert usual(13, 0) == usual(13, 6) > 2
    assert usual(20, 0) == usual(20, 4) == 4 and usual(20, 6) == usual(20, 5) == 0
    assert usual(35, 2) == 4 and usual(35, 6) == 0
