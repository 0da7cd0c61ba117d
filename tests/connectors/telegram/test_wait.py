"""The question held open: it rings once for each update, confirms nothing, and gives way to the ear."""

import threading
import time

import pytest

from allmende.connectors.errors import LoggedOut, TryLater
from allmende.connectors.http import Limits
from tests.networks.telegram.ground import Ground


def test_it_rings_once_for_each_update_and_forgets_none(ground: Ground) -> None:
    ground.say("Davor")
    rings: list[bool] = []

    def hear(is_new: bool) -> bool:
        rings.append(is_new)
        if rings.count(True) == 1 and len(rings) == 3:
            ground.say("Jetzt")
        return rings.count(True) < 2

    ground.connector().stream(hear)
    assert rings[0] and len(rings) >= 4 and not rings[1]
    assert [item.text for batch in ground.connector().collect("") for item in batch.items] == ["Davor", "Jetzt"]


def test_the_ear_may_ask_meanwhile_and_both_go_on(ground: Ground) -> None:
    heard: list[str] = []
    rings: list[bool] = []

    def read() -> None:
        cursor = ""
        for _ in range(6):
            time.sleep(0.1)
            for batch in ground.connector().collect(cursor):
                cursor, heard[len(heard) :] = batch.cursor, [item.text for item in batch.items]
        ground.say("Danach")

    ear = threading.Thread(target=read)

    def hear(is_new: bool) -> bool:
        rings.append(is_new)
        if len(rings) == 1:
            ground.say("Hallo")
            ear.start()
        return rings.count(True) < 3

    ground.connector().stream(hear)
    ear.join(10)
    assert heard == ["Hallo"] and rings.count(True) == 3


def test_a_bot_that_another_program_reads_is_told(ground: Ground) -> None:
    network = ground.network
    with pytest.raises(TryLater) as caught:
        ground.connector(pause_seconds=0).stream(lambda is_new: network.plant("read", "elsewhere", times=50) or True)
    assert caught.value.reason_code == "read_elsewhere"


def test_a_token_that_ends_and_a_time_that_is_over_end_it(ground: Ground) -> None:
    with pytest.raises(LoggedOut):
        ground.connector().stream(lambda is_new: ground.network.plant("read", "logged_out", times=1) or True)
    ground.limits, began = Limits(silence_seconds=4, whole_seconds=2.5), time.monotonic()
    ground.connector().stream(lambda is_new: True)
    assert time.monotonic() - began < 8
