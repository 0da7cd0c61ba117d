"""Weekly slots of a channel, and the next free one for a text."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone

from allmende.editorial.actions import CannotKeepSlot, add_slot, move_variant, remove_slot
from allmende.editorial.models import PostingSlot, Variant
from allmende.editorial.queries import room_for
from allmende.team.actions import close_day
from allmende.team.models import AuditRow, ServiceHours
from allmende.team.queries import default_hours
from tests.plan.test_taking_back import offer

pytestmark = pytest.mark.django_db
PAGE = "/w/lotsenforum/calendar/slots/"
MONDAY, SUNDAY = 0, 6


@pytest.fixture
def keep(owner, forum, now):
    """`keep(weekday, time)` keeps a weekly slot of the forum."""

    def make(weekday, starts_at):
        return add_slot(person=owner, channel=forum, weekday=weekday, starts_at=starts_at, now=now)

    return make


@pytest.fixture
def following(workspace):
    """`following(variant, at)`: the next free weekly slot for a text as seen at an instant, in UTC."""

    def look(variant, at):
        fresh = Variant.objects.select_related("item", "channel__hours", "workspace").get(pk=variant.pk)
        found = room_for(workspace, fresh, at).weekly
        return found and found.astimezone(UTC)

    return look


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def test_the_next_slot_is_one_no_other_text_of_the_channel_has(keep, write, following, owner):
    keep(MONDAY, time(9))
    keep(MONDAY, time(15))
    first, second = write(title="Eins"), write(title="Zwei")
    sunday = utc(2026, 10, 11, 12)
    assert following(first, sunday) == utc(2026, 10, 12, 7)
    told = {"person": owner, "zone": "Europe/Berlin", "seen_revision": None, "now": sunday}
    move_variant(variant=first, wall=datetime(2026, 10, 12, 9), **told)
    assert following(second, sunday) == utc(2026, 10, 12, 13)
    assert following(first, sunday) == utc(2026, 10, 12, 7)
    move_variant(variant=second, wall=datetime(2026, 10, 12, 15), **told)
    assert following(write(title="Drei"), sunday) == utc(2026, 10, 19, 7)


def test_the_same_clock_time_holds_over_both_changes_of_the_clocks(keep, write, following):
    keep(SUNDAY, time(9))
    variant = write()
    assert following(variant, utc(2027, 3, 21, 12)) == utc(2027, 3, 28, 7)
    assert following(variant, utc(2027, 3, 20, 12)) == utc(2027, 3, 21, 8)
    assert following(variant, utc(2026, 10, 24, 12)) == utc(2026, 10, 25, 8)
    assert following(variant, utc(2026, 10, 17, 12)) == utc(2026, 10, 18, 7)


def test_a_time_the_clocks_skip_is_passed_over_and_of_one_that_comes_twice_the_first_is_meant(keep, write, following):
    keep(SUNDAY, time(2, 30))
    variant = write()
    assert following(variant, utc(2027, 3, 27, 12)) == utc(2027, 4, 4, 0, 30)
    assert following(variant, utc(2026, 10, 24, 12)) == utc(2026, 10, 25, 0, 30)
    assert following(variant, utc(2026, 10, 25, 0, 45)) == utc(2026, 11, 1, 1, 30)


def test_a_channel_with_hours_of_its_own_speaks_on_its_own_clock(keep, write, following, forum, owner, now):
    forum.hours = ServiceHours.objects.create(
        workspace=owner.workspace, name="NY", zone="America/New_York", country="DE", created_at=now, updated_at=now
    )
    forum.save()
    keep(MONDAY, time(9))
    assert following(write(), utc(2026, 10, 11, 12)) == utc(2026, 10, 12, 13)


def test_days_off_are_passed_over_and_a_paused_channel_offers_none(keep, write, following, owner, forum, now):
    keep(MONDAY, time(9))
    close_day(person=owner, hours=default_hours(owner.workspace), on_date=date(2026, 10, 12), name="Ausflug", now=now)
    variant = write()
    assert following(variant, utc(2026, 10, 11, 12)) == utc(2026, 10, 19, 7)
    forum.state = "paused"
    forum.save()
    assert following(variant, utc(2026, 10, 11, 12)) is None


def test_without_weekly_slots_there_is_none(write, following):
    assert following(write(), utc(2026, 10, 11, 12)) is None


def test_a_slot_stands_once_and_one_taken_out_comes_back(keep, owner, forum, now):
    slot = keep(MONDAY, time(9))
    with pytest.raises(CannotKeepSlot, match="Nicht hinzugefügt"):
        keep(MONDAY, time(9))
    remove_slot(person=owner, slot=slot, now=now)
    assert keep(MONDAY, time(9)) == slot
    verbs = (
        AuditRow.objects.filter(verb__startswith="editorial.slot.").order_by("number").values_list("verb", flat=True)
    )
    assert [verb.rpartition(".")[2] for verb in verbs] == ["added", "removed", "added"]
    row = {"workspace": owner.workspace, "channel": forum, "created_at": now, "updated_at": now}
    for weekday, starts_at in ((MONDAY, time(9)), (7, time(9))):
        with pytest.raises(IntegrityError), transaction.atomic():
            PostingSlot.objects.create(weekday=weekday, starts_at=starts_at, **row)


def test_who_may_not_schedule_keeps_no_slot(new_person, forum, now):
    with pytest.raises(PermissionDenied):
        add_slot(person=new_person("observer"), channel=forum, weekday=0, starts_at=time(9), now=now)


def test_the_screen_adds_and_takes_out_with_undo(owner, client_of, forum):
    client = client_of(owner)
    typed = {"channel": forum.slug, "weekday": "2", "starts_at": "17:30"}
    added = client.post(f"{PAGE}add/", typed, follow=True)
    assert "Mittwoch, 17:30" in added.content.decode()
    again = client.post(f"{PAGE}add/", typed)
    assert (again.status_code, "hat der Kanal schon" in again.content.decode()) == (422, True)
    assert 'value="17:30"' in again.content.decode()
    taken = client.post(f"{PAGE}{PostingSlot.objects.get().pk}/remove/", follow=True)
    assert "Mittwoch, 17:30" not in taken.content.decode()
    client.post(offer(taken))
    assert PostingSlot.objects.get().archived_at is None
    client.post(f"{PAGE}{PostingSlot.objects.get().pk}/remove/", follow=True)
    client.post(offer(client.post(f"{PAGE}add/", typed, follow=True)))
    assert PostingSlot.objects.get().archived_at is not None


def test_the_composer_offers_the_next_free_slot_and_takes_it(owner, client_of, keep, write, forum):
    ahead = timezone.localdate() + timedelta(days=3)
    keep(ahead.weekday(), time(6, 45))
    variant = write()
    client = client_of(owner)
    page = client.get(f"/w/lotsenforum/calendar/items/{variant.item_id}/").content.decode()
    assert "Nächste freie feste Zeit" in page
    assert f'value="{ahead}T06:45"' in page
    client.post(f"/w/lotsenforum/calendar/variants/{variant.pk}/schedule/", {"free": f"{ahead}T06:45"})
    assert Variant.objects.get(pk=variant.pk).slot_wall == f"{ahead}T06:45"
