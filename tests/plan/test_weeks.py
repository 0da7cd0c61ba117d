"""Steps on their days: the weekly view, other days, agreement, checks, and what became of what was due."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from allmende.plan import actions, queries, states
from allmende.plan.models import Step, StepProgress
from allmende.team.actions import CannotUndo
from allmende.team.models import Notice
from tests.plan.test_taking_back import offer

PLAN = "/w/lotsenforum/plan/"
WEEKS = f"{PLAN}weeks/"
TODAY = date(2026, 10, 7)


@pytest.fixture
def steps(write_plan, owner, now):
    """`steps(("Danken", 3), …)` puts a plan in force with these steps of its first tactic, due so many days from `today`."""

    def write(*wanted, today=TODAY, **people):
        written = write_plan()
        by = {"person": owner, "version": written.version, "now": now}
        actions.remove_element(layer="step", key=written.step.key, **by)
        made = [
            actions.save_step(
                tactic_key=written.tactics[0].key,
                what=what,
                due_date=today + timedelta(days=days),
                **{"owner": owner, **people},
                **by,
            )
            for what, days in wanted
        ]
        actions.publish_version(reason="los", without_agreement="folgt", **by)
        return written, made

    return write


def test_s4_06_the_steps_become_an_execution_plan_with_dates(steps, owner, new_person, client_of, now):
    emre = new_person("manager", "Emre Yıldız")
    _, (late, _, _, _) = steps(
        ("Anrufen", -1), ("Danken", 0), ("Einladen", 12), ("Fragen", 60), today=timezone.localdate(), controller=emre
    )
    page = queries.weeks_page(owner, timezone.localdate())
    assert [row.what for row in page.late] == ["Anrufen"]
    shown = [row for week in page.weeks for day in week.days for row in day.rows]
    assert [row.what for row in shown if not row.is_check] == ["Danken", "Einladen"]
    assert [row.what for row in shown if row.is_check] == ["Anrufen", "Danken", "Einladen"]
    assert [row.what for row in page.later] == ["Fragen", "Fragen"]
    said = client_of(owner).get(WEEKS).content.decode()
    for words in ("Ausführungsplan zu Version 1", "Anrufen", "Kontrolle: Emre", "Diese Woche", "T1 Lotsenkreis"):
        assert words in said
    assert said.index("Überfällig") < said.index("Diese Woche")
    his = client_of(emre).get(f"{WEEKS}?whose={emre.pk}").context["page"]
    assert {row.is_check for row in his.rows} == {True}
    assert late.key in said


def test_the_weeks_take_the_same_number_of_queries_however_many_steps(
    steps, owner, new_person, client_of, django_assert_max_num_queries
):
    emre = new_person("manager")
    steps(*((f"Schritt {day}", day - 5) for day in range(40)), today=timezone.localdate(), controller=emre)
    client = client_of(owner)
    client.get(WEEKS)
    with django_assert_max_num_queries(20):
        client.get(WEEKS)


def test_of_a_long_week_the_first_steps_stand_there_and_the_rest_a_click_away(steps, owner, client_of):
    today = owner.workspace.day_at(timezone.now())
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=1)
    offset = (monday - today).days
    steps(*((f"Gang {number:02}", offset + number % 7) for number in range(25)), today=today)
    page = client_of(owner).get(WEEKS).content.decode()
    assert page.count('<h4><a href="/w/lotsenforum/plan/step/') == 20
    assert f'href="?week={monday.isoformat()}#w2">Alle 25 dieser Woche zeigen' in page
    whole = client_of(owner).get(f"{WEEKS}?week={monday.isoformat()}").content.decode()
    assert all(f"Gang {number:02}" in whole for number in range(25))
    assert "dieser Woche zeigen" not in whole


def test_a_step_that_got_another_day_stands_in_its_week_afterwards(steps, owner, client_of):
    today = owner.workspace.day_at(timezone.now())
    _, (step, *_) = steps(*((f"Gang {number:02}", 0) for number in range(25)), today=today)
    day = today + timedelta(weeks=2)
    answer = client_of(owner).post(f"{PLAN}step/{step.key}/move/", {"to_day": day.isoformat(), "reason": ""})
    monday = day - timedelta(days=day.weekday())
    assert answer.url == f"{WEEKS}?week={monday.isoformat()}#{step.key}"


def test_before_a_plan_is_in_force_the_weeks_say_what_belongs_here(write_plan, owner, client_of):
    write_plan()
    assert "Noch ist kein Schritt geplant." in client_of(owner).get(WEEKS).content.decode()


def move(written, step, person, now, days=5, today=TODAY, **more):
    return actions.move_step(
        person=person, plan=written.plan, key=step.key, to_day=step.due_date + timedelta(days=days), today=today,
        now=now, **more,
    )  # fmt: skip


class TestOtherDays:
    def test_the_version_in_force_stays_as_it_is(self, steps, owner, now):
        written, (step,) = steps(("Danken", 3))
        assert move(written, step, owner, now, days=0) is None
        move(written, step, owner, now)
        assert Step.objects.get(key=step.key).due_date == date(2026, 10, 10)
        assert not queries.steps_due(owner.workspace, date(2026, 10, 14))
        (due,) = queries.steps_due(owner.workspace, date(2026, 10, 15))
        assert due.due_date == date(2026, 10, 15)
        (row,) = queries.plan_page(owner, now).chain.goals[0].objectives[0].strategies[0].steps
        assert (row.due_day, row.is_late) == (date(2026, 10, 15), False)

    def test_a_new_version_with_another_day_speaks_again(self, steps, owner, now):
        written, (step,) = steps(("Danken", 3))
        move(written, step, owner, now)
        draft = actions.open_draft(person=owner, plan=written.plan, now=now)
        actions.save_step(person=owner, version=draft, key=step.key, due_date=date(2026, 11, 1), now=now)
        actions.publish_version(person=owner, version=draft, reason="später", without_agreement="eilig", now=now)
        (due,) = queries.steps_due(owner.workspace, date(2026, 11, 1))
        assert due.due_date == date(2026, 11, 1)

    def test_once_late_it_needs_a_reason_and_stays_late(self, steps, owner, now):
        written, (step,) = steps(("Danken", -2))
        with pytest.raises(actions.CannotMoveStep) as refused:
            move(written, step, owner, now)
        assert refused.value.field == "reason"
        moved = move(written, step, owner, now, reason="Emre war krank")
        assert (moved.has_slipped, moved.move_reason) == (True, "Emre war krank")

    @pytest.mark.parametrize("days", [-5, -4])
    def test_no_step_goes_into_the_past(self, steps, owner, now, days):
        written, (step,) = steps(("Danken", 3))
        with pytest.raises(actions.CannotMoveStep) as refused:
            move(written, step, owner, now, days=days)
        assert refused.value.field == "to_day"

    def test_whoever_has_nothing_to_do_with_it_moves_nothing(self, steps, owner, new_person, client_of, now):
        written, (step,) = steps(("Danken", 3), today=timezone.localdate())
        mia = new_person("author", "Mia")
        with pytest.raises(actions.CannotMoveStep):
            move(written, step, mia, now, today=timezone.localdate())
        assert "/move/" not in client_of(mia).get(WEEKS).content.decode()

    def test_the_screen_moves_it_and_takes_it_back(self, steps, owner, client_of):
        _, (step,) = steps(("Danken", 3), today=timezone.localdate())
        client, address = client_of(owner), f"{PLAN}step/{step.key}/move/"
        assert client.get(address).status_code == 200
        assert client.post(address, {"to_day": "2020-01-01"}).status_code == 422
        there = timezone.localdate() + timedelta(days=9)
        said = client.post(address, {"to_day": there.isoformat(), "reason": "Urlaub"}, follow=True)
        assert "Urlaub" in said.content.decode()
        assert StepProgress.objects.get().moved_to == there
        client.post(offer(said))
        kept = StepProgress.objects.get()
        assert (kept.moved_to, kept.agreed_at, kept.move_reason) == (None, None, "")
        assert 'data-key="m"' in client.get(WEEKS).content.decode()


class TestAgreement:
    def test_s4_29_each_step_has_a_date_and_an_agreement_state(self, steps, owner, new_person, client_of, now):
        mia = new_person("author", "Mia")
        written, (step,) = steps(("Danken", 3), today=timezone.localdate(), owner=mia)
        page = client_of(owner).get(WEEKS).content.decode()
        assert "noch nicht abgestimmt" in page
        said = client_of(mia).post(f"{PLAN}step/{step.key}/agree/", follow=True)
        kept = StepProgress.objects.get()
        assert (kept.agreed_by, kept.state) == (mia, states.AGREED_STEP)
        assert "noch nicht abgestimmt" not in said.content.decode()
        client_of(mia).post(offer(said))
        assert StepProgress.objects.get().state == states.PLANNED
        actions.agree_step(person=owner, plan=written.plan, key=step.key, now=now)
        move(written, step, owner, now, today=timezone.localdate())
        kept = StepProgress.objects.get()
        assert (kept.agreed_at, kept.state) == (None, states.PLANNED)
        assert Notice.objects.filter(person=mia, kind="plan.step_moved").count() == 1
        assert "Danken" in client_of(mia).get("/w/lotsenforum/team/notices/").content.decode()

    def test_s4_29_whoever_takes_it_on_has_agreed(self, steps, owner, new_person, now):
        mia = new_person("author", "Mia")
        written, (step, other) = steps(("Danken", 3), ("Fragen", 3), owner=mia)
        report = {"plan": written.plan, "state": states.IN_PROGRESS, "now": now}
        assert actions.report_step(person=mia, key=step.key, **report).agreed_by == mia
        assert actions.report_step(person=owner, key=other.key, **report).agreed_at is None

    def test_an_undo_after_somebody_else_reported_changes_nothing(self, steps, owner, new_person, now):
        mia = new_person("author", "Mia")
        written, (step,) = steps(("Danken", 3), owner=mia)
        agreed = actions.agree_step(person=owner, plan=written.plan, key=step.key, now=now)
        actions.report_step(person=mia, plan=written.plan, key=step.key, state=states.IN_PROGRESS, now=now)
        with pytest.raises(CannotUndo):
            actions.UNDO["step_agreed"](
                person=owner, now=now, pk=agreed.pk, changed_at=now.isoformat(), before=actions.progress_as_kept(None)
            )


class TestChecks:
    def test_s4_04_doer_and_controller_are_two_people_and_the_check_has_a_day(self, write_plan, owner, new_person, now):
        written = write_plan()
        emre, mia = new_person("manager", "Emre"), new_person("author", "Mia")
        by = {"person": owner, "version": written.version, "key": written.step.key, "now": now}
        step = actions.save_step(controller=emre, **by)
        assert step.control_date == step.due_date + timedelta(days=3)
        for wrong in ({"owner": emre}, {"also_by": [str(emre.pk)]}, {"controller": owner}):
            with pytest.raises(actions.CannotSaveElement) as refused:
                actions.save_step(**wrong, **by)
            assert refused.value.field == "controller"
        actions.save_step(also_by=[str(mia.pk)], **by)
        actions.publish_version(person=owner, version=written.version, reason="los", without_agreement="eilig", now=now)
        told = {"plan": written.plan, "key": written.step.key, "now": now}
        actions.report_step(person=emre, state=states.DONE, **told)
        for doer in (owner, mia):
            with pytest.raises(actions.CannotReportStep):
                actions.report_step(person=doer, state=states.CHECKED, **told)

    def test_s4_04_the_check_moves_along_with_its_step(self, steps, owner, new_person, now):
        emre = new_person("manager", "Emre")
        written, (step,) = steps(("Danken", 3), controller=emre)
        move(written, step, owner, now)
        actions.report_step(person=owner, plan=written.plan, key=step.key, state=states.DONE, now=now)
        assert not queries.steps_due(owner.workspace, date(2026, 10, 17), emre)
        (due,) = queries.steps_due(owner.workspace, date(2026, 10, 18), emre)
        assert (due.is_check, due.due_date) == (True, date(2026, 10, 18))

    def test_s4_04_alone_one_does_and_checks(self, write_plan, owner, now):
        written = write_plan()
        step = actions.save_step(person=owner, version=written.version, key=written.step.key, controller=owner, now=now)
        assert step.controller == owner


def test_s4_02_half_done_says_what_is_missing(steps, owner, new_person, client_of, now):
    written, (step,) = steps(("Halb", 3))
    actions.report_step(person=owner, plan=written.plan, key=step.key, state=states.DONE, note="Alle da", now=now)
    client = client_of(new_person("manager", "Emre"))
    address = f"/w/lotsenforum/plan/step/{step.key}/"
    refused = client.post(address, {"state": states.HALF_DONE, "note": " "})
    assert refused.status_code == 422 and "Sagen Sie, was fehlt" in refused.content.decode()
    assert client.post(address, {"state": states.HALF_DONE, "note": "Der Absender fehlt"}).status_code == 303
    assert "Der Absender fehlt" in client.get(address).content.decode()


def test_s4_02_done_late_half_done_and_not_done_are_told_apart(steps, owner, new_person, client_of, now):
    emre = new_person("manager", "Emre")
    written, made = steps(
        ("Pünktlich", 3), ("Zu spät", 3), ("Halb", 3), ("Verschoben", 3), ("Liegen geblieben", 3), ("Später", 30)
    )
    punctual, late, half, put_off, _, _ = made
    plan = {"plan": written.plan}

    def report(step, person, state, days):
        at = {"now": now + timedelta(days=days), "note": "Der Absender fehlt"}
        actions.report_step(person=person, key=step.key, state=state, **at, **plan)

    report(punctual, owner, states.DONE, 3)
    report(late, owner, states.DONE, 4)
    report(half, owner, states.DONE, 2)
    report(half, emre, states.HALF_DONE, 3)
    move(written, put_off, owner, now, days=9, today=TODAY + timedelta(days=4), reason="Krank")
    later = now + timedelta(days=5)
    (part,) = queries.plan_page(owner, later).chain.goals[0].objectives[0].strategies
    assert [(name, number) for name, _, number, _ in part.execution.parts] == [
        ("done", 1),
        ("late", 1),
        ("half_done", 1),
        ("not_done", 2),
    ]
    assert [round(share, 1) for _, _, _, share in part.execution.parts] == [0.2, 0.2, 0.2, 0.4]
    report(put_off, owner, states.DONE, 6)  # before its new day, yet after its first
    (lever,) = queries.weeks_page(owner, TODAY + timedelta(days=7)).levers
    assert (lever.execution.late, lever.execution.not_done) == (2, 1)
    element = client_of(owner).get(f"{PLAN}element/{written.strategy.key}/").content.decode()
    for words in ("zu spät erledigt", "halb erledigt", "nicht erledigt"):
        assert words in element
        assert words in client_of(owner).get(PLAN).content.decode()


def test_s4_02_the_shares_stay_when_nothing_is_open_any_more(steps, owner, client_of, now):
    written, (step,) = steps(("Danken", 3))
    for state in (states.DONE, states.CHECKED):
        actions.report_step(person=owner, plan=written.plan, key=step.key, state=state, now=now + timedelta(days=3))
    page = client_of(owner).get(PLAN).content.decode()
    assert "Kein Schritt ist offen." in page
    assert "nicht erledigt" in page


def test_s4_02_a_step_due_today_is_not_left_undone_before_the_day_is_over(steps, owner):
    steps(("Danken", 0))
    assert not queries.weeks_page(owner, TODAY).levers
    (lever,) = queries.weeks_page(owner, TODAY + timedelta(days=1)).levers
    assert lever.execution.not_done == 1


def test_one_form_carries_the_agreement_of_all_rows(steps, owner, new_person, client_of):
    new_person("manager")
    _, rows = steps(("Danken", 1), ("Einladen", 2), today=timezone.localdate())
    client = client_of(owner)
    page = client.get(WEEKS).content.decode()
    assert page.count('<form id="agree" method="post" hidden><input type="hidden" name="csrfmiddlewaretoken"') == 1
    for step in rows:
        assert f'form="agree" formaction="{PLAN}step/{step.key}/agree/"' in page
        assert f'<form method="post" action="{PLAN}step/{step.key}/move/">' in page


def test_what_is_not_shown_is_counted_all_the_same(steps, owner, new_person):
    new_person("manager")
    today = timezone.localdate()
    steps(*((f"Gang {day}", day) for day in (-3, -2, -1, 60, 61, 62)), today=today)
    page = queries.weeks_page(owner, today, most=2)
    assert ([row.what for row in page.late], page.late_total) == (["Gang -3", "Gang -2"], 3)
    assert ([row.what for row in page.later], page.later_total) == (["Gang 60", "Gang 61"], 3)
    assert (page.not_agreed, page.unchecked) == (6, 6)
