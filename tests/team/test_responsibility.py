"""Who is responsible for what: units, the history, and what the database refuses (domain.md 3.3, I-01 to I-03)."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import Error, IntegrityError, connection, transaction

from allmende.team import actions, queries
from allmende.team.models import Notice, Responsibility, ResponsibleUnit

MARCH = datetime(2026, 3, 1, 8, tzinfo=UTC)


@pytest.fixture
def group(owner, new_person, now):  # type: ignore[no-untyped-def]
    emre = new_person("manager", "Emre Yıldız")
    return actions.save_unit(
        person=owner, unit=None, kind="working_group", name="Lotsenrunde", lead=emre, members=[owner], now=MARCH
    )


def give(person, unit, at, now=None):
    return actions.make_responsible(
        person=person, kind="channel", key="forum", label="Forum", unit=unit, now=now or at, starts_at=at
    )


def test_s3_05_a_working_group_has_exactly_one_lead_and_the_database_insists(owner, group, now):
    with pytest.raises(actions.CannotSaveUnit) as refused:
        actions.save_unit(
            person=owner, unit=None, kind="working_group", name="Ohne Kopf", lead=None, members=[owner], now=now
        )
    assert refused.value.field == "lead"
    with pytest.raises(IntegrityError), transaction.atomic():
        ResponsibleUnit.objects.filter(pk=group.pk).update(lead=None)
    partner = actions.save_unit(
        person=owner, unit=None, kind="external", name="Agentur", lead=None, members=[], now=now
    )
    assert partner.lead is None


def test_s4_17_who_was_responsible_on_3_march_is_answered(owner, group, client_of):
    alone = actions.unit_of_person(colleague=owner, now=MARCH, person=owner)
    give(owner, group, MARCH)
    give(owner, alone, MARCH + timedelta(days=30))
    page = client_of(owner).get("/w/lotsenforum/team/responsibility/?on=2026-03-03").content.decode()
    assert "Lotsenrunde" in page and "geleitet von Emre" in page
    (then,) = [line for line in queries.responsible_on(owner.workspace, date(2026, 3, 3)) if line.kind == "channel"]
    (later,) = [line for line in queries.responsible_on(owner.workspace, date(2026, 4, 3)) if line.kind == "channel"]
    assert (then.unit_name, then.led_by, later.unit_name) == ("Lotsenrunde", "Emre Yıldız", "Jana Petersen")
    assert not queries.responsible_on(owner.workspace, date(2026, 2, 3))


def test_s4_16_a_thing_has_exactly_one_accountable_unit(owner, group, now):
    line = give(owner, group, MARCH)
    with pytest.raises(IntegrityError), transaction.atomic():
        copy = {"kind": line.kind, "key": line.key, "label": "Forum", "unit": group}
        Responsibility.objects.create(workspace=owner.workspace, starts_at=now, recorded_at=now, **copy)
    give(owner, actions.unit_of_person(colleague=owner, now=now), now)
    assert Responsibility.objects.filter(kind="channel", ends_at__isnull=True).count() == 1


def test_the_history_is_never_rewritten_not_even_past_the_actions(owner, group, now):
    line = give(owner, group, MARCH)
    give(owner, actions.unit_of_person(colleague=owner, now=now), now)
    for statement in (
        "UPDATE team_responsibility SET label = 'x'",
        f"UPDATE team_responsibility SET ends_at = NULL WHERE id = {line.pk}",
        f"DELETE FROM team_responsibility WHERE id = {line.pk}",
    ):
        with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with pytest.raises(actions.CannotMakeResponsible):
        give(owner, group, MARCH + timedelta(days=1), now)
    with pytest.raises(actions.CannotMakeResponsible):
        give(owner, group, now + timedelta(days=1), now)


def test_a_handover_is_taken_back_and_the_history_tells_both(owner, group, now, client_of, forum):
    client = client_of(owner)
    typed = {"kind": "channel", "key": str(forum.pk), "unit": f"unit:{group.pk}", "since_date": ""}
    answer = client.post("/w/lotsenforum/team/responsibility/give/", typed, follow=True)
    (message,) = answer.context["messages"]
    assert queries.responsible_unit(owner.workspace, "channel", str(forum.pk)) == group
    client.post(message.extra_tags)
    assert queries.responsible_unit(owner.workspace, "channel", str(forum.pk)) is None
    assert Responsibility.objects.filter(kind="channel").count() == 1


def test_i_01_what_somebody_led_stands_without_them_once_they_left(owner, group, now, forum):
    actions.make_responsible(person=owner, kind="channel", key=str(forum.pk), label="Forum", unit=group, now=now)
    kinds = {held.thing.kind for held in queries.ownerless(owner.workspace, now.date())}
    assert kinds == {"reaction_plan"}
    actions.end_access(person=owner, colleague=group.lead, reason="plötzlich", now=now)
    held = {one.thing.kind: one for one in queries.ownerless(owner.workspace, now.date())}
    assert set(held) == {"channel", "reaction_plan"}
    assert held["channel"].unit == group


def test_s3_11_released_hours_are_confirmed_by_the_line_manager_until_a_day(owner, new_person, now):
    boss, emre = new_person("observer", "Renate Brandt"), new_person("manager", "Emre Yıldız")
    said = {
        "manager_name": "",
        "confirmed_date": now.date(),
        "until_date": now.date() + timedelta(days=90),
        "url": "/x",
    }
    with pytest.raises(actions.CannotReleaseTime) as refused:
        actions.release_time(person=owner, colleague=emre, hours=Decimal(12), now=now, **said)
    assert refused.value.field == "manager_name"
    with pytest.raises(actions.CannotReleaseTime):
        actions.release_time(person=owner, colleague=emre, hours=Decimal(12), manager=emre, now=now, **said)
    actions.release_time(person=owner, colleague=emre, hours=Decimal(12), manager=boss, now=now, **said)
    assert Notice.objects.get(person=boss).kind == "team.time_released"
    today, after = now.date(), now.date() + timedelta(days=91)
    assert queries.released_for(owner.workspace, [emre], today)[emre.pk].hours == 12
    assert queries.released_for(owner.workspace, [emre], after)[emre.pk].is_over
