"""What do we say where and when? Month, week and list on one page each, nothing hidden, in a constant number of queries."""

import gzip
import re
from datetime import datetime, time, timedelta

import pytest
from django.urls import reverse

from allmende.channels.actions import consider_channel, record_batch
from allmende.channels.models import Dispatch
from allmende.connectors.neutral import Author, Batch, Item, Ref
from allmende.domain.wording import words_hash
from allmende.editorial.actions import ItemText, approve_variant, move_variant, publish_now, save_item
from allmende.editorial.models import Variant
from allmende.editorial.queries import Filters, choices_of, listing
from allmende.editorial.queries.calendar import Choice
from allmende.editorial.queries.entries import dated_entries, undated_entries, written_elsewhere
from allmende.editorial.templatetags.editorial_words import in_narrow
from allmende.team.queries import default_hours

pytestmark = pytest.mark.django_db
MOST_QUERIES = 15
MOST_BYTES = 60_000


@pytest.fixture(autouse=True)
def ahead(now, monkeypatch):
    """The screens' own clock shows the tests' now."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)


@pytest.fixture
def plan_texts(write, owner, now):
    """`plan_texts(number)` puts texts into October, one an hour from the eighth on, at most ten a day."""

    def make(number, title="Frage der Woche"):
        for n in range(number):
            wall = datetime(2026, 10, 8, 9) + timedelta(days=n // 10, hours=n % 10)
            move_variant(
                person=owner, variant=write(title=f"{title} {n}"), wall=wall, zone="Europe/Berlin",
                seen_revision=None, now=now,
            )  # fmt: skip

    return make


def calendar(client, **asked):
    return client.get(reverse("editorial:index", args=["lotsenforum"]), asked)


@pytest.mark.parametrize("view", ["month", "week", "day", "channels", "list"])
def test_the_calendar_takes_the_same_few_queries_for_three_and_thirty(
    view, plan_texts, client_of, owner, django_assert_max_num_queries
):
    client = client_of(owner)
    plan_texts(3)
    calendar(client, view=view)
    with django_assert_max_num_queries(MOST_QUERIES) as few:
        calendar(client, view=view)
    plan_texts(27, "Tipp")
    with django_assert_max_num_queries(MOST_QUERIES) as many:
        calendar(client, view=view)
    assert len(many) == len(few)


def test_two_hundred_texts_all_stand_there_in_sixty_kilobytes(plan_texts, client_of, owner):
    plan_texts(200)
    page = calendar(client_of(owner)).content
    assert all(f"Frage der Woche {n}<".encode() in page for n in range(200))
    assert len(gzip.compress(page)) < MOST_BYTES


def test_the_month_is_whole_with_its_neighbours_and_the_days_off(client_of, owner):
    owner.workspace.subdivision = "SH"
    owner.workspace.save()
    page = calendar(client_of(owner), on="2026-10-07").context["page"]
    assert (str(page.days[0].on), str(page.days[-1].on), len(page.days)) == ("2026-09-28", "2026-11-01", 35)
    assert "Einheit" in page.days[5].day_off
    assert [day.on.day for day in page.days if day.is_today] == [7]
    assert (str(page.previous), str(page.following)) == ("2026-09-01", "2026-11-01")


def test_january_and_december_step_over_the_year(client_of, owner):
    client = client_of(owner)
    for on, before, after in (
        ("2026-12-31", "2026-11-01", "2027-01-01"),
        ("2027-01-31", "2026-12-01", "2027-02-01"),
    ):
        page = calendar(client, on=on).context["page"]
        assert (str(page.previous), str(page.following)) == (before, after)


@pytest.mark.parametrize("view", ["month", "week", "day", "channels", "list"])
def test_a_day_at_the_edge_of_the_calendar_counts_as_not_given(client_of, owner, view):
    client = client_of(owner)
    for far in ("9999-12-31", "0001-01-01"):
        assert calendar(client, on=far, view=view).status_code == 200


def test_filters_stand_in_the_address_and_go_with_every_step(client_of, owner, new_person, forum, now, write):
    emre = new_person("manager", "Emre Yıldız")
    theirs = ItemText(title="Emres Text", serves_key="z1", texts={forum.pk: "Hallo"})
    save_item(person=emre, item=None, written=theirs, now=now)
    write(title="Janas Text")
    client = client_of(owner)

    def shown(**asked):
        return {entry.title for entry in calendar(client, **asked).context["page"].undated}

    assert shown() == {"Emres Text", "Janas Text"}
    assert shown(person=str(emre.pk)) == {"Emres Text"}
    assert shown(objective="z1") == {"Emres Text"}
    assert shown(objective="none") == {"Janas Text"}
    assert shown(channel="nirgends") == set()
    assert shown(state="published") == set()
    page = calendar(client, person=str(emre.pk), view="week").content.decode()
    assert page.count(f"person={emre.pk}") >= 5
    for nonsense in ({"person": "x"}, {"state": "x"}, {"view": "x"}, {"on": "x"}, {"on": "0001-13-01"}):
        assert calendar(client, **nonsense).status_code == 200


def test_s4_24_what_was_written_at_the_network_itself_stands_there_too(client_of, owner, forum, now):
    ours = Author("us", name="Lotsenteam", is_us=True)
    theirs = Author("k", name="Karl")
    items = [
        Item(Ref("1"), "message", "posted", ours, now - timedelta(days=1), "1", title="Von Hand geschrieben", text="x"),
        Item(Ref("2"), "message", "asked", theirs, now - timedelta(days=1), "2", title="Frage", text="Wie?"),
        Item(Ref("3"), "message", "answered", ours, now - timedelta(days=1), "2", title="", text="So.", reply_to="2"),
    ]
    record_batch(channel=forum, batch=Batch(items, "1"), now=now)
    days = calendar(client_of(owner)).context["page"].days
    assert [(day.on.day, entry.title, entry.kind) for day in days for entry in day.entries] == [
        (6, "Von Hand geschrieben", "published")
    ]


def test_a_published_text_stands_on_its_day_once(client_of, owner, write, now, practice):
    variant = write()
    seen = words_hash("Checkliste", variant.text)
    publish_now(person=owner, variant=approve_variant(person=owner, variant=variant, seen_hash=seen, now=now), now=now)
    Dispatch.objects.update(state="sent", settled_at=now)
    entries = [entry for day in calendar(client_of(owner)).context["page"].days for entry in day.entries]
    assert [(entry.title, entry.kind, entry.can_move) for entry in entries] == [("Checkliste", "published", False)]


def test_s2_02_a_text_that_leaves_while_nobody_is_here_is_told(write, owner, client_of, now):
    for title, wall in (("Nachts", datetime(2026, 10, 8, 21)), ("Mittags", datetime(2026, 10, 8, 12))):
        move_variant(
            person=owner, variant=write(title=title), wall=wall, zone="Europe/Berlin", seen_revision=None, now=now
        )
    page = calendar(client_of(owner)).context["page"]
    assert [entry.title for entry in page.uncared] == ["Nachts"]


def test_texts_of_one_channel_within_the_hour_are_told(write, owner, client_of, now):
    for minute in (0, 30):
        wall = datetime(2026, 10, 8, 9, minute)
        move_variant(
            person=owner, variant=write(title=f"Um {minute}"), wall=wall, zone="Europe/Berlin", seen_revision=None,
            now=now,
        )  # fmt: skip
    (found,) = calendar(client_of(owner)).context["page"].clashes
    assert found[1].title == "Um 30"


def test_the_week_has_its_hours_and_keeps_the_night(write, owner, client_of, now):
    for title, hour in (("Früh", 5), ("Neun", 9)):
        wall = datetime(2026, 10, 8, hour, 15)
        move_variant(
            person=owner, variant=write(title=title), wall=wall, zone="Europe/Berlin", seen_revision=None, now=now
        )
    shown = calendar(client_of(owner), view="week", on="2026-10-11")
    assert "KW 41, 5.\xa0Okt. bis 11.\xa0Okt. 2026</h1>" in shown.content.decode()
    page = shown.context["page"]
    thursday = page.days[3]
    assert [len(day.cells) for day in page.days] == [18] * 7
    held = {cell.wall: [entry.title for entry in cell.entries] for cell in thursday.cells if cell.entries}
    assert held == {"00:00": ["Früh"], "09:00": ["Neun"]}
    assert [cell.wall for cell in thursday.cells if cell.is_open] == [f"{hour:02}:00" for hour in range(8, 18)]
    assert [cell.wall for cell in thursday.cells if cell.is_cared][-1] == "13:00"


def test_an_item_without_a_text_waits_among_those_without_a_date(owner, client_of, now):
    save_item(person=owner, item=None, written=ItemText(title="Nur eine Idee", no_objective_reason="Probe"), now=now)
    (idea,) = calendar(client_of(owner)).context["page"].undated
    assert (idea.title, idea.variant_id, idea.can_move) == ("Nur eine Idee", None, False)


def test_an_observer_sees_the_calendar_and_nothing_to_move(plan_texts, client_of, new_person):
    plan_texts(2)
    page = calendar(client_of(new_person("observer"))).content.decode()
    assert "Frage der Woche 1" in page
    assert "data-move=" not in page


def test_a_slot_that_passed_without_approval_is_told(write, owner, client_of, now):
    earlier = now - timedelta(days=2)
    wall = datetime(2026, 10, 6, 9)
    move_variant(person=owner, variant=write(), wall=wall, zone="Europe/Berlin", seen_revision=None, now=earlier)
    page = calendar(client_of(owner))
    (entry,) = [entry for day in page.context["page"].days for entry in day.entries]
    assert (entry.is_late, entry.look) == (True, "st-r st-h")
    assert "ohne Freigabe" in page.content.decode()


def test_filters_that_leave_everything_leave_what_stands_there_without_any(plan_texts, write, owner, forum, now):
    """The calendar without filters is asked in SQL that is written once; filtered it is written anew."""
    plan_texts(12)
    write(title="Ohne Tag")
    save_item(person=owner, item=None, written=ItemText("Ohne Kanal", no_objective_reason="Probe"), now=now)
    said = Item(Ref("1"), "message", "posted", Author("us", is_us=True), now, "1", text="Anderswo")
    record_batch(channel=forum, batch=Batch([said], "1"), now=now)
    start, end, mine = now - timedelta(days=9), now + timedelta(days=9), Filters(channel=forum.slug)
    dated = dated_entries(owner.workspace, start, end, Filters())
    assert dated == dated_entries(owner.workspace, start, end, mine) and len(dated) == 12
    assert dated_entries(owner.workspace, start, dated[3].at, Filters()) == dated[:3]
    elsewhere = written_elsewhere(owner.workspace, start, end, Filters())
    assert elsewhere == written_elsewhere(owner.workspace, start, end, mine) and elsewhere[0].title == "Anderswo"
    undated = undated_entries(owner.workspace, Filters())
    assert [entry.title for entry in undated] == ["Ohne Tag", "Ohne Kanal"]
    assert undated == undated_entries(owner.workspace, Filters(objective="none"))


def test_the_service_hours_of_the_day_the_clocks_change_are_those_on_the_wall(client_of, owner):
    default_hours(owner.workspace).spans.create(weekday=6, starts_at=time(8), ends_at=time(22))
    page = calendar(client_of(owner), view="week", on="2026-10-25").context["page"]
    assert (page.days[6].hours, page.days[6].service) == ("8:00–22:00", (("0", "100"),))


def test_one_can_filter_by_channels_that_speak_and_by_colleagues(owner, new_person, forum, now):
    emre = new_person("manager", "Emre Yıldız")
    choices = choices_of(owner.workspace)
    assert choices.channels == (Choice(forum.slug, forum.name, "sandbox"),)
    assert choices.people == (Choice(str(emre.pk), emre.name), Choice(str(owner.pk), owner.name))


def test_one_can_filter_by_a_channel_without_an_account_as_soon_as_something_is_written_for_it(
    write, client_of, owner, forum, now
):
    considered = consider_channel(
        person=owner, name="LinkedIn", slug="linkedin", kind="linkedin", mark="L", serves_keys=(), now=now
    )
    assert "linkedin" not in {one.key for one in choices_of(owner.workspace).channels}
    variant = write(title="Ein Tag")
    Variant.objects.filter(pk=variant.pk).update(channel=considered)
    assert Choice(considered.slug, "LinkedIn") in choices_of(owner.workspace).channels
    page = calendar(client_of(owner), view="list", channel=considered.slug).content.decode()
    assert "Ein Tag" in page and f'<option value="{considered.slug}" selected' in page


def test_the_list_begins_with_what_is_next_and_ends_with_what_has_no_slot(write, workspace, owner, now):
    write(title="Ohne Termin")
    slots = {"spät": datetime(2026, 10, 9, 9), "früh": datetime(2026, 10, 8, 9)}
    for title, wall in slots.items():
        move_variant(
            person=owner, variant=write(title=title), wall=wall, zone="Europe/Berlin", seen_revision=None, now=now
        )
    assert [row.item.title for row in listing(workspace).unfinished] == ["früh", "spät", "Ohne Termin"]


@pytest.mark.parametrize(
    ("name", "parts"),
    [("Reformationstag", "Reforma|tions|tag"), ("Fronleichnam", "Fron|leichnam"), ("Neujahr", "Neujahr")],
)
def test_a_holiday_breaks_where_its_word_does(name, parts):
    assert in_narrow(name).split("\N{SOFT HYPHEN}") == parts.split("|")


def test_the_list_moves_by_key_what_is_not_settled_and_nothing_for_an_observer(
    write, owner, client_of, new_person, now, practice
):
    planned, out = write("Morgen"), write("Schon da", title="Draußen")
    approve_variant(person=owner, variant=out, seen_hash=words_hash(out.item.title, out.text), now=now)
    publish_now(person=owner, variant=out, now=now)
    Dispatch.objects.update(state="sent", settled_at=now)
    page = calendar(client_of(owner), view="list").content.decode()
    assert re.findall(r'data-move="([^"]+)"', page) == [f"/w/lotsenforum/calendar/variants/{planned.pk}/move/"]
    assert "data-move=" not in calendar(client_of(new_person("observer")), view="list").content.decode()
