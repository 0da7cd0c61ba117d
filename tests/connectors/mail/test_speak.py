"""Handing letters in: what a no, a cut and a crash are worth, at every step. What was delivered is the only judge."""

import email
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default

import pytest

from allmende.connectors.errors import CannotLook, LoggedOut, Refused, TryLater, Unclear
from allmende.connectors.http import Limits
from allmende.connectors.neutral import Draft, Media, Ref
from tests.networks.mail.ground import LIST, Ground
from tests.networks.patience import HASTY

POST = Draft("Guten Tag\n.\n..zwei\nGrüße 👩‍🌾 https://hafen.example/größe?a=1", title="Rundbrief für alle")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


def delivered(ground: Ground) -> list[tuple[list[str], EmailMessage]]:
    return [(to, email.message_from_bytes(content, policy=default)) for to, content in ground.store.delivered]  # type: ignore[misc]


def test_a_newsletter_goes_to_its_list_with_ways_to_leave_it(ground: Ground) -> None:
    receipt = ground.connector(unsubscribe="https://listen.example/weg").send(POST, "key-1")
    ((to, letter),) = delivered(ground)
    assert to == [LIST]
    assert letter["Message-ID"] == f"<{receipt.ref.native_id}>"
    assert letter["List-Unsubscribe"].strip() == (
        f"<https://listen.example/weg>, <mailto:{ground.store.user}?subject=unsubscribe>"
    )
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    plain, page = letter.get_body(("plain",)), letter.get_body(("html",))
    assert plain and page
    assert plain.get_content().replace("\r\n", "\n") == POST.text + "\n"
    assert '<a href="https://hafen.example/größe?a=1">' in page.get_content()
    assert [one.content for one in ground.store.sent.letters] == [ground.store.delivered[0][1]]
    assert ground.store.drafts.letters == []


def test_one_click_is_not_promised_without_an_address_for_it(ground: Ground) -> None:
    ground.connector().send(POST, "key-1")
    ((_, letter),) = delivered(ground)
    assert letter["List-Unsubscribe-Post"] is None
    assert letter["List-Unsubscribe"] == f"<mailto:{ground.store.user}?subject=unsubscribe>"


def test_pictures_are_shown_with_their_alternative_text(ground: Ground) -> None:
    alt = 'Ein Kran, "Größe" 12 m\r\nBcc: wer@auch.example'
    ground.connector().send(Draft("Der Kran", title="T", media=(Media("image/png", alt=alt, content=PNG),)), "key-1")
    ((to, letter),) = delivered(ground)
    (picture,) = [part for part in letter.walk() if part.get_content_type() == "image/png"]
    assert picture.get_content() == PNG
    assert picture["Content-Description"] == 'Ein Kran, "Größe" 12 m Bcc: wer@auch.example'
    page = letter.get_body(("html", "related"))
    assert page is not None
    assert "Gr&quot; 12 m" not in page.as_string()
    assert (to, letter["Bcc"]) == ([LIST], None)


def test_an_answer_goes_to_whoever_asked_and_hangs_below(ground: Ground) -> None:
    root = ground.write("Wann?", reply_to="Mia am Hafen <mia@hafen.example>", subject="=?utf-8?q?Gr=C3=BC=C3=9Fe?=")
    second = ground.write("Und wo?", answers=root, subject="Re: Wann")
    connector = ground.connector()
    first = connector.send(Draft("Um acht.", reply_to=Ref(root), thread=root, visibility="direct"), "key-1")
    connector.send(Draft("Am Kai.", reply_to=Ref(second), thread=root, visibility="direct"), "key-2")
    (to, one), (_, two) = delivered(ground)
    assert (to, one["Subject"], one["In-Reply-To"]) == (["mia@hafen.example"], "Re: Grüße", f"<{root}>")
    assert one["List-Unsubscribe"] is None
    ours = two["Message-ID"].strip()
    assert (two["Subject"], two["References"].split()) == ("Re: Wann", [f"<{root}>", f"<{second}>", ours])
    items = [item for batch in connector.collect("") for item in batch.items]
    ours = next(item for item in items if item.ref == first.ref)
    assert (ours.thread, ours.reply_to, ours.act) == (root, root, "answered")


def test_a_letter_that_was_put_away_is_still_answered(ground: Ground) -> None:
    root = ground.write("Wann?")
    ground.store.folders["Ablage 2026"] = ground.store.folders.pop("INBOX")
    ground.store.folders["INBOX"] = type(ground.store.sent)()
    ground.connector().send(Draft("Um acht.", reply_to=Ref(root)), "key-1")
    assert ground.store.delivered[0][0] == ["mia@fern.example"]


def test_nothing_the_other_wrote_adds_a_header(ground: Ground) -> None:
    root = ground.write("Wann?", subject="=?utf-8?b?SGkNCkJjYzogeEB5LmV4YW1wbGU=?=", **{"from": "mia@fern.example"})
    ground.connector().send(Draft("Um acht.", reply_to=Ref(root)), "key-1")
    ((to, letter),) = delivered(ground)
    assert (letter["Bcc"], letter["Subject"], to) == (None, "Re: Hi Bcc: x@y.example", ["mia@fern.example"])


def test_nobody_to_write_to_is_refused(ground: Ground) -> None:
    root = ground.write("Wann?", **{"from": "Niemand"})
    connector = ground.connector(newsletter="")
    with pytest.raises(Refused) as caught:
        connector.send(Draft("Um acht.", reply_to=Ref(root)), "key-1")
    assert caught.value.reason_code == "no_addressee"
    assert [finding.code for finding in connector.check(POST)] == ["cannot_send"]
    direct = Draft("Nur dir", title="T", visibility="direct")
    assert [finding.code for finding in ground.connector().check(direct)] == ["visibility_unknown"]
    with pytest.raises(Refused):
        ground.connector().send(direct, "key-2")
    assert ground.store.delivered == []


@pytest.mark.parametrize("place", ["GREETING", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "END"])
@pytest.mark.parametrize(
    ("answer", "error"),
    [("451 4.3.0 Try again", TryLater), ("421 4.7.0 Too many", TryLater), ("554 5.7.1 No spam", Refused)],
)
def test_a_no_is_a_no_at_every_step_and_leaves_nothing_behind(
    ground: Ground, place: str, answer: str, error: type[Exception]
) -> None:
    ground.store.faults[place] = [answer]
    connector = ground.connector()
    with pytest.raises(TryLater if place == "AUTH" else error):  # whoever let us in before may again
        connector.send(POST, "key-1")
    assert (ground.store.delivered, ground.store.drafts.letters, ground.store.sent.letters) == ([], [], [])
    assert connector.find("key-1", POST, datetime.now(UTC)) is None
    connector.send(POST, "key-1")
    assert len(ground.store.delivered) == 1


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("AUTH", "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox."),
        ("MAIL", "530 5.7.57 Client not authenticated to send mail."),
    ],
)
def test_where_sending_is_switched_off_later_letters_are_read_on(ground: Ground, place: str, said: str) -> None:
    ground.store.faults[place] = [said]
    connector = ground.connector()
    with pytest.raises(TryLater) as caught:
        connector.send(POST, "key-1")
    assert caught.value.reason_code == "sending_off"
    assert said[:11] in caught.value.detail
    assert (ground.store.delivered, ground.store.drafts.letters) == ([], [])
    asked = ground.write("Wann?")
    assert [item.ref.native_id for batch in connector.collect("") for item in batch.items] == [asked]
    connector.send(POST, "key-1")
    assert len(ground.store.delivered) == 1


@pytest.mark.parametrize("place", ["GREETING", "EHLO", "AUTH", "MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("fault", ["cut", "silence", "drip", "nonsense"])
def test_what_breaks_before_the_letter_left_was_not_said(ground: Ground, place: str, fault: str) -> None:
    ground.limits = HASTY
    ground.store.faults[place] = [fault]
    connector = ground.connector()
    with pytest.raises(TryLater):
        connector.send(POST, "key-1")
    assert (ground.store.delivered, ground.store.drafts.letters) == ([], [])
    assert connector.find("key-1", POST, datetime.now(UTC)) is None


@pytest.mark.parametrize(
    ("fault", "number"), [("cut", 0), ("cut after", 1), ("silence", 0), ("nonsense", 0), ("777 what", 0)]
)
def test_what_breaks_after_it_is_unclear_and_never_said_again_unasked(ground: Ground, fault: str, number: int) -> None:
    ground.limits = Limits(silence_seconds=1.0, whole_seconds=1.5)
    ground.store.faults["END"] = [fault]
    connector = ground.connector()
    with pytest.raises(Unclear):
        connector.send(POST, "key-1")
    assert len(ground.store.delivered) == number
    with pytest.raises(CannotLook):
        connector.find("key-1", POST, datetime.now(UTC))
    with pytest.raises(Unclear):
        connector.send(POST, "key-1")
    assert len(ground.store.delivered) == number


def test_a_copy_from_the_list_settles_it(ground: Ground) -> None:
    ground.store.faults["END"] = ["cut after"]
    connector = ground.connector()
    with pytest.raises(Unclear):
        connector.send(POST, "key-1")
    ground.store.arrive(b"List-Id: <rundbrief>\r\n" + ground.store.delivered[0][1])
    found = connector.find("key-1", POST, datetime.now(UTC))
    assert found is not None
    assert f"<{found.ref.native_id}>".encode() in ground.store.delivered[0][1]
    with pytest.raises(Refused) as caught:
        connector.find("key-1", Draft("Andere Worte", title="T"), datetime.now(UTC))
    assert caught.value.reason_code == "text_differs"


@pytest.mark.parametrize("fault", ["cut", "NO [OVERQUOTA] Full", "cut after"])
def test_what_was_delivered_is_sent_even_if_it_cannot_be_filed(ground: Ground, fault: str) -> None:
    ground.store.faults["APPEND"] = ["", fault]
    connector = ground.connector()
    receipt = connector.send(POST, "key-1")
    assert receipt.sent_at > datetime.now(UTC) - timedelta(seconds=20)
    assert len(ground.store.delivered) == 1
    with pytest.raises((CannotLook, Unclear)):  # a crash before the receipt was written must not say it twice
        connector.find("key-1", POST, datetime.now(UTC))
        connector.send(POST, "key-1")
    assert len(ground.store.delivered) == 1


@pytest.mark.parametrize("fault", ["cut", "cut after", "NO [OVERQUOTA] Full", "BAD what", "nonsense"])
def test_what_cannot_be_kept_among_the_drafts_is_not_said(ground: Ground, fault: str) -> None:
    ground.store.faults["APPEND"] = [fault]
    with pytest.raises((TryLater, Refused)):
        ground.connector().send(POST, "key-1")
    assert ground.store.delivered == []


def test_all_or_nobody_gets_an_answer(ground: Ground) -> None:
    root = ground.write("Wann?", reply_to="mia@fern.example, niemand@fern.example")
    with pytest.raises(Refused):
        ground.connector().send(Draft("Um acht.", reply_to=Ref(root)), "key-1")
    assert ground.store.delivered == []


def test_a_wrong_password_is_told_without_it(ground: Ground) -> None:
    ground.store.faults["AUTHENTICATE"] = ["NO [UNAVAILABLE] Later"]
    with pytest.raises(TryLater):
        ground.connector().whoami()
    with pytest.raises(LoggedOut) as caught:
        ground.connector("falsch 1ß").send(POST, "key-1")
    assert "falsch" not in f"{caught.value!r}{caught.value.detail}"
    with pytest.raises(LoggedOut):
        ground.connector("").whoami()
