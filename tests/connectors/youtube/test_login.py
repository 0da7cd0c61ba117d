"""Let in: agreeing at Google with a proof key, the code for a token, renewals, what is worth nothing."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from allmende.connectors.errors import LoggedOut, Refused, TryLater
from allmende.connectors.http import Client
from allmende.connectors.logins import Granted
from allmende.connectors.secret import Secret
from allmende.connectors.sessions import session_of
from allmende.connectors.youtube import login
from allmende.connectors.youtube.connector import YouTube
from tests.networks.code_flow import CLIENT_SECRET, RETURN, TYPED, agreed
from tests.networks.youtube.ground import Ground
from tests.networks.youtube.network import HANDLE, US


def finished(ground: Ground, kept: Secret, code: str) -> Granted:
    return login.finish(kept, code, ground.client, ground.way, ground.face.url)


def test_a_person_lets_us_in_and_the_log_in_is_renewed(ground: Ground) -> None:
    begun = ground.way.begin(TYPED, RETURN, {})
    asked = {name: values[-1] for name, values in parse_qs(urlsplit(begun.url).query).items()}
    assert (asked["access_type"], asked["prompt"], asked["code_challenge_method"]) == ("offline", "consent", "S256")
    assert asked["scope"] == "https://www.googleapis.com/auth/youtube.force-ssl"
    granted = finished(ground, begun.kept, agreed(begun)["code"])
    told = tuple(granted.settings[name] for name in ("channel_id", "handle", "name", "network"))
    assert told == (US, HANDLE, "Haus am See", "youtube.com")
    connector = YouTube({**granted.settings, "exchange": ground.way.exchange}, granted.secret, ground.client)
    assert connector.expires_at is not None
    assert timedelta(minutes=59) < connector.expires_at - datetime.now(UTC) <= timedelta(hours=1)
    ground.network.tokens.clear()
    fresh = YouTube(granted.settings, connector.renew(), ground.client)
    assert fresh.whoami().native_id == US
    assert session_of(fresh.secret).refresh == session_of(granted.secret).refresh


def test_a_code_without_its_proof_key_is_worth_nothing(ground: Ground) -> None:
    first, second = ground.way.begin(TYPED, RETURN, {}), ground.way.begin(TYPED, RETURN, {})
    with pytest.raises(LoggedOut) as caught:
        finished(ground, second.kept, agreed(first)["code"])
    assert caught.value.reason_code == "code_refused"


def test_what_ended_is_renewed_and_what_was_taken_back_is_not(ground: Ground) -> None:
    ground.network.lasts = 30
    begun = ground.way.begin(TYPED, RETURN, {})
    granted = finished(ground, begun.kept, agreed(begun)["code"])
    ground.network.skipped = 60
    connector = YouTube({**granted.settings, "exchange": ground.way.exchange}, granted.secret, ground.client)
    with pytest.raises(LoggedOut) as caught:
        connector.whoami()
    assert caught.value.reason_code == "expired"
    ground.network.plant("login", "error_before")
    with pytest.raises(TryLater):
        connector.renew()
    ground.network.refreshes.clear()
    with pytest.raises(LoggedOut) as caught:
        connector.renew()
    assert caught.value.reason_code == "code_refused"
    with pytest.raises(LoggedOut) as caught:
        ground.connector().renew()
    assert caught.value.reason_code == "not_renewable"


def test_a_person_without_a_channel_is_told(ground: Ground) -> None:
    ground.network.has_channel = False
    begun = ground.way.begin(TYPED, RETURN, {})
    with pytest.raises(Refused) as caught:
        finished(ground, begun.kept, agreed(begun)["code"])
    assert caught.value.reason_code == "no_channel"


def test_it_is_google_itself_that_is_asked() -> None:
    begun = YouTube.begin_login(TYPED, RETURN, Client())
    assert begun.url.startswith("https://accounts.google.com/o/oauth2/v2/auth?")
    assert CLIENT_SECRET not in begun.url
    with pytest.raises(Refused) as caught:
        YouTube.begin_login(TYPED | {"client_id": " "}, RETURN, Client())
    assert caught.value.detail == "client_id"
