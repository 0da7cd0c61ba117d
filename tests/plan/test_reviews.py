"""Reviews with promises made beforehand, and controls with their results."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from allmende.guidelines.actions import save_brand
from allmende.plan import actions, queries, states
from allmende.plan.models import Control, ControlResult, Finding, PlanVersion, Resolution, Review, Step, Tactic
from allmende.team.models import Notice
from tests.plan.test_taking_back import offer

PLAN = "/w/lotsenforum/plan/"
PERIOD = {"planned_date": "2026-12-01", "period_start_date": "2026-11-02", "period_end_date": "2026-11-29"}


@pytest.fixture
def in_force(write_plan):
    return write_plan(publish=True)


@pytest.fixture
def planned(in_force, owner, now):
    """A review with one promise, written before its period, which has begun."""
    return actions.plan_review(
        person=owner,
        plan=in_force.plan,
        review=None,
        kind="after_launch",
        planned_date=now.date() + timedelta(days=106),
        period_start_date=now.date() - timedelta(days=7),
        period_end_date=now.date() + timedelta(days=84),
        commitments={in_force.objective.key: {"moving": "die Lotsen verdoppeln", "not_moving": "den Hebel wechseln"}},
        now=now - timedelta(days=14),
    )


@pytest.fixture
def held(planned, owner, now):
    actions.prepare_review(person=owner, review=planned, now=now)
    answers = {"as_imagined": "Mehr Antworten, aber am Abend.", "fits_us": "Ja, ruhig und fachlich."}
    return actions.hold_review(person=owner, review=planned, present="Jana, Emre", answers=answers, now=now)


def page(client, review):
    return client.get(f"{PLAN}reviews/{review.pk}/").content.decode()


def page_on(client, review, day):
    with time_machine.travel(datetime(day.year, day.month, day.day, 12, tzinfo=UTC), tick=False):
        return page(client, review)


def test_s4_30_a_review_compares_the_outcome_with_the_earlier_idea_and_the_organisation(held, owner, client_of):
    shown = page(client_of(owner), held)
    assert "Ist es geworden, was wir uns vorgestellt hatten?" in shown
    assert "Mehr Antworten, aber am Abend." in shown and "Ja, ruhig und fachlich." in shown
    assert "den Hebel wechseln" in shown
    assert "Vorgestellt in Version 1" in shown and "Zielwert: 47\u00a0%" in shown and "Was daraus wurde" in shown


def test_s4_30_what_makes_us_unmistakable_stands_beside_the_answer_and_is_frozen_with_the_figures(
    planned, owner, now, client_of
):
    client = client_of(owner)
    assert "/core-messages/brand/" in page(client, planned), "who has none is led there"
    told = {
        "promise": "Fachleute fragen Fachleute",
        "difference": "",
        "voice": "Ruhig und fachlich",
        "never": "Zack, zack",
    }
    save_brand(person=owner, now=now, **told)
    assert all(word in page(client, planned) for word in told.values())
    actions.prepare_review(person=owner, review=planned, now=now)
    save_brand(person=owner, now=now, **{**told, "voice": "Laut und lustig"})
    shown = page(client, planned)
    assert "Ruhig und fachlich" in shown and "Laut und lustig" not in shown
    assert shown.index("Passt es zu") < shown.index("Ruhig und fachlich")


def test_s3_18_execution_and_resonance_are_reported_back_to_the_strategy(in_force, held):
    lever = next(one for one in held.frozen["levers"] if one["key"] == in_force.strategy.key)
    assert {"due", "on_time", "half_done", "figures"} <= lever.keys()
    (objective,) = held.frozen["objectives"]
    assert objective["key"] == in_force.objective.key
    assert {row["key"] for row in held.frozen["tactics"]} == {row.key for row in in_force.tactics}


def test_what_is_frozen_and_promised_stays_by_any_path(held):
    for change in ({"frozen": {}}, {"commitments": {}}, {"period_end_date": date(2027, 1, 1)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Review.objects.filter(pk=held.pk).update(**change)


def test_a_promise_made_after_the_period_began_says_so(in_force, owner, client_of, now):
    client = client_of(owner)
    typed = {"kind": "regular", **PERIOD, "promise_0_moving": "weitermachen"}
    typed |= {"period_start_date": "2020-01-01", "period_end_date": "2020-03-01"}
    assert client.post(f"{PLAN}reviews/new/", typed).status_code == 303
    assert "als der Zeitraum schon begonnen hatte" in page(client, Review.objects.get())


def test_figures_are_offered_for_freezing_once_the_period_has_begun(planned, now):
    begins = planned.period_start_date
    assert [queries.review_page(planned, begins + timedelta(days=days)).is_ahead for days in (-1, 0)] == [True, False]


def test_figures_are_not_frozen_before_the_period_begins(planned, owner, now):
    with pytest.raises(actions.CannotHoldReview):
        actions.prepare_review(person=owner, review=planned, now=now - timedelta(days=8))
    planned.refresh_from_db()
    assert planned.state == states.REVIEW_PLANNED and not planned.frozen
    assert actions.prepare_review(person=owner, review=planned, now=now - timedelta(days=7)).frozen


def test_before_its_period_the_page_of_a_review_says_when_figures_can_be_frozen(planned, owner, client_of):
    client = client_of(owner)
    assert ">Zahlen einfrieren<" in page_on(client, planned, planned.period_start_date)
    early = page_on(client, planned, planned.period_start_date - timedelta(days=1))
    assert ">Zahlen einfrieren<" not in early and "das lässt sich nicht zurücknehmen" in early


def test_promises_can_be_changed_until_the_figures_are_frozen(in_force, planned, owner, client_of, now):
    client = client_of(owner)
    typed = {"kind": "regular", **PERIOD, "promise_0_moving": "weitermachen", "seen_revision": planned.revision}
    said = client.post(f"{PLAN}reviews/{planned.pk}/edit/", typed, follow=True)
    planned.refresh_from_db()
    assert planned.commitments == {in_force.objective.key: {"moving": "weitermachen"}}
    client.post(offer(said))
    planned.refresh_from_db()
    assert planned.commitments[in_force.objective.key]["not_moving"] == "den Hebel wechseln"
    actions.prepare_review(person=owner, review=planned, now=now)
    with pytest.raises(actions.CannotHoldReview):
        actions.plan_review(
            person=owner, plan=in_force.plan, review=planned, kind="regular", planned_date=now.date(),
            period_start_date=now.date(), period_end_date=now.date(), commitments={}, now=now,
        )  # fmt: skip


def test_the_way_of_a_review_to_its_end_in_the_browser(in_force, planned, owner, client_of, now):
    client, url = client_of(owner), f"{PLAN}reviews/{planned.pk}/"
    assert client.post(f"{url}move/", {"state": "prepared"}).status_code == 303
    assert client.post(f"{url}hold/", {"present": "Jana"}).status_code == 422
    said = client.post(f"{url}hold/", {"present": "Jana", "moved": "Ja."}, follow=True)
    client.post(offer(said))
    assert Review.objects.get().state == states.PREPARED
    client.post(f"{url}hold/", {"present": "Jana", "moved": "Ja."})
    assert client.post(f"{url}resolve/", {"kind": "stop_tactic", "what": "Sprechstunde endet"}).status_code == 422
    stopped = in_force.tactics[4].key
    typed = {"kind": "stop_tactic", "what": "Sprechstunde endet", "tactic_key": stopped}
    assert client.post(f"{url}resolve/", typed).status_code == 303
    assert Tactic.objects.get(version__state=states.DRAFT, key=stopped).state == states.STOPPED
    client.post(f"{url}move/", {"state": "decided"})
    client.post(f"{url}move/", {"state": "plan_updated"})
    assert Review.objects.get().state == states.REVIEW_DECIDED
    draft = PlanVersion.objects.get(state=states.DRAFT)
    actions.publish_version(person=owner, version=draft, reason="Überprüfung", without_agreement="klein", now=now)
    client.post(f"{url}move/", {"state": "plan_updated"})
    assert client.post(f"{url}close/", {"told": ""}).status_code == 422
    assert client.post(f"{url}close/", {"told": "Frau Brandt"}).status_code == 303
    review = Review.objects.get()
    assert review.state == states.REVIEW_CLOSED
    review.plan.refresh_from_db()
    assert review.plan.confirmed_at is not None


@pytest.mark.parametrize("kind", ["keep", "change", "step", "finding", "stop_tactic"])
def test_a_decision_of_a_review_can_be_taken_back(in_force, held, owner, client_of, kind):
    client = client_of(owner)
    typed = {"kind": kind, "what": "Wochenende besetzen", "tactic_key": in_force.tactics[0].key, "level": "2"}
    typed |= {"owner": owner.pk, "due_date": (owner.workspace.day_at(timezone.now()) + timedelta(days=9)).isoformat()}
    said = client.post(f"{PLAN}reviews/{held.pk}/resolve/", typed, follow=True)
    assert Resolution.objects.get().kind == kind
    assert all(one.noticed_date <= owner.workspace.day_at(timezone.now()) for one in Finding.objects.all())
    client.post(offer(said))
    assert not Resolution.objects.filter(archived_at__isnull=True).exists()
    assert not Step.objects.filter(version__state=states.DRAFT, what="Wochenende besetzen").exists()
    assert not Finding.objects.filter(archived_at__isnull=True).exists()
    assert not Tactic.objects.filter(version__state=states.DRAFT, state=states.STOPPED).exists()


def test_s4_30_what_a_review_decided_to_change_stands_above_the_draft(held, owner, now, client_of):
    actions.resolve(person=owner, review=held, kind="change", what="Den Kreis erweitern", level=2, now=now)
    draft = client_of(owner).get(f"{PLAN}draft/").content.decode()
    assert f"reviews/{held.pk}/" in draft and "Den Kreis erweitern" in draft


def test_an_observer_reads_a_review_and_moves_nothing(held, new_person, client_of):
    client = client_of(new_person("observer"))
    assert 'action="/w/lotsenforum/plan/reviews/' not in page(client, held)
    assert client.post(f"{PLAN}reviews/{held.pk}/move/", {"state": "decided"}).status_code == 403


@pytest.fixture
def control(in_force, owner, now):
    return actions.save_control(
        person=owner,
        control=None,
        what="Zehn Antworten nach Zufall lesen",
        key=in_force.tactics[0].key,
        interval_days=28,
        controller=owner,
        next_date=now.date(),
        now=now,
    )


def test_s4_35_a_control_is_scheduled_and_its_result_kept(in_force, owner, client_of):
    client, today = client_of(owner), owner.workspace.day_at(timezone.now())
    typed = {"what": "Links prüfen", "interval_days": "14", "controller": owner.pk, "next_date": today.isoformat()}
    assert client.post(f"{PLAN}controls/new/", typed).status_code == 303
    made = Control.objects.get()
    url = f"{PLAN}controls/{made.pk}/"
    assert "Links prüfen" in client.get(f"{PLAN}reviews/").content.decode()
    assert client.post(url, {"is_fine": "0", "result": "Zwei Links tot"}).status_code == 422
    bad = {"is_fine": "0", "result": "Zwei Links tot", "finding": "Niemand pflegt die Linkliste"}
    said = client.post(url, bad, follow=True)
    made.refresh_from_db()
    assert made.next_date == today + timedelta(days=14)
    assert Finding.objects.get().observation == "Niemand pflegt die Linkliste"
    assert "Zwei Links tot" in client.get(f"{PLAN}reviews/").content.decode()
    assert client.post(url, bad).status_code == 422  # not due again yet
    client.post(offer(said))
    made.refresh_from_db()
    assert made.next_date == today and not ControlResult.objects.exists()
    assert not Finding.objects.filter(archived_at__isnull=True).exists()


def test_the_controller_is_told_once_when_the_day_is_here(control, owner, now):
    before = Notice.objects.filter(kind="plan.control_due").count()
    assert actions.remind_of_controls(now=now) == before + 1
    assert actions.remind_of_controls(now=now) == 0


def test_a_control_is_put_away_and_brought_back(control, owner, client_of):
    client = client_of(owner)
    said = client.post(f"{PLAN}controls/{control.pk}/archive/", follow=True)
    assert control.what not in client.get(f"{PLAN}reviews/").content.decode()
    client.post(offer(said))
    assert control.what in client.get(f"{PLAN}reviews/").content.decode()


def test_reviews_cost_the_same_queries_however_many(
    in_force, planned, control, owner, client_of, now, django_assert_max_num_queries
):
    client = client_of(owner)
    client.get(f"{PLAN}reviews/")
    for days in range(1, 6):
        actions.save_control(
            person=owner, control=None, what=f"Kontrolle {days}", key="", interval_days=7, controller=owner,
            next_date=now.date() + timedelta(days=days), now=now,
        )  # fmt: skip
    with django_assert_max_num_queries(19):
        client.get(f"{PLAN}reviews/")
    with django_assert_max_num_queries(29):
        client.get(f"{PLAN}reviews/{planned.pk}/")
    assert queries.reviews_page(owner.workspace, in_force.plan, now.date()).has_plan
