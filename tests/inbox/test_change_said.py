"""What is out already is changed from here where the network lets us: our own words, and the mark of what helped."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from allmende.channels.actions import (
    CannotAccept,
    CannotCorrect,
    CannotEditSaid,
    accept_answer,
    choose_channel,
    collect_channel,
    connect_account,
    send_due,
    take_said_back,
)
from allmende.channels.actions.watch_place import Uptime, watch_place
from allmende.channels.models import Channel, Correction, Cursor, Message, Pause, Place
from allmende.channels.queries.places import here
from allmende.connectors.discourse.connector import Discourse
from allmende.guidelines.actions import draft_from_catalogue, put_in_force
from allmende.guidelines.models import ReactionRule
from allmende.inbox.actions import edit_reply, send_reply
from allmende.inbox.jobs import file_new
from allmende.inbox.models import Conversation
from allmende.team.actions import undo_change
from allmende.team.models import Person
from allmende.team.queries import undo_url
from tests.channels.test_lock_order import meet, on_postgres  # noqa: F401 - a fixture
from tests.guidelines.opened import opened
from tests.networks.discourse.ground import Ground, started

WORDS = "Bitte buchen Sie auf Konto 1776."
BETTER = "Bitte buchen Sie auf Konto 1780."


@pytest.fixture
def ground(settings) -> Iterator[Ground]:
    """A forum that lets us change what we said and mark what helped."""
    found = started()
    settings.NEIGHBOURS = frozenset({("127.0.0.1", found.face.port)})
    yield found
    found.end()


@pytest.fixture
def board(owner, ground) -> Channel:
    now = timezone.now()
    account = connect_account(
        person=owner, kind="discourse", name="Haus", settings=ground.settings, secret=ground.key, now=now
    )
    channel = choose_channel(person=owner, name="Haus", slug="haus", kind="own_forum", account=account, now=now)
    put_in_force(person=owner, plan=draft_from_catalogue(person=owner, channel=channel, now=now), now=now)
    return opened(owner, channel, now)


@pytest.fixture
def hear(board):
    """Collect and file what the forum has."""

    def run() -> Conversation:
        Cursor.objects.filter(channel=board).update(next_at=None, reads_until=None)
        collect_channel(channel=board, now=timezone.now())
        while file_new(timezone.now()):
            pass
        return Conversation.objects.get()

    return run


@pytest.fixture
def answered(owner, ground, board, hear) -> Message:
    """Our answer to a member's question, out at the forum."""
    ground.forum.open(
        ground.mia, "Welches Konto?", "Auf welches Konto buche ich das?", at=timezone.now().timestamp() - 60
    )
    conversation = hear()
    now = timezone.now()
    dispatch = send_reply(person=owner, conversation=conversation, text=WORDS, seen_until=10**9, now=now)
    send_due(now=now + timedelta(minutes=1))
    message = Message.objects.get(pk=dispatch.message_id)
    assert message.native_id
    return message


def at_the_forum(ground: Ground, message: Message) -> str:
    return next(post.raw for post in ground.forum.posts.values() if post.raw in (WORDS, BETTER))


def edit(person: Person, message: Message, text: str = BETTER, reason: str = "Falsches Konto", **more) -> Message:
    given = {"title": message.title, "text": text, "reason": reason, "seen": message.edited_at}
    return edit_reply(person=person, message=message, now=timezone.now(), **{**given, **more})


def test_an_answer_that_is_out_gets_other_words_at_the_network(owner, ground, answered):
    saved = edit(owner, answered)
    assert (saved.text, at_the_forum(ground, saved)) == (BETTER, BETTER)
    kept = Correction.objects.get()
    assert (kept.text_before, kept.reason, kept.person) == (WORDS, "Falsches Konto", owner)


@pytest.mark.parametrize(("text", "reason"), [(" ", "Grund"), (BETTER, " "), ("x" * 40_000, "Grund")])
def test_what_cannot_stand_there_changes_nothing(owner, ground, answered, text, reason):
    with pytest.raises(CannotEditSaid, match=r"\.$"):
        edit(owner, answered, text, reason)
    assert at_the_forum(ground, answered) == WORDS and not Correction.objects.exists()


def test_a_title_is_not_dropped_where_the_network_wants_one(owner, ground, answered):
    """The network would keep its own, and here it would be gone."""
    Message.objects.filter(pk=answered.pk).update(title="Welches Konto?", reply_to_native_id="")
    answered.refresh_from_db()
    with pytest.raises(CannotEditSaid, match=r"[Tt]it(el|le)"):
        edit(owner, answered, title=" ")
    assert at_the_forum(ground, answered) == WORDS and not Correction.objects.exists()


def test_who_began_before_a_colleague_changed_it_is_told(owner, answered):
    edit(owner, answered)
    with pytest.raises(CannotEditSaid, match=r"\.$"):
        edit(owner, answered, WORDS + " Danke.", seen=None)


def test_a_network_that_refuses_leaves_the_words(owner, ground, answered):
    ground.forum.posts.clear()
    with pytest.raises(CannotEditSaid, match=r"\.$"):
        edit(owner, answered)
    answered.refresh_from_db()
    assert answered.text == WORDS


def test_s3_8_nobody_changes_alone_what_a_second_reader_read(owner, answered, board, new_person):
    new_person("moderator", name="Lena Brandt")
    ReactionRule.objects.filter(plan__channel=board).update(needs_second_reader=True)
    with pytest.raises(CannotEditSaid, match=r"\.$"):
        edit(owner, answered)


def test_a_copy_of_a_database_changes_nothing_at_the_network(owner, ground, answered):
    """reliability.md, rule 11: nothing leaves a restored or copied place before a person has looked."""
    now = timezone.now()
    watch_place(now=now, since_start=Uptime("boot", 300.0))
    place = Place.objects.get(fingerprint=here())
    Pause.objects.create(workspace=owner.workspace, place=place, reason="copied", created_at=now, updated_at=now)
    with pytest.raises(CannotEditSaid, match=r"\.$"):
        edit(owner, answered)
    with pytest.raises(CannotAccept, match=r"\.$"):
        accept_answer(person=owner, message=answered, is_accepted=True, now=now)
    with pytest.raises(CannotCorrect, match=r"\.$"):
        take_said_back(person=owner, message=answered, now=now)
    assert at_the_forum(ground, answered) == WORDS


def test_who_may_not_answer_changes_nothing(new_person, answered):
    with pytest.raises(PermissionDenied):
        edit(new_person("author"), answered)


def test_the_answer_that_helped_is_marked_and_the_mark_taken_back(owner, ground, answered, hear):
    accept_answer(person=owner, message=answered, is_accepted=True, now=timezone.now())
    topic = next(iter(ground.forum.topics.values()))
    assert topic.accepted
    accept_answer(person=owner, message=answered, is_accepted=False, now=timezone.now())
    assert not topic.accepted


def test_whoever_marks_an_answer_waits_for_the_workspace_first(on_postgres, owner, answered):  # noqa: F811
    now, rows = timezone.now(), (Cursor.objects.all(),)
    assert not meet(
        owner.workspace, lambda: accept_answer(person=owner, message=answered, is_accepted=True, now=now), rows
    )


def test_a_question_is_never_the_answer_and_not_every_network_knows_the_mark(owner, answered, board, forum, asked):
    question = Message.objects.get(channel=board, direction="inward")
    with pytest.raises(CannotAccept):
        accept_answer(person=owner, message=question, is_accepted=True, now=timezone.now())
    elsewhere = asked(1)[0].entries.get().message
    with pytest.raises(CannotAccept):
        accept_answer(person=owner, message=elsewhere, is_accepted=True, now=timezone.now())


def test_a_forum_without_the_plugin_says_so(owner, ground, answered):
    ground.forum.solved = False
    with pytest.raises(CannotAccept, match=r"\.$"):
        accept_answer(person=owner, message=answered, is_accepted=True, now=timezone.now())


def test_where_a_forum_knows_the_mark_and_we_cannot_set_it_the_way_there_is_shown(
    monkeypatch, owner, answered, client_of, ground
):
    monkeypatch.setattr(Discourse, "abilities", replace(ground.connector().abilities, can_accept=False))
    page = client_of(owner).get(f"/w/{owner.workspace.slug}/inbox/{answered.entry.conversation.public_id}/")
    assert (
        f'<a class="link" href="{answered.url}" target="_blank" rel="noopener noreferrer">Dort als hilfreich kennzeichnen</a>'
        in page.content.decode()
    )


# --- on the screens --------------------------------------------------------------------------------------------------


def test_changing_an_answer_on_its_page_and_undoing_it(owner, ground, answered, client_of):
    client, base = client_of(owner), f"/w/{owner.workspace.slug}/inbox/"
    thread = client.get(f"{base}{answered.entry.conversation.public_id}/").content.decode()
    page = f"{base}said/{answered.pk}/"
    assert page in thread and f"{page}mark/" in thread
    refused = client.post(page, {"text": BETTER, "reason": "", "seen": ""})
    assert refused.status_code == 422 and BETTER in refused.content.decode()
    done = client.post(page, {"text": BETTER, "reason": "Falsches Konto", "seen": ""}, follow=True).content.decode()
    assert BETTER in done and at_the_forum(ground, answered) == BETTER
    assert "Falsches Konto" in client.get(page).content.decode()
    token = done.split("/undo/")[1].split('"')[0].strip("/")
    client.post(f"/w/{owner.workspace.slug}/undo/{token}/")
    assert at_the_forum(ground, answered) == WORDS


def test_the_same_words_change_nothing_and_offer_no_undo(owner, ground, answered, client_of):
    page = f"/w/{owner.workspace.slug}/inbox/said/{answered.pk}/"
    said = client_of(owner).post(page, {"text": WORDS, "reason": "Versehen", "seen": ""}, follow=True).content.decode()
    assert "Nichts geändert. Der Wortlaut ist derselbe wie zuvor." in said
    assert "/undo/" not in said and not Correction.objects.exists()


def test_an_undo_of_words_that_never_changed_leaves_them(owner, ground, answered):
    url = undo_url(owner, "inbox.reply_edited", message=answered.pk, before={"title": "", "text": WORDS}, seen="")
    undo_change(person=owner, token=url.rstrip("/").rsplit("/", 1)[1], now=timezone.now())
    assert at_the_forum(ground, answered) == WORDS and not Correction.objects.exists()


@pytest.mark.parametrize("seen", ["2026-13-45T25:61:00+00:00", "gestern"])
def test_an_unreadable_moment_is_none(owner, ground, answered, client_of, seen):
    client, page = client_of(owner), f"/w/{owner.workspace.slug}/inbox/said/{answered.pk}/"
    given = {"text": BETTER, "reason": "Falsches Konto", "seen": seen}
    assert client.post(page, given).status_code == 302
    refused = client.post(page, {**given, "text": WORDS})
    assert refused.status_code == 422 and WORDS in refused.content.decode()
    assert at_the_forum(ground, answered) == BETTER


def test_marking_on_the_screen_shows_once_the_network_told_us(owner, ground, answered, hear, client_of):
    client, base = client_of(owner), f"/w/{owner.workspace.slug}/inbox/"
    address = f"{base}{answered.entry.conversation.public_id}/"
    said = client.post(f"{base}said/{answered.pk}/mark/", {"accepted": "yes"}, follow=True).content.decode()
    assert "/undo/" in said and "die Antwort, die geholfen hat" not in said
    hear()
    shown = client.get(address).content.decode()
    assert "die Antwort, die geholfen hat" in shown and 'value="no"' in shown


def test_where_the_network_offers_it_not_the_page_leads_there(owner, forum, asked, client_of):
    conversation, now = asked(1)[0], timezone.now()
    dispatch = send_reply(person=owner, conversation=conversation, text=WORDS, seen_until=10**9, now=now)
    Message.objects.filter(pk=dispatch.message_id).update(native_id="r1", url="https://forum.example/r1")
    page = f"/w/{owner.workspace.slug}/inbox/said/{dispatch.message_id}/"
    seen = client_of(owner).get(page).content.decode()
    assert "https://forum.example/r1" in seen and 'name="reason"' not in seen
    assert client_of(owner).post(page, {"text": "x", "reason": "x", "seen": ""}).status_code == 422
