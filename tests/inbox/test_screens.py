"""The inbox on the screen: what is typed is never lost, what is foreign never runs, what is read costs few queries."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx2
import pytest
from django.urls import reverse
from django.utils import timezone

from allmende.channels.actions import fetch_due, hand_over, record_batch, send_due
from allmende.channels.models import Dispatch, Message
from allmende.channels.models import Media as KeptMedia
from allmende.connectors.http import Client
from allmende.connectors.neutral import Author, Batch, Item, Media, Ref
from allmende.inbox.actions import add_note, assign_conversation, close_conversation, send_reply
from allmende.inbox.jobs import file_new
from allmende.inbox.models import Conversation, Note
from allmende.inbox.queries import forget_lists
from allmende.members.models import Member
from tests.channels.test_media import telling

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


def page_of(name: str, *args: object) -> str:
    return reverse(f"inbox:{name}", args=["lotsenforum", *args])


@pytest.fixture
def client(client_of, owner):
    return client_of(owner)


# --- wrong values ----------------------------------------------------------------------------------------------------


def test_an_empty_answer_says_what_to_do(client, asked):
    (one,) = asked(1)
    answer = client.post(page_of("conversation", one.public_id), {"text": "  ", "seen_until": "1"})
    assert answer.status_code == 422
    assert "Schreiben Sie" in answer.context["form"].errors["text"][0]
    assert 'id="id_text_error"' in answer.content.decode()
    assert not Dispatch.objects.exists()


@pytest.mark.parametrize(
    ("action", "typed", "form", "field"),
    [
        ("close", {"reason": "bored"}, "close_form", "reason"),
        ("close", {}, "close_form", "reason"),
        ("note", {"note-text": " "}, "note_form", "text"),
        ("assign", {"assignee": str(uuid4())}, "assign_form", "assignee"),
        ("assign", {"assignee": "nobody"}, "assign_form", "assignee"),
        ("situation", {"rule": "999999"}, "situation_form", "rule"),
        ("situation", {"rule": "x"}, "situation_form", "rule"),
        ("situation", {}, "situation_form", "rule"),
    ],
)
def test_a_wrong_value_is_answered_at_its_field(client, asked, action, typed, form, field):
    (one,) = asked(1)
    answer = client.post(page_of(action, one.public_id), typed)
    assert answer.status_code == 422
    (error,) = answer.context[form].errors[field]
    assert error.startswith("Nicht ") and error.count(".") >= 2
    assert error in answer.content.decode()
    one.refresh_from_db()
    assert (one.state, one.assignee, one.is_rule_chosen_by_person) == ("waiting", None, False)
    assert not Note.objects.exists()


def test_somebody_of_another_workspace_cannot_be_assigned(client, asked, new_person):
    (one,) = asked(1)
    stranger = new_person("owner", slug="other")
    assert client.post(page_of("assign", one.public_id), {"assignee": str(stranger.pk)}).status_code == 422
    one.refresh_from_db()
    assert one.assignee is None


def test_an_answer_the_channel_refuses_is_kept_with_the_reason(client, asked, forum):
    (one,) = asked(1)
    type(forum).objects.update(state="paused")
    answer = client.post(page_of("conversation", one.public_id), {"text": "Mein langer Text", "seen_until": "1"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Mein langer Text" in page and "Forum ist zurzeit nicht in Betrieb" in page


# --- two people ------------------------------------------------------------------------------------------------------


def test_an_answer_too_long_for_the_network_is_refused_before_it_leaves(client, asked):
    """The network would refuse it minutes later, when nobody looks any more."""
    (one,) = asked(1)
    typed = {"text": "W" * 5001, "seen_until": "0"}
    answer = client.post(page_of("conversation", one.public_id), typed)
    assert answer.status_code == 422
    assert "5001 Zeichen sind zu lang: Forum nimmt 5000" in answer.content.decode()
    assert "W" * 5001 in answer.content.decode()
    assert not Dispatch.objects.exists()


def test_two_people_answering_are_told_and_both_texts_stand_on_the_page(client, client_of, asked, new_person):
    (one,) = asked(1)
    url = page_of("conversation", one.public_id)
    seen = client.get(url).context["form"].initial["seen_until"]
    client_of(new_person("manager", "Emre Yıldız")).post(url, {"text": "Unter Vorlagen.", "seen_until": seen})
    answer = client.post(url, {"text": "Im Menü Kasse.", "seen_until": seen})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Emre Yıldız" in answer.context["form"].errors["text"][0]
    assert "Unter Vorlagen." in page and "Im Menü Kasse." in page
    assert Dispatch.objects.count() == 1
    again = client.post(url, {"text": "Im Menü Kasse.", "seen_until": answer.context["form"].data["seen_until"]})
    assert again.status_code == 302 and Dispatch.objects.count() == 2


# --- sending and taking back -----------------------------------------------------------------------------------------


def test_taking_back_returns_the_words_to_the_form(client, asked):
    (one,) = asked(1)
    url = page_of("conversation", one.public_id)
    page = client.post(url, {"text": "Zu schnell", "seen_until": "0"}, follow=True)
    dispatch = Dispatch.objects.get()
    undo = page_of("take_back", dispatch.public_id)
    assert undo in page.content.decode()
    back = client.post(undo, follow=True)
    assert back.context["form"].initial["text"] == "Zu schnell"
    assert ">\nZu schnell</textarea>" in back.content.decode()
    dispatch.refresh_from_db()
    assert dispatch.state == "withdrawn"
    assert "text" not in client.get(url).context["form"].initial or not client.get(url).context["form"].initial["text"]


def test_what_left_cannot_be_taken_back_and_is_said(client, says, listen, owner, now):
    says("Mirko Tietz", "Wo finde ich die Kassenbuch-Vorlage?", now)
    (one,) = listen(now)
    dispatch = send_reply(person=owner, conversation=one, text="Schon fort", seen_until=10**9, now=now)
    send_due(now=now + timedelta(seconds=30))
    back = client.post(page_of("take_back", dispatch.public_id), follow=True)
    assert "Nicht zurückgenommen" in back.content.decode()
    dispatch.refresh_from_db()
    assert dispatch.state == "sent"


def test_a_note_is_read_by_the_team_and_sent_to_nobody(client, asked):
    (one,) = asked(1)
    page = client.post(page_of("note", one.public_id), {"note-text": "Hat schon angerufen."}, follow=True)
    assert "Hat schon angerufen." in page.content.decode()
    assert not Dispatch.objects.exists()


def test_closing_offers_to_open_again(client, asked):
    (one,) = asked(1)
    client.post(page_of("close", one.public_id), {"reason": "no_reply_needed"})
    assert str(one.public_id) in client.get(page_of("index"), {"tab": "closed"}).content.decode()
    assert page_of("reopen", one.public_id) in client.get(page_of("conversation", one.public_id)).content.decode()
    client.post(page_of("reopen", one.public_id))
    one.refresh_from_db()
    assert one.state == "waiting"


def test_choosing_a_situation_moves_the_promise(client, asked):
    (one,) = asked(1)
    rule = one.rule.plan.rules.exclude(pk=one.rule_id).order_by("situation").last()
    client.post(page_of("situation", one.public_id), {"rule": rule.pk})
    one.refresh_from_db()
    assert (one.rule, one.is_rule_chosen_by_person) == (rule, True)


# --- reading ---------------------------------------------------------------------------------------------------------


def test_looking_again_costs_nothing_while_nothing_changed(client, asked, monkeypatch):
    asked(2)
    at = timezone.now()
    monkeypatch.setattr("django.utils.timezone.now", lambda: at)
    first = client.get(page_of("rows"))
    assert first.status_code == 200 and first["ETag"]
    assert client.get(page_of("rows"), headers={"if-none-match": first["ETag"]}).status_code == 304
    squeezed = client.get(page_of("rows"), headers={"accept-encoding": "gzip"})
    again = {"accept-encoding": "gzip", "if-none-match": squeezed["ETag"]}
    assert client.get(page_of("rows"), headers=again).status_code == 304
    asked(1, first=5)
    changed = client.get(page_of("rows"), headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200 and "Mitglied 5" in changed.content.decode()


def test_foreign_html_is_shown_only_as_the_sanitiser_left_it(client, asked):
    evil = '<p>Hallo <b>Welt</b><script>alert(1)</script><img src=x onerror="alert(2)"><a href="javascript:alert(3)">x</a></p>'
    (one,) = asked(1, html=evil)
    page = client.get(page_of("conversation", one.public_id)).content.decode()
    assert "<b>Welt</b>" in page
    assert "alert(" not in page and "onerror" not in page and "javascript:" not in page
    assert "alert(1)" in Message.objects.get().html_raw


def test_foreign_plain_text_is_never_markup(client, forum):
    now = timezone.now()
    text = "<script>alert(1)</script> Wie geht das?"
    item = Item(
        ref=Ref("t1"), kind="message", act="asked", author=Author("m1", name="<b>Max</b>"), occurred_at=now,
        thread="t1", title="<i>Titel</i>", text=text,
    )  # fmt: skip
    record_batch(channel=forum, batch=Batch([item], "1"), now=now)
    file_new(now)
    page = client.get(page_of("conversation", Conversation.objects.get().public_id)).content.decode()
    assert "<script>alert" not in page and "<b>Max" not in page and "<i>Titel" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_an_archived_thread_can_be_read_and_not_answered(client, asked):
    (one,) = asked(1)
    Conversation.objects.update(state="archived", due_at=None, waiting_since=None, members_until=None)
    url = page_of("conversation", one.public_id)
    page = client.get(url).content.decode()
    assert "Wie buche ich Beleg 0?" in page and "Aus einem Archiv" in page
    assert 'name="text"' not in page
    assert client.post(url, {"text": "Hallo", "seen_until": "0"}).status_code == 422
    assert client.post(page_of("close", one.public_id), {"reason": "spam"}).status_code == 422
    assert not Dispatch.objects.exists()


def test_pages_follow_one_another_without_gap_or_double(client, asked):
    asked(40)
    Conversation.objects.filter(title__contains="7").update(due_at=None)
    first = client.get(page_of("index")).context["listing"]
    second = client.get(page_of("index"), {"after": first.after}).context["listing"]
    both = [row.pk for row in (*first.rows, *second.rows)]
    assert (len(first.rows), len(second.rows), second.after) == (30, 10, None)
    assert sorted(both) == sorted(Conversation.objects.values_list("pk", flat=True))
    assert [row.due_at is None for row in second.rows] == [False] * 6 + [True] * 4
    assert client.get(page_of("index"), {"after": "rubbish"}).context["listing"].rows[0].pk == first.rows[0].pk


def test_a_heading_stands_once(client, asked):
    asked(12)
    Conversation.objects.filter(title__contains="3").update(members_until=timezone.now() + timedelta(minutes=5))
    codes = [group.code for group in client.get(page_of("index")).context["listing"].groups]
    assert len(codes) == len(set(codes))


def test_similar_cases_are_found_beside_the_thread(client, asked):
    first, *_ = asked(3)
    url = page_of("similar", first.public_id)
    fragment = client.get(url, headers={"hx-request": "true"}).content.decode()
    assert "Frage 1 zur Umsatzsteuer" in fragment and "<html" not in fragment
    assert "<html" in client.get(url).content.decode()


@pytest.mark.parametrize("page", ["index", "conversation"])
def test_three_and_thirty_rows_take_the_same_few_queries(
    page, client, asked, owner, new_person, django_assert_max_num_queries
):
    emre = new_person("manager", "Emre Yıldız")
    one = asked(3)[0]
    now = datetime(2026, 10, 7, 8, tzinfo=UTC)
    add_note(person=owner, conversation=one, text="Hat angerufen.", now=now)
    assign_conversation(person=emre, conversation=one, assignee=emre, now=now)
    Conversation.objects.update(serves_key="dropped-long-ago")
    url = page_of("index") if page == "index" else page_of("conversation", one.public_id)
    client.get(url)
    forget_lists()
    with django_assert_max_num_queries(MOST_QUERIES) as few:
        client.get(url)
    asked(30, first=3)
    with django_assert_max_num_queries(MOST_QUERIES) as many:
        assert len(client.get(url).context["listing"].rows) == 30
    assert len(few) == len(many)


def test_a_long_thread_takes_no_more_queries(client, asked, forum, owner, django_assert_max_num_queries):
    (one,) = asked(1)
    now = timezone.now()
    for n in range(8):
        hand_over(
            person=owner, channel=forum, kind="reply", text=f"Antwort {n}", reply_to=Message.objects.first(), now=now,
            send_after=now,
        )  # fmt: skip
    while file_new(now + timedelta(seconds=1)):
        pass
    url = page_of("conversation", one.public_id)
    client.get(url)
    with django_assert_max_num_queries(MOST_QUERIES):
        assert len(client.get(url).context["thread"].turns) == 9


def test_closing_reads_as_words_not_as_codes(client, asked, owner):
    (one,) = asked(1)
    close_conversation(person=owner, conversation=one, reason="solved_by_members", now=timezone.now())
    page = client.get(page_of("conversation", one.public_id)).content.decode()
    assert "solved_by_members" not in page.split('id="rule"')[1].split("<form")[0]


# --- what is shown ---------------------------------------------------------------------------------------------------


@pytest.fixture
def with_pictures(forum):
    """A question that shows two pictures: `fetch()` brings our copies."""
    now = timezone.now()
    shown = tuple(Media("image/jpeg", url=f"https://net.example/{n}.jpg", alt=f"Beleg {n}") for n in range(2))
    item = Item(Ref("1"), "message", "asked", Author("a", name="Anne"), now, "1", text="Schauen Sie:", media=shown)
    record_batch(channel=forum, batch=Batch([item], "1"), now=now)
    while file_new(now):
        pass

    def fetch() -> None:
        answer = httpx2.Response(200, headers={"content-type": "image/jpeg"}, content=telling("JPEG"))
        fetch_due(now=now, client=Client(transport=httpx2.MockTransport(lambda _: answer)))

    return fetch


def test_pictures_of_a_message_come_from_our_own_store_alone(client, with_pictures, django_assert_max_num_queries):
    url = page_of("conversation", Conversation.objects.get().public_id)
    waiting = client.get(url).content.decode()
    assert waiting.count("Ein Bild, das noch geholt wird.") == 2 and "Beleg 1" in waiting and "<img" not in waiting
    with_pictures()
    with django_assert_max_num_queries(MOST_QUERIES):
        page = client.get(url).content.decode()
    kept = KeptMedia.objects.get()
    assert page.count(reverse("channels:preview", args=["lotsenforum", kept.pk])) == 2
    assert 'alt="Beleg 0"' in page and "net.example" not in waiting + page


def test_a_thread_is_sent_again_until_its_pictures_came_and_its_words_left(client, owner, with_pictures):
    one = Conversation.objects.get()
    url = page_of("turns", one.public_id)
    assert "ETag" not in client.get(url)  # no line in the book tells that a picture came
    with_pictures()
    assert "ETag" in client.get(url)
    dispatch = send_reply(person=owner, conversation=one, text="Danke!", seen_until=10**6, now=timezone.now(), url="")
    assert "ETag" not in client.get(url)
    Dispatch.objects.filter(pk=dispatch.pk).update(state="refused")  # nor that the network refused the words
    assert "ETag" in client.get(url)


def test_a_picture_of_a_deleted_message_is_shown_no_more(client, with_pictures):
    with_pictures()
    Message.objects.update(deleted_at=timezone.now())
    page = client.get(page_of("conversation", Conversation.objects.get().public_id)).content.decode()
    assert "<img" not in page and "Beleg 0" not in page


def test_a_members_name_leads_to_their_page_and_an_erased_one_nowhere(client, asked, owner):
    (one,) = asked(1)
    send_reply(person=owner, conversation=one, text="Im Menü Kasse.", seen_until=10**6, now=timezone.now(), url="")
    member = Member.objects.get()
    url, link = page_of("conversation", one.public_id), reverse("members:member", args=["lotsenforum", member.pk])
    assert client.get(url).content.decode().count(f'href="{link}"') == 1
    Member.objects.update(erased_at=timezone.now())
    assert link not in client.get(url).content.decode()


# --- while one writes ------------------------------------------------------------------------------------------------


@pytest.fixture
def from_karl(forum):
    now = timezone.now()
    item = Item(
        ref=Ref("k1"), kind="message", act="asked", author=Author("m-karl", "karl", "Karl"), occurred_at=now, thread="k1",
        text="Wann?",
    )  # fmt: skip
    record_batch(channel=forum, batch=Batch([item], "1"), now=now)
    while file_new(now):
        pass
    return Conversation.objects.get()


def test_an_answer_offers_emoji_and_the_members_who_spoke_here_by_their_handle(client, from_karl):
    page = client.get(page_of("conversation", from_karl.public_id)).content.decode()
    assert '<datalist id="members-here" data-more="/w/' in page
    assert '<option value="karl" label="Karl"></option></datalist>' in page
    assert 'data-mentions="members-here"' in page and 'data-insert="🙂"' in page


def test_whoever_was_erased_is_offered_to_no_answer(client, from_karl):
    Member.objects.update(erased_at=timezone.now())
    page = client.get(page_of("conversation", from_karl.public_id)).content.decode()
    here = page.partition('<datalist id="members-here"')[2].partition("</datalist>")[0]
    assert here.startswith(' data-more="/w/') and "<option" not in here
