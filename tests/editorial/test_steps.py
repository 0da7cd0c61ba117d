"""Steps of approval as somebody plans them: none that is late before it was asked, and no gap where one was taken out."""

from datetime import datetime, timedelta

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import translation

from allmende.channels.models import Dispatch
from allmende.domain.wording import words_hash
from allmende.editorial.actions import CannotPlanStep, StepPlan, add_step, approve_variant, drop_step, move_variant

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague(new_person):
    return new_person("lead", "Mara Lind")


def test_a_day_that_has_passed_is_no_day_for_an_answer(write, owner, colleague, now):
    item = write().item
    with translation.override("en"), pytest.raises(CannotPlanStep, match="has passed already; choose a later one"):
        add_step(person=owner, item=item, plan=StepPlan([colleague], due_at=now - timedelta(minutes=1)), now=now)
    assert not item.steps.exists()
    add_step(person=owner, item=item, plan=StepPlan([colleague], due_at=now + timedelta(minutes=1)), now=now)
    assert item.steps.count() == 1


def test_those_behind_a_step_that_is_taken_out_move_up(write, owner, colleague, now):
    item = write().item
    first, second, third = (
        add_step(person=owner, item=item, plan=StepPlan([colleague], rule=rule), now=now)
        for rule in ("all", "any", "all")
    )
    drop_step(person=owner, step=first, now=now)
    assert list(item.steps.order_by("place").values_list("pk", "place")) == [(second.pk, 0), (third.pk, 1)]
    added = add_step(person=owner, item=item, plan=StepPlan([colleague]), now=now)
    assert added.place == 2


def test_a_step_taken_out_twice_moves_nobody_twice(write, owner, colleague, now):
    item = write().item
    steps = [add_step(person=owner, item=item, plan=StepPlan([colleague]), now=now) for _ in range(5)]
    seen = [item.steps.get(pk=steps[number].pk) for number in (1, 1, 2)]
    for step in seen:
        drop_step(person=owner, step=step, now=now)
    assert list(item.steps.order_by("place").values_list("pk", "place")) == [
        (steps[0].pk, 0), (steps[3].pk, 1), (steps[4].pk, 2),
    ]  # fmt: skip


def test_a_step_added_to_what_was_approved_says_that_nothing_leaves_any_more(
    write, owner, colleague, client_of, forum, now
):
    variant = write()
    slug, client = owner.workspace.slug, client_of(owner)
    address, typed = (
        reverse("editorial:add_step", args=[slug, variant.item_id]),
        {"people": [colleague.pk], "rule": "all"},
    )
    seen = words_hash(variant.item.title, variant.text)
    approve_variant(person=owner, variant=variant, seen_hash=seen, now=now)
    said = [str(one) for one in get_messages(client.post(address, typed).wsgi_request)]
    assert [f"Was für {forum.name} freigegeben war, gilt nicht mehr" in one for one in said] == [True]
    again = [str(one) for one in get_messages(client.post(address, typed).wsgi_request)]
    assert "gilt nicht mehr" not in again[-1], "nothing was approved when the second one was added"


def test_no_step_is_added_while_a_network_may_be_hearing_the_words(write, owner, colleague, client_of, now):
    variant = write()
    seen = words_hash(variant.item.title, variant.text)
    approve_variant(person=owner, variant=variant, seen_hash=seen, now=now)
    wall = datetime(2026, 10, 8, 9)
    move_variant(person=owner, variant=variant, wall=wall, zone="Europe/Berlin", seen_revision=None, now=now)
    at = now + timedelta(days=1)
    assert Dispatch.objects.update(state="speaking", lease_until=at, spoke_at=at) == 1
    address = reverse("editorial:add_step", args=[owner.workspace.slug, variant.item_id])
    answer = client_of(owner).post(address, {"people": [colleague.pk], "rule": "all"})
    assert answer.status_code == 422 and "wird gerade gesendet" in answer.content.decode()
    assert not variant.item.steps.exists() and Dispatch.objects.get().state == "speaking"


def test_whoever_asks_hears_that_another_step_follows_only_where_one_does(write, owner, colleague, client_of, now):
    item = write().item
    address = reverse("editorial:ask_steps", args=[owner.workspace.slug, item.pk])
    add_step(person=owner, item=item, plan=StepPlan([colleague]), now=now)
    alone = [str(one) for one in get_messages(client_of(owner).post(address).wsgi_request)]
    assert alone == ["Schritt 1 ist gefragt."]
    add_step(person=owner, item=item, plan=StepPlan([colleague]), now=now)
    followed = [str(one) for one in get_messages(client_of(owner).post(address).wsgi_request)]
    assert followed == ["Schritt 1 ist gefragt. Der nächste folgt von selbst."]
