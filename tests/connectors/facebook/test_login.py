"""The code flow with the customer's own application, down to the token of one page."""

import json
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlsplit
from urllib.request import HTTPRedirectHandler, build_opener

import pytest

from allmende.connectors import graph
from allmende.connectors.errors import LoggedOut, Refused, TryLater
from allmende.connectors.facebook import login
from allmende.connectors.facebook.connector import Facebook
from allmende.connectors.http import Client
from allmende.connectors.logins import Begun, Granted
from allmende.connectors.neutral import Draft
from allmende.connectors.secret import Secret
from tests.networks.facebook.ground import Ground
from tests.networks.facebook.network import PAGE
from tests.networks.graph import APP_ID, APP_SECRET
from tests.networks.patience import during

RETURN = "https://allmende.example/w/forum/channels/return"
TYPED = {"app_id": f" {APP_ID} ", "app_secret": APP_SECRET, "page": ""}


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def begin(ground: Ground, **answers: str) -> Begun:
    return login.begin(TYPED | answers, RETURN, f"{ground.face.url}/dialog/oauth")


def agree(begun: Begun) -> dict[str, str]:
    """What a person's browser does at the network; what it comes back with."""
    with pytest.raises(HTTPError) as caught:
        build_opener(_Stay).open(begun.url, timeout=5)
    assert caught.value.code == 302
    address = caught.value.headers["Location"]
    caught.value.close()
    assert address.startswith(RETURN)
    return {name: values[-1] for name, values in parse_qs(urlsplit(address).query).items()}


def finish(ground: Ground, begun: Begun, code: str | None = None) -> Granted:
    return login.finish(begun.kept, code or agree(begun)["code"], ground.client, ground.place)


def test_a_person_lets_us_in_and_the_page_speaks(ground: Ground) -> None:
    begun = begin(ground)
    asked = {name: values[-1] for name, values in parse_qs(urlsplit(begun.url).query).items()}
    assert asked["state"] == begun.state
    assert len(begun.state) >= 32
    assert asked["scope"].split(",") == [
        "pages_show_list", "pages_read_engagement", "pages_read_user_content", "pages_manage_posts", "pages_manage_engagement",
        "pages_manage_metadata",
    ]  # fmt: skip
    assert agree(begun)["state"] == begun.state
    granted = finish(ground, begun)
    assert granted.settings["page_id"] == PAGE
    assert granted.settings["name"] == "Haus am See"
    assert APP_SECRET not in json.dumps(granted.settings)
    connector = Facebook(granted.settings, granted.secret, ground.client)
    assert connector.whoami().native_id == PAGE
    assert connector.expires_at is None
    assert connector.public_url == f"https://www.facebook.com/{PAGE}"
    connector.send(Draft("Wir sind da."), "key-1")
    assert ground.network.public() == ["Wir sind da."]
    with pytest.raises(LoggedOut):
        connector.renew()


def test_the_page_is_asked_to_tell_and_need_not(ground: Ground) -> None:
    """A page rings for no application that is not installed in it; whoever does not permit that is heard a little later."""
    ground.network.declined = ("pages_manage_metadata",)
    assert finish(ground, begin(ground)).settings["page_id"] == PAGE
    assert ground.network.tells == {}
    ground.network.declined = ()
    finish(ground, begin(ground))
    assert ground.network.tells == {PAGE: "feed"}


def test_it_is_facebook_itself_that_is_asked() -> None:
    begun = Facebook.begin_login(TYPED, RETURN, Client())
    assert begun.url.startswith(f"https://www.facebook.com/{graph.VERSION}/dialog/oauth?")
    assert APP_SECRET not in begun.url
    assert APP_SECRET not in repr(begun)


@pytest.mark.parametrize(
    ("pages", "wish", "page"),
    [
        ({"1": "Eins"}, "", "1"),
        ({"1": "Eins", "2": "Haus  am See"}, "2", "2"),
        ({"1": "Eins", "2": "Haus am See"}, " haus am  SEE ", "2"),
        ({str(number): f"Seite {number}" for number in range(1, 151)}, "Seite 150", "150"),
    ],
)
def test_the_page_is_chosen_by_number_or_name(ground: Ground, pages: dict[str, str], wish: str, page: str) -> None:
    ground.network.pages = {native_id: " ".join(name.split()) for native_id, name in pages.items()}
    assert finish(ground, begin(ground, page=wish)).settings["page_id"] == page


@pytest.mark.parametrize(
    ("pages", "wish"),
    [({}, ""), ({"1": "Eins", "2": "Zwei"}, ""), ({"1": "Eins"}, "Zwei"), ({"1": "Gleich", "2": "Gleich"}, "gleich")],
)
def test_a_page_that_is_not_clear_is_told_of_the_answer(ground: Ground, pages: dict[str, str], wish: str) -> None:
    ground.network.pages = pages
    with pytest.raises(Refused) as caught:
        finish(ground, begin(ground, page=wish))
    assert (caught.value.reason_code, caught.value.detail) == ("page_unknown", "page")


def test_a_scope_that_was_unticked_is_told(ground: Ground) -> None:
    ground.network.declined = ("pages_manage_posts",)
    with pytest.raises(Refused) as caught:
        finish(ground, begin(ground))
    assert (caught.value.reason_code, caught.value.detail) == ("scopes_missing", "pages_manage_posts")


def test_a_code_counts_once_and_only_with_our_secret(ground: Ground) -> None:
    begun = begin(ground)
    code = agree(begun)["code"]
    finish(ground, begun, code)
    with pytest.raises(LoggedOut) as caught:
        finish(ground, begun, code)
    assert caught.value.reason_code == "code_refused"
    other = begin(ground, app_secret="an0ther")
    with pytest.raises((LoggedOut, TryLater)):
        finish(ground, other)


@pytest.mark.parametrize("kind", ["error_before", "silence_before"])
def test_an_exchange_without_an_answer_is_begun_anew(ground: Ground, kind: str) -> None:
    ground.limits = during(kind)
    ground.network.plant("login", kind, times=1)
    with pytest.raises(TryLater):
        finish(ground, begin(ground))


@pytest.mark.parametrize(
    ("answers", "question"),
    [
        ({"app_id": "Haus"}, "app_id"),
        ({"app_id": ""}, "app_id"),
        ({"app_id": "١٢٣"}, "app_id"),
        ({"app_secret": ""}, "app_secret"),
        ({"app_secret": "zwei Wörter"}, "app_secret"),
    ],
)
def test_what_cannot_be_right_is_told_of_the_answer(answers: dict[str, str], question: str) -> None:
    with pytest.raises(Refused) as caught:
        Facebook.begin_login(TYPED | answers, RETURN, Client())
    assert caught.value.detail == question


def test_each_call_carries_a_proof_of_the_application(ground: Ground) -> None:
    bare = Facebook(ground.connector().settings, Secret(ground.token), ground.client)
    with pytest.raises(LoggedOut):
        bare.whoami()
    assert ground.connector().whoami().is_us
