"""Whatever the network does: nothing lost, nothing doubled; the public log of the sandbox is the judge."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from allmende.channels.actions import declare_hold, end_hold, release_held, withdraw_dispatch
from allmende.channels.actions.claim_dispatch import SPEAKING_LEASE, claim_dispatch
from allmende.channels.models import Dispatch, Message
from allmende.channels.queries import connector_of, draft_of
from allmende.channels.states import DISPATCH_MOVES
from allmende.team.models import Notice

pytestmark = pytest.mark.thorough

FAULTS = (
    "error_before", "error_after", "too_many_seconds", "too_many_date", "silence_before", "silence_after", "half", "garbage",
    "html", "late",
)  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("mode", ["key", "chosen_id", "list"])
def test_each_post_is_there_exactly_once_after_any_fault(new_world, mode, fault):
    world = new_world(mode=mode)
    world.plant("send", fault, times=2, wait=20 if fault.startswith("too") or fault == "late" else 0.5)
    posts = [world.post(f"{mode} {fault} {n}") for n in range(3)]
    for post in posts:
        world.settle(post)
    assert [(post.state, world.seen(post.message.text)) for post in posts] == [("sent", 1)] * 3
    world.collect()
    assert Message.objects.count() == 3


@pytest.mark.parametrize("fault", ["error_after", "error_before", "half", "late"])
def test_a_blind_network_never_gets_a_post_twice_and_a_person_is_told(new_world, fault):
    world = new_world(mode="blind")
    world.plant("send", fault, times=1, wait=5)
    post = world.settle(world.post("Blind."))
    assert world.seen("Blind.") <= 1
    assert post.state == "unclear"
    assert Notice.objects.filter(kind="channels.dispatch_unclear").count() == 1


@pytest.mark.parametrize("mode", ["key", "chosen_id", "list"])
def test_a_worker_killed_after_the_network_accepted_leaves_one_post(new_world, mode):
    world = new_world(mode=mode)
    post = world.post("Mitten im Satz.")
    claimed = claim_dispatch(pk=post.pk, holder="killed", now=world.now)
    connector_of(world.account, world.client).send(draft_of(claimed), claimed.key)  # and then the worker is gone
    world.pass_time(seconds=SPEAKING_LEASE.total_seconds() + 1)
    world.settle(post)
    assert (post.state, world.seen("Mitten im Satz.")) == ("sent", 1)


def test_looking_reaches_back_beyond_the_newest_page(new_world):
    world = new_world(mode="list")
    world.plant("send", "error_after", times=1)
    post = world.post("Früh.")
    world.send()
    us = world.network.account(world.account.secret)
    from allmende.connectors.sandbox.network import Words

    for n in range(90):
        world.network.say(us, Words(text=f"Von Hand {n}", title="x"), now=world.pass_time(seconds=2))
    world.settle(post)
    assert (post.state, world.seen("Früh.")) == ("sent", 1)


def test_two_equal_texts_are_two_posts_with_two_ids(new_world):
    world = new_world(mode="list")
    world.plant("send", "error_after", times=2)
    posts = [world.post("Guten Morgen!") for _ in range(2)]
    for post in posts:
        world.settle(post)
    assert world.seen("Guten Morgen!") == 2
    assert Message.objects.values("native_id").distinct().count() == 2


class QueueModel(RuleBasedStateMachine):
    """The queue beside a model of what the public may see: each text at most once, and once at the end unless stopped."""

    make_world = None

    def __init__(self):
        super().__init__()
        self.world = QueueModel.make_world()
        self.world.face.faults.clear()
        self.mine, self.withdrawn, self.states, self.hold = [], set(), {}, None

    @rule(kind=st.sampled_from(FAULTS), times=st.integers(1, 2))
    def plant(self, kind, times):
        self.world.plant("send", kind, times=times, wait=0.4)

    @rule(delay=st.integers(0, 120))
    def hand_over(self, delay):
        text = f"Text {Dispatch.objects.count()} {id(self)}"
        self.mine.append(self.world.post(text, send_after=self.world.now + timedelta(seconds=delay)))

    @rule()
    def work(self):
        self.world.send()

    @rule()
    def listen(self):
        self.world.collect()

    @rule(seconds=st.sampled_from([5, 40, 100, 700]))
    def wait(self, seconds):
        self.world.pass_time(seconds=seconds)

    @precondition(lambda self: any(self._state(one) in ("waiting", "held") for one in self.mine))
    @rule(data=st.data())
    def withdraw(self, data):
        free = [one for one in self.mine if self._state(one) in ("waiting", "held")]
        chosen = data.draw(st.sampled_from(free))
        withdraw_dispatch(person=self.world.owner, dispatch=chosen, now=self.world.now)
        self.withdrawn.add(chosen.pk)

    @precondition(lambda self: any(self._state(one) == "waiting" for one in self.mine))
    @rule(data=st.data())
    def kill(self, data):
        waiting = [one for one in self.mine if self._state(one) == "waiting"]
        claim_dispatch(pk=data.draw(st.sampled_from(waiting)).pk, holder="killed", now=self.world.now)

    @precondition(lambda self: self.hold is None)
    @rule()
    def stop(self):
        self.hold = declare_hold(
            person=self.world.owner, workspace=self.world.owner.workspace, reason="Halt", now=self.world.now,
            channel=self.world.channel,
        )  # fmt: skip

    @precondition(lambda self: self.hold is not None)
    @rule()
    def go_on(self):
        end_hold(person=self.world.owner, hold=self.hold, now=self.world.now)
        self.hold = None

    @invariant()
    def nothing_is_doubled_and_what_was_taken_back_is_silent(self):
        for one in self.mine:
            seen = self.world.seen(one.message.text)
            assert seen <= 1
            assert not (one.pk in self.withdrawn and seen)

    @invariant()
    def states_move_only_as_declared(self):
        for one in self.mine:
            before, after = self.states.get(one.pk, "waiting"), self._state(one)
            assert after == before or _reachable(before, after), (before, after)
            self.states[one.pk] = after

    def teardown(self):
        if self.hold:
            self.go_on()
        self.world.face.faults.clear()
        for _ in range(8):
            for one in self.mine:
                if self._state(one) == "held":
                    release_held(person=self.world.owner, dispatch=one, now=self.world.now)
            self.world.pass_time(minutes=40)
            self.world.send()
        for one in self.mine:
            is_silent = one.pk in self.withdrawn
            assert self._state(one) == ("withdrawn" if is_silent else "sent")
            assert self.world.seen(one.message.text) == (0 if is_silent else 1)

    def _state(self, dispatch):
        dispatch.refresh_from_db(fields=["state"])
        return dispatch.state


def _reachable(before, after):
    """One worker run may make several declared moves."""
    seen, front = set(), {before}
    while front - seen:
        seen |= front
        front = {to for state in front for to in DISPATCH_MOVES[state]}
    return after in seen


@pytest.mark.parametrize("mode", ["key", "list"])
def test_the_queue_agrees_with_a_simple_model(new_world, mode):
    world = new_world(mode=mode)
    QueueModel.make_world = staticmethod(lambda: world)
    run_state_machine_as_test(
        QueueModel,
        settings=settings(
            max_examples=6, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
