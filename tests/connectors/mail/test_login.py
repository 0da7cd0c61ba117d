"""Being let in: what a person types, what is proposed, which folders are found."""

from typing import Any

import pytest

from allmende.connectors.errors import LoggedOut, Refused, TryLater
from allmende.connectors.mail import login
from allmende.connectors.mail.connector import Mail
from allmende.connectors.mail.door import Place
from tests.networks.mail.ground import LIST, Ground
from tests.networks.mail.store import Folder


def answers(ground: Ground, **more: str) -> dict[str, str]:
    servers = {"imap": f"127.0.0.1:{ground.imap.port}", "smtp": f"127.0.0.1:{ground.smtp.port}"}
    return {
        "address": "Haus@haus.example",
        "user": ground.store.user,
        "password": ground.store.password,
        **servers,
        **more,
    }


def test_a_password_opens_both_servers(ground: Ground) -> None:
    granted = Mail.log_in(answers(ground, newsletter=LIST, name="Unser Haus"), ground.client)
    assert {**granted.settings, "since": ""} == {**ground.settings, "since": ""}
    assert granted.secret.reveal() == ground.store.password
    assert ground.store.password not in repr(granted)
    me = Mail(granted.settings, granted.secret, ground.client).whoami()
    assert (me.native_id, me.handle, me.name, me.is_us) == (
        "haus@haus.example",
        "haus@haus.example",
        "Unser Haus",
        True,
    )


def test_a_wrong_password_is_told_of_either_server(ground: Ground) -> None:
    with pytest.raises(LoggedOut):
        Mail.log_in(answers(ground, password="falsch"), ground.client)
    ground.store.faults["AUTH"] = ["535 5.7.8 No"]
    with pytest.raises(LoggedOut):
        Mail.log_in(answers(ground), ground.client)
    ground.store.faults["AUTH"] = ["454 4.7.0 Later"]
    with pytest.raises(TryLater):
        Mail.log_in(answers(ground), ground.client)


@pytest.mark.parametrize(
    ("question", "typed"),
    [
        ("address", ""),
        ("address", "haus"),
        ("address", "haus@haus.example\r\nx"),
        ("password", ""),
        ("imap", "imap example"),
        ("imap", "imap.example:x"),
        ("imap", "imap.example:0"),
        ("imap", "imap.example:99999"),
        ("imap", "https://imap.example"),
        ("smtp", "user@smtp.example:25"),
        ("newsletter", "keine"),
        ("unsubscribe", "http://listen.example/weg"),
        ("unsubscribe", "https://listen.example/weg> <mailto:x@y.example"),
        ("unsubscribe", "https://user:pw@listen.example/"),
        ("imap", "10.1.2.3:993"),
        ("smtp", "127.0.0.1:465"),
        ("imap", "[::1]:993"),
    ],
)
def test_what_cannot_be_right_names_its_question(ground: Ground, question: str, typed: str) -> None:
    with pytest.raises(Refused) as caught:
        Mail.log_in(answers(ground, **{question: typed}), ground.client)
    assert caught.value.detail == question


def test_servers_are_proposed_from_the_address() -> None:
    assert login.proposed("a@haus.example") == ("imap.haus.example:993", "smtp.haus.example:465")
    assert login.proposed("a@gmx.de") == ("imap.gmx.net:993", "mail.gmx.net:465")


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("imap.example", Place("imap.example", 993)),
        ("IMAP.Example:143", Place("imap.example", 143)),
        ("[::1]:143", Place("::1", 143)),
        ("bücher.example", Place("xn--bcher-kva.example", 993)),
    ],
)
def test_a_server_is_typed_in_several_ways(typed: str, place: Place) -> None:
    assert login.place_of(typed, 993, "imap") == place
    assert login.place_of(login.written(place), 993, "imap") == place


@pytest.mark.parametrize(
    ("there", "sent", "drafts"),
    [
        ({"INBOX": (), "Sent Items": (), "Drafts": ()}, "Sent Items", "Drafts"),
        ({"INBOX": (), "INBOX.Sent": (), "INBOX.Drafts": ()}, "INBOX.Sent", "INBOX.Drafts"),
        ({"INBOX": (), "Sent": (), "Weg": ("\\Sent",), "Da": ("\\Drafts",)}, "Weg", "Da"),
        ({"INBOX": ()}, "Sent", "Drafts"),
    ],
)
def test_folders_are_found_or_made(ground: Ground, there: dict[str, Any], sent: str, drafts: str) -> None:
    ground.store.folders = {name: Folder(uses) for name, uses in there.items()}
    granted = Mail.log_in(answers(ground), ground.client)
    assert (granted.settings["sent"], granted.settings["drafts"]) == (sent, drafts)
    assert {sent, drafts} <= ground.store.folders.keys()
