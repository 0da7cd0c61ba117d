"""Letting us in with PKCE, and tokens of which each counts once."""

from datetime import UTC, datetime, timedelta
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit
from urllib.request import HTTPRedirectHandler, build_opener

import pytest

from allmende.connectors.errors import LoggedOut, Refused, TryLater
from allmende.connectors.http import Client
from allmende.connectors.logins import Begun
from allmende.connectors.x.connector import X
from allmende.connectors.x.login import SCOPES
from allmende.connectors.x.session import Session, session_of
from tests.networks.x.ground import Ground
from tests.networks.x.network import CLIENT, CLIENT_SECRET, US

RETURN = "https://allmende.example/w/forum/channels/return"
TYPED = {"client_id": CLIENT, "client_secret": CLIENT_SECRET}


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def agree(begun: Begun) -> dict[str, str]:
    """What a person's browser does at the network; what it comes back with."""
    with pytest.raises(HTTPError) as caught:
        build_opener(_Stay).open(begun.url, timeout=5)
    address = caught.value.headers["Location"]
    caught.value.close()
    return {name: values[-1] for name, values in parse_qs(urlsplit(address).query).items()}


@pytest.mark.parametrize("is_secret_kept", [True, False])
def test_a_person_lets_us_in_and_the_log_in_is_renewed(ground: Ground, is_secret_kept: bool) -> None:
    ground.town.is_secret_kept = is_secret_kept
    begun = ground.way.begin(TYPED if is_secret_kept else {"client_id": CLIENT}, RETURN)
    asked = {name: values[-1] for name, values in parse_qs(urlsplit(begun.url).query).items()}
    assert (asked["scope"], asked["code_challenge_method"], asked["state"]) == (SCOPES, "S256", begun.state)
    back = agree(begun)
    assert back["state"] == begun.state
    granted = ground.way.finish(begun.kept, back["code"], ground.client)
    assert (granted.settings["user_id"], granted.settings["handle"]) == (US, "haus_am_see")
    assert CLIENT_SECRET not in f"{granted!r}{granted.settings!r}{session_of(granted.secret)!r}"
    connector = X(granted.settings, granted.secret, ground.client)
    assert connector.whoami().is_us
    assert connector.expires_at is not None
    assert timedelta(minutes=119) < connector.expires_at - datetime.now(UTC) <= timedelta(hours=2)
    fresh = X(granted.settings, connector.renew(), ground.client)
    assert fresh.whoami().native_id == US
    with pytest.raises(LoggedOut) as caught:
        connector.renew()  # what a new one is had for counts once
    assert caught.value.reason_code == "code_refused"
    fresh.renew()


def test_a_code_counts_once_and_only_with_our_verifier(ground: Ground) -> None:
    begun, other = ground.way.begin(TYPED, RETURN), ground.way.begin(TYPED, RETURN)
    code = agree(begun)["code"]
    with pytest.raises(LoggedOut):
        ground.way.finish(other.kept, code, ground.client)
    with pytest.raises(LoggedOut):
        ground.way.finish(begun.kept, code, ground.client)
    ground.town.plant("token", "error_before")
    with pytest.raises(TryLater):
        ground.way.finish(begun.kept, code, ground.client)


def test_what_has_run_out_says_so(ground: Ground) -> None:
    over = Session("gone", "", int((datetime.now(UTC) - timedelta(hours=1)).timestamp()), CLIENT, CLIENT_SECRET)
    connector = X(ground.connector().settings, over.sealed(), ground.client)
    with pytest.raises(LoggedOut) as caught:
        connector.whoami()
    assert caught.value.reason_code == "expired"
    with pytest.raises(LoggedOut) as caught:
        connector.renew()
    assert caught.value.reason_code == "not_renewable"


def test_it_is_x_itself_that_is_asked() -> None:
    assert X.begin_login(TYPED, RETURN, Client()).url.startswith("https://x.com/i/oauth2/authorize?")
    for wrong, question in (({"client_id": "a b"}, "client_id"), ({"client_secret": "ä" * 20}, "client_secret")):
        with pytest.raises(Refused) as caught:
            X.begin_login(TYPED | wrong, RETURN, Client())
        assert caught.value.detail == question
