"""I-16: a stop stops posts at once, also in mid-pile; ending it releases nothing."""

from datetime import timedelta

import pytest

from allmende.channels.actions import (
    CannotHold,
    CannotRelease,
    declare_hold,
    drop_held,
    end_hold,
    release_held,
)
from allmende.channels.actions.claim_dispatch import claim_dispatch
from allmende.channels.models import Message
from allmende.channels.queries import held_dispatches, open_hold


def state_of(dispatch):
    dispatch.refresh_from_db()
    return dispatch.state


@pytest.fixture
def stop(world):
    def declare(**scope):
        return declare_hold(
            person=world.owner,
            workspace=world.owner.workspace,
            reason="Störung bei der Umsatzsteuer",
            now=world.now,
            **scope,
        )

    return declare


def test_a_hold_declared_in_mid_pile_stops_the_rest(world, stop):
    pile = [world.post(f"Beitrag {n}") for n in range(3)]
    assert claim_dispatch(pk=pile[0].pk, holder="w", now=world.now)
    stop()
    assert claim_dispatch(pk=pile[1].pk, holder="w", now=world.now) is None
    world.send()
    assert [state_of(one) for one in pile] == ["speaking", "held", "held"]


@pytest.mark.parametrize(
    ("scope", "is_held"), [("workspace", True), ("account", True), ("channel", True), ("other", False)]
)
def test_a_hold_stops_its_scope_and_no_more(new_world, scope, is_held):
    world, other = new_world(), new_world(slug="zweites")
    scopes = {
        "workspace": {},
        "account": {"account": world.account},
        "channel": {"channel": world.channel},
        "other": {"channel": other.channel},
    }
    declare_hold(person=world.owner, workspace=world.owner.workspace, reason="Prüfung", now=world.now, **scopes[scope])
    dispatch = world.post("Ruhig.")
    world.send()
    assert state_of(dispatch) == ("held" if is_held else "sent")


@pytest.mark.parametrize("includes_replies", [False, True])
def test_replies_and_holding_statements_pass_unless_the_hold_includes_them(world, stop, includes_replies):
    world.says("Karl Ott", "Wie buche ich das?")
    world.collect()
    question = Message.objects.get()
    stop(includes_replies=includes_replies)
    reply = world.reply("So: …", question)
    statement = world.post("Wir prüfen die Störung.", kind="holding_statement")
    world.send()
    expected = "held" if includes_replies else "sent"
    assert (state_of(reply), state_of(statement)) == (expected, expected)


def test_ending_a_hold_releases_nothing_and_each_post_is_released_or_dropped_by_a_person(world, stop):
    first, second = world.post("Eins."), world.post("Zwei.")
    hold = stop()
    end_hold(person=world.owner, hold=hold, now=world.pass_time(minutes=1))
    world.send()
    assert [state_of(first), state_of(second)] == ["held", "held"]
    assert open_hold(world.owner.workspace) is None
    release_held(person=world.owner, dispatch=first, now=world.now)
    drop_held(person=world.owner, dispatch=second, now=world.now)
    world.send()
    assert [state_of(first), state_of(second)] == ["sent", "withdrawn"]
    assert not held_dispatches(world.owner.workspace).exists()


def test_a_post_not_yet_due_is_not_touched_by_a_hold_that_ended(world, stop):
    dispatch = world.post("Nächste Woche.", send_after=world.now + timedelta(days=7))
    end_hold(person=world.owner, hold=stop(), now=world.pass_time(hours=1))
    world.send()
    assert state_of(dispatch) == "waiting"


def test_a_held_post_whose_slot_passed_is_missed_never_late(world, stop):
    dispatch = world.post("Heute.", send_before=world.now + timedelta(hours=1))
    stop()
    world.send()
    world.pass_time(hours=2)
    with pytest.raises(CannotRelease):
        release_held(person=world.owner, dispatch=dispatch, now=world.now)
    world.send()
    assert state_of(dispatch) == "missed"


def test_nothing_is_released_while_the_stop_stands(world, stop):
    dispatch = world.post("Noch nicht.")
    stop()
    world.send()
    with pytest.raises(CannotRelease):
        release_held(person=world.owner, dispatch=dispatch, now=world.now)
    assert state_of(dispatch) == "held"


def test_a_stop_needs_a_reason(world):
    with pytest.raises(CannotHold):
        declare_hold(person=world.owner, workspace=world.owner.workspace, reason="  ", now=world.now)
