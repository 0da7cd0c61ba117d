"""How active we can be for long: worked by hand, and what must hold for any numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allmende.domain.activity import Effort, needed_hours, sustained

minutes = st.integers(1, 500)


@pytest.mark.parametrize(
    ("hours", "effort", "posts", "replies"),
    [
        (8, Effort(45, 2, 7), 8, 16),  # 480 / 59 = 8.1
        (8, Effort(45, 2, 7, 20), 5, 30),  # (480 - 140) / 59 = 5.8
        (2, Effort(45, 2, 7, 20), 0, 20),  # the questions take it all
        (1, Effort(60, 0, 7), 1, 0),  # to the minute
        (1.5, Effort(30, 2.5, 6), 2, 5),
    ],
)
def test_s4_23_hours_bear_what_answers_leave_for_posts(hours, effort, posts, replies) -> None:
    found = sustained(hours, effort)
    assert (found.posts, found.replies) == (posts, replies)


@given(hours=st.integers(1, 168), post=minutes, below=st.integers(0, 50), reply=minutes, others=st.integers(0, 500))
def test_s4_23_what_is_promised_fits_into_the_hours_and_one_post_more_does_not(
    hours, post, below, reply, others
) -> None:
    effort = Effort(post / 2, below / 3, reply / 7, others / 10)
    found = sustained(hours, effort)
    if found.posts:
        assert needed_hours(found.posts, effort) <= hours + 0.001
    assert needed_hours(found.posts + 1, effort) > hours - 0.001
