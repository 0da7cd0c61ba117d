"""Letting us in: the token, the repository, the category in which discussions are opened."""

from datetime import UTC, datetime

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


@pytest.mark.parametrize(
    ("told", "ends"),
    [
        ("2027-01-30 10:00:00 UTC", datetime(2027, 1, 30, 10, tzinfo=UTC)),
        ("2027-01-30 10:00:00 +0100", datetime(2027, 1, 30, 9, tzinfo=UTC)),
        ("bald", None),
        ("2027-13-30 10:00:00 UTC", None),
        ("9999-12-31 23:59:59 -0400", None),
        ("", None),
    ],
)
def test_when_the_token_ends_is_known_before(ground: Ground, told: str, ends: datetime | None) -> None:
    """A fine-grained token ends after a year at the latest, and only a person can make another."""
    ground.town.headers["GitHub-Authentication-Token-Expiration"] = told
    granted = login.log_in(TYPED, ground.client, ground.server)
    connector = GitHub(granted.settings, granted.secret, ground.client)
    assert connector.expires_at == connector.ends_for_good == ends


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
