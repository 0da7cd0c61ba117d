"""What groups conversations: tags, parts of the list under a name, and the parts the list knows by itself."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from allmende.inbox.actions import CannotTag, save_view, tag_conversations, untag_conversation
from allmende.inbox.models import Conversation, SavedView, Tag
from allmende.team.models import AuditRow

pytestmark = pytest.mark.django_db


def page_of(name: str, *args: object) -> str:
    return reverse(f"inbox:{name}", args=["lotsenforum", *args])


@pytest.fixture
def client(client_of, owner):
    return client_of(owner)


def undo_in(page) -> str:
    """The address of the undo that the page's newest message offers."""
    return [str(one.extra_tags) for one in page.context["messages"] if one.extra_tags][-1]


# --- tags ------------------------------------------------------------------------------------------------------------


def test_a_tag_is_borne_once_and_narrows_the_list(client, asked, owner):
    first, second = asked(2)
    now = timezone.now()
    tag_conversations(person=owner, conversations=[first], name="  Kasse  ", now=now)
    tag_conversations(person=owner, conversations=[first, second], name="KASSE", now=now)
    first.refresh_from_db()
    assert first.tags == ["Kasse"] and Tag.objects.count() == 1
    untag_conversation(person=owner, conversation=second, name="kasse", now=now)
    rows = client.get(page_of("index") + "?tag=Kasse").context["listing"].rows
    assert [row.pk for row in rows] == [first.pk] and rows[0].tags == ("Kasse",)
    assert list(AuditRow.objects.filter(verb__contains="tagged").values_list("verb", flat=True)) == [
        "inbox.conversation.tagged", "inbox.conversation.tagged", "inbox.conversation.untagged",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["", "  ", "x" * 41])
def test_a_tag_without_a_word_is_refused_and_says_why(client, asked, owner, name):
    (one,) = asked(1)
    answer = client.post(page_of("tag", one.public_id), {"tag": name})
    assert answer.status_code == 422 and "Nicht verschlagwortet" in answer.content.decode()
    assert not Tag.objects.exists()


def test_a_conversation_bears_a_dozen_tags(asked, owner):
    (one,) = asked(1)
    for number in range(12):
        tag_conversations(person=owner, conversations=[one], name=f"Wort {number}", now=timezone.now())
    with pytest.raises(CannotTag, match="höchstens 12"):
        tag_conversations(person=owner, conversations=[one], name="Noch eins", now=timezone.now())


def test_tagging_and_taking_off_can_be_taken_back(client, asked):
    (one,) = asked(1)
    tagged = client.post(page_of("tag", one.public_id), {"tag": "Kasse"}, follow=True)
    assert "Kasse" in tagged.content.decode()
    client.post(undo_in(tagged))
    one.refresh_from_db()
    assert one.tags == []
    client.post(page_of("tag", one.public_id), {"tag": "Kasse"})
    off = client.post(page_of("untag", one.public_id), {"tag": "Kasse"}, follow=True)
    client.post(undo_in(off))
    one.refresh_from_db()
    assert one.tags == ["Kasse"]


def test_several_are_tagged_at_once_and_taken_back_at_once(client, asked):
    found = asked(3)
    picked = {"what": "tag", "tag": "Störung", "picked": [one.public_id for one in found[:2]]}
    done = client.post(page_of("several"), picked, follow=True)
    assert [one.tags for one in Conversation.objects.order_by("pk")] == [["Störung"], ["Störung"], []]
    client.post(undo_in(done))
    assert not any(one.tags for one in Conversation.objects.all())


def test_tags_cost_a_list_and_a_thread_no_query_more(client, asked, owner, django_assert_max_num_queries):
    found = asked(3)
    tag_conversations(person=owner, conversations=found, name="Kasse", now=timezone.now())
    for url in (page_of("index"), page_of("conversation", found[0].public_id)):
        client.get(url)
        with django_assert_max_num_queries(12):
            assert "Kasse" in client.get(url).content.decode()


# --- views -----------------------------------------------------------------------------------------------------------


def test_a_view_is_kept_for_oneself_or_for_all(client, client_of, asked, new_person):
    asked(1)
    kept = client.post(page_of("keep_view") + "?tab=mine&situation=2", {"name": "Meine Neulinge"}, follow=True)
    assert "Meine Neulinge" in kept.content.decode()
    assert SavedView.objects.get().query == "?tab=mine&situation=2"
    colleague = client_of(new_person("manager", "Emre Yıldız"))
    assert "Meine Neulinge" not in colleague.get(page_of("index")).content.decode()
    client.post(page_of("keep_view") + "?tab=mine&situation=2", {"name": "Meine Neulinge", "is_shared": "on"})
    assert SavedView.objects.count() == 1
    page = colleague.get(page_of("index"))
    assert "?tab=mine&amp;situation=2" in page.content.decode()
    assert "Meine Neulinge" in colleague.get(page_of("views")).content.decode()


def test_keeping_and_dropping_a_view_can_be_taken_back(client, asked):
    asked(1)
    kept = client.post(page_of("keep_view") + "?tab=free", {"name": "Frei"}, follow=True)
    client.post(undo_in(kept))
    assert SavedView.objects.get().archived_at
    client.post(page_of("keep_view") + "?tab=free", {"name": "Frei"})
    view = SavedView.objects.get(archived_at__isnull=True)
    dropped = client.post(page_of("forget_view", view.pk), follow=True)
    client.post(undo_in(dropped))
    view.refresh_from_db()
    assert view.archived_at is None


def test_a_view_of_everything_or_without_a_name_is_refused(client, asked, owner, new_person):
    asked(1)
    for address, name in (("", "Alles"), ("?tab=free", "")):
        said = client.post(page_of("keep_view") + address, {"name": name}, follow=True).content.decode()
        assert "Nicht gemerkt" in said
    assert not SavedView.objects.exists()


def test_somebody_elses_own_view_is_as_if_it_did_not_exist(client, client_of, new_person):
    emre = new_person("manager", "Emre Yıldız")
    view = save_view(person=emre, name="Emres", query="?tab=mine", is_shared=False, now=timezone.now())
    assert client.post(page_of("forget_view", view.pk)).status_code == 404


def test_what_is_due_soon_and_what_members_go_first_with_are_parts_of_the_list(client, asked):
    first, second, third = asked(3)
    now = timezone.now()
    rows = Conversation.objects
    rows.filter(pk=first.pk).update(due_at=now + timedelta(hours=1), members_until=None)
    rows.filter(pk=second.pk).update(due_at=now + timedelta(hours=9), members_until=now + timedelta(hours=2))
    rows.filter(pk=third.pk).update(due_at=now - timedelta(hours=9), members_until=None)

    def shown(tab: str) -> set[int]:
        return {row.pk for row in client.get(page_of("index") + f"?tab={tab}").context["listing"].rows}

    assert shown("soon") == {first.pk, third.pk}
    assert shown("members") == {second.pk}
    assert shown("soon&channel=forum") == {first.pk, third.pk}
