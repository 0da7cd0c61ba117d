"""How many people: measured from the inbox, the rota and the plan, assumed with a reason, all side by side (S2-18)."""

from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from allmende.inbox.models import Conversation, Wait
from allmende.inbox.queries import arrivals, headcount_page
from allmende.team.actions import assume_staffing, require_cover
from allmende.team.models import StaffingAssumption
from allmende.team.queries import default_hours
from tests.team.test_rota import undo_in

pytestmark = pytest.mark.django_db
WEEK, DAY, HOUR = timedelta(weeks=1), timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def waits(forum, now):
    """So many times it was our turn: `waits(5, weeks_ago)`, all at ten in the morning of a Tuesday."""
    conversation = Conversation.objects.create(
        workspace=forum.workspace, channel=forum, thread_native_id="t", title="t", started_at=now, last_turn_at=now
    )

    def make(number, weeks_ago):
        at = now.replace(hour=8, minute=0) - DAY - weeks_ago * WEEK
        for n in range(number):
            Wait.objects.create(
                conversation=conversation, clock="our_response", started_at=at + timedelta(seconds=n + weeks_ago)
            )

    return make


def values(page):
    return {one.name: (round(one.value, 2), one.source) for one in page.inputs}


def test_s2_18_volume_and_peak_are_measured_from_whole_weeks(owner, forum, waits, now):
    for number, weeks_ago in ((100, 0), (4, 1), (10, 2), (6, 3), (50, 20)):
        waits(number, weeks_ago)
    found = arrivals(owner.workspace, now)
    assert tuple(found.weeks) == (6, 10, 4), "neither the running week nor what is long ago"
    assert found.usual == 6 and found.peak_hour == 10 and round(found.peak, 2) == 6.67
    page = headcount_page(owner, now)
    assert values(page)["contacts"] == (6, "measured")
    assert values(page)["handling_minutes"] == (7, "usual")


def test_s2_18_the_week_in_which_it_began_is_no_whole_one(owner, forum, waits, now):
    waits(1, 2)
    assert arrivals(owner.workspace, now).weeks == (1, 0), "all there is"
    waits(10, 1)
    assert arrivals(owner.workspace, now).weeks == (10,), "what began on a Tuesday was no week yet"
    waits(3, 12)
    assert arrivals(owner.workspace, now).weeks[-2:] == (1, 10)


def test_s2_18_seats_come_from_the_rota(owner, now):
    assert values(headcount_page(owner, now))["seat_hours"] == (0, "usual")
    require_cover(
        person=owner, hours=default_hours(owner.workspace), seats=1, starts_date=date(2026, 10, 7),
        weekend=(time(10), time(16)), now=now,
    )  # fmt: skip
    page = headcount_page(owner, now)
    assert values(page)["seat_hours"] == (62, "measured"), "Monday to Friday 8 to 18, weekends 10 to 16"
    assert round(page.result.seats, 2) == 2.37


def test_s2_18_an_assumption_takes_the_place_of_what_is_measured_and_says_why(owner, forum, waits, now):
    waits(4, 1)
    assume_staffing(person=owner, name="contacts", value=Decimal(620), reason="Vorjahr", now=now)
    assume_staffing(person=owner, name="contacts", value=Decimal(640), reason="Messe", now=now)
    one = next(one for one in headcount_page(owner, now).inputs if one.name == "contacts")
    assert (one.value, one.source, one.measured, one.assumption.reason) == (640, "assumed", 4, "Messe")
    for wrong in ({"value": -1}, {"reason": ""}, {"name": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            StaffingAssumption.objects.update(**wrong)


def test_the_page_takes_figures_explains_wrong_ones_and_undoes(owner, client_of, new_person):
    client, url = client_of(owner), reverse("inbox:headcount", args=[owner.workspace.slug])
    assert client.get(url).status_code == 200
    answer = client.post(url, {"name": "contacts", "value": "620,5", "reason": "Vorjahr"}, follow=True)
    assert StaffingAssumption.objects.get().value == Decimal("620.50")
    assert "Vorjahr" in answer.content.decode()
    for wrong in (
        {"value": "viele"}, {"reason": ""}, {"name": "x"}, {"name": "shrinkage", "value": "100"},
        {"name": "utilisation", "value": "0"}, {"value": "-1"},
    ):  # fmt: skip
        assert client.post(url, {"name": "contacts", "value": "1", "reason": "x"} | wrong).status_code == 422, wrong
    dropped = client.post(
        reverse("inbox:drop_figure", args=[owner.workspace.slug, StaffingAssumption.objects.get().pk]), follow=True
    )
    client.post(undo_in(dropped))
    assert StaffingAssumption.objects.get().archived_at is None
    assert client_of(new_person("moderator")).get(url).status_code == 403


def test_without_anything_the_page_says_what_to_do(owner, client_of):
    said = client_of(owner).get(reverse("inbox:headcount", args=[owner.workspace.slug])).content.decode()
    assert headcount_page(owner, timezone.now()).result.people == 0 and 'class="lead' in said
