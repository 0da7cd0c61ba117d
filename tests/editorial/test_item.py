"""From words to a slot: nothing leaves that was not approved as it stands."""

from datetime import datetime, timedelta

import pytest

from allmende.channels.models import Dispatch
from allmende.domain.wording import words_hash
from allmende.editorial.actions import (
    CannotApprove,
    CannotSave,
    CannotSchedule,
    ItemText,
    approve_variant,
    publish_now,
    save_item,
    schedule_variant,
    withdraw_variant,
)
from allmende.editorial.models import Item, Variant
from allmende.editorial.queries import listing
from allmende.team.actions import except_from_training, move_training, save_training_unit

pytestmark = pytest.mark.django_db


def seen(variant: Variant) -> str:
    return words_hash(variant.item.title, variant.text)


def approved(variant: Variant, owner, now) -> Variant:  # type: ignore[no-untyped-def]
    return approve_variant(person=owner, variant=variant, seen_hash=seen(variant), now=now)


def test_s4_25_an_approved_text_is_handed_to_the_queue_for_its_slot(write, owner, now):
    variant = approved(write(), owner, now)
    scheduled = schedule_variant(
        person=owner, variant=variant, wall=datetime(2026, 10, 8, 9, 0), zone="Europe/Berlin", now=now
    )
    dispatch = Dispatch.objects.get()
    assert scheduled.state == "handed_over"
    assert dispatch.send_after.isoformat() == "2026-10-08T07:00:00+00:00"
    assert dispatch.message.text == variant.text
    assert (dispatch.subject_kind, dispatch.subject_label) == ("item", "Checkliste")


def test_a_text_without_approval_gets_no_slot(write, owner, now):
    with pytest.raises(CannotSchedule):
        publish_now(person=owner, variant=write(), now=now)
    assert not Dispatch.objects.exists()


def test_an_approval_holds_for_the_text_that_was_read(write, owner, now):
    variant = write()
    with pytest.raises(CannotApprove):
        approve_variant(person=owner, variant=variant, seen_hash=words_hash("Checkliste", "anderer Text"), now=now)


def test_s3_16_nobody_approves_or_publishes_without_the_training_it_needs(write, owner, new_person, now):
    manager, author = new_person("manager", "Emre Yilmaz"), new_person("author", "Lea Sommer")
    variant = write()
    unit = save_training_unit(person=owner, unit=None, name="Urheberrecht", kind="law", gates_publishing=True, now=now)
    with pytest.raises(CannotApprove, match="Urheberrecht"):
        approved(variant, manager, now)
    move_training(person=owner, unit=unit, learner=manager, to="valid", on=now.date(), now=now)
    variant = approved(variant, manager, now)
    slot = {"variant": variant, "wall": datetime(2026, 10, 8, 9, 0), "zone": "Europe/Berlin", "now": now}
    for act in (
        lambda: schedule_variant(person=author, **slot),
        lambda: publish_now(person=author, variant=variant, now=now),
    ):
        with pytest.raises(CannotSchedule, match="Urheberrecht"):
            act()
    except_from_training(
        person=owner, colleague=author, gate="publishing", reason="Kurs am Freitag", until_date=now.date(), now=now
    )
    assert schedule_variant(person=author, **slot).state == "handed_over"


def test_other_words_take_back_approval_and_dispatch(write, owner, forum, now):
    variant = publish_now(person=owner, variant=approved(write(), owner, now), now=now)
    written = ItemText(title="Checkliste", no_objective_reason="Probe", texts={forum.pk: "Ein anderer Text"})
    save_item(person=owner, item=variant.item, written=written, seen_revision=variant.item.revision, now=now)
    variant.refresh_from_db()
    assert (variant.state, variant.approved_hash, variant.dispatch) == ("checked", "", None)
    assert Dispatch.objects.get().state == "withdrawn"


def test_another_title_takes_back_the_approval_too(write, owner, forum, now):
    variant = approved(write(), owner, now)
    written = ItemText(title="Neuer Titel", no_objective_reason="Probe", texts={forum.pk: variant.text})
    save_item(person=owner, item=variant.item, written=written, seen_revision=1, now=now)
    variant.refresh_from_db()
    assert variant.state == "checked"


def test_two_people_editing_are_told_and_nothing_is_overwritten(write, owner, new_person, forum, now):
    item = write().item
    colleague = new_person("manager", "Emre Yıldız")
    theirs = ItemText(title="Emres Titel", no_objective_reason="Probe", texts={forum.pk: "Emres Text"})
    save_item(person=colleague, item=item, written=theirs, seen_revision=1, now=now)
    mine = ItemText(title="Mein Titel", no_objective_reason="Probe", texts={forum.pk: "Mein Text"})
    with pytest.raises(CannotSave, match="Emre"):
        save_item(person=owner, item=item, written=mine, seen_revision=1, now=now)
    assert Item.objects.get().title == "Emres Titel"


def test_a_withdrawn_text_stays_approved(write, owner, now):
    variant = publish_now(person=owner, variant=approved(write(), owner, now), now=now)
    assert withdraw_variant(person=owner, variant=variant, now=now).state == "approved"
    assert Dispatch.objects.get().state == "withdrawn"


def test_a_moved_slot_moves_the_dispatch(write, owner, now):
    variant = approved(write(), owner, now)
    for hour in (9, 11):
        variant = schedule_variant(
            person=owner, variant=variant, wall=datetime(2026, 10, 8, hour), zone="Europe/Berlin", now=now
        )
    assert Dispatch.objects.get().send_after.hour == 9


def test_a_time_the_clocks_skip_is_refused(write, owner, now):
    with pytest.raises(CannotSchedule):
        schedule_variant(
            person=owner,
            variant=approved(write(), owner, now),
            wall=datetime(2027, 3, 28, 2, 30),
            zone="Europe/Berlin",
            now=now,
        )


def test_a_past_time_is_refused(write, owner, now):
    past = (now - timedelta(days=1)).replace(tzinfo=None)
    with pytest.raises(CannotSchedule):
        schedule_variant(person=owner, variant=approved(write(), owner, now), wall=past, zone="Europe/Berlin", now=now)


def test_an_empty_text_does_not_pass_the_checks(write, owner, forum, now):
    variant = write()
    written = ItemText(title="Checkliste", no_objective_reason="Probe", texts={forum.pk: "  "})
    save_item(person=owner, item=variant.item, written=written, seen_revision=1, now=now)
    variant.refresh_from_db()
    assert variant.state == "draft"


def test_the_list_takes_the_same_few_queries_for_three_and_thirty(write, workspace, django_assert_max_num_queries):
    for number in range(3):
        write(title=f"Beitrag {number}")
    with django_assert_max_num_queries(6):
        assert len(listing(workspace).unfinished) == 3
    for number in range(27):
        write(title=f"Weiterer {number}")
    with django_assert_max_num_queries(6):
        assert len(listing(workspace).unfinished) == 30
