"""Hours and money: noted in one line, held against what was planned."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from allmende.plan import actions, queries
from allmende.plan.models import MoneyEntry, Tactic, TimeEntry
from tests.plan.test_taking_back import offer

PLAN = "/w/lotsenforum/plan/"
RESOURCES = f"{PLAN}resources/"
TODAY = date(2026, 11, 4)


@pytest.fixture
def in_force(write_plan):
    """In force since 7 October 2026: four weeks and a day before `TODAY`."""
    return write_plan(publish=True)


@pytest.fixture
def note(in_force, owner, now):
    def write(hours, tactic=None, day=TODAY, person=owner):
        key = in_force.tactics[tactic].key if tactic is not None else ""
        return actions.note_time(
            person=person,
            plan=in_force.plan,
            hours=Decimal(str(hours)),
            tactic_key=key,
            on_date=day,
            today=TODAY,
            now=now,
        )

    return write


def test_s0_32_the_strategic_share_of_the_time_stands_beside_its_target(in_force, note, owner, client_of, now):
    note(6, tactic=0)
    note(1.5, tactic=1, day=TODAY - timedelta(days=3))
    note(2.5)
    page = queries.resources_page(owner, TODAY)
    assert (page.strategic, page.used, page.share) == (Decimal("7.5"), 10, 0.75)
    assert (page.target, page.planned_share) == (0.6, 0.4)
    actions.save_plan(person=owner, plan=in_force.plan, strategic_share_target=80, now=now)
    assert queries.resources_page(owner, TODAY).target == 0.8


def test_s0_32_the_target_is_a_setting_of_the_plan(in_force, owner, client_of):
    client = client_of(owner)
    form = client.get(f"{PLAN}settings/").context["form"]
    typed = {bound.html_name: "" if bound.value() is None else bound.value() for bound in form}
    assert typed["strategic_share_target"] == 60
    assert client.post(f"{PLAN}settings/", {**typed, "strategic_share_target": "70"}).status_code == 303
    assert "70" in client.get(RESOURCES).content.decode()


def test_s0_33_hours_and_money_are_planned_per_tactic_and_compared_with_use(write_plan, owner, now):
    written = write_plan()
    by = {"person": owner, "now": now}
    actions.save_tactic(version=written.version, key=written.tactics[0].key, budget=Decimal(400), **by)
    actions.publish_version(version=written.version, reason="los", without_agreement="folgt", **by)
    told = {"plan": written.plan, "today": TODAY, "tactic_key": written.tactics[0].key, **by}
    for days in (1, 2):
        actions.note_time(hours=Decimal(14), on_date=TODAY - timedelta(days=days), **told)
    actions.note_money(amount=Decimal("412.50"), on_date=TODAY, **told)
    first, second, *_ = queries.resources_page(owner, TODAY).tactics
    assert (first.planned, first.used, first.over) == (Decimal("24.0"), 28, 4)  # 6 hours a week, 4 weeks
    assert (first.budget, first.spent, first.overspent) == (400, Decimal("412.50"), Decimal("12.50"))
    assert (second.used, second.spent) == (0, 0)


def test_nothing_is_compared_with_the_time_before_the_plan(in_force, note, owner):
    note(3, tactic=0, day=date(2026, 10, 6))
    page = queries.resources_page(owner, TODAY, weeks=52)
    assert page.since == date(2026, 10, 7)
    assert not page.is_noted
    assert page.tactics[0].planned == Decimal("24.9")  # 29 days


def test_a_tactic_the_plan_dropped_keeps_its_hours(in_force, note, owner, now):
    note(3, tactic=4)
    draft = actions.open_draft(person=owner, plan=in_force.plan, now=now)
    actions.remove_element(person=owner, version=draft, layer="tactic", key=in_force.tactics[4].key, now=now)
    actions.publish_version(person=owner, version=draft, reason="weg", without_agreement="eilig", now=now)
    last = queries.resources_page(owner, TODAY).tactics[-1]
    assert (last.name, last.used, last.planned, last.runs) == ("T5 Abschluss-Sprechstunde", 3, 0, False)


@pytest.mark.parametrize(
    ("hours", "day", "field"), [(0, TODAY, "hours"), (25, TODAY, "hours"), (1, TODAY + timedelta(days=1), "on_date")]
)
def test_hours_no_day_has_are_refused(in_force, note, hours, day, field):
    with pytest.raises(actions.CannotNoteUse) as refused:
        note(hours, day=day)
    assert refused.value.field == field
    assert not TimeEntry.objects.exists()


def test_a_day_has_24_hours_for_each(in_force, note, new_person):
    note(20)
    with pytest.raises(actions.CannotNoteUse):
        note(5)
    note(5, person=new_person("author"))


def test_a_few_hours_are_too_few_to_judge_by(in_force, note, owner):
    note(24, tactic=0)
    assert queries.resources_page(owner, TODAY).is_thin  # 24 of about 150
    for days in (1, 2, 3):
        note(24, day=TODAY - timedelta(days=days))
    assert not queries.resources_page(owner, TODAY).is_thin


class TestScreen:
    def test_an_empty_one_claims_nothing(self, in_force, owner, client_of):
        page = client_of(owner).get(RESOURCES).content.decode()
        assert "hat niemand Stunden eingetragen" in page
        assert "Das Ziel ist 60" in page

    def test_before_a_plan_is_in_force_it_says_what_belongs_here(self, write_plan, owner, client_of):
        write_plan()
        assert "Noch ist kein Plan in Kraft." in client_of(owner).get(RESOURCES).content.decode()

    @pytest.mark.parametrize(("typed", "kept"), [("1,5", "1.50"), ("1.5", "1.50"), ("1:20", "1.33"), ("2", "2")])
    def test_hours_are_written_as_people_write_them(self, in_force, owner, client_of, typed, kept):
        today = timezone.localdate().isoformat()
        said = client_of(owner).post(f"{RESOURCES}time/", {"t-hours": typed, "t-on_date": today}, follow=True)
        assert said.status_code == 200
        assert TimeEntry.objects.get().hours == Decimal(kept)

    def test_a_note_is_made_removed_and_both_are_taken_back(self, in_force, owner, client_of):
        client = client_of(owner)
        typed = {"t-hours": "2", "t-on_date": timezone.localdate().isoformat(), "t-note": "Lotsenkreis vorbereitet"}
        said = client.post(f"{RESOURCES}time/", {**typed, "t-tactic_key": in_force.tactics[0].key}, follow=True)
        assert "Lotsenkreis vorbereitet" in said.content.decode()
        client.post(offer(said))
        assert TimeEntry.objects.get().archived_at
        client.post(f"{RESOURCES}time/", typed, follow=True)
        entry = TimeEntry.objects.get(archived_at=None)
        gone = client.post(f"{RESOURCES}time/{entry.pk}/remove/", follow=True)
        assert "Lotsenkreis vorbereitet" not in gone.content.decode()
        client.post(offer(gone))
        entry.refresh_from_db()
        assert entry.archived_at is None

    def test_what_is_wrong_stays_typed(self, in_force, owner, client_of):
        answer = client_of(owner).post(f"{RESOURCES}time/", {"t-hours": "viel", "t-note": "Bleibt stehen"})
        assert answer.status_code == 422
        assert "Bleibt stehen" in answer.content.decode()

    def test_money_needs_its_tactic(self, in_force, owner, client_of):
        client, today = client_of(owner), timezone.localdate().isoformat()
        typed = {"m-amount": "1.250,50", "m-on_date": today}
        assert client.post(f"{RESOURCES}money/", typed).status_code == 422
        said = client.post(f"{RESOURCES}money/", {**typed, "m-tactic_key": in_force.tactics[0].key}, follow=True)
        assert MoneyEntry.objects.get().amount == Decimal("1250.50")
        client.post(offer(said))
        assert MoneyEntry.objects.get().archived_at

    def test_single_notes_are_seen_by_whoever_made_them_alone(self, in_force, owner, new_person, client_of, now):
        mia = new_person("author", "Mia")
        today = timezone.localdate()
        entry = actions.note_time(
            person=mia, plan=in_force.plan, hours=Decimal(3), on_date=today, today=today, note="Privat", now=now
        )
        client = client_of(owner)
        assert "Privat" not in client.get(RESOURCES).content.decode()
        assert client.post(f"{RESOURCES}time/{entry.pk}/remove/").status_code == 404
        assert "Privat" in client_of(mia).get(RESOURCES).content.decode()

    def test_a_stranger_takes_nothing_out(self, in_force, owner, new_person, client_of, now):
        stranger = new_person("owner", slug="elsewhere")
        told = {"person": owner, "plan": in_force.plan, "on_date": TODAY, "today": TODAY, "now": now}
        spent = actions.note_money(amount=Decimal(9), tactic_key=in_force.tactics[0].key, **told)
        worked = actions.note_time(hours=Decimal(1), **told)
        for place in (f"money/{spent.pk}", f"time/{worked.pk}"):
            for slug in ("elsewhere", "lotsenforum"):
                address = f"/w/{slug}/plan/resources/{place}/remove/"
                assert client_of(stranger).post(address).status_code == 404
        observer = client_of(new_person("observer"))
        assert observer.post(f"{RESOURCES}money/{spent.pk}/remove/").status_code == 403
        assert 'id="note"' not in observer.get(RESOURCES).content.decode()

    def test_it_takes_the_same_number_of_queries_however_much_was_noted(
        self, in_force, owner, client_of, now, django_assert_max_num_queries
    ):
        today = timezone.localdate()
        told = {"person": owner, "plan": in_force.plan, "today": today, "now": now}
        for tactic in Tactic.objects.all():
            actions.note_time(hours=Decimal(1), tactic_key=tactic.key, on_date=today, **told)
            actions.note_money(amount=Decimal(9), tactic_key=tactic.key, on_date=today, **told)
        client = client_of(owner)
        client.get(RESOURCES)
        with django_assert_max_num_queries(18):
            client.get(RESOURCES)
