"""A rota proposed: everything filled that can be, rest and skills kept, hours even, within five seconds."""

import time
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from allmende.domain.coverage import Gap, RestRules
from allmende.domain.roster import Slot, Worker, propose, slots_of

ZONE, RULES = "Europe/Berlin", RestRules()
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONDAY = datetime(2026, 10, 5, tzinfo=UTC)


def month(seats=1):
    """Four weeks, three shifts a day; the night takes somebody who may hold."""
    needs = (frozenset(), frozenset(), frozenset({"night"}))
    return [
        Slot(begin := MONDAY + n * DAY + (4 + 8 * part) * HOUR, begin + 8 * HOUR, needs=needs[part])
        for n in range(28) for part in range(3) for _seat in range(seats)
    ]  # fmt: skip


def team(size=12, nights=6):
    return [Worker(f"p{n}", {"night": date.max} if n < nights else {}) for n in range(size)]


def taken(slots, proposal, who):
    return [slot for slot, one in zip(slots, proposal.takes, strict=True) if one == who]


def test_twelve_people_four_weeks_three_shifts_are_proposed_within_five_seconds():
    slots, workers = month(), team()
    propose(slots[:1], workers, ZONE, RULES)  # the solver is loaded once
    began = time.process_time()
    found = propose(slots, workers, ZONE, RULES)
    assert time.process_time() - began < 5
    assert found.open == 0
    hours = []
    for worker in workers:
        mine = sorted(taken(slots, found, worker.key), key=lambda slot: slot.starts_at)
        hours.append(sum(slot.hours for slot in mine))
        assert all(slot.needs <= worker.skills.keys() for slot in mine)
        assert all(later.starts_at - sooner.ends_at >= 11 * HOUR for sooner, later in pairwise(mine))
    assert max(hours) - min(hours) <= 8, hours


def test_nobody_is_proposed_where_they_are_away_or_have_duty_and_what_cannot_be_stays_open():
    slots = [Slot(MONDAY + 8 * HOUR, MONDAY + 12 * HOUR), Slot(MONDAY + DAY + 8 * HOUR, MONDAY + DAY + 12 * HOUR)]
    away = Worker("a", away=((MONDAY, MONDAY + DAY),))
    busy = Worker("b", has=((MONDAY + 10 * HOUR, MONDAY + 18 * HOUR), (MONDAY + DAY, MONDAY + DAY + 3 * HOUR)))
    assert propose(slots, [away, busy], ZONE, RULES).takes == (None, "a")
    assert propose(slots, [], ZONE, RULES).open == 2 and propose([], [away], ZONE, RULES).takes == ()


def test_a_skill_counts_until_its_last_day_and_not_longer():
    slots = [
        Slot(MONDAY + n * DAY + 8 * HOUR, MONDAY + n * DAY + 12 * HOUR, needs=frozenset({"law"})) for n in range(3)
    ]
    until = Worker("a", {"law": date(2026, 10, 6)})
    assert propose(slots, [until], ZONE, RULES).takes == ("a", "a", None)
    assert propose(slots, [until, Worker("b", {"law": date.max})], ZONE, RULES).takes[2] == "b"


def test_two_halves_of_one_day_go_together_until_the_day_is_too_long():
    halves = [Slot(MONDAY + 6 * HOUR, MONDAY + 11 * HOUR), Slot(MONDAY + 11 * HOUR, MONDAY + 16 * HOUR)]
    assert propose(halves, [Worker("a")], ZONE, RULES).open == 0
    longer = [*halves[:1], Slot(MONDAY + 11 * HOUR, MONDAY + 17 * HOUR)]
    assert propose(longer, [Worker("a")], ZONE, RULES).open == 1
    thirds = [Slot(MONDAY + n * HOUR, MONDAY + (n + 4) * HOUR) for n in (6, 10, 14)]
    assert propose(thirds, [Worker("a")], ZONE, RULES).open == 1


def test_the_hours_of_a_week_are_not_exceeded():
    slots = [Slot(MONDAY + n * DAY + 8 * HOUR, MONDAY + n * DAY + 16 * HOUR) for n in range(5)]
    assert propose(slots, [Worker("a", most_hours=20)], ZONE, RULES).open == 3
    had = ((MONDAY + 5 * DAY + 8 * HOUR, MONDAY + 5 * DAY + 18 * HOUR),)
    assert propose(slots, [Worker("a", has=had, most_hours=20)], ZONE, RULES).open == 4


def test_whoever_has_much_already_gets_less():
    slots = [Slot(MONDAY + n * DAY + 8 * HOUR, MONDAY + n * DAY + 12 * HOUR) for n in range(4)]
    had = tuple((MONDAY + n * DAY + 8 * HOUR, MONDAY + n * DAY + 16 * HOUR) for n in (7, 8))
    assert propose(slots, [Worker("a", has=had), Worker("b")], ZONE, RULES).takes == ("b",) * 4


def test_whoever_has_very_much_already_leaves_the_others_shares_even():
    had = tuple((MONDAY - n * DAY, MONDAY - n * DAY + 8 * HOUR) for n in range(2, 22))
    workers = [Worker("a", {"night": date.max}, has=had), *team()]
    slots = month()
    found = propose(slots, workers, ZONE, RULES)
    hours = [sum(slot.hours for slot in taken(slots, found, worker.key)) for worker in workers]
    assert found.open == 0 and hours[0] == 0
    assert max(hours[1:]) - min(hours[1:]) <= 8, hours


def test_what_nobody_can_take_leaves_the_shares_of_the_rest_even():
    able = [Slot(MONDAY + n * DAY + 8 * HOUR, MONDAY + n * DAY + 12 * HOUR) for n in range(4)]
    lost = [
        Slot(MONDAY + n * DAY + 8 * HOUR, MONDAY + n * DAY + 16 * HOUR, needs=frozenset({"night"})) for n in range(5)
    ]
    slots = [*able, *lost]
    found = propose(slots, [Worker("a"), Worker("b")], ZONE, RULES)
    assert found.open == 5 and [len(taken(slots, found, who)) for who in ("a", "b")] == [2, 2]


def test_a_gap_becomes_shifts_of_a_usual_day():
    gap = Gap(MONDAY + 6 * HOUR, MONDAY + 16 * HOUR, 2)
    assert [(one.starts_at.hour, one.ends_at.hour) for one in slots_of(gap, 8)] == [
        (6, 11),
        (6, 11),
        (11, 16),
        (11, 16),
    ]
    assert [one.hours for one in slots_of(Gap(MONDAY, MONDAY + 4 * HOUR, 1), 8)] == [4]
