"""Several accounts are spoken for at once: no more than allowed, and none is left behind. What that is for: `tests/drills`."""

import threading

import pytest

from allmende.channels.actions.share_voices import Voices
from allmende.channels.actions.take_turns import Turns
from tests.networks.patience import PATIENT


def test_voices_are_no_more_than_allowed_and_all_have_ended_afterwards():
    speaking, most, gate = set(), [], threading.Lock()

    def say():
        with gate:
            speaking.add(threading.current_thread().name)
            most.append(len(speaking))
        return "said"

    with Voices(2) as voices:
        for number in range(6):
            while not voices.has_room:
                list(voices.ended(PATIENT.silence_seconds))
            voices.take(number, say)
        while voices.busy:
            list(voices.ended(PATIENT.silence_seconds))
    assert len(most) == 6 and max(most) <= 2
    assert not [thread for thread in threading.enumerate() if thread.name in speaking]


def test_what_a_voice_raises_is_raised_where_the_work_is_handed_out():
    def break_down():
        raise RuntimeError("The database is away.")

    with pytest.raises(RuntimeError, match="away"), Voices(2) as voices:
        voices.take(None, break_down)
        list(voices.ended(PATIENT.silence_seconds))
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("voice-")]


def test_an_account_is_left_even_if_turns_were_made_anew_while_it_was_asked(world):
    turns = Turns(world.now)
    turns.leave(world.account.pk)
    assert turns.take(()) is None
