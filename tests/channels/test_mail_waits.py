"""A mail server that takes no letters for a while: what waits is tried again and told of, and nothing is refused."""

from datetime import timedelta

import pytest

from allmende.channels.actions import (
    ask_leave,
    choose_channel,
    collect_channel,
    connect_account,
    declare_hold,
    hand_over,
    send_due,
    set_live,
)
from allmende.channels.models import Message
from allmende.connectors.mail.mailbox import Mailbox
from allmende.team.models import Notice
from tests.networks.mail.ground import started

pytestmark = pytest.mark.django_db
OFF = "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox."


@pytest.fixture
def ground(settings):
    one = started()
    settings.NEIGHBOURS = frozenset({("127.0.0.1", one.imap.port), ("127.0.0.1", one.smtp.port)})
    yield one
    one.end()


@pytest.fixture
def post(ground, owner, now):
    account = connect_account(
        person=owner, kind="mail", name="Post", settings=ground.settings, secret=ground.store.password, now=now,
        client=ground.client,
    )  # fmt: skip
    channel = choose_channel(person=owner, name="Post", slug="post", kind="newsletter", account=account, now=now)
    set_live(person=owner, channel=channel, reaction_plan_version_key="p", now=now)
    return channel


def test_a_letter_waits_while_its_server_takes_none_and_people_are_told_once_a_day(ground, post, owner, now) -> None:
    letter = hand_over(
        person=owner, channel=post, kind="post", text="Um acht.", title="Rundbrief", now=now, send_after=now
    )
    ground.store.faults["AUTH"] = [OFF] * 5
    told = Notice.objects.filter(kind="channels.account_not_sending", person=owner)
    for hours, notices in ((0, 1), (1, 1), (15, 2), (26, 2), (30, 2)):
        assert send_due(now=now + timedelta(hours=hours), client=ground.client) == 0
        letter.refresh_from_db()
        assert (letter.state, letter.reason_code, told.count()) == ("waiting", "sending_off", notices)
    asked = ground.write("Wann?")
    collect_channel(channel=post, now=now + timedelta(hours=30), client=ground.client)
    assert Message.objects.filter(native_id=asked).exists(), "letters are read as before"
    assert send_due(now=now + timedelta(hours=33), client=ground.client) == 1
    letter.refresh_from_db()
    assert (letter.state, len(ground.store.delivered)) == ("sent", 1)


def test_a_hold_declared_while_a_letter_is_prepared_keeps_it(ground, post, owner, now, monkeypatch) -> None:
    letter = hand_over(
        person=owner, channel=post, kind="post", text="Um acht.", title="Rundbrief", now=now, send_after=now
    )
    monkeypatch.setattr(ask_leave, "LASTS_SECONDS", 0.0)
    keep = Mailbox.keep

    def keep_and_stop(box, *given) -> None:
        keep(box, *given)
        declare_hold(person=owner, workspace=owner.workspace, reason="Gerüchte", now=now)

    monkeypatch.setattr(Mailbox, "keep", keep_and_stop)
    assert send_due(now=now, client=ground.client) == 0
    letter.refresh_from_db()
    assert (letter.state, ground.store.delivered) == ("waiting", [])
