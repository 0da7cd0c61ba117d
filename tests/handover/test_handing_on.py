"""Shifts, routines, controls and what somebody answers for go to others within the handover, together (S0-22)."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from allmende.channels.actions import choose_channel
from allmende.editorial.actions import ItemText, StepPlan, add_step, ask_approval, save_item
from allmende.editorial.models import Reviewer
from allmende.handover import states
from allmende.handover.actions import UNDO, CannotCallOff, CannotHandOn, accept_handover, call_off_handover, hand_on
from allmende.handover.models import HandedOn
from allmende.handover.queries import hands_page
from allmende.plan import actions as plan
from allmende.plan.models import Control, Routine
from allmende.plan.queries import contact_of
from allmende.team import actions as team
from allmende.team.models import AuditRow, Notice, Responsibility, Shift, UnitMember
from allmende.team.queries import responsible_on, still_theirs


@pytest.fixture
def lea(new_person):
    return new_person("manager", "Lea")


@pytest.fixture
def now():
    return timezone.now().replace(microsecond=0)


@pytest.fixture
def duties(lea, owner, now):
    """Lea has a shift within her last week, three after it, a routine, a control, and answers for a channel's greeting."""

    def shift(days: int) -> Shift:
        begins = now + timedelta(days=days)
        return team.plan_shift(
            person=owner, shift=None, hours=None, kind="full", doer=lea, starts_at=begins,
            ends_at=begins + timedelta(hours=4), now=now,
        )  # fmt: skip

    routine = plan.save_routine(
        person=owner, routine=None, steps=["Hinsehen", "Antworten"], revision=None, now=now, name="Morgenrunde",
        rhythm="daily", planned_minutes=15, owner=lea,
    )  # fmt: skip
    control = plan.save_control(
        person=owner, control=None, what="Links prüfen", key="", interval_days=14, controller=lea,
        next_date=now.date() + timedelta(days=9), now=now,
    )  # fmt: skip
    return [shift(days) for days in (2, 20, 21, 22)], routine, control


@pytest.fixture
def handover(announce, duties, lea, emre, now):
    return announce(leaver=lea, successor=emre, last_date=(now + timedelta(days=7)).date())


def names(shifts, routine, control):
    return [*(f"shift:{one.pk}" for one in shifts), f"routine:{routine.pk}", f"control:{control.pk}"]


def hands_of(handover) -> str:
    return reverse("handover:hands", args=[handover.workspace.slug, handover.pk])


def test_s0_22_shifts_routines_and_controls_are_handed_on_together_with_preview_and_undo(
    handover, duties, lea, emre, owner, client_of
):
    shifts, routine, control = duties
    client = client_of(owner)
    transfer = client.get(reverse("handover:transfer", args=[owner.workspace.slug, handover.pk])).content.decode()
    assert hands_of(handover) in transfer and "Bei Lea liegen 6 Aufgaben" in transfer
    page = client.get(hands_of(handover)).content.decode()
    ticked = re.findall(r'name="thing" value="([^"]+)" checked', page)
    assert sorted(ticked) == sorted(names(shifts[1:], routine, control)), "the shift before the last day stays"
    assert "geht an Emre" in page and "vor dem letzten Tag, bleibt bei Lea" in page
    assert not HandedOn.objects.exists() and Shift.objects.filter(person=lea).count() == 4, "looking changes nothing"
    done = client.post(hands_of(handover), {"thing": ticked}, follow=True)
    assert "5 Aufgaben wurden übergeben" in done.content.decode()
    assert set(Shift.objects.filter(pk__in=[one.pk for one in shifts[1:]]).values_list("person", "state")) == {
        (emre.pk, "assigned")
    }
    routine.refresh_from_db()
    control.refresh_from_db()
    assert (routine.owner, control.controller, plan.steps_of(routine)) == (emre, emre, ["Hinsehen", "Antworten"])
    assert Notice.objects.filter(person=emre, kind="team.shift_assigned").count() == 3, "asked to confirm"
    points = handover.points.filter(kind=states.DUTY, is_settled=True)
    assert points.count() == 5 and set(points.values_list("note", flat=True)) == {f"Geht an {emre.name}."}
    assert AuditRow.objects.filter(verb="handover.duties.handed_on").count() == 1
    back = re.search(r'class="toast[^"]*">.*?action="([^"]+)"', done.content.decode(), re.DOTALL)[1]
    client.post(back)
    assert Shift.objects.filter(person=lea).count() == 4
    routine.refresh_from_db()
    control.refresh_from_db()
    assert (routine.owner, control.controller) == (lea, lea)
    assert not handover.points.filter(kind=states.DUTY, is_settled=True).exists()
    assert "zurückgenommen" in client.get(hands_of(handover)).content.decode()


def test_s0_22_what_is_in_the_way_is_seen_before_and_each_kind_can_go_to_somebody_else(
    handover, duties, emre, owner, now, new_person, client_of
):
    shifts, routine, control = duties
    tomke = new_person("author", "Tomke")
    begins = shifts[1].starts_at + timedelta(hours=1)
    team.plan_shift(
        person=owner, shift=None, hours=None, kind="full", doer=emre, starts_at=begins, ends_at=begins + timedelta(hours=2), now=now
    )  # fmt: skip
    client = client_of(owner)
    page = client.get(hands_of(handover)).content.decode()
    assert "Emre Yıldız hat dann eine andere Schicht" in page
    assert f'value="shift:{shifts[1].pk}" checked' not in page
    refused = client.post(hands_of(handover), {"thing": names(shifts[1:], routine, control)})
    said = refused.content.decode()
    assert (refused.status_code, "Nichts wurde übergeben, wegen" in said) == (422, True)
    assert f'value="shift:{shifts[1].pk}" checked' in said, "what was ticked stays ticked"
    assert not HandedOn.objects.exists() and Routine.objects.get().owner == handover.leaver, "all of it or nothing"
    looked = client.post(hands_of(handover), {"to_shift": tomke.pk, "look": "shift"})
    assert "hat dann eine andere Schicht" not in looked.content.decode() and "geht an Tomke" in looked.content.decode()
    typed = {"to_shift": tomke.pk, "to_routine": emre.pk, "thing": names(shifts[1:], routine, control)}
    assert client.post(hands_of(handover), typed).status_code == 303
    assert Shift.objects.filter(person=tomke).count() == 3
    assert (Routine.objects.get().owner, Control.objects.get().controller) == (emre, emre)


def test_s0_22_what_somebody_answers_for_goes_along(announce, lea, emre, owner, now):
    channel = choose_channel(person=owner, name="Forum", slug="forum", kind="sandbox", account=None, now=now, mark="F")
    unit = team.unit_of_person(colleague=lea, now=now, person=owner)
    given = {"kind": "channel", "key": str(channel.pk), "label": channel.name}
    team.make_responsible(person=owner, unit=unit, now=now, **given)
    handover = announce(leaver=lea, successor=emre)
    chosen = [f"answers:channel/{channel.pk}"]
    made = hand_on(person=owner, handover=handover, receivers={}, chosen=chosen, now=now + timedelta(minutes=1))
    (line,) = Responsibility.objects.filter(key=channel.pk, ends_at__isnull=True)
    assert line.unit.lead == emre
    UNDO["handed_on"](person=owner, batch=str(made[0].batch), now=now + timedelta(minutes=2))
    (line,) = Responsibility.objects.filter(key=channel.pk, ends_at__isnull=True)
    assert line.unit.lead == lea


def test_s0_22_items_and_groups_go_along_and_come_back(announce, lea, emre, owner, new_person, now, client_of):
    words = ItemText(title="Checkliste", no_objective_reason="Probe", texts={}, carer_id=lea.pk)
    item = save_item(person=lea, item=None, written=words, now=now)
    tomke = new_person("author", "Tomke")
    group = {"kind": "working_group", "name": "Redaktion"}
    unit = team.save_unit(person=owner, unit=None, lead=lea, members=[emre, tomke], now=now, **group)
    handover = announce(leaver=lea, successor=emre)
    assert "Checkliste" in client_of(owner).get(hands_of(handover)).content.decode()
    chosen = [f"item:{item.pk}", f"unit:{unit.pk}"]
    later = now + timedelta(minutes=1)
    made = hand_on(person=owner, handover=handover, receivers={}, chosen=chosen, now=later)
    item.refresh_from_db()
    unit.refresh_from_db()
    assert (item.owner, item.carer, unit.lead) == (emre, emre, emre)
    assert still_theirs(lea, later) == []
    UNDO["handed_on"](person=owner, batch=str(made[0].batch), now=later + timedelta(minutes=1))
    item.refresh_from_db()
    unit.refresh_from_db()
    assert (item.owner, item.carer, unit.lead) == (lea, lea, lea)
    assert set(UnitMember.objects.filter(unit=unit).values_list("person", flat=True)) == {emre.pk, tomke.pk}


def test_s0_22_a_handover_is_called_off_once_its_duties_are_back(handover, duties, owner, emre, now):
    made = hand_on(person=owner, handover=handover, receivers={}, chosen=names(*duties)[1:2], now=now)
    with pytest.raises(CannotCallOff):
        call_off_handover(person=owner, handover=handover, now=now)
    UNDO["handed_on"](person=owner, now=now, batch=str(made[0].batch))
    assert call_off_handover(person=owner, handover=handover, now=now).archived_at


def test_s0_22_an_announcement_is_not_undone_once_duties_went_on_in_it(handover, duties, owner, emre, now):
    seen = {"pk": str(handover.pk), "revision": handover.revision, "before": {"archived_at": now.isoformat()}}
    made = hand_on(person=owner, handover=handover, receivers={}, chosen=names(*duties)[1:2], now=now)
    with pytest.raises(team.CannotUndo):
        UNDO["announced"](person=owner, now=now, **seen)
    UNDO["handed_on"](person=owner, now=now, batch=str(made[0].batch))
    UNDO["announced"](person=owner, now=now, **seen)
    handover.refresh_from_db()
    assert handover.archived_at == now
    assert Notice.objects.filter(person=emre).order_by("pk").last().kind == "handover.called_off"


def test_s0_22_a_batch_comes_back_whole_or_not_at_all(handover, duties, owner, emre, now):
    shifts, routine, control = duties
    by = {"person": owner, "now": now}
    made = hand_on(handover=handover, receivers={}, chosen=names(shifts[1:], routine, control), **by)
    plan.save_routine(
        routine=Routine.objects.get(), steps=["Hinsehen"], revision=None, planned_minutes=20, **by
    )  # somebody worked on with it
    with pytest.raises(team.CannotUndo):
        UNDO["handed_on"](batch=str(made[0].batch), **by)
    assert (
        Shift.objects.filter(person=emre).count() == 3 and not HandedOn.objects.filter(taken_back_at__gt=now).exists()
    )
    with pytest.raises(team.CannotUndo):
        UNDO["handed_on"](batch="no batch", **by)


def test_s0_22_gaps_are_closed_after_handing_on_without_settling_duty_by_duty(handover, duties, owner, now):
    shifts, routine, control = duties
    hand_on(person=owner, handover=handover, receivers={}, chosen=names(shifts, routine, control), now=now)
    left = handover.points.filter(is_settled=False, kind=states.DUTY).exclude(ref="")
    assert not left.exists()
    assert [one.kind for one in still_theirs(handover.leaver, now)] == []


def test_s0_22_duties_are_handed_on_by_whoever_leads_and_to_nobody_who_left(
    handover, duties, owner, emre, now, new_person, client_of
):
    chosen = names(*duties)
    author = new_person("author", "Ole")
    with pytest.raises(PermissionDenied):
        hand_on(person=author, handover=handover, receivers={}, chosen=chosen, now=now)
    assert client_of(author).get(hands_of(handover)).status_code in (403, 404)
    with pytest.raises(CannotHandOn):
        hand_on(person=owner, handover=handover, receivers={"shift": handover.leaver}, chosen=chosen, now=now)
    for chosen in ([], ["shift:7b6a1b0e-0000-0000-0000-000000000000"]):
        with pytest.raises(CannotHandOn):
            hand_on(person=owner, handover=handover, receivers={}, chosen=chosen, now=now)


def test_s0_22_whoever_came_back_from_a_leave_keeps_their_duties(
    announce, walk, duties, lea, emre, owner, now, client_of
):
    handover = walk(announce("leave", leaver=lea, successor=emre), states.JOINT_PHASE)
    accept_handover(person=emre, handover=handover, now=now)
    page = client_of(owner).get(reverse("handover:transfer", args=[owner.workspace.slug, handover.pk])).content.decode()
    assert hands_of(handover) not in page
    with pytest.raises(CannotHandOn):
        hand_on(person=owner, handover=handover, receivers={}, chosen=names(*duties), now=now)


@pytest.fixture
def brandt(owner, lea, now):
    return plan.add_stakeholder(person=owner, name="Frau Brandt", contact=lea, now=now - timedelta(days=40))


def test_s0_22_contacts_with_stakeholders_are_handed_on_with_preview_history_and_undo(
    announce, brandt, lea, emre, owner, now, client_of
):
    handover = announce(leaver=lea, successor=emre)
    client = client_of(owner)
    page = client.get(hands_of(handover)).content.decode()
    assert "Kontakte zu Anspruchsgruppen" in page and "Frau Brandt" in page
    assert [one.label for one in still_theirs(lea, now)] == ["Frau Brandt"]
    done = client.post(hands_of(handover), {"thing": f"contact:{brandt.pk}"}, follow=True)
    assert contact_of(brandt).unit.lead == emre
    assert still_theirs(lea, now) == []
    (point,) = handover.points.filter(kind=states.STAKEHOLDER)
    assert (point.is_settled, point.note) == (True, f"Geht an {emre.name}.")
    then = [(one.label, one.unit_name) for one in responsible_on(owner.workspace, (now - timedelta(days=9)).date())]
    assert ("Frau Brandt", "Lea") in then, "the history says who it was on that day"
    back = re.search(r'class="toast[^"]*">.*?action="([^"]+)"', done.content.decode(), re.DOTALL)[1]
    client.post(back)
    assert contact_of(brandt).unit.lead == lea
    point.refresh_from_db()
    assert not point.is_settled


def test_s0_22_asked_approvals_go_to_somebody_who_may_give_them(announce, lea, emre, owner, new_person, now, client_of):
    tomke = new_person("author", "Tomke")
    forum = choose_channel(person=owner, name="Forum", slug="forum", kind="sandbox", account=None, now=now, mark="F")

    def written(title: str):
        text = ItemText(title=title, no_objective_reason="Probe", texts={forum.pk: "Kommt alle!"})
        return save_item(person=tomke, item=None, written=text, now=now)

    item, other = written("Aufruf"), written("Bilanz")
    ask_approval(person=tomke, item=item, approver=lea, now=now)
    add_step(person=tomke, item=other, plan=StepPlan(people=[lea, owner]), now=now)
    handover = announce(leaver=lea, successor=emre)
    assert {one.label for one in still_theirs(lea, now)} == {"Aufruf", "Bilanz"}
    client = client_of(owner)
    refused = client.post(hands_of(handover), {"to_approval": tomke.pk, "look": "approval"}).content.decode()
    assert "Tomke darf das nicht freigeben" in refused
    page = client.get(hands_of(handover)).content.decode()
    ticked = re.findall(r'name="thing" value="(approval:[^"]+)" checked', page)
    assert len(ticked) == 2
    made = hand_on(person=owner, handover=handover, receivers={}, chosen=ticked, now=now)
    item.refresh_from_db()
    assert item.asked == emre
    reviewers = Reviewer.objects.filter(step__item=other)
    assert set(reviewers.values_list("person", flat=True)) == {emre.pk, owner.pk}
    assert Notice.objects.filter(person=emre, kind="editorial.approval_asked").count() == 2
    assert still_theirs(lea, now) == []
    UNDO["handed_on"](person=owner, batch=str(made[0].batch), now=now + timedelta(minutes=1))
    item.refresh_from_db()
    assert (item.asked, item.asked_at) == (lea, now)
    assert set(reviewers.values_list("person", flat=True)) == {lea.pk, owner.pk}


def test_s0_22_an_approval_goes_to_nobody_who_is_asked_already(announce, lea, emre, owner, new_person, now):
    item = save_item(
        person=lea, item=None, written=ItemText(title="Bilanz", no_objective_reason="Probe", texts={}), now=now
    )
    add_step(person=owner, item=item, plan=StepPlan(people=[lea, emre]), now=now)
    handover = announce(leaver=lea, successor=emre)
    (chosen,) = [
        duty.name for kind, _, found in hands_page(handover, {}, now).groups for duty in found if kind == "approval"
    ]
    with pytest.raises(CannotHandOn, match="Emre"):
        hand_on(person=owner, handover=handover, receivers={}, chosen=[chosen], now=now)
    made = hand_on(person=owner, handover=handover, receivers={"approval": owner}, chosen=[chosen], now=now)
    step = item.steps.get()
    assert set(step.reviewers.values_list("person", flat=True)) == {owner.pk, emre.pk}
    step.reviewers.filter(person=owner).update(person=new_person("lead", "Noch jemand"))
    with pytest.raises(team.CannotUndo):
        UNDO["handed_on"](person=owner, batch=str(made[0].batch), now=now)


def test_s0_22_standing_in_for_others_goes_along_and_is_confirmed_anew(
    announce, lea, emre, owner, new_person, now, client_of
):
    tomke = new_person("author", "Tomke")
    first = (now + timedelta(days=12)).date()
    absence = team.request_absence(
        person=owner, absent=tomke, kind="leave", starts_date=first, ends_date=first + timedelta(days=4), deputy=lea, now=now
    )  # fmt: skip
    team.approve_absence(person=owner, absence=absence, now=now)
    team.confirm_deputy(person=lea, absence=absence, now=now)
    handover = announce(leaver=lea, successor=emre, last_date=(now + timedelta(days=7)).date())
    name = f"deputy:{absence.pk}"
    page = client_of(owner).post(hands_of(handover), {"to_deputy": tomke.pk, "look": "deputy"}).content.decode()
    assert "Tomke ist selbst abwesend" in page
    made = hand_on(person=owner, handover=handover, receivers={}, chosen=[name], now=now)
    absence.refresh_from_db()
    assert (absence.deputy, absence.state, absence.deputy_confirmed_at) == (emre, "approved", None)
    assert Notice.objects.filter(person=emre, kind="team.deputy_asked").count() == 1
    UNDO["handed_on"](person=owner, batch=str(made[0].batch), now=now)
    absence.refresh_from_db()
    assert (absence.deputy, absence.state) == (lea, "covered")
