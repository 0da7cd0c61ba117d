"""The calendar by channel: the hours of a day or the days of a week, a column for each channel (S4-24)."""

from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from allmende.channels.actions import choose_channel
from allmende.editorial.actions import ItemText, move_variant, save_item
from allmende.editorial.queries.entries import PLANNED, Entry
from allmende.editorial.queries.lanes import lanes_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def ahead(now, monkeypatch):
    """The screens' own clock shows the tests' now."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)


@pytest.fixture
def planned(write, owner, now):
    """`planned("Titel", wall)` puts a text there."""

    def make(title, wall):
        variant = write(title=title)
        return move_variant(
            person=owner, variant=variant, wall=wall, zone="Europe/Berlin", seen_revision=None, now=now
        ).variant

    return make


def calendar(client, **asked):
    return client.get(reverse("editorial:index", args=["lotsenforum"]), asked)


def test_s4_24_a_day_shows_each_channel_hour_by_hour(planned, client_of, owner, forum):
    planned("Frage", datetime(2026, 10, 8, 9, 30))
    planned("Nachts", datetime(2026, 10, 8, 23))
    planned("Morgen", datetime(2026, 10, 9, 9))
    answer = calendar(client_of(owner), view="day", on="2026-10-08")
    (lane,) = [lane for lane in answer.context["page"].lanes if lane.name == forum.name]
    said = {cell.label: [entry.title for entry in cell.entries] for cell in lane.cells if cell.entries}
    assert said == {"9:00": ["Frage"], "22:00–24:00": ["Nachts"]}
    page = answer.content.decode()
    assert 'data-day="2026-10-08"' in page
    assert 'data-hour="09:00"' in page
    assert "Morgen" not in page
    assert (str(answer.context["page"].previous), str(answer.context["page"].following)) == ("2026-10-07", "2026-10-09")


def test_s4_24_a_week_by_channel_shows_each_day(planned, client_of, owner, forum):
    planned("Frage", datetime(2026, 10, 8, 9, 30))
    answer = calendar(client_of(owner), view="channels", on="2026-10-07")
    (lane,) = [lane for lane in answer.context["page"].lanes if lane.name == forum.name]
    assert [(str(cell.on), len(cell.entries)) for cell in lane.cells if cell.entries] == [("2026-10-08", 1)]
    assert [str(cell.on) for cell in lane.cells][:1] == ["2026-10-05"]
    assert 'data-across="7"' in answer.content.decode()


@pytest.mark.parametrize("view", ["month", "week", "day", "channels", "list"])
def test_s4_24_what_is_planned_on_all_networks_stands_in_one_overview(planned, client_of, owner, forum, now, view):
    board = choose_channel(
        person=owner, name="Brett", slug="brett", kind="own_forum", account=forum.account, place="", now=now
    )
    written = ItemText(title="Am Brett", no_objective_reason="Probe", texts={board.pk: "Wer kommt?"})
    there = save_item(person=owner, item=None, written=written, now=now).variants.get()
    wall = datetime(2026, 10, 8, 11)
    move_variant(person=owner, variant=there, wall=wall, zone="Europe/Berlin", seen_revision=None, now=now)
    planned("Im Forum", datetime(2026, 10, 8, 9, 30))
    client = client_of(owner)
    both = calendar(client, view=view, on="2026-10-08").content.decode()
    assert "Am Brett" in both and "Im Forum" in both
    one = calendar(client, view=view, on="2026-10-08", channel="brett").content.decode()
    assert "Am Brett" in one and "Im Forum" not in one


def test_filters_and_day_stay_when_one_changes_the_view(planned, client_of, owner, forum):
    planned("Frage", datetime(2026, 10, 8, 9, 30))
    page = calendar(client_of(owner), view="day", on="2026-10-08", channel=forum.slug).content.decode()
    for view in ("week", "day", "channels", "list"):
        assert f"?view={view}&amp;on=2026-10-08&amp;channel={forum.slug}" in page
    elsewhere = calendar(client_of(owner), view="channels", on="2026-10-08", channel="nirgends")
    assert elsewhere.status_code == 200
    assert not elsewhere.context["page"].lanes


def test_the_last_and_the_first_day_of_the_year_step_over_it(client_of, owner):
    page = calendar(client_of(owner), view="day", on="2026-12-31").context["page"]
    assert str(page.following) == "2027-01-01"


def test_a_channel_that_is_not_connected_any_more_keeps_its_column():
    at = datetime(2026, 10, 8, 9)
    entry = Entry(at, "Alt", PLANNED, channel_name="Altes Forum", channel_kind="nodebb")
    days = [(date(2026, 10, 8) + timedelta(days=n), [entry] if n == 0 else []) for n in range(7)]
    lanes = lanes_of([("Forum", "mastodon")], days)
    assert [(lane.name, lane.is_empty) for lane in lanes] == [("Forum", True), ("Altes Forum", False)]
