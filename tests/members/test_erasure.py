"""Somebody asks to be forgotten: what goes, what stays and why, and that it goes on after an interruption (GDPR Art. 17)."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from allmende.behaviours.actions import measure_workspace
from allmende.channels.actions import keep_media, record_batch
from allmende.channels.models import Gesture, Media, Message, MessageMedia, media_path
from allmende.channels.queries import search
from allmende.channels.states import KEPT as SHOWN_KEPT
from allmende.connectors.neutral import Author, Batch, Item, Ref
from allmende.inbox.actions import add_note, answer_notice, decide_moderation, receive_notice
from allmende.inbox.jobs import file_new
from allmende.inbox.models import Conversation, ModerationDecision, Note, PublicNotice
from allmende.members.actions import CannotErase, erase, erase_due
from allmende.members.actions import add_note as note_member
from allmende.members.models import Erasure, Identity, Member, MemberNote
from allmende.members.queries import erasing_steps
from allmende.team.actions import blank_names
from allmende.team.queries import check_audit

BIRGIT = Author("did:plc:birgit", "birgit.ahlers", "Birgit Ahlers")
JONAS = Author("did:plc:jonas", "jonas_k", "Jonas Kern")
TRACES = ("Birgit Ahlers", "birgit.ahlers", "did:plc:birgit", "0431 5555", "Kreta")


def item(native_id: str, author: Author, text: str, at, reply_to: str = "") -> Item:  # type: ignore[no-untyped-def]
    title = "" if reply_to else "Rückruf bei Birgit Ahlers"
    ref = Ref(native_id, f"https://forum.example/{author.handle}")
    return Item(ref, "message", "asked", author, at, thread="b1", reply_to=reply_to, title=title, text=text)


@pytest.fixture
def told(forum, owner):  # type: ignore[no-untyped-def]
    """Birgit asked, Jonas answered her by name, and we did; returns what the network told."""
    at = timezone.now() - timedelta(minutes=9)
    liked = Item(Ref("like:birgit"), "gesture", "thanked", BIRGIT, at, thread="b1", target="b2")
    items = [
        item("b1", BIRGIT, "Meine Nummer ist 0431 5555, ruft an!", at),
        item("b2", JONAS, "Liebe Birgit Ahlers, @birgit.ahlers: ins Profil.", at + timedelta(minutes=1), "b1"),
        item("b3", BIRGIT, "Danke. Bin dann auf Kreta.", at + timedelta(minutes=2), "b2"),
        liked,
    ]
    record_batch(channel=forum, batch=Batch(items, "1"), now=at + timedelta(minutes=3))
    while file_new(timezone.now()):
        pass
    return items


@pytest.fixture
def birgit(told) -> Member:  # type: ignore[no-untyped-def]
    return Member.objects.get(alias="Birgit Ahlers")


def finish(now) -> None:  # type: ignore[no-untyped-def]
    """All steps, as the worker does them."""
    for workspace in {one.workspace for one in Erasure.objects.select_related("workspace")}:
        measure_workspace(workspace=workspace, now=now + timedelta(seconds=1))
    while erase_due(now=now + timedelta(seconds=2)):
        pass


def everything() -> str:
    """Every row of every table, as text."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_models():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(model._meta.db_table)}")
            found.append(f"{model._meta.label} {cursor.fetchall()}")
    return "\n".join(found)


def test_an_author_erased_on_request_is_in_no_table_any_more(birgit, owner, forum):
    conversation, now = Conversation.objects.get(), timezone.now()
    note_member(person=owner, member=birgit, text="Wohnt auf Kreta.", now=now)
    add_note(person=owner, conversation=conversation, text="Birgit Ahlers ruft wieder an.", now=now)
    decide_moderation(
        person=owner, message=Message.objects.get(native_id="b1"), measure="hide", rule=None, law="§ 185 StGB",
        facts="Eine Telefonnummer.", statement="Wir haben verborgen.", source="own", until_date=None, now=now,
    )  # fmt: skip
    assert [one in everything() for one in TRACES] == [True] * len(TRACES)
    erase(person=owner, member=birgit, asked_date=now.date(), now=now)
    finish(now)
    left = everything()
    assert [one for one in TRACES if one in left] == []
    assert Erasure.objects.get().finished_at
    assert search(owner.workspace, "Nummer") == [] and search(owner.workspace, "Ahlers") == []
    assert Message.objects.get(native_id="b2").text == "Liebe […], […]: ins Profil."
    assert not Gesture.objects.exists() and not MemberNote.objects.exists()
    assert Note.objects.get().text == "[…] ruft wieder an."
    assert check_audit(owner.workspace).broken_at is None
    assert conversation.entries.count() == 3


def test_what_must_be_kept_of_a_decision_goes_when_nobody_can_dispute_it(birgit, owner):
    now = timezone.now()
    decide_moderation(
        person=owner, message=Message.objects.get(native_id="b1"), measure="hide", rule=None, law="§ 185 StGB",
        facts="Eine Telefonnummer.", statement="Wir haben verborgen.", source="own", until_date=None, now=now,
    )  # fmt: skip
    erasure = erase(person=owner, member=birgit, asked_date=now.date(), now=now)
    finish(now)
    step = erasure.steps.get(name="inbox.traces")
    assert (step.keep_until_date.year, step.keep_until_date.month) == (now.year + 3, 12)
    assert set(ModerationDecision.objects.get().evidence) == {"said_at", "channel"}
    assert erase_due(now=now.replace(year=now.year + 3, month=12, day=31, hour=12)) == 0
    assert erase_due(now=now.replace(year=now.year + 4, month=1, day=2)) == 1
    assert not ModerationDecision.objects.exists()
    step.refresh_from_db()
    assert step.keep_until_date is None and step.finished_at


def test_a_report_that_a_decision_answered_goes_with_the_decision(birgit, owner):
    now = timezone.now()
    made = decide_moderation(
        person=owner, message=Message.objects.get(native_id="b1"), measure="hide", rule=None, law="§ 185 StGB",
        facts="Eine Telefonnummer.", statement="Wir haben verborgen.", source="notice", until_date=None, now=now,
    )  # fmt: skip
    notice = receive_notice(
        workspace=owner.workspace, kind="rules", place="Im Forum", explanation="Eine Nummer von Birgit Ahlers.", name="",
        email="", is_good_faith=True, language="de", now=now,
    )  # fmt: skip
    answer_notice(person=owner, notice=notice, outcome="acted", decision=made, answer="Verborgen.", now=now)
    erase(person=owner, member=birgit, asked_date=now.date(), now=now)
    finish(now)
    assert erase_due(now=now.replace(year=now.year + 4, month=1, day=2)) == 1
    assert not ModerationDecision.objects.exists() and not PublicNotice.objects.exists()


def test_what_was_said_before_is_not_taken_in_again_and_later_words_are_somebody_new(birgit, owner, forum, told):
    now = timezone.now()
    erase(person=owner, member=birgit, asked_date=now.date(), now=now)
    finish(now)
    later = now + timedelta(days=1)
    record_batch(channel=forum, batch=Batch(told, "2"), now=later)
    old = item("b0", BIRGIT, "Noch älter: 0431 5555", now - timedelta(days=3))
    record_batch(channel=forum, batch=Batch([old], "3"), now=later)
    assert not Message.objects.filter(text__contains="0431").exists()
    record_batch(channel=forum, batch=Batch([item("b9", BIRGIT, "Bin wieder da.", later)], "4"), now=later)
    again = Message.objects.select_related("identity__member").get(native_id="b9")
    assert again.identity.member_id != birgit.pk and again.identity.member.alias == "Birgit Ahlers"


def test_an_erasure_goes_on_where_it_was_interrupted(birgit, owner):
    now = timezone.now()
    erasure = erase(person=owner, member=birgit, asked_date=now.date(), now=now)
    measure_workspace(workspace=owner.workspace, now=now - timedelta(seconds=1))
    erase_due(now=now)
    open_steps = set(erasure.steps.filter(finished_at__isnull=True).values_list("name", flat=True))
    assert open_steps == {"behaviours.ledger", "members.names"}  # the names go last: all others look by them
    assert Identity.objects.filter(name="Birgit Ahlers").exists()
    assert erase_due(now=now) == 0
    finish(now)
    erasure.refresh_from_db()
    assert erasure.finished_at and not Identity.objects.filter(name="Birgit Ahlers").exists()
    assert erasure.steps.count() == len(erasing_steps())


def test_an_erasure_begun_by_an_earlier_version_gets_the_steps_that_came_since(birgit, owner):
    now = timezone.now()
    erasure = erase(person=owner, member=birgit, asked_date=now.date(), now=now)
    erasure.steps.exclude(name="members.names").delete()
    finish(now)
    erasure.refresh_from_db()
    assert erasure.finished_at and not erasure.steps.filter(finished_at__isnull=True).exists()
    assert {step.name for step in erasure.steps.all()} >= {step.name for step in erasing_steps()}
    assert not Identity.objects.filter(name="Birgit Ahlers").exists()


def test_a_picture_goes_with_its_words_unless_something_else_shows_it(
    birgit, owner, django_capture_on_commit_callbacks
):
    content = BytesIO()
    Image.new("RGB", (8, 8), "red").save(content, "PNG")
    kept = keep_media(person=owner, name="kreta.png", content=content.getvalue(), now=timezone.now())
    first = Message.objects.get(native_id="b1")
    MessageMedia.objects.create(message=first, media=kept, place=0, state=SHOWN_KEPT, alt="Kreta")
    file, now = media_path(kept.file), timezone.now()
    assert file.exists()
    erase(person=owner, member=birgit, asked_date=now.date(), now=now)
    with django_capture_on_commit_callbacks(execute=True):
        finish(now)
    assert not Media.objects.exists() and not file.exists()


def test_a_name_others_bear_too_is_left_alone(birgit, owner, forum):
    namesake = Author("did:plc:other", "b.a", "Birgit Ahlers")
    record_batch(
        channel=forum,
        batch=Batch([item("c1", namesake, "Ich bin die andere.", timezone.now())], "5"),
        now=timezone.now(),
    )
    now = timezone.now()
    erase(person=owner, member=birgit, asked_date=now.date(), now=now)
    finish(now)
    assert Message.objects.get(native_id="b2").text == "Liebe Birgit Ahlers, […]: ins Profil."
    assert Member.objects.get(identities__native_id="did:plc:other").alias == "Birgit Ahlers"


def test_nobody_is_erased_twice_or_by_whoever_may_not_or_ourselves(birgit, owner, new_person):
    now = timezone.now()
    with pytest.raises(PermissionDenied):
        erase(person=new_person("moderator"), member=birgit, asked_date=now.date(), now=now)
    with pytest.raises(CannotErase):
        erase(person=owner, member=birgit, asked_date=now.date() + timedelta(days=2), now=now)
    Identity.objects.filter(member=birgit).update(is_us=True)
    with pytest.raises(CannotErase):
        erase(person=owner, member=birgit, asked_date=now.date(), now=now)
    Identity.objects.filter(member=birgit).update(is_us=False)
    erase(person=owner, member=birgit, asked_date=now.date(), now=now)
    with pytest.raises(CannotErase):
        erase(person=owner, member=birgit, asked_date=now.date(), now=now)


def test_the_page_says_before_what_goes_and_proves_it_afterwards(client_of, birgit, owner, new_person):
    client, slug, now = client_of(owner), owner.workspace.slug, timezone.now()
    address = reverse("members:erase", args=[slug, birgit.pk])
    assert "Was verschwindet" in client.get(address).content.decode()
    refused = client.post(address, {"asked_date": now.date().isoformat()})
    assert refused.status_code == 422 and "Vergewissern Sie sich" in refused.content.decode()
    done = client.post(address, {"asked_date": now.date().isoformat(), "is_certain": "on"})
    proof = client.get(done["Location"]).content.decode()
    assert "steht aus" in proof and "Birgit" not in proof
    assert client.get(reverse("members:member", args=[slug, birgit.pk])).status_code == 404
    finish(timezone.now())
    assert "steht aus" not in client.get(done["Location"]).content.decode()
    listed = client.get(reverse("members:erasures", args=[slug])).content.decode()
    assert "abgeschlossen am" in listed and "Birgit" not in listed
    assert client_of(new_person("moderator")).get(done["Location"]).status_code == 403


def test_a_handle_that_is_a_number_takes_no_numbers_out_of_what_others_wrote(told, owner):
    note = add_note(
        person=owner,
        conversation=Conversation.objects.first(),
        text="Seit 2024 dabei, fragt @2024.",
        now=timezone.now(),
    )
    assert blank_names(rows=Note.objects.all(), fields=("text",), names=["2024"]) == 1
    note.refresh_from_db()
    assert note.text == "Seit 2024 dabei, fragt […]."
