"""Gaps are told weeks ahead, once, to those who can fill them; channels nobody is required for (I-12, S2-20)."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from allmende.team import actions, jobs, queries
from allmende.team.models import Mail, Notice, TrainingRecord
from allmende.team.queries import default_hours

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ZONE = ZoneInfo("Europe/Berlin")


@pytest.fixture
def emre(new_person):
    return new_person("moderator", "Emre Yıldız")


@pytest.fixture
def required(owner, now):
    return actions.require_cover(
        person=owner, hours=default_hours(owner.workspace), seats=1, starts_date=date(2026, 10, 26), now=now - DAY
    )


def at(on, hour):
    return datetime(on.year, on.month, on.day, hour, tzinfo=ZONE)


def cared(owner, doer, on, now, begin=8, end=18):
    return actions.plan_shift(
        person=owner,
        shift=None,
        hours=None,
        kind="full",
        doer=doer,
        starts_at=at(on, begin),
        ends_at=at(on, end),
        now=now,
    )


def gaps_told(person):
    return list(Notice.objects.filter(person=person, kind="team.gaps_found").order_by("pk"))


def test_s2_20_gaps_are_told_weeks_ahead_and_once(owner, emre, new_person, required, now):
    observer = new_person("observer")
    assert jobs.find_gaps(now) == 2
    assert [len(gaps_told(one)) for one in (owner, emre, observer)] == [1, 1, 0]
    notice = gaps_told(emre)[0]
    assert notice.values["count"] == 5, "whole weeks: the one that begins on 26 October is the fourth"
    assert notice.url.endswith("?on=2026-10-26")
    assert jobs.find_gaps(now + HOUR) == 0
    assert jobs.find_gaps(now + 5 * DAY) == 2, "on Monday the next week comes into sight"
    assert gaps_told(emre)[-1].values["count"] == 5


def test_only_whoever_is_free_is_asked_to_fill_a_gap(owner, emre, new_person, required, now):
    lea = new_person("moderator", "Lea Brandt")
    days = [date(2026, 10, 26) + n * DAY for n in range(5)]
    for on in days[1:]:
        cared(owner, owner, on, now)
    cared(owner, lea, days[0], now, 17, 20)
    actions.request_absence(
        person=emre, absent=emre, kind="leave", starts_date=days[0], ends_date=days[0], deputy=None, now=now
    )
    jobs.find_gaps(now)
    assert not gaps_told(emre) and not gaps_told(lea)
    assert gaps_told(owner)[0].values["count"] == 1, "whoever plans learns of every gap"


def test_what_is_left_of_a_gap_is_no_news_and_a_new_one_is(owner, emre, required, now):
    days = [date(2026, 10, 26) + n * DAY for n in range(5)]
    for on in days[1:]:
        cared(owner, owner, on, now)
    jobs.find_gaps(now)
    assert len(gaps_told(emre)) == 1
    cared(owner, owner, days[0], now, 8, 12)
    assert jobs.find_gaps(now + HOUR) == 0
    absence = actions.request_absence(
        person=owner, absent=owner, kind="leave", starts_date=days[2], ends_date=days[2], deputy=None, now=now
    )
    assert absence.state == "approved"
    assert jobs.find_gaps(now + 2 * HOUR) == 2
    assert gaps_told(emre)[-1].values["from"].startswith("2026-10-28")


def test_nobody_is_told_while_the_hours_are_being_written_down_nor_of_what_was_accepted(owner, required, now):
    rota = queries.rota(owner.workspace, date(2026, 10, 26), now, "de")
    for one in rota.ahead:
        actions.accept_gap(
            person=owner,
            hours=required.hours,
            starts_at=one.gap.starts_at,
            ends_at=one.gap.ends_at,
            reason="still",
            now=now,
        )
    assert jobs.find_gaps(now) == 0
    fresh = actions.add_hours(
        person=owner, name="Abend", zone="Europe/Berlin", country="DE", subdivision="", keeps_holidays=False,
        spans=[(day, at(date(2026, 1, 1), 19).time(), at(date(2026, 1, 1), 21).time()) for day in range(7)], now=now,
    )  # fmt: skip
    actions.require_cover(person=owner, hours=fresh, seats=1, starts_date=date(2026, 10, 7), now=now)
    assert jobs.find_gaps(now) == 0 and jobs.find_gaps(now + 3 * HOUR) == 1


def test_a_workspace_that_plans_no_duty_is_left_alone(owner, now):
    assert jobs.find_gaps(now) == 0 and not Notice.objects.filter(kind="team.gaps_found").exists()


def test_i_12_a_live_channel_nobody_is_required_for_is_a_finding(owner, forum, required, now, client_of):
    hours = actions.add_hours(
        person=owner, name="Abend", zone="Europe/Berlin", country="DE", subdivision="", keeps_holidays=False, spans=[],
        now=now,
    )  # fmt: skip
    assert not queries.unrequired(queries.served(owner.workspace), [required])
    type(forum).objects.filter(pk=forum.pk).update(hours=hours)
    (found,) = queries.unrequired(queries.served(owner.workspace), [required])
    assert (found.name, found.hours_id) == (forum.name, hours.pk)
    jobs.find_gaps(now), jobs.find_gaps(now + HOUR)
    assert Notice.objects.filter(person=owner, kind="team.channel_unrequired").count() == 1
    page = client_of(owner).get(reverse("team:rota", args=[owner.workspace.slug])).content.decode()
    assert f"?hours={hours.pk}" in page
    assert not queries.unrequired(queries.served(owner.workspace), []), "duty is planned once somebody asks for it"


def test_the_rota_names_the_channels_of_each_set_of_hours(owner, forum, required, now):
    week = queries.week_of(owner.workspace, date(2026, 10, 26), now, "de", queries.HOURS)
    assert [row.channels for row in week.rows] == [(), [forum.name]]


def test_a_deputy_who_has_not_answered_is_asked_once_more(owner, emre, now):
    absence = actions.request_absence(
        person=owner, absent=owner, kind="leave", starts_date=date(2026, 11, 2), ends_date=date(2026, 11, 6), deputy=emre,
        now=now,
    )  # fmt: skip
    assert jobs.remind_deputies(now + DAY) == 0
    assert jobs.remind_deputies(now + 4 * DAY) == 1 and jobs.remind_deputies(now + 9 * DAY) == 0
    assert Mail.objects.count() == 2
    assert Notice.objects.get(kind="team.deputy_reminded").person == emre
    actions.confirm_deputy(person=emre, absence=absence, now=now)
    assert not queries.unconfirmed_absences(now + 9 * DAY)


def test_s3_16_whose_training_ends_before_a_gap_is_not_asked_to_fill_it(owner, emre, required, now):
    unit = actions.save_training_unit(person=owner, unit=None, name="Recht", kind="law", gates_duty=True, now=now)
    for one in (owner, emre):
        actions.move_training(person=owner, unit=unit, learner=one, to="valid", on=now.date(), now=now)
    gaps = queries.cover(owner.workspace, now, at(date(2026, 11, 1), 0)).gaps()
    last = date(2026, 10, 27)
    TrainingRecord.objects.filter(person=emre).update(valid_until_date=last)
    fit = queries.fit_for(emre, gaps)
    assert fit and fit == {one for one in gaps if one.day <= last} and len(fit) < len(gaps)
    assert queries.fit_for(owner, gaps) == set(gaps)
    for one in gaps:
        act = {
            "person": emre,
            "hours": one.requirement.hours,
            "starts_at": one.gap.starts_at,
            "ends_at": one.gap.ends_at,
        }
        if one not in fit:
            with pytest.raises(actions.CannotPlanDuty):
                actions.take_gap(now=now, **act)


def test_who_may_stand_in_which_hours_is_asked_once_for_all(owner, emre, new_person, required, now):
    unit = actions.save_training_unit(person=owner, unit=None, name="Datenschutz", kind="law", now=now)
    calm = actions.save_training_unit(person=owner, unit=None, name="Ruhe", kind="law", gates_duty=True, now=now)
    evening = actions.add_hours(
        person=owner, name="Abend", zone="Europe/Berlin", country="DE", subdivision="", keeps_holidays=False, spans=[],
        now=now,
    )  # fmt: skip
    actions.require_cover(person=owner, hours=evening, seats=1, starts_date=date(2026, 10, 26), unit=unit, now=now)
    for one in (owner, emre):
        actions.move_training(person=owner, unit=calm, learner=one, to="valid", on=now.date(), now=now)
    actions.move_training(person=owner, unit=unit, learner=owner, to="valid", on=now.date(), now=now)
    usual, people, sets = default_hours(owner.workspace), [owner, emre], [default_hours(owner.workspace), evening]
    with CaptureQueriesContext(connection) as few:
        found = queries.fitness_of(people, sets)
    today = now.date()
    assert [found.has(owner.pk, one, today) for one in (usual.pk, evening.pk, None)] == [True, True, True]
    assert [found.has(emre.pk, one, today) for one in (usual.pk, evening.pk, None)] == [True, False, False]
    people += [new_person("moderator") for _ in range(5)]
    with CaptureQueriesContext(connection) as many:
        found = queries.fitness_of(people, sets)
    assert len(many) == len(few) and not any(found.has(people[-1].pk, one.pk, today) for one in sets)
