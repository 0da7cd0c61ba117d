"""Web sockets through the one door: the same guards, and a line that is dead is noticed."""

import socket
import threading
import time

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection

from allmende.connectors.errors import LoggedOut, Refused, TryLater
from allmende.connectors.http import Client, Limits, Socket
from allmende.connectors.sockets import LARGEST_MESSAGE
from tests.connectors.test_http_guard import CLOSED_ADDRESSES, CLOSED_URLS, PUBLIC, Sockets
from tests.networks.authority import Authority
from tests.networks.patience import HASTY, PATIENT
from tests.networks.sockets import raw, talking


def here(port: int, limits: Limits = PATIENT) -> Client:
    return Client(limits=limits, neighbours=frozenset({("127.0.0.1", port)}))


def address(port: int) -> str:
    return f"ws://127.0.0.1:{port}/stream?a=1"


def words(line: Socket) -> str:
    """The next message that says something."""
    while True:
        told = line.hear(5)
        if told:
            return told
        assert told is not None, "nothing came"


def frame(opcode: Opcode, data: bytes, *, is_last: bool = True) -> bytes:
    return Frame(opcode, data, fin=is_last).serialize(mask=False)


def why(after, limits: Limits = PATIENT) -> TryLater:  # type: ignore[no-untyped-def]
    """How a line ends whose other end does this after the handshake."""
    with raw(after) as port, here(port, limits).dial(address(port)) as line, pytest.raises(TryLater) as caught:
        while line.hear(5) is not None:
            pass
    return caught.value


def test_words_go_both_ways_with_headers_and_a_protocol() -> None:
    seen: list[str] = []

    def talk(visitor: ServerConnection) -> None:
        asked = visitor.request
        assert asked is not None
        seen.extend([asked.path, asked.headers["Authorization"], asked.headers["User-Agent"]])
        visitor.send(f"Sie sagten: {visitor.recv()}")
        visitor.send(b"\x00\x01")
        visitor.send(["zwei", "te", "ilig"])
        visitor.recv()

    with talking(talk, subprotocols=["token-1"]) as port:
        asked = {"headers": {"Authorization": "Bearer x"}, "protocols": ["token-1"]}
        with here(port).dial(address(port), **asked) as line:
            line.say("Grüße")
            assert words(line) == "Sie sagten: Grüße"
            assert words(line) == "zweiteilig"
            assert line.hear(0.05) is None and not line.is_over
    assert seen[:2] == ["/stream?a=1", "Bearer x"] and seen[2].startswith("Allmende/")


def test_a_ping_is_answered_and_is_a_sign_of_life() -> None:
    answered = threading.Event()

    def talk(visitor: ServerConnection) -> None:
        if visitor.ping().wait(5):
            answered.set()
        visitor.recv()

    with talking(talk) as port, here(port).dial(address(port)) as line:
        assert line.hear(5) == ""
        assert answered.wait(5)


def test_who_says_nothing_is_asked_for_a_sign_of_life_and_stays() -> None:
    with talking(lambda visitor: visitor.recv()) as port:
        with here(port, Limits(silence_seconds=0.4, whole_seconds=1.5)).dial(address(port)) as line:
            signs = 0
            while not line.is_over:
                signs += line.hear(5) == ""
    assert signs >= 3


def test_who_never_answers_a_ping_is_gone() -> None:
    error = why(lambda line: time.sleep(1.5), Limits(silence_seconds=0.4, whole_seconds=20))
    assert (error.reason_code, error.detail) == ("cut_off", "No sign of life.")


def test_half_a_frame_that_drips_is_no_sign_of_life() -> None:
    def drip(line: socket.socket) -> None:
        for byte in frame(Opcode.TEXT, b"x" * 20):
            line.sendall(bytes([byte]))
            time.sleep(0.1)

    error = why(drip, Limits(silence_seconds=0.5, whole_seconds=20))
    assert (error.reason_code, error.detail) == ("cut_off", "No sign of life.")


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (b"", "cut_off"),
        (frame(Opcode.TEXT, b"Hallo")[:4], "cut_off"),
        (b"\xff\xff\xff\xff garbage", "garbled"),
        (b"GET / HTTP/1.1\r\n\r\n", "garbled"),
        (frame(Opcode.CONT, b"?"), "garbled"),
        (frame(Opcode.TEXT, b"\xff\xfe"), "garbled"),
        (frame(Opcode.TEXT, b"a", is_last=False) + frame(Opcode.TEXT, b"b"), "garbled"),
        (b"\x81\x85abcdefghi", "garbled"),  # a server masks nothing
        (b"\x81\x7f" + (2**40).to_bytes(8, "big"), "garbled"),
        (frame(Opcode.CLOSE, b"\x0f\xa4Authentication failed."), "hung_up"),
    ],
)
def test_whatever_breaks_the_line_is_told_in_the_grammar(said: bytes, reason: str) -> None:
    assert why(lambda line: line.sendall(said)).reason_code == reason


def test_with_which_number_the_other_end_hung_up_is_known() -> None:
    with talking(lambda visitor: visitor.close(4004, "no")) as port, here(port).dial(address(port)) as line:
        with pytest.raises(TryLater):
            words(line)
        assert line.close_code == 4004
        with pytest.raises(TryLater):
            line.say("Noch da?")


def test_a_message_too_large_ends_the_line_whole_or_in_parts() -> None:
    def parts(line: socket.socket) -> None:
        line.sendall(frame(Opcode.TEXT, b"x", is_last=False))
        for _ in range(20):
            line.sendall(frame(Opcode.CONT, b"x" * 100_000, is_last=False))

    assert why(parts).reason_code == "garbled"
    assert why(lambda line: line.sendall(frame(Opcode.TEXT, b"x" * (LARGEST_MESSAGE + 1)))).reason_code == "garbled"


def test_a_line_ends_after_its_whole_time() -> None:
    with talking(lambda visitor: visitor.recv()) as port, here(port, HASTY).dial(address(port)) as line:
        began = time.monotonic()
        while not line.is_over:
            line.hear(5)
        assert 1 < time.monotonic() - began < 4


def test_who_hangs_up_says_so() -> None:
    told: list[int] = []

    def talk(visitor: ServerConnection) -> None:
        try:
            visitor.recv()
        except ConnectionClosed:
            told.append(visitor.close_code or 0)

    with talking(talk) as port:
        with here(port).dial(address(port)):
            pass
        end = time.monotonic() + 5
        while not told and time.monotonic() < end:
            time.sleep(0.01)
    assert told == [1000]


@pytest.mark.parametrize(
    ("status", "error"), [(401, LoggedOut), (404, Refused), (301, Refused), (503, TryLater), (200, TryLater)]
)
def test_a_refusal_is_read_as_every_answer_is(status: int, error: type[Exception]) -> None:
    def refuse(visitor: ServerConnection, request: Request) -> Response:
        return visitor.respond(status, "no")

    with talking(lambda visitor: None, process_request=refuse) as port:
        with pytest.raises(error), here(port).dial(address(port)):
            pass


def test_a_silent_handshake_ends_in_time() -> None:
    server = socket.create_server(("127.0.0.1", 0))
    port, began = server.getsockname()[1], time.monotonic()
    with server, pytest.raises(TryLater), here(port, HASTY).dial(address(port)):
        pass
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("target", CLOSED_ADDRESSES)
def test_a_socket_is_never_opened_to_what_is_not_public(target: str) -> None:
    sockets = Sockets(1)
    with (
        pytest.raises(Refused) as caught,
        Client(resolver=lambda *_: [target], network=sockets).dial("wss://x.example/"),
    ):
        pass
    assert caught.value.reason_code == "forbidden_address" and sockets.asked == []


@pytest.mark.parametrize("url", [*(url.replace("http", "ws", 1) for url in CLOSED_URLS), "https://x.example/", "ws://x.example/", "nonsense", ""])  # fmt: skip
def test_a_closed_address_is_refused_before_anything_is_asked(url: str) -> None:
    sockets = Sockets(1)
    with pytest.raises(Refused), Client(resolver=lambda *_: ["127.0.0.1"], network=sockets).dial(url):
        pass
    assert sockets.asked == []


def test_over_tls_the_checked_address_is_used_and_the_name_is_proven(tmp_path) -> None:  # type: ignore[no-untyped-def]
    authority = Authority(tmp_path)
    good, said = authority.server("chat.example"), frame(Opcode.TEXT, b"sicher")
    with raw(lambda line: line.sendall(said) or (line.recv(100) and None), good) as port:
        sockets = Sockets(port)
        client = Client(resolver=lambda *_: [PUBLIC], network=sockets, tls=authority.client(), limits=PATIENT)
        with client.dial("wss://chat.example/") as line:
            assert words(line) == "sicher"
        assert sockets.asked == [PUBLIC] and authority.asked_for == ["chat.example"]
        with pytest.raises(TryLater), client.dial("wss://other.example/"):
            pass
