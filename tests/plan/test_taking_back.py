"""Every change of the plan's screens can be taken back, the way the person who made it does."""

import re

import pytest

from allmende.plan import actions
from allmende.plan.models import LAYER_MODELS, StepProgress, StrategicPlan

PLAN = "/w/lotsenforum/plan/"


def offer(answer) -> str:
    return re.search(r'class="toast[^"]*">.*?action="([^"]+)"', answer.content.decode(), re.DOTALL)[1]


def typed_into(answer) -> dict:
    """What the browser would send if nothing were typed."""
    form = answer.context["form"]
    return {bound.html_name: "" if bound.value() is None else bound.value() for bound in form}


def held() -> list:
    """All that the draft says, by value; who wrote it when does not count."""
    ignored = {"revision", "updated_at", "updated_by_id"}
    rows = [one for model in (*LAYER_MODELS.values(), StrategicPlan) for one in model.objects.order_by("pk").values()]
    return [{name: value for name, value in row.items() if name not in ignored} for row in rows]


@pytest.fixture
def draft(write_plan):
    return write_plan()


@pytest.fixture
def client(client_of, owner):
    return client_of(owner)


def change_and_undo(client, url: str, typed: dict) -> None:
    before = held()
    said = client.post(url, typed, follow=True)
    assert held() != before, said.content.decode()[:2000]
    assert "Rückgängig gemacht" in client.post(offer(said), follow=True).content.decode()
    assert held() == before


def test_an_edited_element_says_again_what_it_said(client, draft):
    url = f"{PLAN}draft/tactic/{draft.tactics[0].key}/"
    change_and_undo(client, url, {**typed_into(client.get(url)), "name": "Anders"})


def test_a_new_element_goes_again(client, draft):
    url = f"{PLAN}draft/goal/new/"
    typed = {"statement": "Ein zweites Ziel.", "plain_statement": "Noch eins.", "value_type": "cost"}
    change_and_undo(client, url, typed)


@pytest.mark.parametrize("layer", ["goal", "tactic"])
def test_what_was_removed_comes_back_with_all_that_hung_on_it(client, draft, layer):
    key = {"goal": draft.goal.key, "tactic": draft.tactics[0].key}[layer]
    change_and_undo(client, f"{PLAN}draft/{layer}/{key}/remove/", {})


def test_removed_twice_and_undone_twice_is_said(client, draft):
    said = client.post(f"{PLAN}draft/goal/{draft.goal.key}/remove/", follow=True)
    undo = offer(said)
    client.post(undo)
    before = held()
    assert "Nicht rückgängig gemacht" in client.post(undo, follow=True).content.decode()
    assert held() == before


def test_settings_hold_as_before(client, draft):
    url = f"{PLAN}settings/"
    change_and_undo(client, url, {**typed_into(client.get(url)), "title": "Anders"})


def test_a_colleagues_later_edit_is_left_alone(client, owner, draft, now):
    url = f"{PLAN}draft/tactic/{draft.tactics[0].key}/"
    said = client.post(url, {**typed_into(client.get(url)), "name": "Anders"}, follow=True)
    actions.save_tactic(person=owner, version=draft.version, key=draft.tactics[0].key, name="Ganz anders", now=now)
    assert "Nicht rückgängig gemacht" in client.post(offer(said), follow=True).content.decode()
    assert type(draft.tactics[0]).objects.get(key=draft.tactics[0].key).name == "Ganz anders"


def test_a_step_is_as_far_as_before(client, write_plan):
    key = write_plan(publish=True).step.key
    said = client.post(f"{PLAN}step/{key}/", {"state": "in_progress"}, follow=True)
    assert StepProgress.objects.get(key=key).state == "in_progress"
    client.post(offer(said))
    assert StepProgress.objects.get(key=key).state == "planned"
