"""Visitors comment: what they type arrives in the inbox, waits until somebody shows it, and nothing else is kept of them."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from allmende.channels.models import Message
from allmende.hub.models import Comment
from allmende.inbox.jobs import file_new
from allmende.inbox.models import Conversation
from tests.hub.conftest import HOME, bare

pytestmark = pytest.mark.django_db


@pytest.fixture
def decide(owner, client_of):
    """`decide(comment, "shown")` as the owner does it, by the button."""
    client = client_of(owner)

    def post(comment: Comment, state: str):
        answer = client.post(f"/w/lotsenforum/pages/comments/{comment.pk}/decide/", {"state": state, "from": "index"})
        assert answer.status_code == 303
        return client.get(answer["Location"]).content.decode()

    return post


def test_a_comment_arrives_in_the_inbox_and_waits_until_somebody_shows_it(site, decide) -> None:
    post = site.publish()
    comment = site.comment(post, "Wann genau?\n\nUnd wo?")
    message = comment.message
    assert (message.text, message.act, message.direction) == ("Wann genau?\n\nUnd wo?", "commented", "inward")
    assert (message.thread_native_id, message.reply_to_id) == (post.native_id, post.pk)
    assert message.identity.name == "Mia"
    file_new(site.now)
    conversation = Conversation.objects.get()
    assert conversation.entries.count() == 2
    assert conversation.waiting_since is not None
    assert "Wann genau?" not in site.read(f"{post.native_id}/")

    decide(comment, "shown")
    page = site.read(f"{post.native_id}/")
    assert "Wann genau?" in page
    assert "Mia" in page
    assert "1 Kommentar" in site.read()
    decide(comment, "hidden")
    assert "Wann genau?" not in site.read(f"{post.native_id}/")


def test_a_decision_can_be_undone(site, decide) -> None:
    import re

    comment = site.comment(site.publish())
    page = decide(comment, "shown")
    undo = re.search(r'"(/w/lotsenforum/undo/[^"]+)"', page)
    assert undo
    client = Client()
    client.force_login(site.owner.user, backend="django.contrib.auth.backends.ModelBackend")
    client.post(undo[1])
    comment.refresh_from_db()
    assert (comment.state, comment.decided_by) == ("waiting", None)


def test_what_a_visitor_types_is_shown_as_words_and_leads_nowhere(site, decide) -> None:
    post = site.publish()
    comment = site.comment(post, 'Billig: https://uhren.example/ <img src=x onerror="alert(1)">', name="<b>Uhr</b>")
    decide(comment, "shown")
    page = site.read(f"{post.native_id}/")
    assert "<img" not in page
    assert "<b>Uhr" not in page
    assert 'href="https://uhren.example' not in page


def test_answers_stand_below_what_they_answer_and_vanish_with_it(site, decide) -> None:
    post = site.publish()
    first = site.comment(post, "Wann genau?")
    ours = site.answer(first.message, "Um acht Uhr.")
    assert "Um acht Uhr." not in site.read(f"{post.native_id}/")  # it would quote what nobody may see
    assert "1 Kommentar" not in site.read()
    decide(first, "shown")
    assert "Um acht Uhr." in site.read(f"{post.native_id}/")
    second = site.comment(post, "Danke!", answers=ours.native_id)
    assert second.message.reply_to_id == ours.pk
    decide(second, "shown")
    assert "antwortet Neues vom Deich" in bare(site.read(f"{post.native_id}/"))
    decide(first, "hidden")
    page = site.read(f"{post.native_id}/")
    assert "Um acht Uhr." not in page
    assert "Danke!" not in page


def test_one_can_only_answer_what_one_sees_on_this_post(site) -> None:
    post, other = site.publish(), site.publish("Anderes")
    hidden = site.comment(post, "Wartet noch")
    answer = site.comment(post, "Antwort", answers=hidden.message.native_id)
    assert answer.message.reply_to_id == post.pk
    strange = site.comment(other, "Querschläger", answers=post.native_id)
    assert strange.message.reply_to_id == other.pk


def test_whoever_wrote_it_sees_what_became_of_it_and_can_take_it_back(site, decide) -> None:
    post = site.publish()
    answer = site.visitor.post(f"{HOME}{post.native_id}/", site.typed(post))
    mine = answer["Location"]
    assert "Er ist angekommen" in site.visitor.get(mine).content.decode()
    comment = Comment.objects.get()
    decide(comment, "shown")
    assert "Alle können ihn" in site.visitor.get(mine).content.decode()
    assert site.visitor.get(mine[:-2] + "x/").status_code == 404
    assert site.visitor.post(mine).status_code == 303
    assert site.visitor.post(mine).status_code == 303
    assert "Wann genau?" not in site.read(f"{post.native_id}/")
    assert Message.objects.get(pk=comment.pk).deleted_at is not None
    assert "zurückgenommen" in site.visitor.get(mine).content.decode()


def test_nothing_is_kept_of_a_visitor_but_what_they_typed(site) -> None:
    post = site.publish()
    address = "203.0.113.77"
    answer = site.visitor.post(
        f"{HOME}{post.native_id}/", site.typed(post), REMOTE_ADDR=address, HTTP_USER_AGENT="Besonderer Browser 7"
    )
    assert answer.status_code == 303
    assert not answer.cookies
    assert not Session.objects.exists()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if "_fts" in table:
                continue
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows = repr(cursor.fetchall())
            assert address not in rows, table
            assert "Besonderer Browser" not in rows, table
    first, second = site.comment(post).message.identity, site.comment(post).message.identity
    assert first.pk != second.pk  # nobody is recognised


def test_machines_are_thanked_and_forgotten(site) -> None:
    post = site.publish()
    answer = site.visitor.post(f"{HOME}{post.native_id}/", site.typed(post, website="https://uhren.example"))
    assert answer.status_code == 302
    assert not Comment.objects.exists()


@pytest.mark.parametrize("drawn", ["", "forged", "other post", "too quick", "too old"])
def test_a_form_we_did_not_draw_for_this_post_in_time_is_not_taken_and_nothing_typed_is_lost(site, drawn) -> None:
    from django.utils import timezone

    from allmende.hub.forms import seal

    post, other, now = site.publish(), site.publish("Anderes"), timezone.now()
    seals = {
        "": "",
        "forged": seal(post, now - timedelta(seconds=9))[:-1] + "x",
        "other post": seal(other, now - timedelta(seconds=9)),
        "too quick": seal(post, now),
        "too old": seal(post, now - timedelta(hours=25)),
    }
    answer = site.visitor.post(
        f"{HOME}{post.native_id}/", site.typed(post, "Mein langer Text") | {"drawn": seals[drawn]}
    )
    assert answer.status_code == 422
    assert "Mein langer Text" in answer.content.decode()
    assert "noch einmal" in answer.content.decode()
    assert not Comment.objects.exists()


def test_one_sender_is_slowed_down_and_others_are_not(site) -> None:
    post = site.publish()
    for number in range(5):
        site.comment(post, f"Nummer {number}")
    answer = site.visitor.post(f"{HOME}{post.native_id}/", site.typed(post, "Nummer 6"))
    assert answer.status_code == 429
    assert answer["Retry-After"] == "600"
    assert "Nummer 6" in answer.content.decode()
    other = site.visitor.post(f"{HOME}{post.native_id}/", site.typed(post), REMOTE_ADDR="198.51.100.4")
    assert other.status_code == 303
    behind = site.visitor.post(
        f"{HOME}{post.native_id}/", site.typed(post), HTTP_X_FORWARDED_FOR="127.0.0.1, 198.51.100.9"
    )
    assert behind.status_code == 303


def test_a_flood_from_many_addresses_is_stopped(site) -> None:
    post = site.publish()
    statuses = [
        site.visitor.post(f"{HOME}{post.native_id}/", site.typed(post), REMOTE_ADDR=f"198.51.100.{number}").status_code
        for number in range(62)
    ]
    assert statuses == [303] * 60 + [429] * 2


@pytest.mark.parametrize("wrong", [{"text": " "}, {"text": "x" * 5_001}, {"name": "x" * 61}, {"text": "a\0b"}])
def test_too_much_or_nothing_is_told_at_its_field(site, wrong) -> None:
    post = site.publish()
    answer = site.visitor.post(f"{HOME}{post.native_id}/", site.typed(post) | wrong)
    assert answer.status_code == 422
    assert f'id="id_{next(iter(wrong))}_error"' in answer.content.decode()
    assert not Comment.objects.exists()


def test_nobody_comments_where_nobody_listens(site) -> None:
    from tests.hub.conftest import closed

    post = site.publish()
    closed(site)
    assert site.visitor.post(f"{HOME}{post.native_id}/", site.typed(post)).status_code == 422
    assert not Comment.objects.exists()


def test_the_teams_screen_lists_what_waits_and_each_role_sees_what_it_may_do(site, new_person, client_of) -> None:
    client = client_of(site.owner)
    assert "Keine." in client.get("/w/lotsenforum/pages/").content.decode()
    comment = site.comment(site.publish(), "Wann genau?")
    file_new(site.now)
    page = client.get("/w/lotsenforum/pages/").content.decode()
    assert "Wann genau?" in page
    assert "Im Eingang" in page
    assert "Freigeben" in page
    author = client_of(new_person("author"))
    assert "Freigeben" not in author.get("/w/lotsenforum/pages/").content.decode()
    denied = author.post(f"/w/lotsenforum/pages/comments/{comment.pk}/decide/", {"state": "shown"})
    assert denied.status_code == 403
    assert client.post(f"/w/lotsenforum/pages/comments/{comment.pk}/decide/", {"state": "sold"}).status_code == 422
    board = client.get("/w/lotsenforum/pages/deich/").content.decode()
    assert "Der Deich ist offen" in board
    assert "Wann genau?" in board


def test_a_post_is_corrected_and_taken_back_on_its_screen_with_undo(site, client_of) -> None:
    import re

    client, post = client_of(site.owner), site.publish()
    form = client.get(f"/w/lotsenforum/pages/posts/{post.pk}/").content.decode()
    assert "Der Deich ist offen" in form
    saved = client.post(f"/w/lotsenforum/pages/posts/{post.pk}/", {"title": "Neu", "text": "Anders.", "seen": ""})
    assert saved.status_code == 303
    assert "Anders." in site.read(f"{post.native_id}/")
    undo = re.search(r'"(/w/lotsenforum/undo/[^"]+)"', client.get(saved["Location"]).content.decode())
    assert undo
    client.post(undo[1])
    late = client.post(f"/w/lotsenforum/pages/posts/{post.pk}/", {"title": "Alt", "text": "Mein Satz", "seen": ""})
    assert late.status_code == 422
    assert "Mein Satz" in late.content.decode()
    assert "Ab Samstag." in site.read(f"{post.native_id}/")
    client.post(f"/w/lotsenforum/pages/posts/{post.pk}/take-back/")
    assert site.visitor.get(f"{HOME}{post.native_id}/").status_code == 404
    client.post(f"/w/lotsenforum/pages/posts/{post.pk}/put-back/")
    assert "Ab Samstag." in site.read(f"{post.native_id}/")


@pytest.mark.parametrize("seen", ["", "2026-99-99T00:00:00+00:00"])
def test_the_same_words_are_no_correction(site, client_of, seen) -> None:
    client, post = client_of(site.owner), site.publish()
    typed = {"title": post.title, "text": post.text, "seen": seen}
    said = client.post(f"/w/lotsenforum/pages/posts/{post.pk}/", typed, follow=True).content.decode()
    assert "Nichts geändert." in said and "/undo/" not in said
    post.refresh_from_db()
    assert post.edited_at is None


def test_an_answer_is_changed_in_its_conversation_and_not_here(site, client_of) -> None:
    client, post = client_of(site.owner), site.publish()
    answer = site.answer(site.comment(post).message, "Um acht Uhr.")
    for act in ("", "take-back/", "put-back/"):
        url = f"/w/lotsenforum/pages/posts/{answer.pk}/{act}"
        assert client.post(url, {"title": "", "text": "Um neun.", "seen": ""}).status_code == 404
    answer.refresh_from_db()
    assert answer.text == "Um acht Uhr."


def test_an_empty_room_says_what_belongs_there(owner, client_of) -> None:
    page = client_of(owner).get("/w/lotsenforum/pages/").content.decode()
    assert "Eigene Seite öffnen" in page
