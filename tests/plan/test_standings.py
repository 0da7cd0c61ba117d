"""Where goals, objectives, levers and tactics stand, across versions, with what was learned at the end."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from allmende.plan import actions, queries, states
from allmende.plan.models import PlanVersion, Standing
from allmende.plan.queries.responsible import accountable
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


def revised(in_force, owner, now, days=1, layer="tactic", **changes):
    """A later version in force that changes one element."""
    by = {"person": owner, "now": now + timedelta(days=days)}
    draft = actions.open_draft(plan=in_force.plan, **by)
    getattr(actions, f"save_{layer}")(version=draft, **changes, **by)
    actions.publish_version(version=draft, reason="anders", without_agreement="klein", **by)
    return draft


def test_what_a_later_version_does_not_speak_of_stands_as_it_stood(in_force, owner, now):
    by, tactic = {"person": owner, "plan": in_force.plan, "now": now}, in_force.tactics[0]
    actions.move_standing(key=tactic.key, state="paused", **by)
    actions.move_standing(key=in_force.goal.key, state="achieved", reason="Zwei Jahre früher", **by)
    for days, name in ((1, "Dank"), (2, "Danke sagen")):
        draft = revised(in_force, owner, now, days, key=in_force.tactics[1].key, name=name)
        assert {one["key"] for one in PlanVersion.objects.get(pk=draft.pk).changes} == {in_force.tactics[1].key}
        assert stand(draft.tactics.get(key=tactic.key)).state == "paused"
        assert stand(draft.goals.get(key=in_force.goal.key)).state == "achieved"


def test_a_later_version_that_speaks_of_it_says_it_anew(in_force, owner, now):
    by, tactic = {"person": owner, "plan": in_force.plan, "now": now}, in_force.tactics[0]
    actions.move_standing(key=tactic.key, state="paused", **by)
    actions.move_standing(key=in_force.goal.key, state="achieved", reason="Zwei Jahre früher", **by)
    draft = revised(in_force, owner, now, key=tactic.key, state="running")
    assert stand(draft.tactics.get(key=tactic.key)).state == "running"
    again = revised(in_force, owner, now, 2, "goal", key=in_force.goal.key, statement="Mehr, schneller")
    assert stand(again.goals.get(key=in_force.goal.key)).state == "active"


def test_a_draft_that_was_open_goes_along_with_what_is_stopped_and_taken_back(in_force, owner, client_of, now):
    draft = actions.open_draft(person=owner, plan=in_force.plan, now=now)
    client, key = client_of(owner), in_force.tactics[0].key
    typed = {"state": "stopped", "reason": "Lockt die Falschen an", "ended_as": "dropped"}
    said = client.post(f"{PLAN}element/{key}/standing/", typed, follow=True)
    assert draft.tactics.get(key=key).state == "stopped"
    assert not queries.compared(in_force.version, draft).changes
    client.post(offer(said))
    assert draft.tactics.get(key=key).state == in_force.tactics[0].state


def test_a_stopped_tactic_takes_no_hours_and_serves_no_decision(in_force, owner, now):
    tactic, today = in_force.tactics[0], timezone.localdate(now)

    def where():
        loads = [load for row in queries.hours_page(owner, today).rows for load in row.loads]
        return (
            tactic.key in {load.key for load in loads},
            tactic.key in {one.key for one in queries.ground_of(owner.workspace).running},
            tactic.key in {one.key for one in queries.resources_page(owner, today).tactics if one.runs},
            tactic.key in {one.key for one in accountable(owner.workspace)},
            tactic.code in str(queries.whole_chain(owner.workspace, now).strands),
        )

    assert where() == (True, True, True, True, True)
    actions.move_standing(
        person=owner, plan=in_force.plan, key=tactic.key, state="stopped", reason="genug", ended_as="dropped", now=now
    )
    assert where() == (False, False, False, False, False)


def test_an_observer_sees_where_it_stands_and_moves_nothing(in_force, new_person, client_of):
    client = client_of(new_person("observer"))
    page = client.get(f"{PLAN}element/{in_force.goal.key}/").content.decode()
    assert "Stand heute" in page and "/standing/" not in page
    assert client.post(f"{PLAN}element/{in_force.goal.key}/standing/", {"state": "achieved"}).status_code == 403
