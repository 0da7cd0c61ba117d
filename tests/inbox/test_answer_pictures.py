"""Pictures in answers: put into the form, described, taken out, read by a colleague, sent, and given back."""

import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from allmende.channels.actions import send_due
from allmende.channels.models import Dispatch, Media, MessageMedia, media_path
from allmende.guidelines.models import ReactionRule
from allmende.inbox.actions import (
    CannotReply,
    CannotShow,
    Shown,
    SomebodyAnswered,
    answer,
    approve_reading,
    attach_pictures,
    choose_situation,
    decline_reading,
    merge_conversations,
    send_reply,
    take_back_reading,
    take_back_reply,
)
from allmende.inbox.models import AnswerPicture, Conversation, SecondReading
from allmende.inbox.queries import pictures_in_form, planned_replies
from allmende.members.models import Member
from allmende.team.actions import CannotUndo, undo_change
from allmende.team.models import Person
from allmende.team.queries import undo_url

WORDS = "So sieht die Maske aus."
ALT = "Die Maske mit dem Feld für die Steuernummer"


def picture(colour: str = "teal", name: str = "JPEG", **how) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, name, **how)
    return out.getvalue()


@pytest.fixture
def lena(new_person) -> Person:
    return new_person("moderator", name="Lena Brandt")


@pytest.fixture
def heard(says, listen) -> Conversation:
    says("Birgit Ahlers", "Wo steht die Steuernummer?", at=timezone.now() - timedelta(minutes=5))
    return listen(timezone.now())[0]


@pytest.fixture
def dispute(owner, forum, heard, lena) -> Conversation:
    """A conversation whose situation wants a second reader."""
    ReactionRule.objects.filter(plan__channel=forum, situation=8).update(needs_second_reader=True)
    rule = ReactionRule.objects.get(plan__channel=forum, plan__state="in_force", situation=8)
    choose_situation(person=owner, conversation=heard, rule=rule, now=timezone.now())
    return Conversation.objects.select_related("channel", "workspace", "rule").get(pk=heard.pk)


def attach(person: Person, conversation: Conversation, *contents: bytes, shown: tuple[Shown, ...] = ()) -> list[Shown]:
    """Put pictures into the person's form; returns what it has then."""
    files = [(f"bild-{number}.jpg", content) for number, content in enumerate(contents, 1)]
    assert attach_pictures(person=person, conversation=conversation, shown=shown, files=files, now=timezone.now()) == []
    return in_form(conversation, person)


def in_form(conversation: Conversation, person: Person) -> list[Shown]:
    return [Shown(one.media_id, one.alt, one.bare_reason) for one in pictures_in_form(conversation, person)]


def say(
    person: Person, conversation: Conversation, *shown: Shown, text: str = WORDS, **more
) -> Dispatch | SecondReading:
    return answer(
        person=person, conversation=conversation, text=text, seen_until=10**9, now=timezone.now(), shown=shown, **more
    )


def described(shown: Shown, alt: str = ALT) -> Shown:
    return Shown(shown.media_id, alt)


def test_a_picture_leaves_with_its_words_and_without_what_it_tells_of_its_place(owner, heard, practice):
    exif = Image.Exif()
    exif[0x010E] = "Deichweg 7"
    (one,) = attach(owner, heard, picture(exif=exif))
    assert b"Deichweg" not in media_path(Media.objects.get().file).read_bytes()
    dispatch = say(owner, heard, described(one))
    assert in_form(heard, owner) == []
    send_due(now=timezone.now() + timedelta(minutes=1))
    dispatch.refresh_from_db()
    assert dispatch.state == "sent"
    assert [(row.media_id, row.alt) for row in dispatch.message.shown.all()] == [(one.media_id, ALT)]
    (stands,) = [post for post in practice.network.timeline() if post["text"] == WORDS]
    assert [shown["alt"] for shown in stands["media"]] == [ALT]


def test_the_form_keeps_its_pictures_for_each_person_until_they_are_sent(owner, lena, heard):
    first, second = attach(owner, heard, picture(), picture("navy"))
    assert Media.objects.count() == 2
    assert attach(owner, heard, picture(), shown=(described(first), second)) == [described(first), second]
    assert (in_form(heard, lena), Media.objects.count()) == ([], 2)
    attach(owner, heard, shown=(second,))
    assert in_form(heard, owner) == [second]


def test_a_picture_goes_out_with_words_or_with_a_reason(owner, heard):
    (one,) = attach(owner, heard, picture())
    with pytest.raises(CannotShow) as caught:
        say(owner, heard, one)
    assert caught.value.media_id == one.media_id
    assert not Dispatch.objects.exists()
    dispatch = say(owner, heard, Shown(one.media_id, "", "nur Schmuck"))
    assert AnswerPicture.objects.get(dispatch=dispatch).bare_reason == "nur Schmuck"


def test_words_win_over_a_reason_why_there_are_none(owner, heard):
    (one,) = attach(owner, heard, picture())
    say(owner, heard, Shown(one.media_id, ALT, "nur Schmuck"))
    assert (AnswerPicture.objects.get().alt, AnswerPicture.objects.get().bare_reason) == (ALT, "")


def test_a_picture_shown_before_brings_its_words(owner, heard, asked):
    (one,) = attach(owner, heard, picture())
    say(owner, heard, described(one))
    other = asked(1)[-1]
    assert attach(owner, other, picture()) == [described(one)]


def test_a_picture_alone_is_an_answer_and_nothing_at_all_is_none(owner, heard):
    with pytest.raises(CannotReply):
        say(owner, heard, text=" ")
    (one,) = attach(owner, heard, picture())
    assert say(owner, heard, described(one), text="").message.shown.count() == 1


def test_too_many_for_the_network_are_not_taken_and_not_sent(owner, heard):
    colours = ("teal", "navy", "olive", "maroon", "gray")
    files = [(f"{colour}.jpg", picture(colour)) for colour in colours]
    refusals = attach_pictures(person=owner, conversation=heard, shown=(), files=files, now=timezone.now())
    assert len(refusals) == 1
    assert "gray.jpg" in refusals[0]
    attach(owner, heard, picture("gray"))
    media = Media.objects.values_list("pk", flat=True)
    with pytest.raises(CannotShow) as caught:
        say(owner, heard, *(Shown(pk, ALT) for pk in media))
    assert caught.value.media_id is None


def test_what_is_no_picture_is_not_taken_and_the_rest_stays(owner, heard):
    (one,) = attach(owner, heard, picture())
    files = [("bericht.pdf", b"%PDF-1.7 nothing")]
    (refusal,) = attach_pictures(person=owner, conversation=heard, shown=(one,), files=files, now=timezone.now())
    assert "bericht.pdf" in refusal
    assert in_form(heard, owner) == [one]


def test_taken_back_the_picture_stands_in_the_form_again_with_its_reason(owner, heard):
    (one,) = attach(owner, heard, picture())
    bare = Shown(one.media_id, "", "nur Schmuck")
    dispatch = say(owner, heard, bare, text="")
    assert take_back_reply(person=owner, dispatch=dispatch, now=timezone.now()) == ""
    assert in_form(heard, owner) == [bare]


def test_taken_back_in_a_conversation_that_was_merged_it_stands_in_the_form_there(owner, heard, asked):
    (one,) = attach(owner, heard, picture())
    dispatch = say(owner, heard, described(one), send_at=timezone.now() + timedelta(hours=2))
    other = asked(1)[-1]
    merge_conversations(person=owner, source=heard, target=other, now=timezone.now())
    dispatch = Dispatch.objects.get(pk=dispatch.pk)
    take_back_reply(person=owner, dispatch=dispatch, now=timezone.now())
    assert (in_form(other, owner), in_form(heard, owner)) == ([described(one)], [])


def test_the_same_press_of_the_button_is_one_answer_other_pictures_are_another(owner, heard):
    first, second = attach(owner, heard, picture(), picture("navy"))
    said = {"person": owner, "conversation": heard, "text": WORDS, "seen_until": 0, "now": timezone.now()}
    dispatch = send_reply(**said, shown=[described(first)])
    assert send_reply(**said, shown=[described(first)]) == dispatch
    with pytest.raises(SomebodyAnswered):
        send_reply(**said, shown=[described(second)])


def test_it_waits_for_its_time_with_its_pictures(owner, heard):
    (one,) = attach(owner, heard, picture())
    at = timezone.now() + timedelta(hours=2)
    dispatch = say(owner, heard, described(one), send_at=at)
    assert [row.pictures for row in planned_replies(owner.workspace, timezone.now())] == [1]
    send_due(now=at + timedelta(minutes=1))
    dispatch.refresh_from_db()
    assert dispatch.state == "sent"


def test_s3_8_a_second_reader_approves_the_pictures_too(owner, lena, dispute):
    (one,) = attach(owner, dispute, picture())
    reading = say(owner, dispute, described(one))
    assert [(row.media_id, row.alt) for row in reading.pictures.all()] == [(one.media_id, ALT)]
    assert say(owner, dispute, described(one)) == reading
    other = say(owner, dispute, described(one, "Etwas anderes"))
    assert (other.pk != reading.pk, other.words_hash != reading.words_hash) == (True, True)
    dispatch = approve_reading(person=lena, reading=other, seen_hash=other.words_hash, now=timezone.now())
    assert in_form(dispute, owner) == []
    send_due(now=timezone.now() + timedelta(minutes=1))
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.message.shown.get().alt) == ("sent", "Etwas anderes")


@pytest.mark.parametrize("how", ["declined", "taken_back"])
def test_what_is_not_approved_stands_in_the_form_again(owner, lena, dispute, how: str):
    (one,) = attach(owner, dispute, picture())
    reading = say(owner, dispute, described(one))
    attach(owner, dispute, shown=())
    assert in_form(dispute, owner) == []
    if how == "declined":
        decline_reading(person=lena, reading=reading, reason="Das Bild zeigt Namen.", now=timezone.now())
    else:
        take_back_reading(person=owner, reading=reading, now=timezone.now())
    assert in_form(dispute, owner) == [described(one)]


def test_pictures_of_another_workspace_are_none(owner, new_person, heard):
    stranger = new_person("owner", slug="other")
    attach(owner, heard, picture())
    with pytest.raises(Conversation.DoesNotExist):
        answer(
            person=stranger, conversation=heard, text=WORDS, seen_until=0, now=timezone.now(),
            shown=[Shown(Media.objects.get().pk, ALT)],
        )  # fmt: skip
    assert not MessageMedia.objects.exists()


def test_who_may_not_answer_attaches_nothing(new_person, heard):
    reader = new_person("author")
    with pytest.raises(PermissionDenied):
        attach_pictures(person=reader, conversation=heard, shown=(), files=[("a.jpg", picture())], now=timezone.now())
    assert not Media.objects.exists()


@pytest.fixture
def post(owner, client_of, heard) -> Callable:
    client = client_of(owner)

    def send(name: str, given: dict, **more):  # type: ignore[no-untyped-def]
        return client.post(reverse(f"inbox:{name}", args=["lotsenforum", heard.public_id]), given, **more)

    return send


def upload(colour: str = "teal") -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{colour}.jpg", picture(colour), "image/jpeg")


def test_the_fragment_brings_the_picture_its_question_and_the_undo(owner, heard, post):
    page = post("pictures", {"pictures": upload()}, headers={"HX-Request": "true"})
    key = Media.objects.get().pk
    assert f'name="alt-{key}"' in page.content.decode()
    page = post("pictures", {"drop": key, f"alt-{key}": ALT}, headers={"HX-Request": "true"})
    assert in_form(heard, owner) == []
    assert f'name="alt-{key}"' not in page.content.decode()
    address = page.context["undo"]
    token = address.rstrip("/").rsplit("/", 1)[1]
    undo_change(person=owner, token=token, now=timezone.now())
    assert in_form(heard, owner) == [Shown(key, ALT)]


def test_without_scripts_a_file_is_kept_the_words_stay_and_nothing_leaves_yet(post):
    pattern, later = "7b1f3c52-6f5c-4b7e-9d5a-111111111111", "2040-05-01T10:00"
    given = {"text": WORDS, "pictures": upload(), "seen_until": 10**9, "pattern": pattern, "send_at": later}
    page = post("conversation", given, follow=True).content.decode()
    assert not Dispatch.objects.exists()
    assert f'name="alt-{Media.objects.get().pk}"' in page
    assert WORDS in page
    assert f'value="{pattern}"' in page
    assert f'value="{later}"' in page


def test_a_picture_without_words_says_so_at_its_field_and_nothing_typed_is_lost(owner, heard, post):
    (one,) = attach(owner, heard, picture())
    page = post("conversation", {"text": WORDS, f"alt-{one.media_id}": " ", "seen_until": 10**9})
    shown = page.content.decode()
    assert page.status_code == 422
    assert WORDS in shown
    assert f'id="alt-{one.media_id}-error"' in shown
    assert post("conversation", {"text": WORDS, f"alt-{one.media_id}": ALT, "seen_until": 10**9}).status_code == 302
    assert MessageMedia.objects.get().alt == ALT


def test_where_answers_show_no_pictures_the_form_says_so_before_anybody_chooses_one(owner, heard, post):
    account = heard.channel.account
    type(account).objects.filter(pk=account.pk).update(kind="linkedin", secret="")
    page = post("pictures", {"pictures": upload()}, headers={"HX-Request": "true"})
    assert 'type="file"' not in page.content.decode()
    assert page.status_code == 422
    assert not Media.objects.exists()


def test_undone_where_the_conversation_is_not_ours_is_refused(new_person, heard):
    stranger = new_person("owner", slug="other")
    picture = {"media_id": "7b1f3c52-6f5c-4b7e-9d5a-111111111111", "alt": "", "bare_reason": ""}
    address = undo_url(stranger, "inbox.picture_taken_out", conversation=heard.pk, picture=picture, place=0)
    with pytest.raises(CannotUndo):
        undo_change(person=stranger, token=address.rstrip("/").rsplit("/", 1)[1], now=timezone.now())


def test_who_is_forgotten_is_named_in_no_description(owner, heard):
    from allmende.inbox.actions import scrub_erased

    (one,) = attach(owner, heard, picture())
    say(owner, heard, described(one, "Birgit Ahlers am Stand"))
    scrub_erased(Member.objects.get(), ["Birgit Ahlers"], timezone.now())
    assert "Birgit" not in AnswerPicture.objects.get().alt
