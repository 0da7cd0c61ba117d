"""A proposal for the rota: computed from the open gaps, planned only once a person accepts it."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from allmende.team import actions, queries, states
from allmende.team.models import Shift
from allmende.team.queries import default_hours
from tests.team.test_rota import undo_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def emre(new_person):
    return new_person("moderator", "Emre Yıldız")


def required(owner, on, now):
    return actions.require_cover(person=owner, hours=default_hours(owner.workspace), seats=1, starts_date=on, now=now)


def test_gaps_are_cut_into_shifts_and_spread_evenly(owner, emre, now):
    required(owner, date(2026, 10, 26), now)
    page = queries.proposal(owner.workspace, now)
    assert not page.open and len(page.filled) == 20, "two weeks of five days, each in two halves"
    assert dict(page.hours) == {"Jana Petersen": 50, "Emre Yıldız": 50}
    assert not Shift.objects.exists(), "a proposal plans nothing"


def test_absent_people_are_left_out_and_what_cannot_be_filled_stays_open(owner, now):
    required(owner, date(2026, 11, 2), now)
    actions.request_absence(
        person=owner, absent=owner, kind="leave", starts_date=date(2026, 11, 2), ends_date=date(2026, 11, 3),
        deputy=None, now=now,
    )  # fmt: skip
    page = queries.proposal(owner.workspace, now)
    assert [one.slot.starts_at.day for one in page.open[:4]] == [2, 2, 3, 3]
    assert dict(page.hours)["Jana Petersen"] <= 38.5


def test_what_is_ticked_is_planned_and_undone_whole(owner, emre, client_of):
    now, client, url = timezone.now(), client_of(owner), reverse("team:propose", args=[owner.workspace.slug])
    assert b'class="empty"' in client.get(url).content
    required(owner, timezone.localdate() + 7 * DAY, now)
    page = queries.proposal(owner.workspace, now)
    ticked = [one.value for one in page.filled][:3]
    assert all(value in client.get(url).content.decode() for value in ticked)
    for wrong in ([], ["x"], ["a|b|c|d"], [f"{emre.pk}|{emre.pk}|1|2"]):
        assert client.post(url, {"take": wrong}).status_code == 200
    assert not Shift.objects.exists()
    answer = client.post(url, {"take": ticked}, follow=True)
    assert Shift.objects.count() == 3
    assert {one.state for one in Shift.objects.filter(person=emre)} <= {states.ASSIGNED}
    assert client.post(url, {"take": ticked}).status_code == 302 and Shift.objects.count() == 3, "all or none"
    client.post(undo_in(answer))
    assert not Shift.objects.filter(archived_at__isnull=True).exists()
