"""Sundays and holidays are worked by exception: with a reason and a name, and a day of rest for each (3.12, § 11 ArbZG)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from allmende.domain.coverage import RestRules, days_of_rest_worked, rest_period, rest_state, warnings
from allmende.team import actions, queries
from allmende.team.actions.read_record import checked_tables
from allmende.team.jobs import find_rest_due
from allmende.team.models import AuditRow, Notice, Person, RestDay, Shift, Workspace
from allmende.team.queries.rest_days import rest_around
from allmende.team.queries.team_record import DUTY_RULES
from allmende.team.queries.working_time import rest_kept, worked_days
from tests.team.test_rota import undo_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SUNDAY, MONDAY = date(2026, 10, 11), date(2026, 10, 12)
# German Unity Day is a Saturday in 2026: a holiday on a working day.
UNITY = date(2026, 10, 3)
WHY = "Sonntags fragen die Mitglieder am meisten."


def at(on: date, hour: int) -> datetime:
    return datetime.combine(on, time(hour), ZoneInfo("Europe/Berlin")).astimezone(UTC)


def stand(owner, doer, on, now, begin=10, end=14):
    return actions.plan_shift(
        person=owner, shift=None, hours=None, kind="full", doer=doer, starts_at=at(on, begin), ends_at=at(on, end), now=now
    )  # fmt: skip


@pytest.fixture
def emre(new_person):
    return new_person("moderator", "Emre Yıldız")


@pytest.fixture
def duty(owner, emre, now):
    return stand(owner, emre, SUNDAY, now)


def save(owner, emre, now, rest_date=None, worked_date=SUNDAY, **more):
    return actions.save_rest_day(
        person=owner, colleague=emre, worked_date=worked_date, reason=WHY, rest_date=rest_date, now=now, **more
    )


def owed(emre, today, worked=SUNDAY):
    return queries.rest_owed_for(emre, worked, today)


def test_a_sunday_is_rested_for_within_two_weeks_that_include_it_a_holiday_within_eight():
    rules = RestRules()
    assert rest_period(SUNDAY, rules) == (SUNDAY - 13 * DAY, SUNDAY + 13 * DAY)
    assert rest_period(UNITY, rules) == (UNITY - 55 * DAY, UNITY + 55 * DAY)
    assert rest_period(SUNDAY, RestRules(sunday_rest_weeks=4))[1] == SUNDAY + 27 * DAY


@pytest.mark.parametrize(
    ("rest", "today", "state"),
    [
        (None, SUNDAY + 13 * DAY, "missing"),
        (None, SUNDAY + 14 * DAY, "overdue"),
        (SUNDAY + 13 * DAY, SUNDAY, "planned"),
        (SUNDAY - 13 * DAY, SUNDAY, "taken"),
        (SUNDAY + 15 * DAY, SUNDAY, "outside"),
        (SUNDAY - 15 * DAY, SUNDAY, "outside"),
        (SUNDAY + 7 * DAY, SUNDAY, "no_workday"),
        (UNITY, SUNDAY, "no_workday"),
        (MONDAY, SUNDAY, "worked"),
    ],
)
def test_how_it_stands_with_a_day_of_rest(rest, today, state):
    assert rest_state(SUNDAY, rest, today, RestRules(), {MONDAY}, {UNITY}) == state
    spent = "double" if state in ("planned", "taken") else state
    assert rest_state(SUNDAY, rest, today, RestRules(), {MONDAY}, {UNITY}, {rest}) == spent


def test_after_an_upgrade_no_sunday_is_owed_whose_time_to_rest_was_over_before(owner, emre, duty):
    last = SUNDAY + 13 * DAY
    Workspace.objects.update(rests_since=last + DAY)
    emre = Person.objects.select_related("workspace").get(pk=emre.pk)
    assert owed(emre, last + DAY) is None and not rest_around(emre.workspace, SUNDAY - 6 * DAY, last + DAY)
    Workspace.objects.update(rests_since=last)
    emre = Person.objects.select_related("workspace").get(pk=emre.pk)
    assert owed(emre, last).state == "missing" and owed(emre, last + DAY).state == "overdue"


def test_a_duty_from_saturday_night_into_sunday_is_work_on_sunday_and_one_until_midnight_is_not():
    zone = "Europe/Berlin"
    night, evening = (at(SUNDAY - DAY, 22), at(SUNDAY, 2)), (at(SUNDAY - DAY, 20), at(SUNDAY, 0))
    assert days_of_rest_worked([night], zone) == [SUNDAY] and days_of_rest_worked([evening], zone) == []
    assert [(one.kind, one.on, one.about) for one in warnings([night], zone)] == [("sunday", SUNDAY, SUNDAY + 13 * DAY)]
    assert days_of_rest_worked([(at(UNITY, 9), at(UNITY, 12))], zone, {UNITY}) == [UNITY]
    assert days_of_rest_worked([night], zone, (), RestRules(warns_sundays=False)) == []


def test_a_sunday_is_missing_its_rest_until_it_is_written_down_and_taken(owner, emre, duty, now):
    assert (owed(emre, SUNDAY).state, owed(emre, SUNDAY).row) == ("missing", None)
    row = save(owner, emre, now)
    assert owed(emre, SUNDAY).state == "missing" and not owed(emre, SUNDAY).is_settled
    assert (row.reason, row.created_by) == (WHY, owner)
    save(owner, emre, now, rest_date=MONDAY + DAY)
    assert RestDay.objects.count() == 1 and owed(emre, SUNDAY).state == "planned"
    assert owed(emre, MONDAY + 2 * DAY).state == "taken" and owed(emre, SUNDAY).is_settled
    stand(owner, emre, MONDAY + DAY, now)
    assert owed(emre, SUNDAY).state == "worked", "a day with duty is no day of rest"
    assert AuditRow.objects.filter(verb="team.rest_day.saved").count() == 2
    assert owed(owner, SUNDAY) is None and owed(emre, SUNDAY, MONDAY) is None


def test_duty_on_a_day_of_rest_is_seen_also_where_that_lies_further_ahead_than_the_rota_looks(owner, emre, duty, now):
    rest = SUNDAY + 9 * DAY
    save(owner, emre, now, rest_date=rest)
    stand(owner, emre, rest, now)
    (one,) = rest_around(owner.workspace, SUNDAY - 34 * DAY, SUNDAY - 28 * DAY)
    assert (one.worked, one.state) == (SUNDAY, "worked")


def test_a_duty_that_goes_over_new_years_eve_counts_in_both_years(owner, emre, now):
    new_year = date(2028, 1, 1)
    shift = actions.plan_shift(
        person=owner, shift=None, hours=None, kind="full", doer=emre, starts_at=at(new_year - DAY, 22),
        ends_at=at(new_year, 2), now=now,
    )  # fmt: skip
    assert worked_days(owner.workspace, [emre.pk], 2028) == {str(emre.pk): [new_year]}
    assert worked_days(owner.workspace, [emre.pk], 2027) == {str(emre.pk): [new_year - DAY]}
    assert worked_days(owner.workspace, [emre.pk], 2028, but=shift) == {}


def test_one_day_of_rest_stands_in_for_one_sunday(owner, emre, duty, now):
    later, rest = SUNDAY + 7 * DAY, SUNDAY + 2 * DAY
    stand(owner, emre, later, now)
    save(owner, emre, now, rest_date=rest)
    save(owner, emre, now, rest_date=rest, worked_date=later)
    assert owed(emre, SUNDAY).state == "planned"
    assert owed(emre, SUNDAY, later).state == "double" and not owed(emre, SUNDAY, later).is_settled
    Shift.objects.filter(pk=duty.pk).update(archived_at=now)
    assert owed(emre, SUNDAY, later).state == "planned"


def test_where_the_rules_leave_more_weeks_it_is_asked_for_as_long(owner, emre, duty, now):
    actions.save_duty_rules(person=owner, rules=RestRules(sunday_rest_weeks=20), now=now)
    due = SUNDAY + 139 * DAY
    (one,) = rest_around(owner.workspace, due - 5 * DAY, due)
    assert (one.worked, one.due, one.state) == (SUNDAY, due, "missing")
    assert [one.worked for one in queries.rest_due(owner.workspace, due, due, due)] == [SUNDAY]
    assert queries.rest_due(owner.workspace, due + DAY, due + DAY, due) == []


def test_whoever_stands_in_is_owed_the_rest(owner, emre, duty, new_person, now):
    ida = new_person("lead", "Ida Lund")
    away = actions.request_absence(
        person=owner, absent=emre, kind="leave", starts_date=SUNDAY, ends_date=SUNDAY, deputy=ida, now=now
    )
    actions.approve_absence(person=ida, absence=away, now=now)
    assert owed(emre, SUNDAY) is None and owed(ida, SUNDAY) is None, "nobody works"
    actions.confirm_deputy(person=ida, absence=away, now=now)
    assert owed(ida, SUNDAY).state == "missing"


def test_what_cannot_be_meant_is_refused_and_what_the_law_would_not_have_is_not(owner, emre, duty, now):
    for wrong in ({"reason": " "}, {"rest_date": SUNDAY}):
        with pytest.raises(actions.CannotPlanDuty):
            actions.save_rest_day(
                person=owner, colleague=emre, worked_date=SUNDAY, now=now, **{"reason": WHY, "rest_date": None, **wrong}
            )
    save(owner, emre, now, rest_date=SUNDAY + 60 * DAY)
    assert owed(emre, SUNDAY).state == "outside"
    row = RestDay.objects.get()
    for broken in ({"reason": ""}, {"rest_date": SUNDAY}):
        with pytest.raises(IntegrityError), transaction.atomic():
            RestDay.objects.filter(pk=row.pk).update(**broken)
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_a_shift_on_a_day_of_rest_is_warned_of_and_nobody_is_proposed_then(owner, emre, duty, now):
    save(owner, emre, now, rest_date=MONDAY)
    span = {"doer": emre, "starts_at": at(MONDAY, 9), "ends_at": at(MONDAY, 12)}
    found = queries.concerns_with(owner.workspace, None, **span)
    assert [(one.kind, one.on, one.about) for one in found] == [("rest_day", MONDAY, SUNDAY)]
    actions.require_cover(
        person=owner, hours=queries.default_hours(owner.workspace), seats=2, starts_date=MONDAY, now=now
    )
    theirs = [one for one in queries.proposal(owner.workspace, now).filled if one.person == emre]
    assert theirs and MONDAY not in {owner.workspace.day_at(one.slot.starts_at) for one in theirs}


def test_a_day_of_rest_for_a_duty_that_was_taken_off_keeps_nobody_from_another(owner, emre, duty, now):
    save(owner, emre, now, rest_date=MONDAY)
    assert rest_kept(owner.workspace, MONDAY, MONDAY) == [(str(emre.pk), MONDAY, SUNDAY)]
    assert rest_kept(owner.workspace, SUNDAY, SUNDAY) == []
    Shift.objects.filter(pk=duty.pk).update(archived_at=now)
    span = {"doer": emre, "starts_at": at(MONDAY, 9), "ends_at": at(MONDAY, 12)}
    assert rest_kept(owner.workspace, MONDAY, MONDAY) == []
    assert queries.concerns_with(owner.workspace, None, **span) == []


def test_it_stands_on_the_rota_is_written_there_and_taken_back(owner, emre, client_of):
    now, today = timezone.now(), timezone.localdate()
    sunday = today + (13 - today.weekday()) * DAY
    stand(owner, emre, sunday, now)
    client, rota = client_of(owner), reverse("team:rota", args=["lotsenforum"])
    shown = client.get(rota).content.decode()
    write = reverse("team:rest_day", args=["lotsenforum", emre.pk, sunday.isoformat()])
    assert "Sonntage und Feiertage" in shown and write in shown and "Ein Grund ist nicht eingetragen." in shown
    assert "Ersatzruhetag noch nicht gewählt" in client.get(write).content.decode()
    refused = client.post(write, {"reason": "", "rest_date": sunday.isoformat()})
    assert refused.status_code == 422 and sunday.isoformat() in refused.content.decode(), "nothing typed is lost"
    said = client.post(write, {"reason": WHY, "rest_date": (sunday + 2 * DAY).isoformat()}, follow=True)
    assert WHY in said.content.decode() and owner.name in said.content.decode()
    week = client.get(rota, {"on": (sunday + 2 * DAY).isoformat()}).content.decode()
    assert "Ersatzruhetag für" in week, "on the day itself"
    assert WHY not in client.get(rota).content.decode(), "what is settled stands in its own week alone"
    assert Notice.objects.get(person=emre, kind="team.rest_day_set").url.startswith(rota)
    assert "einen Ersatzruhetag für Sie eingetragen" in client_of(emre).get("/w/lotsenforum/").content.decode()
    assert client_of(emre).get(write).status_code == 403 and write not in client_of(emre).get(rota).content.decode()
    client.post(undo_in(said))
    assert not RestDay.objects.filter(archived_at__isnull=True).exists()
    gone = reverse("team:rest_day", args=["lotsenforum", emre.pk, (sunday + DAY).isoformat()])
    assert client.get(gone).status_code == 404


def test_who_began_to_write_before_a_colleague_saved_overwrites_nothing_unseen(owner, emre, client_of):
    now, today = timezone.now(), timezone.localdate()
    sunday = today + (13 - today.weekday()) * DAY
    stand(owner, emre, sunday, now)
    client, write = client_of(owner), reverse("team:rest_day", args=["lotsenforum", emre.pk, sunday.isoformat()])
    assert client.get(write).context["row"] is None
    row = save(owner, emre, now, worked_date=sunday)
    typed = {"reason": "Der Livestream ist dann.", "rest_date": ""}
    refused = client.post(write, typed)
    assert refused.status_code == 422 and refused.context["stale"].theirs["reason"] == WHY
    assert typed["reason"] in refused.content.decode() and 'name="revision"' in refused.content.decode()
    assert RestDay.objects.get().reason == WHY
    assert client.post(write, typed | {"revision": str(row.revision)}).status_code == 302
    assert RestDay.objects.get().reason == typed["reason"]


def test_whoever_plans_and_whoever_worked_learn_in_time_and_once(owner, emre, duty, new_person, now):
    actions.require_cover(
        person=owner, hours=queries.default_hours(owner.workspace), seats=1, starts_date=MONDAY, now=now
    )
    due = at(SUNDAY + 13 * DAY, 9)
    assert find_rest_due(due - 8 * DAY) == 0
    assert find_rest_due(due - 7 * DAY) == 2 and find_rest_due(due - 6 * DAY) == 0
    told = Notice.objects.filter(kind="team.rest_day_due", seen_at__isnull=True)
    assert {one.person for one in told} == {owner, emre}
    save(owner, emre, now, rest_date=SUNDAY + 10 * DAY)
    assert not told.all().exists(), "nothing asks for it any more"
    lea = new_person("moderator", "Lea Brandt")
    stand(owner, lea, SUNDAY, now, 15, 18)
    save(owner, lea, now, rest_date=SUNDAY + 9 * DAY)
    assert find_rest_due(due) == 0


def test_a_day_of_rest_that_is_taken_back_is_told_and_asked_for_as_before(owner, emre, duty, now):
    actions.require_cover(
        person=owner, hours=queries.default_hours(owner.workspace), seats=1, starts_date=MONDAY, now=now
    )
    due, rest = at(SUNDAY + 13 * DAY, 9), SUNDAY + 10 * DAY
    assert find_rest_due(due - 6 * DAY) == 2
    row = save(owner, emre, due - 5 * DAY, rest_date=rest)
    asks = Notice.objects.filter(kind="team.rest_day_due", seen_at__isnull=True)
    told = Notice.objects.filter(person=emre, seen_at__isnull=True)
    assert not asks.all().exists() and told.filter(kind="team.rest_day_set").exists()
    before = {"archived_at": (due - 5 * DAY).isoformat()}
    actions.UNDO["rest_day"](person=owner, now=due - 4 * DAY, pk=str(row.pk), revision=row.revision, before=before)
    assert {one.person for one in asks.all()} == {owner, emre}
    assert told.get(kind="team.rest_day_dropped").values["day"] == rest.isoformat()
    assert not told.filter(kind="team.rest_day_set").exists()


def test_rules_of_a_book_made_before_there_were_days_of_rest_are_read():
    older = dict.fromkeys(set(DUTY_RULES.fields) - {"sunday_rest_weeks", "holiday_rest_weeks"})
    (row,) = checked_tables([DUTY_RULES], {DUTY_RULES.name: [older]})[DUTY_RULES.name]
    assert (row["sunday_rest_weeks"], row["holiday_rest_weeks"]) == (2, 8)
