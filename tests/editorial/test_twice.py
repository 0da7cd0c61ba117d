"""Pressed twice, and pressed too late: nothing is said twice, nobody meets a fault of ours."""

from datetime import timedelta

import pytest
from django.utils import timezone

from allmende.channels.actions import send_due, withdraw_dispatch
from allmende.channels.models import Dispatch
from allmende.domain.wording import words_hash
from allmende.editorial.actions import (
    CannotApprove,
    CannotSchedule,
    ItemText,
    approve_variant,
    publish_now,
    save_item,
    schedule_variant,
)
from allmende.editorial.models import Item, Variant

pytestmark = pytest.mark.django_db
WRITTEN = {"title": "Fristen im Oktober", "no_objective_reason": "Pflicht"}


@pytest.fixture
def item(forum, owner, now):
    return save_item(person=owner, item=None, written=ItemText(**WRITTEN, texts={forum.pk: "Am 10. ist …"}), now=now)


@pytest.fixture
def variant(item):
    return item.variants.get()


@pytest.fixture
def approved(variant, owner, now):
    seen = words_hash(variant.item.title, variant.text)
    return approve_variant(person=owner, variant=variant, seen_hash=seen, now=now)


def test_a_new_item_sent_twice_is_one_item(item, forum, owner, now):
    again = ItemText(**WRITTEN, texts={forum.pk: "Am 10. ist …"})
    assert save_item(person=owner, item=None, written=again, now=now + timedelta(seconds=1)) == item
    assert save_item(person=owner, item=None, written=again, now=now + timedelta(hours=1)) != item
    other = ItemText(**WRITTEN, texts={forum.pk: "Am 11. ist …"})
    assert save_item(person=owner, item=None, written=other, now=now + timedelta(seconds=1)) != item
    assert Item.objects.count() == 3


def test_approving_twice_is_approving_once(approved, owner, new_person, now):
    seen = words_hash(approved.item.title, approved.text)
    colleague = new_person("lead")
    again = approve_variant(person=colleague, variant=approved, seen_hash=seen, now=now + timedelta(seconds=1))
    assert (again.state, again.approved_by, again.approved_at) == ("approved", owner, now)
    with pytest.raises(CannotApprove):
        approve_variant(person=owner, variant=approved, seen_hash="other words", now=now)


def test_publishing_twice_says_it_once_and_the_second_is_told(approved, owner, practice, now):
    for _ in range(2):
        publish_now(person=owner, variant=approved, now=now)
    assert Dispatch.objects.count() == 1
    send_due(now=now + timedelta(seconds=11))
    with pytest.raises(CannotSchedule):
        publish_now(person=owner, variant=approved, now=now + timedelta(seconds=12))
    wall = (now + timedelta(days=1)).replace(tzinfo=None)
    with pytest.raises(CannotSchedule):
        schedule_variant(person=owner, variant=approved, wall=wall, zone="UTC", now=now + timedelta(seconds=12))
    assert practice.network.times_seen("Am 10. ist …") == 1


def test_the_screen_says_so_too(approved, owner, client_of, practice):
    client, address = client_of(owner), f"/w/{owner.workspace.slug}/calendar/variants/{approved.pk}/schedule/"
    from django.urls import reverse

    address = reverse("editorial:schedule", args=[owner.workspace.slug, approved.pk])
    practice.at = timezone.now()
    client.post(address, {"now": "1"})
    send_due(now=timezone.now() + timedelta(seconds=11))
    assert client.post(address, {"now": "1"}).status_code in (302, 422)
    assert Dispatch.objects.count() == 1


@pytest.mark.parametrize("end", ["missed", "refused", "given_up", "withdrawn"])
def test_what_certainly_did_not_leave_gets_a_new_slot(approved, owner, practice, now, end):
    publish_now(person=owner, variant=approved, now=now)
    first = Dispatch.objects.get()
    if end == "withdrawn":
        withdraw_dispatch(person=owner, dispatch=first, now=now)
    else:
        Dispatch.objects.update(state=end)
    variant = publish_now(person=owner, variant=approved, now=now + timedelta(minutes=1))
    first.refresh_from_db()
    assert (first.state, variant.dispatch.state) == ("withdrawn", "waiting")
    send_due(now=now + timedelta(minutes=2))
    assert practice.network.times_seen("Am 10. ist …") == 1
    assert Variant.objects.get().dispatch == variant.dispatch
