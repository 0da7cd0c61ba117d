"""D3 and D4: words that arrive three times, in any order and with gaps, and the nights in which clocks change around the world.

A copied database, a jumping clock and a clock set back: `tests/channels/test_places.py`. A log-in that ends, is revoked or renewed by
two at once (D7): `tests/channels/test_secrets.py`, `tests/channels/test_parts.py`, `test_two_at_once.py`.
"""

import random
from datetime import UTC, datetime, timedelta

import pytest

from allmende.channels.actions import record_batch
from allmende.connectors.neutral import Batch
from allmende.editorial.actions.schedule_variant import CannotSchedule, instant_ahead
from tests.channels.conftest import new_world, world  # noqa: F401 - fixtures
from tests.channels.test_listening import bare_channel, history, rows  # noqa: F401 - a fixture

pytestmark = [pytest.mark.drill, pytest.mark.django_db]

# Zone, a time on its clock in the night of the change, and the moment that is meant.
REPEATED = (
    ("Europe/Berlin", datetime(2026, 10, 25, 2, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 11, 1, 1, 30), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2027, 4, 4, 1, 45), datetime(2027, 4, 3, 14, 45, tzinfo=UTC)),
)
SKIPPED = (
    ("Europe/Berlin", datetime(2027, 3, 28, 2, 30)),
    ("America/New_York", datetime(2027, 3, 14, 2, 30)),
    ("Australia/Lord_Howe", datetime(2026, 10, 4, 2, 15)),
    ("Pacific/Apia", datetime(2011, 12, 30, 12, 0)),
)


@pytest.mark.parametrize(("zone", "wall", "meant"), REPEATED)
def test_d4_a_post_of_the_repeated_hour_leaves_once_and_at_the_first_of_both(world, zone, wall, meant):  # noqa: F811
    world.now = meant - timedelta(hours=2)
    due = instant_ahead(wall, zone, world.now)
    assert due == meant
    post, seen = world.post("In der Nacht.", title="", send_after=due), []
    for _ in range(8):
        world.send()
        seen.append((world.now >= due, world.seen("In der Nacht.")))
        world.pass_time(minutes=30)
    assert {said for is_due, said in seen if is_due} == {1} and {said for is_due, said in seen if not is_due} == {0}
    post.refresh_from_db()
    assert post.state == "sent" and post.spoke_at >= due


@pytest.mark.parametrize(("zone", "wall"), SKIPPED)
def test_d4_an_hour_that_does_not_exist_is_refused_when_it_is_chosen(zone, wall):
    with pytest.raises(CannotSchedule):
        instant_ahead(wall, zone, wall.replace(tzinfo=UTC) - timedelta(days=3))


@pytest.mark.parametrize("seed", range(3))
def test_d3_told_three_times_in_any_order_and_with_gaps_the_rows_are_those_of_a_clean_run(bare_channel, now, seed):  # noqa: F811
    clean, wild, chance = bare_channel(), bare_channel(), random.Random(seed)
    told = history(now)
    record_batch(channel=clean, batch=Batch(told, "1"), now=now)
    arrived = [one for one in told * 3 if chance.random() > 0.1]
    chance.shuffle(arrived)
    for place, one in enumerate(arrived):
        record_batch(channel=wild, batch=Batch([one], str(place)), now=now)
    record_batch(channel=wild, batch=Batch(told, "again"), now=now)  # one look with overlap
    assert rows(wild) == rows(clean)
