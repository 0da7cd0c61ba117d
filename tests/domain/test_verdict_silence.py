"""A busy channel without a word for weeks: data are missing (domain 4.4-1)."""

from datetime import date, timedelta

from allmende.domain.verdict import Silence, silences

FIRST = date(2026, 1, 1)


def busy(per_day, *spans):
    return {FIRST + timedelta(days=day): per_day for first, last in spans for day in range(first, last)}


def test_4_4_weeks_without_a_word_between_busy_ones_are_a_silence():
    assert silences(busy(5, (0, 60), (90, 150))) == (Silence(FIRST + timedelta(60), FIRST + timedelta(90)),)


def test_4_4_holidays_quiet_channels_and_both_ends_are_none():
    assert silences(busy(50, (0, 60), (80, 150))) == ()
    assert silences({FIRST + timedelta(days=day): 1 for day in range(0, 400, 40)}) == ()
    assert silences(busy(5, (0, 60))) == silences({}) == ()
    assert silences(busy(5, (0, 60)) | {FIRST + timedelta(days=300): 1}) == ()


def test_4_4_a_day_that_holds_nothing_is_no_word():
    said = busy(5, (0, 60), (90, 150)) | {FIRST + timedelta(days=75): 0}
    assert len(silences(said)) == 1
