"""Change events, the copy they lead to, lead time, the four approaches, starting from nothing: S0-19, S0-20, S0-21, I-06."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from allmende.domain.plan_check import approach
from allmende.plan import actions, queries, states
from allmende.plan.models import ChangeEvent, PlanVersion, Tactic

PLAN = "/w/lotsenforum/plan/"


@pytest.fixture
def event(write_plan, owner, now):
    written = write_plan(publish=True)
    found = actions.add_change_event(
        person=owner,
        plan=written.plan,
        kind="resources_cut",
        what="Die Redaktion verliert zehn Stunden",
        occurred_date=date(2026, 10, 1),
        now=now,
    )
    return written, found


def test_s0_19_an_event_is_recorded_and_the_time_to_the_published_version_shown(event, owner, now, client_of):
    written, found = event
    draft = actions.revise_for_event(person=owner, event=found, approach="adapt", approach_reason="Es trägt", now=now)
    actions.remove_element(person=owner, version=draft, layer="tactic", key=written.tactics[5].key, now=now)
    later = now + timedelta(days=5)
    actions.publish_version(person=owner, version=draft, reason="Zehn Stunden weniger", now=later)
    (row,) = queries.event_rows(written.plan, later)
    assert row.lead_days == 11
    page = client_of(owner).get(f"{PLAN}events/{found.pk}/").content.decode()
    assert "11" in page
    assert written.tactics[5].name in page, "what was dropped stays among what was judged"
    assert "<select" not in page, "what was judged stays as it was"
    assert "Die Redaktion verliert" in client_of(owner).get(f"{PLAN}versions/2/").content.decode()
    with pytest.raises(actions.CannotRevise):
        actions.revise_for_event(person=owner, event=row.event, now=later)
    with pytest.raises(actions.CannotSaveEvent):
        actions.assess_elements(
            person=owner, event=row.event, judgements={written.goal.key: ("still_valid", "")}, now=later
        )


def test_s0_20_a_revision_starts_as_a_copy_and_one_marks_what_remains_valid(event, owner, now, client_of):
    written, found = event
    client, url = client_of(owner), f"{PLAN}events/{found.pk}/"
    page = client.get(url).content.decode()
    whole = queries.elements_of(written.version)[written.version.pk].keys()
    assert page.count('name="judgement-') == len(whole)
    client.post(
        f"{url}assess/",
        {
            f"judgement-{written.goal.key}": "still_valid",
            f"judgement-{written.tactics[5].key}": "drop",
            f"note-{written.tactics[5].key}": "kostet am meisten",
            f"judgement-{written.tactics[0].key}": "adapt",
            f"note-{written.tactics[0].key}": "halb so oft",
        },
    )
    client.post(f"{url}need/", {"layer": "tactic", "note": "Patenschaften"})
    client.post(f"{url}revise/", {"approach": "adapt", "approach_reason": "Das Ziel bleibt"})
    draft = PlanVersion.objects.get(state=states.DRAFT)
    keys = queries.elements_of(draft)[draft.pk].keys()
    assert keys == whole - {written.tactics[5].key}
    assert Tactic.objects.filter(version=written.version).count() == 6, "the version in force keeps everything"
    page = client.get(f"{PLAN}draft/").content.decode()
    assert "neu: Taktik, Patenschaften" in page
    assert f"anpassen: Taktik {queries.name_of('tactic', written.tactics[0])}, halb so oft" in page
    written.plan.refresh_from_db()
    assert written.plan.strategic_hours == 12, "hours are no part of a version"


def test_s0_21_starting_from_nothing_says_why_revising_does_not_suffice(write_plan, owner, now, client_of):
    written = write_plan(publish=True)
    with pytest.raises(actions.CannotRevise):
        actions.open_draft(person=owner, plan=written.plan, from_nothing_reason="", now=now)
    typed = {
        "approach": "replace",
        "approach_reason": "Neu",
        "is_from_nothing": "on",
        "from_nothing_reason": "Einfach so",
    }
    assert client_of(owner).post(f"{PLAN}revise/", typed).status_code == 422
    assert not PlanVersion.objects.filter(state=states.DRAFT).exists()
    typed["from_nothing_reason"] = "Die Firma wird verkauft und verfolgt kein Ziel des alten Plans"
    client_of(owner).post(f"{PLAN}revise/", typed)
    draft = PlanVersion.objects.get(state=states.DRAFT)
    assert queries.elements_of(draft)[draft.pk].keys() == set()
    assert draft.from_nothing_reason == typed["from_nothing_reason"]
    with pytest.raises(actions.CannotRevise):
        actions.open_draft(person=owner, plan=written.plan, from_nothing_reason="noch einmal ganz von vorn", now=now)


def test_the_approach_follows_from_results_and_environment():
    assert approach(results_good=True, is_stable=True) == "optimise"
    assert approach(results_good=True, is_stable=False) == "adapt"
    assert approach(results_good=False, is_stable=True) == "repair"
    assert approach(results_good=False, is_stable=False) == "replace"


def test_the_tool_proposes_and_the_owner_chooses_with_a_reason(event, owner, now):
    written, found = event
    assert queries.event_page(owner, found, now).proposed.approach == "replace"
    later = now + timedelta(days=200)
    assert queries.approach_for(owner, written.plan, later).approach == "repair"
    with pytest.raises(actions.CannotRevise):
        actions.revise_for_event(person=owner, event=found, approach="optimise", approach_reason=" ", now=now)
    draft = actions.revise_for_event(person=owner, event=found, approach="optimise", approach_reason="doch", now=now)
    assert (draft.approach, draft.approach_reason) == ("optimise", "doch")


def test_contradictory_days_are_refused_in_words_and_by_the_database(event, owner, now, client_of):
    _, found = event
    typed = {"kind": "law", "what": "Neues Gesetz", "occurred_date": "2026-10-05", "noticed_date": "2026-10-01"}
    answer = client_of(owner).post(f"{PLAN}events/new/", typed)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Niemand bemerkt etwas, bevor es geschieht" in page
    assert "noticed_after" not in page
    assert ChangeEvent.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        ChangeEvent.objects.filter(pk=found.pk).update(noticed_date=date(2026, 9, 1))


def test_judgements_are_taken_back(event, owner, now, client_of):
    written, found = event
    client, url = client_of(owner), f"{PLAN}events/{found.pk}/"
    page = client.post(f"{url}assess/", {f"judgement-{written.goal.key}": "adapt"}, follow=True).content.decode()
    undo = page.split("/undo/")[1].split('"')[0]
    assert found.assessments.count() == 1
    client.post(f"/w/lotsenforum/undo/{undo}")
    assert found.assessments.count() == 0
