"""Threads: an hour, then sixty days, then sixty more."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit
from urllib.request import HTTPRedirectHandler, build_opener

import pytest

from allmende.connectors import graph
from allmende.connectors.errors import LoggedOut, Refused, TryLater
from allmende.connectors.http import Client
from allmende.connectors.logins import Begun
from allmende.connectors.threads import login
from allmende.connectors.threads.connector import Threads
from tests.networks.graph import APP_ID, APP_SECRET
from tests.networks.threads.ground import Ground
from tests.networks.threads.network import HANDLE, US

RETURN = "https://allmende.example/w/forum/channels/return"
TYPED = {"app_id": APP_ID, "app_secret": APP_SECRET}


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


def test_a_person_lets_us_in_for_sixty_days_and_the_log_in_is_renewed(ground: Ground) -> None:
    begun = ground.way.begin(TYPED, RETURN)
    asked = {name: values[-1] for name, values in parse_qs(urlsplit(begun.url).query).items()}
    assert asked["state"] == begun.state
    assert asked["scope"].split(",") == [
        "threads_basic", "threads_content_publish", "threads_read_replies", "threads_manage_replies",
        "threads_manage_mentions", "threads_manage_insights", "threads_delete",
    ]  # fmt: skip
    granted = login.finish(begun.kept, agree(begun)["code"] + "#_", ground.client, ground.way)
    assert (granted.settings["user_id"], granted.settings["handle"]) == (US, HANDLE)
    assert APP_SECRET not in f"{granted.settings}{granted.secret!r}"
    connector = Threads(granted.settings, granted.secret, ground.client)
    assert connector.whoami().is_us
    assert connector.expires_at is not None
    assert timedelta(days=52) < connector.expires_at - datetime.now(UTC) <= timedelta(days=53)
    fresh = Threads(granted.settings, connector.renew(), ground.client)
    assert fresh.secret is not None
    assert fresh.secret.reveal() != granted.secret.reveal()
    assert fresh.whoami().native_id == US
    assert fresh.expires_at is not None


@pytest.mark.parametrize("meta_secret", ["", "meta5ecret"])
def test_what_the_application_signs_is_a_ring_before_and_after_a_renewal(ground: Ground, meta_secret: str) -> None:
    begun = ground.way.begin(TYPED | {"meta_secret": meta_secret}, RETURN)
    granted = login.finish(begun.kept, agree(begun)["code"], ground.client, ground.way)
    first = Threads(granted.settings, granted.secret, ground.client)
    for connector in (first, Threads(granted.settings, first.renew(), ground.client)):
        for key, is_known in ((APP_SECRET, True), ("meta5ecret", bool(meta_secret)), ("", False), ("anders", False)):
            signature = f"sha256={hmac.new(key.encode(), b'{}', hashlib.sha256).hexdigest()}"
            assert connector.rings({"X-Hub-Signature-256": signature}, b"{}", "") is is_known
        assert graph.session_of(connector.secret).app_secret == ""
    with pytest.raises(Refused) as caught:
        ground.way.begin(TYPED | {"meta_secret": "zwei Wörter"}, RETURN)
    assert caught.value.detail == "meta_secret"


def test_what_has_ended_cannot_be_renewed(ground: Ground) -> None:
    over = ground.network.grant(US, login.WAY.scopes, -1)
    ended = graph.Session(over, "", 1).sealed()
    connector = Threads(ground.connector().settings, ended, ground.client)
    for ask in (connector.whoami, connector.renew):
        with pytest.raises(LoggedOut) as caught:
            ask()
        assert caught.value.reason_code == "expired"
    with pytest.raises(LoggedOut) as caught:
        ground.connector().renew()
    assert caught.value.reason_code == "not_renewable"


def test_a_code_counts_once(ground: Ground) -> None:
    begun = ground.way.begin(TYPED, RETURN)
    code = agree(begun)["code"]
    login.finish(begun.kept, code, ground.client, ground.way)
    with pytest.raises(LoggedOut) as caught:
        login.finish(begun.kept, code, ground.client, ground.way)
    assert caught.value.reason_code == "code_refused"
    ground.network.plant("login", "error_before", times=1)
    with pytest.raises(TryLater):
        login.finish(begun.kept, code, ground.client, ground.way)


def test_it_is_threads_itself_that_is_asked() -> None:
    begun = Threads.begin_login(TYPED, RETURN, Client())
    assert begun.url.startswith("https://threads.net/oauth/authorize?")
    assert json.loads(begun.kept.reveal())["return_url"] == RETURN
    for wrong, question in (({"app_id": "x"}, "app_id"), ({"app_secret": " "}, "app_secret")):
        with pytest.raises(Refused) as caught:
            Threads.begin_login(TYPED | wrong, RETURN, Client())
        assert caught.value.detail == question
