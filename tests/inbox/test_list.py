"""The list: parts in the address, pages that follow one another, several at once, and others' changes."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from allmende.inbox.actions import assign_conversation, close_conversation
from allmende.inbox.models import Conversation, Look
from allmende.inbox.queries import Filter, listing, read_filter
from tests.inbox.test_taking_back import offer

pytestmark = pytest.mark.django_db


def at(name: str, *args: object) -> str:
    return reverse(f"inbox:{name}", args=["lotsenforum", *args])


@pytest.fixture
def client(client_of, owner):
    return client_of(owner)


def shown(client, **query) -> list[int]:
    return [row.pk for row in client.get(at("index"), query).context["listing"].rows]


# --- parts -----------------------------------------------------------------------------------------------------------


def test_a_part_stands_in_the_address_and_comes_back_from_it(rf):
    part = read_filter(rf.get("/?tab=mine&channel=forum&situation=3&q=Beleg").GET)
    assert (part.tab, part.channel, part.situation, part.words) == ("mine", "forum", 3, "Beleg")
    assert read_filter(rf.get(f"/{part.tail}").GET) == part
    assert read_filter(rf.get("/?tab=nonsense&situation=-1&channel=").GET).tail == ""


def test_channel_situation_and_words_narrow_the_list(client, asked, forum):
    _, second, third = asked(3)
    rule = third.rule.plan.rules.get(situation=8)
    client.post(at("situation", third.public_id), {"rule": rule.pk})
    assert shown(client, situation=8) == [third.pk]
    assert shown(client, channel=forum.slug) and not shown(client, channel="nowhere")
    assert shown(client, q="Beleg 1") == [second.pk]
    assert "nirgends" in client.get(at("index"), {"q": "nirgends"}).content.decode()


def test_the_database_keeps_the_situation_of_a_conversation_whoever_writes_it(asked):
    (one,) = asked(1)
    row, other = Conversation.objects.filter(pk=one.pk), one.rule.plan.rules.get(situation=8)
    assert row.get().situation == one.rule.situation != 8
    for written, kept in (({"rule": other}, 8), ({"situation": 3}, 8), ({"rule": None}, None)):
        row.update(**written)
        assert row.get().situation == kept
    copy = row.get()
    copy.pk, copy.rule, copy.thread_native_id, copy.public_id = None, other, "copy", uuid4()
    copy.save()
    assert Conversation.objects.get(thread_native_id="copy").situation == 8


def test_search_finds_what_is_closed_too(client, owner, asked):
    first, _ = asked(2)
    close_conversation(person=owner, conversation=first, reason="spam", now=timezone.now())
    assert shown(client, q="Beleg 0") == [first.pk]
    assert shown(client, tab="closed") == [first.pk]


def test_after_a_change_one_is_back_in_the_same_part(client, asked):
    (one,) = asked(1)
    answer = client.post(at("close", one.public_id) + "?tab=free&channel=forum", {"reason": "spam"})
    assert answer["Location"] == at("index") + "?tab=free&channel=forum"


# --- pages -----------------------------------------------------------------------------------------------------------


def test_a_later_page_continues_under_the_same_heading(client, asked):
    asked(35)
    first = client.get(at("rows")).content.decode()
    headings = re.findall(r'class="grp">([^<]+)', first)
    more = re.search(r'hx-get="([^"]+)"', first)[1].replace("&amp;", "&")
    rest = client.get(more)
    assert len(rest.context["listing"].rows) == 5
    assert headings[-1] not in re.findall(r'class="grp">([^<]+)', rest.content.decode())
    assert "Alle" in client.get(more.replace("/rows/", "/")).content.decode()


# --- several ---------------------------------------------------------------------------------------------------------


def test_enter_in_the_tag_tags_and_closes_nothing(client, asked):
    asked(1)
    form = client.get(at("index")).content.decode().split(f'action="{at("several")}"')[1]
    assert re.findall("<button[^>]*>", form)[0] == '<button hidden name="what" value="tag">'


def test_several_are_closed_and_opened_again_at_once(client, asked):
    picked = [one.public_id for one in asked(3)][:2]
    said = client.post(at("several"), {"picked": picked, "what": "close", "reason": "spam"}, follow=True)
    assert Conversation.objects.filter(state="closed").count() == 2
    client.post(offer(said))
    assert Conversation.objects.filter(state="waiting").count() == 3


def test_several_are_assigned_and_given_back_each_to_its_own(client, owner, asked, new_person):
    emre, (first, second) = new_person("manager", "Emre Yıldız"), asked(2)
    assign_conversation(person=owner, conversation=first, assignee=emre, now=timezone.now())
    typed = {"picked": [first.public_id, second.public_id], "what": "assign", "assignee": owner.pk}
    said = client.post(at("several"), typed, follow=True)
    assert set(Conversation.objects.values_list("assignee", flat=True)) == {owner.pk}
    client.post(offer(said))
    assert list(Conversation.objects.order_by("pk").values_list("assignee", flat=True)) == [emre.pk, None]


def test_two_who_take_over_at_once_do_not_take_it_from_each_other_unseen(client, client_of, owner, asked, new_person):
    (one,), lena = asked(1), new_person("manager", "Lena Voss")
    hers, seen = client_of(lena), 'name="seen" value=""'
    pages = [each.get(at("conversation", one.public_id)).content.decode() for each in (client, hers)]
    assert all(page.count(seen) == 2 for page in pages), "the quick button and the list of people"
    hers.post(at("assign", one.public_id), {"assignee": str(lena.pk), "seen": ""})
    late = client.post(at("assign", one.public_id), {"assignee": str(owner.pk), "seen": ""}, follow=True)
    one.refresh_from_db()
    assert one.assignee == lena and "Lena Voss hat es inzwischen übernommen" in late.content.decode()
    client.post(at("assign", one.public_id), {"assignee": str(owner.pk), "seen": str(lena.pk)})
    one.refresh_from_db()
    assert one.assignee == owner, "knowingly"


def test_strange_ones_are_left_alone_and_none_is_said(client, asked, new_person, client_of):
    (one,) = asked(1)
    stranger = client_of(new_person("owner", slug="other"))
    typed = {"picked": [one.public_id], "what": "close", "reason": "spam"}
    stranger.post("/w/other/inbox/several/", typed)
    assert Conversation.objects.get().state == "waiting"
    assert "Haken Sie" in client.post(at("several"), {"what": "close", "reason": "spam"}, follow=True).content.decode()


# --- others ----------------------------------------------------------------------------------------------------------


def test_who_else_has_it_open_is_said(client, client_of, owner, asked, new_person):
    (one,) = asked(1)
    emre = client_of(new_person("manager", "Emre Yıldız"))
    assert "Jana" not in client.post(at("here", one.public_id)).content.decode()
    assert "Jana Petersen hat es auch offen" in emre.post(at("here", one.public_id)).content.decode()
    assert Look.objects.count() == 2


@pytest.mark.parametrize("name", ["rows", "turns"])
def test_an_unchanged_page_costs_three_queries(client, asked, name, django_assert_max_num_queries, monkeypatch):
    (one,) = asked(1)
    moment = timezone.now()
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
    url = at(name) if name == "rows" else at(name, one.public_id)
    tag = client.get(url)["ETag"]
    with django_assert_max_num_queries(3):
        assert client.get(url, headers={"if-none-match": tag}).status_code == 304
    client.post(at("note", one.public_id), {"note-text": "Notiz"})
    assert client.get(url, headers={"if-none-match": tag}).status_code == 200


def test_a_search_costs_few_queries_however_much_it_finds(
    client, owner, workspace, asked, django_assert_max_num_queries
):
    asked(3)
    part = Filter(words="Umsatzsteuer")
    with django_assert_max_num_queries(6) as few:
        listing(workspace, owner, timezone.now(), part)
    asked(27, first=3)
    with django_assert_max_num_queries(6) as many:
        assert len(listing(workspace, owner, timezone.now(), part).rows) == 30
    assert len(few) == len(many)


def test_what_was_said_is_no_news_a_minute_later_and_the_list_is(client, asked, monkeypatch):
    """The list counts the minutes that are left; a thread names moments, and only a new day reads differently."""
    (one,) = asked(1)
    noon = timezone.localtime().replace(hour=12, minute=0, second=0)
    monkeypatch.setattr("django.utils.timezone.now", lambda: noon)
    tags = {url: client.get(url)["ETag"] for url in (at("rows"), at("turns", one.public_id))}
    monkeypatch.setattr("django.utils.timezone.now", lambda: noon + timedelta(minutes=1))
    found = [client.get(url, headers={"if-none-match": tag}).status_code for url, tag in tags.items()]
    assert found == [200, 304]
    monkeypatch.setattr("django.utils.timezone.now", lambda: noon + timedelta(days=1))
    url = at("turns", one.public_id)
    assert client.get(url, headers={"if-none-match": tags[url]}).status_code == 200
