"""What machines write: letters that came back, are only late or arrived, absence notices as servers really send them."""

from datetime import UTC, datetime

import pytest

from allmende.connectors.errors import LoggedOut, Refused, TryLater
from allmende.connectors.mail import read
from allmende.connectors.neutral import Draft, Item, Ref
from tests.networks.mail.ground import Ground

OURS = "allmende.1@haus.example"
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def report(*blocks: str, head: str = f"Message-ID: <{OURS}>") -> bytes:
    """A delivery report about a letter of ours with this head, a block for each addressee."""
    told = "\r\n\r\n".join(("Reporting-MTA: dns; mail.fern.example", *blocks))
    return (
        "From: Mail Delivery System <MAILER-DAEMON@fern.example>\r\nTo: haus@haus.example\r\nAuto-Submitted: auto-replied\r\n"
        "Message-ID: <report@fern.example>\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=g\r\n\r\n"
        "--g\r\nContent-Type: text/plain\r\n\r\nAbout your letter.\r\n"
        f"--g\r\nContent-Type: message/delivery-status\r\n\r\n{told}\r\n"
        f"--g\r\nContent-Type: text/rfc822-headers\r\n\r\n{head}\r\n\r\n--g--\r\n"
    ).encode()


def of(person: str, action: str, status: str) -> str:
    return f"Final-Recipient: rfc822; {person}@fern.example\r\n{action}Status: {status}"


def heard(content: bytes) -> Item:
    letter = read.letter(content, NOW)
    (item,) = read.items(letter, "haus@haus.example", letter.native_id, is_ours=False)
    return item


@pytest.mark.parametrize(
    ("blocks", "act", "failed"),
    [
        ((of("mia", "Action: failed\r\n", "5.1.1"),), "bounced", ["mia@fern.example 5.1.1"]),
        ((of("mia", "Action: FAILED (rejected)\r\n", "5.1.1"),), "bounced", ["mia@fern.example 5.1.1"]),
        ((of("mia", "", "5.1.1"),), "bounced", ["mia@fern.example 5.1.1"]),
        ((of("mia", "Action: delayed\r\n", "4.4.1"),), "auto_replied", None),
        (
            (of("mia", "Action: delivered\r\n", "2.1.5"), of("jan", "Action: relayed\r\n", "2.0.0")),
            "auto_replied",
            None,
        ),
        (
            (of("mia", "Action: delayed\r\n", "4.4.1"), of("jan", "Action: failed\r\n", "5.2.2")),
            "bounced",
            ["jan@fern.example 5.2.2"],
        ),
    ],
)
def test_only_what_failed_came_back(blocks: tuple[str, ...], act: str, failed: list[str] | None) -> None:
    item = heard(report(*blocks))
    assert (item.act, item.extra.get("failed")) == (act, failed)
    assert item.kind == "gesture"
    if act == "bounced":
        assert item.target == OURS


@pytest.mark.parametrize(
    ("renames_to", "repeats", "is_answer"),
    [
        ("am.prod.outlook.com", "all", True),
        ("am.prod.outlook.com", "the id", True),
        ("eu-west-1.amazonses.com", "all", False),
    ],
)
def test_a_report_about_a_letter_that_a_server_renamed_is_about_ours(
    ground: Ground, renames_to: str, repeats: str, is_answer: bool
) -> None:
    """It names the id the server gave; ours stands in the head it repeats, or in the copy that the server keeps."""
    ground.store.renames = ground.store.keeps_sent = True
    us, question = ground.connector(), ground.write("Wann fährt das Schiff?")
    said = Draft("Um acht.", title="Rundbrief", reply_to=Ref(question) if is_answer else None, visibility="members")
    ours = us.send(said, "key-1").ref.native_id
    head = ground.store.delivered[0][1].decode().partition("\r\n\r\n")[0]
    head = head.replace("am.prod.outlook.com", renames_to)
    told = head if repeats == "all" else next(one for one in head.split("\r\n") if one.startswith("Message-ID"))
    assert ours not in told.partition("References")[0] and renames_to in told
    ground.store.arrive(report(of("mia", "Action: failed\r\n", "5.1.1"), head=told), NOW)
    bounced = {one.target: one.thread for batch in us.collect("") for one in batch.items if one.act == "bounced"}
    assert bounced == {ours: ours}


def test_a_report_about_a_colleagues_letter_is_not_about_the_one_of_ours_it_answers(ground: Ground) -> None:
    us = ground.connector()
    ours = us.send(Draft("Das Schiff fährt wieder.", title="Rundbrief"), "key-1").ref.native_id
    head = f"Message-ID: <K1@am.prod.outlook.com>\r\nIn-Reply-To: <{ours}>\r\nReferences: <{ours}>"
    ground.store.arrive(report(of("mia", "Action: failed\r\n", "5.1.1"), head=head), NOW)
    bounced = [one.target for batch in us.collect("") for one in batch.items if one.act == "bounced"]
    assert bounced == ["K1@am.prod.outlook.com"]


def machine(subject: str, *head: str) -> bytes:
    lines = (
        "From: Mia <mia@fern.example>",
        f"Subject: {subject}",
        f"In-Reply-To: <{OURS}>",
        "Message-ID: <a@fern.example>",
        *head,
    )
    return "\r\n".join([*lines, "", "Ich bin ab Montag wieder da."]).encode()


@pytest.mark.parametrize(
    ("subject", "head", "act"),
    [
        ("Automatische Antwort: Rundbrief", ("Auto-Submitted: auto-generated", "X-Auto-Response-Suppress: All"), "auto_replied"),
        ("Automatic reply: Rundbrief", ("Auto-Submitted: auto-generated",), "auto_replied"),
        ("=?utf-8?q?R=C3=A9ponse_automatique_=3A_Rundbrief?=", ("Auto-Submitted: auto-generated",), "auto_replied"),
        ("Abwesend", ("Auto-Submitted: auto-replied (vacation)",), "auto_replied"),
        # A helpdesk marks the words of its people like that.
        ("Re: Rundbrief", ("Auto-Submitted: auto-generated", "X-Auto-Response-Suppress: All"), "commented"),
        ("Automatische Antwort: wie geht das?", (), "commented"),
        ("Re: Rundbrief", ("Auto-Submitted: no",), "commented"),
    ],
)  # fmt: skip
def test_an_absence_notice_waits_for_nobody_and_a_persons_words_do(
    subject: str, head: tuple[str, ...], act: str
) -> None:
    assert heard(machine(subject, *head)).act == act


@pytest.mark.parametrize(
    "said",
    [
        "NO [ALERT] Too many simultaneous connections. (Failure)",
        "NO Server Unavailable. 15",
        "NO [THROTTLED] Try again later.",
        "NO Account exceeded command or bandwidth limits. (Failure)",
    ],
)
def test_a_server_that_has_enough_for_now_logs_nobody_out(ground: Ground, said: str) -> None:
    ground.store.faults["AUTHENTICATE"] = [said]
    with pytest.raises(TryLater) as caught:
        ground.connector().whoami()
    assert caught.value.reason_code == "busy"
    ground.store.faults["AUTHENTICATE"] = ["NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)"]
    with pytest.raises(LoggedOut):
        ground.connector().whoami()


def test_a_limit_of_the_day_is_waited_for_and_a_no_is_a_no(ground: Ground) -> None:
    ground.store.faults["MAIL"] = ["550 5.4.5 Daily user sending limit exceeded. Learn more at support.example"]
    with pytest.raises(TryLater) as caught:
        ground.connector().send(Draft("Hallo", title="Rundbrief"), "grenze")
    assert caught.value.reason_code == "too_many"
    assert ground.store.drafts.letters == []
    ground.store.faults["MAIL"] = ["550 5.7.60 SMTP; Client does not have permissions to send as this sender"]
    with pytest.raises(Refused):
        ground.connector().send(Draft("Hallo", title="Rundbrief"), "grenze")


def test_a_list_is_answered_by_no_absence_notice(ground: Ground) -> None:
    ground.connector().send(Draft("Hallo", title="Rundbrief"), "liste")
    asked = ground.write("Wann?")
    us = ground.connector()
    (item,) = [item for batch in us.collect("") for item in batch.items if item.ref.native_id == asked]
    us.send(Draft("Um acht.", reply_to=item.ref, thread=item.thread, visibility="direct"), "antwort")
    (_, letter), (_, answer) = ground.store.delivered
    assert b"X-Auto-Response-Suppress: OOF, AutoReply\r\n" in letter
    assert b"X-Auto-Response-Suppress" not in answer
