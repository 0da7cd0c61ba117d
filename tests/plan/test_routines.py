"""Recurrent work and what changes at the networks: S4-05, S4-18, S4-31, S4-32, S4-33."""

import re
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from allmende.domain.formats import FORMATS
from allmende.domain.routine import Run, is_due, slowest, stages
from allmende.plan import actions, queries, states
from allmende.plan.jobs import mark_touched
from allmende.plan.models import ChangeEffect, PlatformChange, Round, Routine
from allmende.team.actions import StaleRevision

pytestmark = pytest.mark.django_db
STEPS = ("Lesen, was kam", "Zusagen prüfen", "Ton beachten")


@pytest.fixture
def write_routine(owner, forum, now):  # type: ignore[no-untyped-def]
    """`write_routine(rhythm="weekly", weekday=0)`: a routine on the forum, its fields as given."""

    def write(**given):  # type: ignore[no-untyped-def]
        fields = {
            "name": "Morgenrunde", "purpose": "", "rhythm": "daily", "weekday": None, "channel": forum,
            "owner": owner, "planned_minutes": 15, "review_interval_days": 91,
        }  # fmt: skip
        steps = given.pop("steps", STEPS)
        known = {"person": owner, "routine": None, "revision": None, "now": now} | fields | given
        return actions.save_routine(steps=steps, **known)

    return write


def go_round(routine, person, begun_at, minutes, on=None):  # type: ignore[no-untyped-def]
    """A round in which each step was ticked after so many minutes."""
    on = on or begun_at.date()
    actions.begin_round(person=person, routine=routine, on=on, now=begun_at)
    at = begun_at
    for step, spent in zip(routine.steps.filter(dropped_at=None), minutes, strict=True):
        at += timedelta(minutes=spent)
        actions.tick_step(person=person, step=step, on=on, is_done=True, note="", now=at)


def test_s4_05_recurrent_work_is_defined_as_ordered_work_steps(write_routine, owner, now, client_of):
    routine = write_routine()
    assert [step.what for step in queries.routine_page(routine, now.date()).steps] == list(STEPS)
    turned = (STEPS[2], "Neues Thema notieren", STEPS[0])
    kept = {step.what: step.pk for step in routine.steps.all()}
    write_routine(routine=routine, revision=1, steps=turned)
    after = queries.routine_page(routine, now.date()).steps
    assert [step.what for step in after] == list(turned)
    assert after[0].pk == kept[STEPS[2]], "a step that stays keeps its ticks"
    page = client_of(owner).get(f"/w/lotsenforum/plan/routines/{routine.pk}/").content.decode()
    assert page.index(turned[0]) < page.index(turned[1]) < page.index(turned[2])


def test_s4_31_the_daily_round_says_what_to_look_at_on_each_presence(write_routine, owner, client_of):
    routine = write_routine()
    browser = client_of(owner)
    page = browser.get("/w/lotsenforum/plan/round/").content.decode()
    assert routine.channel.name in page and all(step in page for step in STEPS)
    first = routine.steps.first()
    ticked = f"/w/lotsenforum/plan/round/ticks/{first.pk}/"
    browser.post(ticked, {"done": "1", "note": "Drei Fragen zum Abschluss"})
    (presence,) = queries.daily_round(owner.workspace, owner.workspace.day_at(timezone.now())).presences
    assert (presence.channel, presence.routines[0].done) == (routine.channel, 1)
    assert "Drei Fragen zum Abschluss" in browser.get("/w/lotsenforum/plan/round/").content.decode()
    browser.post(ticked, {"done": "0"})
    assert queries.daily_round(owner.workspace, owner.workspace.day_at(timezone.now())).open_steps == 3
    back = re.search(r'/w/lotsenforum/undo/[^"]+', browser.get("/w/lotsenforum/plan/round/").content.decode())
    assert back, "with the tick its note would be lost"
    browser.post(back[0])
    assert "Drei Fragen zum Abschluss" in browser.get("/w/lotsenforum/plan/round/").content.decode()
    browser.post(ticked, {"done": "0"})
    tomorrow = queries.daily_round(owner.workspace, owner.workspace.day_at(timezone.now()) + timedelta(days=1))
    assert tomorrow.open_steps == 3


def test_an_open_presence_without_a_round_is_named_and_takes_over_the_proposal(owner, forum, client_of):
    day = timezone.localdate()
    assert [channel.pk for channel in queries.daily_round(owner.workspace, day).without] == [forum.pk]
    client_of(owner).post(f"/w/lotsenforum/plan/round/proposed/{forum.slug}/")
    assert Routine.objects.get().steps.count() == 5
    assert not queries.daily_round(owner.workspace, day).without


def test_s4_18_the_slowest_stage_is_named(write_routine, owner, now, client_of):
    routine = write_routine()
    for day in range(3):
        go_round(routine, owner, now + timedelta(days=day), (2, 9, 4))
    spent = queries.minutes_of(routine)
    assert (spent.minutes, spent.rounds) == (15, 3)
    assert [(stage.name, stage.minutes) for stage in spent.stages] == list(zip(STEPS, (2, 9, 4), strict=True))
    assert spent.slowest.name == "Zusagen prüfen"
    page = client_of(owner).get(f"/w/lotsenforum/plan/routines/{routine.pk}/").content.decode()
    assert "Am langsamsten: Zusagen prüfen (9 min)." in page


def test_s4_33_a_routine_has_a_duration_and_is_reviewed(write_routine, owner, now, client_of):
    routine = write_routine(review_interval_days=30)
    go_round(routine, owner, now, (5, 10, 15))
    assert not queries.daily_round(owner.workspace, now.date()).to_review
    later = now + timedelta(days=31)
    assert queries.daily_round(owner.workspace, later.date()).to_review == (routine,)
    review = actions.review_routine(
        person=owner, routine=routine, result="change", reason="Zusagen prüfen dauert zu lange", now=later
    )
    assert (review.planned_minutes, review.median_minutes, review.rounds) == (15, 30, 1)
    assert not queries.daily_round(owner.workspace, later.date()).to_review
    page = client_of(owner).get(f"/w/lotsenforum/plan/routines/{routine.pk}/").content.decode()
    assert "Zusagen prüfen dauert zu lange" in page
    actions.review_routine(person=owner, routine=routine, result="drop", reason="Macht der Dienst", now=later)
    assert not queries.daily_round(owner.workspace, later.date()).routines


def test_s4_32_a_platform_change_asks_for_reaction_plans_and_formats(owner, forum, now, client_of):
    browser = client_of(owner)
    typed = {
        "network": forum.account.kind, "what": "Antworten werden nach Relevanz sortiert", "noticed_date": "2026-10-05",
        "effective_date": "2026-11-01", "formats": ["question"],
    }  # fmt: skip
    assert browser.post("/w/lotsenforum/plan/platform-changes/new/", typed).status_code == 303
    (row,) = queries.platform_changes(owner.workspace)
    plan_of_forum, question = row.effects
    assert plan_of_forum.url == f"/w/lotsenforum/guidelines/{forum.slug}/"
    assert (question.effect.content_format, row.open) == ("question", 2)
    page = browser.get(f"/w/lotsenforum/plan/platform-changes/{row.change.pk}/").content.decode()
    assert "Format: Frage an Mitglieder" in page
    assert "Antworten werden nach Relevanz sortiert" in browser.get("/w/lotsenforum/plan/round/").content.decode()
    for item, state in ((plan_of_forum, states.ADAPTED), (question, states.UNTOUCHED)):
        told = {"state": state, "note": "Regel 1 nennt jetzt auch späte Antworten", "seen_revision": 1}
        browser.post(f"/w/lotsenforum/plan/platform-changes/effects/{item.effect.pk}/", told)
    assert queries.platform_changes(owner.workspace)[0].open == 0
    assert "Antworten werden nach Relevanz" not in browser.get("/w/lotsenforum/plan/round/").content.decode()


def test_an_effect_is_settled_with_a_reason_and_by_known_moves_only(owner, forum, now):
    change = actions.note_platform_change(
        person=owner, network=forum.account.kind, what="Neu", noticed_date=now.date(), effective_date=None,
        source_url="", formats=[], now=now,
    )  # fmt: skip
    effect = ChangeEffect.objects.get(change=change)
    say = {"person": owner, "effect": effect, "now": now}
    with pytest.raises(actions.CannotSettle, match="warum"):
        actions.settle_effect(state=states.UNTOUCHED, note="", seen_revision=1, **say)
    actions.settle_effect(state=states.UNTOUCHED, note="Betrifft nur Videos", seen_revision=1, **say)
    with pytest.raises(actions.CannotSettle):
        actions.settle_effect(state=states.ADAPTED, note="Doch", seen_revision=2, **say)
    with pytest.raises(StaleRevision):
        actions.settle_effect(state=states.TO_ADAPT, note="Doch", seen_revision=1, **say)


def test_a_change_that_touches_nothing_of_ours_is_refused(owner, forum, now):
    with pytest.raises(actions.CannotNoteChange):
        actions.note_platform_change(
            person=owner, network="elsewhere", what="Neu", noticed_date=now.date(), effective_date=None,
            source_url="", formats=[], now=now,
        )  # fmt: skip


def test_s4_32_formats_are_chosen_from_the_list_and_no_others_are_taken(owner, forum, now, client_of):
    typed = {"network": forum.account.kind, "what": "Neu", "noticed_date": "2026-10-05", "formats": ["Freitagsfrage"]}
    browser = client_of(owner)
    assert browser.post("/w/lotsenforum/plan/platform-changes/new/", typed).status_code == 422
    page = browser.get("/w/lotsenforum/plan/platform-changes/new/").content.decode()
    assert page.count('name="formats"') == len(FORMATS) and "Mehrere Bilder" in page
    with pytest.raises(ValueError, match="Freitagsfrage"):
        actions.note_platform_change(
            person=owner, network=forum.account.kind, what="Neu", noticed_date=now.date(), effective_date=None,
            source_url="", formats=["Freitagsfrage"], now=now,
        )  # fmt: skip


def test_s4_32_the_reaction_plan_says_that_something_changes_until_it_is_settled(owner, forum, now, client_of):
    change = actions.note_platform_change(
        person=owner, network=forum.account.kind, what="Antworten werden sortiert", noticed_date=now.date(),
        effective_date=None, source_url="", formats=[], now=now,
    )  # fmt: skip
    effect, browser = ChangeEffect.objects.get(change=change), client_of(owner)

    def page():
        return browser.get(f"/w/lotsenforum/guidelines/{forum.slug}/").content.decode()

    assert "„Antworten werden sortiert“" in page() and f"/platform-changes/{change.pk}/" in page()
    assert mark_touched(now) == 0
    actions.settle_effect(person=owner, effect=effect, state=states.TO_ADAPT, note="Regel 1", seen_revision=1, now=now)
    assert "Antworten werden sortiert" in page()
    actions.settle_effect(person=owner, effect=effect, state=states.ADAPTED, note="Getan", seen_revision=2, now=now)
    assert "Antworten werden sortiert" not in page()
    actions.settle_effect(person=owner, effect=effect, state=states.TO_ADAPT, note="Doch", seen_revision=3, now=now)
    PlatformChange.objects.update(archived_at=now)  # as an undo leaves it
    assert mark_touched(now) == 1 and "Antworten werden sortiert" not in page()


def test_a_change_of_a_routine_is_taken_back_with_its_steps(write_routine, owner, client_of):
    routine = write_routine()
    browser = client_of(owner)
    address = f"/w/lotsenforum/plan/routines/{routine.pk}/"
    typed = {
        "name": "Abendrunde", "steps": "Nur eins", "rhythm": "weekly", "weekday": "4", "owner": str(owner.pk),
        "planned_minutes": "5", "review_interval_days": "30", "seen_revision": "1",
    }  # fmt: skip
    page = browser.post(f"{address}edit/", typed, follow=True).content.decode()
    assert "Abendrunde" in page and "Freitag" in page
    undo = next(part.split('"')[0] for part in page.split('action="') if "/undo/" in part.split('"')[0])
    browser.post(undo)
    routine.refresh_from_db()
    assert (routine.name, routine.rhythm, actions.steps_of(routine)) == ("Morgenrunde", "daily", list(STEPS))


def test_two_who_change_a_routine_learn_of_each_other(write_routine, owner):
    routine = write_routine()
    write_routine(routine=routine, revision=1, name="Erste")
    with pytest.raises(StaleRevision):
        write_routine(routine=routine, revision=1, name="Zweite")


def test_a_routine_without_steps_or_without_its_weekday_is_refused(write_routine):
    with pytest.raises(actions.CannotSaveRoutine):
        write_routine(steps=[" ", ""])
    with pytest.raises(IntegrityError), transaction.atomic():
        write_routine(rhythm="weekly", weekday=None)


def test_ticking_twice_is_one_tick_and_a_dropped_step_is_not_ticked(write_routine, owner, now):
    routine = write_routine()
    step = routine.steps.first()
    for _ in range(2):
        actions.tick_step(person=owner, step=step, on=now.date(), is_done=True, note="", now=now)
    assert Round.objects.get().ticks.count() == 1
    write_routine(routine=routine, revision=1, steps=STEPS[1:])
    step.refresh_from_db()
    with pytest.raises(actions.CannotTick):
        actions.tick_step(person=owner, step=step, on=now.date(), is_done=True, note="", now=now)


@pytest.mark.parametrize(
    ("rhythm", "weekday", "day", "due"),
    [
        ("daily", None, date(2026, 11, 29), True),
        ("workdays", None, date(2026, 11, 29), False),
        ("weekly", 6, date(2026, 11, 29), True),
        ("weekly", 0, date(2026, 11, 29), False),
        ("monthly", 0, date(2026, 11, 2), True),
        ("monthly", 0, date(2026, 11, 9), False),
    ],
)
def test_a_routine_falls_due_in_its_rhythm(rhythm, weekday, day, due):
    assert is_due(rhythm, weekday, day) is due


def test_a_pause_counts_for_no_stage(now):
    run = Run(now, {"a": now + timedelta(minutes=3), "b": now + timedelta(hours=5)})
    (only,) = stages([run], ("a", "b"))
    assert (only.name, only.minutes) == ("a", 3)
    assert slowest((only,)) is None
