"""The bell: what a network tells at once is read at once, and a bell that fails costs time only."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from allmende.channels.actions import Streams, choose_channel, close_channel, collect_due, note_news
from allmende.channels.actions.hear_streams import LEASE, MOST_OPENED
from allmende.channels.models import Account, Cursor, Message
from allmende.connectors.http import Client
from tests.networks.patience import PATIENT

LONG = timedelta(hours=1)


@pytest.fixture
def streams(new_world) -> Iterator[Callable[[], Streams]]:
    """`streams()`: those of one process, ended with the test, and with them their networks: a stream ends at the next sign of life."""
    opened: list[Streams] = []

    def make() -> Streams:
        opened.append(Streams(lambda: Client(limits=PATIENT)))
        return opened[-1]

    yield make
    for one in opened:
        one.close()
    for world in new_world.worlds:
        world.face.end()
    for one in opened:
        one.close(wait=10)


def until(holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + 10
    while not holds() and time.monotonic() < end:
        time.sleep(0.02)
    return holds()


def has_news(world) -> bool:
    return Cursor.objects.filter(channel=world.channel, news_at__isnull=False).exists()


def test_a_reply_on_the_network_is_read_long_before_its_channel_is_due(new_world, streams):
    world, ours = new_world(streams=True, ask_every_seconds=LONG.total_seconds()), streams()
    world.collect()
    ours.tend(world.now)
    assert until(lambda: ours.has_rung)  # it stands now, and what came before it did is read once
    assert ours.tend(world.now) == 1
    collect_due(now=world.pass_time(seconds=3), client=world.client)
    assert not has_news(world)
    world.says("Karl", "Wo bleibt der Beleg?")
    assert until(lambda: ours.has_rung)
    assert ours.tend(world.now) == 1
    assert collect_due(now=world.pass_time(seconds=3), client=world.client) == 1
    assert Message.objects.filter(text="Wo bleibt der Beleg?").exists()


def test_one_process_holds_the_stream_and_another_takes_it_when_that_one_is_gone(new_world, streams):
    world, first, second = new_world(streams=True), streams(), streams()
    first.tend(world.now)
    second.tend(world.now)
    assert (first.number, second.number) == (1, 0)
    first.tend(world.pass_time(seconds=20))
    second.tend(world.pass_time(seconds=20))
    assert second.number == 0
    second.tend(world.pass_time(seconds=11))
    assert second.number == 1


def test_a_process_that_slept_lets_go_of_what_another_took(new_world, streams):
    world, first, second = new_world(streams=True), streams(), streams()
    first.tend(world.now)
    second.tend(world.pass_time(seconds=31))
    assert (first.number, second.number) == (1, 1)

    def has_one_ear() -> bool:
        world.says("Karl", "Hallo?")  # a stream ends at its network's next sign of life
        first.tend(world.now)
        second.tend(world.now)
        return (first.number, second.number) == (0, 1)

    assert until(has_one_ear)
    assert Account.objects.get(pk=world.account.pk).heard_until == world.now + LEASE


def test_the_account_tells_of_life_and_of_deafness(new_world, streams):
    world, ours = new_world(streams=True), streams()
    with world.network.store.writing() as db:
        (known,) = db.execute("SELECT token_hash FROM account WHERE handle = 'redaktion'").fetchone()
    world.network.revoke("redaktion")
    ours.tend(world.now)
    assert until(lambda: all(not one.is_alive() for one in ours._held.values()))
    ours.tend(world.now)
    account = Account.objects.get(pk=world.account.pk)
    assert (account.deaf_since, account.deaf_reason, account.alive_at) == (world.now, "logged_out", None)
    with world.network.store.writing() as db:
        db.execute("UPDATE account SET token_hash = ? WHERE handle = 'redaktion'", (known,))
    begun = world.pass_time(seconds=60)

    def is_alive() -> bool:
        ours.tend(world.now)
        return Account.objects.filter(pk=world.account.pk, alive_at=begun).exists()

    assert until(is_alive)
    account.refresh_from_db()
    assert (account.deaf_since, account.deaf_reason) == (None, "")


class Fleeting(Client):
    """Follows nothing: whoever listens is hung up on at once, in order."""

    def follow(self, *args, **more):
        return None

    def beside(self, host, port):
        return self


def test_a_network_that_hangs_up_at_once_is_not_asked_without_end(new_world, streams):
    world, ours, opened = new_world(streams=True), Streams(Fleeting), 0
    for _ in range(360):
        before = ours.number
        ours.tend(world.pass_time(seconds=10))
        opened += ours.number > before
        assert until(lambda: all(not one.is_alive() for one in ours._held.values()))
    assert 5 <= opened <= 12  # within an hour


def test_what_was_cut_all_at_once_comes_back_a_few_at_a_time(new_world, streams):
    world, ours = new_world(streams=True), Streams(Fleeting)
    for number in range(MOST_OPENED + 3):
        account = Account.objects.create(
            workspace=world.account.workspace, kind="sandbox", name=f"Konto {number}", settings=world.account.settings,
            native_id=f"n{number}", created_at=world.now, updated_at=world.now,
        )  # fmt: skip
        choose_channel(
            person=world.owner, name=f"Kanal {number}", slug=f"k{number}", kind="own_forum", account=account,
            now=world.now, mark="K",
        )  # fmt: skip
    ours.tend(world.now)
    assert ours.number == MOST_OPENED


def test_nobody_listens_for_a_channel_that_is_closed(new_world, streams):
    world, ours = new_world(streams=True), streams()
    ours.tend(world.now)
    close_channel(person=world.owner, channel=world.channel, now=world.now)

    def is_let_go() -> bool:
        world.says("Karl", "Noch da?")  # a stream ends at its network's next sign of life
        ours.tend(world.now)
        return ours.number == 0

    assert until(is_let_go)
    assert not Account.objects.filter(heard_until__isnull=False).exists()


def test_a_stream_that_fails_is_opened_again_later_and_later(new_world, streams):
    world, ours, opened = new_world(streams=True), streams(), 0
    world.network.revoke("redaktion")
    for _ in range(40):
        before = ours.number
        ours.tend(world.pass_time(seconds=1))
        opened += ours.number > before
        assert until(lambda: all(not one.is_alive() for one in ours._held.values()))
    assert 2 <= opened <= 4


def test_a_network_without_streams_is_asked_as_ever(world, streams):
    ours = streams()
    ours.tend(world.now)
    assert ours.number == 0


def test_news_do_not_shorten_the_pause_of_a_network_that_fails(world):
    world.collect()
    world.plant("collect", "error_before")
    world.collect()
    note_news(accounts=[world.account.pk], now=world.now)
    assert collect_due(now=world.now, client=world.client) == 0
    assert has_news(world)


def test_news_while_a_channel_is_being_read_are_read_after_it(world):
    world.collect()
    Cursor.objects.filter(channel=world.channel).update(reads_until=world.now + timedelta(minutes=2))
    note_news(accounts=[world.account.pk], now=world.now)
    world.says("Karl", "Noch etwas?")
    assert collect_due(now=world.now, client=world.client) == 0
    Cursor.objects.filter(channel=world.channel).update(reads_until=None)
    assert collect_due(now=world.pass_time(seconds=3), client=world.client) == 1


def test_a_network_that_rings_all_the_time_is_read_every_other_second(world):
    world.collect()
    read = []
    for number in range(8):
        note_news(accounts=[world.account.pk], now=world.now)
        world.says("Karl", f"Und noch etwas, {number}.")
        read.append(collect_due(now=world.pass_time(seconds=0.6), client=world.client))
    assert read == [0, 0, 0, 4, 0, 0, 0, 4]


def test_a_reader_that_died_leaves_the_channel_after_two_minutes(world):
    world.collect()
    world.says("Karl", "Noch etwas?")
    Cursor.objects.filter(channel=world.channel).update(reads_until=world.now + timedelta(minutes=2), next_at=world.now)
    assert collect_due(now=world.pass_time(seconds=119), client=world.client) == 0
    assert collect_due(now=world.pass_time(seconds=3), client=world.client) == 1


def test_the_card_says_how_and_since_when_it_is_heard_at_once(new_world, streams, client_of):
    world, ours = new_world(streams=True), streams()
    page = lambda: client_of(world.owner).get(f"/w/{world.owner.workspace.slug}/channels/").content.decode()  # noqa: E731
    ours.tend(world.now)
    assert until(lambda: ours.has_rung)
    ours.tend(world.now)
    now = timezone.now()
    Account.objects.update(heard_until=now + LONG, alive_at=now - timedelta(minutes=2))
    assert "sofort, über eine offene Leitung; letztes Lebenszeichen vor 2 Minuten" in page()
    Account.objects.update(heard_until=None, heard_by=None, deaf_since=now)
    Cursor.objects.update_or_create(channel=world.channel, defaults={"looked_at": now - timedelta(minutes=3)})
    assert "vor 3 Minuten; nur in Abständen, weil keine Leitung steht" in page()
    Account.objects.update(deaf_since=None, rang_at=now - timedelta(minutes=5))
    assert "vor 3 Minuten; meldete sich über eine offene Leitung vor 5 Minuten" in page()
