"""Steps of approval as somebody plans them: none that is late before it was asked, and no gap where one was taken out."""

from datetime import timedelta

import pytest
from django.utils import translation

from allmende.editorial.actions import CannotPlanStep, StepPlan, add_step, drop_step

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
