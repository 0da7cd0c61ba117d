"""Nobody can be recognised in a figure about a group, nor by subtracting figures (domain 4.6): against every sum there is."""

from itertools import product
from random import Random

import numpy as np
import pytest

from allmende.domain.small_groups import is_safe, safe_groups

FLOOR = 5


def people(*spans):
    return frozenset(one for first, last in spans for one in range(first, last))


ALL = people((0, 60))


def fewest_told(family):
    """About how few people the smallest sum or difference of these figures is; every one is tried."""
    held = np.array([[one in people for one in sorted(ALL)] for people in family], dtype=np.int8)
    signs = np.array(list(product((-1, 0, 1), repeat=len(family))), dtype=np.int8)
    about = np.count_nonzero(signs @ held, axis=1)
    return about[about > 0].min()


def sets_of(shown, divisions, groups):
    family = [ALL]
    for parts, division in zip(shown.parts, divisions, strict=True):
        family += [frozenset().union(*(division[name] for name in names)) for names in parts]
    return family + [groups[name] for name in shown.groups]


def test_4_6_small_parts_are_put_together_until_enough_stand_behind_them():
    region = {"North": people((0, 30)), "South": people((30, 54)), "East": people((54, 57)), "West": people((57, 60))}
    shown = safe_groups([region], {}, ALL, FLOOR)
    assert shown.parts == ((("North",), ("South",), ("East", "West")),)


def test_4_6_a_small_part_that_could_be_told_by_subtraction_takes_another_along():
    region = {"North": people((0, 30)), "South": people((30, 56)), "East": people((56, 60))}
    assert safe_groups([region], {}, ALL, FLOOR).parts == ((("North",), ("South", "East")),)
    assert safe_groups([{"North": people((0, 56)), "East": people((56, 60))}], {}, ALL, FLOOR).parts == ((),)


def test_4_6_a_group_is_not_shown_where_those_outside_it_are_too_few():
    assert safe_groups([], {"nearly all": people((0, 57))}, ALL, FLOOR).groups == ()
    assert safe_groups([], {"most": people((0, 55))}, ALL, FLOOR).groups == ("most",)
    assert safe_groups([], {"few": people((0, 4))}, ALL, FLOOR).groups == ()
    assert safe_groups([], {"all": ALL}, ALL, FLOOR).groups == ("all",)


def test_4_6_nor_where_it_differs_from_another_by_too_few():
    groups = {"users": people((0, 30)), "invited": people((0, 27)), "others": people((30, 50))}
    assert safe_groups([], groups, ALL, FLOOR).groups == ("users", "others")


def test_4_6_nor_where_three_others_together_leave_too_few():
    parts = {"a": people((0, 20)), "b": people((20, 40)), "c": people((40, 57))}
    shown = safe_groups([], parts, ALL, FLOOR)
    assert shown.groups == ("a", "b"), "with c, all but three would be told"


def test_4_6_nor_where_it_tells_the_same_people_but_of_one_of_them_only_a_part():
    everybody, all_but_one = people((0, 20)), people((0, 19))
    assert safe_groups([], {"a": everybody, "b": everybody}, ALL, FLOOR).groups == ("a", "b")
    partly = {"a": everybody, "b": all_but_one | {-1}}
    assert safe_groups([], partly, ALL, FLOOR, passing={"b": frozenset({19, -1})}).groups == ("a",)


def test_4_6_whoever_was_there_for_a_while_hides_nobody():
    apart = {"a": people((0, 20)), "c": people((30, 50)) | {-1}}
    assert safe_groups([], apart, ALL, FLOOR, passing={"c": frozenset({50, -1})}).groups == ("c", "a")
    few = {"d": people((0, 4)) | {-1, -2}}
    assert safe_groups([], few, ALL, FLOOR, passing={"d": frozenset({4, 5, -1, -2})}).groups == ()


def test_4_6_two_divisions_may_not_differ_by_too_few_either():
    region = {"North": people((0, 30)), "South": people((30, 60))}
    product_ = {"X": people((0, 28)), "Y": people((28, 60))}
    shown = safe_groups([region, product_], {}, ALL, FLOOR)
    assert shown.parts == ((("North",), ("South",)), ())


def test_4_6_small_circles_alone_do_no_harm_where_they_cannot_be_reckoned():
    """Two people are from the North and use Y: no figure says what they do."""
    region = {"North": people((0, 30)), "South": people((30, 60))}
    used = {"X": people((0, 28), (30, 45)), "Y": people((28, 30), (45, 60))}
    shown = safe_groups([region, used], {}, ALL, FLOOR)
    assert shown.parts == ((("North",), ("South",)), (("X",), ("Y",)))
    assert fewest_told(sets_of(shown, [region, used], {})) >= FLOOR


@pytest.mark.parametrize("seed", range(12))
def test_4_6_whatever_is_shown_no_sum_or_difference_tells_of_few(seed):
    generator = Random(seed)
    divisions = [
        {name: frozenset(one for one in ALL if drawn[one] == name) for name in "abcd"}
        for drawn in [{one: generator.choice("aaaabbbccd") for one in ALL} for _ in range(2)]
    ]
    groups = {
        f"g{number}": frozenset(one for one in ALL if generator.random() < generator.choice((0.05, 0.5, 0.95)))
        for number in range(2)
    }
    shown = safe_groups(divisions, groups, ALL, FLOOR)
    family = sets_of(shown, divisions, groups)
    assert fewest_told(family[:10]) >= FLOOR
    assert is_safe(family, FLOOR)
    for parts, division in zip(shown.parts, divisions, strict=True):
        if parts:
            assert sorted(name for names in parts for name in names) == sorted(
                name for name in division if division[name]
            )


def test_4_6_what_is_not_safe_is_found_by_every_sum():
    """Random families: called safe only if no sum or difference is about fewer than five."""
    for seed in range(60):
        generator = Random(seed)
        family = [ALL, *(frozenset(generator.sample(sorted(ALL), generator.randint(3, 57))) for _ in range(3))]
        if is_safe(family, FLOOR):
            assert fewest_told(family) >= FLOOR
    assert not is_safe([ALL, people((0, 30)), people((0, 27))], FLOOR)
