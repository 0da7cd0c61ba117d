"""Can a wanted difference be seen at all? Said while an objective is written, in the unit of its measure (domain 4.3)."""

from datetime import timedelta

import pytest

from allmende.domain.verdict import units_needed
from allmende.ledger.shipped import FIRST_ANSWER_BY_MEMBER, HELP_RATE, QUESTION_WAITS
from allmende.plan.actions.record_pace import record_paces
from allmende.plan.models import Evidence
from allmende.plan.queries import evidence_series
from allmende.plan.queries.reach import Pace, paces_of, reach_of, reaches_of

SHARE, RATE, WAIT = FIRST_ANSWER_BY_MEMBER.key, HELP_RATE.key, QUESTION_WAITS.key
LINT = "/w/lotsenforum/plan/draft/lint/"
PACES = {
    SHARE: Pace(0.44, 100.0),
    RATE: Pace(0.8, 50.0, "times_per_person_month", scatter=2.0),
    WAIT: Pace(5.0, 60.0, "hours", ninetieth=30.0),
}


@pytest.fixture
def told(workspace, now):
    def tell(paces):
        versions = dict.fromkeys(paces, "one")
        record_paces(
            workspace=workspace,
            paces=paces,
            period=(now - timedelta(days=366), now),
            definition_version=versions,
            at=now,
        )

    return tell


def test_4_3_a_pace_is_kept_and_replaced_and_is_no_orphan(told, workspace):
    told(PACES)
    assert paces_of(workspace, [SHARE, RATE, WAIT, ""]) == PACES
    told({SHARE: Pace(0.5, 80.0)})
    assert paces_of(workspace, [SHARE, RATE]) == {SHARE: Pace(0.5, 80.0)}
    assert evidence_series(workspace) == {} and Evidence.objects.count() == 1


def test_4_3_the_longest_key_of_a_measure_finds_its_place(told, workspace):
    """Measures have longer keys than elements of the plan; PostgreSQL refuses what a column does not hold."""
    longest = "x" * 60
    told({longest: PACES[SHARE]})
    row = Evidence.objects.get()
    places = {
        name: Evidence._meta.get_field(name).max_length for name in ("key", "kind", "source", "definition_version")
    }
    assert all(len(getattr(row, name)) <= length for name, length in places.items())
    assert paces_of(workspace, [longest]) == {longest: PACES[SHARE]}


def test_4_3_a_share_takes_the_cases_of_the_specification():
    """44 % to 56 % needs 272 cases on each side, a hundred a month: three months, the example of the specification."""
    found = reach_of(SHARE, 0.12, PACES[SHARE])
    assert found.needed == units_needed(0.44, 0.56) == 272
    assert found.months == pytest.approx(2.72) and found.is_within_year
    assert not reach_of(SHARE, 0.02, PACES[SHARE]).is_within_year


def test_4_3_a_rate_takes_person_months_and_more_where_people_scatter():
    wide, even = reach_of(RATE, 0.2, PACES[RATE]), reach_of(RATE, 0.2, Pace(0.8, 50.0, "times_per_person_month"))
    # Fifty people: (1.96 * 1.0688 + 0.84)^2 (1 + 1/1.2) / ln(1.2)^2 = 475.5 times before; at 0.8 a month 594 person-months.
    assert even.needed == pytest.approx(594, abs=2)
    # Twice as scattered, 2.2 times afterwards, and Student's 2.03: (2.03 + 0.84)^2 (2 + 2.2/1.2) / ln(1.2)^2 = 951 times.
    assert wide.needed == pytest.approx(1189, abs=4) and wide.months == pytest.approx(wide.needed / 50)


def test_4_3_a_wait_takes_cases_and_needs_to_know_how_lopsided_it_is():
    assert reach_of(WAIT, 0.2, PACES[WAIT]).form == "duration"
    assert reach_of(WAIT, 0.2, Pace(5.0, 60.0, "hours")) is None


def test_4_3_nothing_is_said_of_what_was_not_told(told, workspace):
    told({SHARE: PACES[SHARE]})
    asked = {"a": (SHARE, 0.12), "b": (RATE, 0.2), "c": (SHARE, None), "d": ("", 0.1)}
    assert list(reaches_of(workspace, asked)) == ["a"]
    # What was told in another unit speaks of another measure.
    assert reach_of(RATE, 0.2, PACES[WAIT]) is None


@pytest.mark.parametrize(
    ("measure", "said"),
    [
        (SHARE, ("44,0\u00a0%", "12 Punkten", "272 Fälle", "3 Monate")),
        (RATE, ("0,8-mal je Mensch und Monat", "12\u00a0% öfter", "Personenmonate", "mehr als ein Jahr")),
        (WAIT, ("5 Stunden", "12\u00a0% weniger", "Fälle", "mehr als ein Jahr")),
    ],
)
def test_4_3_it_stands_beside_the_objective_while_it_is_typed(told, write_plan, client_of, owner, measure, said):
    told(PACES)
    objective = write_plan().objective
    typed = {"audience": "Mitglieder", "behaviour": "antworten", "effect": "x", "definition_key": measure}
    typed |= {"least_relevant_difference": "12"}
    page = client_of(owner).post(f"{LINT}?layer=objective&key={objective.key}", typed).content.decode()
    assert all(words in page for words in said), page


def test_4_3_it_stands_in_the_draft_before_anybody_agrees(told, write_plan, client_of, owner):
    told({SHARE: PACES[SHARE]})
    write_plan(asked={"definition_key": SHARE, "least_relevant_difference": 0.12})
    page = client_of(owner).get("/w/lotsenforum/plan/draft/").content.decode()
    assert "272 Fälle" in page and "3 Monate" in page
