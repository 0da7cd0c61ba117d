"""The successor accepts; 30 and 90 days later what was missing is written down (S0-22, `domain.md` 3.15)."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from allmende.handover import states
from allmende.handover.actions import (
    CannotAccept,
    CannotAnnounce,
    CannotCallOff,
    CannotHandOn,
    CannotLookBack,
    CannotMove,
    CannotRevoke,
    accept_handover,
    call_off_handover,
    hand_on,
    look_back,
    move_handover,
    revoke_access,
)
from allmende.handover.models import Handover, HandoverLook
from allmende.handover.queries import book_chapter
from allmende.plan.models import Step
from allmende.team.models import AuditRow, Notice

DAY_30 = datetime(2026, 11, 30, 9, tzinfo=UTC)
SAID = {
    "missing": "Wer die Freitagsrunde leitet",
    "in_one_head": "Der Draht zur Buchhaltung",
    "outcome": states.WITH_HELP,
    "next_step": "Jana stellt Tomke der Buchhaltung vor",
}


@pytest.fixture
def tomke(new_person):
    """A successor who may neither lead a handover nor publish a plan."""
    return new_person("author", "Tomke")


def test_s0_22_the_successor_is_told_and_accepts_with_one_button(announce, walk, write_plan, owner, tomke, client_of):
    written = write_plan(publish=True)
    handover = walk(announce(successor=tomke), states.JOINT_PHASE)
    notice = Notice.objects.get(person=tomke, kind="handover.to_accept")
    client = client_of(tomke)
    page = client.get(notice.url).content.decode()
    address = reverse("handover:accept", args=[owner.workspace.slug, handover.pk])
    assert address in page and 'name="reason"' not in page
    assert "Angenommen" in client.post(address, follow=True).content.decode()
    handover.refresh_from_db()
    assert (handover.accepted_by, handover.acceptance_reason) == (tomke, "")
    assert Step.objects.get(key=written.step.key, version__state="published").owner == tomke
    line = AuditRow.objects.get(verb="handover.handover.accepted")
    assert line.person == tomke


def test_s0_22_the_leaver_never_accepts_and_others_say_why(announce, walk, owner, emre, new_person, client_of, now):
    handover = walk(announce(), states.JOINT_PHASE)
    address = reverse("handover:accept", args=[owner.workspace.slug, handover.pk])
    client = client_of(owner)
    assert (
        address
        not in client.get(reverse("handover:transfer", args=[owner.workspace.slug, handover.pk])).content.decode()
    )
    refused = client.post(address, {"reason": "Ich gehe doch"})
    assert (refused.status_code, "Niemand übergibt" in refused.content.decode()) == (422, True)
    lead = new_person("owner", "Wiebke")
    for given in ("", "  "):
        with pytest.raises(CannotAccept):
            accept_handover(person=lead, handover=handover, now=now, reason=given)
    with pytest.raises(PermissionDenied):
        accept_handover(person=new_person("author", "Ole"), handover=handover, now=now, reason="Warum nicht")
    accept_handover(person=lead, handover=handover, now=now, reason="Emre ist bis Montag krank")
    shown = client.get(reverse("handover:transfer", args=[owner.workspace.slug, handover.pk])).content.decode()
    assert "Angenommen von Wiebke" in shown and "Emre ist bis Montag krank" in shown


def test_s0_22_a_sudden_handover_is_accepted_by_the_emergency_owner(announce, walk, owner, emre, now):
    handover = walk(announce("sudden"), states.GAPS_CLOSED)
    assert Notice.objects.filter(person=emre, kind="handover.to_accept").exists()
    assert accept_handover(person=emre, handover=handover, now=now).state == states.ACCEPTED


def test_s0_22_nobody_is_put_down_as_having_accepted_without_a_reason(announce, walk, owner, emre, now):
    handover = walk(announce(), states.JOINT_PHASE)
    with pytest.raises(IntegrityError), transaction.atomic():
        Handover.objects.filter(pk=handover.pk).update(accepted_by=owner)


def test_s0_22_whoever_stays_after_all_calls_the_handover_off_and_may_undo_it(announce, owner, emre, client_of):
    handover = announce()
    client = client_of(owner)
    page = client.get(reverse("handover:transfer", args=[owner.workspace.slug, handover.pk])).content.decode()
    address = reverse("handover:call_off", args=[owner.workspace.slug, handover.pk])
    assert address in page
    told = client.post(address, follow=True).content.decode()
    handover.refresh_from_db()
    assert handover.archived_at and "Abgesagt. Nichts ist übergegangen; beide wurden informiert." in told
    assert Notice.objects.get(person=emre, kind="handover.called_off").values["leaver"] == owner.name
    assert AuditRow.objects.filter(verb="handover.handover.called_off").count() == 1
    client.post(re.search(r'class="toast[^"]*">.*?action="([^"]+)"', told, re.DOTALL)[1])
    handover.refresh_from_db()
    assert (handover.archived_at, handover.state) == (None, states.ANNOUNCED)
    assert Notice.objects.filter(person=emre).order_by("pk").last().kind == "handover.announced"
    assert AuditRow.objects.order_by("number").last().verb == "handover.handover.called_off"


def test_s0_22_what_was_accepted_is_not_called_off(accepted, owner, now):
    with pytest.raises(CannotCallOff):
        call_off_handover(person=owner, handover=accepted, now=now)


@pytest.fixture
def accepted(announce, walk, emre, new_person, now) -> Handover:
    """A leave of Lea, accepted by Emre; its first look back is due on 30 November."""
    handover = walk(announce("leave", leaver=new_person("manager", "Lea")), states.JOINT_PHASE)
    return accept_handover(person=emre, handover=handover, now=now)


def test_s0_22_a_leave_waiting_for_its_looks_back_hinders_no_other_handover(accepted, announce):
    sudden = announce("sudden", leaver=accepted.leaver)
    assert sudden.state == states.ANNOUNCED
    with pytest.raises(CannotAnnounce):
        announce("planned", leaver=accepted.leaver)
    with pytest.raises(IntegrityError), transaction.atomic():
        Handover.objects.filter(pk=accepted.pk).update(state=states.JOINT_PHASE)


def test_s0_22_work_still_to_be_handed_on_hinders_another_handover(announce, walk, emre, new_person, now):
    lea = new_person("manager", "Lea")
    handover = walk(announce("planned", leaver=lea), states.JOINT_PHASE)
    accept_handover(person=emre, handover=handover, now=now)
    with pytest.raises(CannotAnnounce):
        announce("sudden", leaver=lea)


def test_s0_22_a_look_back_is_answered_in_words_and_stands_in_the_book(accepted, owner, emre):
    look = look_back(person=emre, handover=accepted, now=DAY_30, **SAID)
    accepted.refresh_from_db()
    assert (accepted.state, look.by) == (states.CHECK_30, emre)
    assert Notice.objects.get(person=owner, kind="handover.looked_back").values["outcome"] == states.WITH_HELP
    book = str(book_chapter(owner.workspace, DAY_30, DAY_30.date()))
    assert all(SAID[name] in book for name in ("missing", "in_one_head", "next_step"))


@pytest.mark.parametrize(
    ("field", "without"),
    [("missing", {"missing": " "}), ("in_one_head", {"in_one_head": ""}), ("next_step", {"next_step": ""}),
     ("outcome", {"outcome": "well"})],
)  # fmt: skip
def test_s0_22_a_look_back_without_words_is_refused(accepted, emre, field, without):
    with pytest.raises(CannotLookBack) as refused:
        look_back(person=emre, handover=accepted, now=DAY_30, **{**SAID, **without})
    assert refused.value.field == field
    assert not HandoverLook.objects.exists()


def test_s0_22_a_look_back_is_asked_on_the_page_and_taken_back(accepted, owner, emre, client_of):
    Handover.objects.filter(pk=accepted.pk).update(last_date=timezone.localdate() - timedelta(days=31))
    address = reverse("handover:look", args=[owner.workspace.slug, accepted.pk])
    client = client_of(emre)
    assert (
        address in client.get(reverse("handover:transfer", args=[owner.workspace.slug, accepted.pk])).content.decode()
    )
    refused = client.post(address, {**SAID, "in_one_head": ""})
    assert (refused.status_code, SAID["missing"] in refused.content.decode()) == (422, True)
    told = client.post(address, SAID, follow=True).content.decode()
    assert SAID["in_one_head"] in told
    client.post(re.search(r'class="toast[^"]*">.*?action="([^"]+)"', told, re.DOTALL)[1])
    accepted.refresh_from_db()
    assert (accepted.state, HandoverLook.objects.exists()) == (states.ACCEPTED, False)


@pytest.mark.parametrize(("answer", "is_offered"), [("Der Draht zur Buchhaltung", True), ("Nichts.", False)])
def test_s0_22_only_what_is_in_one_head_is_to_be_written_down(accepted, owner, emre, client_of, answer, is_offered):
    look_back(person=emre, handover=accepted, now=DAY_30, **{**SAID, "in_one_head": answer})
    shown = client_of(owner).get(reverse("handover:transfer", args=[owner.workspace.slug, accepted.pk]))
    offered = f'class="link t1" href="{reverse("handover:new_note", args=[owner.workspace.slug])}"'
    assert (offered in shown.content.decode()) is is_offered


def test_s0_22_before_its_day_the_page_says_when(accepted, owner, emre, client_of):
    Handover.objects.filter(pk=accepted.pk).update(last_date=date(2030, 1, 1))
    shown = client_of(emre).get(reverse("handover:transfer", args=[owner.workspace.slug, accepted.pk])).content.decode()
    assert "Wir schauen am Donnerstag, 31.\u00a0Januar 2030 zurück." in shown


def test_s0_22_whoever_meets_a_handover_that_was_called_off_meanwhile_reads_so(announce, owner, emre, now):
    """The page lay open while a colleague called it off: a sentence, and nothing changes."""
    stale = announce()
    call_off_handover(person=owner, handover=stale, now=now)
    given = {"person": owner, "handover": stale, "now": now}
    for refusal, act in (
        (CannotMove, lambda: move_handover(state=stale.next_state, **given)),
        (CannotCallOff, lambda: call_off_handover(**given)),
        (CannotHandOn, lambda: hand_on(receivers={}, chosen=[], **given)),
        (CannotAccept, lambda: accept_handover(**{**given, "person": emre})),
        (CannotLookBack, lambda: look_back(**SAID, **{**given, "person": emre})),
        (CannotRevoke, lambda: revoke_access(**given)),
    ):
        with pytest.raises(refusal, match="abgesagt"):
            act()
    stale.refresh_from_db()
    assert stale.state == states.ANNOUNCED
