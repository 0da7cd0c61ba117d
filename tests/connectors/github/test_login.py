"""Letting us in: the token, the repository, the category in which discussions are opened."""

import pytest

from allmende.connectors.errors import LoggedOut, Refused, TryLater
from allmende.connectors.github import login
from allmende.connectors.github.connector import GitHub
from tests.networks.github.ground import TOKEN, Ground
from tests.networks.github.repository import NAME, REPOSITORY, US

TYPED = {"token": f" {TOKEN} ", "repository": f"https://github.com/{NAME}/discussions/7", "category": ""}


@pytest.mark.parametrize(
    ("written", "category"), [("", "DIC_2"), ("Ankündigungen", "DIC_1"), ("announcements", "DIC_1")]
)
def test_a_token_lets_us_into_one_repository(ground: Ground, written: str, category: str) -> None:
    granted = login.log_in(TYPED | {"category": written}, ground.client, ground.server)
    kept = granted.settings
    assert (kept["repository"], kept["repository_id"], kept["user_id"]) == (NAME, REPOSITORY, US)
    assert kept["category_id"] == category
    assert TOKEN not in f"{granted!r}{kept!r}"
    connector = GitHub(kept, granted.secret, ground.client)
    assert connector.whoami().native_id == US
    assert connector.public_url == f"https://github.com/{NAME}/discussions"
    assert "hide" in connector.abilities.moderation


def test_who_may_not_moderate_is_offered_nothing_of_it(ground: Ground) -> None:
    ground.town.may_moderate = False
    granted = login.log_in(TYPED, ground.client, ground.server)
    assert GitHub(granted.settings, granted.secret, ground.client).abilities.moderation == frozenset()


@pytest.mark.parametrize(
    ("wrong", "reason", "question"),
    [
        ({"token": "secret"}, "bad_answer", "token"),
        ({"repository": "werkstatt"}, "bad_answer", "repository"),
        ({"repository": "https://evil.example/haus/werkstatt"}, "bad_answer", "repository"),
        ({"repository": "haus/anderes"}, "no_such_repository", "repository"),
        ({"category": "Fragen"}, "bad_answer", "category"),
    ],
)
def test_what_cannot_be_right_is_told(ground: Ground, wrong: dict[str, str], reason: str, question: str) -> None:
    with pytest.raises(Refused) as caught:
        login.log_in(TYPED | wrong, ground.client, ground.server)
    assert (caught.value.reason_code, caught.value.detail) == (reason, question)


def test_a_repository_without_discussions_is_told(ground: Ground) -> None:
    ground.town.is_enabled = False
    with pytest.raises(Refused) as caught:
        login.log_in(TYPED, ground.client, ground.server)
    assert caught.value.reason_code == "discussions_off"


def test_a_wrong_token_and_a_busy_network_are_told_apart(ground: Ground) -> None:
    with pytest.raises(LoggedOut):
        login.log_in(TYPED | {"token": "github_pat_wrong_token_of_the_house"}, ground.client, ground.server)
    ground.town.plant("read", "error_before")
    with pytest.raises(TryLater):
        login.log_in(TYPED, ground.client, ground.server)
