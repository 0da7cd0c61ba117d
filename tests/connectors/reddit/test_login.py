"""Let in: agreeing at Reddit, the code for a token, renewals, what is worth nothing."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from allmende.connectors.errors import LoggedOut, Refused, TryLater
from allmende.connectors.http import Client
from allmende.connectors.logins import Begun, Granted
from allmende.connectors.reddit import login
from allmende.connectors.reddit.connector import Reddit
from allmende.connectors.secret import Secret
from allmende.connectors.sessions import session_of
from tests.networks.code_flow import CLIENT_SECRET, RETURN, TYPED, agreed
from tests.networks.reddit.ground import Ground
from tests.networks.reddit.network import HANDLE, SUBREDDIT

ANSWERS = {**TYPED, "subreddit": "r/hausamsee"}


def begun(ground: Ground, **answers: str) -> Begun:
    return login.begin(ANSWERS | answers, RETURN, ground.way)


def finished(ground: Ground, kept: Secret, code: str) -> Granted:
    return login.finish(kept, code, ground.client, ground.way, ground.face.url)


def test_a_person_lets_us_in_and_the_log_in_is_renewed(ground: Ground) -> None:
    way_in = begun(ground)
    asked = {name: values[-1] for name, values in parse_qs(urlsplit(way_in.url).query).items()}
    assert (asked["duration"], asked["state"]) == ("permanent", way_in.state)
    assert asked["scope"].split() == [
        "identity", "read", "history", "submit", "edit", "privatemessages", "modposts",
    ]  # fmt: skip
    granted = finished(ground, way_in.kept, agreed(way_in)["code"])
    told = {name: granted.settings[name] for name in ("subreddit", "account_id", "handle", "is_moderator", "url")}
    assert told == {
        "subreddit": SUBREDDIT, "account_id": "t2_h1", "handle": HANDLE, "is_moderator": True,
        "url": f"https://www.reddit.com/r/{SUBREDDIT}/",
    }  # fmt: skip
    settings = {**granted.settings, "exchange": ground.way.exchange}
    connector = Reddit(settings, granted.secret, ground.client)
    assert connector.whoami().native_id == "t2_h1"
    assert connector.expires_at is not None
    assert timedelta(hours=23) < connector.expires_at - datetime.now(UTC) <= timedelta(hours=24)
    ground.network.tokens.clear()
    with pytest.raises(LoggedOut):
        connector.whoami()
    fresh = Reddit(settings, connector.renew(), ground.client)
    assert fresh.whoami().is_us
    assert session_of(fresh.secret).refresh == session_of(granted.secret).refresh
    assert all(f"by /u/{HANDLE}" in agent for agent in ground.network.agents[-1:])


def test_a_token_that_ended_can_be_renewed_and_one_taken_back_cannot(ground: Ground) -> None:
    ground.network.lasts = 30
    way_in = begun(ground)
    granted = finished(ground, way_in.kept, agreed(way_in)["code"])
    ground.network.skipped = 60
    connector = Reddit({**granted.settings, "exchange": ground.way.exchange}, granted.secret, ground.client)
    with pytest.raises(LoggedOut) as caught:
        connector.whoami()
    assert caught.value.reason_code == "expired"
    for status in (400, 200):
        ground.network.refreshes.clear()
        ground.network.says_worthless_with = status
        with pytest.raises(LoggedOut) as caught:
            connector.renew()
        assert caught.value.reason_code == "code_refused"
        assert session_of(granted.secret).refresh not in str(caught.value)
    with pytest.raises(LoggedOut) as caught:
        ground.connector().renew()
    assert caught.value.reason_code == "not_renewable"


@pytest.mark.parametrize("status", [400, 200])
def test_a_code_counts_once_however_reddit_says_so(ground: Ground, status: int) -> None:
    ground.network.says_worthless_with = status
    way_in = begun(ground)
    code = agreed(way_in)["code"]
    finished(ground, way_in.kept, code)
    with pytest.raises(LoggedOut) as caught:
        finished(ground, way_in.kept, code)
    assert caught.value.reason_code == "code_refused"
    assert code not in str(caught.value)


def test_a_wrong_application_secret_and_a_fault_of_the_network_are_told_apart(ground: Ground) -> None:
    way_in = begun(ground, client_secret="other")
    with pytest.raises(LoggedOut):
        finished(ground, way_in.kept, agreed(way_in)["code"])
    way_in = begun(ground)
    for kind in ("error_before", "garbage", "html"):
        code = agreed(way_in)["code"]
        ground.network.plant("login", kind)
        with pytest.raises(TryLater):
            finished(ground, way_in.kept, code)


def test_half_of_what_is_asked_for_is_of_no_use(ground: Ground) -> None:
    ground.network.declined = frozenset({"submit"})
    way_in = begun(ground)
    with pytest.raises(Refused) as caught:
        finished(ground, way_in.kept, agreed(way_in)["code"])
    assert (caught.value.reason_code, caught.value.detail) == ("scopes_missing", "submit")


def test_a_subreddit_that_is_not_to_be_seen_is_told(ground: Ground) -> None:
    way_in = begun(ground, subreddit="gibtesnicht")
    with pytest.raises(Refused) as caught:
        finished(ground, way_in.kept, agreed(way_in)["code"])
    assert (caught.value.reason_code, caught.value.detail) == ("subreddit_unknown", "subreddit")


def test_an_ordinary_member_declares_no_measures(ground: Ground) -> None:
    ground.network.moderators.discard(HANDLE)
    way_in = begun(ground)
    granted = finished(ground, way_in.kept, agreed(way_in)["code"])
    assert not Reddit(granted.settings, granted.secret, ground.client).abilities.moderation


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("HausAmSee", "HausAmSee"),
        ("r/HausAmSee", "HausAmSee"),
        ("/r/HausAmSee/", "HausAmSee"),
        (" https://www.reddit.com/r/HausAmSee/comments/1/x ", "HausAmSee"),
        ("https://old.reddit.com/r/HausAmSee", "HausAmSee"),
    ],
)
def test_a_subreddit_as_people_write_it(typed: str, name: str) -> None:
    assert login.subreddit_of(typed) == name


@pytest.mark.parametrize(
    ("answer", "question"),
    [
        ({"subreddit": "Haus am See"}, "subreddit"),
        ({"subreddit": ""}, "subreddit"),
        ({"subreddit": "../../api"}, "subreddit"),
        ({"client_id": ""}, "client_id"),
        ({"client_id": "a\r\nb"}, "client_id"),
        ({"client_secret": "ä"}, "client_secret"),
        ({"client_secret": "x" * 201}, "client_secret"),
    ],
)
def test_an_answer_that_cannot_be_right_is_named(answer: dict[str, str], question: str) -> None:
    with pytest.raises(Refused) as caught:
        Reddit.begin_login(ANSWERS | answer, RETURN, Client())
    assert caught.value.detail == question


def test_it_is_reddit_itself_that_is_asked() -> None:
    way_in = Reddit.begin_login(ANSWERS, RETURN, Client())
    assert way_in.url.startswith("https://www.reddit.com/api/v1/authorize?")
    assert CLIENT_SECRET not in way_in.url
    assert json.loads(way_in.kept.reveal())["return_url"] == RETURN
