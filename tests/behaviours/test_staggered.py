"""It began here and not there yet; and a new version of a definition runs beside the old one (domain 4.2, 4.4-8)."""

from datetime import UTC, date, datetime, timedelta

import pytest

from allmende.behaviours.actions import (
    CannotTellStart,
    adopt_definition,
    measure_workspace,
    take_back_start,
    tell_start,
)
from allmende.behaviours.models import ChannelStart, Measurement, Verdict
from allmende.channels.actions import choose_channel
from allmende.ledger.shipped import FIRST_ANSWER_BY_MEMBER
from allmende.team.models import AuditRow
from tests.behaviours.conftest import questions
from tests.behaviours.test_other_causes import BEFORE, STARTS, page_of, step


@pytest.fixture
def portal(owner, now):
    return choose_channel(person=owner, name="Portal", slug="portal", kind="archive", account=None, now=now, mark="P")


def told(owner, objective, channel, now, day=date(2026, 7, 6)):
    return tell_start(person=owner, objective_key=objective.key, channel=channel, starts_date=day, now=now)


@pytest.mark.parametrize(("elsewhere", "word"), [(10, "moving"), (14, "cannot_tell")])
def test_4_4_8_where_it_began_is_held_against_where_it_did_not(
    take_in, two_times, archive, portal, workspace, owner, now, put_plan_in_force, client_of, elsewhere, word
):
    objective = put_plan_in_force()
    take_in(two_times)
    take_in(questions(BEFORE, 26, 20, 10) + questions(STARTS, 12, 20, elsewhere), channel=portal)
    told(owner, objective, archive, now)
    measure_workspace(workspace=workspace, now=now)
    verdict = Verdict.objects.get()
    found = step(verdict, "comparison")
    assert verdict.word == "moving"
    assert (found["values"]["word"], found["is_met"]) == (word, word == "moving")
    assert found["values"]["there"] == pytest.approx(0.2)
    assert found["values"]["difference"] == pytest.approx((14 - elsewhere) / 20)
    page = page_of(client_of, owner, workspace)
    assert "Wo es zuerst begann (Forum)" in page
    assert "Forum seit Montag" in page


def test_4_4_8_it_is_compared_until_it_begins_elsewhere_too(
    take_in, archive, portal, workspace, owner, now, put_plan_in_force
):
    """In the portal it begins on 24 August, and from then on as many are answered there."""
    objective = put_plan_in_force()
    take_in(questions(BEFORE, 26, 20, 10) + questions(STARTS, 12, 20, 14))
    later = questions(datetime(2026, 8, 24, tzinfo=UTC), 5, 20, 14)
    take_in(questions(BEFORE, 26, 20, 10) + questions(STARTS, 7, 20, 10) + later, channel=portal)
    told(owner, objective, archive, now)
    told(owner, objective, portal, now, day=date(2026, 8, 24))
    measure_workspace(workspace=workspace, now=now)
    found = step(Verdict.objects.get(), "comparison")["values"]
    assert (found["elsewhere"], found["difference"]) == (pytest.approx(0), pytest.approx(0.2))


def test_4_4_8_a_start_is_told_changed_and_taken_back(archive, owner, now, put_plan_in_force, client_of, workspace):
    objective = put_plan_in_force()
    with pytest.raises(CannotTellStart, match="noch nicht"):
        told(owner, objective, archive, now, day=now.date() + timedelta(days=2))
    told(owner, objective, archive, now)
    start = told(owner, objective, archive, now, day=date(2026, 7, 13))
    assert ChannelStart.objects.get().starts_date == date(2026, 7, 13)
    take_back_start(person=owner, start=start, now=now)
    assert not ChannelStart.objects.exists()
    verbs = list(
        AuditRow.objects.filter(verb__startswith="behaviours.start").order_by("pk").values_list("verb", flat=True)
    )
    assert verbs == ["behaviours.start.told"] * 2 + ["behaviours.start.taken_back"]


def test_4_4_8_it_began_today_where_the_community_is(archive, owner, put_plan_in_force):
    """Half past midnight in Berlin, the evening before in Greenwich."""
    objective = put_plan_in_force()
    told(owner, objective, archive, datetime(2026, 10, 7, 22, 30, tzinfo=UTC), day=date(2026, 10, 8))
    assert ChannelStart.objects.get().starts_date == date(2026, 10, 8)


def test_4_4_8_the_page_takes_a_start_and_says_what_is_missing(
    take_in, two_times, archive, portal, owner, now, put_plan_in_force, client_of, workspace
):
    objective = put_plan_in_force()
    take_in(two_times)
    measure_workspace(workspace=workspace, now=now)
    client, address = client_of(owner), f"/w/{workspace.slug}/behaviours/first_answer_by_member_24h/"
    for day in ("", "2026-02-31", "irgendwann"):
        answer = client.post(
            f"{address}starts/", {"objective": objective.key, "channel": "forum", "day": day}, follow=True
        )
        assert "ein Tag fehlt" in answer.content.decode()
    answer = client.post(
        f"{address}starts/", {"objective": objective.key, "channel": "forum", "day": "2026-07-06"}, follow=True
    )
    assert "Forum seit Montag" in answer.content.decode()
    answer = client.post(f"{address}starts/{ChannelStart.objects.get().pk}/drop/", follow=True)
    assert "Forum seit Montag" not in answer.content.decode()


def test_4_2_old_and_new_version_run_side_by_side_for_one_period(
    take_in, two_times, workspace, owner, now, put_plan_in_force, client_of
):
    put_plan_in_force()
    take_in(two_times)
    old = adopt_definition(workspace=workspace, spec=FIRST_ANSWER_BY_MEMBER, person=owner, now=now - timedelta(days=1))
    measure_workspace(workspace=workspace, now=now)
    wider = FIRST_ANSWER_BY_MEMBER.to_dict() | {"window_seconds": 1800}
    adopt_definition(workspace=workspace, spec=wider, person=owner, now=now)
    soon, late = now + timedelta(days=7), now + timedelta(days=60)
    for at in (soon, late):
        measure_workspace(workspace=workspace, now=at)
    assert {one.measured_at for one in Measurement.objects.filter(definition=old)} == {soon}
    page = page_of(client_of, owner, workspace)
    assert "Definition 1 neben Definition 2" in page
    assert "zählt Definition 1 70,0" in page and "Definition 2 0,0" in page
