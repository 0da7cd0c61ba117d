"""Working with the plan: findings, the cut line, the effect measured outside, steps with everybody who is in them."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from allmende.plan import actions, queries, states
from allmende.plan.models import DecisionCheck, Evidence, Finding, PlanVersion, Step, StepProgress
from tests.plan.conftest import OUTCOME
from tests.plan.test_taking_back import offer

PLAN = "/w/lotsenforum/plan/"
NOTED = {"observation": "Drei von acht Lotsen fehlen am Wochenende", "source": "Gespräche"}


def filled(client, address):
    """The form at this address as a browser would send it back."""
    return {one.html_name: "" if one.value() is None else one.value() for one in client.get(address).context["form"]}


@pytest.fixture
def in_force(write_plan):
    return write_plan(publish=True)


def note(in_force, owner, now, **more):
    values = {"element_key": in_force.tactics[0].key, "noticed_date": date(2026, 10, 1), **NOTED, **more}
    return actions.note_finding(person=owner, plan=in_force.plan, now=now, **values)


def test_s4_01_a_finding_becomes_a_step_with_owner_and_date(in_force, owner, client_of, now):
    client = client_of(owner)
    typed = {**NOTED, "element_key": in_force.tactics[0].key, "noticed_date": "2026-10-01"}
    assert client.post(f"{PLAN}findings/new/", typed).status_code == 303
    finding = Finding.objects.get()
    assert NOTED["observation"] in client.get(f"{PLAN}findings/").content.decode()
    address = f"{PLAN}findings/{finding.pk}/"
    assert client.post(address, {"decision": "step", "what": "Nachfragen"}).status_code == 422
    assert not PlanVersion.objects.filter(state=states.DRAFT).exists()
    step = {
        "decision": "step",
        "what": "Wochenenddienst abfragen",
        "tactic_key": in_force.tactics[0].key,
        "owner": owner.pk,
        "due_date": (timezone.localdate() + timedelta(days=14)).isoformat(),
    }
    said = client.post(address, step, follow=True)
    finding.refresh_from_db()
    made = Step.objects.get(key=finding.result_key)
    assert (made.owner, made.version.state, made.what) == (owner, states.DRAFT, "Wochenenddienst abfragen")
    client.post(offer(said))
    assert not Step.objects.filter(key=made.key).exists()
    assert Finding.objects.get().decision == ""


def test_s4_01_a_finding_that_waits_longer_than_30_days_is_listed(in_force, owner, client_of, now):
    today = timezone.localdate()
    note(in_force, owner, now, noticed_date=today - timedelta(days=31))
    note(in_force, owner, now, noticed_date=today - timedelta(days=30))
    assert [row.days for row in queries.findings_page(owner.workspace, today).old] == [31]
    assert "länger als 30 Tage" in client_of(owner).get(f"{PLAN}findings/").content.decode()


def test_s4_01_nothing_comes_of_it_only_with_a_reason(in_force, owner, now):
    finding = note(in_force, owner, now)
    with pytest.raises(actions.CannotDecideFinding):
        actions.decide_finding(person=owner, finding=finding, decision="ignore", now=now)
    actions.decide_finding(person=owner, finding=finding, decision="ignore", reason="Nur im August", now=now)
    with pytest.raises(actions.CannotDecideFinding):
        actions.decide_finding(person=owner, finding=finding, decision="tactic_change", now=now)
    (row,) = queries.findings_page(owner.workspace, date(2027, 1, 1)).decided
    assert row.finding.reason == "Nur im August"


def test_the_cut_line_names_what_would_be_lost(write_plan, owner, client_of, now):
    written = write_plan()
    by = {"person": owner, "version": written.version, "now": now}
    actions.save_tactic(key=written.tactics[4].key, expected_effect="1,5 Punkte bei Z1", **by)
    actions.publish_version(reason="los", without_agreement="folgt", **by)
    page = queries.cut_line_page(owner.workspace)
    assert [row.tactic.name for row in page.lost] == ["Abschluss-Sprechstunde", "Gewinnspiel"]
    assert page.used == 10.5
    client = client_of(owner)
    assert "1,5 Punkte bei Z1" in client.get(f"{PLAN}cut-line/").content.decode()
    assert 'aria-valuetext="12 Stunden"' in client.get(f"{PLAN}cut-line/").content.decode()
    assert 'aria-valuetext="1 Stunde"' in client.get(f"{PLAN}cut-line/?hours=1").content.decode()
    six = client.get(f"{PLAN}cut-line/?hours=6").context["page"]
    assert [row.tactic.name for row in six.rows if not row.is_below] == ["Lotsenkreis"]
    assert not client.get(f"{PLAN}cut-line/?hours=14.5").context["page"].rows[4].is_below
    assert client.get(f"{PLAN}cut-line/?hours=viele").context["page"].hours == 12


def test_s1_06_an_outcome_has_its_own_measure_from_outside(in_force, owner, client_of):
    """Written down at the outcome itself, with source and day; the plan shows it there, and not at the behaviour."""
    client, at_outcome = client_of(owner), f"{PLAN}element/{in_force.outcome.key}/"
    measured = {
        "source": "Umfrage im Beitrag",
        "number": "62",
        "unit": "%",
        "n": "100",
        "ends": "2026-10-01",
        "begins": "",
    }
    assert client.post(f"{at_outcome}evidence/", measured).status_code == 303
    page = client.get(PLAN).content.decode()
    for words in (OUTCOME["name"], OUTCOME["falsifier"], "Umfrage im Beitrag", "62,0"):
        assert words in page
    assert "Umfrage im Beitrag" in client.get(at_outcome).content.decode()
    (told,) = Evidence.objects.filter(source="Umfrage im Beitrag")
    assert (told.key, told.share, told.n, told.told_by) == (in_force.outcome.key, 0.62, 100, owner)
    assert queries.newest_evidence(owner.workspace, [in_force.objective.key]) == {}


def test_s0_30_value_types_that_fit_the_community_are_proposed(write_plan, owner, client_of, now):
    written = write_plan()
    form = client_of(owner).get(f"{PLAN}draft/goal/new/").context["form"]
    assert [name for name, _ in form.fields["value_type"].choices][1:3] == ["cost", "clv"]
    actions.save_plan(person=owner, plan=written.plan, community_type="internal", now=now)
    form = client_of(owner).get(f"{PLAN}draft/goal/new/").context["form"]
    assert form.fields["value_type"].choices[1][0] == "work_performance"


def test_s4_03_s4_16_a_step_says_how_when_what_where_and_who_answers(write_plan, owner, new_person, client_of, now):
    written = write_plan()
    emre, mia = new_person("manager", "Emre"), new_person("author", "Mia")
    told = {
        "how": "Leitfaden mit fünf Fragen",
        "where": "Telefon",
        "means": "Headset",
        "starts_date": date(2026, 10, 12),
        "also_by": [str(mia.pk)],
        "accountable": emre,
    }
    by = {"person": owner, "version": written.version, "key": written.step.key, "now": now}
    step = actions.save_step(**told, **by)
    assert step.answers == emre
    client, address = client_of(owner), f"{PLAN}draft/step/{step.key}/"
    said = filled(client, address)
    for needed in ("what", "due_date", "owner"):
        answer = client.post(address, {**said, needed: ""})
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, [needed])
    assert actions.save_step(accountable=None, **by).answers == owner
    for wrong in ({"starts_date": date(2026, 10, 15)}, {"control_date": date(2026, 10, 13)}, {"controller": owner}):
        with pytest.raises(actions.CannotSaveElement):
            actions.save_step(**({"owner": owner} | wrong), **by)
    actions.save_step(accountable=emre, **by)
    actions.publish_version(person=owner, version=written.version, reason="los", without_agreement="folgt", now=now)
    shown = client_of(owner).get(f"{PLAN}step/{step.key}/").content.decode().replace("\xa0", " ")
    for words in (step.what, told["how"], told["where"], told["means"], "12. Oktober", "14. Oktober", "Emre", "Mia"):
        assert words in shown, words


def test_s4_14_alone_nobody_is_asked_who_else_checks(write_plan, owner, new_person, client_of):
    write_plan()
    address = f"{PLAN}draft/step/new/"
    assert not {"controller", "accountable", "also_by"} & set(client_of(owner).get(address).context["form"].fields)
    new_person("manager")
    assert {"controller", "accountable", "also_by"} <= set(client_of(owner).get(address).context["form"].fields)


def test_s4_14_alone_one_comes_from_the_draft_to_the_checked_step_and_the_decision(write_plan, owner, client_of):
    """By the screens alone: no step of the way waits for somebody who is not there."""
    written, client, publish = write_plan(), client_of(owner), f"{PLAN}draft/publish/"
    sent = {"reason": "Der erste Plan", "without_agreement": "Ich bin allein"}
    assert client.post(publish, {**filled(client, publish), **sent}).status_code == 303
    client.post(f"{PLAN}draft/")
    address = f"{PLAN}draft/strategy/{written.strategy.key}/"
    assert client.post(address, {**filled(client, address), "emotion": "Zugehörigkeit"}).status_code == 303
    sent = {"reason": "Stolz trug nicht", "is_self_checked": "on"}
    assert client.post(publish, {**filled(client, publish), **sent}).status_code == 303
    assert written.plan.versions.get(state=states.PUBLISHED).second_reader == owner
    for state in (states.DONE, states.CHECKED):
        client.post(f"{PLAN}step/{written.step.key}/", {"state": state, "note": ""})
    assert StepProgress.objects.get().state == states.CHECKED
    asked = {"title": "Forum schließen?", "options": "Ja\nNein", "reversible": "yes", "serves": [written.objective.key]}
    path = client.post(f"{PLAN}decisions/new/generic/", asked).url
    for step, said in (
        ("check", {}),
        ("discuss", {"discussion": "Dafür und dagegen"}),
        ("decide", {"decision": "no", "reason": "Es trägt", "follow_up_date": "2027-01-04"}),
    ):
        assert client.post(f"{path}{step}/", said).status_code == 303, step
    assert DecisionCheck.objects.get().decided_by == owner


def test_an_improvement_keeps_result_explanation_and_change(in_force, owner, client_of):
    client = client_of(owner)
    typed = {"element_key": in_force.tactics[1].key, "result": "Doppelt so viele kamen wieder"}
    assert client.post(f"{PLAN}improvements/new/", typed).status_code == 422
    typed |= {"explanation": "Dank beim Namen", "change": "Dank jede Woche"}
    said = client.post(f"{PLAN}improvements/new/", typed, follow=True)
    page = said.content.decode()
    assert all(text in page for text in ("Doppelt so viele kamen wieder", "Dank beim Namen", "Dank jede Woche"))
    client.post(offer(said))
    assert "Doppelt so viele kamen wieder" not in client.get(f"{PLAN}findings/").content.decode()
