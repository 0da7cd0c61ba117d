"""Pictures at the parts of a post: each at its own, approved and frozen with the words, sent with their part (S4-25)."""

from dataclasses import replace

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import translation

from allmende.channels.actions import keep_media
from allmende.channels.models import Dispatch, Spoken
from allmende.editorial.actions import ItemText, approve_variant, duplicate_item, publish_now, save_item
from allmende.editorial.models import PartPicture, Variant
from allmende.editorial.queries import PartWords, asked_texts, drafts_of, hash_of, parts_of
from tests.channels.conftest import new_world  # noqa: F401 - a fixture
from tests.channels.test_media import picture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def social(new_world):  # noqa: F811
    return new_world(mode="key", kind="social_network")


@pytest.fixture
def pictures(social):
    """Two pictures the library keeps."""
    return [kept(social, size) for size in (40, 50)]


def kept(world, size: int):
    return keep_media(person=world.owner, name=f"{size}.png", content=picture(size=(size, size)), now=world.now)


def illustrated(world, media, **seats) -> Variant:
    """A thread of three parts; `second` and `comment`: the pictures that stand there and not at the text."""
    parts = (
        PartWords("Zweitens.", pictures=frozenset(seats.get("second", ()))),
        PartWords("Drittens."),
        PartWords("Quellen hier.", is_comment=True, pictures=frozenset(seats.get("comment", ()))),
    )
    written = ItemText(
        title="Faden", no_objective_reason="Probe", texts={world.channel.pk: "Erstens."}, parts={world.channel.pk: parts},
        pictures=tuple((one.pk, f"Bild {one.width}") for one in media),
    )  # fmt: skip
    return save_item(person=world.owner, item=None, written=written, now=world.now).variants.get()


def test_s4_25_a_part_leaves_with_its_own_pictures_and_the_text_without_them(social, pictures) -> None:
    first, second = pictures
    variant = illustrated(social, pictures, second=[second.pk])
    (asked,) = asked_texts(variant.item)
    variant = approve_variant(person=social.owner, variant=variant, seen_hash=asked.words_hash, now=social.now)
    publish_now(person=social.owner, variant=variant, now=social.now)
    shown = {
        dispatch.message.text: [(row.media.pk, row.alt) for row in dispatch.message.shown.order_by("place")]
        for dispatch in Dispatch.objects.select_related("message")
    }
    assert shown == {
        "Erstens.": [(first.pk, "Bild 40")], "Zweitens.": [(second.pk, "Bild 50")], "Drittens.": [], "Quellen hier.": [],
    }  # fmt: skip
    for _ in range(8):
        social.pass_time(seconds=15)
        social.send()
    assert set(Dispatch.objects.values_list("state", flat=True)) == {"sent"}


def test_where_a_picture_stands_is_part_of_what_was_approved(social, pictures) -> None:
    spoken = [Spoken(one, "x") for one in pictures]
    second = pictures[1].pk
    at_text = hash_of("", "a", spoken, (PartWords("b"),))
    at_part = hash_of("", "a", spoken, (PartWords("b", pictures=frozenset({second})),))
    assert at_text != at_part != hash_of("", "a", spoken[:1], (PartWords("b"),))


def test_the_database_keeps_the_pictures_of_an_approved_part_as_they_are(social, pictures) -> None:
    first, second = pictures
    variant = illustrated(social, pictures, second=[second.pk])
    (asked,) = asked_texts(variant.item)
    approve_variant(person=social.owner, variant=variant, seen_hash=asked.words_hash, now=social.now)
    for change in (
        lambda: PartPicture.objects.update(media=first),
        lambda: PartPicture.objects.all().delete(),
        lambda: PartPicture.objects.create(part=variant.parts.get(place=3), media=first),
    ):
        with pytest.raises(DatabaseError, match="approved text"), transaction.atomic():
            change()


def test_a_picture_given_to_another_part_takes_the_approval_back(social, pictures) -> None:
    variant = illustrated(social, pictures, second=[pictures[1].pk])
    (asked,) = asked_texts(variant.item)
    approve_variant(person=social.owner, variant=variant, seen_hash=asked.words_hash, now=social.now)
    parts = (*parts_of(variant)[:1], replace(parts_of(variant)[1], pictures=frozenset({pictures[0].pk})))
    written = ItemText(
        title="Faden",
        no_objective_reason="Probe",
        texts={social.channel.pk: "Erstens."},
        parts={social.channel.pk: parts},
    )
    save_item(person=social.owner, item=variant.item, written=written, now=social.now, seen_revision=1)
    variant.refresh_from_db()
    assert variant.state == "checked" and parts_of(variant) == parts


def test_a_picture_taken_out_of_the_item_stands_at_no_part_any_more(social, pictures) -> None:
    variant = illustrated(social, pictures, second=[pictures[1].pk])
    written = ItemText(
        title="Faden",
        no_objective_reason="Probe",
        texts={social.channel.pk: "Erstens."},
        pictures=((pictures[0].pk, "x"),),
    )
    save_item(person=social.owner, item=variant.item, written=written, now=social.now, seen_revision=1)
    assert not any(part.pictures for part in parts_of(variant))


def test_a_part_shows_no_more_pictures_than_its_network_takes(social) -> None:
    many = [kept(social, size) for size in range(30, 36)]
    variant = illustrated(social, many, second=[one.pk for one in many[:5]])
    (draft,) = drafts_of(variant.workspace, variant.item)
    assert [(one.code, one.values["part"]) for one in draft.findings if "part" in one.values] == [("too_many_media", 2)]
    assert [len(part.pictures) for part in draft.parts] == [5, 0, 0] and len(draft.pictures) == 1


def test_a_copy_and_reviewers_outside_have_the_pictures_at_their_parts(social, pictures) -> None:
    variant = illustrated(social, pictures, comment=[pictures[0].pk])
    made = duplicate_item(person=social.owner, item=variant.item, now=social.now)
    (asked,) = asked_texts(made)
    assert [len(shown) for _part, shown in asked.said] == [0, 0, 1]
    assert [one.media for one in asked.pictures] == [pictures[1]]


def test_the_composer_says_at_which_part_a_picture_stands(social, pictures, client_of) -> None:
    variant, client = illustrated(social, pictures), client_of(social.owner)
    pk, slug, seat = social.channel.pk, social.owner.workspace.slug, f"seat-{social.channel.pk}-{pictures[1].pk}"
    address = reverse("editorial:item", args=[slug, variant.item.pk])
    page = client.get(address).content.decode()
    assert f'<select name="{seat}"' in page and '<option value="3">Teil 3</option>' in page
    fields = {
        "title": "Faden", "no_objective_reason": "Probe", f"text-{pk}": "Erstens.", "seen_revision": "1",
        f"thread-{pk}": "Zweitens.\n---\nDrittens.", f"comment-{pk}": "", "care_minutes": "240", seat: "3",
        **{f"alt-{one.pk}": f"Bild {one.width}" for one in pictures},
    }  # fmt: skip
    look = client.post(reverse("editorial:check", args=[slug, variant.item.pk]), fields).content.decode()
    drittens = look.index("Drittens.")
    assert look.index(str(pictures[1].pk)) > drittens and '<option value="3" selected>Teil 3</option>' in look
    client.post(address, fields | {f"thread-{pk}": "Zweitens."})
    (part,) = parts_of(variant)
    assert part.pictures == {pictures[1].pk}, "the part it stood at is gone: it stands at the one before"
    client.post(address, fields | {f"thread-{pk}": "Zweitens.", "seen_revision": "2", seat: "schräg"})
    assert not parts_of(variant)[0].pictures
