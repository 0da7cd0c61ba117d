"""The mouth: once, in time, by those who may; what fails is obeyed, looked up, or told."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from allmende.channels.actions import (
    CannotHandOver,
    CannotMove,
    CannotPauseChannel,
    CannotSettle,
    CannotWithdraw,
    close_channel,
    connect_account,
    declare_hold,
    hand_over,
    move_dispatch,
    pause_channel,
    settle_by_person,
    try_again,
    withdraw_dispatch,
)
from allmende.channels.actions.claim_dispatch import SPEAKING_LEASE, claim_dispatch
from allmende.channels.actions.send_due import pause_after
from allmende.channels.actions.write_outcome import write_receipt
from allmende.channels.models import Account, Attempt, Channel, Dispatch, Message
from allmende.channels.queries import refused_dispatches, unsettled_dispatches
from allmende.connectors.neutral import Receipt, Ref
from allmende.team.models import Notice
from tests.channels.conftest import QUARANTINE


def state_of(dispatch):
    dispatch.refresh_from_db()
    return dispatch.state


def test_words_leave_once_and_come_back_with_the_networks_id(world):
    dispatch = world.post("Moin zusammen.")
    assert world.send() == 1
    assert world.send() == 0
    assert state_of(dispatch) == "sent"
    assert world.seen("Moin zusammen.") == 1
    message = dispatch.message
    assert message.native_id
    assert message.thread_native_id == message.native_id
    assert [(line.verb, line.outcome) for line in dispatch.log.all()] == [("send", "sent")]


def test_a_post_more_costs_few_questions(world):
    """Most of what a post takes is writing SQL: `./bench posts_rate` says how long, this says that none was added."""
    asked = []
    for number in (1, 2, 4):
        for one in range(number):
            world.post(f"Beitrag {number}.{one}")
        with CaptureQueriesContext(connection) as queries:
            assert world.send() == number
            asked.append(len([one for one in queries if "SAVEPOINT" not in one["sql"]]))
    # So many for each of three posts more, on PostgreSQL two at one go; it looks round by the clock, at most once more than
    # there are posts.
    each = 8 if connection.vendor == "sqlite" else 4
    assert 3 * each - 2 <= asked[2] - asked[0] <= 3 * each + 5


def test_nothing_leaves_early(world):
    dispatch = world.post("Später.", send_after=world.now + timedelta(minutes=5))
    world.send()
    assert state_of(dispatch) == "waiting"
    world.pass_time(minutes=5)
    world.send()
    assert state_of(dispatch) == "sent"


def test_nothing_leaves_late(world):
    dispatch = world.post("Jetzt oder nie.", send_before=world.now + timedelta(minutes=30))
    world.pass_time(minutes=30)
    world.send()
    assert state_of(dispatch) == "missed"
    assert world.seen("Jetzt oder nie.") == 0
    assert Notice.objects.get().kind == "channels.dispatch_missed"


def test_two_workers_claim_one_dispatch_once(world):
    dispatch = world.post("Nur einer.")
    assert claim_dispatch(pk=dispatch.pk, holder="a", now=world.now)
    assert claim_dispatch(pk=dispatch.pk, holder="b", now=world.now) is None


def test_an_ended_lease_is_unclear_and_is_looked_up_before_anything_is_said(world):
    dispatch = world.post("Wer weiß.")
    claim_dispatch(pk=dispatch.pk, holder="killed", now=world.now)
    world.pass_time(seconds=SPEAKING_LEASE.total_seconds() + 1)
    world.send()
    assert state_of(dispatch) == "unclear"
    assert world.seen("Wer weiß.") == 0
    world.pass_time(seconds=QUARANTINE.total_seconds())
    world.send()  # looked up and not found: it is due again, and said at the next look round
    world.pass_time(seconds=1)
    world.send()
    assert state_of(dispatch) == "sent"
    assert world.seen("Wer weiß.") == 1
    outcomes = [(line.verb, line.outcome) for line in dispatch.log.order_by("number")]
    assert outcomes == [("send", "worker_lost"), ("find", "absent"), ("send", "sent")]


def test_a_late_holder_cannot_write_over_a_settled_dispatch(world):
    dispatch = world.post("Zaun.")
    stale = claim_dispatch(pk=dispatch.pk, holder="slow", now=world.now)
    world.pass_time(seconds=SPEAKING_LEASE.total_seconds() + 1)
    world.settle(dispatch)
    first = Message.objects.get(pk=dispatch.message_id).native_id
    assert not write_receipt(dispatch=stale, receipt=Receipt(Ref("stale"), world.now), now=world.now)
    assert Message.objects.get(pk=dispatch.message_id).native_id == first


@pytest.mark.parametrize("kind", ["too_many_seconds", "too_many_date"])
def test_the_networks_wish_to_wait_is_obeyed_in_seconds_and_as_a_date(world, kind):
    world.plant("send", kind, times=1, wait=600)
    dispatch = world.post("Geduld.")
    world.send()
    dispatch.refresh_from_db()
    assert dispatch.state == "waiting"
    assert timedelta(seconds=598) <= dispatch.next_at - world.now <= timedelta(seconds=603)
    world.pass_time(seconds=590)
    world.send()
    assert world.seen("Geduld.") == 0
    world.pass_time(seconds=15)
    world.send()
    assert state_of(dispatch) == "sent"


def test_pauses_grow_over_hours():
    pauses = [pause_after(n) for n in range(1, 12)]
    assert pauses == sorted(pauses)
    assert pauses[0] == timedelta(seconds=30)
    assert pauses[-1] == timedelta(hours=2)


def test_a_failing_account_rests_and_others_go_on(new_world):
    bad, good = new_world(slug="bad"), new_world(slug="good")
    bad.plant("send", "error_before")
    for number in range(4):
        bad.post(f"Hier {number}")
    good.post("Dort.")
    for _ in range(5):
        bad.send()
        bad.pass_time(minutes=5)
        good.pass_time(minutes=5)
    account = Account.objects.get(pk=bad.account.pk)
    assert account.state == "resting"
    assert account.rests_until
    assert good.seen("Dort.") == 1
    assert Account.objects.get(pk=good.account.pk).state == "connected"


def test_a_refused_dispatch_is_told_and_can_be_tried_again(world):
    dispatch = world.post("x" * 6_000)
    world.send()
    dispatch.refresh_from_db()
    assert dispatch.state == "refused"
    assert dispatch.reason_code
    assert list(refused_dispatches(world.owner.workspace)) == [dispatch]
    assert Notice.objects.get().kind == "channels.dispatch_refused"
    try_again(person=world.owner, dispatch=dispatch, now=world.now)
    assert state_of(dispatch) == "waiting"
    with pytest.raises(CannotSettle):
        try_again(person=world.owner, dispatch=dispatch, now=world.now)


def test_a_logged_out_account_rests_is_told_once_and_goes_on_after_connecting(world):
    world.plant("send", "logged_out", times=1)
    dispatch = world.post("Noch da?")
    world.send()
    world.pass_time(minutes=10)
    world.send()
    assert state_of(dispatch) == "waiting"
    assert Account.objects.get().state == "logged_out"
    assert [notice.kind for notice in Notice.objects.all()] == ["channels.account_logged_out"]
    account = Account.objects.get()
    connect_account(
        person=world.owner, kind="sandbox", name=account.name, settings=account.settings, secret=account.secret,
        now=world.now, account=account, client=world.client,
    )  # fmt: skip
    world.send()
    assert state_of(dispatch) == "sent"
    assert world.seen("Noch da?") == 1


def test_rights_are_asked_again_when_the_words_leave(world, new_person):
    author = new_person("author")
    dispatch = world.post("Mein Beitrag.", person=author)
    author.role = "observer"
    author.save()
    world.send()
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.reason_code) == ("refused", "right_lost")
    assert world.seen("Mein Beitrag.") == 0


def test_a_text_changed_behind_the_queue_does_not_leave(world):
    dispatch = world.post("Freigegeben.")
    Message.objects.filter(pk=dispatch.message_id).update(text="Untergeschoben.")
    world.send()
    dispatch.refresh_from_db()
    assert (dispatch.state, dispatch.reason_code) == ("refused", "text_changed")
    assert world.seen("Untergeschoben.") == 0


def test_a_blind_network_leaves_the_decision_to_a_person_within_five_minutes(new_world):
    world = new_world(mode="blind")
    world.plant("send", "error_after", times=1)
    dispatch = world.post("Einmal nur.")
    world.send()
    assert state_of(dispatch) == "unclear"
    world.pass_time(minutes=4)
    world.send()
    notice = Notice.objects.get()
    assert notice.kind == "channels.dispatch_unclear"
    assert list(unsettled_dispatches(world.owner.workspace)) == [dispatch]
    for _ in range(5):
        world.pass_time(hours=1)
        world.send()
    assert state_of(dispatch) == "unclear"
    assert Notice.objects.count() == 1
    settle_by_person(person=world.owner, dispatch=dispatch, was_sent=True, now=world.now)
    assert state_of(dispatch) == "sent"
    assert world.seen("Einmal nur.") == 1
    with pytest.raises(CannotSettle):
        settle_by_person(person=world.owner, dispatch=dispatch, was_sent=False, now=world.now)


def test_a_person_who_did_not_find_it_sends_it_again(new_world):
    world = new_world(mode="blind")
    world.plant("send", "error_before", times=1)
    dispatch = world.post("Noch einmal.")
    world.send()
    with pytest.raises(CannotSettle):  # it may still appear
        settle_by_person(person=world.owner, dispatch=dispatch, was_sent=False, now=world.now)
    world.pass_time(minutes=4)
    world.send()
    settle_by_person(person=world.owner, dispatch=dispatch, was_sent=False, now=world.now)
    world.pass_time(minutes=4)
    world.send()
    assert state_of(dispatch) == "sent"
    assert world.seen("Noch einmal.") == 1


def test_words_are_taken_back_before_the_network_hears_them_and_never_after(world):
    first, second = world.post("Eins."), world.post("Zwei.")
    withdraw_dispatch(person=world.owner, dispatch=first, now=world.now)
    world.send()
    assert state_of(first) == "withdrawn"
    assert world.seen("Eins.") == 0
    with pytest.raises(CannotWithdraw):
        withdraw_dispatch(person=world.owner, dispatch=second, now=world.now)
    spoken = world.post("Drei.")
    claim_dispatch(pk=spoken.pk, holder="a", now=world.now)
    with pytest.raises(CannotWithdraw):
        withdraw_dispatch(person=world.owner, dispatch=spoken, now=world.now)


def test_moving_the_slot_moves_the_dispatch(world):
    dispatch = world.post("Morgen.")
    later = world.now + timedelta(days=1)
    move_dispatch(person=world.owner, dispatch=dispatch, send_after=later, send_before=None, now=world.now)
    world.send()
    assert state_of(dispatch) == "waiting"
    world.pass_time(days=1)
    world.send()
    assert state_of(dispatch) == "sent"
    with pytest.raises(CannotMove):
        move_dispatch(person=world.owner, dispatch=dispatch, send_after=later, send_before=None, now=world.now)


def test_a_paused_channel_keeps_its_queue(world):
    dispatch = world.post("Warten.")
    pause_channel(person=world.owner, channel=world.channel, now=world.now)
    world.send()
    assert state_of(dispatch) == "waiting"
    with pytest.raises(CannotHandOver):
        world.post("Nicht mehr.")


@pytest.mark.parametrize(("end", "why"), [("paused", "nicht geöffnet"), ("logged_out", "abgemeldet")])
def test_what_cannot_leave_for_its_channel_says_so_and_is_missed_for_that(world, client_of, end, why):
    item = ("item", str(uuid4()), "Einladung")
    dispatch = world.post("Warten.", send_before=world.now + timedelta(minutes=30), subject=item)
    if end == "paused":
        pause_channel(person=world.owner, channel=world.channel, now=world.now)
    else:
        Account.objects.update(state="logged_out")

    def row() -> str:
        page = client_of(world.owner).get(f"/w/{world.owner.workspace.slug}/channels/queue/").content.decode()
        return page.split(f'id="d-{dispatch.public_id}"')[1].split("</li>")[0]

    world.send()
    assert why in row() and "nicht nachträglich" in row()
    world.pass_time(minutes=31)
    world.send()
    assert state_of(dispatch) == "missed"
    assert why in row() and "Jetzt senden" in row()


def test_a_page_from_yesterday_does_not_pause_what_is_closed(world, client_of):
    seen = Channel.objects.get(pk=world.channel.pk)
    close_channel(person=world.owner, channel=world.channel, now=world.now)
    with pytest.raises(CannotPauseChannel, match="nicht mehr geöffnet"):
        pause_channel(person=world.owner, channel=seen, now=world.now)
    address = f"/w/{world.owner.workspace.slug}/channels/{seen.slug}/pause/"
    assert "nicht mehr geöffnet" in client_of(world.owner).post(address, follow=True).content.decode()
    assert Channel.objects.get(pk=seen.pk).state == "closed"


def test_words_written_before_a_channel_was_paused_are_not_handed_over_after(world):
    seen = Channel.objects.select_related("account").get(pk=world.channel.pk)
    pause_channel(person=world.owner, channel=world.channel, now=world.now)
    with pytest.raises(CannotHandOver):
        hand_over(
            person=world.owner, channel=seen, kind="post", text="Zu spät.", title="Neu", send_after=world.now, now=world.now
        )  # fmt: skip


def test_a_dispatch_without_end_is_given_up_and_told(world):
    dispatch = world.post("Niemand da.")
    world.face.end()
    for _ in range(40):
        world.send()
        if state_of(dispatch) == "given_up":
            break
        world.pass_time(hours=3)
    assert dispatch.state == "given_up"
    assert Notice.objects.get().kind == "channels.dispatch_given_up"


def test_every_attempt_is_logged_in_words(world):
    world.plant("send", "error_after", times=1)
    dispatch = world.settle(world.post("Protokoll."))
    lines = Attempt.objects.filter(dispatch=dispatch).order_by("number")
    assert [line.outcome for line in lines] == ["unclear", "sent"]
    assert "500" in lines[0].detail
    assert all(line.ended_at for line in lines)


@pytest.mark.parametrize("number", [3, 30])
def test_claiming_takes_the_same_queries_however_long_the_queue(world, number, django_assert_max_num_queries):
    for n in range(number):
        world.post(f"Beitrag {n}", send_after=world.now + timedelta(days=1))
    with django_assert_max_num_queries(6):
        world.send()
    assert Dispatch.objects.filter(state="waiting").count() == number


def test_run_stopped_for_three_days_sends_nothing_late_and_lists_what_was_missed(world, client_of):
    slots = [world.now + timedelta(hours=hours) for hours in (1, 30, 71)]
    posts = [
        world.post(f"Termin {number}.", title="", send_after=at, send_before=at + timedelta(minutes=30))
        for number, at in enumerate(slots)
    ]
    loose = world.post("Irgendwann.", title="")
    ahead = world.post("Übermorgen.", title="", send_after=world.now + timedelta(days=4))
    world.pass_time(days=3)
    world.send()
    assert [state_of(one) for one in posts] == ["missed"] * 3
    assert (state_of(loose), state_of(ahead)) == ("given_up", "waiting")
    assert not any(world.seen(f"Termin {number}.") for number in range(3)) and not world.seen("Irgendwann.")
    page = client_of(world.owner).get(f"/w/{world.owner.workspace.slug}/channels/queue/").content.decode()
    assert all(f"Termin {number}." in page for number in range(3)) and "Irgendwann." in page
    world.pass_time(days=1, minutes=1)
    world.send()
    assert world.seen("Übermorgen.") == 1


def test_a_hold_declared_in_mid_pile_lets_nothing_follow_the_one_being_spoken(world):
    posts = [world.post(f"Stapel {number}.", title="") for number in range(6)]
    claimed = claim_dispatch(pk=posts[0].pk, holder="w", now=world.now)
    declare_hold(person=world.owner, workspace=world.owner.workspace, reason="Halt", now=world.now)
    assert claimed and claim_dispatch(pk=posts[1].pk, holder="w", now=world.now) is None
    world.send()
    assert [state_of(one) for one in posts] == ["speaking"] + ["held"] * 5


def test_the_clock_set_back_an_hour_says_nothing_twice_and_nothing_early(world):
    said, later = (
        world.post("Schon gesagt.", title=""),
        world.post("Um neun.", title="", send_after=world.now + timedelta(minutes=20)),
    )
    world.send()
    world.pass_time(hours=-1)
    for _ in range(4):
        world.send()
        world.pass_time(minutes=19)
    assert (world.seen("Schon gesagt."), world.seen("Um neun.")) == (1, 0)
    world.pass_time(minutes=25)
    world.send()
    assert (state_of(said), state_of(later)) == ("sent", "sent")
    assert (world.seen("Schon gesagt."), world.seen("Um neun.")) == (1, 1)


def test_in_the_night_of_the_repeated_hour_a_post_leaves_once(world):
    world.now = datetime(2026, 10, 24, 23, 30, tzinfo=UTC)
    post = world.post("Halb drei.", title="", send_after=datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    seen = []
    for _ in range(6):
        world.send()
        seen.append(world.seen("Halb drei."))
        world.pass_time(minutes=30)
    assert seen == [0, 0, 1, 1, 1, 1] and state_of(post) == "sent"
