"""Days and times in English pages: day before month, the month in words, 24 hours; what an American would misread nowhere."""

from datetime import datetime

from django.utils import formats, translation


def test_an_english_day_is_written_day_first_and_cannot_be_misread():
    at = datetime(2026, 10, 5, 14, 5)
    with translation.override("en"):
        assert formats.date_format(at, "DATE_FORMAT") == "5 October 2026"
        assert formats.date_format(at, "SHORT_DATE_FORMAT") == "5 Oct 2026"
        assert formats.date_format(at, "DATETIME_FORMAT") == "5 October 2026, 14:05"
        assert formats.date_format(at, "SHORT_DATETIME_FORMAT") == "5 Oct 2026, 14:05"
        assert formats.time_format(at.time()) == "14:05"


def test_a_german_day_is_written_as_ever():
    at = datetime(2026, 10, 5, 14, 5)
    with translation.override("de"):
        assert formats.date_format(at, "DATE_FORMAT") == "5. Oktober 2026"
        assert formats.date_format(at, "SHORT_DATE_FORMAT") == "05.10.2026"
