"""Whose turn it is to speak: what becomes due or is written meanwhile joins in, however large the pile beside it."""

import time
from datetime import timedelta
from uuid import uuid4

import pytest

from allmende.channels.actions.send_due import LEFT_ALONE_SECONDS, Mouth, _Work
from allmende.channels.actions.take_turns import MOST, Turns
from allmende.channels.models import Dispatch, Message


@pytest.fixture
def pile(world):
    """More posts of one account than one look takes in, due in a minute."""
    first = world.post("Haufen.", send_after=world.now + timedelta(minutes=1))
    messages, dispatches = [], []
    for number in range(MOST):
        message, dispatch = Message.objects.get(pk=first.message_id), Dispatch.objects.get(pk=first.pk)
        message.pk, message.public_id = None, uuid4()
        dispatch.pk, dispatch.public_id, dispatch.key = None, uuid4(), f"haufen-{number}"
        messages.append(message)
        dispatches.append(dispatch)
    for message, dispatch in zip(Message.objects.bulk_create(messages), dispatches, strict=True):
        dispatch.message = message
    Dispatch.objects.bulk_create(dispatches)
    return first


def test_a_pile_hides_no_post_of_another_account_that_is_due_in_the_same_moment(world, new_world, pile):
    other = new_world(slug="zweites")
    post = other.post("Einzeln.", send_after=pile.next_at)
    turns = Turns(world.now)
    turns.look(pile.next_at + timedelta(seconds=1))
    assert turns.take([world.account.pk]) == (post.pk, other.account.pk)


def test_a_pile_hides_no_post_that_is_due_while_it_is_said(world, new_world, pile):
    other = new_world(slug="zweites")
    turns = Turns(pile.next_at)
    post = other.post("Einzeln.", send_after=pile.next_at + timedelta(seconds=1))
    turns.look(post.next_at)
    assert turns.take([world.account.pk]) == (post.pk, other.account.pk)


def test_an_account_that_failed_is_left_alone_for_a_while_even_if_the_run_goes_on_and_longer_each_time(world):
    """A film that somebody else uploads makes a run of ten minutes."""
    world.post("Sofort.")
    account, work = world.account.pk, _Work(Mouth(world.now, world.client), {})
    for times in (1, 2):
        began = time.monotonic()
        work.hear(account, "silent")
        assert work.take(()) is None
        known, until = work.silent[account]
        assert known == times and until - began >= LEFT_ALONE_SECONDS * times
        work.silent[account] = known, time.monotonic()  # and the time has passed
    spoken_for, _task = work.take(())
    assert spoken_for == account


def test_what_rests_for_a_moment_has_one_turn_though_turns_were_made_anew_meanwhile(world):
    post = world.post("Sofort.")
    turns = Turns(world.now)
    turns.keep(world.account.pk, post.pk)
    assert turns.take(()) == (post.pk, world.account.pk)
    assert turns.take(()) is None


def test_words_that_are_due_when_they_are_written_join_in(world):
    turns = Turns(world.now)
    turns.look(world.now + timedelta(seconds=5))
    post = world.post("Sofort.", send_after=world.now + timedelta(seconds=4))
    turns.look(world.now + timedelta(seconds=6))
    turns.look(world.now + timedelta(seconds=7))
    assert turns.take(()) == (post.pk, world.account.pk)
    assert turns.take(()) is None


def test_a_clock_that_is_set_back_keeps_nothing_that_is_due_from_joining_in(world):
    turns = Turns(world.now + timedelta(hours=1))
    post = world.post("Sofort.")
    turns.look(world.now)
    assert turns.take(()) == (post.pk, world.account.pk)
