"""The gateway: what rings, and that a line that is cut, deaf or refused costs time only."""

import threading
import time
from collections.abc import Callable

import pytest

from allmende.connectors.errors import ConnectorError, LoggedOut, Refused, TryLater
from allmende.connectors.http import Limits
from tests.networks.discord.ground import Ground
from tests.networks.discord.guild import GUILD, JAN, MIA, TEXT, US

ELSEWHERE = "900000000000000099"


def heard(ground: Ground, *acts: Callable[[], object], token: str = "right-token-of-the-bot") -> list[bool]:
    """What is heard: a ring that it stands, then one for each act; acts that ring nobody are followed by one that does."""
    todo, told = list(acts), []

    def hear(is_new: bool) -> bool:
        told.append(is_new)
        if is_new and todo:
            todo.pop(0)()
            return True
        return not is_new

    ground.connector(token).stream(hear)
    return told


def test_it_asks_for_messages_without_their_words_and_rings_for_what_is_said_in_its_channels(ground: Ground) -> None:
    root = ground.say("Wer ist da?")
    row = ground.town.one(TEXT, root.rpartition("/")[2])
    ground.town.thread(row)
    told = heard(
        ground,
        lambda: ground.say("Hallo"),
        lambda: ground.say("Im Faden", channel=row["id"]),
        lambda: ground.town.remove(row),
    )
    assert told.count(True) == 4
    (first,) = ground.town.gate.asked
    assert first["op"] == 2 and first["d"]["intents"] == 512


def test_our_own_words_and_those_said_elsewhere_ring_at_nobody(ground: Ground) -> None:
    def elsewhere() -> None:
        said = {"author": {"id": MIA}, "guild_id": GUILD, "channel_id": TEXT}
        for change in (
            {"author": {"id": US}},
            {"guild_id": "1"},
            {"channel_id": ELSEWHERE},
            {"channel_id": "../x"},
            {"channel_id": 7},
        ):
            ground.town.gate.tell("MESSAGE_CREATE", said | change)
        ground.town.gate.tell("TYPING_START", said)
        ground.town.say(TEXT, JAN, "Jetzt aber")

    told = heard(ground, elsewhere)
    assert (told.count(True), told.count(False)) == (2, 6)


def test_a_line_that_is_cut_goes_on_where_it_was(ground: Ground) -> None:
    def cut() -> None:
        ground.town.gate.cut()
        ground.say("Währenddessen")

    assert heard(ground, cut).count(True) == 2
    second = ground.town.gate.asked[1]
    assert second["op"] == 6 and second["d"]["session_id"] == "session-1" and second["d"]["seq"] == 1


@pytest.mark.parametrize(
    ("fault", "ops"), [("reconnect", [2, 6]), ("invalid", [2, 2]), ("4009", [2]), ("4000", [2]), ("garbage", [2])]
)
def test_what_ends_a_session_or_a_line_is_overcome(ground: Ground, fault: str, ops: list[int]) -> None:
    ground.town.gate.faults = [fault]
    rings: list[bool] = []

    def hear(is_new: bool) -> bool:
        if is_new:
            rings.append(True)
        if len(ground.town.gate.asked) == len(ops) and len(rings) == 1:
            ground.say("Da?")
        return len(rings) < 2

    ground.connector().stream(hear)
    assert [one["op"] for one in ground.town.gate.asked] == ops


def test_who_answers_no_heartbeat_is_left_and_comes_back(ground: Ground) -> None:
    ground.town.gate.faults, ground.town.gate.beat_milliseconds = ["deaf"], 300
    wait = threading.Timer(1.2, lambda: ground.say("Noch da?"))

    def hear(is_new: bool) -> bool:
        rings.append(is_new)
        return rings.count(True) < 2

    rings: list[bool] = []
    wait.start()
    ground.connector().stream(hear)
    assert [one["op"] for one in ground.town.gate.asked] == [2, 6]


@pytest.mark.parametrize(
    ("code", "error"),
    [("4004", LoggedOut), ("4014", Refused), ("4013", Refused), ("4011", Refused), ("4008", TryLater)],
)
def test_what_the_gateway_means_by_its_numbers(ground: Ground, code: str, error: type[ConnectorError]) -> None:
    ground.town.gate.faults = [code] * 10
    with pytest.raises(error):
        heard(ground)
    assert len(ground.town.gate.faults) == (6 if error is TryLater else 9)


def test_a_wrong_token_is_told(ground: Ground) -> None:
    with pytest.raises(LoggedOut):
        heard(ground, token="wrong")


def test_the_last_sessions_of_a_day_are_left_to_others(ground: Ground) -> None:
    ground.town.gate.remaining = 99
    with pytest.raises(TryLater) as caught:
        heard(ground)
    assert caught.value.reason_code == "too_many" and ground.town.gate.asked == []


@pytest.mark.parametrize(
    "url", ["wss://evil.example", "wss://discord.gg.evil.example", "wss://evildiscord.gg", "", "nonsense"]
)
def test_our_token_goes_to_discord_and_nowhere_else(ground: Ground, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(ground.town.gate), "url", url)
    with pytest.raises(Refused):
        heard(ground)


def test_a_stream_ends_after_its_whole_time(ground: Ground) -> None:
    ground.limits, began = Limits(silence_seconds=0.8, whole_seconds=1.2), time.monotonic()
    ground.connector().stream(lambda is_new: True)
    assert 1 < time.monotonic() - began < 5
