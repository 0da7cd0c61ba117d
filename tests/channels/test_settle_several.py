"""A page that settles many dispatches at once: each in its own transaction, each that stays named with the reason."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from allmende.channels.actions import (
    CannotSettle,
    SettleWish,
    choose_channel,
    hand_over,
    pause_dispatch,
    set_live,
    settle_several,
    try_again,
    withdraw_dispatch,
)
from allmende.channels.models import Dispatch
from allmende.channels.queries import MOST_AT_ONCE, QueueFilters, queue_page
from allmende.team.models import AuditDetail, AuditRow

LOOKED = {"is_looked": True}


def state_of(dispatch):
    dispatch.refresh_from_db()
    return dispatch.state


def picked(*dispatches):
    return {one.public_id: Dispatch.objects.get(pk=one.pk).fence for one in dispatches}


@pytest.fixture
def blind(new_world):
    return new_world(mode="blind")


@pytest.fixture
def unclear(blind):
    """`unclear("Text")`: the words left, no answer came, and the network cannot be asked."""

    def make(*texts):
        blind.plant("send", "error_before", times=len(texts))
        made = [blind.post(text, title="") for text in texts]
        for _ in range(2):
            blind.send()
            blind.pass_time(minutes=4)
        blind.send()
        assert [state_of(one) for one in made] == ["unclear"] * len(made)
        return made

    return make


@pytest.fixture
def refused(world, new_person):
    """`refused("Text")`: their author had no right to speak when they were due, and has it again."""
    author = new_person("author")

    def make(*texts, **given):
        made = [world.post(text, title="", person=author, **given) for text in texts]
        author.role = "observer"
        author.save()
        world.send()
        author.role = "author"
        author.save()
        assert [state_of(one) for one in made] == ["refused"] * len(made)
        return made

    return make


def settle(world, wish, *dispatches, person=None):
    return settle_several(person=person or world.owner, picked=picked(*dispatches), wish=wish, now=world.now)


def test_nothing_unclear_is_said_again_before_a_person_says_that_they_looked(blind, unclear):
    made = unclear("Eins.", "Zwei.")
    for kind in ("arrived", "absent"):
        with pytest.raises(CannotSettle, match="nachgesehen"):
            settle(blind, SettleWish(kind), *made)
    blind.send()
    assert [state_of(one) for one in made] == ["unclear"] * 2
    assert not settle(blind, SettleWish("absent", **LOOKED), *made).left
    blind.pass_time(minutes=4)
    blind.send()
    assert [blind.seen("Eins."), blind.seen("Zwei.")] == [1, 1]


def test_many_that_stand_there_are_settled_and_never_said_again(blind, unclear):
    made = unclear("Eins.", "Zwei.")
    settled = settle(blind, SettleWish("arrived", **LOOKED), *made)
    assert [state_of(one) for one in settled.done] == ["sent"] * 2
    blind.pass_time(minutes=9)
    blind.send()
    assert blind.seen("Eins.") == 0
    assert AuditRow.objects.filter(verb="channels.dispatch.settled").count() == 2


def test_that_they_are_not_there_is_said_of_one_channel_at_a_time(blind, unclear):
    made = unclear("Eins.")
    other = choose_channel(
        person=blind.owner, name="Zweites", slug="zweites", kind="own_forum", account=blind.account, now=blind.now
    )
    set_live(person=blind.owner, channel=other, reaction_plan_version_key="plan-1", now=blind.now)
    elsewhere = hand_over(
        person=blind.owner, channel=other, kind="post", text="Dort.", now=blind.now, send_after=blind.now
    )
    with pytest.raises(CannotSettle, match="mehreren Kanälen"):
        settle(blind, SettleWish("absent", **LOOKED), *made, elsewhere)
    assert state_of(made[0]) == "unclear"


def test_what_was_said_since_somebody_looked_is_left_and_named(blind, unclear):
    (dispatch,) = unclear("Eins.")
    seen = {dispatch.public_id: dispatch.fence - 1}
    settled = settle_several(person=blind.owner, picked=seen, wish=SettleWish("absent", **LOOKED), now=blind.now)
    assert [(one.pk, "Seit Sie nachgesehen" in why) for one, why in settled.left] == [(dispatch.pk, True)]
    assert state_of(dispatch) == "unclear"


def test_what_we_still_look_for_ourselves_is_not_settled_with_the_others(world):
    world.plant("send", "error_after", times=1)
    dispatch = world.post("Offen.", title="")
    world.send()
    settled = settle(world, SettleWish("absent", **LOOKED), dispatch)
    assert not settled.done and "selbst" in settled.left[0][1]
    assert state_of(dispatch) == "unclear"


def test_many_refused_are_tried_again_and_whoever_cannot_is_named(world, refused):
    made = refused("Eins.", "Zwei.")
    done = world.post("Schon da.", title="")
    world.send()
    settled = settle(world, SettleWish("again"), *made, done)
    assert [one.pk for one in settled.done] == [one.pk for one in made]
    assert [one.pk for one, _why in settled.left] == [done.pk]
    world.send()
    assert (world.seen("Eins."), world.seen("Zwei."), world.seen("Schon da.")) == (1, 1, 1)
    assert AuditRow.objects.filter(verb="channels.dispatch.tried_again").count() == 2


def test_i_19_a_post_of_the_calendar_is_not_tried_again_past_the_question_who_takes_care(world, refused):
    post, loose = refused("Termin.", subject=("item", "7", "Termin")), refused("Lose.")
    settled = settle(world, SettleWish("again"), *post, *loose)
    assert [one.pk for one in settled.done] == [one.pk for one in loose]
    assert [one.pk for one, _why in settled.left] == [one.pk for one in post]
    assert state_of(post[0]) == "refused"


def test_what_has_a_slot_that_passed_is_not_tried_again_but_needs_a_new_one(world, refused):
    (dispatch,) = refused("Termin.", send_before=world.now + timedelta(hours=1))
    world.pass_time(hours=2)
    with pytest.raises(CannotSettle, match="späteste"):
        try_again(person=world.owner, dispatch=dispatch, now=world.now)
    settled = settle(world, SettleWish("again"), dispatch)
    assert not settled.done and state_of(dispatch) == "refused"


def test_many_are_dropped_with_a_reason_that_the_audit_book_keeps(world, refused):
    made = refused("Eins.", "Zwei.")
    with pytest.raises(CannotSettle):
        settle(world, SettleWish("drop", reason="  "), *made)
    settle(world, SettleWish("drop", reason="Die Schulung fällt aus"), *made)
    assert [state_of(one) for one in made] == ["withdrawn"] * 2
    rows = AuditRow.objects.filter(verb="channels.dispatch.withdrawn")
    assert rows.count() == 2
    assert all(
        detail.after == {"reason": "Die Schulung fällt aus"} for detail in AuditDetail.objects.filter(row__in=rows)
    )


def test_one_that_cannot_leaves_the_others_done(world, refused):
    first, second = refused("Eins.", "Zwei.")
    withdraw_dispatch(person=world.owner, dispatch=first, now=world.now)
    settled = settle(world, SettleWish("again"), first, second)
    assert ([one.pk for one in settled.done], [one.pk for one, _why in settled.left]) == ([second.pk], [first.pk])


def test_nothing_is_cut_silently(world):
    many = {world.post("Viele.").public_id: 0} | {_uuid(n): 0 for n in range(MOST_AT_ONCE)}
    with pytest.raises(CannotSettle, match="201"):
        settle_several(person=world.owner, picked=many, wish=SettleWish("again"), now=world.now)
    settled = settle_several(person=world.owner, picked={_uuid(1): 0}, wish=SettleWish("again"), now=world.now)
    assert settled.gone == 1


def _uuid(number):
    from uuid import UUID

    return UUID(int=number)


def test_only_who_may_settle_settles_several(world, refused, new_person):
    made = refused("Eins.")
    with pytest.raises(PermissionDenied):
        settle(world, SettleWish("again"), *made, person=new_person("author"))


def test_s2_10_a_paused_post_reads_paused_on_the_queue_page(world, client_of):
    dispatch = world.post("Pausiert.", title="", send_after=world.now + timedelta(days=1))
    address = reverse("channels:queue", args=[world.owner.workspace.slug])
    assert "<span>wartet</span>" in client_of(world.owner).get(address).content.decode()
    pause_dispatch(person=world.owner, dispatch=dispatch, now=world.now)
    page = client_of(world.owner).get(address).content.decode()
    assert "<span>pausiert</span>" in page and "<span>wartet</span>" not in page


def test_run_stopped_for_three_days_says_from_when_to_when_slots_passed(world, client_of):
    slots = [world.now + timedelta(hours=hours) for hours in (1, 30, 71)]
    for number, at in enumerate(slots):
        world.post(f"Termin {number}.", title="", send_after=at, send_before=at + timedelta(minutes=30))
    world.pass_time(days=3)
    world.send()
    queue = queue_page(world.owner.workspace)
    assert (queue.numbers["missed"], len(queue.missed)) == (3, 3)
    span = queue.missed_span
    assert (span.first, span.last) == (slots[0], slots[2])
    assert world.now <= span.noticed < world.now + timedelta(seconds=10)  # the queue's clock runs on while it works
    page = client_of(world.owner).get(reverse("channels:queue", args=[world.owner.workspace.slug])).content.decode()
    assert "3 Termine sind ungenutzt verstrichen" in page and page.count('data-part="missed"') == 3


def test_the_queue_is_narrowed_by_its_address(world, refused, client_of):
    refused("Abgelehnt.")
    world.post("Wartet.", title="", send_after=world.now + timedelta(days=1))
    address = reverse("channels:queue", args=[world.owner.workspace.slug])
    look = client_of(world.owner).get
    page = look(f"{address}?state=refused").content.decode()
    assert "Abgelehnt." in page and "Wartet." not in page
    assert "Nichts im Ausgang passt" in look(f"{address}?state=held").content.decode()
    assert "Nichts im Ausgang passt" in look(f"{address}?channel=keiner").content.decode()
    assert "Wartet." in look(f"{address}?state=quatsch&channel={world.channel.slug}").content.decode()
    assert queue_page(world.owner.workspace, QueueFilters("waiting")).refused == []


@pytest.mark.parametrize("number", [2, 12])
def test_the_queue_costs_the_same_queries_however_many_wait_for_a_decision(
    world, refused, client_of, number, django_assert_max_num_queries
):
    refused(*[f"Text {n}." for n in range(number)])
    look, address = client_of(world.owner).get, reverse("channels:queue", args=[world.owner.workspace.slug])
    look(address)
    with django_assert_max_num_queries(12):
        assert look(address).status_code == 200


def test_the_page_names_what_stayed_and_leads_back_when_nothing_did(world, refused, client_of):
    first, second = refused("Eins.", "Zwei.")
    slug = world.owner.workspace.slug
    address, back = reverse("channels:settle_several", args=[slug]), f"/w/{slug}/channels/queue/?state=refused"
    post = client_of(world.owner).post
    ticks = [f"{one.public_id}.{one.fence}" for one in (first, second) if state_of(one)]
    without = post(address, {"picked": ticks, "kind": "drop", "next": back})
    assert without.status_code == 422 and "Eins." in without.content.decode()
    withdraw_dispatch(person=world.owner, dispatch=first, now=world.now)
    mixed = post(address, {"picked": [*ticks, "Unsinn"], "kind": "again", "next": back})
    assert mixed.status_code == 422
    words = mixed.content.decode()
    assert "Eins." in words and "1 bleibt, wie es war" in words and "1 wartet wieder" in words
    whole = post(address, {"picked": f"{second.public_id}.{second.fence}", "kind": "drop", "reason": "x", "next": back})
    assert (whole.status_code, whole.url) == (303, back)
    assert post(address, {"kind": "again", "next": "https://example.org/"}).status_code == 422


def test_whoever_looks_again_states_it_again(blind, unclear, client_of):
    (dispatch,) = unclear("Eins.")
    address = reverse("channels:settle_several", args=[blind.owner.workspace.slug])
    stale = {"picked": f"{dispatch.public_id}.{dispatch.fence - 1}", "kind": "absent", "is_looked": "1"}
    page = client_of(blind.owner).post(address, stale).content.decode()
    tick = page.split(f'value="{dispatch.public_id}.')[1].split(">")[0]
    looked = page.split('id="several-looked"')[1].split(">")[0]
    assert "Seit Sie nachgesehen" in page and "checked" not in tick and "checked" not in looked
    assert state_of(dispatch) == "unclear"


@pytest.mark.parametrize("number", [1, 3])
def test_the_unclear_ones_cost_the_same_queries_however_many(
    blind, unclear, client_of, number, django_assert_max_num_queries
):
    unclear(*[f"Text {n}." for n in range(number)])
    for _ in range(number):
        blind.pass_time(minutes=9)
        blind.send()
    look, address = client_of(blind.owner).get, reverse("channels:queue", args=[blind.owner.workspace.slug])
    look(address)
    with django_assert_max_num_queries(12):
        page = look(address).content.decode()
    assert page.count('data-part="unsettled"') == number
