"""Proposals for good times: from the channel's own posts, with their figures, or "cannot tell" and why."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from allmende.channels.actions import record_batch
from allmende.connectors.neutral import Author, Batch, Item, Ref
from allmende.editorial.actions import add_slot, move_variant
from allmende.editorial.models import PostingSlot
from allmende.editorial.queries import channel_times, proposals_for
from allmende.editorial.templatetags.good_words import cannot_words, time_words, why_words

pytestmark = pytest.mark.django_db
PAGE = "/w/lotsenforum/calendar/"
BERLIN = ZoneInfo("Europe/Berlin")
US = Author("us", name="Lotsenforum", is_us=True)


@pytest.fixture(autouse=True)
def ahead(now, monkeypatch):
    """The screens' own clock shows the tests' now."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)


@pytest.fixture
def past(forum, now):
    """`past(weeks, hours, answers)`: on Tuesdays and Thursdays of so many weeks a post at each of `hours`; `answers(at)`
    members answer it."""

    def make(weeks, hours=(9, 18), answers=lambda at: 0):
        monday = (now.astimezone(BERLIN) - timedelta(days=now.weekday())).replace(minute=5, second=0, microsecond=0)
        items = []
        for week in range(2, weeks + 2):
            for day in (1, 3):
                for hour in hours:
                    at = (monday - timedelta(weeks=week) + timedelta(days=day)).replace(hour=hour)
                    items += _talk(at, f"{at:%Y%m%d%H}", answers(at))
        items.sort(key=lambda one: one.occurred_at)
        record_batch(channel=forum, batch=Batch(items, "end"), now=now)

    return make


def _talk(at, key, number):
    post = Item(Ref(key), "message", "posted", US, at, key, title="T", text="Wort")
    answers = [
        Item(
            Ref(f"{key}-{n}"), "message", "answered", Author(f"m{n}", name=f"M{n}"), at + timedelta(hours=1 + n), key,
            text="Ja", reply_to=key,
        )
        for n in range(number)
    ]  # fmt: skip
    return [post, *answers]


def words(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).replace("\xa0", " ").split())


def test_a_time_that_brings_more_people_is_proposed_with_its_figures(past, forum, now):
    past(20, answers=lambda at: 3 if at.hour == 18 else at.day % 2)
    found = channel_times(forum, now)
    assert (found.measure, found.found.posts, found.zone) == ("answered", 80, "Europe/Berlin")
    one = found.found.proposed[0]
    assert time_words(one) == "an jedem Tag, 18:00 bis 19:00 Uhr"
    assert why_words(one) == "40 von 40 Beiträgen liefen besser als sonst, zu anderen Zeiten 0 von 40"


def test_without_a_difference_nobody_can_tell(past, forum, now):
    past(20, answers=lambda at: at.day % 3)
    found = channel_times(forum, now)
    assert (found.found.proposed, found.found.reason_code) == ((), "no_difference")
    assert "keine Zeit hebt sich vom Zufall ab" in cannot_words(found)


def test_below_the_floor_nobody_can_tell(past, forum, now):
    past(5, answers=lambda at: 3 if at.hour == 18 else 0)
    found = channel_times(forum, now)
    assert found.found.reason_code == "too_few"
    assert cannot_words(found).startswith("Nicht zu sagen: 20 Beiträge des letzten Jahres. Nötig sind 30")


def test_late_answers_colleagues_and_the_newest_posts_do_not_count(forum, now):
    at = now - timedelta(days=30)
    late = Item(Ref("a1"), "message", "answered", Author("k"), at + timedelta(days=3), "a", text="Ja", reply_to="a")
    ours = Item(Ref("a2"), "message", "answered", US, at + timedelta(hours=1), "a", text="Ja", reply_to="a")
    young = now - timedelta(days=2)
    batch = Batch([*_talk(at, "a", 0), ours, late, *_talk(young, "b", 2)], "end")
    record_batch(channel=forum, batch=batch, now=now)
    from allmende.editorial.queries.good_times import _posts

    assert list(_posts(forum, now).values_list("native_id", "people")) == [("a", None)]


def test_a_text_is_offered_the_next_free_hour_while_somebody_is_here(past, forum, write, owner, now):
    past(20, hours=(10, 14), answers=lambda at: 3 if at.hour == 10 else 0)
    variant = write()
    variant.item.care_minutes = 60
    offered = proposals_for(channel_times(forum, now), variant, now)
    assert f"{offered[0].at:%d.%m. %H:%M}" == "07.10. 10:00"
    other = write(title="Anderes")
    move_variant(
        person=owner, variant=other, wall=datetime(2026, 10, 7, 10), zone="Europe/Berlin", seen_revision=None, now=now
    )
    again = proposals_for(channel_times(forum, now), variant, now)
    assert f"{again[0].at:%d.%m. %H:%M}" == "08.10. 10:00"


def test_s4_25_where_one_schedules_the_proposal_stands_with_its_reason(past, write, client_of, owner):
    past(20, hours=(10, 14), answers=lambda at: 3 if at.hour == 10 else 0)
    client, variant = client_of(owner), write()
    assert f"variants/{variant.pk}/good-times/" in client.get(f"{PAGE}items/{variant.item_id}/").content.decode()
    assert f"variants/{variant.pk}/good-times/" in client.get(f"{PAGE}variants/{variant.pk}/move/").content.decode()
    seen = client.get(f"{PAGE}variants/{variant.pk}/good-times/")
    assert 'name="free" value="2026-10-0' in seen.content.decode()
    assert "40 von 40 Beiträgen liefen besser als sonst" in words(seen)


def test_where_slots_are_kept_the_proposal_becomes_one(past, client_of, owner, forum, now):
    past(40, hours=(9,), answers=lambda at: 3 if at.weekday() == 3 else 0)
    client, address = client_of(owner), f"{PAGE}good-times/{forum.slug}/"
    assert address in client.get(f"{PAGE}slots/").content.decode()
    short = client.get(address, headers={"HX-Request": "true"})
    assert "Donnerstag, 9:00 bis 10:00" in words(short)
    assert "Als feste Zeit behalten" in words(short)
    client.post(f"{PAGE}slots/add/", {"channel": forum.slug, "weekday": "3", "starts_at": "09:00"})
    assert PostingSlot.objects.count() == 1
    assert "ist schon eine feste Zeit" in words(client.get(address, headers={"HX-Request": "true"}))


def test_the_page_shows_what_was_compared_and_how_it_is_counted(past, client_of, owner, forum, new_person):
    past(20, answers=lambda at: 3 if at.hour == 18 else 0)
    seen = words(client_of(owner).get(f"{PAGE}good-times/{forum.slug}/"))
    assert "an jedem Tag, 18:00 bis 19:00 Uhr 40 / 40 0 / 40 +100" in seen
    assert "höchstens einer von zwanzig Kanälen" in seen
    reader = client_of(new_person("observer"))
    assert "Als feste Zeit behalten" not in words(reader.get(f"{PAGE}good-times/{forum.slug}/"))
    assert reader.get("/w/lotsenforum/calendar/good-times/anders/").status_code == 404


def test_it_takes_the_same_few_queries_however_many_posts(past, forum, now, django_assert_num_queries):
    past(30)
    with django_assert_num_queries(1):
        channel_times(forum, now)


def test_a_kept_slot_is_known(past, forum, owner, now):
    past(40, hours=(9,), answers=lambda at: 3 if at.weekday() == 3 else 0)
    add_slot(person=owner, channel=forum, weekday=3, starts_at=datetime(2026, 1, 1, 9).time(), now=now)
    assert [one.is_kept for one in proposals_for(channel_times(forum, now), None, now)] == [True]
