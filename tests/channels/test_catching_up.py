"""What has gathered at a network before we listened, or while nobody did, is read with progress to be seen."""

import itertools
from datetime import timedelta

from allmende.channels.actions import collect_channel
from allmende.channels.models import Cursor, Message


def _slow(world):
    """A clock by which every batch takes twenty seconds, so that a look ends after the second one."""
    ticks = itertools.count()
    return lambda: world.now + timedelta(seconds=20 * next(ticks))


def test_a_long_past_is_read_in_parts_and_the_card_tells_how_far(world, client_of) -> None:
    for number in range(260):
        world.says(f"Mitglied {number}", f"Frage {number}?")
    Cursor.objects.filter(channel=world.channel).update(value="", next_at=world.now)
    read = collect_channel(channel=world.channel, now=world.now, client=world.client, clock=_slow(world))
    cursor = Cursor.objects.get(channel=world.channel)
    assert 0 < read < 260, "one look does not read it all"
    assert (cursor.behind_since, cursor.caught_up) == (world.now, read)
    assert cursor.reached_at is not None
    page = client_of(world.owner).get("/w/lotsenforum/channels/").content.decode()
    assert f"bisher {read} Stück" in page
    while Cursor.objects.get(channel=world.channel).behind_since:
        world.pass_time(seconds=60)
        world.collect()
    assert Message.objects.filter(channel=world.channel, direction="inward").count() == 260
    assert "angesammelt" not in client_of(world.owner).get("/w/lotsenforum/channels/").content.decode()


def test_a_usual_look_is_never_behind(world) -> None:
    world.says("Karl Ott", "Frage?")
    world.collect()
    world.says("Karl Ott", "Noch eine?")
    world.pass_time(seconds=60)
    world.collect()
    assert Cursor.objects.get(channel=world.channel).behind_since is None
