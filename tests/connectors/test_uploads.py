"""A film as the body of a request: read while it is sent, and given up only as long as bytes are missing."""

import tracemalloc
from pathlib import Path

import httpx2
import pytest

from allmende.connectors.errors import TryLater
from allmende.connectors.http import Client
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
