"""The code flow with PKCE at a real server of our own, from the address a person types to the first post."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

import httpx2
import pytest

from allmende.connectors.code_flow import challenge_of
from allmende.connectors.errors import ConnectorError, LoggedOut, Refused, TryLater
from allmende.connectors.http import Client
from allmende.connectors.logins import Begun
from allmende.connectors.mastodon.connector import Mastodon
from allmende.connectors.mastodon.login import SCOPES, server_of
from allmende.connectors.neutral import Draft
from allmende.connectors.secret import Secret
from allmende.connectors.sessions import Session, session_of
from tests.networks.mastodon.ground import Ground
from tests.networks.patience import during

RETURN = "https://allmende.example/w/forum/channels/return"
EVERYBODY = pytest.mark.parametrize("ground", ["mastodon", "pleroma", "slashed"], indirect=True)


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def agree(begun: Begun, acct: str = "haus") -> dict[str, str]:
    """What a person's browser does at the server; what it comes back with."""
    from urllib.error import HTTPError

    asked = {name: values[-1] for name, values in parse_qs(urlsplit(begun.url).query).items()}
    target = begun.url.partition("?")[0]
    try:
        build_opener(_Stay).open(Request(target, urlencode(asked | {"acct": acct}).encode()), timeout=5)
    except HTTPError as answer:
        assert answer.code == 302, answer.read()
        address = answer.headers["Location"]
        answer.close()
    assert address.startswith(RETURN)
    return {name: values[-1] for name, values in parse_qs(urlsplit(address).query).items()}


@EVERYBODY
def test_a_person_lets_us_in_and_we_speak(ground: Ground) -> None:
    begun = Mastodon.begin_login({"server": ground.face.url}, RETURN, ground.client)
    asked = {name: values[-1] for name, values in parse_qs(urlsplit(begun.url).query).items()}
    assert asked["scope"] == "read write:statuses write:media"
    assert asked["code_challenge_method"] == "S256"
    assert asked["state"] == begun.state
    assert len(begun.state) >= 32
    back = agree(begun)
    assert back["state"] == begun.state
    granted = Mastodon.finish_login(begun.kept, back["code"], ground.client)
    assert granted.settings["account_id"] == ground.haus
    assert granted.settings["handle"] == "haus@haus.example"
    connector = Mastodon(granted.settings, granted.secret, ground.client)
    assert connector.whoami().is_us
    connector.send(Draft("Wir sind da."), "key-1")
    assert ground.network.appeared() == ["Wir sind da."]
    assert connector.expires_at is None
    with pytest.raises(LoggedOut):
        connector.renew()


def test_the_code_is_worth_something_once_and_only_with_our_verifier(ground: Ground) -> None:
    begun = Mastodon.begin_login({"server": ground.face.url}, RETURN, ground.client)
    code = agree(begun)["code"]
    stolen = Secret(json.dumps(json.loads(begun.kept.reveal()) | {"verifier": "x" * 64}))
    with pytest.raises(LoggedOut) as caught:
        Mastodon.finish_login(stolen, code, ground.client)
    assert caught.value.reason_code == "code_refused"
    begun = Mastodon.begin_login({"server": ground.face.url}, RETURN, ground.client)
    code = agree(begun)["code"]
    Mastodon.finish_login(begun.kept, code, ground.client)
    with pytest.raises(LoggedOut):
        Mastodon.finish_login(begun.kept, code, ground.client)


def test_a_session_that_ends_is_renewed_once(ground: Ground) -> None:
    ground.network.set_fact("token_seconds", 3600)
    begun = Mastodon.begin_login({"server": ground.face.url}, RETURN, ground.client)
    granted = Mastodon.finish_login(begun.kept, agree(begun)["code"], ground.client)
    connector = Mastodon(granted.settings, granted.secret, ground.client)
    assert connector.expires_at is not None
    assert timedelta(minutes=59) < connector.expires_at - datetime.now(UTC) <= timedelta(hours=1)
    fresh = connector.renew()
    with pytest.raises(LoggedOut) as caught:  # the old one is void, and says itself that it is not merely over
        connector.whoami()
    assert caught.value.reason_code == "logged_out"
    assert Mastodon(granted.settings, fresh, ground.client).whoami().is_us
    with pytest.raises(LoggedOut):
        connector.renew()


def test_a_session_that_is_over_says_so(ground: Ground) -> None:
    kept = session_of(Secret(ground.token))
    over = Session(kept.token + "x", "refresh", 1, "id", "secret").sealed()
    with pytest.raises(LoggedOut) as caught:
        Mastodon(ground.settings, over, ground.client).whoami()
    assert caught.value.reason_code == "expired"


@pytest.mark.parametrize("verb", ["error_before", "silence_before"])
def test_an_exchange_without_an_answer_is_begun_anew(ground: Ground, verb: str) -> None:
    ground.limits = during(verb)
    ground.network.plant("login", verb, times=2)
    with pytest.raises(TryLater):
        Mastodon.begin_login({"server": ground.face.url}, RETURN, ground.client)
    ground.network.clear()
    begun = Mastodon.begin_login({"server": ground.face.url}, RETURN, ground.client)
    code = agree(begun)["code"]
    ground.network.plant("login", verb, times=1)
    with pytest.raises(TryLater):
        Mastodon.finish_login(begun.kept, code, ground.client)


@pytest.mark.parametrize(
    ("typed", "server"),
    [
        ("https://mastodon.social", "https://mastodon.social"),
        (" mastodon.social/ ", "https://mastodon.social"),
        ("HTTPS://Mastodon.Social/@haus/123", "https://mastodon.social"),
        ("@haus@mastodon.social", "https://mastodon.social"),
        ("haus@mastodon.social", "https://mastodon.social"),
        ("https://jemand:passwort@mastodon.social", "https://mastodon.social"),
        ("müller.example", "https://xn--mller-kva.example"),
        ("http://127.0.0.1:3000/", "http://127.0.0.1:3000"),
        ("social.example:8443", "https://social.example:8443"),
    ],
)
def test_a_server_is_known_in_what_people_type(typed: str, server: str) -> None:
    assert server_of(typed) == server


@pytest.mark.parametrize("typed", ["", " ", "mastodon", "ftp://a.example", "https://", "a b.example", "https://[", "x" * 70 + "ü.example"])  # fmt: skip
def test_what_is_no_server_is_told_of_the_answer(typed: str) -> None:
    with pytest.raises(Refused) as caught:
        Mastodon.begin_login({"server": typed}, RETURN, Client())
    assert caught.value.detail == "server"


ELSEWHERE = [
    httpx2.Response(404, text="gibt es nicht"),
    httpx2.Response(200, text="<html>", headers={"content-type": "text/html"}),
    httpx2.Response(200, json=["keine", "Auskunft"]),
    httpx2.Response(200, json={"title": "ohne Fassung"}),
    httpx2.Response(401, json={}),
    httpx2.Response(403, json={}),
]


@pytest.mark.parametrize("answer", ELSEWHERE, ids=range(len(ELSEWHERE)))
def test_a_server_of_another_kind_is_told_of_the_answer(answer: httpx2.Response) -> None:
    client = Client(transport=httpx2.MockTransport(lambda _: answer))
    with pytest.raises(Refused) as caught:
        Mastodon.begin_login({"server": "elsewhere.example"}, RETURN, client)
    assert (caught.value.reason_code, caught.value.detail) == ("not_this_network", "server")


@pytest.mark.parametrize(
    "server", ["http://mastodon.social", "https://127.0.0.1", "https://10.0.0.7", "http://127.0.0.1:9"]
)
def test_no_log_in_reaches_what_it_may_not(server: str) -> None:
    with pytest.raises(ConnectorError) as caught:
        Mastodon.begin_login({"server": server}, RETURN, Client())
    assert isinstance(caught.value, Refused)
    assert caught.value.detail == "server"


def test_secrets_are_not_shown() -> None:
    session = Session("canary-1", "canary-2", 0, "id", "canary-3")
    assert "canary" not in f"{session!r}{session}{session.sealed()!r}"
    assert session_of(session.sealed()) == session
    assert session_of(Secret("bare")) == Session("bare")
    assert session_of(Secret('{"anders": 1}')).token == '{"anders": 1}'
    assert session_of(None) == Session()


def test_the_challenge_is_that_of_rfc_7636() -> None:
    assert challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    assert SCOPES.split() == ["read", "write:statuses", "write:media"]
