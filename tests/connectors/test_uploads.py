"""A film as the body of a request: read while it is sent, and given up only as long as bytes are missing."""

import socket
import threading
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx2
import pytest

from allmende.connectors.errors import Refused, TryLater, Unclear
from allmende.connectors.http import Client, Limits
from allmende.connectors.uploads import STOPPED, Upload

LARGE = 40_000_000
URL = "https://example.org/films"


class Taking(httpx2.BaseTransport):
    """A network that reads what it is sent and keeps nothing but the number of bytes."""

    def __init__(self) -> None:
        self.heads: list[int] = []
        self.taken = 0

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        self.heads.append(int(request.headers["content-length"]))
        for part in request.stream:
            self.taken += len(part)
        return httpx2.Response(200, json={})


@pytest.fixture
def large(tmp_path: Path) -> str:
    path = tmp_path / "film.mp4"
    with path.open("wb") as out:
        out.truncate(LARGE)
    return str(path)


@pytest.mark.parametrize("way", ["content", "files"])
def test_a_film_is_never_held_whole(large: str, way: str) -> None:
    network = Taking()
    tracemalloc.start()
    try:
        with Upload(large, lambda: True) as body:
            said = {"content": body} if way == "content" else {"files": {"file": ("film.mp4", body, "video/mp4")}}
            Client(transport=network).speak("POST", URL, **said)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert network.heads == [network.taken]
    assert network.taken >= LARGE
    assert most < LARGE / 10


def test_whoever_must_end_gives_it_up_and_nothing_was_done(large: str) -> None:
    network, asked = Taking(), []

    def may_go_on() -> bool:
        asked.append(1)
        return len(asked) < 10

    with Upload(large, may_go_on) as body, pytest.raises(TryLater) as given_up:
        Client(transport=network).speak("POST", URL, content=body)
    assert given_up.value.reason_code == STOPPED
    assert 0 < network.taken < network.heads[0]


def test_what_has_left_whole_is_not_given_up(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"x" * 100)
    answers = iter([True])
    with Upload(str(path), lambda: next(answers, False)) as body:
        assert (body.read(1_000), body.read(1_000)) == (b"x" * 100, b"")


@contextmanager
def silent_network(*, reads: bool) -> Iterator[tuple[int, threading.Event]]:
    """A port that takes what it is sent, or lets it lie, and never answers; the event: all was taken, or somebody came."""
    door, came, ended = socket.create_server(("127.0.0.1", 0)), threading.Event(), threading.Event()

    def serve() -> None:
        with suppress(OSError):
            line, _ = door.accept()
            line.settimeout(0.3)
            with suppress(TimeoutError):
                while reads and line.recv(1_000_000):
                    pass
            came.set()
            ended.wait(60)
            line.close()

    serving = threading.Thread(target=serve)
    serving.start()
    try:
        yield door.getsockname()[1], came
    finally:
        ended.set()
        serving.join()
        door.close()


@pytest.mark.parametrize(("reads", "error"), [(True, Unclear), (False, TryLater)])
def test_a_network_that_is_silent_keeps_nobody_from_ending(large: str, reads: bool, error: type[Exception]) -> None:
    """All of it left and no answer came: nobody knows. Bytes are missing: certainly nothing was done."""
    client = Client(limits=Limits(silence_seconds=60, whole_seconds=60))
    with silent_network(reads=reads) as (port, came), Upload(large, lambda: not came.is_set()) as body:
        url = f"http://127.0.0.1:{port}/films"
        began = time.monotonic()
        with pytest.raises(error) as given_up:
            client.beside("127.0.0.1", port).speak("POST", url, content=body)
        assert time.monotonic() - began < 15
    assert given_up.value.reason_code == STOPPED


def test_a_network_that_is_silent_for_too_long_is_left_as_ever(large: str) -> None:
    client = Client(limits=Limits(silence_seconds=0.8, whole_seconds=60))
    with silent_network(reads=True) as (port, _came), Upload(large, lambda: True) as body:
        with pytest.raises(Unclear) as left:
            client.beside("127.0.0.1", port).speak("POST", f"http://127.0.0.1:{port}/films", content=body)
    assert left.value.reason_code == "cut_off"


def test_a_film_that_cannot_be_read_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(Refused) as gone:
        Upload(str(tmp_path / "nowhere.mp4"), lambda: True)
    with pytest.raises(Refused) as unreadable:
        Upload(str(tmp_path), lambda: True)
    assert (gone.value.reason_code, unreadable.value.reason_code) == ("media_gone", "media_unreadable")
