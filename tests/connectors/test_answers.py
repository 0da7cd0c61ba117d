"""reliability.md, drill D2: every answer a network can give ends in exactly one word of the queue's grammar."""

import contextlib
import socket
import threading
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from allmende.connectors.errors import (
    LONGEST_WAIT,
    SHORTEST_WAIT,
    ConnectorError,
    LoggedOut,
    Refused,
    TryLater,
    Unclear,
)
from allmende.connectors.http import Client, Limits

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
JSON = {"content-type": "application/json"}

# status -> what it means after reading, after speaking
STATUSES = {
    301: (Refused, Refused),
    302: (Refused, Unclear),  # after a POST usually: done, look there
    303: (Refused, Unclear),
    304: (Refused, Refused),
    400: (Refused, Refused),
    401: (LoggedOut, LoggedOut),
    403: (Refused, Refused),
    404: (Refused, Refused),
    408: (TryLater, Unclear),
    409: (TryLater, Unclear),
    410: (Refused, Refused),
    413: (Refused, Refused),
    422: (Refused, Refused),
    425: (TryLater, Unclear),
    429: (TryLater, TryLater),
    500: (TryLater, Unclear),
    502: (TryLater, Unclear),
    503: (TryLater, Unclear),
    504: (TryLater, Unclear),
    599: (TryLater, Unclear),
}


def asking(answer) -> Client:  # type: ignore[no-untyped-def]
    def handler(request: httpx2.Request) -> httpx2.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    return Client(transport=httpx2.MockTransport(handler))


def error_after(client: Client, verb: str, url: str = "https://a.example/") -> ConnectorError:
    with pytest.raises(ConnectorError) as caught:
        if verb == "read":
            client.read(url).json()
        else:
            client.speak("POST", url, json={"text": "x"}).json()
    return caught.value


@pytest.mark.parametrize("verb", ["read", "speak"])
@pytest.mark.parametrize("status", STATUSES)
def test_each_status_is_one_word(status: int, verb: str) -> None:
    error = error_after(asking(httpx2.Response(status, text="<script>alert(1)</script>" * 100)), verb)
    assert type(error) is STATUSES[status][verb == "speak"]
    assert len(error.detail) <= 500


GARBAGE = [
    httpx2.Response(200, text="<html>Wartung</html>", headers={"content-type": "text/html"}),
    httpx2.Response(200, content=b"{", headers=JSON),
    httpx2.Response(200, content=b"\xff\xfe\x00", headers=JSON),
    httpx2.Response(200, content=b"", headers=JSON),
    httpx2.Response(200, content=b"[" * 100_000, headers=JSON),
    httpx2.Response(200, content=b"1" * 100_000, headers=JSON),
    httpx2.Response(200, content=b"{}"),
    httpx2.Response(200, stream=httpx2.ByteStream(b"x"), headers=JSON | {"content-encoding": "gzip"}),
]


@pytest.mark.parametrize("answer", GARBAGE, ids=range(len(GARBAGE)))
def test_a_success_with_garbage_is_unclear_after_speaking_and_later_after_reading(answer) -> None:  # type: ignore[no-untyped-def]
    assert type(error_after(asking(answer), "read")) is TryLater
    assert type(error_after(asking(answer), "speak")) is Unclear


def test_an_answer_of_another_shape_is_garbage_too() -> None:
    client = asking(httpx2.Response(200, json={"id": 7}))
    spoken = client.speak("POST", "https://a.example/")
    with pytest.raises(Unclear), spoken.understood():
        spoken.json()["url"]
    read = client.read("https://a.example/")
    with pytest.raises(TryLater), read.understood():
        datetime.fromisoformat(read.json()["id"])


BEFORE = [httpx2.ConnectError("refused"), httpx2.ConnectTimeout("slow"), httpx2.PoolTimeout("full")]
AFTER = [
    httpx2.ReadTimeout("slow"),
    httpx2.WriteTimeout("slow"),
    httpx2.ReadError("cut"),
    httpx2.WriteError("cut"),
    httpx2.RemoteProtocolError("half"),
    ConnectionResetError("cut"),
]


@pytest.mark.parametrize("failure", BEFORE, ids=lambda failure: type(failure).__name__)
def test_before_a_byte_left_it_is_later(failure: Exception) -> None:
    assert type(error_after(asking(failure), "speak")) is TryLater
    assert type(error_after(asking(failure), "read")) is TryLater


@pytest.mark.parametrize("failure", AFTER, ids=lambda failure: type(failure).__name__)
def test_after_speaking_it_is_unclear(failure: Exception) -> None:
    assert type(error_after(asking(failure), "speak")) is Unclear
    assert type(error_after(asking(failure), "read")) is TryLater


RAW = {
    "nothing": b"",
    "half a status": b"HTTP/1.1 20",
    "half the headers": b"HTTP/1.1 200 OK\r\nContent-Type: appl",
    "half the body": b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{"id"',
    "half a chunk": b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{",
    "another language": b"220 mail.example ESMTP ready\r\n",
    "binary": bytes(range(256)),
    "endless header": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000,
}


@pytest.mark.parametrize("answer", RAW.values(), ids=RAW.keys())
def test_half_answers_on_a_real_connection(answer: bytes) -> None:
    with answering(answer) as port:
        client = Client(limits=Limits(silence_seconds=2)).beside("127.0.0.1", port)
        assert type(error_after(client, "speak", f"http://127.0.0.1:{port}/")) is Unclear
    with answering(answer) as port:
        client = Client(limits=Limits(silence_seconds=2)).beside("127.0.0.1", port)
        assert type(error_after(client, "read", f"http://127.0.0.1:{port}/")) is TryLater


def test_a_refused_connection_is_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    error = error_after(Client().beside("127.0.0.1", port), "speak", f"http://127.0.0.1:{port}/")
    assert type(error) is TryLater
    assert error.reason_code == "not_reached"


def test_silence_after_speaking_is_unclear() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        client = Client(limits=Limits(silence_seconds=0.05)).beside("127.0.0.1", port)
        assert type(error_after(client, "speak", f"http://127.0.0.1:{port}/")) is Unclear


WISHES = {
    "7": timedelta(seconds=7),
    " 600 ": timedelta(seconds=600),
    "0": SHORTEST_WAIT,
    "99999999999999999999": LONGEST_WAIT,
    "9" * 5000: LONGEST_WAIT,
    "Sat, 21 Nov 2026 12:10:00 GMT": timedelta(minutes=10),
    "Saturday, 21-Nov-26 12:10:00 GMT": timedelta(minutes=10),
    "Sat, 21 Nov 2026 13:10:00 +0100": timedelta(minutes=10),
    "Sat, 21 Nov 2020 12:00:00 GMT": SHORTEST_WAIT,
    "Fri, 31 Dec 9999 23:59:59 GMT": LONGEST_WAIT,
    "-5": timedelta(minutes=5),
    "1e9": timedelta(minutes=5),
    "soon": timedelta(minutes=5),
    "٣": timedelta(minutes=5),
    "Sat, 99 Nov 2026 99:99:99 GMT": timedelta(minutes=5),
    "": timedelta(minutes=5),
}


@pytest.mark.parametrize("wish", WISHES, ids=lambda wish: wish[:30])
def test_429_is_obeyed_in_seconds_and_as_a_date_and_never_beyond_reason(wish: str) -> None:
    headers = {"retry-after": wish.encode()}
    error = error_after(asking(httpx2.Response(429, headers=headers)), "speak")
    assert isinstance(error, TryLater)
    assert error.due(NOW) == NOW + WISHES[wish]


@pytest.mark.parametrize(
    ("reset", "due"),
    [
        ("2026-11-21T12:07:30.592757Z", timedelta(minutes=7, seconds=30)),
        ("1795262850", timedelta(minutes=7, seconds=30)),
        ("2026-11-21T11:00:00Z", SHORTEST_WAIT),
        ("99999999999", LONGEST_WAIT),
        ("9" * 40, timedelta(minutes=5)),
        ("morgen", timedelta(minutes=5)),
        ("", timedelta(minutes=5)),
    ],
)
@pytest.mark.parametrize("name", ["x-ratelimit-reset", "ratelimit-reset"])
def test_429_without_a_wish_waits_until_the_network_counts_anew(name: str, reset: str, due: timedelta) -> None:
    error = error_after(asking(httpx2.Response(429, headers={name: reset})), "speak")
    assert isinstance(error, TryLater)
    assert abs(error.due(NOW) - NOW - due) < timedelta(seconds=1)


def test_503_wishes_are_heard_when_reading() -> None:
    error = error_after(asking(httpx2.Response(503, headers={"retry-after": "120"})), "read")
    assert isinstance(error, TryLater)
    assert error.due(NOW) == NOW + timedelta(seconds=120)


@contextlib.contextmanager
def answering(answer: bytes):  # type: ignore[no-untyped-def]
    """A listener that hears one request, says raw bytes and hangs up; yields its port."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield server.getsockname()[1]
    finally:
        server.close()
        thread.join(5)


def test_words_never_leave_over_a_connection_the_other_end_may_have_closed() -> None:
    body = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
    heard = []
    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]

    def serve() -> None:
        for _ in range(3):  # promises to keep the connection, and closes it
            connection, _ = server.accept()
            with connection:
                heard.append(connection.recv(65536))
                connection.sendall(body)

    thread = threading.Thread(target=serve)
    thread.start()
    client = Client().beside("127.0.0.1", port)
    for _ in range(3):
        assert client.speak("POST", f"http://127.0.0.1:{port}/", json={}).json() == {}
    thread.join(5)
    server.close()
    assert len(heard) == 3
