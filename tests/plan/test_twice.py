"""The same button pressed twice: the second answer is the first one's, and nothing stands there twice."""

from datetime import timedelta

import pytest

from allmende.plan import actions
from allmende.plan.models import LAYER_MODELS, PlanVersion, StepProgress
from allmende.team.actions import end_access
from tests.plan.conftest import OBJECTIVE

PLAN = "/w/lotsenforum/plan/"


@pytest.fixture
def press(owner, client_of):
    client = client_of(owner)

    def twice(path, typed=None):
        answers = [client.post(f"{PLAN}{path}", typed or {}) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [303, 303], answers[1].content.decode()[:2000]
        return answers[1]

    return twice


def test_publishing_twice_leads_to_the_plan_in_force(write_plan, press):
    written = write_plan()
    revision = PlanVersion.objects.get().revision
    typed = {"reason": "Der Anfang", "without_agreement": "noch niemand da", "seen_revision": revision}
    assert press("draft/publish/", typed).url == PLAN
    assert written.plan.versions.count() == 1


def test_discarding_and_taking_up_twice(write_plan, press, owner, now):
    written = write_plan(publish=True)
    draft = actions.open_draft(person=owner, plan=written.plan, now=now)
    press("draft/discard/")
    press(f"draft/discarded/{draft.pk}/")
    assert PlanVersion.objects.get(pk=draft.pk).state == "draft"


def test_removing_twice(write_plan, press):
    written = write_plan()
    press(f"draft/tactic/{written.tactics[5].key}/remove/")


def test_reporting_a_step_twice(write_plan, press):
    written = write_plan(publish=True)
    press(f"step/{written.step.key}/", {"state": "in_progress", "note": "läuft"})
    assert StepProgress.objects.get().state == "in_progress"


@pytest.mark.parametrize("layer", ["goal", "objective", "tactic", "step"])
def test_a_new_element_sent_twice_stands_there_once(write_plan, owner, now, layer):
    written = write_plan()
    rows = LAYER_MODELS[layer].objects
    before = rows.count()
    values = {
        "goal": {"statement": "Kundschaft bleibt.", "plain_statement": "Sie bleiben.", "value_type": "clv"},
        "objective": {**OBJECTIVE, "goal_key": written.goal.key, "short_name": "Zweite", "audience": "Neue Mitglieder"},
        "tactic": {
            "strategy_key": written.strategy.key,
            "name": "Gruß",
            "reach": 1,
            "depth": 1,
            "length": 1,
            "effort_hours": 1,
        },
        "step": {"tactic_key": written.tactics[0].key, "what": "Grüßen", "due_date": now.date(), "owner": owner},
    }[layer]
    made = [
        actions.SAVE[layer](person=owner, version=written.version, now=now + timedelta(seconds=n), **values)
        for n in range(2)
    ]
    assert made[0].key == made[1].key
    assert rows.count() == before + 1
    actions.SAVE[layer](person=owner, version=written.version, now=now + timedelta(hours=1), **values)
    assert rows.count() == before + 2


def test_a_step_keeps_no_owner_of_another_place(write_plan, owner, new_person, client_of, now):
    written = write_plan()
    stranger, gone = new_person("owner", slug="other"), new_person("manager")
    end_access(person=owner, colleague=gone, now=now)
    for person in (stranger, gone):
        typed = {"what": "Anrufen", "owner": person.pk, "due_date": "2026-10-09"}
        answer = client_of(owner).post(f"{PLAN}draft/step/new/?under={written.tactics[0].key}", typed)
        assert answer.status_code == 422
