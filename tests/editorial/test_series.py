"""What comes again: a rhythm, a pool for free weekly slots, one time or all following skipped, moved, stopped."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from allmende.channels.models import Dispatch
from allmende.editorial.actions import (
    CannotKeepSeries,
    CannotSchedule,
    SeriesWish,
    StepPlan,
    UncaredSeries,
    add_slot,
    add_step,
    answer_step,
    approve_variant,
    archive_item,
    ask_steps,
    make_ahead,
    make_occurrences,
    move_following,
    move_occurrence,
    move_variant,
    skip_occurrence,
    start_series,
    stop_series,
    undo_move_following,
    undo_skip,
    undo_stop,
)
from allmende.editorial.models import CareOverride, Item, Occurrence, Series, Variant
from allmende.editorial.queries import hash_of, series_page, series_rows
from allmende.team import actions as team
from allmende.team.actions import CannotUndo
from allmende.team.models import ServiceHours
from allmende.team.queries import default_hours

pytestmark = pytest.mark.django_db
FRIDAY = date(2026, 10, 9)


@pytest.fixture
def begin(owner, now):
    """`begin(item, step, ...)` lets an item come again from Friday at nine."""

    def make(item, step="weekly", **more):
        wish = {"starts_date": FRIDAY, "starts_at": time(9) if step else None, "ends_after": 10, **more}
        return start_series(person=owner, item=item, wish=SeriesWish(step=step, **wish), now=now)

    return make


@pytest.fixture
def approved(owner, write, now):
    """`approved("text")` writes a text and approves it."""

    def make(text="Immer wieder gern?", title="Immer"):
        variant = write(text, title)
        return approve_variant(person=owner, variant=variant, seen_hash=hash_of(title, text), now=now)

    return make


def walls(series=None):
    rows = Variant.objects.filter(item__occurrence__isnull=False, item__archived_at__isnull=True)
    rows = rows.filter(item__occurrence__series=series) if series else rows
    return list(rows.order_by("slot_at").values_list("slot_wall", flat=True))


def test_a_job_makes_each_time_an_item_of_its_own_ahead(begin, write, owner, now):
    series = begin(write().item)
    assert make_occurrences(now=now) == 2
    assert make_occurrences(now=now) == 0
    assert walls() == ["2026-10-09T09:00", "2026-10-16T09:00"]
    assert make_occurrences(now=now + timedelta(days=7)) == 1
    made = Variant.objects.get(slot_wall="2026-10-16T09:00")
    assert (made.text, made.state, made.dispatch, made.slot_zone) == (
        "Welcher Schritt fehlt Ihnen?", "checked", None, "Europe/Berlin",
    )  # fmt: skip
    assert made.item.no_objective_reason == "Probe"
    assert made.item != series.item


def test_what_was_approved_word_for_word_is_approved_each_time_and_leaves_by_itself(begin, approved, owner, now):
    variant = approved()
    begin(variant.item)
    make_occurrences(now=now)
    made = Variant.objects.get(slot_wall="2026-10-09T09:00")
    assert (made.state, made.approved_by, made.approved_hash) == ("handed_over", owner, variant.approved_hash)
    assert made.dispatch.send_after == datetime(2026, 10, 9, 7, tzinfo=UTC)
    assert Dispatch.objects.count() == 2


def test_s3_16_whoever_set_it_up_and_lacks_the_training_by_now_leaves_each_time_to_be_approved(
    begin, approved, owner, now
):
    begin(approved().item)
    team.save_training_unit(person=owner, unit=None, name="Urheberrecht", kind="law", gates_publishing=True, now=now)
    make_occurrences(now=now)
    made = Variant.objects.get(slot_wall="2026-10-09T09:00")
    assert (made.state, made.approved_by, made.dispatch) == ("checked", None, None)


def test_steps_of_approval_come_along_and_their_answers_hold_for_the_same_words_only(
    begin, write, new_person, owner, now
):
    lead, variant = new_person("lead"), write()
    add_step(person=owner, item=variant.item, plan=StepPlan(people=[lead]), now=now)
    begin(variant.item)
    make_occurrences(now=now)
    waits = Variant.objects.get(slot_wall="2026-10-09T09:00")
    assert (waits.state, waits.item.steps.get().reviewers.get().person) == ("checked", lead)
    ask_steps(person=owner, item=variant.item, now=now)
    words = hash_of("Checkliste", variant.text)
    reviewer = variant.item.steps.get().reviewers.get()
    answer_step(reviewer=reviewer, answer="approved", seen={variant.pk: words}, words="", name=lead.name, now=now)
    make_occurrences(now=now + timedelta(days=7))
    later = Variant.objects.get(slot_wall="2026-10-23T09:00")
    assert (later.state, later.approved_hash) == ("handed_over", words)
    assert later.item.steps.get().reviewers.get().answers.get().words_hash == words


def test_it_comes_on_the_channels_own_clock_over_the_change_of_the_clocks(begin, write, forum, owner, now):
    forum.hours = ServiceHours.objects.create(
        workspace=owner.workspace, name="NY", zone="America/New_York", country="DE", created_at=now, updated_at=now
    )
    forum.save()
    begin(write().item, starts_date=date(2026, 10, 25))
    make_occurrences(now=datetime(2026, 10, 24, tzinfo=UTC))
    found = Variant.objects.filter(item__occurrence__isnull=False).order_by("slot_at")
    assert [one.slot_at for one in found] == [
        datetime(2026, 10, 25, 13, tzinfo=UTC), datetime(2026, 11, 1, 14, tzinfo=UTC),
    ]  # fmt: skip


def test_it_ends_by_number_and_by_day_and_what_passed_is_not_made_later(begin, write, now):
    begin(write(title="Zwei").item, ends_after=1)
    begin(write(title="Drei").item, ends_after=None, ends_date=date(2026, 10, 16))
    make_occurrences(now=now + timedelta(days=3))
    assert walls() == ["2026-10-16T09:00"]


def test_the_same_words_rest_as_long_as_the_series_says(begin, approved, owner, now):
    variant = approved()
    begin(variant.item, "daily", cool_down_days=3, ends_after=8)
    make_occurrences(now=now)
    assert walls() == ["2026-10-09T09:00", "2026-10-12T09:00", "2026-10-15T09:00"]
    passed = Occurrence.objects.filter(item=None)
    assert {one.why_not for one in passed} == {"cool_down"}
    assert passed.count() == 5
    second = Variant.objects.get(slot_wall="2026-10-12T09:00")
    with pytest.raises(CannotSchedule, match="Nicht eingeplant"):
        move_variant(
            person=owner,
            variant=second,
            wall=datetime(2026, 10, 11, 9),
            zone="Europe/Berlin",
            seen_revision=None,
            now=now,
        )
    with pytest.raises(CannotSchedule):
        move_variant(
            person=owner,
            variant=variant,
            wall=datetime(2026, 10, 8, 9),
            zone="Europe/Berlin",
            seen_revision=None,
            now=now,
        )


def test_the_pool_fills_free_weekly_slots_in_turn_and_never_repeats_within_the_cool_down(
    begin, approved, write, owner, forum, now
):
    for weekday in (3, 4, 5, 6):
        add_slot(person=owner, channel=forum, weekday=weekday, starts_at=time(12), now=now)
    own = write("Ganz neu", "Neu")
    move_variant(
        person=owner, variant=own, wall=datetime(2026, 10, 9, 12), zone="Europe/Berlin", seen_revision=None, now=now
    )
    first, second = approved("Eins"), approved("Zwei", "Zwei")
    begin(first.item, "", starts_date=date(2026, 10, 7), cool_down_days=5)
    begin(second.item, "", starts_date=date(2026, 10, 7), cool_down_days=5)
    assert make_occurrences(now=now) == 2
    made = Variant.objects.filter(item__occurrence__isnull=False).order_by("slot_at")
    assert [(one.slot_wall, one.state) for one in made] == [
        ("2026-10-08T12:00", "handed_over"), ("2026-10-10T12:00", "handed_over"),
    ]  # fmt: skip
    assert {one.text for one in made} == {"Eins", "Zwei"}
    assert make_occurrences(now=now) == 0
    assert make_occurrences(now=now + timedelta(days=7)) == 2


def test_an_evergreen_item_ends_and_a_skipped_slot_stays_empty(begin, approved, owner, forum, now):
    add_slot(person=owner, channel=forum, weekday=4, starts_at=time(12), now=now)
    begin(approved().item, "", starts_date=date(2026, 10, 7), cool_down_days=1, ends_after=2)
    make_occurrences(now=now)
    skip_occurrence(person=owner, occurrence=Occurrence.objects.get(), now=now)
    assert make_occurrences(now=now) == 0
    assert make_occurrences(now=now + timedelta(days=7)) == 1
    assert make_occurrences(now=now + timedelta(days=14)) == 0


def test_one_time_is_skipped_and_comes_back_with_undo(begin, approved, owner, now):
    begin(approved().item)
    make_occurrences(now=now)
    one = Occurrence.objects.get(number=1)
    skip_occurrence(person=owner, occurrence=one, now=now)
    assert walls() == ["2026-10-16T09:00"]
    assert Dispatch.objects.filter(state="waiting").count() == 1
    with pytest.raises(CannotKeepSeries):
        skip_occurrence(person=owner, occurrence=one, now=now)
    assert make_occurrences(now=now) == 0
    undo_skip(person=owner, occurrence=one.pk, now=now)
    assert Dispatch.objects.filter(state="waiting").count() == 2
    with pytest.raises(CannotUndo):
        undo_skip(person=owner, occurrence=one.pk, now=now)


def test_this_and_all_following_stop_and_go_on_with_undo(begin, approved, owner, now):
    series = begin(approved().item)
    make_occurrences(now=now)
    stopped = stop_series(person=owner, series=series, from_number=2, now=now)
    assert walls() == ["2026-10-09T09:00"]
    assert make_occurrences(now=now + timedelta(days=7)) == 0
    undo_stop(person=owner, series=str(series.pk), revision=stopped.revision, now=now)
    assert walls() == ["2026-10-09T09:00", "2026-10-16T09:00"]
    assert make_occurrences(now=now + timedelta(days=7)) == 1


def test_all_following_move_to_another_time_and_back_with_undo(begin, approved, owner, now):
    series = begin(approved().item, cool_down_days=7)
    make_occurrences(now=now)
    second = Occurrence.objects.get(number=2)
    before = move_following(person=owner, occurrence=second, wall=datetime(2026, 10, 17, 11), now=now)
    assert walls() == ["2026-10-09T09:00", "2026-10-17T11:00"]
    make_occurrences(now=now + timedelta(days=7))
    assert walls()[-1] == "2026-10-24T11:00" if len(walls()) == 3 else len(walls()) == 2
    series.refresh_from_db()
    plain = {name: str(value) for name, value in before.items()}
    undo_move_following(person=owner, series=str(series.pk), revision=series.revision, number=2, before=plain, now=now)
    assert walls()[:2] == ["2026-10-09T09:00", "2026-10-16T09:00"]
    with pytest.raises(CannotKeepSeries, match="Nicht verschoben"):
        move_following(person=owner, occurrence=second, wall=datetime(2026, 10, 1, 11), now=now)


def test_what_somebody_put_elsewhere_stays_when_all_following_move(begin, write, owner, now):
    begin(write().item)
    make_occurrences(now=now)
    moved = Variant.objects.get(slot_wall="2026-10-16T09:00")
    told = {"person": owner, "zone": "Europe/Berlin", "seen_revision": None, "now": now}
    move_variant(variant=moved, wall=datetime(2026, 10, 18, 15), **told)
    move_following(person=owner, occurrence=Occurrence.objects.get(number=1), wall=datetime(2026, 10, 10, 10), now=now)
    assert walls() == ["2026-10-10T10:00", "2026-10-18T15:00"]


def test_a_series_needs_an_end_words_and_a_right(begin, write, new_person, owner, now):
    item = write().item
    for wrong in (
        {"ends_after": None}, {"ends_date": date(2027, 1, 1)}, {"ends_after": None, "ends_date": date(2026, 1, 1)},
        {"step": ""}, {"starts_at": None},
    ):  # fmt: skip
        with pytest.raises(CannotKeepSeries, match="Nichts wurde gespeichert"):
            begin(item, **wrong)
    with pytest.raises(PermissionDenied):
        start_series(person=new_person("observer"), item=item, wish=SeriesWish(FRIDAY, "weekly", time(9)), now=now)
    begin(item)
    with pytest.raises(CannotKeepSeries):
        begin(item)
    with pytest.raises(IntegrityError), transaction.atomic():
        Series.objects.update(ends_after=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Series.objects.update(kind="evergreen")


def test_an_item_put_away_rests_and_a_text_that_comes_from_a_series_cannot_begin_one(begin, write, owner, now):
    series = begin(write().item)
    make_occurrences(now=now)
    with pytest.raises(CannotKeepSeries, match="stammt selbst"):
        begin(Occurrence.objects.get(number=1).item)
    archive_item(person=owner, item=Item.objects.get(pk=series.item_id), now=now)
    assert make_occurrences(now=now + timedelta(days=7)) == 0


def test_the_list_says_what_is_made_and_what_follows(begin, write, workspace, now):
    begin(write().item, ends_after=4)
    make_occurrences(now=now)
    row = series_rows(workspace, now)[0]
    assert (len(row.ahead), row.made) == (2, 2)
    assert [f"{wall:%d.%m.}" for wall in row.following] == ["23.10.", "30.10."]


# --- care (S2-02, I-19) and times further ahead -----------------------------------------------------------------------


@pytest.fixture
def required(owner, now):
    """From tomorrow on somebody is needed in the usual hours, and nobody has duty."""
    hours = default_hours(owner.workspace)
    return team.require_cover(person=owner, hours=hours, seats=1, starts_date=date(2026, 10, 8), now=now)


def test_i_19_a_series_without_duty_begins_knowingly_only_and_each_time_bears_the_reason(
    begin, approved, required, owner, now
):
    variant = approved()
    with pytest.raises(UncaredSeries, match="9:00"):
        begin(variant.item)
    assert not Series.objects.exists()
    begin(variant.item, knowingly=" Die Presse liest mit. ")
    assert make_occurrences(now=now) == 2
    bears = CareOverride.objects.filter(ended_at=None)
    assert {(one.person, one.reason) for one in bears} == {(owner, "Die Presse liest mit.")} and len(bears) == 2
    assert set(Variant.objects.filter(item__occurrence__isnull=False).values_list("state", flat=True)) == {
        "handed_over"
    }


def test_s2_02_a_time_that_is_approved_later_needs_no_second_reason(begin, write, required, owner, now):
    begin(write().item, knowingly="Die Presse liest mit.")
    make_occurrences(now=now)
    made = Variant.objects.get(slot_wall="2026-10-09T09:00")
    seen = hash_of("Checkliste", made.text)
    assert approve_variant(person=owner, variant=made, seen_hash=seen, now=now).state == "handed_over"


def test_i_19_one_time_moves_to_uncared_hours_with_a_reason_of_its_own(begin, approved, owner, now):
    series = begin(approved().item)
    make_occurrences(now=now)
    hours = default_hours(owner.workspace)
    team.require_cover(person=owner, hours=hours, seats=1, starts_date=date(2026, 10, 8), now=now)
    first, wall = series.occurrences.first(), datetime(2026, 10, 9, 11)
    with pytest.raises(UncaredSeries):
        move_occurrence(person=owner, occurrence=first, wall=wall, now=now)
    move_occurrence(person=owner, occurrence=first, wall=wall, now=now, knowingly="Es eilt.")
    assert CareOverride.objects.get(ended_at=None).reason == "Es eilt."
    with pytest.raises(UncaredSeries):
        move_following(person=owner, occurrence=first, wall=datetime(2026, 10, 9, 10), now=now)
    move_following(person=owner, occurrence=first, wall=datetime(2026, 10, 9, 10), now=now, knowingly="Für alle.")
    series.refresh_from_db()
    assert series.knowingly == "Für alle." and "2026-10-16T10:00" in walls(series)


def test_s4_24_a_time_months_ahead_is_made_to_be_moved_and_those_before_it_come_as_ever(begin, approved, owner, now):
    series = begin(approved().item)
    make_occurrences(now=now)
    seventh = make_ahead(person=owner, series=series, number=7, now=now)
    assert seventh.due_wall == "2026-11-20T09:00" and seventh.item is not None
    assert make_ahead(person=owner, series=series, number=7, now=now) == seventh
    move_occurrence(person=owner, occurrence=seventh, wall=datetime(2026, 11, 19, 15), now=now)
    assert make_occurrences(now=now + timedelta(days=14)) == 2
    assert [one.number for one in series.occurrences.order_by("number")] == [1, 2, 3, 4, 7]
    page = series_page(series, now + timedelta(days=14))
    assert [one.number for one in page.dates.coming] == [5, 6, 8, 9, 10]


def test_a_time_that_is_skipped_months_ahead_stays_out(begin, approved, owner, now):
    series = begin(approved().item)
    seventh = make_ahead(person=owner, series=series, number=7, now=now)
    skip_occurrence(person=owner, occurrence=seventh, now=now)
    make_occurrences(now=now + timedelta(days=50))
    assert "2026-11-20T09:00" not in walls(series)
    for number in (0, 11):
        with pytest.raises(CannotKeepSeries):
            make_ahead(person=owner, series=series, number=number, now=now)
    stop_series(person=owner, series=series, now=now)
    with pytest.raises(CannotKeepSeries):
        make_ahead(person=owner, series=series, number=8, now=now)
