"""Where goals, objectives, levers and tactics stand, across versions, with what was learned at the end."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from allmende.plan import actions, queries, states
from allmende.plan.models import Standing
from tests.plan.test_taking_back import offer

PLAN = "/w/lotsenforum/plan/"


@pytest.fixture
def in_force(write_plan):
    return write_plan(publish=True)


def stand(element):
    element.version.refresh_from_db()
    return queries.stand_of(element.version, element)


def test_every_state_leads_only_to_states_of_its_layer():
    for moves in states.STANDING_MOVES.values():
        assert set().union(*moves.values()) <= set(moves)


def test_what_nobody_moved_stands_as_its_version_says(in_force):
    assert stand(in_force.goal).state == "active"
    assert stand(in_force.objective).state == "active"
    assert stand(in_force.strategy).state == "chosen"
    assert stand(in_force.tactics[0]).state == in_force.tactics[0].state


def test_s0_25_a_stopped_tactic_says_how_it_ended_and_what_was_learned(in_force, owner, client_of, now):
    client, tactic = client_of(owner), in_force.tactics[5]
    url = f"{PLAN}element/{tactic.key}/standing/"
    assert client.post(url, {"state": "stopped"}).status_code == 422
    assert client.post(url, {"state": "stopped", "reason": "Lockt die Falschen an"}).status_code == 422
    typed = {"state": "stopped", "reason": "Lockt die Falschen an", "ended_as": "dropped"}
    said = client.post(url, typed, follow=True)
    page = client.get(f"{PLAN}element/{tactic.key}/").content.decode()
    assert "Lockt die Falschen an" in page and owner.name in page
    assert tactic.key not in {row.tactic.key for row in running(owner, now)}
    client.post(offer(said))
    assert not Standing.objects.exists()


def running(owner, now):
    chain = queries.plan_page(owner, now).chain
    levers = [lever for goal in chain.goals for part in goal.objectives for lever in part.strategies]
    return [row for lever in levers for row in lever.running if row.tactic.state == states.RUNNING]


def test_an_end_without_learning_is_refused_by_the_database_too(in_force, owner, now):
    with pytest.raises(IntegrityError), transaction.atomic():
        Standing.objects.create(
            plan=in_force.plan, key=in_force.tactics[0].key, state="running", ended_as="dropped", changed_at=now
        )


def test_a_move_that_the_model_does_not_know_is_refused(in_force, owner, now):
    by = {"person": owner, "plan": in_force.plan, "now": now}
    with pytest.raises(actions.CannotMove):
        actions.move_standing(key=in_force.goal.key, state="proposed", **by)
    actions.move_standing(key=in_force.goal.key, state="achieved", reason="Zwei Jahre früher", **by)
    with pytest.raises(actions.CannotMove):
        actions.move_standing(key=in_force.goal.key, state="missed", reason="doch nicht", **by)


def test_undoing_a_second_move_leads_back_to_the_first(in_force, owner, client_of, now):
    client, key = client_of(owner), in_force.strategy.key
    url = f"{PLAN}element/{key}/standing/"
    client.post(url, {"state": "in_test"}, follow=True)
    said = client.post(url, {"state": "not_supported", "reason": "Stolz zeigt sich nicht"}, follow=True)
    client.post(offer(said))
    row = Standing.objects.get(key=key)
    assert (row.state, row.reason) == ("in_test", "")


def test_a_later_version_says_everything_anew(in_force, owner, now):
    by = {"person": owner, "now": now}
    tactic = in_force.tactics[0]
    actions.move_standing(plan=in_force.plan, key=tactic.key, state="paused", **by)
    draft = actions.open_draft(plan=in_force.plan, **by)
    actions.save_tactic(version=draft, key=in_force.tactics[1].key, name="Dank", **by)
    actions.publish_version(
        person=owner, version=draft, reason="anders", without_agreement="klein", now=now + timedelta(days=1)
    )
    again = draft.tactics.get(key=tactic.key)
    again.version.refresh_from_db()
    assert queries.stand_of(again.version, again).state == tactic.state


def test_an_observer_sees_where_it_stands_and_moves_nothing(in_force, new_person, client_of):
    client = client_of(new_person("observer"))
    page = client.get(f"{PLAN}element/{in_force.goal.key}/").content.decode()
    assert "Stand heute" in page and "/standing/" not in page
    assert client.post(f"{PLAN}element/{in_force.goal.key}/standing/", {"state": "achieved"}).status_code == 403
