"""Publishing and care are one: what is scheduled has somebody on duty, or a name and a reason (S2-02, I-19)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from allmende.channels.models import Dispatch
from allmende.domain.wording import words_hash
from allmende.editorial.actions import (
    CannotChangePlan,
    NoCare,
    PlanWish,
    approve_variant,
    change_plan,
    drop_variant,
    move_variant,
    publish_now,
    schedule_variant,
    undo_plan_change,
    watch_care,
    withdraw_variant,
)
from allmende.editorial.actions.move_occurrence import undo_move_occurrence
from allmende.editorial.actions.watch_care import queue_after_duty
from allmende.editorial.models import CareOverride, Variant
from allmende.editorial.queries import concerns, lacks_in, listing, proposed_wall, room_for
from allmende.editorial.templatetags.editorial_entries import care_line
from allmende.team import actions as team
from allmende.team.models import AuditRow, Notice
from allmende.team.queries import cover, default_hours, hours_by_id

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
NINE = datetime(2026, 10, 8, 9)
EIGHT_UTC = datetime.fromisoformat("2026-10-08T06:00:00+00:00")


@pytest.fixture
def emre(new_person):
    return new_person("manager", "Emre Yıldız")


@pytest.fixture
def required(owner, now):
    """From tomorrow on somebody is needed in the usual hours, Monday to Friday 8 to 18."""
    hours = default_hours(owner.workspace)
    return team.require_cover(person=owner, hours=hours, seats=1, starts_date=date(2026, 10, 8), now=now)


@pytest.fixture
def stand(owner, now):
    """`stand(person, hours=10)`: on duty on Thursday from 8 in Berlin."""

    def plan(doer, hours=10, start=EIGHT_UTC):
        return team.plan_shift(
            person=owner, shift=None, hours=None, kind="full", doer=doer, starts_at=start,
            ends_at=start + hours * HOUR, now=now,
        )  # fmt: skip

    return plan


@pytest.fixture
def approved(write, owner, now):
    variant = write()
    seen = words_hash(variant.item.title, variant.text)
    return approve_variant(person=owner, variant=variant, seen_hash=seen, now=now)


@pytest.fixture
def move(owner, now):
    def make(variant, wall=NINE, **more):
        return move_variant(
            person=owner, variant=variant, wall=wall, zone="Europe/Berlin", seen_revision=None, now=now, **more
        )

    return make


def standing():
    return CareOverride.objects.filter(ended_at__isnull=True)


def test_s2_02_without_a_rota_nothing_is_refused(approved, move):
    assert move(approved).variant.state == "handed_over"


def test_s2_02_nothing_is_scheduled_while_nobody_is_on_duty(approved, move, required, stand, owner):
    with pytest.raises(NoCare) as refused:
        move(approved)
    assert "9:00" in str(refused.value) and "13:00" in str(refused.value)
    assert not Dispatch.objects.exists()
    stand(owner)
    assert move(approved).variant.state == "handed_over" and not CareOverride.objects.exists()


def test_i_19_an_intention_needs_duty_too_and_so_does_publishing_now(write, approved, move, required, owner, now):
    with pytest.raises(NoCare):
        move(write("Ein anderer Text", "Anderes"))
    later = now + timedelta(days=1)
    with pytest.raises(NoCare):
        publish_now(person=owner, variant=approved, now=later)
    with pytest.raises(NoCare):
        schedule_variant(person=owner, variant=approved, wall=NINE, zone="Europe/Berlin", now=now)


def test_s2_02_the_refusal_says_which_hours_lack_whom(approved, move, required, stand, emre, owner, now):
    shift = stand(emre)
    with pytest.raises(NoCare, match="Emre Yıldız hat noch nicht zugesagt"):
        move(approved)
    team.move_shift(person=emre, shift=shift, to="confirmed", now=now)
    team.request_absence(
        person=owner, absent=emre, kind="leave", starts_date=NINE.date(), ends_date=NINE.date(), deputy=None, now=now
    )
    with pytest.raises(NoCare, match="Emre Yıldız ist abwesend"):
        move(approved)
    team.move_shift(person=emre, shift=shift, to="open", now=now)
    with pytest.raises(NoCare, match="eine Schicht ist noch unbesetzt"):
        move(approved)


def test_s2_02_the_items_own_care_window_decides_how_long(approved, move, required, stand, owner):
    stand(owner, hours=3)
    with pytest.raises(NoCare, match="11:00 bis 13:00"):
        move(approved)
    approved.item.care_minutes = 120
    approved.item.save()
    assert move(approved).variant.state == "handed_over"


def test_s2_02_knowingly_scheduled_keeps_who_why_and_for_which_hours(approved, move, required, owner, now):
    moved = move(approved, knowingly="  Die Pressestelle liest mit.  ")
    bears = standing().get()
    assert (bears.variant, bears.person, bears.reason) == (moved.variant, owner, "Die Pressestelle liest mit.")
    assert bears.until - bears.slot_at == 4 * HOUR and bears.slot_at == moved.variant.slot_at
    assert AuditRow.objects.filter(verb="editorial.variant.care_overridden").count() == 1


def test_i_19_the_database_refuses_an_override_without_a_reason_and_a_second_one(approved, owner, now):
    values = {"variant": approved, "person": owner, "slot_at": now, "until": now + HOUR, "created_at": now}
    for wrong in ({"reason": ""}, {"reason": "x", "until": now}):
        with pytest.raises(IntegrityError), transaction.atomic():
            CareOverride.objects.create(**values | wrong)
    CareOverride.objects.create(reason="x", **values)
    with pytest.raises(IntegrityError), transaction.atomic():
        CareOverride.objects.create(reason="y", **values)


def test_s2_02_an_override_counts_for_its_slot_alone(approved, move, required, owner, now):
    moved = move(approved, knowingly="Es eilt.")
    assert move(moved.variant).variant.slot_wall == "2026-10-08T09:00", "where it stands it may be moved to"
    with pytest.raises(NoCare):
        move(moved.variant, NINE + HOUR)
    assert standing().count() == 1, "what was refused changes nothing"
    again = move(moved.variant, NINE + HOUR, knowingly="Es eilt noch mehr.")
    assert standing().get().reason == "Es eilt noch mehr."
    withdraw_variant(person=owner, variant=again.variant, now=now)
    assert not standing().exists()


def test_s2_02_undo_leaves_no_orphan_override(approved, move, required, stand, owner):
    stand(owner, start=EIGHT_UTC + timedelta(days=1))
    covered = move(approved, NINE + timedelta(days=1))
    knowing = move(covered.variant, knowingly="Es eilt.")
    back = move(knowing.variant, NINE + timedelta(days=1), is_undo=True)
    assert not CareOverride.objects.exists()
    knowing = move(back.variant, knowingly="Es eilt.")
    away = move(knowing.variant, NINE + timedelta(days=1))
    assert not standing().exists()
    move(away.variant, NINE, is_undo=True)
    assert standing().get().reason == "Es eilt.", "back where it stood, what was borne there counts again"


def test_s2_02_a_dropped_text_bears_nothing_and_its_undo_brings_it_back(approved, move, required, owner, now):
    moved = move(approved, knowingly="Es eilt.").variant
    made = change_plan(person=owner, picked={moved.pk: None}, wish=PlanWish("drop", "Fällt aus"), now=now)
    assert not standing().exists()
    undo_plan_change(person=owner, change=str(made.change.pk), now=now)
    assert standing().get().reason == "Es eilt."
    drop_variant(person=owner, variant=moved, now=now)
    assert not standing().exists()


def test_s2_02_a_bulk_move_leaves_what_nobody_cares_for_unless_it_is_meant(approved, move, required, stand, owner, now):
    stand(owner)
    moved = move(approved).variant
    wish = PlanWish("move", "Wegen der Messe", days=1)
    with pytest.raises(CannotChangePlan) as refused:
        change_plan(person=owner, picked={moved.pk: None}, wish=wish, now=now)
    assert "niemand Dienst" in refused.value.left[0].why_not
    wish = PlanWish("move", "Wegen der Messe", days=1, is_knowing=True)
    made = change_plan(person=owner, picked={moved.pk: None}, wish=wish, now=now)
    assert standing().get().reason == "Wegen der Messe"
    undo_plan_change(person=owner, change=str(made.change.pk), now=now)
    assert not CareOverride.objects.exists()


def test_s2_02_an_approval_keeps_the_words_but_queues_nothing_without_duty(write, move, required, stand, owner, now):
    shift = stand(owner)
    variant = move(write()).variant
    team.cancel_shift(person=owner, shift=shift, now=now)
    seen = words_hash(variant.item.title, variant.text)
    kept = approve_variant(person=owner, variant=variant, seen_hash=seen, now=now)
    assert (kept.state, kept.dispatch) == ("approved", None)


def typed(day="2026-10-08", time="09:00", **more):
    return {"on_date": day, "at_time": time, **more}


def address(name, owner, variant):
    return reverse(f"editorial:{name}", args=[owner.workspace.slug, variant.pk])


@pytest.fixture
def today(monkeypatch, now):
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)


def test_s2_02_the_form_keeps_what_was_typed_and_offers_to_schedule_knowingly(
    approved, required, owner, client_of, today
):
    client, where = client_of(owner), address("schedule", owner, approved)
    answer = client.post(where, typed())
    page = answer.content.decode()
    assert answer.status_code == 422 and "hat niemand Dienst" in page and 'value="09:00"' in page
    assert 'name="knowing"' in page and not Dispatch.objects.exists()
    bare = client.post(where, typed(knowing="1", knowingly=" "))
    assert bare.status_code == 422 and "Sagen Sie, warum" in bare.content.decode()
    assert client.post(where, typed(knowing="1", knowingly="Es eilt.")).status_code == 302
    bears = standing().get()
    assert (bears.reason, bears.person) == ("Es eilt.", owner)
    page = client.get(reverse("editorial:item", args=[owner.workspace.slug, approved.item_id])).content.decode()
    assert "Jana Petersen: Es eilt." in page


def test_s2_02_publishing_now_asks_for_the_reason_too(approved, required, owner, client_of, monkeypatch, now):
    monkeypatch.setattr("django.utils.timezone.now", lambda: now + timedelta(days=1))
    client, where = client_of(owner), address("schedule", owner, approved)
    answer = client.post(where, {"now": "1"})
    assert answer.status_code == 422 and 'value="now"' in answer.content.decode()
    assert client.post(where, {"knowing": "now", "knowingly": "Es brennt."}).status_code == 302
    assert standing().get().reason == "Es brennt."


def test_s2_02_a_drag_without_duty_opens_the_dialog_with_the_reason(approved, required, owner, client_of, today):
    client, where = client_of(owner), address("move", owner, approved)
    answer = client.post(where, typed(), HTTP_HX_REQUEST="true")
    assert answer.status_code == 422 and 'name="knowingly"' in answer.content.decode()
    assert client.post(where, typed(knowing="1", knowingly="Es eilt.")).status_code == 303
    assert standing().count() == 1


@pytest.mark.parametrize("view", ["month", "week", "day", "channels"])
def test_s2_02_the_calendar_draws_windows_and_gaps_and_says_them(
    view, approved, move, required, stand, owner, client_of, today
):
    shift = stand(owner)
    move(approved)
    client, where = client_of(owner), reverse("editorial:index", args=[owner.workspace.slug])
    asked = {"view": view, "on": "2026-10-08"}
    calm = client.get(where, asked).content.decode()
    assert "niemand hat Dienst" not in calm and "lack" not in calm
    team.cancel_shift(person=owner, shift=shift, now=shift.created_at)
    page = client.get(where, asked).content.decode()
    assert "niemand hat Dienst von 9:00 bis 13:00 Uhr" in page and 'class="nd"' in page and "lack" in page


def test_s2_02_the_calendar_says_who_bears_a_gap(approved, move, required, owner, client_of, today):
    move(approved, knowingly="Es eilt.")
    where = reverse("editorial:index", args=[owner.workspace.slug])
    page = client_of(owner).get(where, {"view": "week", "on": "2026-10-08"}).content.decode()
    assert "wissentlich eingeplant von Jana Petersen: Es eilt." in page
    assert 'class="note warn"' not in page, "what somebody bears is no alarm"


def test_s2_02_a_gap_borne_in_the_night_the_clocks_go_back_stays_borne(
    approved, move, required, owner, client_of, today
):
    move(approved, wall=datetime(2026, 10, 25, 2, 30), knowingly="Es eilt.")
    where = reverse("editorial:index", args=[owner.workspace.slug])
    client = client_of(owner)
    for view in ("week", "day", "list"):
        page = client.get(where, {"view": view, "on": "2026-10-25"}).content.decode()
        assert "wissentlich eingeplant von Jana Petersen: Es eilt." in page, view
        assert 'class="note warn"' not in page, view
        assert "2:30 bis 2:30 Uhr (dazwischen werden die Uhren zurückgestellt)" in page, view
    assert "Betreuung von 2:30 bis 5:30 Uhr" in page, "four hours pass, the clocks show three"
    page = client.get(reverse("editorial:item", args=[owner.workspace.slug, approved.item_id])).content.decode()
    assert "Niemand hat Dienst: " in page and "2:30 bis 2:30 Uhr (dazwischen" in page


def test_s2_02_what_is_lacking_in_the_night_the_clocks_go_forward_is_found_on_the_wall_too(owner, required):
    default_hours(owner.workspace).spans.create(weekday=6, starts_at=time(5), ends_at=time(7))
    at, care = datetime(2028, 3, 26, 0, tzinfo=UTC), 4 * HOUR
    found = cover(owner.workspace, at, at + care)
    lacks = lacks_in(found, owner.workspace, None, at, care)
    assert [one.starts_at.hour for one in lacks] == [1, 5], "four hours after 1:00 the clocks show 6:00"
    assert lacks_in(found, owner.workspace, None, at.astimezone(ZoneInfo("Europe/Berlin")), care) == lacks


def test_s2_02_free_slots_are_proposed_where_somebody_is_on_duty(approved, required, stand, owner, now):
    def free():
        return [f"{at:%d %H}" for at in room_for(owner.workspace, approved, now).free if at.date() > now.date()]

    assert not free()
    stand(owner, hours=6)
    assert free() == ["08 08", "08 09"]
    assert proposed_wall(owner.workspace, approved, date(2026, 10, 8), now) == datetime(2026, 10, 8, 8)


def test_s2_02_today_lists_what_leaves_without_care_unless_somebody_bears_it(
    write, approved, move, required, stand, owner, now
):
    shift = stand(owner)
    move(approved)
    hours = hours_by_id(owner.workspace, [2026])
    assert not concerns(owner.workspace, owner, 5, now, hours)["uncared"]
    team.cancel_shift(person=owner, shift=shift, now=now)
    (one,) = concerns(owner.workspace, owner, 5, now, hours)["uncared"]
    assert one.title == "Checkliste"
    move(approved, knowingly="Es eilt.")
    assert not concerns(owner.workspace, owner, 5, now, hours)["uncared"]


def told(owner):
    return list(Notice.objects.filter(person=owner, kind="editorial.care_lost"))


def test_s2_02_lost_cover_is_told_to_the_owner_once(approved, move, required, stand, owner, now):
    shift = stand(owner)
    moved = move(approved).variant
    assert watch_care(now=now) == 0 and not told(owner)
    absence = team.request_absence(
        person=owner, absent=owner, kind="leave", starts_date=NINE.date(), ends_date=NINE.date(), deputy=None, now=now
    )
    assert watch_care(now=now) == 1 and watch_care(now=now + HOUR) == 0
    (notice,) = told(owner)
    assert notice.values["title"] == "Checkliste" and str(approved.item_id) in notice.url
    team.withdraw_absence(person=owner, absence=absence, now=now)
    team.cancel_shift(person=owner, shift=shift, now=now)
    move(moved, NINE + timedelta(days=1), knowingly="Es eilt.")
    assert watch_care(now=now) == 0, "whoever bears it knows"


def test_s2_02_the_owner_reads_when_and_where_care_is_lost(approved, move, required, stand, owner, client_of, now):
    shift = stand(owner)
    move(approved)
    team.cancel_shift(person=owner, shift=shift, now=now)
    watch_care(now=now)
    page = client_of(owner).get(reverse("web:today", args=[owner.workspace.slug])).content.decode()
    assert "niemand Dienst" in page and "9:00" in page


def test_s2_02_what_waited_for_duty_goes_into_the_queue_once_somebody_has_it(write, move, required, stand, owner, now):
    shift = stand(owner)
    variant = move(write()).variant
    team.cancel_shift(person=owner, shift=shift, now=now)
    seen = words_hash(variant.item.title, variant.text)
    approve_variant(person=owner, variant=variant, seen_hash=seen, now=now)
    assert watch_care(now=now) == 1 and not Dispatch.objects.exists()
    stand(owner)
    assert watch_care(now=now) == 1
    assert Dispatch.objects.get().send_after.isoformat() == "2026-10-08T07:00:00+00:00"


@pytest.fixture
def waiting(write, move, required, stand, owner, now):
    """Approved while nobody was on duty; somebody is by now."""
    shift = stand(owner)
    variant = move(write()).variant
    team.cancel_shift(person=owner, shift=shift, now=now)
    seen = words_hash(variant.item.title, variant.text)
    approve_variant(person=owner, variant=variant, seen_hash=seen, now=now)
    stand(owner)
    return Variant.objects.select_related("item__owner", "channel", "workspace", "updated_by").get(pk=variant.pk)


def test_a_text_somebody_took_back_meanwhile_is_not_queued(waiting, move, now):
    move(waiting, None)
    assert not queue_after_duty(waiting, now) and not Dispatch.objects.exists()


def test_nothing_is_queued_in_the_name_of_somebody_who_left(waiting, emre, now):
    Variant.objects.filter(pk=waiting.pk).update(updated_by=emre)
    emre.left_at = now
    emre.save()
    assert watch_care(now=now) == 0 and not Dispatch.objects.exists()


def test_a_series_goes_back_to_the_slot_whose_gap_somebody_bore(approved, move, required, stand, owner, now):
    moved = move(approved, knowingly="Es eilt.").variant
    stand(owner, start=EIGHT_UTC + timedelta(days=1))
    there = move(moved, NINE + timedelta(days=1)).variant
    stood = [(str(there.pk), NINE.isoformat(), "Europe/Berlin", there.revision)]
    undo_move_occurrence(person=owner, stood=stood, now=now)
    assert standing().get().reason == "Es eilt."


def test_s2_02_the_list_says_window_and_gaps_as_the_grid_does(approved, move, required, stand, owner, now):
    stand(owner, hours=3)
    variant = move(approved, knowingly="Die Presse liest mit.").variant
    (row,) = listing(owner.workspace, now=now).scheduled
    line = "Betreuung von 9:00 bis 13:00 Uhr; niemand hat Dienst von 11:00 bis 13:00 Uhr"
    assert care_line(row.cared[variant.pk]) == f"{line}; wissentlich eingeplant von {owner.name}: Die Presse liest mit."
    assert not listing(owner.workspace, now=now).uncared
    CareOverride.objects.all().delete()
    (gap,) = listing(owner.workspace, now=now).uncared
    assert (gap.variant_id, care_line(gap)) == (variant.pk, line)


def test_s2_02_the_list_shows_the_care_of_what_lies_ahead_without_a_rota_too(approved, move, owner, client_of):
    move(approved, datetime(2099, 10, 8, 21))
    page = client_of(owner).get(reverse("editorial:index", args=[owner.workspace.slug]), {"view": "list"})
    told = page.content.decode()
    assert "Betreuung von 21:00 bis 9. Oktober 2099, 1:00 Uhr; niemand ist da, wenn der Text hinausgeht" in told
    assert "21:00 Uhr: Wenn das erscheint, ist niemand da." in told
