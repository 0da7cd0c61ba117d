"""What was missed while nothing ran gets another slot, many at once; whoever cannot is named."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from allmende.channels.actions import CannotSettle, declare_hold, end_hold, hand_over, send_due
from allmende.channels.models import Dispatch
from allmende.domain.wording import words_hash
from allmende.editorial.actions import When, approve_variant, move_variant, pause_variant, plan_again, publish_now
from allmende.editorial.models import CareOverride, Variant
from allmende.team import actions as team
from allmende.team.queries import default_hours

pytestmark = pytest.mark.django_db
NINE = datetime(2026, 10, 8, 9)


@pytest.fixture
def missed(write, owner, now):
    """`missed("Eins", "Zwei")`: planned, approved, and nothing ran until three days after their slot."""

    def make(*titles):
        made = []
        for number, title in enumerate(titles):
            variant = write(title=title)
            seen = words_hash(variant.item.title, variant.text)
            variant = approve_variant(person=owner, variant=variant, seen_hash=seen, now=now)
            wall = NINE + timedelta(hours=2 * number)
            moved = move_variant(
                person=owner, variant=variant, wall=wall, zone="Europe/Berlin", seen_revision=None, now=now
            )
            made.append(moved.variant)
        send_due(now=LATER)
        assert [fresh(one).dispatch.state for one in made] == ["missed"] * len(made)
        return made

    return make


LATER = datetime(2026, 10, 11, 8, tzinfo=UTC)


def fresh(variant):
    return Variant.objects.select_related("dispatch").get(pk=variant.pk)


def picked(*variants):
    return {fresh(one).dispatch.public_id: fresh(one).dispatch.fence for one in variants}


def test_many_missed_get_a_new_slot_in_the_calendar_and_in_the_queue(missed, owner):
    made = missed("Eins", "Zwei")
    when = When(date(2026, 10, 14), time(10))
    settled = plan_again(person=owner, picked=picked(*made), when=when, now=LATER)
    assert (len(settled.done), settled.left) == (2, [])
    assert [fresh(one).slot_wall for one in made] == ["2026-10-14T10:00"] * 2
    assert [fresh(one).dispatch.state for one in made] == ["waiting"] * 2
    assert {fresh(one).dispatch.send_after for one in made} == {datetime(2026, 10, 14, 8, tzinfo=UTC)}
    assert Dispatch.objects.filter(state="withdrawn").count() == 2


def test_without_a_time_each_takes_the_first_free_one_of_the_day(missed, owner):
    made = missed("Eins", "Zwei")
    plan_again(person=owner, picked=picked(*made), when=When(date(2026, 10, 14)), now=LATER)
    slots = {fresh(one).slot_at for one in made}
    assert len(slots) == 2 and all(fresh(one).slot_wall.startswith("2026-10-14") for one in made)


def test_many_missed_are_sent_now_only_when_a_person_says_so(missed, owner):
    made = missed("Eins", "Zwei")
    send_due(now=LATER + timedelta(days=1))
    assert [fresh(one).dispatch.state for one in made] == ["missed"] * 2
    settled = plan_again(person=owner, picked=picked(*made), when=When(), now=LATER)
    assert len(settled.done) == 2
    assert {fresh(one).dispatch.send_after for one in made} == {LATER + timedelta(seconds=10)}


def test_whoever_cannot_leave_now_is_named_and_the_others_leave(missed, forum, owner, now):
    made = missed("Eins")
    loose = hand_over(
        person=owner, channel=forum, kind="post", text="Lose.", now=now, send_after=now,
        send_before=now + timedelta(minutes=5),
    )  # fmt: skip
    send_due(now=LATER)
    ticks = picked(*made) | {loose.public_id: 0}
    settled = plan_again(person=owner, picked=ticks, when=When(date(2026, 10, 14), time(10)), now=LATER)
    assert [one.pk for one, why in settled.left if "Im Kalender steht kein Text" in why] == [loose.pk]
    assert fresh(made[0]).dispatch.state == "waiting"


def test_what_waits_already_is_left_and_a_time_that_passed_changes_nothing(missed, owner):
    (made,) = missed("Eins")
    before = picked(made)
    passed = plan_again(person=owner, picked=before, when=When(date(2026, 10, 9), time(9)), now=LATER)
    assert not passed.done and fresh(made).dispatch.state == "missed"
    plan_again(person=owner, picked=before, when=When(date(2026, 10, 14), time(9)), now=LATER)
    waiting = plan_again(person=owner, picked=picked(made), when=When(date(2026, 10, 15)), now=LATER)
    assert not waiting.done and fresh(made).slot_wall == "2026-10-14T09:00"
    with pytest.raises(CannotSettle):
        plan_again(person=owner, picked={}, when=When(), now=LATER)


def test_what_was_paused_when_its_slot_passed_is_not_sent_now(write, missed, owner, now):
    variant = write(title="Pausiert")
    seen = words_hash(variant.item.title, variant.text)
    variant = approve_variant(person=owner, variant=variant, seen_hash=seen, now=now)
    move_variant(person=owner, variant=variant, wall=NINE, zone="Europe/Berlin", seen_revision=None, now=now)
    pause_variant(person=owner, variant=variant, now=now)
    send_due(now=LATER)
    settled = plan_again(person=owner, picked=picked(variant), when=When(), now=LATER)
    assert not settled.done and "pausiert" in settled.left[0][1]


def test_the_page_asks_for_a_day_and_keeps_what_was_ticked(missed, owner, client_of):
    made = missed("Eins")
    address = reverse("editorial:again", args=[owner.workspace.slug])
    ((public_id, fence),) = picked(*made).items()
    answer = client_of(owner).post(address, {"picked": f"{public_id}.{fence}", "kind": "slot"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "Wählen Sie den Tag" in page and f"{public_id}.{fence}" in page
    assert fresh(made[0]).dispatch.state == "missed"


def test_only_who_may_settle_gives_another_slot(missed, owner, new_person, client_of):
    made = missed("Eins")
    address = reverse("editorial:again", args=[owner.workspace.slug])
    ((public_id, fence),) = picked(*made).items()
    typed = {"picked": f"{public_id}.{fence}", "kind": "now"}
    assert client_of(new_person("author")).post(address, typed).status_code == 403
    assert fresh(made[0]).dispatch.state == "missed"


# --- later than planned is another care window (S2-02, I-19) ----------------------------------------------------------


@pytest.fixture
def required(owner, now):
    return team.require_cover(
        person=owner, hours=default_hours(owner.workspace), seats=1, starts_date=date(2026, 10, 8), now=now
    )


@pytest.fixture
def held(write, owner, now, required):
    """Scheduled while somebody was on duty, then held by a stop that has ended; it may leave until eleven."""
    eight = datetime(2026, 10, 8, 6, tzinfo=UTC)
    team.plan_shift(
        person=owner, shift=None, hours=None, kind="full", doer=owner, starts_at=eight, ends_at=eight + timedelta(hours=5),
        now=now,
    )  # fmt: skip
    variant = write()
    seen = words_hash(variant.item.title, variant.text)
    variant = approve_variant(person=owner, variant=variant, seen_hash=seen, now=now)
    move_variant(person=owner, variant=variant, wall=NINE, zone="Europe/Berlin", seen_revision=None, now=now)
    hold = declare_hold(person=owner, workspace=owner.workspace, reason="Störung", now=now)
    send_due(now=AT_NINE)
    end_hold(person=owner, hold=hold, now=AT_NINE)
    assert fresh(variant).dispatch.state == "held"
    return variant


AT_NINE = datetime(2026, 10, 8, 7, tzinfo=UTC)


def test_s2_02_what_a_stop_held_asks_for_care_at_the_time_it_leaves(held, owner):
    later = AT_NINE + timedelta(hours=1, minutes=30)
    settled = plan_again(person=owner, picked=picked(held), when=When(kept="release"), now=later)
    assert settled.is_uncovered and "13:00 bis 14:30" in settled.left[0][1]
    assert fresh(held).dispatch.state == "held" and not CareOverride.objects.exists()
    why = When(knowingly="Die Presse liest mit.", kept="release")
    assert plan_again(person=owner, picked=picked(held), when=why, now=later).left == []
    bears = CareOverride.objects.get(ended_at=None)
    assert (bears.reason, bears.slot_at, fresh(held).dispatch.state) == ("Die Presse liest mit.", later, "waiting")


def test_s2_02_at_its_own_time_nothing_more_is_asked(held, owner):
    settled = plan_again(person=owner, picked=picked(held), when=When(kept="release"), now=AT_NINE)
    assert (settled.left, fresh(held).dispatch.state) == ([], "waiting")


def test_i_19_what_was_refused_is_tried_again_with_care_or_knowingly(held, owner):
    Dispatch.objects.filter(pk=fresh(held).dispatch_id).update(state="refused", settled_at=AT_NINE)
    later = AT_NINE + timedelta(hours=1, minutes=30)
    settled = plan_again(person=owner, picked=picked(held), when=When(kept="again"), now=later)
    assert settled.is_uncovered and fresh(held).dispatch.state == "refused"
    why = When(knowingly="Die Presse liest mit.", kept="again")
    assert plan_again(person=owner, picked=picked(held), when=why, now=later).left == []
    assert fresh(held).dispatch.state == "waiting"


def test_the_queue_asks_for_the_reason_and_lets_it_go_with_one(write, owner, client_of):
    team.require_cover(
        person=owner,
        hours=default_hours(owner.workspace),
        seats=1,
        starts_date=timezone.localdate(),
        now=timezone.now(),
    )
    variant = write()
    seen = words_hash(variant.item.title, variant.text)
    variant = approve_variant(person=owner, variant=variant, seen_hash=seen, now=timezone.now())
    publish_now(person=owner, variant=variant, now=timezone.now(), knowingly="Es eilt.")
    Dispatch.objects.update(
        state="refused", settled_at=timezone.now(), send_after=timezone.now() - timedelta(minutes=1)
    )
    client, at = client_of(owner), reverse("editorial:again", args=[owner.workspace.slug])
    given = {"picked": str(fresh(variant).dispatch.public_id), "kind": "again"}
    refused = client.post(at, given)
    assert refused.status_code == 422 and "Wissentlich hinausgehen lassen" in refused.content.decode()
    assert client.post(at, given | {"knowingly": "Die Presse liest mit."}).status_code == 303
    assert fresh(variant).dispatch.state == "waiting"


def test_item_and_queue_lead_to_each_other_where_something_did_not_leave(missed, owner, client_of):
    (made,) = missed("Eins")
    slug, client = owner.workspace.slug, client_of(owner)
    item, queue = reverse("editorial:item", args=[slug, made.item_id]), reverse("channels:queue", args=[slug])
    page = client.get(item).content.decode()
    assert "Der späteste Zeitpunkt war vorbei, bevor der Beitrag hinausging." in page
    assert f'href="{queue}?state=missed&amp;channel={made.channel.slug}"' in page
    assert f'<h3><a href="{item}">Eins</a></h3>' in client.get(queue).content.decode()
    plan_again(person=owner, picked=picked(made), when=When(date(2026, 10, 14)), now=LATER)
    assert f"{queue}?state=" not in client.get(item).content.decode(), "it goes its way again"
