"""The stream of a server that speaks Mastodon's API: where it is asked, and to whom our token is shown."""

import json

import httpcore2
import httpx2
import pytest
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection

from allmende.connectors.errors import LoggedOut, Refused, TryLater
from allmende.connectors.http import Client
from allmende.connectors.mastodon.connector import Mastodon
from allmende.connectors.sessions import Session
from tests.networks.authority import Authority
from tests.networks.patience import PATIENT
from tests.networks.sockets import talking

EVENTS = b":)\n\nevent: notification\ndata: {}\n\n:thump\n"


def streamed(named: str | None, answer: httpx2.Response | None = None) -> tuple[list[bool], list[httpx2.Request]]:
    """What was heard at a server that names this address for its events, and what it was asked for."""
    asked: list[httpx2.Request] = []

    def told(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        if request.url.path == "/api/v2/instance":
            if named is None:
                return httpx2.Response(404, json={"error": "Not Found"})
            return httpx2.Response(200, json={"configuration": {"urls": {"streaming": named}}})
        return answer or httpx2.Response(200, content=EVENTS, headers={"Content-Type": "text/event-stream"})

    client, heard = Client(transport=httpx2.MockTransport(told)), []
    settings = {"server": "https://haus.example", "handle": "haus@haus.example"}
    connector = Mastodon(settings, Session("canary").sealed(), client)
    connector.stream(lambda is_new: heard.append(is_new) or True)
    return heard, asked


def test_it_rings_as_it_stands_and_for_each_event_and_signs_of_life_do_not() -> None:
    heard, _ = streamed("wss://haus.example")
    assert heard[0] and heard.count(True) == 2 and heard.count(False) >= 3


@pytest.mark.parametrize(
    ("named", "host"),
    [
        ("wss://streaming.haus.example", "streaming.haus.example"),
        ("https://streaming.haus.example:4000", "streaming.haus.example"),
        (None, "haus.example"),
        ("", "haus.example"),
        ("wss://evil.example", "haus.example"),
        ("wss://evilhaus.example", "haus.example"),
        ("wss://haus.example.evil.example", "haus.example"),
        ("nonsense", "haus.example"),
        ("http://[", "haus.example"),
    ],
)
def test_our_token_goes_to_the_server_or_to_a_host_of_its_own(named: str | None, host: str) -> None:
    _, asked = streamed(named)
    assert asked[-1].url.host == host and asked[-1].url.scheme == "https"
    assert {request.url.host for request in asked} <= {"haus.example", host}


def test_a_server_without_events_and_one_that_does_not_know_us_say_so() -> None:
    with pytest.raises(Refused):
        streamed(None, httpx2.Response(301, headers={"Location": "https://evil.example/"}))
    with pytest.raises(LoggedOut):
        streamed(None, httpx2.Response(401, json={"error": "The access token is invalid"}))


SAID = [
    {"stream": ["user"], "event": "update", "payload": "{}"},
    {"stream": ["user", "user:notification"], "event": "notification", "payload": "{}"},
]


class Near(httpcore2.NetworkBackend):
    """Every address is this machine; remembers which were asked for."""

    def __init__(self, port: int) -> None:
        self.port, self.asked = port, list[str]()

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):  # type: ignore[no-untyped-def]
        self.asked.append(host)
        return httpcore2.SyncBackend().connect_tcp("127.0.0.1", self.port, timeout)


class Server:
    """A server without server-sent events (GoToSocial): a web socket only, to those who bear its token."""

    def __init__(self, authority: Authority, name: str = "haus.example", token: str = "canary") -> None:
        self.tls, self.name, self.token = authority.server(name), name, token
        self.trust, self.asked = authority.client(), list[str]()

    def heard(self, answer: httpx2.Response, secret: str = "canary", named: str = "wss://haus.example") -> list[bool]:
        """What is heard where server-sent events are asked for in vain."""
        heard: list[bool] = []

        def told(request: httpx2.Request) -> httpx2.Response:
            if request.url.path == "/api/v2/instance":
                return httpx2.Response(200, json={"configuration": {"urls": {"streaming": named}}})
            return answer

        more = {
            "process_request": self._let_in,
            "select_subprotocol": lambda visitor, offered: next(iter(offered), None),
        }
        with talking(self._talk, ssl=self.tls, **more) as port:
            seams = {"network": Near(port), "resolver": lambda host, port: ["93.184.216.34"], "tls": self.trust}
            client = Client(transport=httpx2.MockTransport(told), limits=PATIENT, **seams)  # type: ignore[arg-type]
            settings = {"server": "https://haus.example", "handle": "haus@haus.example"}
            connector = Mastodon(settings, Session(secret).sealed(), client)
            connector.stream(lambda is_new: heard.append(is_new) or heard.count(True) < 2)
        return heard

    def _let_in(self, visitor: ServerConnection, request: Request) -> Response | None:
        self.asked += [request.path, request.headers.get("Sec-WebSocket-Protocol", "")]
        is_known = request.headers.get("Authorization") == f"Bearer {self.token}"
        return None if is_known else visitor.respond(401, json.dumps({"error": "Unauthorized"}))

    def _talk(self, visitor: ServerConnection) -> None:
        for said in ("", "{]", "[]", *map(json.dumps, SAID)):
            visitor.send(said)
        visitor.recv()


@pytest.fixture
def social(tmp_path) -> Server:  # type: ignore[no-untyped-def]
    return Server(Authority(tmp_path))


ABSENT = {
    "unknown": httpx2.Response(404, json={"error": "Not Found"}),
    "bad": httpx2.Response(400, json={"error": "Bad Request: upgrade"}),
    "page": httpx2.Response(200, content=b"<!doctype html>", headers={"Content-Type": "text/html"}),
}


@pytest.mark.parametrize("answer", ABSENT.values(), ids=ABSENT)
def test_a_server_without_events_rings_by_web_socket(social: Server, answer: httpx2.Response) -> None:
    heard = social.heard(answer)
    assert heard[0] and heard[-1] and heard.count(True) == 2 and heard.count(False) >= 3
    assert social.asked == ["/api/v1/streaming?stream=user%3Anotification", "canary"]


def test_a_web_socket_that_does_not_know_us_says_so(social: Server) -> None:
    with pytest.raises(LoggedOut):
        social.heard(ABSENT["unknown"], "wrong")


def test_a_token_that_names_no_protocol_is_shown_as_ever(tmp_path) -> None:  # type: ignore[no-untyped-def]
    social = Server(Authority(tmp_path), token="a b")
    assert social.heard(ABSENT["unknown"], "a b").count(True) == 2
    assert social.asked[1] == ""


def test_a_web_socket_goes_to_the_host_that_is_the_servers_own_and_to_no_other(tmp_path) -> None:  # type: ignore[no-untyped-def]
    own = Server(Authority(tmp_path), "streaming.haus.example")
    assert own.heard(ABSENT["unknown"], named="wss://streaming.haus.example").count(True) == 2
    with pytest.raises(TryLater):
        own.heard(ABSENT["unknown"], named="wss://evil.example")  # asked is haus.example, whose certificate this is not


@pytest.mark.parametrize("status", [500, 429])
def test_a_server_that_is_busy_is_not_asked_twice(social: Server, status: int) -> None:
    with pytest.raises(TryLater):
        social.heard(httpx2.Response(status, json={}))
    assert social.asked == []
