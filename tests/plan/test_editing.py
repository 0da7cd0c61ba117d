"""Writing the plan through its screens: the guided beginning, two editors, removal, steps, visits, search, counts."""

from datetime import date, timedelta
from typing import ClassVar

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from allmende.plan import actions, queries, states
from allmende.plan.forms import form_for
from allmende.plan.models import Evidence, Goal, Objective, PlanVersion, Step, StrategicPlan, Tactic, WorkLink
from allmende.team.actions import StaleRevision
from tests.plan.conftest import OBJECTIVE, settle

PLAN = "/w/lotsenforum/plan/"


class TestBeginning:
    """From nothing to a plan in force, as a person walks it in the browser."""

    GOAL: ClassVar = {
        "statement": "Kundinnen lösen Fragen schneller.",
        "plain_statement": "Weniger Anrufe.",
        "value_type": "cost",
    }

    def test_every_step_is_offered_by_the_one_before(self, owner, client_of):
        client = client_of(owner)
        assert "Plan beginnen" in client.get(PLAN).content.decode()
        started = client.post(
            f"{PLAN}start/",
            {"title": "Lotsenforum", "community_type": "support", "owner": owner.pk, "strategic_hours": "12"},
        )
        assert started.url == f"{PLAN}draft/"
        steps = [
            ("goal", self.GOAL),
            (
                "objective",
                {**OBJECTIVE, "baseline_share": "41", "target_share": "47", "least_relevant_difference": "4"},
            ),
            ("strategy", {"emotion": "Stolz", "statement": "Sie sollen Stolz spüren.", "direction": "amplify"}),
            (
                "tactic",
                {"name": "Dank", "reach": 2, "depth": 2, "length": 2, "effort_hours": "1,5", "state": "running"},
            ),
            ("step", {"what": "Danken", "owner": owner.pk, "due_date": "2026-10-09"}),
        ]
        for layer, typed in steps:
            guide = queries.draft_page(owner, PlanVersion.objects.get(), owner.created_at).guide
            assert guide is not None
            assert guide.layer == layer
            assert f"/{layer}/new/" in client.get(f"{PLAN}draft/").content.decode()
            answer = client.post(f"{PLAN}draft/{layer}/new/?under={guide.parent_key}", typed)
            assert answer.status_code == 303, answer.content.decode()
        page = client.get(f"{PLAN}draft/publish/").content.decode()
        assert "Was darin steht" in page and "Warum dieser Plan?" in page
        revision = PlanVersion.objects.get().revision
        typed = {"reason": "Der Anfang", "seen_revision": revision}
        assert client.post(f"{PLAN}draft/publish/", typed).status_code == 422
        typed["without_agreement"] = "Die Serviceleitung kommt nächste Woche dazu."
        settle(StrategicPlan.objects.get(), owner, timezone.now())
        assert client.post(f"{PLAN}draft/publish/", typed).url == PLAN
        assert StrategicPlan.objects.get().state == states.ACTIVE
        assert PlanVersion.objects.get().published_without_agreement == typed["without_agreement"]
        assert "Stolz" in client.get(PLAN).content.decode()

    def test_an_observer_is_told_who_writes_it(self, owner, new_person, client_of, now):
        actions.start_plan(person=owner, title="Lotsenforum", now=now)
        watcher = new_person("observer")
        assert "Jana Petersen" in client_of(watcher).get(PLAN).content.decode()
        assert client_of(watcher).get(f"{PLAN}draft/").status_code == 403
        with pytest.raises(PermissionDenied):
            actions.open_draft(person=watcher, plan=StrategicPlan.objects.get(), now=now)

    def test_publishing_shows_what_is_missing(self, write_plan, owner, client_of, now):
        written = write_plan()
        actions.save_objective(
            person=owner, version=written.version, key=written.objective.key, target_date=None, now=now
        )
        page = client_of(owner).get(f"{PLAN}draft/publish/").content.decode()
        assert "Bis wann?" in page
        assert f"/objective/{written.objective.key}/" in page


class TestTwoEditors:
    def test_the_second_is_told_and_nothing_is_lost(self, write_plan, owner, new_person, client_of, now):
        written = write_plan()
        address = f"{PLAN}draft/goal/{written.goal.key}/"
        client = client_of(owner)
        seen = Goal.objects.get().revision
        emre = new_person("manager", "Emre Yıldız")
        actions.save_goal(
            person=emre, version=written.version, key=written.goal.key, statement="Was Emre schrieb", now=now
        )
        typed = {**TestBeginning.GOAL, "statement": "Was Jana schrieb", "seen_revision": seen}
        answer = client.post(address, typed)
        page = answer.content.decode()
        assert answer.status_code == 422
        for words in ("Emre Yıldız", "Was Emre schrieb", "Was Jana schrieb"):
            assert words in page
        assert Goal.objects.get().statement == "Was Emre schrieb"
        knowing = Goal.objects.get().revision
        assert f'name="seen_revision" value="{knowing}"' in page
        assert client.post(address, {**typed, "seen_revision": knowing}).status_code == 303
        assert Goal.objects.get().statement == "Was Jana schrieb"

    def test_both_texts_are_read_as_the_form_shows_them(self, write_plan, owner, new_person, now):
        written = write_plan()
        rows = {"objective": Objective.objects.get(), "goal": written.goal}
        typed = {
            "objective": {**OBJECTIVE, "target_share": "60", "target_date": "2027-01-04", "baseline_share": "41"},
            "goal": {**TestBeginning.GOAL, "value_type": "clv"},
        }
        theirs = {"objective": {"target_share": 0.58}, "goal": {"value_type": "cost"}}
        read = {}
        for layer, row in rows.items():
            form = form_for(layer, owner, typed[layer], row)
            form.is_valid()
            read[layer] = [tuple(map(str, (there, here))) for _, there, here in form.beside(theirs[layer])]
        assert read["objective"] == [("58", "60")]
        assert "cost" not in read["goal"][0] and "clv" not in read["goal"][0]

    def test_removing_what_somebody_just_wrote_is_refused(self, write_plan, owner, now):
        written = write_plan()
        seen = Tactic.objects.get(key=written.tactics[0].key).revision
        by = {"person": owner, "version": written.version, "key": written.tactics[0].key, "now": now}
        actions.save_tactic(name="Lotsenrunde", **by)
        with pytest.raises(StaleRevision):
            actions.remove_element(layer="tactic", revision=seen, **by)
        actions.remove_element(layer="tactic", revision=seen + 1, **by)
        actions.remove_element(layer="tactic", revision=seen + 1, **by)
        assert not Tactic.objects.filter(key=written.tactics[0].key).exists()

    def test_a_draft_published_meanwhile_takes_no_more_words(self, write_plan, owner, now):
        written = write_plan(publish=True)
        with pytest.raises(actions.CannotSaveElement, match=r"published or discarded|veröffentlicht oder verworfen"):
            actions.save_goal(person=owner, version=written.version, key=written.goal.key, statement="x", now=now)

    def test_settings_tell_of_one_another(self, write_plan, owner, client_of, now):
        written = write_plan(publish=True)
        seen = StrategicPlan.objects.get().revision
        actions.save_plan(person=owner, plan=written.plan, strategic_hours=16, now=now)
        typed = {
            "title": "Lotsenforum",
            "community_type": "support",
            "owner": owner.pk,
            "strategic_hours": "10",
            "routine_hours": "18",
            "review_interval_days": "91",
            "seen_revision": seen,
        }
        assert client_of(owner).post(f"{PLAN}settings/", typed).status_code == 422
        assert StrategicPlan.objects.get().strategic_hours == 16


class TestRemoval:
    def test_a_discarded_draft_can_be_taken_up_again(self, write_plan, owner, client_of, now):
        written = write_plan(publish=True)
        draft = actions.open_draft(person=owner, plan=written.plan, now=now)
        actions.save_goal(person=owner, version=draft, key=written.goal.key, statement="Neu gedacht", now=now)
        client = client_of(owner)
        page = client.post(f"{PLAN}draft/discard/", follow=True).content.decode()
        undo = f"{PLAN}draft/discarded/{draft.pk}/"
        assert f'action="{undo}"' in page
        assert client.post(undo).url == f"{PLAN}draft/"
        assert "Neu gedacht" in client.get(f"{PLAN}draft/").content.decode()
        client.post(f"{PLAN}draft/discard/")
        actions.open_draft(person=owner, plan=written.plan, now=now)
        assert "Der verworfene bleibt" in client.post(undo, follow=True).content.decode()

    def test_what_goes_along_is_named_first(self, write_plan, owner, client_of):
        written = write_plan()
        address = f"{PLAN}draft/strategy/{written.strategy.key}/remove/"
        page = client_of(owner).get(address).content.decode()
        assert "T1 Lotsenkreis" in page
        assert "Die acht aktivsten Helferinnen und Helfer anrufen" in page
        assert client_of(owner).post(address).status_code == 303
        assert not Step.objects.exists()
        assert Goal.objects.exists()


class TestSteps:
    def test_done_is_checked_by_somebody_else(self, write_plan, owner, new_person, client_of, now):
        written = write_plan(publish=True)
        emre = new_person("manager", "Emre Yıldız")
        address = f"{PLAN}step/{written.step.key}/"
        assert client_of(owner).post(address, {"state": "done", "note": "Acht erreicht"}).status_code == 303
        assert 'value="checked"' not in client_of(owner).get(address).content.decode()
        with pytest.raises(actions.CannotReportStep):
            actions.report_step(person=owner, plan=written.plan, key=written.step.key, state="checked", now=now)
        assert "Acht erreicht" in client_of(emre).get(address).content.decode()
        assert client_of(emre).post(address, {"state": "checked"}).status_code == 303
        assert queries.progress_of(owner.workspace)[written.step.key].state == states.CHECKED

    def test_alone_one_checks_oneself(self, write_plan, owner, now):
        written = write_plan(publish=True)
        for state in ("done", "checked"):
            actions.report_step(person=owner, plan=written.plan, key=written.step.key, state=state, now=now)
        with pytest.raises(actions.CannotReportStep):
            actions.report_step(person=owner, plan=written.plan, key=written.step.key, state="planned", now=now)

    def test_an_overdue_step_is_shown_and_survives_a_new_version(self, write_plan, owner, now):
        written = write_plan(publish=True)
        later = now + timedelta(days=10)
        (row,) = queries.plan_page(owner, later).chain.goals[0].objectives[0].strategies[0].steps
        assert row.is_overdue
        (due,) = queries.steps_due(owner.workspace, date(2026, 10, 17), today=date(2026, 10, 17))
        assert due.is_overdue
        actions.report_step(person=owner, plan=written.plan, key=written.step.key, state="in_progress", now=now)
        draft = actions.open_draft(person=owner, plan=written.plan, now=now)
        actions.save_step(person=owner, version=draft, key=written.step.key, due_date=date(2026, 11, 1), now=now)
        actions.publish_version(person=owner, version=draft, reason="später", without_agreement="eilig", now=now)
        (due,) = queries.steps_due(owner.workspace, date(2026, 11, 1))
        assert (due.state, due.due_date) == (states.IN_PROGRESS, date(2026, 11, 1))

    def test_a_check_that_is_due_waits_for_its_controller(self, write_plan, owner, new_person, now):
        written = write_plan()
        emre = new_person("manager", "Emre Yıldız")
        actions.save_step(person=owner, version=written.version, key=written.step.key, controller=emre, now=now)
        actions.publish_version(person=owner, version=written.version, reason="los", without_agreement="eilig", now=now)
        until = date(2026, 10, 20)
        assert not queries.steps_due(owner.workspace, until, emre)
        actions.report_step(person=owner, plan=written.plan, key=written.step.key, state="done", now=now)
        (due,) = queries.steps_due(owner.workspace, until, emre)
        assert due.is_check
        assert not queries.steps_due(owner.workspace, until, owner)


class TestCutLine:
    def test_the_line_is_drawn_through_the_tactics(self, write_plan, owner, now):
        write_plan(publish=True)
        rows = queries.plan_page(owner, now).chain.goals[0].objectives[0].strategies[0].tactics
        assert [row.tactic.code for row in rows] == ["T1", "T3", "T2", "T4", "T5", "T6"]
        assert [float(row.sum_hours) for row in rows] == [6, 6.5, 9.5, 10.5, 14.5, 19.5]
        assert [row.is_below for row in rows] == [False] * 4 + [True] * 2
        assert [row.starts_below for row in rows].index(True) == 4


def count(run) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        run()
    return len(captured)


class TestFacts:
    def test_the_same_fact_told_twice_stands_once(self, workspace, now):
        told = {
            "workspace": workspace,
            "key": "objective-1",
            "kind": "verdict",
            "source": "first_answer_by_member_24h",
            "period_start": now - timedelta(days=30),
            "period_end": now,
            "people": 3,
            "times": 5,
            "n": 9,
            "low": None,
            "high": None,
            "verdict": "too_early",
            "reason": "few_units",
            "definition_version": "1",
            "at": now,
        }
        actions.record_evidence(share=0.4, **told)
        fact = actions.record_evidence(share=0.5, flags=["clearly"], **told)
        assert Evidence.objects.count() == 1
        assert (fact.share, fact.flags) == (0.5, ["clearly"])
        with pytest.raises(ValueError, match="fractions"):
            actions.record_evidence(share=50, **told)

    def test_the_same_work_linked_twice_stands_once_with_its_newest_name(self, workspace, now):
        told = {"workspace": workspace, "key": "objective-1", "kind": "item", "ref": "7", "url": "/x/", "at": now}
        actions.link_work(label="Alt", **told)
        assert actions.link_work(label="Neu", **told).label == "Neu"
        assert WorkLink.objects.count() == 1

    def test_chips_answer_a_whole_list_in_one_query(self, write_plan, owner, now):
        written = write_plan(publish=True)
        keys = [written.objective.key, "objective-unknown", ""]
        with CaptureQueriesContext(connection) as captured:
            found = queries.chips(owner.workspace, keys)
        assert len(captured) == 1
        assert set(found) == {written.objective.key}
        chip = found[written.objective.key]
        assert (chip.code, chip.short_name, chip.is_dropped) == ("Z1", "Erfahrene antworten zuerst", False)

    def test_a_chip_of_a_dropped_objective_keeps_its_last_name(self, write_plan, owner, now):
        written = write_plan(publish=True)
        by = {"person": owner, "now": now}
        draft = actions.open_draft(plan=written.plan, **by)
        actions.save_objective(version=draft, key=written.objective.key, short_name="Neuer Name", **by)
        actions.publish_version(version=draft, reason="besser", without_agreement="eilig", **by)
        draft = actions.open_draft(plan=written.plan, **by)
        actions.remove_element(version=draft, layer="objective", key=written.objective.key, **by)
        actions.publish_version(version=draft, reason="gestrichen", without_agreement="eilig", **by)
        chip = queries.chips(owner.workspace, [written.objective.key])[written.objective.key]
        assert (chip.short_name, chip.is_dropped) == ("Neuer Name", True)
        assert queries.objectives_in_force(owner.workspace) == ()

    def test_search_finds_every_layer_whatever_the_spelling(self, write_plan, owner, new_person):
        write_plan(publish=True)
        hits = queries.search(owner.workspace, owner, "PERSOENLICHER dank")
        assert [(hit.kind, hit.title) for hit in hits] == [("Taktik", "T2 Persönlicher Dank")]
        assert queries.search(owner.workspace, owner, "als erste gelöst")[0].kind == "Zielvorgabe"
        stranger = new_person("owner", slug="elsewhere")
        assert not queries.search(stranger.workspace, stranger, "dank")


@pytest.mark.parametrize("page", ["", "draft/", "versions/", "element/{key}/"])
def test_queries_do_not_grow_with_the_plan(write_plan, owner, now, client_of, page):
    written = write_plan(publish=True)
    by = {"person": owner, "now": now}
    client = client_of(owner)

    def grow(number: int, publish: bool) -> None:
        draft = actions.open_draft(plan=written.plan, **by)
        for place in range(number):
            actions.save_tactic(
                version=draft,
                strategy_key=written.strategy.key,
                name=f"Taktik {place}",
                reach=1,
                depth=1,
                length=1,
                effort_hours=1,
                **by,
            )
        if publish:
            actions.publish_version(version=draft, reason="mehr", without_agreement="eilig", **by)

    grow(3, publish=True)
    grow(1, publish=False)
    address = PLAN + page.format(key=written.objective.key)
    client.get(address)
    few = count(lambda: client.get(address))
    grow(30, publish=True)
    grow(1, publish=False)
    client.get(address)
    many = count(lambda: client.get(address))
    assert many == few
    # Three are the log-in's, three the shell's; decisions, judgements, reasons, people, where it stands, and of what was done
    # the hours, the work and the newest of it add one each.
    assert many <= 24


@pytest.mark.parametrize("layer", states.LAYERS)
def test_every_field_of_a_layer_stands_on_its_page(write_plan, owner, client_of, layer):
    """What is missing there would be emptied by the next save, such as the money and the skills of a tactic."""
    version = write_plan().version
    element = dict(queries.elements_of(version)[version.pk].by_layer())[layer][0]
    page = client_of(owner).get(f"{PLAN}draft/{layer}/{element.key}/").content.decode()
    form = form_for(layer, person=owner)
    assert [name for name in form.fields if f'name="{name}"' not in page] == []
