"""The stream of a server that speaks Mastodon's API: where it is asked, and to whom our token is shown."""

import httpx2
import pytest

from allmende.connectors.errors import LoggedOut, Refused
from allmende.connectors.http import Client
from allmende.connectors.mastodon.connector import Mastodon
from allmende.connectors.sessions import Session

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
        streamed(None, httpx2.Response(404, json={"error": "Not Found"}))
    with pytest.raises(Refused):
        streamed(None, httpx2.Response(301, headers={"Location": "https://evil.example/"}))
    with pytest.raises(LoggedOut):
        streamed(None, httpx2.Response(401, json={"error": "The access token is invalid"}))
