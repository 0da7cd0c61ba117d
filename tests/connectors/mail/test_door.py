"""The door for mail (decision 20): only to checked addresses, only encrypted, whatever the server says in clear text."""

import pytest

from allmende.connectors.errors import ConnectorError, Refused, TryLater
from allmende.connectors.http import Client, Limits
from allmende.connectors.mail import door, mailbox, submit
from allmende.connectors.mail.door import Place
from allmende.connectors.mail.keys import Key
from allmende.connectors.secret import Secret
from tests.networks.authority import Authority
from tests.networks.mail.ground import Ground
from tests.networks.patience import PATIENT

HOST = "mail.haus.example"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def client(ground: Ground, authority: Authority, resolved: str = "127.0.0.1", limits: Limits = PATIENT) -> Client:
    """The server by a name, as a neighbour: on this machine, and encrypted all the same."""
    neighbours = frozenset({(HOST, ground.imap.port), (HOST, ground.smtp.port)})
    return Client(limits=limits, neighbours=neighbours, resolver=lambda host, port: [resolved], tls=authority.client())


def enter(ground: Ground, one: Client, host: str = HOST) -> None:
    password = Secret(ground.store.password)
    mailbox.enter(one, Place(host, ground.imap.port), Key(ground.store.user, password)).end()
    submit.enter(one, Place(host, ground.smtp.port), Key(ground.store.user, password)).end()


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["9.9.9.9", "10.0.0.1"], ["169.254.169.254"], ["::1"], ["fe80::1"]]
)
def test_nothing_but_public_addresses_is_connected_to(ground: Ground, addresses: list[str]) -> None:
    asked = []

    def resolver(host: str, port: int) -> list[str]:
        asked.append(host)
        return addresses

    one = Client(resolver=resolver)
    for knock in (mailbox.enter, submit.enter):
        with pytest.raises(Refused) as caught:
            knock(one, Place(HOST, ground.imap.port), Key("haus", Secret("geheim")))
        assert caught.value.reason_code == "forbidden_address"
    assert asked == [HOST, HOST]
    assert ground.store.heard == []


def test_a_literal_address_of_this_machine_is_closed_too(ground: Ground) -> None:
    with pytest.raises(Refused):
        mailbox.enter(Client(), Place("127.0.0.1", ground.imap.port), Key("haus", Secret("geheim")))
    assert ground.store.heard == []


def test_who_offers_no_encryption_hears_no_password(ground: Ground, authority: Authority) -> None:
    one = client(ground, authority)
    for knock, place in ((mailbox.enter, ground.imap), (submit.enter, ground.smtp)):
        with pytest.raises(Refused) as caught:
            knock(one, Place(HOST, place.port), Key(ground.store.user, Secret(ground.store.password)))
        assert caught.value.reason_code == "not_encrypted"
    assert not [line for line in ground.store.heard if line.startswith(("AUTH", "LOGIN"))]


def secured(ground: Ground, authority: Authority, host: str = HOST) -> None:
    ground.store.tls = authority.server(host)
    ground.store.capabilities += " STARTTLS"
    ground.store.features = ("STARTTLS", *ground.store.features)


def test_encryption_is_agreed_on_before_the_password(ground: Ground, authority: Authority) -> None:
    secured(ground, authority)
    enter(ground, client(ground, authority))
    assert authority.asked_for[-2:] == [HOST, HOST]


def test_encryption_from_the_first_byte(ground: Ground, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    ground.store.tls, ground.store.is_tls_first = authority.server(HOST), True
    monkeypatch.setattr(door, "TLS_FROM_THE_START", {ground.imap.port, ground.smtp.port})
    enter(ground, client(ground, authority))


def test_what_was_slipped_in_before_the_encryption_counts_for_nothing(ground: Ground, authority: Authority) -> None:
    secured(ground, authority)
    ground.store.sudden = "IMAP4rev1 AUTH=PLAIN"
    # It stands where the encryption should begin: the connection breaks, or goes on without it; no password is heard in clear.
    try:
        enter(ground, client(ground, authority))
    except ConnectorError as error:
        assert isinstance(error, TryLater)


def test_a_certificate_for_another_name_is_not_spoken_to(ground: Ground, authority: Authority) -> None:
    secured(ground, authority, "other.example")
    with pytest.raises(Refused) as caught:
        enter(ground, client(ground, authority))
    assert caught.value.reason_code == "bad_certificate"
    assert not [line for line in ground.store.heard if line.startswith(("AUTH", "LOGIN"))]


def test_nobody_there_is_told(ground: Ground, authority: Authority) -> None:
    ground.imap.end()
    with pytest.raises(TryLater) as caught:
        enter(ground, client(ground, authority))
    assert caught.value.reason_code == "not_reached"
