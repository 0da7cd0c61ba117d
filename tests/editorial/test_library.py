"""Pictures with what they show, on what ground and until when we may show them; an ended right stops scheduling."""

from datetime import UTC, date, datetime, time
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from allmende.channels.actions import keep_media
from allmende.channels.models import Dispatch
from allmende.editorial.actions import (
    UNDO,
    CannotSchedule,
    ItemText,
    SeriesWish,
    When,
    add_slot,
    approve_variant,
    make_occurrences,
    move_variant,
    plan_again,
    save_item,
    save_right,
    schedule_variant,
    start_series,
    watch_rights,
)
from allmende.editorial.actions.plan_again import RELEASE
from allmende.editorial.models import Item, MediaRight, Variant
from allmende.editorial.queries import hash_of, library_page, picture_rows, pictures_of, pictures_to_choose
from allmende.team.actions import StaleRevision
from allmende.team.models import Notice
from allmende.team.templatetags.team_words import sentence

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


@pytest.fixture
def scheduled(shown, owner, now):
    """A forum text that shows the picture, approved and in the queue for the 20th."""

    def make(media, wall=datetime(2026, 10, 20, 9)):
        variant = shown(media)
        seen = hash_of(variant.item.title, variant.text, pictures_of(variant.item))
        variant = approve_variant(person=owner, variant=variant, seen_hash=seen, now=now)
        return schedule_variant(person=owner, variant=variant, wall=wall, zone="Europe/Berlin", now=now)

    return make


def told(owner, kind):
    return [
        str(sentence(one)).replace("\N{NO-BREAK SPACE}", " ") for one in Notice.objects.filter(person=owner, kind=kind)
    ]


def test_3_11_what_waits_in_the_queue_leaves_it_when_the_right_is_cut_short_and_its_owner_learns_why(
    keep, scheduled, owner, now
):
    media = keep("anna.png")
    variant = scheduled(media)
    save_right(person=owner, media=media, ends_date=date(2026, 10, 20), now=now)
    assert scheduled_state(variant) == ("handed_over", "waiting"), "on its last day it may leave"
    right = MediaRight.objects.get()
    save_right(person=owner, media=media, ends_date=date(2026, 10, 19), now=now, revision=right.revision)
    assert scheduled_state(variant) == ("approved", None)
    variant.refresh_from_db()
    assert variant.slot_wall == "2026-10-20T09:00", "the slot stays as an intention"
    assert Dispatch.objects.get().state == "withdrawn"
    (said,) = told(owner, "editorial.right_stops")
    assert "anna.png" in said and "19. Oktober" in said and "Porträt" in said


def scheduled_state(variant):
    fresh = type(variant).objects.select_related("dispatch").get(pk=variant.pk)
    return fresh.state, fresh.dispatch.state if fresh.dispatch else None


def test_an_end_that_came_by_another_way_is_found_by_the_job(keep, scheduled, owner, now):
    media = keep("anna.png")
    variant = scheduled(media)
    right = save_right(person=owner, media=media, ends_date=date(2026, 10, 30), now=now)
    before = {"ends_date": "2026-10-10"}
    UNDO["right"](person=owner, now=now, pk=str(right.pk), revision=right.revision, before=before)
    assert [watch_rights(now=now), watch_rights(now=now)] == [1, 0]
    assert scheduled_state(variant) == ("approved", None)


def test_a_post_that_still_shows_what_ended_is_told_to_its_owner_once(keep, scheduled, owner, now):
    media = keep("anna.png")
    variant = scheduled(media, wall=datetime(2026, 10, 8, 9))
    save_right(person=owner, media=media, ends_date=date(2026, 10, 9), now=now)
    Dispatch.objects.filter(pk=variant.dispatch_id).update(state="sent", settled_at=now)
    assert watch_rights(now=datetime(2026, 10, 9, 21, 30, tzinfo=UTC)) == 0, "the last day has not passed here"
    over = datetime(2026, 10, 9, 22, 30, tzinfo=UTC)
    assert [watch_rights(now=over), watch_rights(now=over)] == [1, 0]
    (said,) = told(owner, "editorial.right_over")
    assert "9. Oktober" in said and "Porträt" in said


def again(item, owner, now, **wish):
    wish = {"starts_date": date(2026, 10, 8), "starts_at": time(9), "ends_after": 10, **wish}
    return start_series(person=owner, item=item, wish=SeriesWish(**wish), now=now)


def test_the_pool_offers_no_slot_a_text_whose_right_has_ended_by_then(keep, shown, owner, forum, now):
    for weekday in (3, 4):
        add_slot(person=owner, channel=forum, weekday=weekday, starts_at=time(12), now=now)
    media = keep("anna.png")
    save_right(person=owner, media=media, ends_date=date(2026, 10, 8), now=now)
    again(shown(media).item, owner, now, step="", starts_at=None, cool_down_days=1)
    assert make_occurrences(now=now) == 1
    assert Variant.objects.get(item__occurrence__isnull=False).slot_wall == "2026-10-08T12:00"


def test_what_comes_round_after_the_end_of_a_right_stays_out_of_the_queue_and_its_owner_learns_of_it(
    keep, shown, owner, now
):
    media = keep("anna.png")
    variant = shown(media)
    seen = hash_of(variant.item.title, variant.text, pictures_of(variant.item))
    variant = approve_variant(person=owner, variant=variant, seen_hash=seen, now=now)
    save_right(person=owner, media=media, ends_date=date(2026, 10, 8), now=now)
    again(variant.item, owner, now, step="weekly")
    make_occurrences(now=now)
    made = Variant.objects.filter(item__occurrence__isnull=False).order_by("slot_at")
    assert [(one.slot_wall, one.state) for one in made] == [
        ("2026-10-08T09:00", "handed_over"), ("2026-10-15T09:00", "approved"),
    ]  # fmt: skip
    assert [watch_rights(now=now), watch_rights(now=now)] == [1, 0]
    assert "15. Oktober" in told(owner, "editorial.right_stops")[0]


def test_what_a_stop_held_past_the_end_of_a_right_is_not_released(keep, scheduled, owner, now):
    media = keep("anna.png")
    variant = scheduled(media, wall=datetime(2026, 10, 8, 9))
    save_right(person=owner, media=media, ends_date=date(2026, 10, 9), now=now)
    Dispatch.objects.filter(pk=variant.dispatch_id).update(state="held", send_before=None)
    dispatch, later = Dispatch.objects.get(), datetime(2026, 10, 12, 7, tzinfo=UTC)
    made = plan_again(person=owner, picked={dispatch.public_id: dispatch.fence}, when=When(kept=RELEASE), now=later)
    assert not made.done and scheduled_state(variant) == ("handed_over", "held")
    assert "anna.png" in str(made.left)


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
