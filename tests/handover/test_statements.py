"""The statements of the handover, as somebody in the room would check them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from allmende.channels.actions import record_batch
from allmende.connectors.neutral import Author, Batch, Item, Ref
from allmende.handover import queries, states
from allmende.handover.actions import (
    CannotAccept,
    CannotAnnounce,
    CannotLookBack,
    CannotMove,
    accept_handover,
    announce_handover,
    look_back,
    move_handover,
    remind_of_checks,
    revoke_access,
    settle_point,
    write_note,
)
from allmende.inbox.actions import assign_conversation
from allmende.inbox.jobs import file_new
from allmende.inbox.models import Conversation
from allmende.plan.actions import add_stakeholder, open_draft, save_control, save_routine
from allmende.plan.models import Goal, Step, StrategicPlan
from allmende.team.actions import end_access, plan_shift
from allmende.team.models import AuditRow, Notice, Person

pytestmark = pytest.mark.django_db
TODAY = date(2026, 10, 7)


def gaps(workspace, now):
    return {gap.what: gap for _title, rows in queries.readiness(workspace, now, TODAY).gaps for gap in rows}


def test_s0_23_what_only_one_person_holds_is_listed_with_one_action(workspace, owner, write_plan, now):
    written = write_plan(publish=True)
    found = gaps(workspace, now)
    for what in (written.plan.title, written.step.what):
        assert owner.name in found[what].why
        assert found[what].url
    access = next(gap for what, gap in found.items() if "Kanäle" in what)
    assert owner.name in access.why


def test_s0_23_a_second_person_closes_the_gaps_of_access(workspace, new_person, owner, now):
    before = queries.readiness(workspace, now, TODAY)
    new_person("owner", "Zweite")
    after = queries.readiness(workspace, now, TODAY)
    assert before.access.good == 0
    assert after.access.good == after.access.whole == before.access.whole
    assert (before.factor, after.factor) == (1, 2)


def test_s0_23_access_that_has_ended_does_not_count(workspace, new_person, owner, now):
    guest = new_person("owner", "Gast")
    Person.objects.filter(pk=guest.pk).update(employment="external", access_until_date=TODAY - timedelta(days=1))
    assert queries.readiness(workspace, now, TODAY).access.good == 0


def test_s0_23_unwritten_knowledge_is_asked_for_and_shared(workspace, owner, emre, now):
    assert any("hat" in gap.why or "haben" in gap.why for gap in gaps(workspace, now).values())
    made = write_note(person=owner, question_key="rituals", answer="Montags der Gruß.", holder=owner, now=now)
    assert owner.name in gaps(workspace, now)[made.question].why
    write_note(person=owner, note=made, answer="Montags der Gruß.", holder=owner, second=emre, now=now)
    assert made.question not in gaps(workspace, now)


def test_s0_23_text_of_180_days_has_grown_old(workspace, owner, now):
    add_stakeholder(person=owner, name="Frau Brandt", now=now - timedelta(days=181))
    add_stakeholder(person=owner, name="Herr Iversen", now=now - timedelta(days=179))
    page = queries.readiness(workspace, now, TODAY)
    assert (page.current.good, page.current.whole) == (1, 2)
    assert "Frau Brandt" in gaps(workspace, now)


def test_a_new_handover_proposes_two_different_people(client_of, owner, emre):
    client = client_of(owner)
    form = client.get(f"/w/{owner.workspace.slug}/handover/transfers/new/").context["form"]
    assert {form["leaver"].value(), form["successor"].value()} == {owner.pk, emre.pk}


def test_s0_22_the_checklist_holds_what_hangs_on_the_person_and_stays(announce, owner, write_plan, now):
    written = write_plan(publish=True)
    add_stakeholder(person=owner, name="Frau Brandt", interest="Ruhe im Januar", now=now)
    handover = announce()
    points = {point.label: point for point in handover.points.all()}
    assert {written.plan.title, written.step.what, "Frau Brandt"} <= set(points)
    assert "Ruhe im Januar" in points["Frau Brandt"].detail
    kinds = {point.kind for point in points.values()}
    assert {
        states.COST,
        states.FORMAT,
        states.RISK,
        states.INTERVIEW,
        states.FIRST_DAYS,
        states.DUTY,
        states.ACCESS,
    } <= kinds
    count = handover.points.count()
    add_stakeholder(person=owner, name="Später", now=now)
    assert handover.points.count() == count


def test_s0_22_duties_contacts_and_access_are_on_the_list_and_settled_one_by_one(
    announce, owner, emre, write_plan, workspace, client_of, now
):
    written = write_plan(publish=True)
    add_stakeholder(person=owner, name="Frau Brandt", now=now)
    plan_shift(
        person=owner, shift=None, hours=None, kind="full", doer=owner, starts_at=now + timedelta(days=5),
        ends_at=now + timedelta(days=5, hours=4), serves_key="", now=now,
    )  # fmt: skip
    routine = save_routine(
        person=owner, routine=None, revision=None, name="Morgenrunde", purpose="", rhythm="daily", weekday=None,
        channel=None, owner=owner, planned_minutes=15, review_interval_days=91, steps=["Lesen"], now=now,
    )  # fmt: skip
    save_control(
        person=owner, control=None, what="Links prüfen", key=written.objective.key, interval_days=14, controller=owner,
        next_date=TODAY, now=now,
    )  # fmt: skip
    handover = announce()
    points = {point.label: point for point in handover.points.all()}
    wanted = ["Frau Brandt", "Schicht am 12. Oktober 2026", "Routine: Morgenrunde", "Kontrolle: Links prüfen"]
    assert points.keys() >= set(wanted)
    assert any(point.kind == states.ACCESS for point in points.values())
    page = client_of(emre).get(reverse("handover:transfer", args=[workspace.slug, handover.pk])).content.decode()
    for label in wanted:
        assert label in page and points[label].url in page
    assert client_of(owner).get(points["Routine: Morgenrunde"].url).status_code == 200
    assert str(routine.pk) in points["Routine: Morgenrunde"].url
    handover = move_handover(person=owner, handover=handover, state=states.COLLECTING, now=now)
    for left in wanted:
        for point in handover.points.all():
            settle_point(person=owner, point=point, note="gezeigt", is_settled=point.label != left, now=now)
        with pytest.raises(CannotMove):
            move_handover(person=owner, handover=handover, state=states.GAPS_CLOSED, now=now)


def test_s0_22_gaps_are_closed_only_when_every_point_is_settled(announce, owner, now):
    handover = move_handover(person=owner, handover=announce(), state=states.COLLECTING, now=now)
    with pytest.raises(CannotMove):
        move_handover(person=owner, handover=handover, state=states.GAPS_CLOSED, now=now)
    for point in handover.points.all():
        settle_point(person=owner, point=point, note="", is_settled=True, now=now)
    assert move_handover(person=owner, handover=handover, state=states.GAPS_CLOSED, now=now).state == states.GAPS_CLOSED


def test_s0_22_no_step_of_the_way_is_left_out(announce, owner, now):
    with pytest.raises(CannotMove):
        move_handover(person=owner, handover=announce(), state=states.JOINT_PHASE, now=now)


def test_s0_22_a_sudden_loss_begins_with_an_emergency_owner(announce):
    assert announce("sudden").next_state == states.EMERGENCY_OWNER


def test_s0_22_accepting_moves_plan_steps_and_conversations_each_audited(
    announce, walk, write_plan, owner, emre, forum, now
):
    written = write_plan(publish=True)
    item = Item(Ref("1"), "message", "asked", Author("k", name="Karl"), now, "1", title="Wie?", text="Wie?")
    record_batch(channel=forum, batch=Batch([item], "1"), now=now)
    file_new(now)
    conversation = Conversation.objects.select_related("workspace").get()
    assign_conversation(person=owner, conversation=conversation, assignee=owner, now=now)
    handover = walk(announce(), states.JOINT_PHASE)
    accept_handover(person=emre, handover=handover, now=now)
    conversation.refresh_from_db()
    step = Step.objects.get(key=written.step.key, version__state="published")
    assert (StrategicPlan.objects.get().owner, step.owner, conversation.assignee) == (emre, emre, emre)
    verbs = set(AuditRow.objects.values_list("verb", flat=True))
    assert {"plan.plan.saved", "plan.version.published", "handover.handover.accepted"} <= verbs
    assert Step.objects.get(pk=written.step.pk).owner == owner, "the earlier version stays as it was"


def test_s0_22_what_is_refused_leaves_everything_where_it_was(announce, walk, write_plan, owner, emre, now):
    written = write_plan(publish=True)
    handover = walk(announce(), states.JOINT_PHASE)
    open_draft(person=owner, plan=written.plan, now=now)
    with pytest.raises(CannotAccept):
        accept_handover(person=emre, handover=handover, now=now)
    handover.refresh_from_db()
    assert handover.state == states.JOINT_PHASE
    assert StrategicPlan.objects.get().owner == owner


def test_s0_22_access_ends_last_and_sessions_with_it(announce, walk, owner, emre, new_person, client_of, now):
    manager = new_person("manager", "Lea")
    client = client_of(manager)
    address = reverse("handover:index", args=[owner.workspace.slug])
    assert client.get(address).status_code == 200
    handover = walk(announce(leaver=manager), states.JOINT_PHASE)
    handover = accept_handover(person=emre, handover=handover, now=now)
    handover = revoke_access(person=owner, handover=handover, now=now)
    assert handover.state == states.ACCESS_REVOKED
    assert client.get(address).status_code == 404


def test_s0_22_looks_back_are_due_after_30_and_90_days_and_told_once(announce, walk, owner, emre, new_person, now):
    manager = new_person("manager", "Lea")
    handover = walk(announce("leave", leaver=manager), states.JOINT_PHASE)
    handover = accept_handover(person=emre, handover=handover, now=now)
    assert remind_of_checks(now=datetime(2026, 11, 29, tzinfo=UTC)) == 0
    day_30 = datetime(2026, 11, 30, 9, tzinfo=UTC)
    assert remind_of_checks(now=day_30) == 2
    assert remind_of_checks(now=day_30) == 0
    assert Notice.objects.filter(kind="handover.check_due", person=emre).exists()
    said = {"missing": "Die Runde am Freitag", "in_one_head": "nichts", "outcome": states.CARRIED, "next_step": ""}
    with pytest.raises(CannotLookBack):
        look_back(person=owner, handover=handover, now=now, **said)
    with pytest.raises(CannotMove):
        move_handover(person=owner, handover=handover, state=states.CHECK_30, now=day_30)
    look_back(person=emre, handover=handover, now=day_30, **said)
    look_back(person=owner, handover=handover, now=day_30 + timedelta(days=61), **said)
    handover.refresh_from_db()
    assert move_handover(person=owner, handover=handover, state=states.CLOSED, now=now).state == states.CLOSED


def test_s0_22_one_handover_at_a_time_and_never_to_oneself(announce, owner, emre, now):
    with pytest.raises(CannotAnnounce):
        announce(successor=owner)
    announce()
    with pytest.raises(CannotAnnounce):
        announce_handover(
            person=owner, leaver=owner, successor=emre, kind="leave", reason="x", last_date=TODAY, now=now
        )


def test_s0_24_whoever_leaves_takes_nothing_of_the_plan_along(write_plan, owner, new_person, now):
    second = new_person("owner", "Zweite")
    written = write_plan(publish=True)
    end_access(person=second, colleague=owner, reason="plötzlich", now=now)
    assert Goal.objects.get(pk=written.goal.pk).statement == written.goal.statement
    assert Step.objects.get(pk=written.step.pk).owner == owner
    found = gaps(owner.workspace, now)
    assert "Niemand" in found[written.plan.title].why


def test_the_walk_on_the_screens(client_of, owner, emre, write_plan, workspace):
    write_plan(publish=True)
    client: Client = client_of(owner)
    at = {"args": [workspace.slug]}
    page = client.get(reverse("handover:index", **at)).content.decode()
    assert "Könnte morgen jemand übernehmen?" in page
    typed = {"answer": "Montags der Gruß", "holder": str(owner.pk)}
    client.post(reverse("handover:new_note", **at) + "?question=rituals", typed)
    assert "Montags der Gruß" in client.get(reverse("handover:knowledge", **at)).content.decode()
    typed = {
        "leaver": owner.pk,
        "successor": emre.pk,
        "kind": "planned",
        "reason": "Neue Stelle",
        "last_date": "2026-10-31",
    }
    page = client.post(reverse("handover:announce", **at), typed, follow=True).content.decode()
    assert "Neue Stelle" in page
    point = owner.workspace and queries.handovers_of(workspace)[0].points.get(kind=states.COST)
    url = reverse("handover:point", args=[workspace.slug, point.pk])
    client.post(url, {"note": "Keine", "is_settled": "on", "revision": point.revision})
    point.refresh_from_db()
    assert (point.note, point.is_settled) == ("Keine", True)


def test_an_empty_workspace_is_told_where_to_begin(client_of, owner, workspace):
    client = client_of(owner)
    assert "noch nichts zu übergeben" in client.get(reverse("handover:index", args=[workspace.slug])).content.decode()
    assert "übergibt gerade" in client.get(reverse("handover:transfers", args=[workspace.slug])).content.decode()
