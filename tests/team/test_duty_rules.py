"""What the rota warns about: rest, long days, Sundays, holidays of the place; always hints, by the workspace's own rules."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from allmende.domain.coverage import RestRules, sundays_left
from allmende.team import actions, queries
from allmende.team.models import DutyRules, Shift
from tests.team.test_rota import undo_in

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Europe/Berlin")
DAY = timedelta(days=1)
# Reformation Day: a holiday in Schleswig-Holstein, none in Bavaria; a Saturday in 2026.
REFORMATION = date(2026, 10, 31)


def at(on, hour):
    return datetime(on.year, on.month, on.day, hour, tzinfo=ZONE)


def shift(owner, on, begin, end, now, doer=None):
    return actions.plan_shift(
        person=owner, shift=None, hours=None, kind="full", doer=doer or owner, starts_at=at(on, begin),
        ends_at=at(on, end), now=now,
    )  # fmt: skip


def said(owner, on, begin, end):
    found = queries.concerns_with(owner.workspace, None, doer=owner, starts_at=at(on, begin), ends_at=at(on, end))
    return [one.kind for one in found]


def place(owner, subdivision, now):
    hours = queries.default_hours(owner.workspace)
    spans = [(span.weekday, span.starts_at, span.ends_at) for span in hours.spans.all()]
    actions.save_hours(
        person=owner, hours=hours, name=hours.name, zone=hours.zone, country="DE", subdivision=subdivision,
        keeps_holidays=False, spans=spans, now=now,
    )  # fmt: skip


def test_holidays_are_those_of_the_state_even_where_service_goes_on(owner, now):
    place(owner, "SH", now)
    assert said(owner, REFORMATION, 9, 12) == ["holiday"]
    place(owner, "BY", now)
    assert said(owner, REFORMATION, 9, 12) == []


def test_eleven_hours_of_rest_are_said_before_saving(owner, now):
    on = date(2026, 10, 13)
    shift(owner, on, 14, 22, now)
    assert said(owner, on + DAY, 7, 12) == ["rest"] and said(owner, on + DAY, 9, 12) == []


def test_the_rules_of_the_workspace_count(owner, now):
    on = date(2026, 10, 18)
    assert said(owner, on, 8, 17) == ["long", "sunday"]
    actions.save_duty_rules(
        person=owner, rules=RestRules(12, 9, 12, 10, warns_sundays=False, warns_holidays=False), now=now
    )
    assert said(owner, on, 8, 17) == []
    assert queries.rules_of(owner.workspace).rest_hours == 12


def test_fifteen_sundays_of_a_year_stay_free():
    sundays = [date(2026, 1, 4) + n * 7 * DAY for n in range(52)]
    assert sundays_left(sundays[:37], sundays[36]) is None
    found = sundays_left(sundays[:38], sundays[37])
    assert (found.kind, found.hours) == ("sundays", 14)
    assert sundays_left(sundays[:38], sundays[37] + DAY) is None


def test_worked_sundays_are_counted_over_the_year(owner, now):
    first = date(2026, 1, 4)
    rows = [
        Shift(
            workspace=owner.workspace, created_at=now, updated_at=now, person=owner, state="done", kind="full",
            starts_at=at(first + n * 7 * DAY, 9), ends_at=at(first + n * 7 * DAY, 12),
        )
        for n in range(37)
    ]  # fmt: skip
    Shift.objects.bulk_create(rows)
    assert said(owner, date(2026, 12, 20), 9, 12) == ["sunday", "sundays"]
    shift(owner, date(2026, 12, 20), 9, 12, now)
    week = queries.rota(owner.workspace, date(2026, 12, 20), now, "de")
    assert [(name, one.kind) for name, one in week.concerns] == [(owner.name, "sunday"), (owner.name, "sundays")]


def test_a_deputy_works_what_they_stand_in_for_and_who_is_away_works_nothing(owner, new_person, now):
    emre, lead, on = new_person("manager", "Emre Yıldız"), new_person("lead"), date(2026, 10, 14)
    shift(emre, on, 8, 20, now)
    assert [name for name, _one in queries.rota(owner.workspace, on, now, "de").concerns] == ["Emre Yıldız"]
    absence = actions.request_absence(
        person=emre, absent=emre, kind="leave", starts_date=on, ends_date=on, deputy=owner, now=now
    )
    actions.approve_absence(person=lead, absence=absence, now=now)
    assert not queries.rota(owner.workspace, on, now, "de").concerns
    actions.confirm_deputy(person=owner, absence=absence, now=now)
    assert [name for name, _one in queries.rota(owner.workspace, on, now, "de").concerns] == [owner.name]


def test_the_form_saves_explains_and_undoes(owner, client_of, new_person):
    client, url = client_of(owner), reverse("team:duty_rules", args=[owner.workspace.slug])
    typed = {"rest_hours": "12", "usual_hours": "8", "longest_hours": "9", "free_sundays": "20", "warns_sundays": "on"}
    typed |= {"sunday_rest_weeks": "3", "holiday_rest_weeks": "8"}
    for wrong in ({"longest_hours": "7"}, {"rest_hours": "25"}, {"free_sundays": "x"}, {"sunday_rest_weeks": "0"}):
        assert client.post(url, typed | wrong).status_code == 422
    answer = client.post(url, typed, follow=True)
    rules = queries.rules_of(owner.workspace)
    assert (rules.rest_hours, rules.warns_holidays, rules.sunday_rest_weeks) == (12, False, 3)
    client.post(undo_in(answer))
    assert queries.rules_of(owner.workspace) == RestRules()
    client.post(url, typed)
    revision = DutyRules.objects.get().revision
    client.post(url, typed | {"rest_hours": "10", "revision": revision})
    assert client.post(url, typed | {"rest_hours": "9", "revision": revision}).status_code == 422
    with pytest.raises(IntegrityError), transaction.atomic():
        DutyRules.objects.update(usual_hours=11, longest_hours=10)
    assert client_of(new_person("moderator")).get(url).status_code == 403
