"""What became of those who came in the same month: kept once a day, shown from the floor on, no ledger file opened."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from allmende.behaviours.actions import adopt_definition, fill_ledger, measure_workspace, take_out_of_force
from allmende.behaviours.actions.keep_cohorts import keep_cohorts
from allmende.behaviours.models import CohortCount, CountedFrom
from allmende.behaviours.queries import doers_of
from allmende.behaviours.queries.cohorts import cohort_table
from allmende.ledger.shipped import FIRST_ANSWER_BY_MEMBER
from allmende.members.models import Member, MemberStage
from tests.behaviours.conftest import questions, row

pytestmark = pytest.mark.django_db


@pytest.fixture
def counted(take_in, workspace, owner, now):
    """Twenty weeks in which four new people ask each week, and eight helpers answer from the second month on."""
    take_in(questions(datetime(2026, 5, 4, tzinfo=UTC), 20, 4, 2, helpers=8))
    made = adopt_definition(workspace=workspace, spec=FIRST_ANSWER_BY_MEMBER, person=owner, now=now)
    measure_workspace(workspace=workspace, now=now)
    return made


def test_cohorts_are_kept_by_month_and_shown_from_the_floor_on(counted, client_of, owner, workspace) -> None:
    table = cohort_table(counted, 5)
    assert table is not None
    assert [row.joined_date for row in table.rows] == [
        date(2026, 9, 1),
        date(2026, 8, 1),
        date(2026, 7, 1),
        date(2026, 6, 1),
    ]
    assert table.rows[-1].people >= 16
    assert all(len(row.cells) == len(table.months) for row in table.rows)
    assert cohort_table(counted, 10_000) is None
    page = client_of(owner).get(f"/w/{workspace.slug}/behaviours/{counted.key}/").content.decode()
    assert "Nach dem Monat, in dem Menschen kamen" in page
    assert "Juni 2026" in page


def test_too_small_cohorts_are_left_out_and_said(counted) -> None:
    smallest = min(row.people for row in cohort_table(counted, 1).rows)
    table = cohort_table(counted, smallest + 1)
    assert table is None or table.hidden >= 1


def test_they_are_counted_once_a_day_and_only_where_something_touched_them(counted, workspace, now, take_in) -> None:
    """Ten years later: PostgreSQL says by its own clock when a row was written, and these days must lie after it."""
    now = now.replace(year=2036)

    def kept(at, **more) -> bool:
        fill_ledger(workspace=workspace, now=at)
        return keep_cohorts(workspace=workspace, definition=counted, as_of=at, now=at, **more)

    assert kept(now), "many months are over"
    before = list(CohortCount.objects.values_list("joined_date", "months", "people", "did"))
    assert not kept(now + timedelta(hours=1))
    for days in range(1, 20):
        assert not kept(now + timedelta(days=days)), "nothing new, and the same months are over"
    assert set(CohortCount.objects.values_list("measured_at", flat=True)) == {now + timedelta(days=19)}
    assert list(CohortCount.objects.values_list("joined_date", "months", "people", "did")) == before
    assert kept(now + timedelta(days=19), is_asked_for=True)
    take_in([row("new", "Fragt neu", now + timedelta(days=19))], at=now + timedelta(days=19, hours=1))
    assert not kept(now + timedelta(days=19, hours=2)), "once a day"
    assert kept(now + timedelta(days=20)), "somebody came"
    assert not kept(now + timedelta(days=21))
    assert kept(now + timedelta(days=32)), "a month is over"
    assert CohortCount.objects.count() > len(before)


def test_whoever_asks_for_it_gets_cohorts_and_stages_at_once(counted, take_in, workspace, owner, now) -> None:
    """An archive of two more months is brought along; the nightly count of today is over."""
    people = sum(one.people for one in CohortCount.objects.filter(months=0))
    take_in(questions(datetime(2026, 3, 2, tzinfo=UTC), 9, 4, 2, helpers=8))
    later = now + timedelta(hours=2)
    measure_workspace(workspace=workspace, now=later)
    assert sum(one.people for one in CohortCount.objects.filter(months=0)) == people
    known = MemberStage.objects.count()
    measure_workspace(workspace=workspace, now=later, is_asked_for=True)
    joined = {one.joined_date for one in CohortCount.objects.all()}
    assert date(2026, 4, 1) in joined and date(2026, 5, 1) in joined
    assert sum(one.people for one in CohortCount.objects.filter(months=0)) > people
    assert MemberStage.objects.count() > known


def test_what_is_taken_out_of_force_keeps_no_cohorts(counted, owner, now) -> None:
    assert CohortCount.objects.filter(definition=counted).exists()
    take_out_of_force(person=owner, now=now, pk=str(counted.pk), before=None)
    assert not CohortCount.objects.exists() and not CountedFrom.objects.exists()


def test_more_than_all_cannot_have_done_it(counted) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        CohortCount.objects.update(did=100_000)


def test_the_people_behind_a_figure_are_for_the_team_only(
    counted, client_of, new_person, owner, workspace, now
) -> None:
    doers = doers_of(counted, as_of=now)
    assert len(doers) == 8
    assert sum(one.times for one in doers) == counted.measurements.get(period_kind="all").times
    assert [one.times for one in doers] == sorted((one.times for one in doers), reverse=True)
    where = f"/w/{workspace.slug}/behaviours/{counted.key}/examples/"
    assert "Hilft 3" in client_of(owner).get(where).content.decode().split("Wer es getan hat")[1]
    assert client_of(new_person("observer")).get(where).status_code == 403
    Member.objects.filter(alias="Hilft 3").update(erased_at=now)
    assert "Hilft 3" not in {one.member.alias for one in doers_of(counted, as_of=now)}


def test_stages_follow_once_a_day_from_what_people_did(counted, workspace, now) -> None:
    stages = dict(MemberStage.objects.values_list("member__alias", "stage"))
    assert {stages[f"Hilft {number}"] for number in range(8)} == {"regular"}
    assert set(stages.values()) <= {"regular", "newcomer", "occasional", "dormant"}
    MemberStage.objects.all().delete()
    measure_workspace(workspace=workspace, now=now + timedelta(hours=2))
    assert not MemberStage.objects.exists()
    measure_workspace(workspace=workspace, now=now + timedelta(days=1))
    assert MemberStage.objects.count() == len(stages)
