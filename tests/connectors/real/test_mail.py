"""Our connector at a real Dovecot and Postfix: `./test --real` starts them and says where they are."""

import imaplib
import json
import os
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from allmende.connectors.errors import LoggedOut, Refused, Unclear
from allmende.connectors.http import Client
from allmende.connectors.mail import submit
from allmende.connectors.mail.connector import Mail
from allmende.connectors.mail.door import Place
from allmende.connectors.mail.keys import OAUTHBEARER, Key, Talk
from allmende.connectors.mail.login import place_of
from allmende.connectors.neutral import Draft, Item, Media, Ref
from allmende.connectors.secret import Secret
from allmende.connectors.sessions import Session

TOLD = os.environ.get("ALLMENDE_MAIL", "")
pytestmark = pytest.mark.skipif(
    not TOLD, reason="./test --real starts Postfix and Dovecot (apt-get install postfix dovecot-imapd dovecot-lmtpd)"
)
LONGEST_SECONDS = 20.0
RUN = secrets.token_hex(4)
TEXT = "Grüße aus dem Häuschen 👩‍🌾🌊\n.\n..und -- \n\n" + "Ein langer Absatz ohne Ende. " * 60
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4_000


@dataclass
class Ear:
    """Collects again and again; remembers everything it heard and where it stopped."""

    connector: Mail
    cursor: str = ""
    heard: dict[str, Item] = field(default_factory=dict)
    times: int = 0

    def until(self, is_so: Callable[[dict[str, Item]], Any]) -> Any:
        end = time.monotonic() + LONGEST_SECONDS
        while not (found := is_so(self.heard)):
            assert time.monotonic() < end, f"not heard in time; {len(self.heard)} items are"
            time.sleep(0.1)
            for batch in self.connector.collect(self.cursor):
                self.cursor = batch.cursor
                self.times += len(batch.items)
                self.heard |= {item.ref.native_id: item for item in batch.items}
        return found


def entered(person: str, **more: str) -> Mail:
    told = json.loads(TOLD)
    neighbours = {(host, int(port)) for host, port in (told[name].split(":") for name in ("imap", "smtp"))}
    client = Client(neighbours=frozenset(neighbours))
    answers = {
        "address": person,
        "password": told["people"][person],
        "imap": told["imap"],
        "smtp": told["smtp"],
        **more,
    }
    granted = Mail.log_in(answers, client)
    return Mail(granted.settings, granted.secret, client)


@pytest.fixture(scope="module")
def us() -> Mail:
    return entered("haus@haus.test", newsletter=json.loads(TOLD)["list"], name="Unser Haus")


@pytest.fixture(scope="module")
def mia() -> Mail:
    return entered("mia@haus.test", newsletter="haus@haus.test", name="Mia Muster")


def test_folders_are_found_by_their_use_and_a_wrong_password_is_told(us: Mail) -> None:
    assert (us.settings["sent"], us.settings["drafts"]) == ("Gesendet", "Entw&APw-rfe")
    with pytest.raises(LoggedOut):
        Mail(us.settings, type(us.secret)("falsch"), us.client).whoami()  # type: ignore[misc,call-arg]


def test_a_newsletter_reaches_members_and_comes_back_once(us: Mail, mia: Mail) -> None:
    ours, theirs = Ear(us), Ear(mia)
    ref = us.send(Draft(TEXT, title="Rundbrief für alle"), f"{RUN}-post").ref
    item = ours.until(lambda heard: heard.get(ref.native_id))
    assert (item.text, item.title, item.author.is_us) == (TEXT.strip(), "Rundbrief für alle", True)
    got = theirs.until(lambda heard: heard.get(ref.native_id))
    assert (got.text, got.author.name, got.author.handle) == (TEXT.strip(), "Unser Haus", "haus@haus.test")
    time.sleep(1)  # the list's copy for ourselves
    ours.until(lambda heard: True)
    assert [name for name in ours.heard if name.startswith(ref.native_id)] == [ref.native_id]


def test_a_question_and_its_answers_stay_one_thread(us: Mail, mia: Mail) -> None:
    ours, theirs = Ear(us), Ear(mia)
    question = mia.send(Draft("Wann fährt das Schiff?", title="Frage zur Fahrt"), f"{RUN}-question").ref
    asked = ours.until(lambda heard: heard.get(question.native_id))
    assert (asked.act, asked.author.handle, asked.title) == ("asked", "mia@haus.test", "Frage zur Fahrt")
    answer = us.send(
        Draft("Um acht.", reply_to=question, thread=asked.thread, visibility="direct"), f"{RUN}-answer"
    ).ref
    heard = theirs.until(lambda heard: heard.get(answer.native_id))
    assert (heard.reply_to, heard.thread, heard.title) == (
        question.native_id,
        question.native_id,
        "Re: Frage zur Fahrt",
    )
    thanks = mia.send(Draft("Danke!", reply_to=answer), f"{RUN}-thanks").ref
    last = ours.until(lambda heard: heard.get(thanks.native_id))
    assert (last.reply_to, last.thread) == (answer.native_id, question.native_id)


def test_pictures_arrive_whole(us: Mail, mia: Mail) -> None:
    draft = Draft("Der Kran", title="Bild", media=(Media("image/png", alt="Ein Kran, Größe 12 m", content=PNG),))
    ref = us.send(draft, f"{RUN}-picture").ref
    item = Ear(mia).until(lambda heard: heard.get(ref.native_id))
    assert [(one.media_type, one.alt) for one in item.media] == [("image/png", "Ein Kran, Größe 12 m")]
    assert item.text == "Der Kran"


def test_a_repeated_key_says_nothing_and_is_found(us: Mail) -> None:
    draft = Draft("Nur einmal", title="Einmal")
    first = us.send(draft, f"{RUN}-once")
    with pytest.raises(Unclear):
        us.send(draft, f"{RUN}-once")
    found = us.find(f"{RUN}-once", draft, first.sent_at)
    assert found is not None
    assert found.ref == first.ref
    assert us.find(f"{RUN}-never", draft, datetime.now(UTC)) is None


def test_who_is_unknown_is_refused_and_nothing_stays_behind(us: Mail) -> None:
    stray = Mail({**us.settings, "newsletter": "niemand@haus.test"}, us.secret, us.client)
    with pytest.raises(Refused):
        stray.send(Draft("Hallo", title="An niemanden"), f"{RUN}-nobody")
    assert stray.find(f"{RUN}-nobody", Draft("Hallo", title="An niemanden"), datetime.now(UTC)) is None
    with pytest.raises(Refused):
        us.send(Draft("Wohin?", reply_to=Ref("nichts@haus.test")), f"{RUN}-nowhere")


def by_token(person: str, token: str = "") -> Mail:
    """In as a provider's log-in leaves it."""
    told, known = json.loads(TOLD), entered(person, newsletter=json.loads(TOLD)["list"])
    secret = Session(token or told["tokens"][person]).sealed()
    return Mail({**known.settings, "way": "microsoft", "tenant": "haus.test"}, secret, known.client)


@pytest.mark.parametrize("person", ["haus@haus.test", "mia@haus.test"])
def test_a_token_opens_both_servers(person: str) -> None:
    """One has a long token, that comes in a line of its own, one a short token."""
    us = by_token(person)
    ref = us.send(Draft("Mit dem Token gesagt.", title="Rundbrief"), f"{RUN}-token").ref
    item = Ear(us).until(lambda heard: heard.get(ref.native_id))
    assert (item.text, item.author.is_us) == ("Mit dem Token gesagt.", True)


def test_a_token_that_does_not_count_is_told_by_both_servers_and_by_either_way() -> None:
    for wrong in (secrets.token_hex(20), secrets.token_hex(1_000), json.loads(TOLD)["tokens"]["mia@haus.test"]):
        us = by_token("haus@haus.test", wrong)
        place, smtp = (place_of(us.settings[name], 0, name) for name in ("imap", "smtp"))
        with pytest.raises(LoggedOut) as caught:
            us.whoami()
        assert caught.value.reason_code == "logged_out"
        assert wrong not in caught.value.detail
        with pytest.raises(LoggedOut):
            submit.enter(us.client, smtp, Key("haus@haus.test", Secret(wrong), is_token=True))
        talk = Talk([OAUTHBEARER], Key("haus@haus.test", Secret(wrong), is_token=True), place)
        assert not authenticated(place, talk)
        assert "invalid_token" in talk.refusal


def test_the_other_way_opens_it_too() -> None:
    told = json.loads(TOLD)
    place = place_of(told["imap"], 0, "imap")
    key = Key("mia@haus.test", Secret(told["tokens"]["mia@haus.test"]), is_token=True)
    assert authenticated(place, Talk([OAUTHBEARER], key, place))


def test_a_right_taken_back_counts_no_more() -> None:
    us = by_token("mia@haus.test")
    assert us.whoami().handle == "mia@haus.test"
    token = json.loads(TOLD)["tokens"]["mia@haus.test"]
    httpx2.post(f"http://{json.loads(TOLD)['provider']}/revoke", data={"token": token}).raise_for_status()
    with pytest.raises(LoggedOut) as caught:
        us.whoami()
    assert caught.value.reason_code == "logged_out"
    with pytest.raises(LoggedOut):
        us.send(Draft("Nie gesagt", title="Rundbrief"), f"{RUN}-revoked")


def authenticated(place: Place, talk: Talk) -> bool:
    """Whether the server lets in whoever talks so."""
    with imaplib.IMAP4(place.host, place.port) as session:
        try:
            return session.authenticate(talk.way, lambda challenge: talk(challenge).encode())[0] == "OK"
        except imaplib.IMAP4.error:
            return False
