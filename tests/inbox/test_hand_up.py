"""Where a rule says that it goes to somebody else, one press takes it there, with what is to be decided (3.8)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from allmende.channels.actions import send_due
from allmende.channels.models import Dispatch
from allmende.guidelines.actions import put_guideline_in_force, save_guideline, write_guideline
from allmende.inbox.actions import CannotHandUp, close_conversation, hand_up, reopen_conversation, send_reply
from allmende.inbox.models import Conversation, Note
from allmende.team.actions import see_notices, unit_of_person
from allmende.team.models import AuditRow, Notice
from tests.inbox.test_taking_back import offer

pytestmark = pytest.mark.django_db
WHY = "Dürfen wir die Gebühr erlassen?"


def at(name: str, *args: object) -> str:
    return reverse(f"inbox:{name}", args=["lotsenforum", *args])


@pytest.fixture
def lena(new_person):
    return new_person("moderator", "Lena Brandt")


@pytest.fixture
def ida(new_person):
    return new_person("lead", "Ida Lund")


@pytest.fixture
def dispute(asked, ida):
    """A conversation whose rule names Ida as who decides."""
    (one,) = asked(1)
    unit = unit_of_person(colleague=ida, now=timezone.now())
    type(one.rule).objects.filter(pk=one.rule_id).update(decider=unit, escalate_when="Sobald es um Geld geht.")
    return one


def test_who_decides_takes_over_reads_why_and_it_is_taken_back(dispute, lena, ida, client_of):
    client, page = client_of(lena), at("conversation", dispute.public_id)
    shown = client.get(page).content.decode()
    assert "Sobald es um Geld geht." in shown and at("hand_up", dispute.public_id) in shown and "Ida Lund" in shown
    refused = client.post(at("hand_up", dispute.public_id), {"reason": " "})
    assert refused.status_code == 422 and "Schreiben Sie, was zu entscheiden ist" in refused.content.decode()
    done = client.post(at("hand_up", dispute.public_id), {"reason": WHY}, follow=True)
    assert "Ida Lund entscheidet" in done.content.decode()
    dispute.refresh_from_db()
    assert dispute.assignee == ida and Note.objects.get().text == WHY
    notice = Notice.objects.get(person=ida, kind="inbox.handed_up")
    assert notice.url.startswith(page) and AuditRow.objects.filter(verb="inbox.conversation.handed_up").exists()
    assert not Notice.objects.filter(person=ida, kind="inbox.assigned").exists(), "asked once, not twice"
    assert "bittet Sie um eine Entscheidung" in client_of(ida).get("/w/lotsenforum/").content.decode()
    assert WHY in client_of(ida).get(page).content.decode()
    client.post(offer(done))
    dispute.refresh_from_db()
    assert dispute.assignee is None and not Note.objects.exists() and not Notice.objects.filter(person=ida).exists()


def test_pressed_twice_it_is_handed_up_once_and_taken_back_to_whoever_had_it(dispute, lena, ida, client_of):
    Conversation.objects.filter(pk=dispute.pk).update(assignee=lena)
    client, up = client_of(lena), at("hand_up", dispute.public_id)
    client.post(up, {"reason": WHY}, follow=True)
    again = client.post(up, {"reason": WHY}, follow=True)
    assert Note.objects.count() == 1 and Notice.objects.filter(person=ida, kind="inbox.handed_up").count() == 1
    assert AuditRow.objects.filter(verb="inbox.conversation.handed_up").count() == 1
    client.post(offer(again))
    dispute.refresh_from_db()
    assert dispute.assignee == lena and not Note.objects.exists()


def test_whoever_decides_has_nobody_above_and_what_is_closed_goes_nowhere(dispute, lena, ida, client_of):
    about, now = {"conversation": dispute, "reason": WHY}, timezone.now()
    refused = client_of(ida).post(at("hand_up", dispute.public_id), {"reason": WHY})
    assert refused.status_code == 422 and WHY in refused.content.decode(), "nothing typed is lost"
    close_conversation(person=lena, conversation=dispute, reason="no_reply_needed", now=now)
    with pytest.raises(CannotHandUp):
        hand_up(person=lena, now=now, **about)
    assert not Note.objects.exists() and Conversation.objects.get().assignee is None


def test_the_guidelines_of_the_channel_stand_beside_the_message_and_those_of_another_do_not(
    dispute, owner, client_of, forum
):
    now = timezone.now()

    def holds(title: str, addressee: str, channel=None) -> None:
        written = write_guideline(person=owner, title=title, addressee=addressee, channel=channel, now=now)
        if addressee != "members":
            words = {"how": "Ruhig.", "when": "Bald.", "what": "Offen."}
            about = {"title": title, "channel": channel, "needs_acknowledgement": False, "texts": words}
            written = save_guideline(person=owner, guideline=written, now=now, **about)
        put_guideline_in_force(person=owner, guideline=written, now=now)

    holds("Für das Team", "team")
    holds("Nur im Forum", "team", forum)
    holds("Für Fachleute", "experts")
    holds("Netiquette für alle", "members")
    page = client_of(owner).get(at("similar", dispute.public_id)).content.decode()
    assert page.index("Nur im Forum") < page.index("Für das Team") < page.index("Netiquette für alle")
    assert "Für Fachleute" not in page and "Netiquette, Version 1" in page
    holds("Netiquette im Forum", "members", forum)
    page = client_of(owner).get(at("similar", dispute.public_id)).content.decode()
    assert "Netiquette im Forum" in page and "Netiquette für alle" not in page, "a channel's own comes first"


@pytest.fixture
def matter(says, listen, ida, now):
    """The same at a network that takes our answer."""
    says("Karl", "Erlassen Sie mir die Gebühr?", at=now - timedelta(hours=1))
    (one,) = listen(now)
    type(one.rule).objects.filter(pk=one.rule_id).update(decider=unit_of_person(colleague=ida, now=now))
    return one


def asks(ida) -> bool:
    return Notice.objects.filter(person=ida, kind="inbox.handed_up", seen_at__isnull=True).exists()


@pytest.mark.parametrize("ends", ["answered", "closed", "closed and opened again", "seen, closed and opened again"])
def test_what_was_handed_up_asks_no_more_once_it_is_answered_or_closed(matter, listen, lena, ida, ends, now):
    hand_up(person=lena, conversation=matter, reason=WHY, now=now)
    assert asks(ida)
    if ends == "answered":
        send_reply(person=ida, conversation=matter, text="Ja, die Gebühr entfällt.", seen_until=10**9, now=now)
        assert asks(ida), "not before it has left"
        send_due(now=now + timedelta(hours=1))
        listen(now + timedelta(hours=1))
        assert Dispatch.objects.get().state == "sent"
        assert Conversation.objects.get().state == "answered" and not asks(ida)
        return
    if ends.startswith("seen"):
        see_notices(person=ida, now=now)
    closed = close_conversation(
        person=lena, conversation=matter, reason="no_reply_needed", now=now + timedelta(minutes=1)
    )
    assert not asks(ida)
    if "opened" in ends:
        reopen_conversation(person=lena, conversation=closed.conversation, now=now + timedelta(minutes=2))
        assert asks(ida) is ends.startswith("closed")
