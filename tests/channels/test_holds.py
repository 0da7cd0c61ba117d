"""I-16: a stop stops posts at once, also in mid-pile; ending it releases nothing."""

from collections.abc import Callable
from datetime import timedelta

import httpx2
import pytest

from allmende.channels.actions import (
    CannotHold,
    CannotRelease,
    ask_leave,
    declare_hold,
    drop_held,
    end_hold,
    keep_media,
    pause_channel,
    release_held,
    send_due,
)
from allmende.channels.actions.claim_dispatch import claim_dispatch
from allmende.channels.models import Message, Spoken
from allmende.channels.queries import held_dispatches, open_hold
from allmende.connectors.errors import TryLater
from allmende.connectors.http import Client
from tests.channels.test_media import picture


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


@pytest.fixture
def pictured(world):
    """A post with a picture, and a way to say it whose upload lets something happen; what else was asked of the network."""
    media = keep_media(person=world.owner, name="a.png", content=picture("PNG"), now=world.now)
    dispatch, asked = world.post("Mit Bild", media=[Spoken(media, "Kran")]), []

    def speak(meanwhile: Callable[[], None]) -> None:
        def answer(request: httpx2.Request) -> httpx2.Response:
            asked.append(request.url.path.rpartition("/")[2])
            meanwhile()
            return httpx2.Response(201, json={"id": "m1"})

        send_due(now=world.now, client=Client(transport=httpx2.MockTransport(answer)))

    return dispatch, asked, speak


def test_a_hold_declared_while_a_picture_is_uploaded_keeps_the_words(pictured, stop, world, monkeypatch):
    monkeypatch.setattr(ask_leave, "LASTS_SECONDS", 0.0)
    dispatch, asked, speak = pictured
    speak(stop)
    assert (state_of(dispatch), asked) == ("waiting", ["media"])
    world.pass_time(seconds=9)
    world.send()
    assert (state_of(dispatch), world.seen("Mit Bild")) == ("held", 0)


def test_a_channel_paused_while_a_picture_is_uploaded_keeps_the_words(pictured, world, monkeypatch):
    monkeypatch.setattr(ask_leave, "LASTS_SECONDS", 0.0)
    dispatch, asked, speak = pictured
    speak(lambda: pause_channel(person=world.owner, channel=world.channel, now=world.now))
    assert (state_of(dispatch), asked) == ("waiting", ["media"])


def test_whoever_prepares_for_too_long_says_nothing_that_the_next_could_say_as_well(world):
    dispatch, clock, asked = claim_dispatch(pk=world.post("Lang").pk, holder="w", now=world.now), [world.now], []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.method)
        return httpx2.Response(200, json={})

    client = Client(transport=httpx2.MockTransport(answer))
    with ask_leave.leave_asked(dispatch=dispatch, now=lambda: clock[0]):
        client.speak("POST", "https://haus.example/")
        clock[0] = dispatch.lease_until - timedelta(seconds=29)
        with pytest.raises(TryLater, match="not_prepared"):
            client.speak("POST", "https://haus.example/")
        client.read("https://haus.example/")
    client.speak("POST", "https://haus.example/")
    assert asked == ["POST", "GET", "POST"]
