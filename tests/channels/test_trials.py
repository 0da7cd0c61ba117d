"""The self-test: proofs of what a channel can do, and nothing of it left behind."""

import json
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from allmende.channels.actions import (
    CannotProve,
    choose_channel,
    connect_account,
    declare_hold,
    pause_channel,
    prove_channel,
    prove_due,
    prove_nightly,
    receive_items,
    send_due,
    set_live,
    switch_nightly,
)
from allmende.channels.models import Account, Channel, Message, Proof, Trial
from allmende.channels.queries import proofs_of
from allmende.connectors.http import Client

HOOK_SECRET = "whsec_" + "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="


def work(world, rounds: int = 40) -> Trial:
    """What workers do, until the test rests or time is up."""
    for _ in range(rounds):
        trial = Trial.objects.latest("asked_at")
        if trial.done_at:
            return trial
        prove_due(now=world.now, client=world.client)
        send_due(now=world.now, client=world.client)
        world.pass_time(seconds=4)
    return Trial.objects.latest("asked_at")


def outcomes(world) -> dict[str, str]:
    return {proof.ability: proof.outcome for proof in proofs_of(world.channel).proofs}


def standing(world) -> list:
    """What stands at the network."""
    with world.network.store.reading() as db:
        return db.execute("SELECT id, text FROM post WHERE deleted_at IS NULL").fetchall()


ALL = {"publish": "proved", "read_back": "proved", "reply": "proved", "moderate": "proved", "delete": "proved"}


@pytest.mark.parametrize("mode", ["key", "chosen_id", "list", "blind"])
def test_a_channel_proves_each_ability_and_nothing_is_left(new_world, mode: str) -> None:
    world = new_world(mode=mode)
    prove_channel(person=world.owner, channel=world.channel, now=world.now)
    trial = work(world)
    assert trial.done_at
    assert outcomes(world) == ALL
    posts = [trial.post.message, trial.reply.message]
    assert {message.visibility for message in posts} == {"members"}
    assert all(message.deleted_at for message in posts)
    assert not standing(world)
    assert Proof.objects.filter(receipt__gt="").count() >= 3


def test_asked_twice_is_asked_once(world) -> None:
    one, other = (prove_channel(person=world.owner, channel=world.channel, now=world.now) for _ in range(2))
    assert one.pk == other.pk


def test_a_channel_that_is_not_live_publishes_nothing(world) -> None:
    pause_channel(person=world.owner, channel=world.channel, now=world.now)
    with pytest.raises(CannotProve, match="noch nicht eröffnet"):
        prove_channel(person=world.owner, channel=world.channel, now=world.now)


@pytest.mark.parametrize("verb", ["send", "find", "any"])
@pytest.mark.parametrize("kind", ["error_before", "error_after", "half", "late"])
def test_whatever_the_network_does_the_post_is_taken_back(new_world, verb: str, kind: str) -> None:
    world = new_world(mode="list")
    world.plant(verb, kind, times=2)
    prove_channel(person=world.owner, channel=world.channel, now=world.now)
    for _ in range(30):
        if work(world, 10).done_at:
            break
        world.pass_time(minutes=2)
    assert Trial.objects.get().done_at
    assert not standing(world)
    assert outcomes(world)["delete"] == "proved"


@pytest.mark.parametrize("steps", range(1, 9))
def test_a_worker_that_dies_at_any_step_leaves_nothing_behind(world, steps: int, monkeypatch) -> None:
    """The step is done at the network, its row is not written: the next worker does it again."""
    prove_channel(person=world.owner, channel=world.channel, now=world.now)
    done = 0
    whole = Trial.save

    def dying(self, *args, **kwargs):
        nonlocal done
        done += 1
        if done == steps:
            raise KeyboardInterrupt
        return whole(self, *args, **kwargs)

    monkeypatch.setattr(Trial, "save", dying)
    for _ in range(12):
        try:
            if work(world).done_at:
                break
        except KeyboardInterrupt:
            world.pass_time(minutes=3)
    trial = Trial.objects.get()
    assert trial.done_at
    assert outcomes(world) == ALL
    assert Message.objects.filter(subject_kind="trial").count() == 2
    assert not standing(world)


def test_a_hold_stops_the_test_too_and_it_ends_by_itself(world) -> None:
    declare_hold(person=world.owner, workspace=world.owner.workspace, reason="Halt", now=world.now)
    prove_channel(person=world.owner, channel=world.channel, now=world.now)
    for _ in range(5):
        work(world, 10)
        world.pass_time(minutes=5)
    assert Trial.objects.get().done_at
    assert outcomes(world) == {"publish": "failed"}
    assert not standing(world)


def test_old_proofs_are_stale_and_the_card_says_so(world, client_of) -> None:
    prove_channel(person=world.owner, channel=world.channel, now=world.now)
    work(world)
    proofs = proofs_of(world.channel)
    assert not proofs.is_stale(world.now)
    assert proofs.is_stale(world.now + timedelta(days=31))
    client = client_of(world.owner)
    slug = world.owner.workspace.slug
    assert "Selbsttest" in client.get(f"/w/{slug}/channels/").content.decode()
    page = client.get(f"/w/{slug}/channels/forum/prove/").content.decode()
    assert "Mitglieder" in page
    assert client.post(f"/w/{slug}/channels/forum/prove/").status_code == 302
    assert Trial.objects.count() == 2


def test_what_a_test_says_is_no_conversation_and_no_work_of_ours(world) -> None:
    from allmende.behaviours.queries.interactions import said
    from allmende.inbox.jobs import file_new
    from allmende.inbox.models import Conversation

    prove_channel(person=world.owner, channel=world.channel, now=world.now)
    for _ in range(3):
        work(world, 2)
        file_new(world.now)
    work(world)
    world.collect()
    file_new(world.now)
    assert Message.objects.filter(subject_kind="trial").count() == 2
    assert not Conversation.objects.exists()
    assert not said(world.owner.workspace).exists()


def test_the_page_offers_no_second_test_while_one_runs_and_offers_it_again_at_the_end(world, client_of) -> None:
    client, address = client_of(world.owner), f"/w/{world.owner.workspace.slug}/channels/forum/prove/"
    prove_channel(person=world.owner, channel=world.channel, now=world.now)
    running = client.get(address).content.decode()
    assert "hx-trigger" in running.split("<main")[1] and "Selbsttest beginnen" not in running
    work(world)
    done = client.get(address).content.decode().split('id="proofs"')[1]  # what the page takes out of the answer
    assert "hx-trigger" not in done and "Selbsttest beginnen" in done


def at_night(world) -> None:
    """Three o'clock in the morning in Berlin."""
    world.now = world.now.replace(hour=1, minute=0) + timedelta(days=1)


def test_nightly_by_itself_where_somebody_opted_in(world) -> None:
    at_night(world)
    assert prove_nightly(now=world.now) == 0
    switch_nightly(person=world.owner, channel=world.channel, is_on=True, now=world.now)
    assert prove_nightly(now=world.now + timedelta(hours=7)) == 0  # by day
    assert prove_nightly(now=world.now) == 1
    assert work(world).is_nightly
    assert outcomes(world) == ALL
    assert not standing(world)
    assert prove_nightly(now=world.now) == 0  # once a night
    assert prove_nightly(now=world.now + timedelta(days=1)) == 1
    switch_nightly(person=world.owner, channel=world.channel, is_on=False, now=world.now)
    assert prove_nightly(now=world.now + timedelta(days=2)) == 0


def test_at_the_repeated_hour_one_test_is_begun(world) -> None:
    switch_nightly(person=world.owner, channel=world.channel, is_on=True, now=world.now)
    midnight = datetime(2026, 10, 24, 22, tzinfo=UTC)
    begun = 0
    for minutes in range(0, 480, 5):
        begun += prove_nightly(now=midnight + timedelta(minutes=minutes))
        Trial.objects.update(done_at=world.now)
    assert begun == 1


def test_not_each_night_where_others_would_see_it(world) -> None:
    Account.objects.update(kind="discord", settings={})
    channel = Channel.objects.get(pk=world.channel.pk)
    with pytest.raises(CannotProve, match="andere"):
        switch_nightly(person=world.owner, channel=channel, is_on=True, now=world.now)


def test_a_person_switches_the_nightly_test_on_its_page(world, client_of) -> None:
    client, page = client_of(world.owner), f"/w/{world.owner.workspace.slug}/channels/forum/prove/"
    assert "Jede Nacht prüfen" in client.get(page).content.decode()
    client.post(page.replace("/prove/", "/nightly/"), {"is_on": "yes"})
    assert "Nicht mehr nachts prüfen" in client.get(page).content.decode()
    client.post(page.replace("/prove/", "/nightly/"), {"is_on": "no"})
    assert Channel.objects.get(pk=world.channel.pk).nightly_by is None


@pytest.mark.parametrize("rounds", [1, 3, 5])
def test_logged_out_on_the_way_the_test_ends_with_words(world, rounds: int) -> None:
    prove_channel(person=world.owner, channel=world.channel, now=world.now)
    work(world, rounds)
    world.network.revoke("redaktion")
    for _ in range(60):
        if work(world, 2).done_at:
            break
        world.pass_time(minutes=31)
    proofs = {proof.ability: proof for proof in Proof.objects.all()}
    assert Trial.objects.get().done_at
    if standing(world):
        assert (proofs["delete"].outcome, proofs["delete"].reason_code) == ("failed", "left_behind")
        assert proofs["delete"].receipt
    assert any(proof.reason_code == "logged_out" for proof in proofs.values())


def test_who_logs_in_again_lets_the_test_take_its_words_back(world) -> None:
    prove_channel(person=world.owner, channel=world.channel, now=world.now)
    work(world, 3)
    world.network.revoke("redaktion")
    work(world, 10)
    token = world.network.enrol("redaktion", "Redaktion", is_ours=True)
    connect_account(
        person=world.owner, kind="sandbox", name="Forum", settings=world.account.settings, secret=token, now=world.now,
        account=world.account,
    )  # fmt: skip
    world.pass_time(minutes=31)
    assert work(world).done_at
    assert not standing(world)
    assert outcomes(world)["delete"] == "proved"


def test_a_webhook_proves_its_signature_and_a_delivery_and_says_nothing(owner, now) -> None:
    asked: list[bytes] = []

    def service(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.content)
        return httpx2.Response(200, json={})

    client = Client(transport=httpx2.MockTransport(service))
    settings, secret = (
        {"host": "dienst.example"},
        json.dumps({"url": "https://dienst.example/h", "secret": HOOK_SECRET}),
    )
    account = connect_account(
        person=owner, kind="webhook", name="Dienst", settings=settings, secret=secret, now=now, client=client
    )
    channel = choose_channel(person=owner, name="Dienst", slug="dienst", kind="messenger", account=account, now=now)
    set_live(person=owner, channel=channel, reaction_plan_version_key="plan-1", now=now)
    prove_channel(person=owner, channel=channel, now=now)
    for seconds in (1, 5):
        prove_due(now=now + timedelta(seconds=seconds), client=client)
    assert {proof.ability: proof.outcome for proof in Proof.objects.all()} == {"publish": "proved"}
    receive_items(channel=channel, items=[], now=now + timedelta(seconds=6))
    prove_due(now=now + timedelta(seconds=20), client=client)
    assert Trial.objects.get().done_at
    assert {proof.ability: proof.outcome for proof in Proof.objects.all()} == {"publish": "proved", "webhook": "proved"}
    assert all(b'"ping"' in body for body in asked) and not Message.objects.exists()
