"""The page as visitors read it: posts, pictures, feeds, corrections; nothing they should not see."""

import xml.etree.ElementTree as ET
from datetime import timedelta
from io import BytesIO

import feedparser
import pytest
from django.test import Client
from PIL import Image

from allmende.channels.actions import (
    Spoken,
    correct_said,
    keep_media,
    pause_channel,
    prove_channel,
    put_said_back,
    send_due,
    take_said_back,
)
from allmende.channels.models import Channel, Dispatch, Message
from allmende.hub.actions import decide_comment
from tests.hub.conftest import HOME

pytestmark = pytest.mark.django_db


def test_s0_34_company_owned_platforms_are_first_class_channels(owner, client_of, site) -> None:
    """Connected by the same form, opened by the same gate, said by the same queue, answered in the same inbox."""
    client = client_of(owner)
    assert "Eigene Seite" in client.get("/w/lotsenforum/channels/connect/").content.decode()
    typed = {"name": "Werkstatt", "slug": "", "mark": "", "ask_address": "werkstatt"}
    assert client.post("/w/lotsenforum/channels/connect/page/", typed).status_code == 302
    fresh = Channel.objects.get(slug="werkstatt")
    assert (fresh.kind, fresh.state) == ("own_forum", "chosen")
    assert Client().get("/p/lotsenforum/werkstatt/").status_code == 404  # as long as no reaction plan opened it

    post = site.publish()
    assert post.url == f"http://127.0.0.1:8000{HOME}{post.native_id}/"
    assert post.act == "posted"
    assert "Der Deich ist offen" in site.read()
    comment = site.comment(post)
    from allmende.inbox.actions import send_reply
    from allmende.inbox.jobs import file_new
    from allmende.inbox.models import Conversation

    file_new(site.now)
    conversation = Conversation.objects.get()
    assert conversation.waiting_since is not None
    dispatch = send_reply(person=owner, conversation=conversation, text="Um acht.", seen_until=10**9, now=site.now)
    send_due(now=dispatch.send_after)
    dispatch.refresh_from_db()
    assert dispatch.state == "sent"
    assert dispatch.message.thread_native_id == post.native_id
    assert comment.message.identity.member_id


def test_an_address_can_be_taken_once_and_wrong_ones_are_told_at_their_question(owner, client_of, site) -> None:
    client, typed = client_of(owner), {"name": "Nochmals", "slug": "", "mark": "", "ask_address": "neues-vom-deich"}
    answer = client.post("/w/lotsenforum/channels/connect/page/", typed)
    assert answer.status_code == 422
    assert "schon verbunden" in answer.content.decode()
    answer = client.post("/w/lotsenforum/channels/connect/page/", typed | {"ask_address": "Nicht so!"})
    assert 'id="id_ask_address_error"' in answer.content.decode()


def test_nobody_reads_what_waits_is_taken_back_or_tests_the_channel(site) -> None:
    from allmende.channels.actions import hand_over

    later = site.now + timedelta(hours=1)
    hand_over(
        person=site.owner, channel=site.channel, kind="post", title="Noch nicht", text="Später.", now=site.now,
        send_after=later,
    )  # fmt: skip
    prove_channel(person=site.owner, channel=site.channel, now=site.now)
    from allmende.channels.actions import prove_due

    for second in range(3, 30, 3):
        prove_due(now=site.now + timedelta(seconds=second))
        send_due(now=site.now + timedelta(seconds=second))
    trial = Dispatch.objects.filter(subject_kind="trial").first()
    assert trial is not None
    assert trial.state == "sent"
    assert Message.objects.get(pk=trial.message_id).deleted_at is not None
    page = site.read()
    assert "Noch nicht" not in page
    assert "Selbsttest" not in page
    # also while the test's post stood there
    Message.objects.filter(pk=trial.message_id).update(deleted_at=None)
    assert "Selbsttest" not in site.read()
    assert site.visitor.get(f"{HOME}{trial.message.native_id}/").status_code == 404


def test_the_self_test_proves_publishing_answering_and_taking_back(site) -> None:
    from allmende.channels.actions import prove_due
    from allmende.channels.models import Proof

    prove_channel(person=site.owner, channel=site.channel, now=site.now)
    for second in range(3, 60, 3):
        prove_due(now=site.now + timedelta(seconds=second))
        send_due(now=site.now + timedelta(seconds=second))
    outcomes = dict(Proof.objects.values_list("ability", "outcome"))
    assert outcomes == {
        "publish": "proved",
        "read_back": "cannot",
        "reply": "proved",
        "moderate": "cannot",
        "delete": "proved",
    }


def test_a_post_shows_its_words_and_links_and_runs_nothing(site) -> None:
    post = site.publish("Titel <b>", "Zeile <script>alert(1)</script>\n\nMehr: https://example.org/mehr")
    page = site.read(f"{post.native_id}/")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert 'href="https://example.org/mehr"' in page
    assert "Titel &lt;b&gt;" in page


def test_pages_set_no_cookie_run_no_script_and_may_not_be_framed(site) -> None:
    post = site.publish()
    for path in ("", f"{post.native_id}/"):
        answer = site.visitor.get(f"{HOME}{path}")
        assert not answer.cookies
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "form-action 'self'" in policy
        assert "script-src" not in policy
        assert b"<script" not in answer.content


def test_pictures_are_seen_with_their_words_and_only_as_long_as_the_post_stands(site) -> None:
    file = BytesIO()
    Image.new("RGB", (40, 30), "green").save(file, "PNG")
    media = keep_media(person=site.owner, content=file.getvalue(), name="deich.png", now=site.now)
    path = f"{HOME}pictures/{media.pk}/"
    assert site.visitor.get(path).status_code == 404
    post = site.publish(media=[Spoken(media, "Der Deich im Abendlicht")])
    assert f'src="{path}" alt="Der Deich im Abendlicht"' in site.read(f"{post.native_id}/")
    answer = site.visitor.get(path)
    assert answer.status_code == 200
    assert answer["Content-Type"] == media.media_type
    assert "sandbox" in answer["Content-Security-Policy"]
    take_said_back(person=site.owner, message=post, now=site.now)
    assert site.visitor.get(path).status_code == 404


def test_an_answer_of_ours_shows_its_picture_as_long_as_it_stands(site) -> None:
    file = BytesIO()
    Image.new("RGB", (40, 30), "blue").save(file, "PNG")
    media = keep_media(person=site.owner, content=file.getvalue(), name="plan.png", now=site.now)
    post, path = site.publish(), f"{HOME}pictures/{media.pk}/"
    answer = site.answer(post, "So kommt ihr hin.", media=[Spoken(media, "Plan des Deichs mit dem Tor")])
    shown = site.read(f"{post.native_id}/")
    assert f'src="{path}" alt="Plan des Deichs mit dem Tor"' in shown.partition('id="comments"')[2]
    assert site.visitor.get(path).status_code == 200
    take_said_back(person=site.owner, message=answer, now=site.now)
    assert path not in site.read(f"{post.native_id}/")
    assert site.visitor.get(path).status_code == 404


def test_a_picture_in_an_answer_is_seen_only_as_long_as_the_comment_it_answers(site) -> None:
    file = BytesIO()
    Image.new("RGB", (40, 30), "green").save(file, "PNG")
    media = keep_media(person=site.owner, content=file.getvalue(), name="plan.png", now=site.now)
    comment, path = site.comment(site.publish()), f"{HOME}pictures/{media.pk}/"
    site.answer(comment.message, "So kommst du hin.", media=[Spoken(media, "Plan des Deichs mit dem Tor")])
    assert site.visitor.get(path).status_code == 404
    decide_comment(person=site.owner, comment=comment, state="shown", now=site.now)
    assert site.visitor.get(path).status_code == 200
    decide_comment(person=site.owner, comment=comment, state="hidden", now=site.now)
    assert site.visitor.get(path).status_code == 404


def test_both_feeds_tell_the_posts_and_their_corrections(site) -> None:
    site.publish("Erstens", "Eins & zwei <drei>")
    post = site.publish("Zweitens", "Mehr")
    correct_said(person=site.owner, message=post, title="Zweitens, berichtigt", text="Mehr davon", seen=None,
                 now=site.now + timedelta(hours=1))  # fmt: skip
    for kind in ("atom", "rss"):
        answer = site.visitor.get(f"{HOME}{kind}.xml")
        assert answer["Content-Type"] == f"application/{kind}+xml; charset=utf-8"
        ET.fromstring(answer.content)
        feed = feedparser.parse(answer.content)
        assert not feed.bozo
        assert feed.feed.title == "Neues vom Deich"
        assert {entry.title for entry in feed.entries} == {"Zweitens, berichtigt", "Erstens"}
        assert feed.entries[0].id.endswith(f"/{post.native_id}/") or feed.entries[1].id.endswith(f"/{post.native_id}/")
        assert "Eins &amp; zwei &lt;drei&gt;" in "".join(entry.summary for entry in feed.entries)
        same = site.visitor.get(f"{HOME}{kind}.xml", HTTP_IF_NONE_MATCH=answer["ETag"])
        assert same.status_code == 304
    take_said_back(person=site.owner, message=post, now=site.now + timedelta(hours=2))
    assert site.visitor.get(f"{HOME}atom.xml", HTTP_IF_NONE_MATCH=answer["ETag"]).status_code == 200


def test_signs_that_no_xml_may_hold_break_no_feed(site) -> None:
    """Word processors leave a vertical tab where a line was broken softly; half a pair of surrogates is none either."""
    site.publish("Fahr\x0bplan\x1b", "Eins\x0bzwei\x0c, drei\ufffe\n\nvier")
    for kind in ("atom", "rss"):
        answer = site.visitor.get(f"{HOME}{kind}.xml")
        assert answer.status_code == 200
        (entry,) = feedparser.parse(answer.content).entries
        assert entry.title.split() == ["Fahr", "plan"]
        assert "Eins" in entry.summary
        assert "vier" in entry.summary
        ET.fromstring(answer.content)


def test_a_correction_is_seen_at_once_and_two_people_do_not_overwrite_each_other(site) -> None:
    from allmende.channels.actions import CannotCorrect

    post = site.publish()
    correct_said(person=site.owner, message=post, title="Neu", text="Anders.", seen=None, now=site.now)
    page = site.read(f"{post.native_id}/")
    assert "Anders." in page
    assert "berichtigt am" in page
    with pytest.raises(CannotCorrect, match=r"Somebody corrected|hat das inzwischen"):
        correct_said(person=site.owner, message=post, title="Alt", text="Wieder alt.", seen=None, now=site.now)
    assert "Anders." in site.read(f"{post.native_id}/")


def test_what_is_taken_back_is_gone_and_can_be_shown_again(site) -> None:
    post = site.publish()
    take_said_back(person=site.owner, message=post, now=site.now)
    take_said_back(person=site.owner, message=post, now=site.now)
    assert "Der Deich ist offen" not in site.read()
    assert site.visitor.get(f"{HOME}{post.native_id}/").status_code == 404
    put_said_back(person=site.owner, message=post, now=site.now)
    assert "Der Deich ist offen" in site.read()


def test_long_pages_turn_and_cost_the_same_few_questions(site, django_assert_max_num_queries) -> None:
    for number in range(12):
        site.publish(f"Beitrag {number}")
    first = site.read()
    assert "Beitrag 11" in first
    assert "Beitrag 1<" not in first
    assert "Beitrag 1<" in site.read("?page=2")
    with django_assert_max_num_queries(5):
        site.read()
    post = Message.objects.filter(title="Beitrag 3").get()
    for number in range(4):
        comment = site.comment(post, f"Kommentar {number}")
        type(comment).objects.filter(pk=comment.pk).update(
            state="shown", decided_at=site.now, decided_by=None or _someone()
        )
    with django_assert_max_num_queries(6):  # the pictures of our answers come with one more
        site.read(f"{post.native_id}/")
    assert site.visitor.get(f"{HOME}?page=9").status_code == 404
    assert site.visitor.get(f"{HOME}?page=x").status_code == 200


def _someone():
    from allmende.team.models import Person

    return Person.objects.first()


def test_a_paused_page_stays_readable_and_a_disconnected_one_does_not(site) -> None:
    from allmende.channels.actions import disconnect_account
    from tests.hub.conftest import closed

    post = site.publish()
    pause_channel(person=site.owner, channel=site.channel, now=site.now)
    assert "Der Deich ist offen" in site.read()
    closed(site)
    page = site.read(f"{post.native_id}/")
    assert "Kommentare sind geschlossen" in page
    assert "<form" not in page
    disconnect_account(person=site.owner, account=site.channel.account, now=site.now)
    assert site.visitor.get(HOME).status_code == 404


def test_visitors_read_it_in_their_language(site) -> None:
    site.publish()
    assert "Abonnieren" in site.read()
    english = Client(HTTP_ACCEPT_LANGUAGE="en").get(HOME).content.decode()
    assert '<html lang="en">' in english
    assert "Subscribe" in english
    assert '<article lang="de">' in english
    assert '<html lang="en">' in site.read("?lang=en")
    assert '<html lang="de">' in site.read("?lang=xx")
