"""Moving in the calendar: what is approved moves in the queue, what is not keeps its intention, everybody is told."""

import re
from datetime import datetime, timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from allmende.channels.actions import send_due
from allmende.channels.models import Dispatch
from allmende.domain.wording import words_hash
from allmende.editorial.actions import (
    CannotSchedule,
    ItemText,
    StaleSlot,
    approve_variant,
    move_variant,
    publish_now,
    save_item,
)
from allmende.editorial.models import Variant

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 10, 8, 9)
ELEVEN = datetime(2026, 10, 9, 11)


@pytest.fixture
def move(owner, now):
    """`move(variant, wall)` as the owner, who saw the variant as it is."""

    def make(variant, wall, seen="as it is", person=None):
        seen = variant.revision if seen == "as it is" else seen
        who = person or owner
        return move_variant(person=who, variant=variant, wall=wall, zone="Europe/Berlin", seen_revision=seen, now=now)

    return make


def approve(variant, owner, now):
    seen = words_hash(variant.item.title, variant.text)
    return approve_variant(person=owner, variant=variant, seen_hash=seen, now=now)


def test_s4_25_a_slot_chosen_before_the_approval_is_kept_by_it(write, move, owner, now):
    moved = move(write(), NINE)
    assert (moved.variant.state, moved.before, Dispatch.objects.count()) == ("checked", "", 0)
    approved = approve(moved.variant, owner, now)
    assert approved.state == "handed_over"
    assert Dispatch.objects.get().send_after.isoformat() == "2026-10-08T07:00:00+00:00"


def test_an_approval_after_the_slot_has_passed_leaves_the_text_approved(write, move, owner, now):
    variant = move(write(), NINE).variant
    assert approve(variant, owner, now + timedelta(days=3)).state == "approved"
    assert not Dispatch.objects.exists()


def test_s2_10_a_moved_slot_moves_the_dispatch(write, move, owner, now):
    variant = move(approve(write(), owner, now), NINE).variant
    moved = move(variant, ELEVEN)
    assert moved.before == "2026-10-08T09:00"
    assert Dispatch.objects.get().send_after.isoformat() == "2026-10-09T09:00:00+00:00"
    assert moved.variant.slot_wall == "2026-10-09T11:00"


def test_whoever_moves_what_moved_meanwhile_is_told_by_whom(write, move, new_person):
    variant = write()
    move(variant, NINE, person=new_person("manager", "Emre Yıldız"))
    with pytest.raises(StaleSlot, match="Emre"):
        move(variant, ELEVEN, seen=variant.revision)
    assert Variant.objects.get().slot_wall == "2026-10-08T09:00"


def test_what_is_out_cannot_be_moved(write, move, owner, now, practice):
    variant = publish_now(person=owner, variant=approve(write(), owner, now), now=now)
    send_due(now=now + timedelta(seconds=11))
    with pytest.raises(CannotSchedule):
        move(variant, NINE)
    with pytest.raises(CannotSchedule):
        move(variant, None)


def test_taking_the_date_away_takes_the_text_out_of_the_queue(write, move, owner, now):
    variant = move(approve(write(), owner, now), NINE).variant
    cleared = move(variant, None).variant
    assert (cleared.state, cleared.slot_at) == ("approved", None)
    assert Dispatch.objects.get().state == "withdrawn"
    assert move(move(write(title="Zweiter"), NINE).variant, None).variant.slot_wall == ""


def test_the_hour_the_clocks_skip_is_refused_and_the_one_they_repeat_is_told(write, move):
    variant = write()
    with pytest.raises(CannotSchedule, match="Zeitumstellung"):
        move(variant, datetime(2027, 3, 28, 2, 30))
    assert move(variant, datetime(2026, 10, 25, 2, 30)).comes_twice


def test_other_words_keep_the_slot_and_ask_for_approval_again(write, move, owner, forum, now):
    variant = move(approve(write(), owner, now), NINE).variant
    written = ItemText(title="Checkliste", no_objective_reason="Probe", texts={forum.pk: "Andere Worte"})
    save_item(person=owner, item=variant.item, written=written, seen_revision=1, now=now)
    variant.refresh_from_db()
    assert (variant.state, variant.slot_wall, variant.dispatch) == ("checked", "2026-10-08T09:00", None)


# --- the screen ---


@pytest.fixture
def ahead(now, monkeypatch):
    """The screens' own clock shows the tests' now."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)


def said(answer):
    return [str(message) for message in get_messages(answer.wsgi_request)]


def test_dropping_on_a_day_and_taking_it_back(write, client_of, owner, ahead):
    variant, client = write(), client_of(owner)
    address = reverse("editorial:move", args=["lotsenforum", variant.pk])
    dropped = {"on_date": "2026-10-08", "at_time": "", "seen_revision": variant.revision}
    answer = client.post(address, dropped | {"next": "/w/lotsenforum/calendar/?on=2026-10-07"})
    assert answer.headers["Location"] == "/w/lotsenforum/calendar/?on=2026-10-07"
    variant.refresh_from_db()
    assert variant.slot_wall == "2026-10-08T08:00"  # the first free slot of that day
    (message,) = get_messages(answer.wsgi_request)
    assert "Checkliste" in str(message)
    client.post(message.extra_tags, {"next": "/w/lotsenforum/calendar/"})
    variant.refresh_from_db()
    assert variant.slot_wall == ""


def test_taking_back_what_somebody_else_moved_since_is_refused(write, client_of, owner, move, ahead):
    variant, client = write(), client_of(owner)
    address = reverse("editorial:move", args=["lotsenforum", variant.pk])
    answer = client.post(address, {"on_date": "2026-10-08", "at_time": "10:00", "seen_revision": variant.revision})
    undo = next(iter(get_messages(answer.wsgi_request))).extra_tags
    variant.refresh_from_db()
    move(variant, ELEVEN)
    client.post(undo)
    variant.refresh_from_db()
    assert variant.slot_wall == "2026-10-09T11:00"


@pytest.mark.parametrize(
    ("on", "at", "words"),
    [
        ("2026-10-06", "09:00", "vorbei"),
        ("2027-03-28", "02:30", "Zeitumstellung"),
        ("", "09:00", ""),
        ("gestern", "", ""),
    ],
)
def test_a_slot_that_cannot_be_is_answered_in_the_dialog(write, client_of, owner, ahead, on, at, words):
    variant = write()
    address = reverse("editorial:move", args=["lotsenforum", variant.pk])
    typed = {"on_date": on, "at_time": at, "seen_revision": variant.revision}
    answer = client_of(owner).post(address, typed, headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<html" not in page
    assert words in page
    assert answer.context["form"].errors
    variant.refresh_from_db()
    assert variant.slot_at is None


def test_the_dialog_proposes_free_slots_and_a_press_takes_one(write, client_of, owner, ahead):
    variant, client = write(), client_of(owner)
    address = reverse("editorial:move", args=["lotsenforum", variant.pk])
    answer = client.get(address)
    free = answer.context["room"].free
    assert [f"{at:%a %H:%M}" for at in free] == ["Wed 10:00", "Wed 11:00", "Thu 08:00", "Thu 09:00", "Fri 08:00"]
    client.post(address, {"free": f"{free[2]:%Y-%m-%dT%H:%M}", "seen_revision": variant.revision})
    variant.refresh_from_db()
    assert variant.slot_wall == "2026-10-08T08:00"


def test_enter_in_the_dialog_moves_to_what_was_typed_and_takes_no_free_slot(write, client_of, owner, ahead):
    page = client_of(owner).get(reverse("editorial:move", args=["lotsenforum", write().pk])).content.decode()
    form = page.split("data-move-form>")[1]
    assert 'name="free"' in form
    assert re.findall("<button[^>]*>", form)[0] == "<button hidden>", "Enter presses the first button of a form"


def test_an_address_of_somebody_else_is_no_way_back(write, client_of, owner, ahead):
    variant = write()
    address = reverse("editorial:move", args=["lotsenforum", variant.pk])
    typed = {"on_date": "2026-10-08", "at_time": "09:00", "seen_revision": variant.revision}
    for foreign in ("https://example.org/", "//example.org/w/"):
        answer = client_of(owner).post(address, typed | {"next": foreign})
        variant.refresh_from_db()
        typed["seen_revision"] = variant.revision
        assert answer.headers["Location"].startswith("/w/")
        assert "example.org" not in answer.headers["Location"]
