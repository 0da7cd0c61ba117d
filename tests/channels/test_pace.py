"""How often a network is asked and spoken to: by its own measure, all workers together."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from allmende.channels.actions import collect_due, connect_account
from allmende.channels.actions.claim_dispatch import claim_dispatch
from allmende.channels.models import Account, Attempt, Channel, Cursor
from allmende.channels.queries import connector_of, next_moment
from allmende.connectors.contract import Budget
from allmende.connectors.http import Client
from allmende.connectors.register import connector_class


def state_of(dispatch):
    dispatch.refresh_from_db()
    return dispatch.state


def grant(world, *budgets, **more):
    """The network states these budgets: pairs of times and seconds."""
    Account.objects.filter(pk=world.account.pk).update(settings=world.account.settings | {"budgets": budgets} | more)


def states(posts):
    return [state_of(post) for post in posts]


def test_no_more_leave_than_the_network_grants_and_the_rest_follow_as_soon_as_they_may(world):
    grant(world, [3, 600])
    posts = [world.post(f"Nummer {number}.") for number in range(5)]
    assert world.send() == 3
    assert states(posts) == ["sent"] * 3 + ["waiting"] * 2
    world.pass_time(seconds=590)
    assert world.send() == 0
    assert not Attempt.objects.filter(dispatch__in=posts[3:]).exists()
    world.pass_time(seconds=15)
    assert world.send() == 2
    assert states(posts) == ["sent"] * 5


def test_the_queue_says_when_a_spent_account_goes_on(world, client_of):
    world.post("Wartet.")
    Account.objects.update(posts_spent_until=timezone.now() + timedelta(hours=1))
    page = client_of(world.owner).get(f"/w/{world.owner.workspace.slug}/channels/queue/").content.decode()
    assert "Das Netzwerk erlaubt einem Konto nur eine bestimmte Zahl" in page


def test_a_failed_try_counts_too_for_the_network_counts_it(world):
    grant(world, [2, 600])
    world.plant("send", "error_before", times=1)
    world.post("Misslingt."), world.post("Gelingt.")
    world.send()
    world.pass_time(minutes=2)
    world.send()
    third = world.post("Zu viel.")
    world.send()
    assert state_of(third) == "waiting"
    assert Attempt.objects.filter(verb="send").count() == 2


def test_an_account_that_has_spoken_enough_keeps_no_other_waiting(new_world):
    full, free = new_world(slug="voll"), new_world(slug="frei")
    grant(full, [1, 600])
    for number in range(4):
        full.post(f"Hier {number}")
    other = free.post("Dort.")
    full.send()
    assert state_of(other) == "sent"
    assert full.network.times_seen("Hier 0") == 1


def test_two_workers_never_spend_the_last_one_twice(world):
    budgets = (Budget(1, timedelta(hours=1)),)
    first, second = world.post("Eins."), world.post("Zwei.")
    assert claim_dispatch(pk=first.pk, holder="a", now=world.now, budgets=budgets)
    assert claim_dispatch(pk=second.pk, holder="b", now=world.now, budgets=budgets) is None
    assert state_of(second) == "waiting"


def test_answers_leave_though_the_posts_of_the_day_are_spent(world):
    world.says("Karl", "Frage?")
    world.collect()
    question = Channel.objects.get().messages.get()
    budgets = (Budget(1, timedelta(hours=24), "posts"),)
    posts = [world.post("Eins."), world.post("Zwei.")]
    claimed = [claim_dispatch(pk=one.pk, holder="a", now=world.now, budgets=budgets) is not None for one in posts]
    answer = world.reply("Antwort.", question)
    assert claimed == [True, False]
    assert claim_dispatch(pk=answer.pk, holder="a", now=world.now, budgets=budgets)


@pytest.mark.parametrize(
    ("kind", "least", "most"),
    [("mail", 60, 600), ("wordpress", 60, 600), ("feed", 60, 900), ("facebook", 60, 300), ("webhook", 600, 7200)],
)
def test_what_is_not_made_to_be_asked_every_few_seconds_is_not(kind, least, most):
    connector = connector_class(kind)({}, None, Client())
    try:
        asks = connector.abilities.ask_every.total_seconds()
    except (LookupError, TypeError, ValueError) as error:
        pytest.fail(f"abilities need no settings here: {error!r}")
    assert least <= asks <= most


def test_a_channel_is_left_alone_as_long_as_its_network_wants(world):
    grant(world, ask_every_seconds=120)
    collect_due(now=world.now, client=world.client)
    first = collected(world)
    assert timedelta(seconds=120) <= first.next_at - world.now <= timedelta(seconds=132)
    world.pass_time(seconds=119)
    collect_due(now=world.now, client=world.client)
    assert collected(world).looked_at == first.looked_at
    world.plant("any", "error_before")
    for _ in range(8):
        world.now = collected(world).next_at
        collect_due(now=world.now, client=world.client)
    assert timedelta(minutes=30) <= collected(world).next_at - world.now <= timedelta(minutes=33)


def test_channels_that_began_together_do_not_ask_together(new_world):
    worlds = [new_world(slug=f"k{number}") for number in range(6)]
    collect_due(now=worlds[0].now, client=worlds[0].client)
    assert len(set(Cursor.objects.values_list("next_at", flat=True))) > 3


def test_when_a_budget_leaves_room_again_the_worker_knows(world):
    grant(world, [1, 600])
    world.post("Eins."), world.post("Zwei.")
    world.send()
    free_at = Account.objects.get().posts_spent_until
    assert world.now < free_at <= world.now + timedelta(seconds=601)
    assert next_moment(world.now + timedelta(seconds=5)) == free_at
    assert next_moment(free_at + timedelta(seconds=1)) == free_at
    assert next_moment(free_at + timedelta(seconds=3)) is None
    world.now = free_at
    assert world.send() == 1
    assert next_moment(free_at + timedelta(seconds=5)) is None, "nobody waits for it"


def test_s2_02_a_budget_that_leaves_room_in_a_moment_is_waited_for(new_world):
    """Three in half a second each: seven posts of both accounts leave in one run, no slower than the budgets force."""
    worlds = [new_world(slug="eins"), new_world(slug="zwei")]
    for world in worlds:
        grant(world, [3, 0.5])
    posts = [world.post(f"Nummer {number}.") for number in range(7) for world in worlds]
    began = time.monotonic()
    assert worlds[0].send() == len(posts)
    assert time.monotonic() - began >= 1.0
    assert states(posts) == ["sent"] * len(posts)
    spoken = sorted(Attempt.objects.filter(account=worlds[0].account).values_list("started_at", flat=True))
    gaps = [later - first for first, later in zip(spoken, spoken[3:], strict=False)]
    assert len(gaps) == 4 and min(gaps) >= timedelta(seconds=0.5)


def collected(world) -> Cursor:
    return Cursor.objects.get(channel=world.channel)


def test_an_account_that_was_connected_again_still_counts_what_it_said(world):
    grant(world, [1, 600])
    world.post("Eins.")
    world.send()
    account = Account.objects.get()
    connect_account(
        person=world.owner, kind="sandbox", name=account.name, settings=account.settings, secret=account.secret,
        now=world.now, account=account, client=world.client,
    )  # fmt: skip
    second = world.post("Zwei.")
    world.send()
    assert state_of(second) == "waiting"
    assert connector_of(account, world.client).abilities.budgets == (Budget(1, timedelta(seconds=600)),)


def test_accounts_take_turns_so_that_none_waits_for_the_pile_of_another(new_world):
    full, free = new_world(slug="voll"), new_world(slug="frei")
    for number in range(20):
        full.post(f"Hier {number}")
    other = [free.post(f"Dort {number}") for number in range(2)]
    full.send()
    order = list(Attempt.objects.order_by("pk").values_list("dispatch", flat=True))
    assert order.index(other[0].pk) <= 1 and order.index(other[1].pk) <= 3


def test_what_becomes_due_in_the_middle_of_a_pile_joins_in(new_world):
    full, free = new_world(slug="voll"), new_world(slug="frei")
    for number in range(30):
        full.post(f"Hier {number}")
    other = free.post("Gleich.", send_after=full.now + timedelta(milliseconds=100))
    full.send()
    order = list(Attempt.objects.order_by("pk").values_list("dispatch", flat=True))
    assert state_of(other) == "sent" and 0 < order.index(other.pk) < 30


def test_the_next_moment_is_named_and_what_waits_for_something_else_wakes_nobody(world):
    assert next_moment(world.now) is None
    world.post("Später.", send_after=world.now + timedelta(seconds=9))
    assert next_moment(world.now) == world.now + timedelta(seconds=9)
    assert next_moment(world.now + timedelta(seconds=10)) == world.now + timedelta(seconds=9)
    assert next_moment(world.now + timedelta(seconds=12)) is None
