"""The statements of domain.md 1.0 and 1.1 this room makes true, each under its number."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError

from allmende.plan import actions, queries, states
from allmende.plan.models import LAYER_MODELS, Goal, Objective, PlanVersion
from allmende.team.actions import end_access
from allmende.team.models import AuditRow, Notice
from tests.plan.conftest import OBJECTIVE


def test_s0_01_a_plan_is_never_final_and_every_version_stays_readable(write_plan, owner, new_person, now, client_of):
    written = write_plan(publish=True)
    for number in (2, 3):
        written.plan.refresh_from_db()
        assert written.plan.state == states.ACTIVE
        draft = actions.open_draft(person=owner, plan=written.plan, now=now)
        written.plan.refresh_from_db()
        assert (draft.number, written.plan.state) == (number, states.UNDER_REVISION)
        goal = Goal.objects.get(version=draft)
        statement = f"Ziel in Fassung {number}"
        actions.save_goal(person=owner, version=draft, key=goal.key, statement=statement, now=now)
        actions.publish_version(
            person=owner, version=draft, reason=f"Fassung {number}", without_agreement="eilig", now=now
        )
    reader = client_of(new_person("observer"))
    listed = reader.get("/w/lotsenforum/plan/versions/").content.decode()
    said = {1: "ohne den Support anzurufen", 2: "Ziel in Fassung 2", 3: "Ziel in Fassung 3"}
    for number, words in said.items():
        address = f"/w/lotsenforum/plan/versions/{number}/"
        assert address in listed
        page = reader.get(address).content.decode()
        assert [other for other in said.values() if other in page] == [words]


def test_s0_04_a_metric_value_stands_at_its_element_and_an_orphan_is_listed(write_plan, owner, now, tell, client_of):
    written = write_plan(publish=True)
    tell(written.objective.key, share=0.44, period_end=now - timedelta(days=30))
    tell(written.objective.key, share=0.566, period_end=now)
    tell("objective-nobody", source="a count from elsewhere", share=0.2, period_end=now)
    page = queries.element_page(owner, written.objective.key, now)
    (figure,) = page.objectives[0].figures
    assert figure.fact.share == 0.566
    (orphan,) = queries.plan_page(owner, now).orphans
    assert (orphan.key, orphan.source) == ("objective-nobody", "a count from elsewhere")
    opened = client_of(owner).get(f"/w/lotsenforum/plan/element/{written.objective.key}/").content.decode()
    assert opened.index("56,6") < opened.index("44,0") if "44,0" in opened else "56,6" in opened
    assert "a count from elsewhere" in client_of(owner).get("/w/lotsenforum/plan/evidence/").content.decode()


def test_s0_04_every_element_is_opened_from_the_plan(write_plan, owner, client_of):
    written, client = write_plan(publish=True), client_of(owner)
    page = client.get("/w/lotsenforum/plan/").content.decode()
    for element in (written.goal, written.objective, written.strategy, *written.tactics):
        address = f"/w/lotsenforum/plan/element/{element.key}/"
        assert f'href="{address}"' in page
        assert client.get(address).status_code == 200


def test_s0_06_publishing_tells_everybody_what_changed_and_why(write_plan, new_person, owner, now, client_of):
    reader = new_person("manager", "Emre Yıldız")
    write_plan(publish=True)
    notice = Notice.objects.get(person=reader, kind="plan.version_published")
    assert notice.values["reason"] == "Der erste Plan"
    assert {change["name"] for change in notice.values["changes"]} >= {"Z1 Erfahrene antworten zuerst"}
    assert not Notice.objects.filter(person=owner).exists()
    page = client_of(reader).get("/w/lotsenforum/team/notices/").content.decode()
    assert "Jana Petersen hat Version 1 des Plans in Kraft gesetzt." in page
    assert "(Ebene Ziel), weil: Der erste Plan." in page


def test_s0_10_elements_without_a_step_in_the_next_30_days_are_theory(write_plan, owner, now):
    written = write_plan(publish=True)
    (part,) = queries.plan_page(owner, now).chain.goals[0].objectives
    theory = {row.tactic.name for row in part.strategies[0].tactics if row.is_theory}
    assert theory == {"Persönlicher Dank", "Vorrangfrist", "Wem hilfst du heute?"}
    assert not part.is_theory
    later = queries.plan_page(owner, now + timedelta(days=8))
    assert later.chain.goals[0].objectives[0].is_theory
    actions.report_step(person=owner, plan=written.plan, key=written.step.key, state=states.DONE, now=now)
    assert queries.plan_page(owner, now).chain.goals[0].objectives[0].is_theory


def test_s0_27_action_steps_are_dated_tasks_with_an_owner(write_plan, new_person, owner, now):
    written = write_plan(publish=True)
    stranger = new_person("owner", slug="elsewhere")
    draft = actions.open_draft(person=owner, plan=written.plan, now=now)
    with pytest.raises(actions.CannotSaveElement) as refused:
        actions.save_step(
            person=owner,
            version=draft,
            tactic_key=written.tactics[1].key,
            what="Danken",
            due_date=date(2026, 10, 9),
            owner=stranger,
            now=now,
        )
    assert refused.value.field == "owner"
    (due,) = queries.steps_due(owner.workspace, date(2026, 10, 21), owner)
    assert (due.what, due.due_date, due.owner_name, due.chip.code) == (
        "Die acht aktivsten Helferinnen und Helfer anrufen",
        date(2026, 10, 14),
        owner.name,
        "Z1",
    )
    assert not queries.steps_due(owner.workspace, date(2026, 10, 13))


def test_s0_28_the_key_elements_are_separate_linked_records(write_plan, owner, now):
    written = write_plan()
    assert set(LAYER_MODELS) == {"goal", "objective", "outcome", "strategy", "tactic", "step"}
    assert written.step.tactic.strategy.objective.goal == written.goal
    assert Objective.objects.get(key=written.objective.key).goal_id == written.goal.pk
    about = {"person": owner, "plan": written.plan, "element_key": written.tactics[0].key, "now": now}
    finding = actions.note_finding(
        observation="Drei von acht fehlen", source="Gespräche", noticed_date=now.date(), **about
    )
    better = actions.note_improvement(
        result="Fünf von acht", explanation="Am Wochenende ist niemand da", change="Dienstags", finding=finding, **about
    )
    assert (finding.element_key, better.finding, better.element_key) == (
        better.element_key,
        finding,
        finding.element_key,
    )
    assert len({written.tactics[0].key, finding.key, better.key}) == 3


def test_s0_29_a_goal_carries_one_of_five_value_types(write_plan, client_of, owner, now):
    written = write_plan()
    kept = client_of(owner).get(f"/w/lotsenforum/plan/draft/goal/{written.goal.key}/").context["form"]
    assert kept["value_type"].value() == "cost"
    page = client_of(owner).get("/w/lotsenforum/plan/draft/goal/new/").content.decode()
    for value_type in ("acquisition", "cost", "clv", "work_performance", "social_return"):
        assert f'value="{value_type}"' in page
    refused = client_of(owner).post(
        "/w/lotsenforum/plan/draft/goal/new/",
        {"statement": "Wachsen", "plain_statement": "Mehr", "value_type": "fame"},
    )
    assert refused.status_code == 422
    assert "Wachsen" in refused.content.decode()
    with pytest.raises(ValidationError):
        actions.save_goal(person=owner, version=written.version, key=written.goal.key, value_type="fame", now=now)


def test_s1_02_each_goal_has_one_sentence_in_management_language(write_plan, client_of, owner):
    write_plan(publish=True)
    refused = client_of(owner).post("/w/lotsenforum/plan/draft/")
    assert refused.status_code == 303
    page = client_of(owner).post(
        "/w/lotsenforum/plan/draft/goal/new/",
        {"statement": "Ein Ziel", "plain_statement": "x" * 201, "value_type": "cost"},
    )
    assert page.status_code == 422
    page = client_of(owner).get("/w/lotsenforum/plan/").content.decode()
    assert "Im Klartext: Mehr Fragen werden gelöst, bevor sie bei uns ankommen." in page


def test_s1_04_one_screen_shows_work_behaviour_effect_and_goal(write_plan, owner, now, client_of, tell):
    written = write_plan(publish=True)
    tell(written.objective.key, share=0.566, before_share=0.488, low=0.046, high=0.109, verdict="moving")
    actions.link_work(
        workspace=owner.workspace,
        key=written.objective.key,
        kind="item",
        ref="7",
        label="Vorsteuer beim Firmenwagen",
        url="/w/lotsenforum/item/7/",
        at=now,
    )
    chip = queries.chips(owner.workspace, [written.objective.key])[written.objective.key]
    page = client_of(owner).get(chip.url).content.decode()
    places = [
        page.index(words)
        for words in (
            "Vorsteuer beim Firmenwagen",
            "Fragen anderer als Erste beantworten",
            "die Frage als gelöst bestätigt wird",
            "ohne den Support anzurufen",
        )
    ]
    assert places == sorted(places)
    assert "bewegt sich" in page


@pytest.mark.parametrize("key", ["posts", "members", "followers", "likes", "page_views"])
def test_s1_14_no_target_can_be_set_on_a_count_of_activity(write_plan, owner, now, client_of, key):
    written = write_plan()
    with pytest.raises(actions.CannotSaveObjective) as refused:
        actions.save_objective(
            person=owner,
            version=written.version,
            key=written.objective.key,
            definition_key=key,
            now=now,
        )
    assert [lesson.code for lesson in refused.value.lessons] == ["target_on_activity"]
    address = f"/w/lotsenforum/plan/draft/objective/{written.objective.key}/"
    form = client_of(owner).get(address).content.decode()
    assert f'value="{key}"' not in form
    typed = {**OBJECTIVE, "definition_key": key, "target_share": "47", "baseline_share": "41"}
    assert client_of(owner).post(address, {**typed, "least_relevant_difference": "4"}).status_code == 422
    assert Objective.objects.get(key=written.objective.key).definition_key == "first_answer_by_member_24h"


def test_s0_24_versions_name_people_and_outlive_their_leaving(write_plan, owner, new_person, now):
    written = write_plan(publish=True)
    with pytest.raises(ProtectedError):
        owner.user.delete()
    with pytest.raises(ProtectedError):
        owner.delete()
    end_access(person=new_person("owner", "Zweite"), colleague=owner, reason="plötzlich", now=now)
    version = PlanVersion.objects.get(pk=written.version.pk)
    assert (version.published_by, version.goals.count(), version.steps.get().owner) == (owner, 1, owner)
    assert AuditRow.objects.filter(verb="plan.version.published", person=owner).exists()


def test_s3_18_execution_and_resonance_stand_at_the_lever_after_the_launch(write_plan, owner, now, tell, client_of):
    written, after = write_plan(publish=True), now + timedelta(days=9)
    (part,) = queries.plan_page(owner, after).chain.goals[0].objectives
    assert (part.strategies[0].execution.due, part.strategies[0].execution.on_time) == (1, 0)
    for state in (states.DONE, states.CHECKED):
        actions.report_step(person=owner, plan=written.plan, key=written.step.key, state=state, now=now)
    tell(written.objective.key, share=0.46, n=905, verdict="moving")
    (part,) = queries.plan_page(owner, after).chain.goals[0].objectives
    assert (part.strategies[0].execution.due, part.strategies[0].execution.on_time) == (1, 1)
    page = client_of(owner).get("/w/lotsenforum/plan/").content.decode()
    assert "416 von 905" in page and "bewegt sich" in page
