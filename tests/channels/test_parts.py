"""A post with parts: they leave in order, each once, and go on where they stopped."""

import sys
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from allmende.channels.actions import (
    CannotHandOver,
    Part,
    connect_account,
    declare_hold,
    end_hold,
    hand_over_parts,
    move_dispatch,
    release_held,
    try_again,
    withdraw_dispatch,
)
from allmende.channels.models import Account, Attempt, Dispatch, Message

TEXTS = ["Erster Teil.", "Zweiter Teil.", "Dritter Teil.", "Quellen im Kommentar."]


@pytest.fixture
def social(new_world):
    """A network that grants one post in longer than a run waits for, so that each run says one part."""
    world = new_world(mode="key", kind="social_network")
    Account.objects.update(settings=world.account.settings | {"budgets": [[1, 1.5]]})
    world.channel.refresh_from_db()
    return world


def test_what_may_leave_leaves_in_one_run(new_world) -> None:
    world = new_world(mode="key", kind="social_network")
    thread(world)
    assert world.send() == 4
    assert appeared(world) == TEXTS


def thread(world, **given) -> list[Dispatch]:
    """A post, two parts that follow it, and a first comment."""
    head = world.post(TEXTS[0], **({"title": ""} | given))
    parts = [Part(TEXTS[3], is_comment=True), *(Part(text) for text in TEXTS[1:3])]
    return [head, *hand_over_parts(person=world.owner, head=head, parts=parts, now=world.now)]


def run(world, rounds: int = 12, **span) -> None:
    for _ in range(rounds):
        world.send()
        world.pass_time(**(span or {"seconds": 2}))


def states(dispatches) -> list[str]:
    return [Dispatch.objects.get(pk=one.pk).state for one in dispatches]


def appeared(world) -> list[str]:
    return [row["text"] for row in world.network.public_log() if row["verb"] == "appeared"]


@pytest.mark.parametrize("mode", ["key", "chosen_id", "list"])
def test_parts_leave_in_order_each_answering_the_one_before(new_world, mode: str) -> None:
    world = new_world(mode=mode, kind="social_network")
    made = thread(world)
    run(world)
    assert appeared(world) == TEXTS
    first, second, third, comment = [Message.objects.get(dispatch=one) for one in made]
    assert second.reply_to_native_id == first.native_id and third.reply_to_native_id == second.native_id
    assert comment.reply_to_native_id == first.native_id
    assert {message.thread_native_id for message in (first, second, third, comment)} == {first.native_id}
    assert len({one.key for one in made}) == 4


@pytest.mark.parametrize("mode", ["key", "chosen_id", "list"])
@pytest.mark.parametrize(
    "fault", ["error_before", "error_after", "half", "garbage", "late", "silence_after", "too_many_seconds"]
)
def test_whatever_the_network_answers_each_part_is_there_once_and_in_order(new_world, mode: str, fault: str) -> None:
    world = new_world(mode=mode, kind="social_network")
    made = thread(world)
    world.send()
    world.plant("send", fault, times=2, wait=0.5)
    run(world, 14, minutes=3)
    assert states(made) == ["sent"] * 4
    assert appeared(world) == TEXTS


@pytest.mark.parametrize("said", [0, 1, 2, 3])
def test_a_worker_killed_after_any_part_goes_on_with_the_next(social, said: int, monkeypatch) -> None:
    """The network has the part, the worker dies before it could write that down."""
    made = thread(social)
    run(social, said)
    with monkeypatch.context() as patch:
        patch.setattr(sys.modules["allmende.channels.actions.send_due"], "write_receipt", _die)
        with pytest.raises(KeyboardInterrupt):
            social.send()
    run(social, 14, minutes=2)
    assert states(made) == ["sent"] * 4
    assert appeared(social) == TEXTS


def _die(**_given):
    raise KeyboardInterrupt


def test_a_token_revoked_in_mid_thread_keeps_the_rest_until_somebody_logs_in(social) -> None:
    made = thread(social)
    run(social, 2)
    social.network.revoke("redaktion")
    run(social, 3, minutes=2)
    assert appeared(social) == TEXTS[:2]
    assert states(made) == ["sent", "sent", "waiting", "waiting"]
    account = Account.objects.get()
    token = social.network.enrol("redaktion", "Redaktion", is_ours=True)
    connect_account(
        person=social.owner, kind="sandbox", name="Forum", settings=account.settings, secret=token, now=social.now,
        account=account,
    )  # fmt: skip
    run(social, 6)
    assert appeared(social) == TEXTS


def test_a_refused_part_stops_what_follows_until_it_is_tried_again(social) -> None:
    made = thread(social)
    run(social, 1)
    Message.objects.filter(dispatch=made[1]).update(text="Geändert.")
    run(social, 3)
    assert states(made) == ["sent", "refused", "waiting", "waiting"]
    Message.objects.filter(dispatch=made[1]).update(text=TEXTS[1])
    try_again(person=social.owner, dispatch=made[1], now=social.now)
    run(social, 6)
    assert appeared(social) == TEXTS


def test_a_hold_in_mid_thread_lets_nothing_follow_and_releasing_a_part_releases_the_rest(social) -> None:
    made = thread(social)
    run(social, 1)
    hold = declare_hold(person=social.owner, workspace=social.owner.workspace, reason="Halt", now=social.now)
    run(social, 2)
    assert states(made) == ["sent", "held", "held", "held"]
    end_hold(person=social.owner, hold=hold, now=social.now)
    release_held(person=social.owner, dispatch=made[1], now=social.now)
    run(social, 6)
    assert appeared(social) == TEXTS


def test_parts_move_end_and_miss_their_time_with_their_head(social) -> None:
    slot = social.now + timedelta(hours=1)
    moved = thread(social, send_after=slot, send_before=slot + timedelta(minutes=5))
    later = slot + timedelta(days=1)
    move_dispatch(
        person=social.owner,
        dispatch=moved[0],
        send_after=later,
        send_before=later + timedelta(minutes=5),
        now=social.now,
    )
    assert {one.send_after for one in Dispatch.objects.all()} == {later}
    taken = thread(social, send_after=slot)
    withdraw_dispatch(person=social.owner, dispatch=taken[1], now=social.now)
    assert states(taken) == ["waiting", "withdrawn", "withdrawn", "withdrawn"]
    withdraw_dispatch(person=social.owner, dispatch=taken[0], now=social.now)
    social.now = later + timedelta(minutes=6)
    social.send()
    assert states(moved) == ["missed"] * 4
    assert appeared(social) == []


def test_the_database_keeps_the_order(social) -> None:
    second = thread(social)[1]
    with pytest.raises(IntegrityError), transaction.atomic():
        Dispatch.objects.filter(pk=second.pk).update(state="speaking", lease_until=social.now, spoke_at=social.now)
    for wrong in ({"part": 3}, {"part": 1}, {"head": None}, {"is_comment": True}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Dispatch.objects.filter(pk=second.pk).update(**wrong)
    assert not Attempt.objects.filter(dispatch=second).exists()


def test_only_where_the_network_can(social) -> None:
    Account.objects.update(kind="facebook", settings={"page": "1"})
    social.channel.refresh_from_db()
    head = social.post(TEXTS[0], title="")
    with pytest.raises(CannotHandOver, match="kennt keine"):
        hand_over_parts(person=social.owner, head=head, parts=[Part("Weiter.")], now=social.now)
