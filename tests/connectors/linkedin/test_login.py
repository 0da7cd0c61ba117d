"""Let in: agreeing at LinkedIn, which page, sixty days and a year, what is worth nothing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from allmende.connectors.errors import LoggedOut, Refused, TryLater
from allmende.connectors.http import Client
from allmende.connectors.linkedin import login
from allmende.connectors.linkedin.connector import LinkedIn
from allmende.connectors.logins import Granted
from allmende.connectors.sessions import session_of
from tests.networks.code_flow import CLIENT_SECRET, RETURN, TYPED, agreed
from tests.networks.linkedin.ground import Ground
from tests.networks.linkedin.network import US


def let_in(ground: Ground, page: str = "") -> Granted:
    begun = login.begin(TYPED | {"page": page}, RETURN, ground.way)
    return login.finish(begun.kept, agreed(begun)["code"], ground.client, ground.way, ground.place)


def connected(ground: Ground, granted: Granted) -> LinkedIn:
    return LinkedIn({**granted.settings, "exchange": ground.way.exchange}, granted.secret, ground.client)


def near(at: datetime | None, days: float) -> bool:
    return at is not None and abs(at - datetime.now(UTC) - timedelta(days=days)) < timedelta(minutes=1)


def test_a_person_lets_us_in_and_the_log_in_is_renewed_a_week_early(ground: Ground) -> None:
    begun = login.begin(TYPED, RETURN, ground.way)
    asked = {name: values[-1] for name, values in parse_qs(urlsplit(begun.url).query).items()}
    assert set(asked["scope"].split()) == {
        "r_organization_social", "w_organization_social", "r_organization_social_feed", "w_organization_social_feed",
        "rw_organization_admin",
    }  # fmt: skip
    granted = let_in(ground)
    told = tuple(granted.settings[name] for name in ("organization", "handle", "name", "network", "url"))
    assert told == (US, "haus-am-see", "Haus am See", "linkedin.com", "https://www.linkedin.com/company/haus-am-see/")
    connector = connected(ground, granted)
    assert near(connector.expires_at, 53)
    assert near(connector.ends_for_good, 365)
    ground.network.tokens.clear()
    ground.network.refresh_lasts -= 53 * 86_400
    fresh = LinkedIn(granted.settings, connector.renew(), ground.client)
    assert fresh.whoami().native_id == US
    assert near(fresh.ends_for_good, 312)


def test_renewals_do_not_lengthen_the_year(ground: Ground) -> None:
    connector = connected(ground, let_in(ground))
    ground.network.lasts = ground.network.refresh_lasts = 5 * 86_400
    last = LinkedIn(connector.settings, connector.renew(), ground.client)
    assert near(last.ends_for_good, 5)
    # Nothing is gained by renewing once more.
    assert near(last.expires_at, 5)


def test_most_applications_get_no_refresh_token(ground: Ground) -> None:
    ground.network.gives_refresh = False
    connector = connected(ground, let_in(ground))
    assert near(connector.expires_at, 60)
    assert connector.ends_for_good == connector.expires_at
    with pytest.raises(LoggedOut) as caught:
        connector.renew()
    assert caught.value.reason_code == "not_renewable"


def test_what_ended_is_renewed_and_what_was_taken_back_is_not(ground: Ground) -> None:
    ground.network.lasts = 30
    connector = connected(ground, let_in(ground))
    ground.network.skipped = 60
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


@pytest.mark.parametrize(
    "wish", ["Hafen 7", "hafen-7", "42", "https://www.linkedin.com/company/hafen-7/", " hafen  7 "]
)
def test_of_several_pages_the_one_that_was_named(ground: Ground, wish: str) -> None:
    ground.network.pages["42"] = ("Hafen 7", "hafen-7")
    assert let_in(ground, wish).settings["organization"] == "urn:li:organization:42"


@pytest.mark.parametrize(("pages", "wish"), [(2, ""), (2, "Bad"), (1, "Bad"), (0, "")])
def test_an_unclear_page_is_asked_for(ground: Ground, pages: int, wish: str) -> None:
    ground.network.pages["42"] = ("Hafen 7", "hafen-7")
    ground.network.pages = dict(list(ground.network.pages.items())[:pages])
    with pytest.raises(Refused) as caught:
        let_in(ground, wish)
    assert (caught.value.reason_code, caught.value.detail) == ("page_unknown", "page")


def test_half_of_what_is_asked_for_is_of_no_use(ground: Ground) -> None:
    ground.network.declined = frozenset({"w_organization_social_feed"})
    with pytest.raises(Refused) as caught:
        let_in(ground)
    assert (caught.value.reason_code, caught.value.detail) == ("scopes_missing", "w_organization_social_feed")


def test_it_is_linkedin_itself_that_is_asked() -> None:
    begun = LinkedIn.begin_login(TYPED, RETURN, Client())
    assert begun.url.startswith("https://www.linkedin.com/oauth/v2/authorization?")
    assert CLIENT_SECRET not in begun.url
    with pytest.raises(Refused) as caught:
        LinkedIn.begin_login(TYPED | {"client_id": " "}, RETURN, Client())
    assert caught.value.detail == "client_id"


def test_a_code_that_was_used_is_worth_nothing(ground: Ground) -> None:
    begun = login.begin(TYPED, RETURN, ground.way)
    code = agreed(begun)["code"]
    login.finish(begun.kept, code, ground.client, ground.way, ground.place)
    with pytest.raises(LoggedOut) as caught:
        login.finish(begun.kept, code, ground.client, ground.way, ground.place)
    assert caught.value.reason_code == "code_refused"


def test_a_bare_token_is_a_session_that_does_not_say_when_it_ends(ground: Ground) -> None:
    connector = ground.connector()
    assert (connector.expires_at, connector.ends_for_good) == (None, None)
    kept = replace(session_of(ground.secret()), ends=1)
    assert LinkedIn({}, kept.sealed(), ground.client).ends_for_good == datetime.fromtimestamp(1, UTC)
