"""How many people are needed: the worked examples of 3.12 by hand, and what the formulas must always keep."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allmende.domain.headcount import Figures, answered_in_time, erlang_c, headcount


def figures(**more):
    return Figures(**({"seat_hours": 72, "contacts": 620, "handling_minutes": 7} | more))


def test_s2_18_one_seat_on_weekdays_and_weekends_needs_2_75_people():
    assert round(headcount(figures(contacts=0)).seats, 2) == 2.75


def test_s2_18_a_weekend_of_light_monitoring_lowers_the_seats_to_2_37():
    assert round(headcount(figures(seat_hours=62)).seats, 2) == 2.37


def test_s2_18_620_contacts_of_seven_minutes_need_3_68_people():
    found = headcount(figures())
    assert (round(found.work_hours, 1), round(found.present_hours, 1), round(found.workload, 2)) == (72.3, 141.8, 3.68)
    assert found.decides == "workload" and round(found.people, 1) == 3.7


@pytest.mark.parametrize(("agents", "waits", "in_time"), [(4, 0.287, 0.81), (5, None, 0.94)])
def test_s2_18_a_live_chat_of_18_an_hour(agents, waits, in_time):
    load = 18 * 8 / 60
    assert load == pytest.approx(2.4)
    if waits is not None:
        assert round(erlang_c(load, agents), 3) == waits
    assert round(answered_in_time(load, agents, 8, 2), 2) == in_time


def test_strategic_hours_and_the_reserve_come_on_top():
    found = headcount(figures(strategic_hours=26.18, reserve_hours=13.09))
    assert (round(found.strategic, 2), round(found.reserve, 2)) == (1, 0.5)
    assert found.people == pytest.approx(found.care + 1.5)


def test_as_many_at_once_as_are_enough_with_one_less_and_one_more():
    found = headcount(figures(peak_contacts=18, handling_minutes=8))
    assert [(one.agents, one.is_enough) for one in found.at_once] == [(3, False), (4, True), (5, True)]
    assert found.enough == 4 and headcount(figures()).enough is None


@pytest.mark.parametrize("wrong", [{"weekly_hours": 0}, {"shrinkage": 1}, {"utilisation": 0}, {"shrinkage": -0.1}])
def test_what_cannot_be_is_not_calculated(wrong):
    assert headcount(figures(**wrong)) is None


def test_a_queue_that_only_grows_lets_everybody_wait():
    assert erlang_c(5, 5) == 1 and answered_in_time(5, 4, 8, 2) == 0 and erlang_c(0, 3) == 0


@given(st.floats(0.01, 150), st.integers(1, 199), st.floats(0.1, 60), st.floats(0, 60))
def test_one_more_person_never_makes_it_worse(load, agents, minutes, within):
    assert 0 <= erlang_c(load, agents) <= 1
    assert erlang_c(load, agents + 1) <= erlang_c(load, agents) + 1e-12
    less, more = (answered_in_time(load, n, minutes, within) for n in (agents, agents + 1))
    assert more >= less - 1e-12 and not math.isnan(more)


@given(
    st.floats(0, 2000), st.floats(0, 20000), st.floats(0, 120), st.floats(1, 60), st.floats(0, 0.95), st.floats(0.05, 1)
)
def test_people_are_never_fewer_than_either_model_says(seats, contacts, minutes, weekly, shrinkage, utilisation):
    found = headcount(Figures(seats, contacts, minutes, weekly, shrinkage, utilisation))
    assert found.people >= found.seats and found.people >= found.workload
