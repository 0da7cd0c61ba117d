"""Many planned texts at once: moved in their channel's own zone, paused, resumed, dropped; the plan keeps the reason (S2-10)."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from allmende.channels.actions import pause_dispatch, resume_dispatch, send_due
from allmende.channels.actions.claim_dispatch import claim_dispatch
from allmende.channels.models import Dispatch
from allmende.domain.wording import words_hash
from allmende.editorial.actions import (
    CannotChangePlan,
    CannotSchedule,
    PlanWish,
    approve_variant,
    change_plan,
    move_variant,
    pause_variant,
    publish_now,
    undo_plan_change,
)
from allmende.editorial.models import PlanChange, Variant
from allmende.editorial.queries import MOST_AT_ONCE, Filters, board_page, changes_of, listing, plan_changes
from allmende.editorial.queries.entries import dated_entries
from allmende.team.actions import CannotUndo
from allmende.team.models import ServiceHours

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 10, 8, 9)
WHY = "Die Schulung fällt aus"


@pytest.fixture
def plan(write, owner, now):
    """`plan("Titel", wall)` writes a text, approves it and gives it its slot."""

    def make(title="Checkliste", wall=NINE, is_approved=True):
        variant = write(title=title)
        if is_approved:
            seen = words_hash(variant.item.title, variant.text)
            variant = approve_variant(person=owner, variant=variant, seen_hash=seen, now=now)
        moved = move_variant(
            person=owner, variant=variant, wall=wall, zone="Europe/Berlin", seen_revision=None, now=now
        )
        return moved.variant

    return make


@pytest.fixture
def change(owner, now):
    """`change("pause", variant, …)` as the owner, who saw the texts as they are."""

    def make(kind, *variants, reason=WHY, days=0, hours=0, person=None, at=None):
        picked = {one.pk: one.revision for one in variants}
        wish = PlanWish(kind, reason, days, hours)
        return change_plan(person=person or owner, picked=picked, wish=wish, now=at or now)

    return make


def fresh(variant):
    return Variant.objects.select_related("dispatch").get(pk=variant.pk)


def test_s2_10_many_are_moved_at_once_and_the_plan_keeps_the_reason(plan, change, owner, now):
    first, second = plan("Eins"), plan("Zwei", NINE + timedelta(days=1), is_approved=False)
    made = change("move", first, second, days=2, hours=3)
    assert [fresh(one).slot_wall for one in (first, second)] == ["2026-10-10T12:00", "2026-10-11T12:00"]
    assert Dispatch.objects.get().send_after == datetime(2026, 10, 10, 10, tzinfo=UTC)
    kept = PlanChange.objects.get()
    assert (kept.reason, kept.person, kept.created_at, kept.days, kept.hours) == (WHY, owner, now, 2, 3)
    assert {(one.variant.item.title, one.from_at.day, one.to_at.day) for one in made.done} == {
        ("Eins", 8, 10),
        ("Zwei", 9, 11),
    }
    assert changes_of(first.item)[0].change == kept


def test_s2_10_a_day_later_is_the_same_time_on_the_clock_over_the_change_of_the_clocks(plan, change):
    variant = plan(wall=datetime(2026, 10, 24, 9))
    change("move", variant, days=1)
    assert fresh(variant).slot_at == datetime(2026, 10, 25, 8, tzinfo=UTC)


def test_s2_10_a_move_counts_in_the_channels_own_zone(plan, change, forum, owner, now):
    forum.hours = ServiceHours.objects.create(
        workspace=owner.workspace,
        name="New York",
        zone="America/New_York",
        country="US",
        created_at=now,
        updated_at=now,
    )
    forum.save()
    variant = plan(wall=datetime(2026, 10, 24, 9))  # 3:00 in New York, whose clocks change a week later than ours
    change("move", variant, days=3)
    assert fresh(variant).slot_at == datetime(2026, 10, 27, 7, tzinfo=UTC)


def test_s2_10_a_time_that_the_clocks_skip_is_named_and_the_others_move(plan, change):
    skipped, other = plan("Nachts", datetime(2027, 3, 27, 2, 30)), plan("Tags", datetime(2027, 3, 27, 9))
    made = change("move", skipped, other, days=1)
    assert [one.variant.pk for one in made.done] == [other.pk]
    assert "Zeitumstellung" in made.left[0].why_not
    assert fresh(skipped).slot_wall == "2027-03-27T02:30"


def test_s2_10_a_paused_text_is_not_claimed(plan, change, practice, now):
    variant = plan()
    change("pause", variant)
    later = NINE.replace(tzinfo=UTC)
    assert claim_dispatch(pk=variant.dispatch_id, holder="x", now=later - timedelta(hours=1, minutes=50)) is None
    assert send_due(now=later - timedelta(hours=1, minutes=50)) == 0
    assert fresh(variant).dispatch.state == "waiting"


def test_s2_10_a_pause_declared_in_mid_pile_wins_over_the_claim(plan, owner, now):
    variant = plan()
    pause_variant(person=owner, variant=variant, now=now)
    speaking = {"state": "speaking", "lease_until": now, "spoke_at": now}
    Dispatch.objects.update(**speaking)
    assert Dispatch.objects.get().state == "waiting"
    Variant.objects.update(paused_at=None)  # and the queue's own constraint holds without the editorial room
    with pytest.raises(IntegrityError), transaction.atomic():
        Dispatch.objects.update(**speaking)


def test_s2_10_no_paused_text_stands_unpaused_in_the_queue(plan, owner, now):
    variant = plan()
    with pytest.raises(IntegrityError), transaction.atomic():
        Variant.objects.filter(pk=variant.pk).update(paused_at=now)


def test_s2_10_what_is_approved_or_moved_while_paused_waits_paused(plan, change, owner, now):
    variant = plan(is_approved=False)
    change("pause", variant)
    seen = words_hash(variant.item.title, variant.text)
    approved = approve_variant(person=owner, variant=variant, seen_hash=seen, now=now)
    assert (approved.state, fresh(variant).dispatch.paused_at) == ("handed_over", now)
    with pytest.raises(CannotSchedule, match="pausiert"):
        publish_now(person=owner, variant=fresh(variant), now=now)
    change("resume", fresh(variant))
    assert fresh(variant).dispatch.paused_at is None


def test_s2_10_a_resumed_text_leaves_at_its_slot(plan, change, practice):
    variant = plan()
    change("pause", variant)
    change("resume", fresh(variant))
    assert send_due(now=datetime(2026, 10, 8, 7, 1, tzinfo=UTC)) == 1
    assert fresh(variant).dispatch.state == "sent"


def test_s2_10_a_text_whose_slot_passed_while_it_was_paused_is_never_late(plan, change, practice):
    variant = plan()
    change("pause", variant)
    send_due(now=datetime(2026, 10, 8, 9, 1, tzinfo=UTC))
    assert fresh(variant).dispatch.state == "missed"
    with pytest.raises(CannotChangePlan) as told:
        change("resume", fresh(variant), at=datetime(2026, 10, 8, 9, 2, tzinfo=UTC))
    assert "verschieben" in told.value.left[0].why_not.casefold()


def test_s2_10_a_dropped_text_leaves_queue_calendar_list_and_board(plan, change, owner, now):
    variant = plan()
    change("drop", variant)
    dropped = fresh(variant)
    assert (dropped.state, dropped.slot_at, dropped.dropped_at) == ("approved", None, now)
    assert Dispatch.objects.get().state == "withdrawn"
    assert not dated_entries(owner.workspace, now, now + timedelta(days=30), Filters())
    assert listing(owner.workspace).is_empty
    assert board_page(owner.workspace, now).is_empty
    with pytest.raises(CannotSchedule, match="gestrichen"):
        publish_now(person=owner, variant=dropped, now=now)
    change("resume", dropped)
    assert not listing(owner.workspace).is_empty


def test_s2_10_what_is_out_or_moved_meanwhile_is_named_and_nothing_is_cut_silently(
    plan, write, change, owner, now, practice, new_person
):
    seen = words_hash("Draußen", "Welcher Schritt fehlt Ihnen?")
    out = approve_variant(person=owner, variant=write(title="Draußen"), seen_hash=seen, now=now)
    out = publish_now(person=owner, variant=out, now=now)
    send_due(now=now + timedelta(seconds=11))
    stale, good = plan("Alt"), plan("Gut", NINE + timedelta(days=1))
    emre = new_person("manager", "Emre Yıldız")
    move_variant(
        person=emre, variant=stale, wall=NINE + timedelta(hours=2), zone="Europe/Berlin", seen_revision=None, now=now
    )
    made = change("pause", fresh(out), stale, good)
    assert [one.variant.item.title for one in made.done] == ["Gut"]
    assert {one.variant.item.title for one in made.left} == {"Draußen", "Alt"}
    assert any("Emre" in one.why_not for one in made.left)
    assert PlanChange.objects.get().texts.count() == 3


def test_s2_10_without_a_reason_or_beyond_the_limit_nothing_is_changed(plan, change, owner, now):
    variant = plan()
    for told in ({"reason": "  "}, {"kind": "move"}):
        with pytest.raises(CannotChangePlan):
            change(told.get("kind", "pause"), variant, reason=told.get("reason", WHY))
    many = {variant.pk: None} | {type(variant.pk)(int=n): None for n in range(MOST_AT_ONCE)}
    with pytest.raises(CannotChangePlan, match=str(MOST_AT_ONCE)):
        change_plan(person=owner, picked=many, wish=PlanWish("pause", WHY), now=now)
    assert not PlanChange.objects.exists()


def test_s2_10_who_may_not_schedule_changes_nothing(plan, change, new_person):
    variant = plan()
    with pytest.raises(PermissionDenied):
        change("pause", variant, person=new_person("observer", "Kai"))


def test_a_plan_change_without_a_reason_cannot_be_kept(owner, now):
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanChange.objects.create(workspace=owner.workspace, kind="pause", reason="", person=owner, created_at=now)


@pytest.mark.parametrize(("kind", "days"), [("move", 3), ("pause", 0), ("drop", 0)])
def test_s2_10_a_change_is_taken_back_whole(plan, change, owner, now, kind, days):
    variant = plan()
    made = change(kind, variant, days=days)
    undo_plan_change(person=owner, change=str(made.change.pk), now=now)
    back = fresh(variant)
    assert (back.slot_wall, back.paused_at, back.dropped_at) == ("2026-10-08T09:00", None, None)
    assert (back.dispatch.state, back.dispatch.paused_at) == ("waiting", None)
    assert plan_changes(owner.workspace).changes[0].undone_by == owner
    with pytest.raises(CannotUndo):
        undo_plan_change(person=owner, change=str(made.change.pk), now=now)


def test_what_somebody_moved_since_is_not_taken_back(plan, change, owner, now):
    variant = plan()
    made = change("move", variant, days=1)
    move_variant(
        person=owner, variant=variant, wall=NINE + timedelta(days=9), zone="Europe/Berlin", seen_revision=None, now=now
    )
    with pytest.raises(CannotUndo):
        undo_plan_change(person=owner, change=str(made.change.pk), now=now)
    assert fresh(variant).slot_wall == "2026-10-17T09:00"


def test_a_dispatch_is_paused_and_resumed_once(plan, owner, now):
    dispatch = plan().dispatch
    for _time in range(2):
        assert pause_dispatch(person=owner, dispatch=dispatch, now=now).paused_at == now
    for _time in range(2):
        assert resume_dispatch(person=owner, dispatch=dispatch, now=now).paused_at is None


# --- the screens ---


@pytest.fixture
def ahead(now, monkeypatch):
    """The screens' own clock shows the tests' now."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)


SEVERAL = "/w/lotsenforum/calendar/changes/several/"


def ticked(*variants, **more):
    return {"picked": [f"{one.pk}.{one.revision}" for one in variants], "reason": WHY} | more


def test_s2_10_ticks_in_the_calendar_move_together_and_are_taken_back(plan, client_of, owner, ahead):
    first, second, client = plan("Eins"), plan("Zwei", NINE + timedelta(days=1)), client_of(owner)
    page = client.get("/w/lotsenforum/calendar/?on=2026-10-08").content.decode()
    assert page.count('class="tick"') == 2
    back = "/w/lotsenforum/calendar/?on=2026-10-08"
    answer = client.post(SEVERAL, ticked(first, second, kind="move", days="1", next=back))
    assert answer.headers["Location"] == back
    (message,) = get_messages(answer.wsgi_request)
    assert "2 Texte verschoben" in str(message)
    client.post(message.extra_tags)
    assert fresh(first).slot_wall == "2026-10-08T09:00"


def test_enter_in_the_reason_neither_moves_nor_pauses(plan, client_of, owner, ahead):
    text, client = plan("Eins"), client_of(owner)
    pages = ("/w/lotsenforum/calendar/?on=2026-10-08", f"/w/lotsenforum/calendar/items/{text.item_id}/")
    for page in pages:
        form = client.get(page).content.decode().split(f'action="{SEVERAL}"')[1]
        submits = [one for one in re.findall("<button[^>]*>", form) if 'type="button"' not in one]
        assert submits[0] == "<button hidden disabled>", page


def test_s2_10_who_stayed_is_named_on_the_change(plan, client_of, owner, ahead):
    first, second = plan("Eins"), plan("Zwei", is_approved=False)
    pause_variant(person=owner, variant=second, now=first.updated_at)
    answer = client_of(owner).post(SEVERAL, ticked(first, fresh(second), kind="pause"), follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain
    assert "Zwei" in page
    assert "schon pausiert" in page


@pytest.mark.parametrize(
    ("typed", "words"),
    [({"reason": ""}, "Eins"), ({"days": "viele"}, "viele"), ({"days": ""}, "Tage"), ({"kind": "bake"}, "Eins")],
)
def test_a_change_that_cannot_be_keeps_what_was_typed(plan, client_of, owner, ahead, typed, words):
    variant = plan("Eins")
    answer = client_of(owner).post(SEVERAL, ticked(variant, kind="move", days="2") | typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert f"{variant.pk}.{variant.revision}" in page
    assert fresh(variant).slot_wall == "2026-10-08T09:00"


def test_nothing_ticked_is_a_sentence(client_of, owner, ahead):
    answer = client_of(owner).post(SEVERAL, {"picked": ["x", "1.2.3"], "kind": "pause", "reason": WHY})
    assert answer.status_code == 422


def test_the_list_of_changes_and_the_item_say_why(plan, change, client_of, owner, ahead):
    variant = plan("Eins")
    made = change("pause", variant)
    client = client_of(owner)
    for address in (
        "/w/lotsenforum/calendar/changes/",
        reverse("editorial:plan_change", args=["lotsenforum", made.change.pk]),
        reverse("editorial:item", args=["lotsenforum", variant.item_id]),
    ):
        assert WHY in client.get(address).content.decode()
    assert "pausiert" in client.get("/w/lotsenforum/calendar/?on=2026-10-08").content.decode()
    assert client.get("/w/lotsenforum/calendar/changes/?before=gestern").status_code == 200
