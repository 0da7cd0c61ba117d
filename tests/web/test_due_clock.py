"""A moment as lists show it: near ones short, far ones so that nobody takes them for another year's."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from allmende.web.templatetags.house import due_clock

TODAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("at", "german", "english"),
    [
        (datetime(2026, 11, 30, 9, 5), "9:05", "9:05"),
        (datetime(2026, 12, 3, 9), "Do 9:00", "Thu 9:00"),
        (datetime(2027, 1, 4, 9), "4. Jan. 9:00", "4 Jan 9:00"),
        (datetime(2027, 10, 31, 2, 30), "31. Okt. 2027, 2:30", "31 Oct 2027, 2:30"),
        (datetime(2026, 3, 27, 12), "27. März 12:00", "27 Mar 12:00"),
        (datetime(2025, 3, 27, 12), "27. März 2025, 12:00", "27 Mar 2025, 12:00"),
    ],
)
def test_a_moment_far_away_names_its_year(at, german, english):
    berlin = ZoneInfo("Europe/Berlin")
    with timezone.override(berlin):
        for language, said in (("de", german), ("en", english)):
            with translation.override(language):
                told = due_clock(at.replace(tzinfo=berlin), TODAY)
                assert told.replace("\xa0", " ") == said
                assert (" " in told) == ("," in said), "only a long one breaks, between year and clock"
