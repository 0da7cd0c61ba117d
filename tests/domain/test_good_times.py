"""Proposals for good times: found where there is something, "cannot tell" where there is nothing or too little."""

import random

import pytest

from allmende.domain.good_times import LEAST_POSTS, Said, good_times

HABITS = {
    "every working day at nine": [(day, 9) for day in range(5)],
    "mornings and evenings": [(day, hour) for day in range(5) for hour in (9, 18)],
    "all over the week": [(day, hour) for day in range(7) for hour in (7, 12, 17, 20)],
    "mostly on Fridays": [(4, 9)] * 5 + [(day, 15) for day in range(4)],
}


def history(number, habit, draw, *, people=None, lift=None, extra=0):
    """`number` posts over four seasons at the times of a habit; at the time `lift` so many `extra` people more act."""
    said = []
    for place in range(number):
        weekday, hour = draw.choice(HABITS[habit])
        season = place * 4 // number
        came = (people or few)(draw, season) + (
            extra if lift in ((weekday, hour), (weekday, None), (None, hour)) else 0
        )
        said.append(Said(weekday, hour, season, came))
    return said


def few(draw, season):
    """Up to three people act upon a post."""
    return draw.randrange(4)


def rare(draw, season):
    """Most posts bring nobody, a few bring a crowd."""
    return int(draw.paretovariate(1.1)) - 1 if draw.random() < 0.4 else 0


def growing(draw, season):
    """A channel that grows from season to season."""
    return draw.randrange(3) + 6 * season


def test_over_all_histories_without_a_difference_at_most_one_in_twenty_gets_a_proposal():
    draw = random.Random(7)
    kinds = [(habit, people) for habit in HABITS for people in (few, rare, growing)]
    found = []
    for place in range(240):
        habit, people = kinds[place % len(kinds)]
        found.append(good_times(history(250, habit, draw, people=people)))
    assert sum(bool(one.proposed) for one in found) / len(found) <= 0.05
    assert {one.reason_code for one in found if not one.proposed} == {"no_difference"}


@pytest.mark.parametrize(
    ("habit", "lift", "told"),
    [
        ("every working day at nine", (4, None), (4, 9)),
        ("mornings and evenings", (None, 18), (None, 18)),
        ("mostly on Fridays", (4, 9), (4, 9)),
    ],
)
def test_a_difference_that_is_there_is_found(habit, lift, told):
    draw = random.Random(11)
    found = [good_times(history(400, habit, draw, lift=lift, extra=2)) for _ in range(20)]
    hits = [one for one in found if told in [(time.weekday, time.hour) for time in one.proposed]]
    assert len(hits) >= 18
    assert all(time.difference.low > 0 for one in hits for time in one.proposed)


def test_below_the_floor_nobody_can_tell():
    little = [Said(0, 9, 0, 5)] * (LEAST_POSTS - 1) + [Said(1, 9, 0, 0)] * 60
    assert [(one.weekday, one.hour) for one in good_times(little).tried] == []
    assert good_times(little).reason_code == "too_few"
    assert good_times([]).reason_code == "too_few"
    enough = [*little, Said(0, 9, 0, 5)]
    assert good_times(enough).reason_code != "too_few"


def test_posts_that_all_do_the_same_say_nothing():
    same = [Said(place % 7, 9, 0, 2) for place in range(300)]
    assert good_times(same).reason_code == "too_few"


def test_the_figures_can_be_checked_with_pencil_and_paper():
    posts = [Said(4, 18, 0, 3)] * 32 + [Said(4, 18, 0, 0)] * 8 + [Said(0, 9, 0, 3)] * 12 + [Said(0, 9, 0, 0)] * 48
    one = good_times(posts).proposed[0]
    assert (one.weekday, one.hour, one.k, one.n, one.other_k, one.other_n) == (4, 18, 32, 40, 12, 60)
    assert one.difference.value == pytest.approx(0.6)
    assert len(good_times(posts).tried) == 2


def test_an_hour_of_one_weekday_speaks_for_the_weekday_it_lies_in():
    draw = random.Random(3)
    posts = history(900, "all over the week", draw, lift=(2, 20), extra=9)
    assert [(one.weekday, one.hour) for one in good_times(posts).proposed] == [(2, 20)]
