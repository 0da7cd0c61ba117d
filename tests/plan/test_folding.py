"""The plan's page shows the first objective whole and the rest behind a line; what is late says so before it is opened."""

import re
from datetime import date, timedelta

from django.utils import timezone
from django.utils.formats import date_format

from allmende.plan import actions
from tests.plan.conftest import OBJECTIVE


def _publish_two(write_plan, owner, now, due: date) -> None:  # type: ignore[no-untyped-def]
    written = write_plan()
    by = {"version": written.version, "person": owner, "now": now}
    second = actions.save_objective(goal_key=written.goal.key, **{**OBJECTIVE, "short_name": "Neue helfen"}, **by)
    lever = actions.save_strategy(
        objective_key=second.key, emotion="Erleichterung", statement="Wer Hilfe bekam, gibt sie zurück.", **by
    )
    tactic = actions.save_tactic(
        strategy_key=lever.key, name="Patenschaft", reach=2, depth=2, length=2, effort_hours=1, **by
    )
    for what in ("Patinnen fragen", "Paten fragen"):
        actions.save_step(tactic_key=tactic.key, what=what, due_date=due, owner=owner, **by)
    actions.publish_version(
        version=written.version, reason="Zwei Zielvorgaben", without_agreement="Wird nachgeholt", person=owner, now=now
    )


def _folds(page: str) -> list[str]:
    return [
        " ".join(re.sub("<[^>]+>", " ", one).split())
        for one in re.findall(r'class="fold"><details><summary[^>]*>(.*?)</summary>', page, re.DOTALL)
    ]


def test_further_objectives_wait_behind_a_line_that_says_what_it_holds(write_plan, owner, now, client_of):
    _publish_two(write_plan, owner, now, date(2126, 1, 4))
    page = client_of(owner).get("/w/lotsenforum/plan/").content.decode()
    assert _folds(page) == ["Hebel, eine Taktik und 2 Schritte aufklappen"]
    assert page.index("Lotsenkreis") < page.index('class="fold"') < page.index("Patenschaft")
    walked = [" ".join(one.split()) for one in re.findall(r"data-item>([^<]*)<", page)]
    assert walked == ["Die acht aktivsten Helferinnen und Helfer anrufen", _folds(page)[0]]


def test_a_folded_line_tells_of_overdue_steps(write_plan, owner, now, client_of):
    _publish_two(write_plan, owner, now, now.date())
    page = client_of(owner).get("/w/lotsenforum/plan/").content.decode()
    assert _folds(page) == ["Hebel, eine Taktik und 2 Schritte aufklappen 2 Schritte überfällig"]


def test_of_many_steps_the_next_seven_stand_there_and_the_weeks_have_all(write_plan, owner, now, client_of):
    written, today = write_plan(), timezone.localdate()
    by = {"version": written.version, "person": owner, "now": now}
    actions.remove_element(layer="step", key=written.step.key, **by)
    for days in range(10):
        due = today + timedelta(days=days - 5)
        actions.save_step(tactic_key=written.tactics[0].key, what=f"Gang {days}", due_date=due, owner=owner, **by)
    actions.publish_version(version=written.version, reason="Viel", without_agreement="eilig", person=owner, now=now)
    page = client_of(owner).get("/w/lotsenforum/plan/").content.decode()
    steps = page[page.index('<ol class="steps">') :]
    assert re.findall(r"Gang \d", steps) == [f"Gang {days}" for days in range(7)]
    assert "Noch 3 Schritte" in steps
    weeks = client_of(owner).get("/w/lotsenforum/plan/weeks/").content.decode()
    assert all(f"Gang {days}" in weeks for days in range(10))


def test_old_versions_are_laid_out_whole(write_plan, owner, now, client_of):
    _publish_two(write_plan, owner, now, date(2126, 1, 4))
    page = client_of(owner).get("/w/lotsenforum/plan/versions/1/").content.decode()
    assert _folds(page) == []
    assert "Patenschaft" in page


def test_the_foot_of_every_page_says_since_when_the_plan_is_in_force(write_plan, owner, now, client_of):
    before = client_of(owner).get("/w/lotsenforum/team/").content.decode()
    assert "Noch kein Plan in Kraft" in before
    version = write_plan(publish=True).version
    since = date_format(timezone.localtime(version.published_at), "j. F Y").replace(" ", "\u00a0")
    page = client_of(owner).get("/w/lotsenforum/team/").content.decode()
    assert f"Plan Version {version.number}, in Kraft<br>seit {since}" in page
