"""Service hours as the domain counts them: spans, holidays by country and subdivision, closed days."""

from datetime import UTC, date, datetime, time, timedelta

from allmende.domain.service_hours import Span, add_service_time
from allmende.team.models import ClosedDay
from allmende.team.queries import default_hours, hours_of, next_holidays, place_name, places


def test_new_workspace_is_here_on_weekdays_from_eight_to_six(workspace):
    hours = hours_of(default_hours(workspace), [2026])
    assert hours.zone == "Europe/Berlin"
    assert hours.spans == tuple(Span(day, time(8), time(18)) for day in range(5))


def test_holidays_follow_country_and_subdivision(workspace):
    hours = default_hours(workspace)
    assert date(2026, 1, 6) not in hours_of(hours, [2026]).closed_dates
    hours.subdivision = "BY"
    assert date(2026, 1, 6) in hours_of(hours, [2026]).closed_dates
    hours.country, hours.subdivision = "CH", "ZH"
    closed = hours_of(hours, [2026, 2027]).closed_dates
    assert date(2026, 8, 1) in closed and date(2027, 8, 1) in closed and date(2026, 10, 3) not in closed
    hours.country, hours.subdivision = "AT", "9"
    assert date(2026, 10, 26) in hours_of(hours, [2026]).closed_dates


def test_closed_days_are_closed_even_where_holidays_are_not_kept(workspace):
    hours = default_hours(workspace)
    hours.keeps_holidays = False
    ClosedDay.objects.create(hours=hours, on_date=date(2026, 12, 24), name="Heiligabend")
    assert hours_of(default_hours(workspace), [2026]).closed_dates > {date(2026, 12, 24)}
    hours = default_hours(workspace)
    hours.keeps_holidays = False
    assert hours_of(hours, [2026]).closed_dates == {date(2026, 12, 24)}


def test_promise_made_before_a_holiday_is_kept_after_it(workspace):
    hours = hours_of(default_hours(workspace), [2026])
    christmas_eve = datetime(2026, 12, 24, 16, 0, tzinfo=UTC)
    assert add_service_time(hours, christmas_eve, timedelta(hours=2)) == datetime(2026, 12, 28, 8, 0, tzinfo=UTC)


def test_next_holidays_speak_the_readers_language(workspace):
    hours = default_hours(workspace)
    today = date(2026, 12, 20)
    assert [day.name for day in next_holidays(hours, today, "de", 3)] == [
        "Erster Weihnachtstag",
        "Zweiter Weihnachtstag",
        "Neujahr",
    ]
    assert next_holidays(hours, today, "en", 1)[0].name == "Christmas Day"


def test_places_are_named_as_people_know_them():
    named = {(place.country, place.subdivision): place.name for place in places()}
    assert named["DE", "SH"] == "Schleswig-Holstein"
    assert named["AT", "5"] == "Salzburg"
    assert named["CH", "ZH"] == "Zürich"
    assert len([place for place in places() if place.country == "DE"]) == 17
    assert place_name("DE", "") == ""


def test_hours_cost_two_queries_and_none_when_prefetched(workspace, django_assert_num_queries):
    hours = default_hours(workspace)
    with django_assert_num_queries(0):
        hours_of(hours, [2026])
