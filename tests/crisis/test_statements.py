"""Escalation and crisis (`domain.md` 3.10): levels before they are needed, one act, an end that was learnt from."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from allmende.channels.actions import choose_channel, declare_hold, hand_over, record_batch, release_held, send_due
from allmende.channels.models import Channel, Dispatch, Hold
from allmende.connectors.neutral import Author, Batch, Item, Ref
from allmende.crisis import actions, states
from allmende.crisis.models import Incident, IncidentChannel, IncidentHold, LogEntry
from allmende.crisis.queries import log_table, preparations
from allmende.guidelines.actions import save_contact
from allmende.guidelines.models import ActiveLevel, EscalationLevel
from allmende.inbox.jobs import file_new
from allmende.inbox.models import Conversation
from allmende.team.actions import CannotUndo, except_from_training, move_training, save_training_unit
from allmende.team.models import AuditRow, Mail, Notice

pytestmark = pytest.mark.django_db


def burn(person, now, level=4, **more):  # type: ignore[no-untyped-def]
    return actions.declare_incident(
        person=person, title="Update löscht Vorlagen", cause="Sieben gleiche Meldungen", level=level, now=now, **more
    )


def refused(sql: str, *values: object) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def test_s2_22_levels_with_triggers_people_and_steps_stand_before_they_are_needed(owner, workspace, now, new_person):
    assert actions.take_over_levels(owner, now) is True
    assert actions.take_over_levels(owner, now) is False
    levels = list(EscalationLevel.objects.all())
    assert [one.number for one in levels] == list(range(7))
    assert all(one.own_channels and one.media and one.decider and one.steps for one in levels)
    assert [one.holds_posts for one in levels] == [False] * 4 + [True] * 3
    refused("UPDATE guidelines_escalationlevel SET holds_posts = %s WHERE number = 4", False)
    save_contact(person=owner, level=levels[4], colleague=new_person("manager"), name="", email="", phone="", now=now)
    assert {one.code: one.is_done for one in preparations(workspace, now)} == {
        "levels": True, "contacts": True, "statements": False, "drill": False,
    }  # fmt: skip


def test_s2_23_one_act_starts_the_procedure(owner, workspace, forum, now, new_person):
    manager = new_person("manager")
    incident = burn(owner, now)
    assert incident.state == states.ACTIVE and incident.led_by == owner
    assert Hold.objects.get(ended_at=None).reason == "Update löscht Vorlagen"
    assert incident.checklist.count() == 16 and incident.checklist.get(place=2).done_by == owner
    assert incident.next_update_at == now + timedelta(minutes=120)
    assert [one.kind for one in Notice.objects.filter(person=manager)] == ["crisis.called"]
    assert Mail.objects.get().to_address == manager.user.email
    assert LogEntry.objects.filter(incident=incident).count() == 3
    active = ActiveLevel.objects.get()
    assert (active.number, active.name, active.holds_posts, active.led_by) == (4, "starker Wind", True, owner)
    workspace.refresh_from_db()
    assert workspace.alarm_since == now
    assert burn(owner, now) == incident


def test_i_16_posts_are_held_and_released_one_by_one(owner, forum, now):
    post = hand_over(person=owner, channel=forum, kind="post", text="Frohes Fest!", now=now, send_after=now)
    incident = burn(owner, now, channels=[forum])
    say = actions.send_statement(person=owner, incident=incident, text="Wir sind dran.", channels=[forum], now=now)
    send_due(now=now)
    post.refresh_from_db()
    assert post.state == "held"
    assert Dispatch.objects.get(pk=say[0].dispatch_id).state == "sent"
    later = now + timedelta(hours=1)
    actions.end_incident(person=owner, incident=incident, reason="Keine Meldung seit zwei Stunden", now=later)
    send_due(now=later)
    post.refresh_from_db()
    assert post.state == "held" and not ActiveLevel.objects.exists()
    assert release_held(person=owner, dispatch=post, now=later).state == "waiting"


def test_s3_21_levels_go_up_and_down_with_a_reason(owner, workspace, forum, now):
    incident = burn(owner, now, level=2)
    assert incident.state == states.WATCHED and not Hold.objects.exists()
    incident = actions.change_level(person=owner, incident=incident, level=5, reason="Drei Berichte", now=now)
    assert incident.state == states.ACTIVE and Hold.objects.filter(ended_at=None).count() == 1
    incident = actions.change_level(person=owner, incident=incident, level=2, reason="Es wird leiser", now=now)
    assert incident.state == states.CALMING and Hold.objects.filter(ended_at=None).count() == 1
    with pytest.raises(actions.CannotChangeLevel):
        actions.change_level(person=owner, incident=incident, level=3, reason=" ", now=now)
    assert actions.lift_holds(person=owner, incident=incident, now=now) == 1
    assert [(one.before, one.level) for one in incident.level_changes.all()] == [(None, 2), (2, 5), (5, 2)]


def test_s3_16_nobody_leads_or_speaks_in_a_crisis_without_the_training_it_needs(
    owner, workspace, forum, new_person, client_of, now
):
    manager = new_person("manager", "Emre Yilmaz")
    unit = save_training_unit(person=owner, unit=None, name="Krisenstab", kind="exercise", gates_crisis=True, now=now)
    incident = burn(manager, now, channels=[forum])
    assert (incident.led_by, Hold.objects.filter(ended_at=None).count()) == (manager, 1), "anybody sounds the alarm"
    assert (
        "Krisenstab"
        in client_of(manager).get(reverse("crisis:incident", args=[workspace.slug, incident.pk])).content.decode()
    )
    incident = actions.change_level(person=manager, incident=incident, level=5, reason="Drei Berichte", now=now)
    about = {"person": manager, "incident": incident, "now": now}
    line = {"line": "Wir prüfen.", "never_say": "", "spokesperson": ""}
    for refusal, act in (
        (actions.CannotKeep, lambda: actions.set_line(**about, **line)),
        (actions.CannotSay, lambda: actions.send_statement(**about, text="Wir prüfen.", channels=[forum])),
        (actions.CannotChangeLevel, lambda: actions.change_level(**about, level=2, reason="leiser")),
        (actions.CannotChangeLevel, lambda: actions.lift_holds(**about)),
        (actions.CannotChangeLevel, lambda: actions.end_incident(**about, reason="vorbei")),
        (actions.CannotChangeLevel, lambda: actions.end_stop(person=manager, hold=incident.holds.get().hold, now=now)),
    ):
        with pytest.raises(refusal, match="Krisenstab"):
            act()
    hold, own = incident.holds.get().hold, declare_hold(person=manager, workspace=workspace, reason="Umbau", now=now)
    for one in (hold, own):
        client_of(manager).post(reverse("crisis:end_stop", args=[workspace.slug, one.pk]))
    assert list(Hold.objects.filter(ended_at=None)) == [hold], "of the crisis only as its room would, any other at once"
    with pytest.raises(actions.CannotKeep, match="Krisenstab"):
        actions.change_incident(**about, led_by=owner)
    drill = burn(manager, now, channels=[forum], is_drill=True)
    assert actions.set_line(person=manager, incident=drill, now=now, **line).line == "Wir prüfen.", (
        "a drill is how one learns"
    )
    move_training(person=owner, unit=unit, learner=owner, to="valid", on=now.date(), now=now)
    assert actions.change_incident(**about, led_by=owner).led_by == owner
    except_from_training(
        person=owner, colleague=manager, gate="crisis", reason="Niemand sonst ist da", until_date=now.date(), now=now
    )
    assert actions.set_line(**about, **line).line == "Wir prüfen."


def test_i_17_no_incident_closes_without_a_debrief_that_decided_something(owner, forum, now):
    incident = actions.end_incident(person=owner, incident=burn(owner, now), reason="Ruhe", now=now)
    sql = "UPDATE crisis_incident SET state = 'closed', closed_at = over_at WHERE id = %s"
    key = incident.pk.hex if connection.vendor == "sqlite" else str(incident.pk)
    refused(sql, key)
    with pytest.raises(actions.CannotClose, match=r"Nachbesprechung|debrief"):
        actions.close_incident(person=owner, incident=incident, now=now)
    answers = {"what_happened": "Ein Fehler", "went_well": "", "went_badly": ""}
    actions.save_debrief(person=owner, incident=incident, now=now, **answers)
    about = {"person": owner, "incident": incident, "owner": None, "due_date": None, "now": now}
    actions.save_lesson(kind="other", text="Kuchen", **about)
    refused(sql, key)
    lesson = actions.save_lesson(kind="guideline", text="Vorlagen vorher sichern", **about)
    incident.refresh_from_db()
    assert actions.close_incident(person=owner, incident=incident, now=now).state == states.CLOSED
    refused("UPDATE crisis_lesson SET archived_at = %s WHERE kind = 'guideline'", now)
    assert actions.finish_lesson(person=owner, lesson=lesson, is_done=True, now=now).done_at == now


def test_the_log_is_only_added_to(owner, forum, now):
    incident = burn(owner, now)
    actions.write_log(person=owner, incident=incident, text="=1+1", now=now)
    refused("UPDATE crisis_logentry SET text = 'x'")
    refused("DELETE FROM crisis_logentry")
    refused("DELETE FROM crisis_levelchange")
    assert "'=1+1" in log_table(incident)
    with pytest.raises(actions.CannotLog):
        actions.write_log(person=owner, incident=incident, text="  ", now=now)


def test_a_drill_touches_no_real_account(owner, forum, now):
    real = choose_channel(person=owner, name="Seite", slug="seite", kind="own_forum", account=None, place="", now=now)
    for places in ((), (real,), (forum, real)):
        with pytest.raises(actions.CannotDeclare):
            burn(owner, now, is_drill=True, channels=places)
    drill = burn(owner, now, is_drill=True, channels=[forum])
    assert [one.hold.channel for one in drill.holds.select_related("hold")] == [forum]
    assert ActiveLevel.objects.get().is_drill
    with pytest.raises(IntegrityError), transaction.atomic():
        IncidentChannel.objects.create(incident=drill, channel=real)
    everywhere = Hold.objects.create(
        workspace=owner.workspace, reason="x", created_at=now, created_by=owner, updated_at=now, updated_by=owner
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        IncidentHold.objects.create(incident=drill, hold=everywhere)
    with pytest.raises(IntegrityError), transaction.atomic():
        Incident.objects.filter(pk=drill.pk).update(is_drill=False)
    with pytest.raises(actions.CannotSay):
        actions.send_statement(person=owner, incident=drill, text="Hallo", channels=[real], now=now)
    assert Channel.objects.filter(workspace=owner.workspace).count() == 2


def test_who_took_part_in_a_drill_stands_in_the_training_records_and_it_is_taken_back(
    client_of, owner, forum, new_person, now
):
    """Practised twice a year, and written down for each person with its day (`domain.md` 3.10, S3-15)."""
    manager, absent = new_person("manager", "Emre Yılmaz"), new_person("author", "Ada Weg")
    unit = save_training_unit(person=owner, unit=None, name="Krisenübung", kind="exercise", valid_months=6, now=now)
    move_training(person=owner, unit=unit, learner=owner, to="required", now=now)
    drill = burn(owner, now, is_drill=True, channels=[forum])
    about = {"person": owner, "unit": unit, "people": [owner], "now": now}
    with pytest.raises(actions.CannotKeep):
        actions.record_practice(incident=drill, **about)
    real = actions.end_incident(person=owner, incident=burn(owner, now), reason="Ruhe", now=now)
    with pytest.raises(actions.CannotKeep):
        actions.record_practice(incident=real, **about)
    actions.end_incident(person=owner, incident=drill, reason="Ende der Übung", now=now)
    client, page = client_of(owner), reverse("crisis:debrief", args=[owner.workspace.slug, drill.pk])
    shown = client.get(page)
    assert shown.context["practice_form"].initial["people"] >= {owner.pk, manager.pk}
    assert absent.pk not in shown.context["practice_form"].initial["people"]
    send = reverse("crisis:practised", args=[owner.workspace.slug, drill.pk])
    assert client.post(send, {"unit": unit.pk}).status_code == 422 and unit.records.count() == 1
    done = client.post(send, {"unit": unit.pk, "people": [owner.pk, manager.pk]}, follow=True)
    held = {one.person_id: one for one in unit.records.filter(state="valid", archived_at__isnull=True)}
    assert set(held) == {owner.pk, manager.pk} and held[owner.pk].completed_date == owner.workspace.day_at(now)
    assert held[manager.pk].valid_until_date > now.date()
    noted, typed = (
        AuditRow.objects.filter(verb="team.training.moved"),
        {"unit": unit.pk, "people": [owner.pk, manager.pk]},
    )
    before, twice = noted.count(), client.post(send, typed, follow=True)
    assert noted.count() == before and "steht schon in den Schulungsnachweisen" in twice.content.decode()
    client.post([str(one.extra_tags) for one in done.context["messages"] if one.extra_tags][-1])
    assert [one.state for one in unit.records.filter(archived_at__isnull=True)] == ["required"]
    assert client_of(absent).post(send, {}).status_code == 403


def test_an_older_drill_takes_nobody_a_later_practice(owner, forum, now):
    """A debrief may be written long after the drill."""
    unit = save_training_unit(person=owner, unit=None, name="Krisenübung", kind="exercise", valid_months=6, now=now)
    drill = burn(owner, now, is_drill=True, channels=[forum])
    actions.end_incident(person=owner, incident=drill, reason="Ende der Übung", now=now)
    later = now + timedelta(days=30)
    held = move_training(person=owner, unit=unit, learner=owner, to="valid", on=later.date(), now=later)
    about = {"person": owner, "unit": unit, "people": [owner], "now": later + timedelta(days=1)}
    with pytest.raises(actions.CannotKeep):
        actions.record_practice(incident=drill, **about)
    held.refresh_from_db()
    assert held.completed_date == later.date()


def test_a_mistake_is_taken_back_within_a_quarter_of_an_hour(owner, workspace, forum, now, new_person):
    manager = new_person("manager")
    incident = burn(owner, now)
    assert not actions.can_take_back(incident, owner, now + timedelta(minutes=16))
    assert not actions.can_take_back(incident, new_person("moderator"), now)
    actions.take_back(person=owner, incident=incident, now=now + timedelta(minutes=2))
    assert not Hold.objects.filter(ended_at=None).exists() and not ActiveLevel.objects.exists()
    assert {one.kind for one in Notice.objects.filter(person=manager)} == {"crisis.called", "crisis.taken_back"}


def test_a_statement_with_gaps_does_not_leave(owner, forum, now):
    incident = burn(owner, now)
    with pytest.raises(actions.CannotSay, match="Zeit"):
        actions.send_statement(person=owner, incident=incident, text="Um [Zeit]", channels=[forum], now=now)


def test_a_statement_pressed_twice_goes_out_once_and_may_hold_a_link(owner, forum, now):
    incident, text = burn(owner, now), "Stand: [Statusseite](https://status.example)"
    given = {"person": owner, "incident": incident, "text": text, "channels": [forum]}
    first = actions.send_statement(**given, now=now)
    assert actions.send_statement(**given, now=now + timedelta(seconds=3)) == first
    assert Dispatch.objects.filter(kind="holding_statement").count() == 1
    actions.send_statement(**given, now=now + timedelta(minutes=2))
    assert Dispatch.objects.filter(kind="holding_statement").count() == 2


def test_i_16_each_incident_holds_by_itself(owner, forum, now):
    first = burn(owner, now)
    second = burn(owner, now + timedelta(minutes=2), level=5)
    actions.take_back(person=owner, incident=first, now=now + timedelta(minutes=3))
    assert second.holds.filter(hold__ended_at__isnull=True).exists()
    assert Hold.objects.filter(ended_at__isnull=True).count() == 1


def test_the_same_words_on_another_day_are_another_line(owner, forum, now):
    incident = burn(owner, now)
    for at in (now, now + timedelta(seconds=20), now + timedelta(days=1, seconds=20)):
        actions.write_log(person=owner, incident=incident, text="Keine neuen Meldungen", now=at)
    assert LogEntry.objects.filter(text="Keine neuen Meldungen").count() == 2


def test_facts_line_checklist_and_next_update(owner, forum, now):
    incident = burn(owner, now)
    fact = actions.save_fact(
        person=owner, incident=incident, fact=None, kind="unknown", text="Wie viele?", source="Betrieb",
        answer_by_at=None, now=now,
    )  # fmt: skip
    actions.save_fact(
        person=owner,
        incident=incident,
        fact=fact,
        kind="known",
        text="Zwölf",
        source="Betrieb",
        answer_by_at=None,
        now=now,
    )
    said = {"line": "Das ist unser Fehler.", "never_say": "Einzelfälle", "spokesperson": "Jana"}
    actions.set_line(person=owner, incident=incident, now=now, **said)
    assert ActiveLevel.objects.get().line == said["line"]
    actions.tick_point(person=owner, point=incident.checklist.get(place=1), is_done=True, now=now)
    at = now + timedelta(hours=3)
    assert actions.set_next_update(person=owner, incident=incident, at=at, now=now).next_update_at == at
    with pytest.raises(actions.CannotKeep):
        actions.set_next_update(person=owner, incident=incident, at=now, now=now)
    assert any("Zwölf" in one.text for one in incident.log.all())


def test_the_screens_of_an_incident_from_declaring_to_closing(client_of, owner, forum):
    client, slug = client_of(owner), owner.workspace.slug
    assert client.get(reverse("crisis:index", args=[slug])).status_code == 200
    declare = reverse("crisis:declare", args=[slug])
    assert client.post(declare, {"title": "", "level": "4", "cause": "x"}).status_code == 422
    typed = {"title": "Ausfall", "level": "4", "cause": "Nichts geht", "channels": [str(forum.pk)]}
    assert client.post(declare, typed).status_code == 302
    incident = Incident.objects.get()
    here = [slug, incident.pk]
    page = client.get(reverse("crisis:incident", args=here)).content.decode()
    assert "band-crisis" in page and "Ausfall" in page
    assert "band-crisis" in client.get(reverse("web:today", args=[slug])).content.decode()
    for name in ("change_level", "line", "about", "add_fact", "say", "protocol", "protocol_table", "debrief"):
        assert client.get(reverse(f"crisis:{name}", args=here)).status_code == 200
    client.post(reverse("crisis:log", args=here), {"text": "Technik angerufen"})
    client.post(reverse("crisis:line", args=here), {"line": "Wir sind dran.", "seen_revision": "1"})
    client.post(reverse("crisis:say", args=here), {"text": "Wir sind dran.", "channels": [str(forum.pk)]})
    client.post(reverse("crisis:tick", args=[slug, incident.checklist.get(place=1).pk]), {"done": "yes"})
    client.post(reverse("crisis:end", args=here), {"reason": "Läuft wieder"})
    client.post(reverse("crisis:save_debrief", args=here), {"what_happened": "Strom"})
    client.post(reverse("crisis:add_lesson", args=here), {"kind": "training", "text": "Üben"})
    client.post(reverse("crisis:close", args=here))
    incident.refresh_from_db()
    assert incident.state == states.CLOSED and incident.line == "Wir sind dran." and incident.sayings.count() == 1
    assert "band-crisis" not in client.get(reverse("web:today", args=[slug])).content.decode()


def test_what_is_prepared_can_be_edited(client_of, owner, workspace, new_person):
    client, slug = client_of(owner), workspace.slug
    client.post(reverse("crisis:adopt_levels", args=[slug]))
    client.post(reverse("crisis:adopt_statements", args=[slug]))
    for name in ("levels", "statements", "add_statement", "mentions", "drill"):
        assert client.get(reverse(f"crisis:{name}", args=[slug])).status_code == 200
    edit = reverse("crisis:level", args=[slug, 4])
    assert client.post(edit, {"name": "Sturm", "seen_revision": "1"}).status_code == 422
    assert client.post(edit, {"name": "Böen", "holds_posts": "on", "seen_revision": "1"}).status_code == 302
    contacts = reverse("crisis:add_contact", args=[slug, 4])
    assert client.post(contacts, {"name": "Pressestelle"}).status_code == 422
    assert client.post(contacts, {"name": "Pressestelle", "phone": "0431 1"}).status_code == 302
    assert "Pressestelle" in client.get(edit).content.decode()
    entry = {"outlet": "Kieler Bote", "title": "Ärger", "weight": "3", "seen_at": "2026-10-07T09:00"}
    assert client.post(reverse("crisis:mentions", args=[slug]), entry).status_code == 302


def test_whoever_got_a_mail_is_called_off_by_mail(owner, workspace, forum, now, new_person):
    manager = new_person("manager")
    actions.take_over_levels(owner, now)
    level = EscalationLevel.objects.get(workspace=workspace, number=4)
    outside = {"name": "Pressestelle", "email": "presse@example.org", "phone": ""}
    save_contact(person=owner, level=level, colleague=None, now=now, **outside)
    save_contact(person=owner, level=level, colleague=manager, name="", email="", phone="", now=now)
    incident = burn(owner, now)
    actions.take_back(person=owner, incident=incident, now=now + timedelta(minutes=2))
    told = Mail.objects.filter(once_key__startswith="crisis.taken_back").values_list("to_address", flat=True)
    assert set(told) == {"presse@example.org", manager.user.email}
    assert "Irrtum" in Mail.objects.filter(to_address="presse@example.org").latest("created_at").body


def test_who_may_only_log_takes_a_next_update_back(owner, forum, now, new_person):
    moderator, incident = new_person("moderator"), burn(owner, now)
    first = incident.next_update_at
    saved = actions.set_next_update(person=moderator, incident=incident, at=now + timedelta(hours=5), now=now)
    given = {"person": moderator, "now": now, "pk": str(saved.pk), "revision": saved.revision}
    with pytest.raises(CannotUndo):
        actions.undo_update(before={"line": "x"}, **given)
    actions.undo_update(before={"next_update_at": first.isoformat()}, **given)
    incident.refresh_from_db()
    assert incident.next_update_at == first == ActiveLevel.objects.get().next_update_at


def test_what_is_undone_stands_in_the_log_too(owner, forum, now):
    incident = burn(owner, now)
    actions.set_line(person=owner, incident=incident, line="Erste", never_say="", spokesperson="", now=now)
    saved = actions.set_line(person=owner, incident=incident, line="Zweite", never_say="", spokesperson="", now=now)
    actions.undo_incident(person=owner, now=now, pk=str(saved.pk), revision=saved.revision, before={"line": "Erste"})
    assert ActiveLevel.objects.get().line == "Erste"
    assert incident.log.first().text.endswith("Erste")


def test_the_line_stands_beside_replies_while_a_level_is_declared(client_of, owner, workspace, forum, now):
    item = Item(Ref("1"), "message", "asked", Author("k", name="Karl"), now, "1", title="Weg?", text="Wo sind sie?")
    record_batch(channel=forum, batch=Batch([item], "1"), now=now)
    file_new(now)
    address = reverse("inbox:conversation", args=[workspace.slug, Conversation.objects.get().public_id])
    client = client_of(owner)
    assert "Das ist unser Fehler." not in client.get(address).content.decode()
    incident = burn(owner, now, channels=[forum])
    actions.set_line(
        person=owner, incident=incident, line="Das ist unser Fehler.", never_say="Einzelfälle", spokesperson="Ida Kern",
        now=now,
    )  # fmt: skip
    page = client.get(address).content.decode()
    assert "Das ist unser Fehler." in page and "Einzelfälle" in page
    assert "Für uns spricht: Ida Kern." in page, "whoever answers reads who speaks, not only that somebody does"
