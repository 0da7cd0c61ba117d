"""The screens of what comes again: setting up, the list, one series, skip, move and stop with undo, the mark in the calendar."""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest

from allmende.editorial.actions import (
    SeriesWish,
    add_slot,
    approve_variant,
    archive_item,
    make_occurrences,
    make_times,
    move_occurrence,
    start_series,
    undo_move_occurrence,
)
from allmende.editorial.models import Occurrence, Series, Variant
from allmende.editorial.queries import dates_of, hash_of, series_page
from allmende.editorial.templatetags.series_words import clock_note, rhythm_words, zone_words
from allmende.team import actions as team
from allmende.team.actions import CannotUndo
from allmende.team.queries import default_hours
from tests.plan.test_taking_back import offer

pytestmark = pytest.mark.django_db
PAGE = "/w/lotsenforum/calendar/"
TYPED = {
    "step": "weekly", "every": "1", "starts_date": "2026-10-09", "starts_at": "09:00", "ends": "after", "ends_after": "4",
    "ends_date": "", "cool_down_days": "0",
}  # fmt: skip


@pytest.fixture(autouse=True)
def ahead(now, monkeypatch):
    """The screens' own clock shows the tests' now."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)


@pytest.fixture
def client(client_of, owner):
    return client_of(owner)


@pytest.fixture
def begun(owner, write, now):
    """`begun(...)`: an approved text that comes again weekly from Friday at nine."""

    def make(step="weekly", title="Freitagsfrage", text="Was hat geholfen?", **more):
        variant = write(text, title)
        approve_variant(person=owner, variant=variant, seen_hash=hash_of(title, text), now=now)
        wish = {"starts_date": date(2026, 10, 9), "starts_at": time(9) if step else None, "ends_after": 10, **more}
        series = start_series(person=owner, item=variant.item, wish=SeriesWish(step=step, **wish), now=now)
        make_occurrences(now=now)
        return series

    return make


def words(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).replace("\xa0", " ").split())


def dates(item, now, **wish):
    return dates_of(SeriesWish(**{"ends_after": 10, **wish}).of(item), now)


def test_setting_up_shows_the_dates_while_one_types_and_saves_nothing(client, write):
    address = f"{PAGE}items/{write().item_id}/series/"
    assert "Donnerstag, 8. Oktober 2026, 9:00" in words(client.get(address))
    looked = client.post(address, {**TYPED, "look": "1"}, headers={"HX-Request": "true"})
    assert "Jede Woche am Freitag, 9:00 Uhr ; 4 Mal, zuletzt am 30. Oktober 2026." in words(looked)
    assert "<html" not in looked.content.decode()
    assert not Series.objects.exists()


def test_setting_up_makes_the_first_times_at_once_and_undo_stops_it(client, write):
    item = write().item
    made = client.post(f"{PAGE}items/{item.pk}/series/", TYPED, follow=True)
    assert "Nr. 1: Checkliste" in words(made)
    assert Occurrence.objects.count() == 2
    assert "Reihe öffnen" in words(client.get(f"{PAGE}items/{item.pk}/"))
    client.post(offer(made))
    assert Series.objects.get().stopped_at is not None
    assert not Variant.objects.filter(item__occurrence__isnull=False, item__archived_at=None).exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"ends_after": ""}, "nach wie vielen Terminen"),
        ({"ends": "on", "ends_date": ""}, "an welchem Tag es endet"),
        ({"ends": "on", "ends_date": "2026-01-01"}, "Es würde enden, bevor es beginnt"),
        ({"starts_at": ""}, "um welche Uhrzeit"),
        ({"step": ""}, "wie viele Tage vergehen"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(client, write, wrong, said):
    answer = client.post(f"{PAGE}items/{write().item_id}/series/", {**TYPED, "every": "3", **wrong})
    assert (answer.status_code, 'value="3"' in answer.content.decode()) == (422, True)
    assert said in words(answer)
    assert not Series.objects.exists()


def test_the_dates_keep_their_time_when_the_clocks_change_and_say_so(write, now):
    found = dates(write().item, now, starts_date=date(2026, 10, 16), step="weekly", starts_at=time(9))
    clocks = [one.clocks[0] for one in found.coming]
    assert [f"{clock.at:%d.%m. %H:%M}" for clock in clocks[:3]] == ["16.10. 09:00", "23.10. 09:00", "30.10. 09:00"]
    assert [zone_words(clock) for clock in clocks[:3]] == ["UTC+2", "UTC+2", "UTC+1"]
    assert ["zurückgestellt" in clock_note(clock) for clock in clocks] == [False, False, True, False, False]


def test_the_first_date_of_a_series_is_never_told_as_turned_and_the_one_after_a_turn_is(write, now):
    item = write().item
    winter = dates(item, now, starts_date=date(2026, 12, 4), step="weekly", starts_at=time(9))
    assert [clock_note(one.clocks[0]) for one in winter.coming] == [""] * len(winter.coming)
    sunday = datetime(2026, 10, 25, 6, tzinfo=UTC)
    running = dates(item, sunday, starts_date=date(2026, 10, 23), step="weekly", starts_at=time(9))
    assert "zurückgestellt" in clock_note(running.coming[0].clocks[0]), "the date before it stood in summer"


def test_a_turn_is_told_where_the_clocks_show_utc_in_winter(write, now):
    item = write().item
    item.workspace.zone = "Europe/London"
    found = dates(item, now, starts_date=date(2027, 3, 19), step="weekly", starts_at=time(9))
    assert ["vorgestellt" in clock_note(one.clocks[0]) for one in found.coming[:3]] == [False, False, True]


def test_a_daily_series_shows_its_next_dates_after_more_than_a_year_too(write, now):
    found = dates(write().item, now, starts_date=date(2025, 8, 1), step="daily", starts_at=time(9), ends_after=500)
    assert [f"{one.clocks[0].at:%d.%m.%Y}" for one in found.coming[:2]] == ["08.10.2026", "09.10.2026"]
    assert found.has_more


def test_a_time_the_clocks_skip_or_show_twice_is_told(write, now):
    item = write().item
    spring = dates(item, now, starts_date=date(2027, 3, 28), step="yearly", starts_at=time(2, 30)).coming[0].clocks[0]
    assert (f"{spring.at:%H:%M}", "überspringen" in clock_note(spring)) == ("03:30", True)
    autumn = dates(item, now, starts_date=date(2026, 10, 25), step="yearly", starts_at=time(2, 30)).coming[0].clocks[0]
    assert (zone_words(autumn), "zweimal" in clock_note(autumn)) == ("UTC+2", True)


def test_dates_pass_over_what_the_cool_down_forbids(write, now):
    found = dates(write().item, now, starts_date=date(2026, 10, 9), step="daily", starts_at=time(9), cool_down_days=3)
    assert [one.clocks[0].at.day for one in found.coming] == [9, 12, 15, 18]
    assert [one.left_out for one in found.coming] == [0, 2, 2, 2]
    assert (found.times, found.last) == (10, datetime(2026, 10, 18, 9))


def test_the_pool_shows_free_weekly_slots_or_says_that_there_are_none(write, owner, forum, now):
    item = write().item
    none = dates(item, now, starts_date=now.date(), cool_down_days=5)
    assert (none.coming, none.without) == ([], (forum.name,))
    for weekday in (3, 4, 5):
        add_slot(person=owner, channel=forum, weekday=weekday, starts_at=time(12), now=now)
    found = dates(item, now, starts_date=now.date(), cool_down_days=5)
    assert [one.clocks[0].at.day for one in found.coming[:3]] == [8, 15, 22]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"step": "daily"}, "täglich, 9:00 Uhr"),
        ({"step": "weekly", "every": 2}, "alle 2 Wochen am Freitag, 9:00 Uhr"),
        ({"step": "monthly"}, "jeden Monat am 9., 9:00 Uhr"),
        (
            {"step": "monthly", "starts_date": date(2026, 10, 31)},
            "jeden Monat am 31. oder am Letzten des Monats, 9:00 Uhr",
        ),
        ({"step": "yearly"}, "jedes Jahr am 9. Oktober, 9:00 Uhr"),
        (
            {"step": "yearly", "starts_date": date(2028, 2, 29)},
            "jedes Jahr am 29. Februar oder am Letzten des Monats, 9:00 Uhr",
        ),
        ({"step": ""}, "zeitlos, in freie feste Zeiten"),
    ],
)
def test_a_rhythm_is_told_in_words(write, more, said):
    wish = SeriesWish(**{"starts_date": date(2026, 10, 9), "starts_at": time(9), "ends_after": 2, **more})
    assert rhythm_words(wish.of(write().item)).replace("\xa0", " ") == said


def test_the_list_begins_empty_and_finds_by_words(client, begun):
    assert "Noch kehrt nichts wieder" in words(client.get(f"{PAGE}series/"))
    begun()
    begun(title="Montagstipp", text="Heute ein Tipp")
    assert "Freitagsfrage" in words(client.get(f"{PAGE}series/"))
    found = words(client.get(f"{PAGE}series/", {"q": "tipp heute"}))
    assert ("Montagstipp" in found, "Freitagsfrage" in found) == (True, False)
    assert "Keine Reihe enthält diese Worte" in words(client.get(f"{PAGE}series/", {"q": "Ente"}))


def test_the_page_says_what_is_ahead_what_follows_and_what_is_past(client, begun, now, monkeypatch):
    series = begun(ends_after=6)
    seen = words(client.get(f"{PAGE}series/{series.pk}/"))
    assert "Läuft jede Woche am Freitag, 9:00 Uhr 6 Mal, zuletzt am 13. November 2026" in seen
    assert "Nr. 2: Freitagsfrage" in seen
    assert "Freitag, 30. Oktober 2026, 9:00 UTC+1" in seen
    assert "Noch ist kein Termin vorbei" in seen
    monkeypatch.setattr("django.utils.timezone.now", lambda: now + timedelta(days=7))
    later = client.get(f"{PAGE}series/{series.pk}/")
    first = Occurrence.objects.get(number=1)
    assert f"content/?item={first.item_id}" in later.content.decode()


def test_a_page_of_past_times_leads_to_older_ones(begun, now):
    series = begun("daily", ends_after=40)
    make_times(series=series, now=now + timedelta(days=14))
    page = series_page(series, now + timedelta(days=30))
    assert (len(page.past), page.past[0].occurrence.number) == (20, 26)
    older = series_page(series, now + timedelta(days=30), before=page.older)
    assert [one.occurrence.number for one in older.past] == list(range(6, 0, -1))


def test_one_time_is_skipped_by_its_button_and_comes_back_with_undo(client, begun):
    series = begun()
    first = Occurrence.objects.get(number=1)
    skipped = client.post(f"{PAGE}times/{first.pk}/skip/", follow=True)
    assert "ausgelassen von" in words(skipped)
    client.post(offer(skipped))
    assert Occurrence.objects.get(number=1).skipped_at is None
    assert f"/series/{series.pk}/" in skipped.redirect_chain[-1][0]


def test_one_time_is_moved_alone_and_back(client, begun):
    begun()
    first = Occurrence.objects.get(number=1)
    address, typed = f"{PAGE}times/{first.pk}/move/", {"on_date": "2026-10-10", "at_time": "11:00", "scope": "this"}
    assert 'value="2026-10-09"' in client.get(address).content.decode()
    moved = client.post(address, typed, follow=True)
    assert "von Hand verschoben" in words(moved)
    assert sorted(Variant.objects.exclude(slot_wall="").values_list("slot_wall", flat=True)) == [
        "2026-10-10T11:00", "2026-10-16T09:00",
    ]  # fmt: skip
    client.post(offer(moved))
    assert Variant.objects.get(item=first.item_id).slot_wall == "2026-10-09T09:00"


def test_one_time_and_all_following_are_moved_and_back(client, begun):
    begun()
    first = Occurrence.objects.get(number=1)
    typed = {"on_date": "2026-10-10", "at_time": "11:00", "scope": "following"}
    moved = client.post(f"{PAGE}times/{first.pk}/move/", typed, follow=True)
    walls = (
        Variant.objects.filter(item__occurrence__isnull=False).order_by("slot_at").values_list("slot_wall", flat=True)
    )
    assert list(walls) == ["2026-10-10T11:00", "2026-10-17T11:00"]
    client.post(offer(moved))
    assert list(walls.all()) == ["2026-10-09T09:00", "2026-10-16T09:00"]


def test_a_move_that_cannot_be_says_why_and_keeps_what_was_typed(client, begun):
    begun()
    first = Occurrence.objects.get(number=1)
    typed = {"on_date": "2026-10-01", "at_time": "11:00", "scope": "this"}
    answer = client.post(f"{PAGE}times/{first.pk}/move/", typed)
    assert (answer.status_code, 'value="2026-10-01"' in answer.content.decode()) == (422, True)


def test_a_moved_time_does_not_go_back_over_somebody_elses_change(begun, owner, now):
    begun()
    first = Occurrence.objects.select_related("series__workspace").get(number=1)
    told = {"person": owner, "occurrence": first, "now": now}
    stood = move_occurrence(wall=datetime(2026, 10, 10, 11), **told)
    move_occurrence(wall=datetime(2026, 10, 11, 11), **told)
    with pytest.raises(CannotUndo):
        undo_move_occurrence(person=owner, stood=stood, now=now)


def test_a_series_is_stopped_with_what_is_made_and_goes_on_with_undo(client, begun):
    series = begun()
    stopped = client.post(f"{PAGE}series/{series.pk}/stop/", {"also": "1"}, follow=True)
    assert "Beendet" in words(stopped)
    assert not Variant.objects.filter(item__occurrence__isnull=False, item__archived_at=None).exists()
    client.post(offer(stopped))
    assert Variant.objects.filter(item__occurrence__isnull=False, item__archived_at=None).count() == 2
    client.post(f"{PAGE}series/{series.pk}/stop/")
    assert Variant.objects.filter(item__occurrence__isnull=False, item__archived_at=None).count() == 2
    assert "schon beendet" in words(client.post(f"{PAGE}series/{series.pk}/stop/", follow=True))


def test_a_series_whose_item_is_put_away_rests(client, begun, owner, now):
    series = begun()
    archive_item(person=owner, item=series.item, now=now)
    assert "Der Beitrag ist weggelegt" in words(client.get(f"{PAGE}series/{series.pk}/"))
    assert "ruht" in words(client.get(f"{PAGE}series/"))


@pytest.mark.parametrize("view", ["month", "week", "day", "channels", "list"])
def test_s4_24_the_calendar_marks_what_comes_again_and_filters_by_it(client, begun, write, owner, now, view):
    begun()
    other = begun(title="Anderes", text="Etwas anderes", starts_at=time(11))
    write(title="Einmaliges")
    asked = {"view": view, "on": "2026-10-09"}
    seen = client.get(PAGE, asked)
    assert "#repeat-2" in seen.content.decode().partition('id="calendar"')[2].replace("icons.svg", "")
    both = words(client.get(PAGE, {**asked, "series": "any"}))
    assert ("Freitagsfrage" in both, "Anderes" in both, "Einmaliges" in both) == (True, True, False)
    one = client.get(PAGE, {**asked, "series": str(other.pk)})
    assert ("Freitagsfrage" in words(one), "Anderes" in words(one)) == (False, True)
    assert f"series={other.pk}" in one.content.decode()


def test_a_filter_that_makes_no_sense_shows_everything(client, begun):
    begun()
    assert "Freitagsfrage" in words(client.get(PAGE, {"on": "2026-10-09", "series": "x' OR 1"}))


def test_the_item_says_which_time_of_which_series_it_is(client, begun, client_of, new_person):
    begun()
    item = Occurrence.objects.get(number=2).item_id
    assert "Nr. 2 der Reihe „Freitagsfrage“" in words(client.get(f"{PAGE}items/{item}/"))
    reader = client_of(new_person("observer"))
    assert "Auslassen" not in words(reader.get(f"{PAGE}series/{Series.objects.get().pk}/"))
    assert reader.post(f"{PAGE}series/{Series.objects.get().pk}/stop/").status_code == 403


def test_the_list_takes_the_same_few_queries_for_two_and_six(client, begun, django_assert_max_num_queries):
    begun()
    begun(title="Zweite", text="Zwei")
    with django_assert_max_num_queries(14) as few:
        client.get(f"{PAGE}series/")
    for n in range(4):
        begun(title=f"Weitere {n}", text=f"Noch eine {n}")
    with django_assert_max_num_queries(14) as many:
        client.get(f"{PAGE}series/")
    assert len(many) <= len(few)


def test_dates_months_ahead_are_seen_moved_and_skipped(client, begun):
    series = begun(ends_after=30)
    page = client.get(f"{PAGE}series/{series.pk}/")
    assert "Spätere zeigen" in words(page) and "21. November" not in words(page)
    later = client.get(f"{PAGE}series/{series.pk}/?dates=20")
    assert "11. Dezember" in words(later) and f"series/{series.pk}/times/10/" in later.content.decode()
    moved = client.post(f"{PAGE}series/{series.pk}/times/10/")
    assert moved["Location"].endswith(f"times/{Occurrence.objects.get(number=10).pk}/move/")
    skipped = client.post(f"{PAGE}series/{series.pk}/times/11/", {"skip": "1"}, follow=True)
    assert Occurrence.objects.get(number=11).skipped_at is not None
    client.post(offer(skipped))
    assert Occurrence.objects.get(number=11).skipped_at is None
    assert "Nichts geändert" in words(client.post(f"{PAGE}series/{series.pk}/times/99/", {"skip": "1"}, follow=True))


def test_setting_up_asks_why_where_nobody_is_on_duty(client, write, owner, now):
    team.require_cover(
        person=owner, hours=default_hours(owner.workspace), seats=1, starts_date=date(2026, 10, 8), now=now
    )
    item = write().item
    address = f"{PAGE}items/{item.pk}/series/"
    assert 'name="knowingly"' not in client.get(address).content.decode()
    refused = client.post(address, TYPED)
    assert refused.status_code == 422 and 'name="knowingly"' in refused.content.decode()
    done = client.post(address, TYPED | {"knowingly": "Die Presse liest mit."}, follow=True)
    assert "wissentlich ohne Dienst" in words(done) and "Die Presse liest mit." in words(done)
