"""Several periods taken together, of rates and durations, each by hand (domain 4.3)."""

from allmende.domain.verdict import Durations, Rate, pooled_durations, pooled_rate


def test_times_and_exposure_are_added_up_person_by_person() -> None:
    both = pooled_rate([Rate(3, 2.0, {"a": (2, 1.0), "b": (1, 1.0)}), Rate(0, 0.0), Rate(4, 1.5, {"a": (4, 1.5)})])
    assert (both.events, both.exposure) == (7, 3.5)
    assert both.events_by_person == {"a": (6, 2.5), "b": (1, 1.0)}


def test_where_one_period_names_nobody_the_rate_names_nobody() -> None:
    assert pooled_rate([Rate(3, 2.0, {"a": (3, 2.0)}), Rate(1, 1.0)]) == Rate(4, 3.0)


def test_every_case_stays_a_case_with_who_ended_it() -> None:
    both = pooled_durations(
        [Durations((1.0, 2.0), (9.0,), ("a", None)), Durations((), (4.0,)), Durations((3.0,), (), ("a",))]
    )
    assert both == Durations((1.0, 2.0, 3.0), (9.0, 4.0), ("a", None, "a"))
    assert pooled_durations([Durations((1.0,), (), ("a",)), Durations((2.0,))]).ended_by is None
    assert pooled_durations([]).n == 0
