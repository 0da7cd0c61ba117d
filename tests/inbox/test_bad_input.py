"""What nobody wishes for and somebody sends: endless words, invisible ones, endless threads, and people who are gone."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from allmende.channels.actions import close_channel, record_batch
from allmende.channels.models import Dispatch, Message
from allmende.connectors.neutral import Author, Batch, Item, Ref
from allmende.inbox.actions import decide_moderation, file_messages, send_reply, take_back_reply
from allmende.inbox.jobs import file_new
from allmende.inbox.models import Conversation, Entry, ModerationDecision
from allmende.members.actions import erase, erase_due
from allmende.members.models import Member

pytestmark = pytest.mark.django_db


def page_of(name: str, *args: object) -> str:
    return reverse(f"inbox:{name}", args=["lotsenforum", *args])


@pytest.fixture
def client(client_of, owner):
    return client_of(owner)


@pytest.fixture
def hear(forum):
    """`hear(texts)`: members say these in one thread, a second apart; the newest moment is `at`.

    `is_at_once`: filed in one go, as after an import; in handfuls a thread is read once for each of them.
    """

    def record(texts, title="Frage", at=None, native="t", is_at_once=False):
        end = at or timezone.now()
        items = [
            Item(
                ref=Ref(f"{native}{number or ''}"), kind="message", act="asked" if not number else "answered",
                author=Author(f"m{number % 7}", name=f"Mitglied {number % 7}"),
                occurred_at=end - timedelta(seconds=len(texts) - number), thread=native,
                title="" if number else title, text=text,
            )
            for number, text in enumerate(texts)
        ]  # fmt: skip
        record_batch(channel=forum, batch=Batch(items, str(len(items))), now=end)
        if is_at_once:
            file_messages(messages=list(Message.objects.select_related("channel")), now=end)
        while not is_at_once and file_new(end):
            pass
        return Conversation.objects.get(thread_native_id=native)

    return record


def test_a_message_of_100_000_characters_is_read_and_answered(client, hear):
    one = hear([f"{'Wort ' * 19_990}Schlussbilanz"], title="")
    page = client.get(page_of("conversation", one.public_id))
    shown = page.content.decode()
    assert page.status_code == 200 and shown.count("Wort ") >= 19_990 and "Schlussbilanz" in shown
    assert len(one.title) <= 300 and 0 < client.get(page_of("rows")).content.decode().count("Wort ") < 200
    found = client.get(page_of("index") + "?q=Schlussbilanz").context["listing"].rows
    assert [row.pk for row in found] == [one.pk], "its last word is found"
    typed = client.post(page_of("conversation", one.public_id), {"text": "W" * 100_000, "seen_until": "0"})
    assert typed.status_code == 422 and "W" * 100_000 in typed.content.decode()
    note = client.post(page_of("note", one.public_id), {"note-text": "N" * 100_000}, follow=True)
    assert "N" * 100_000 in note.content.decode()


@pytest.mark.parametrize("title", ["\u200b\u200b", "\u2063", "\u2066\u2069", "\ufeff"])
def test_words_nobody_can_see_are_no_title(client, hear, title):
    one = hear(["\u200b"], title=title)
    assert one.title == "…"
    assert client.get(page_of("conversation", one.public_id)).status_code == 200


def test_words_from_right_to_left_stand_alone(client, hear):
    one = hear(["שלום, איך אני מבטל?"], title="ביטול \u202egnp.exe")
    for address in (page_of("conversation", one.public_id), page_of("index")):
        page = client.get(address).content.decode()
        assert "ביטול" in page and not set(page) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068")
    assert "שלום, איך אני מבטל?" in client.get(page_of("conversation", one.public_id)).content.decode()
    found = client.get(page_of("index"), {"q": "שלום"}).context["listing"].rows
    assert [row.pk for row in found] == [one.pk]


def test_a_long_thread_shows_its_ends_and_the_rest_when_asked(client, hear):
    one = hear([f"Nachricht {number}." for number in range(250)], is_at_once=True)
    late = Message.objects.get(text="Nachricht 20.")
    Message.objects.filter(pk=Message.objects.latest("pk").pk).update(occurred_at=late.occurred_at)
    for name in ("conversation", "turns"):
        page = client.get(page_of(name, one.public_id)).content.decode()
        assert "48 Nachrichten ausgeblendet" in page and "?whole=1" in page, name
        shown = [number for number in range(250) if f"Nachricht {number}." in page]
        assert shown == [0, *range(49, 250)], name
        whole = client.get(f"{page_of(name, one.public_id)}?whole=1").content.decode()
        assert all(f"Nachricht {number}." in whole for number in range(250)) and "ausgeblendet" not in whole, name
    page = client.get(page_of("conversation", one.public_id))
    assert page.context["thread"].newest_id == Message.objects.latest("pk").pk, "an answer has seen what came last"


def test_an_answer_that_never_left_hides_no_message_of_a_long_thread(client, owner, hear):
    one, now = hear([f"Nachricht {number}." for number in range(201)], is_at_once=True), timezone.now()
    sent = send_reply(person=owner, conversation=one, text="Wir sehen nach.", seen_until=10**9, now=now)
    take_back_reply(person=owner, dispatch=sent, now=now)
    page = client.get(page_of("conversation", one.public_id)).content.decode()
    assert "Nachricht 1." not in page and "1 Nachricht ausgeblendet" in page


@pytest.mark.thorough
def test_5000_messages_in_one_thread_take_as_few_queries(client, hear, django_assert_max_num_queries):
    one = hear([f"Nachricht {number}" for number in range(5_000)], is_at_once=True)
    one.refresh_from_db()
    assert one.turns == 5_000 and Entry.objects.filter(conversation=one).count() == 5_000
    # Once per process Django asks SQLite whether it knows JSON; the first page must not be the counted one.
    client.get(page_of("conversation", one.public_id))
    with django_assert_max_num_queries(12):
        page = client.get(page_of("conversation", one.public_id))
    assert page.status_code == 200 and len(page.content) < 1_000_000
    with django_assert_max_num_queries(12):
        whole = client.get(f"{page_of('conversation', one.public_id)}?whole=1")
    assert whole.content.count(b'<article id="turn-') == 5_000


def test_a_member_who_deletes_all_leaves_nobody_waiting(client, says, listen, practice):
    """At the network, as members do it; what a colleague was just writing is not lost and does not stand alone in public."""
    now = timezone.now()
    first = says("Karl", "Geheime Frage", at=now - timedelta(hours=2), title="Geheimes")
    further = says("Karl", "Noch eine", at=now - timedelta(hours=1), reply_to=first["id"])
    (one,) = listen(now)
    assert one.turns == 2 and one.waiting_since
    for number, post in enumerate((further, first), 1):
        karl = practice.network.member("Karl")
        practice.network.remove(karl, post["id"], now=now + timedelta(minutes=number))
    (one,) = listen(now + timedelta(minutes=5))
    assert (one.state, one.waiting_since, one.due_at, one.title) == ("answered", None, None, "…")
    rows, page = client.get(page_of("index")), client.get(page_of("conversation", one.public_id)).content.decode()
    assert "Geheim" not in page and "gelöscht" in page and "Geheim" not in rows.content.decode()
    assert not client.get(page_of("index") + "?q=Geheime").context["listing"].rows
    late = client.post(page_of("conversation", one.public_id), {"text": "Im Menü Kasse.", "seen_until": "0"})
    assert late.status_code == 422 and "Im Menü Kasse." in late.content.decode() and "ist weg" in late.content.decode()
    assert not Dispatch.objects.exists()


def test_an_author_erased_on_request_is_gone_from_the_inbox_and_the_evidence(client, hear, owner):
    one = hear(["Meine Nummer ist 0431 5555."], title="Ruft mich an")
    asked, now = Message.objects.select_related("entry__conversation", "channel").get(), timezone.now()
    decide_moderation(
        person=owner, message=asked, measure="hide", rule=None, law="§ 185 StGB", facts="Beleidigung.",
        statement="Wir haben verborgen.", source="own", until_date=None, now=now,
    )  # fmt: skip
    assert ModerationDecision.objects.get().evidence["text"] == "Meine Nummer ist 0431 5555."
    erase(person=owner, member=Member.objects.get(), asked_date=now.date(), now=now)
    erase_due(now=now)
    one.refresh_from_db()
    assert (one.title, one.opener_name) == ("…", "")
    decision = ModerationDecision.objects.get()
    assert set(decision.evidence) == {"said_at", "channel"} and decision.facts == "Beleidigung."
    typed = client.post(page_of("conversation", one.public_id), {"text": "Wir rufen an.", "seen_until": str(asked.pk)})
    assert typed.status_code == 422 and "Wir rufen an." in typed.content.decode(), "the draft was open meanwhile"
    assert not Dispatch.objects.exists()
    rows = client.get(page_of("index")).content.decode()
    page = client.get(page_of("conversation", one.public_id)).content.decode()
    assert "bat darum, vergessen zu werden" in page and "forgotten:" not in page
    assert "Ruft mich an" not in rows and "Mitglied 0" not in rows.split('id="thread"')[0]


def test_a_channel_closed_with_open_conversations_still_shows_them(client, hear, forum, owner):
    one = hear(["Wo finde ich die Vorlage?"])
    close_channel(person=owner, channel=forum, now=timezone.now())
    assert [row.pk for row in client.get(page_of("index")).context["listing"].rows] == [one.pk]
    refused = client.post(page_of("conversation", one.public_id), {"text": "Im Menü Kasse.", "seen_until": "0"})
    assert refused.status_code == 422 and "Im Menü Kasse." in refused.content.decode()
    assert "Wo finde ich die Vorlage?" in client.get(page_of("conversation", one.public_id)).content.decode()
    noted = client.post(page_of("note", one.public_id), {"note-text": "Am Telefon geklärt."}, follow=True)
    assert "Am Telefon geklärt." in noted.content.decode()
    closed = client.post(page_of("close", one.public_id), {"reason": "moved_elsewhere"}, follow=True)
    one.refresh_from_db()
    assert one.state == "closed" and one.waiting_since is None
    undo = [str(said.extra_tags) for said in closed.context["messages"] if said.extra_tags][-1]
    client.post(undo)
    one.refresh_from_db()
    assert one.state == "waiting" and one.waiting_since


@pytest.mark.parametrize(
    ("asked_at", "due_at"),
    [
        # The night of 25 October 2026 has 25 hours, that of 28 March 2027 has 23.
        (datetime(2026, 10, 24, 20, tzinfo=UTC), datetime(2026, 10, 25, 20, tzinfo=UTC)),
        (datetime(2027, 3, 27, 20, tzinfo=UTC), datetime(2027, 3, 28, 20, tzinfo=UTC)),
    ],
)
def test_a_promise_around_the_clock_is_as_long_in_a_night_that_is_not(hear, asked_at, due_at):
    one = hear(["Wie buche ich Beleg 3?"], at=asked_at + timedelta(seconds=1))
    type(one.rule).objects.filter(pk=one.rule_id).update(first_response_minutes=24 * 60, counts_service_hours=False)
    Message.objects.update(changed_at=asked_at + timedelta(minutes=1))
    file_new(asked_at + timedelta(minutes=1))
    one.refresh_from_db()
    assert one.due_at == due_at


def test_in_service_hours_a_morning_begins_when_the_clock_says_so(hear):
    """Saturday evening before the clocks go back: what counts from Monday on begins at the same hour of the clock."""
    before = hear(["Wie buche ich?"], at=datetime(2026, 10, 17, 18, tzinfo=UTC), native="a")
    after = hear(["Wie buche ich?"], at=datetime(2026, 10, 24, 18, tzinfo=UTC), native="b")
    Conversation.objects.update(rule=before.rule, is_rule_chosen_by_person=True)
    Message.objects.update(changed_at=datetime(2026, 10, 24, 19, tzinfo=UTC))
    file_new(datetime(2026, 10, 24, 19, tzinfo=UTC))
    before.refresh_from_db()
    after.refresh_from_db()
    assert before.rule.counts_service_hours
    assert after.due_at - before.due_at == timedelta(days=7, hours=1)
