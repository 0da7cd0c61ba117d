"""The self-test: proofs of what a channel can do, and nothing of it left behind."""

from datetime import timedelta

import pytest

from allmende.channels.actions import CannotProve, declare_hold, pause_channel, prove_channel, prove_due, send_due
from allmende.channels.models import Message, Proof, Trial
from allmende.channels.queries import proofs_of


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
