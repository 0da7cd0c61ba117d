"""Pictures with what they show, on what ground and until when we may show them; an ended right stops scheduling."""

from datetime import date, datetime
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from allmende.channels.actions import keep_media
from allmende.editorial.actions import (
    UNDO,
    CannotSchedule,
    ItemText,
    approve_variant,
    move_variant,
    save_item,
    save_right,
    schedule_variant,
)
from allmende.editorial.models import Item, MediaRight
from allmende.editorial.queries import hash_of, library_page, picture_rows, pictures_of, pictures_to_choose
from allmende.team.actions import StaleRevision

pytestmark = pytest.mark.django_db
TODAY = date(2026, 10, 6)


def png(colour):
    file = BytesIO()
    Image.new("RGB", (40, 30), colour).save(file, "PNG")
    return file.getvalue()


@pytest.fixture
def keep(owner, now):
    def make(name, colour="green"):
        return keep_media(person=owner, name=name, content=png(colour), now=now)

    return make


@pytest.fixture
def shown(owner, forum, now):
    """A forum text that shows the picture, not approved yet."""

    def make(media, title="Porträt"):
        written = ItemText(
            title, no_objective_reason="Probe", texts={forum.pk: "Wer hilft hier?"}, pictures=((media.pk, "Anna"),)
        )
        return save_item(person=owner, item=None, written=written, now=now).variants.get()

    return make


def test_3_11_an_ended_right_stops_scheduling_with_words(keep, shown, owner, now):
    media = keep("anna.png")
    variant = shown(media)
    seen = hash_of(variant.item.title, variant.text, pictures_of(variant.item))
    variant = approve_variant(person=owner, variant=variant, seen_hash=seen, now=now)
    save_right(person=owner, media=media, ground="consent", ends_date=date(2026, 10, 9), now=now)
    slot = {"person": owner, "variant": variant, "zone": "Europe/Berlin", "now": now}
    with pytest.raises(CannotSchedule, match=r"anna\.png"):
        schedule_variant(**slot, wall=datetime(2026, 10, 10, 9))
    assert schedule_variant(**slot, wall=datetime(2026, 10, 9, 23)).state == "handed_over"


def test_a_text_that_waits_for_approval_gets_no_slot_after_the_end_either(keep, shown, owner, now):
    media = keep("anna.png")
    variant = shown(media)
    save_right(person=owner, media=media, ends_date=date(2026, 10, 9), now=now)
    with pytest.raises(CannotSchedule):
        wall = datetime(2026, 10, 10, 9)
        move_variant(person=owner, variant=variant, wall=wall, zone="Europe/Berlin", seen_revision=None, now=now)


def test_a_text_planned_before_the_right_was_cut_short_is_listed(keep, shown, owner, workspace, now):
    media = keep("anna.png")
    variant = shown(media)
    wall = datetime(2026, 10, 20, 9)
    move_variant(person=owner, variant=variant, wall=wall, zone="Europe/Berlin", seen_revision=None, now=now)
    save_right(person=owner, media=media, ends_date=date(2026, 10, 19), now=now)
    media.refresh_from_db()
    row = picture_rows(workspace, [media], TODAY)[0]
    assert [item.title for item in row.late] == ["Porträt"] and row.is_ending and not row.is_over


def test_the_filters_find_what_a_picture_lacks(keep, shown, owner, workspace, now):
    bare, full = keep("leer.png"), keep("anna.png", "red")
    shown(full)
    facts = {"alt": "Anna lacht", "ground": "licence", "holder": "Agentur Nord", "ends_date": date(2026, 10, 1)}
    save_right(person=owner, media=full, **facts, now=now)

    def found(**wishes):
        return {row.media.name for row in library_page(workspace, TODAY, **wishes).rows}

    assert found() == {bare.name, full.name}
    for show in ("no-alt", "no-right", "unused"):
        assert found(show=show) == {bare.name}
    assert found(show="ending") == found(words="nord") == found(words="anna lacht") == {full.name}
    assert pictures_to_choose(workspace, None, TODAY) == [bare]


def test_the_library_takes_the_same_few_queries_for_two_and_six(
    keep, shown, owner, workspace, now, django_assert_num_queries
):
    colours = iter(["red", "blue", "white", "black", "pink", "brown"])
    for number in (2, 4):
        for _picture in range(number):
            media = keep(f"{(colour := next(colours))}.png", colour)
            shown(media, title=colour)
            save_right(person=owner, media=media, alt=colour, now=now)
        with django_assert_num_queries(4):
            assert all(row.right.alt and row.items for row in library_page(workspace, TODAY).rows)


def test_two_people_describing_one_picture_learn_of_each_other_and_undo_gives_back(keep, owner, now):
    media = keep("anna.png")
    right = save_right(person=owner, media=media, alt="Anna", now=now)
    right = save_right(person=owner, media=media, alt="Anna lacht", now=now, revision=right.revision)
    with pytest.raises(StaleRevision):
        save_right(person=owner, media=media, alt="Eine Frau", now=now, revision=1)
    UNDO["right"](person=owner, now=now, pk=str(right.pk), revision=right.revision, before={"alt": "Anna"})
    assert MediaRight.objects.get().alt == "Anna"


def test_pictures_are_added_described_and_taken_into_an_item(client_of, owner, workspace, forum, now):
    client, library = client_of(owner), reverse("editorial:library", args=[workspace.slug])
    kept = SimpleUploadedFile("anna.png", png("green"), "image/png")
    assert client.post(library, {"pictures": kept}).status_code == 302
    broken = SimpleUploadedFile("kaputt.png", b"kein Bild", "image/png")
    assert client.post(library, {"pictures": broken}).status_code == 422
    media = library_page(workspace, TODAY).rows[0].media
    page = reverse("editorial:picture", args=[workspace.slug, media.pk])
    client.post(page, {"alt": "Anna lacht", "ground": "own", "ends_date": "2020-10-01"})
    assert "abgelaufen" in client.get(page).content.decode()
    client.post(page, {"alt": "Anna lacht", "ground": "own", "ends_date": "", "seen_revision": "1"})
    typed = {
        "title": "Porträt",
        "no_objective_reason": "Probe",
        f"text-{forum.pk}": "Wer?",
        "from_library": str(media.pk),
    }
    client.post(reverse("editorial:new", args=[workspace.slug]), typed)
    assert [(one.media, one.alt) for one in pictures_of(Item.objects.get())] == [(media, "Anna lacht")]
    assert "Porträt" in client.get(page).content.decode()


def test_a_reader_sees_the_pictures_and_changes_nothing(client_of, new_person, keep, workspace):
    media = keep("anna.png")
    client = client_of(new_person("observer", "Lena"))
    page = reverse("editorial:picture", args=[workspace.slug, media.pk])
    assert client.get(page).status_code == 200
    assert client.post(page, {"alt": "Von außen"}).status_code == 403
    assert not MediaRight.objects.exists()
