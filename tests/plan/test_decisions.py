"""Decisions are held against the plan before they are made, and found again from it (domain.md 1.0, 3.14)."""

import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from allmende.plan import actions, queries, states
from allmende.plan.jobs import erase, follow_up
from allmende.plan.models import DecisionCheck
from allmende.team.models import Notice

AT = "/w/lotsenforum/plan/decisions/"
PROGRAMME = """9:30 Ein Kreis, der trägt: Lotsen gewinnen – Maren Voss
10:15 Kaffeepause
10:45 Zahlungsverkehr in Europa (Jonas Brandt)
11:30 Moderation in rauen Zeiten
"""
CONFERENCE = {
    "title": "Fachtagung in Kassel",
    "programme": PROGRAMME,
    "cost": "480",
    "days": "2",
    "begins": "2026-11-03",
    "skills": "Moderation",
    "tried_after": "Ein zweiter Lotsenkreis",
}
REQUEST = {
    "title": "Vier Stunden für den Lotsenkreis",
    "points": "6",
    "until": "2027-01-04",
    "hours": "4",
    "without": "Der Kreis trifft sich nur einmal im Monat.",
    "smaller": "Zwei Stunden",
}
GENERIC = {"title": "Forum schließen?", "options": "Schließen\nOffen lassen", "reversible": "yes"}


@pytest.fixture
def written(write_plan):
    return write_plan(publish=True)


@pytest.fixture
def lead(new_person):
    return new_person("lead", "Emre Yıldız")


def walk(client, path, decision="yes", **more):
    """From the check to the decision, through the screens."""
    client.post(f"{path}check/")
    client.post(f"{path}discuss/", {"discussion": "Dafür: der Kreis. Dagegen: die Kosten."})
    typed = {"decision": decision, "reason": "Weil der Lotsenkreis trägt", "follow_up_date": "2027-01-04", **more}
    return client.post(f"{path}decide/", typed)


def submit(client, kind, typed):
    answer = client.post(f"{AT}new/{kind}/", typed)
    assert answer.status_code == 303, answer.content.decode()
    return answer["Location"]


def test_s0_11_a_decision_is_checked_before_it_is_made_and_found_from_the_element(written, owner, lead, client_of):
    path = submit(client_of(owner), "generic", {**GENERIC, "serves": [written.objective.key], "stops": "Gewinnspiel"})
    early = client_of(lead).post(f"{path}decide/", {"decision": "yes", "reason": "x", "follow_up_date": "2027-01-04"})
    assert early.status_code == 422
    assert DecisionCheck.objects.get().state == states.SUBMITTED
    assert walk(client_of(lead), path).status_code == 303
    check = DecisionCheck.objects.get()
    assert (check.state, check.decision, check.plan_number) == (states.DECIDED, "yes", 1)
    page = client_of(owner).get(f"/w/lotsenforum/plan/element/{written.objective.key}/").content.decode()
    assert "Forum schließen?" in page
    assert "Weil der Lotsenkreis trägt" in page
    found = queries.search(owner.workspace, owner, "forum schliessen")
    assert [hit.url for hit in found if "decisions" in hit.url] == [path]


def test_s0_12_s0_18_hiring_sets_skills_and_passion_apart_without_a_score(written, owner, new_person, now, client_of):
    carried, other = written.tactics[0].key, written.tactics[1].key
    typed = {
        "title": "Community-Managerin", "candidate": "A. K.", "retain_until_date": "2027-04-06",
        "skill_0": "Moderation", "tactic_0": carried, "required_0": "2", "essential_0": "on", "has_0": "1",
        "skill_1": "Schreiben", "required_1": "2", "has_1": "3",
        "carried_0": carried, "passion_0": "3", "words_0": "Ich rufe gern an", "carried_1": other, "passion_1": "1",
    }  # fmt: skip
    path = submit(client_of(owner), "hiring", typed)
    page = client_of(owner).get(path).content.decode()
    assert "Moderation" in page and "brennt dafür" in page and "Ich rufe gern an" in page
    assert "Die acht aktivsten Helferinnen und Helfer anrufen" in page
    assert "keine Summe und keine Rangfolge" in page
    result = queries.decision_page(owner, DecisionCheck.objects.get(), date(2026, 10, 7)).result
    assert set(result) == {"criteria", "recommendation", "skills", "passion", "uncovered_steps"}
    assert result["recommendation"] == "open_questions"
    actions.report_step(person=owner, plan=written.plan, key=written.step.key, state="done", now=now)
    assert "Die acht aktivsten" not in client_of(owner).get(path).content.decode()
    assert client_of(new_person("manager")).get(path).status_code == 404


def test_s0_12_a_candidates_data_go_on_their_day_or_at_once(written, owner, now, client_of):
    values = {
        "kind": "hiring", "title": "Community-Managerin", "retain_until_date": now.date() + timedelta(days=30),
        "content": {
            "competencies": [{"skill": "Moderation", "tactic": "", "required": 2, "essential": True, "has": 1}],
            "carried": [{"tactic": written.tactics[0].key, "passion": 3, "words": "Geheimes Wort"}],
            "candidate": "Ada Kern",
        },
    }  # fmt: skip
    first = actions.submit_decision(person=owner, now=now, **values)
    second = actions.submit_decision(person=owner, now=now, **values)
    client_of(owner).post(f"{AT}{first.pk}/erase/")
    assert erase(now + timedelta(days=10)) == 0
    assert erase(now + timedelta(days=31)) == 1
    for check in (first, second):
        check.refresh_from_db()
        assert check.erased_at
        assert "Ada" not in str(check.content) and "Geheimes" not in str(check.content)
        assert check.content["competencies"][0]["skill"] == "Moderation"
        assert client_of(owner).get(f"{AT}{check.pk}/").status_code == 200


def test_s0_13_a_programme_is_shown_before_it_is_saved_and_checked_before_approval(written, owner, lead, client_of):
    client = client_of(owner)
    labels = re.findall(
        r'<label for="id_(programme|upload|cost)">(.*?)</label>', client.get(f"{AT}new/conference/").content.decode()
    )
    assert [name for name, label in labels if "freiwillig" in label] == ["cost"], (
        "pasted or as a file, but there must be one"
    )
    preview = client.post(f"{AT}new/conference/", {**CONFERENCE, "preview": "1"})
    page = preview.content.decode()
    assert "Drei" in page or "3 Programmpunkte" in page
    assert "Maren Voss" in page and "Kaffeepause</th>" not in page
    assert not DecisionCheck.objects.exists()
    path = submit(client, "conference", {**CONFERENCE, "seen_programme": queries.mark_of(PROGRAMME)})
    check = DecisionCheck.objects.get()
    assert len(check.content["sessions"]) == 3
    with pytest.raises(actions.CannotDecide):
        actions.decide(person=lead, check=check, decision="yes", reason="x", now=check.created_at)
    assert walk(client_of(lead), path).status_code == 303


def test_s0_14_sessions_are_matched_to_own_tactics_with_the_words_that_match(written, owner, lead, now, client_of):
    path = submit(client_of(owner), "conference", {**CONFERENCE, "seen_programme": queries.mark_of(PROGRAMME)})
    check = DecisionCheck.objects.get()
    rows = queries.decision_page(owner, check, now.date()).result["sessions"]
    served = {row["title"]: [one["name"] for one in row["serves"]] for row in rows}
    assert served["Ein Kreis, der trägt: Lotsen gewinnen"] == ["T1 Lotsenkreis"]
    assert served["Moderation in rauen Zeiten"] == ["Moderation"]
    assert served["Zahlungsverkehr in Europa"] == []
    page = client_of(owner).get(path).content.decode()
    assert "dient T1 Lotsenkreis" in page and "dient keiner eigenen Taktik" in page
    # Whoever owns no running tactic has no session to go for, apart from a skill; nothing left means no.
    actions.look_over(person=owner, check=check, struck=[(0, written.tactics[0].key), (2, "Moderation")], now=now)
    check.refresh_from_db()
    assert check.recommendation == "no"
    stranger = actions.submit_decision(
        person=lead, kind="conference", title="Auch ich", content=check.content | {"skills": []}, now=now
    )
    assert queries.decision_page(lead, stranger, now.date()).result["recommendation"] == "no"


def test_s0_11_a_conference_is_found_again_from_the_tactics_it_serves(written, owner, lead, client_of):
    path = submit(client_of(owner), "conference", {**CONFERENCE, "seen_programme": queries.mark_of(PROGRAMME)})
    walk(client_of(lead), path)
    keys = DecisionCheck.objects.get().keys
    assert keys == [written.tactics[0].key]
    page = client_of(owner).get(f"/w/lotsenforum/plan/element/{keys[0]}/").content.decode()
    assert path in page and "Weil der Lotsenkreis trägt" in page


@pytest.mark.parametrize("missing", ["tactics", "objective", "points", "until", "hours", "without", "smaller"])
def test_s0_15_a_resource_request_is_not_taken_without_its_answers(written, owner, client_of, missing):
    typed = {**REQUEST, "tactics": [written.tactics[0].key], "objective": written.objective.key}
    del typed[missing]
    answer = client_of(owner).post(f"{AT}new/resource_request/", typed)
    assert answer.status_code == 422
    assert not DecisionCheck.objects.exists()
    assert "Vier Stunden für den Lotsenkreis" in answer.content.decode()


@pytest.mark.parametrize("missing", ["tactics", "objective", "points", "until", "without", "smaller"])
def test_s0_15_no_other_way_takes_a_request_without_them(written, owner, now, missing):
    content = {name: REQUEST[name] for name in ("points", "until", "hours", "without", "smaller")}
    content |= {"tactics": [written.tactics[0].key], "objective": written.objective.key}
    del content[missing]
    with pytest.raises(actions.CannotSubmitDecision) as refused:
        actions.submit_decision(person=owner, kind="resource_request", title="Zeit", content=content, now=now)
    assert refused.value.field == missing


@pytest.mark.parametrize(("name", "value"), [("points", "0"), ("until", "2026-01-04")])
def test_s0_15_no_change_and_a_day_gone_by_are_no_promise(written, owner, client_of, name, value):
    typed = {**REQUEST, "tactics": [written.tactics[0].key], "objective": written.objective.key, name: value}
    answer = client_of(owner).post(f"{AT}new/resource_request/", typed)
    assert (answer.status_code, DecisionCheck.objects.count()) == (422, 0)
    assert "Nicht eingereicht: " in answer.content.decode()
    assert f'value="{value}"' in answer.content.decode()


@pytest.mark.parametrize("content", [b"%PDF-1.7\n9:30 Ein Kreis", b"PK\x03\x04\x00\x00document"])
def test_s0_13_a_file_without_plain_text_is_no_programme(written, owner, client_of, content):
    typed = {**CONFERENCE, "programme": "", "upload": SimpleUploadedFile("programm.pdf", content)}
    answer = client_of(owner).post(f"{AT}new/conference/", typed)
    assert (answer.status_code, DecisionCheck.objects.count()) == (422, 0)
    page = answer.content.decode()
    assert "Darin steht kein reiner Text" in page and "Ein zweiter Lotsenkreis" in page


@pytest.mark.parametrize(
    ("money", "read"), [("1.500", 1500), ("1.500,50", 1500.5), ("1,500.50", 1500.5), ("80,5", 80.5)]
)
def test_s0_15_money_is_read_as_people_write_it(written, owner, client_of, money, read):
    typed = {**REQUEST, "money": money, "tactics": [written.tactics[0].key], "objective": written.objective.key}
    submit(client_of(owner), "resource_request", typed)
    assert float(DecisionCheck.objects.get().content["money"]) == read


def test_s0_15_a_request_names_the_running_tactic_that_could_stop_instead(written, owner, client_of):
    typed = {**REQUEST, "tactics": [written.tactics[0].key], "objective": written.objective.key}
    page = client_of(owner).get(submit(client_of(owner), "resource_request", typed)).content.decode()
    assert "T6 Gewinnspiel" in page


def test_s0_16_after_the_date_a_request_is_compared_with_what_happened(written, owner, lead, now, tell, client_of):
    tell(written.objective.key, share=0.40, n=200, period_end=now - timedelta(days=1))
    typed = {**REQUEST, "tactics": [written.tactics[0].key], "objective": written.objective.key}
    path = submit(client_of(owner), "resource_request", typed)
    walk(client_of(lead), path)
    later = now + timedelta(days=100)
    tell(written.objective.key, share=0.47, n=210, period_end=later - timedelta(days=1))
    assert follow_up(now) == 0
    assert follow_up(later) == 1
    assert {notice.person for notice in Notice.objects.filter(kind="plan.follow_up_due")} == {owner, lead}
    page = client_of(owner).get(path).content.decode()
    assert "80 von 200" in page and "99 von 210" in page and "erreicht" in page
    client_of(owner).post(f"{path}outcome/", {"outcome": "Der Kreis trifft sich jede Woche."})
    check = DecisionCheck.objects.get()
    assert check.state == states.OUTCOME_RECORDED
    assert check.comparison["is_reached"] and round(check.comparison["moved"], 2) == 0.07


def test_s0_17_no_benefit_is_left_out_because_nobody_is_named(written, owner, client_of):
    typed = {"title": "Vorstand", "on_date": "2026-12-15", "people": "Frau Brandt", "asks": "Zeit"}
    answer = client_of(owner).post(
        f"{AT}new/board_meeting/", {**typed, "benefits": "Brandt: weniger Anrufe\nmehr Ruhe"}
    )
    assert (answer.status_code, DecisionCheck.objects.count()) == (422, 0)
    assert "In jede Zeile: ein Name, ein Doppelpunkt, ein Satz." in answer.content.decode()
    path = submit(client_of(owner), "board_meeting", {**typed, "benefits": "Brandt: weniger Anrufe"})
    page = client_of(owner).get(f"{path}brief/").content.decode()
    assert "weniger Anrufe" in page
    assert "Erfahrene Buchhalterinnen und Buchhalter sollen Fragen anderer" in page


def test_s0_17_a_board_brief_leads_with_the_goal_of_the_organisation(written, owner, now, tell, client_of):
    draft = actions.open_draft(person=owner, plan=written.plan, now=now)
    actions.save_goal(
        person=owner, version=draft, key=written.goal.key, organisational_goal="Servicekosten je Kunde senken", now=now
    )
    actions.publish_version(
        person=owner, version=draft, reason="Bezug zur Organisation", without_agreement="Wird nachgeholt", now=now
    )
    tell(written.objective.key, share=0.44, n=200, period_end=now)
    typed = {
        "title": "Vorstand im November", "on_date": "2026-11-10", "people": "Frau Brandt, Finanzen",
        "benefits": "Frau Brandt: Fragen werden gelöst, bevor sie anrufen", "asks": "Zwei Stunden mehr",
    }  # fmt: skip
    path = submit(client_of(owner), "board_meeting", typed)
    brief = client_of(owner).get(f"{path}brief/").content.decode()
    assert brief.index("Servicekosten je Kunde senken") < brief.index("Erfahrene Buchhalterinnen und Buchhalter")
    assert "88 von 200" in brief and "Belegstufe E" in brief
    refused = submit(
        client_of(owner), "board_meeting", {**typed, "asks": "Wir haben 12.000 Follower und brauchen Geld"}
    )
    page = client_of(owner).get(f"{refused}brief/").content.decode()
    assert "12.000 Follower" in page and "Servicekosten" not in page


def test_s0_25_the_reason_stays_and_nobody_decides_on_their_own_request(written, owner, lead, client_of):
    path = submit(client_of(owner), "generic", {**GENERIC, "serves": [written.objective.key]})
    assert walk(client_of(owner), path).status_code == 422
    empty = client_of(lead).post(f"{path}decide/", {"decision": "no", "follow_up_date": "2027-01-04"})
    assert empty.status_code == 422
    typed = {"decision": "no", "reason": "Wir bleiben bei einem Ort", "follow_up_date": "2027-01-04"}
    assert client_of(lead).post(f"{path}decide/", typed).status_code == 303
    assert "Wir bleiben bei einem Ort" in client_of(owner).get(AT).content.decode()


def test_what_serves_no_objective_needs_a_reason(written, owner, client_of):
    client = client_of(owner)
    assert client.post(f"{AT}new/generic/", GENERIC).status_code == 422
    assert client.post(f"{AT}new/generic/", {**GENERIC, "none_reason": "Das Gesetz verlangt es"}).status_code == 303


def test_a_step_can_be_taken_back_until_somebody_goes_on(written, owner, lead, now, client_of):
    content = {"options": ["a", "b"], "reversible": "yes"}
    check = actions.submit_decision(
        person=owner, kind="generic", title="T", content=content, keys=[written.objective.key], now=now
    )
    looked = actions.look_over(person=lead, check=check, struck=[], now=now)
    actions.UNDO["decision_moved"](person=lead, now=now, pk=check.pk, revision=looked.revision, before="submitted")
    check.refresh_from_db()
    assert (check.state, check.criteria) == (states.SUBMITTED, {})
    changed = actions.change_decision(person=owner, check=check, revision=None, now=now, title="Neu")
    actions.UNDO["decision_changed"](person=owner, now=now, pk=check.pk, revision=changed.revision)
    check.refresh_from_db()
    assert check.title == "T"
    actions.withdraw_decision(person=owner, check=check, now=now)
    assert not queries.decisions_listed(owner)
    actions.UNDO["decision_withdrawn"](person=owner, now=now, pk=check.pk, is_withdrawn=True)
    assert len(queries.decisions_listed(owner)) == 1
