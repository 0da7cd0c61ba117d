"""Mailboxes that no password opens: agreeing in the browser, tokens at both servers, renewals, what is told when it does not go."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from allmende.connectors.errors import LoggedOut, Refused, TryLater
from allmende.connectors.http import Client
from allmende.connectors.logins import Granted
from allmende.connectors.mail import login, submit
from allmende.connectors.mail.connector import Mail
from allmende.connectors.mail.door import Place
from allmende.connectors.mail.keys import Key, Talk
from allmende.connectors.mail.providers import PROVIDERS
from allmende.connectors.neutral import Draft
from allmende.connectors.secret import Secret
from allmende.connectors.sessions import session_of
from tests.networks.code_flow import CLIENT_SECRET, RETURN, TYPED, agreed
from tests.networks.mail.ground import LIST, Ground
from tests.networks.mail.office import Desk, opened_by_token

ANSWERS = {
    "address": "Haus@haus.example", "way": "microsoft", "tenant": "haus.example", "newsletter": LIST, "name": "Unser Haus",
    **TYPED,
}  # fmt: skip


@pytest.fixture(params=["XOAUTH2", "OAUTHBEARER"])
def desk(ground: Ground, request: pytest.FixtureRequest) -> Iterator[Desk]:
    one = opened_by_token(ground, request.param)
    yield one
    one.end()


def granted(desk: Desk, **more: str) -> Granted:
    begun = login.begin(ANSWERS | more, RETURN, desk.providers)
    return login.finish(begun.kept, agreed(begun)["code"], desk.client, desk.providers)


def entered(desk: Desk, **more: Any) -> Mail:
    found = granted(desk)
    return Mail(
        {**found.settings, "exchange": f"{desk.face.url}/haus.example/token", **more}, found.secret, desk.client
    )


@pytest.mark.parametrize("length", [40, 2_000])
def test_a_person_agrees_and_letters_are_read_and_handed_in(desk: Desk, length: int) -> None:
    """A short token goes with the command, a long one in a line of its own."""
    desk.office.length = length
    us = entered(desk)
    assert us.whoami().native_id == "haus@haus.example"
    asked = desk.ground.write("Wann fährt das Schiff?")
    assert [item.ref.native_id for batch in us.collect("") for item in batch.items] == [asked]
    us.send(Draft("Um acht.", title="Rundbrief"), "schluessel")
    assert [to for to, _ in desk.ground.store.delivered] == [[LIST]]
    assert (us.settings["sent"], us.settings["drafts"]) == ("Gesendet", "Entw&APw-rfe")
    assert us.settings["way"] == "microsoft"
    told = str(us.settings) + repr(us.secret)
    assert session_of(us.secret).token not in told
    assert CLIENT_SECRET not in told


@pytest.mark.parametrize("length", [40, 2_000])
def test_a_challenge_that_is_none_says_nothing_and_is_met_again(desk: Desk, length: int) -> None:
    desk.office.length = length
    us = entered(desk)
    desk.ground.store.faults["AUTH"] = ["334 abc"]
    with pytest.raises(TryLater) as caught:
        us.send(Draft("Um acht.", title="Rundbrief"), "schluessel")
    assert caught.value.reason_code == "garbled"
    assert (desk.ground.store.delivered, desk.ground.store.drafts.letters) == ([], [])
    us.send(Draft("Um acht.", title="Rundbrief"), "schluessel")
    assert len(desk.ground.store.delivered) == 1


@pytest.mark.parametrize("length", [40, 2_000])
def test_a_name_beyond_ascii_enters_by_token_too(desk: Desk, length: int) -> None:
    store, token = desk.ground.store, "ü" * length
    store.user = "jürgen@haus.example"
    store.tokens.add(token)
    place = Place("127.0.0.1", desk.ground.smtp.port)
    submit.enter(desk.client, place, Key(store.user, Secret(token), is_token=True)).end()
    with pytest.raises(LoggedOut) as caught:
        submit.enter(desk.client, place, Key(store.user, Secret("f" * length), is_token=True))
    assert "535" in caught.value.detail


def test_a_log_in_goes_on_with_each_new_refresh_token(desk: Desk) -> None:
    us = entered(desk)
    assert us.expires_at is not None
    assert timedelta(minutes=58) < us.expires_at - datetime.now(UTC) <= timedelta(hours=1)
    assert us.ends_for_good is None
    desk.ground.store.tokens.clear()
    for _ in range(2):
        us = Mail(us.settings, us.renew(), desk.client)
        assert us.whoami().handle == "haus@haus.example"


def test_a_token_that_ended_is_renewed_and_a_right_taken_back_needs_a_person(desk: Desk) -> None:
    desk.office.lasts = 30  # it ends within the minute
    us = entered(desk)
    token = session_of(us.secret).token
    desk.ground.store.tokens.clear()
    with pytest.raises(LoggedOut) as caught:
        us.whoami()
    assert caught.value.reason_code == "expired"
    assert "invalid_token" in caught.value.detail
    assert token not in caught.value.detail
    desk.office.plant("login", "error_before")
    with pytest.raises(TryLater):
        us.renew()
    desk.office.refreshes.clear()
    with pytest.raises(LoggedOut) as caught:
        us.renew()
    assert caught.value.reason_code == "code_refused"


def test_access_that_was_withdrawn_before_its_end_is_told_by_both_servers(desk: Desk) -> None:
    us = entered(desk)
    with desk.ground.store.lock:
        desk.ground.store.tokens.clear()
    with pytest.raises(LoggedOut) as caught:
        us.whoami()
    assert caught.value.reason_code == "logged_out"
    with pytest.raises(LoggedOut):
        us.send(Draft("Hallo", title="Rundbrief"), "nie")
    assert desk.ground.store.delivered == []
    assert desk.ground.store.drafts.letters == []


def test_a_client_secret_that_ran_out_is_told_with_what_the_provider_says(desk: Desk) -> None:
    us = entered(desk)
    desk.office.plant("login", "logged_out")
    with pytest.raises(LoggedOut) as caught:
        us.renew()
    assert "AADSTS7000222" in caught.value.detail


@pytest.mark.parametrize(
    ("place", "said", "reason"),
    [
        ("LIST", "BAD User is authenticated but not connected.", "mailbox_shut"),
        ("AUTHENTICATE", "NO AUTHENTICATE failed.", "mailbox_shut"),
        ("AUTH", "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled", "sending_shut"),
    ],
)
def test_what_a_provider_keeps_shut_is_told_with_the_remedy(desk: Desk, place: str, said: str, reason: str) -> None:
    desk.ground.store.faults[place] = [said]
    with pytest.raises(Refused) as caught:
        granted(desk)
    assert (caught.value.reason_code, caught.value.detail) == (reason, "address")


def test_a_busy_server_is_no_refusal(desk: Desk) -> None:
    desk.ground.store.faults["AUTHENTICATE"] = ["NO [UNAVAILABLE] Later."]
    with pytest.raises(TryLater):
        granted(desk)
    us = entered(desk)
    desk.ground.store.faults["SELECT"] = desk.ground.store.faults["EXAMINE"] = [
        "BAD User is authenticated but not connected."
    ]
    with pytest.raises(TryLater) as caught:
        list(us.collect(""))
    assert caught.value.reason_code == "mailbox_shut"


def test_a_log_in_that_would_end_within_the_hour_is_none(desk: Desk) -> None:
    desk.office.gives_refresh = False
    with pytest.raises(Refused) as caught:
        granted(desk)
    assert caught.value.reason_code == "not_lasting"


def test_a_mailbox_at_google_opens_the_same_way(desk: Desk) -> None:
    found = granted(desk, way="google", tenant="")
    assert (found.settings["way"], found.settings["tenant"]) == ("google", "")
    assert Mail(found.settings, found.secret, desk.client).whoami().name == "Unser Haus"


def test_a_server_without_a_way_for_tokens_hears_none(desk: Desk) -> None:
    desk.ground.store.capabilities = "IMAP4rev1 AUTH=PLAIN"
    with pytest.raises(Refused) as caught:
        granted(desk)
    assert caught.value.reason_code == "no_token_way"


@pytest.mark.parametrize(
    ("question", "typed"),
    [
        ("address", "haus"),
        ("tenant", ""),
        ("tenant", "../x"),
        ("tenant", "haus/x?y"),
        ("client_id", "zwei Worte"),
        ("client_secret", ""),
        ("newsletter", "keine"),
        ("unsubscribe", "http://listen.example/weg"),
    ],
)
def test_what_cannot_be_right_names_its_question(question: str, typed: str) -> None:
    with pytest.raises(Refused) as caught:
        Mail.begin_login(ANSWERS | {question: typed}, RETURN, Client())
    assert caught.value.detail == question


@pytest.mark.parametrize(
    ("way", "tenant", "page", "scopes", "smtp"),
    [
        (
            "microsoft", "haus.example", "https://login.microsoftonline.com/haus.example/oauth2/v2.0/authorize",
            "offline_access https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send",
            Place("smtp.office365.com", 587),
        ),
        (
            "microsoft", "consumers", "https://login.microsoftonline.com/consumers/oauth2/v2.0/authorize",
            "offline_access https://outlook.office.com/IMAP.AccessAsUser.All https://outlook.office.com/SMTP.Send",
            Place("smtp-mail.outlook.com", 587),
        ),
        (
            "google", "", "https://accounts.google.com/o/oauth2/v2/auth", "https://mail.google.com/",
            Place("smtp.gmail.com", 465),
        ),
    ],
)  # fmt: skip
def test_it_is_the_provider_itself_that_is_asked_for_the_least(
    way: str, tenant: str, page: str, scopes: str, smtp: Place
) -> None:
    begun = Mail.begin_login(ANSWERS | {"way": way, "tenant": tenant}, RETURN, Client())
    asked = {name: values[-1] for name, values in parse_qs(urlsplit(begun.url).query).items()}
    assert begun.url.startswith(f"{page}?")
    assert (asked["scope"], asked["code_challenge_method"]) == (scopes, "S256")
    assert asked.get("login_hint", "") == ("haus@haus.example" if way == "google" else "")
    assert CLIENT_SECRET not in begun.url
    assert PROVIDERS[way](tenant, "").smtp == smtp


def test_an_unknown_provider_and_a_password_are_no_way_to_renew() -> None:
    with pytest.raises(Refused):
        Mail.begin_login(ANSWERS | {"way": "nirgends"}, RETURN, Client())
    with pytest.raises(LoggedOut) as caught:
        Mail({"address": "haus@haus.example"}, Secret("geheim"), Client()).renew()
    assert caught.value.reason_code == "not_renewable"


def test_a_name_cannot_break_out_of_what_is_said() -> None:
    key = Key("a=b,c@haus.example", Secret("tok"), is_token=True)
    talk = Talk(["OAUTHBEARER"], key, Place("imap.example", 993))
    assert talk() == "n,a=a=3Db=2Cc@haus.example,\x01host=imap.example\x01port=993\x01auth=Bearer tok\x01\x01"
    assert talk(b'{"status":"invalid_token"}') == "\x01"
    assert talk.refusal == '{"status":"invalid_token"}'


def test_a_long_token_that_a_server_repeats_is_hidden_whole() -> None:
    key = Key("haus", Secret("t" * 2_000), is_token=True)
    assert key.hidden(f"bad token {key.secret.reveal()}") == "bad token ***"
    assert len(key.hidden("x " * 5_000)) == 600


@pytest.mark.parametrize("before", ["\0redaktion@example.org\0", "user=redaktion@example.org\x01auth=Bearer "])
def test_a_proof_that_a_server_repeats_is_hidden_as_it_went_over_the_line(before: str) -> None:
    key = Key("redaktion@example.org", Secret("Zu geheim, dafür!"))
    proof = base64.b64encode(f"{before}Zu geheim, dafür!".encode()).decode()
    assert key.hidden(f"535 unknown: AUTH PLAIN {proof} (Redaktionspostfach)") == (
        "535 unknown: AUTH PLAIN *** (Redaktionspostfach)"
    )
