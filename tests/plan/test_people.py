"""Responsibility, phases, readiness, hours, audiences and canvas: the statements of domain.md 1.0, 1.3 and 1.4."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from allmende.plan import actions, queries, states
from allmende.plan.catalogue import READINESS
from allmende.plan.jobs import notice_leaving
from allmende.plan.models import Audience, AudienceLink, Goal, StrategicPlan
from allmende.team import actions as team
from allmende.team.queries import responsible_on, responsible_unit, units_of
from tests.plan.conftest import OBJECTIVE, settle
from tests.plan.test_work import filled

AT = "/w/lotsenforum/plan/"


def audience(person, now, name, **values):
    return actions.save_audience(person=person, audience=None, name=name, now=now, **values)


def names(workspace):
    return [row.audience.name for row in queries.audiences_page(workspace).rows]


def test_s0_31_the_canvas_has_three_sections_and_17_themes_linked_to_the_plan(plan_published, owner, now, client_of):
    written = plan_published
    client = client_of(owner)
    page = client.get(f"{AT}canvas/theme-that-is-none/")
    assert page.status_code == 404
    typed = {"text": "Damit niemand allein vor dem Monatsabschluss sitzt.", "element_keys": [written.goal.key]}
    assert client.post(f"{AT}canvas/purpose/", typed).status_code == 303
    sections = queries.canvas_of(owner.workspace)
    assert [len(section.fields) for section in sections] == [5, 7, 5]
    purpose = sections[0].fields[0]
    assert (purpose.is_filled, sections[0].filled, purpose.elements[0][1]) == (True, 1, written.goal.key)
    shown = client.get(f"{AT}canvas/").content.decode()
    assert "1 von 17" in shown and "Mitglieder-Identität" in shown and "CC BY-NC-SA" in shown


def test_s3_01_the_phase_of_the_work_is_visible(plan_drafted, owner, now, client_of):
    written = plan_drafted
    (current,) = [one for one in queries.phases_of(written.plan, None, None) if one.is_current]
    written.plan.refresh_from_db()
    assert current.name == "preparation"
    (current,) = [one for one in queries.phases_of(written.plan, None, None) if one.is_current]
    assert current.name == "planning"
    actions.publish_version(
        person=owner, version=written.version, reason="los", without_agreement="Wird nachgeholt", now=now
    )
    page = client_of(owner).get(AT).content.decode()
    assert 'aria-current="step"' in page and "Umsetzung" in page and "Jana Petersen ist verantwortlich" in page
    written.plan.refresh_from_db()
    due = queries.phases_of(written.plan, written.version, date(2020, 1, 1))
    assert [one.name for one in due if one.is_current] == ["control"]


def test_s3_03_a_small_company_gets_from_nothing_to_a_plan_in_force_by_seven_questions(owner, now, client_of):
    client = client_of(owner)
    typed = {
        "owner": {"owner": owner.pk, "title": "Lotsenforum"},
        "goal": {"statement": "Kunden lösen Fragen selbst.", "value_type": "cost"},
        "audience": {"name": "Buchhalterinnen in kleinen Firmen"},
        "channel": {"places": "unser Forum"},
        "decides": {"text": "Jana"},
        "stands_in": {"text": "Emre"},
        "goes_wrong": {"text": "Jana, dann Frau Brandt"},
    }
    assert client.get(f"{AT}start/short/goes_wrong/").url.endswith("/start/short/")
    for number, (question, values) in enumerate(typed.items(), start=1):
        address = client.get(f"{AT}start/short/").url
        assert address.endswith(f"/{question}/")
        page = client_of(owner).get(address).content.decode()  # somebody comes back later, elsewhere
        assert f"Frage {number} von 7" in page
        assert client.post(address, {}).status_code == 422
        assert client.post(address, values).status_code == 303
    back = client.get(f"{AT}start/short/goal/").content.decode()
    assert "Kunden lösen Fragen selbst." in back
    changed = {"statement": "Kunden lösen ihre Fragen selbst.", "value_type": "cost"}
    client.post(f"{AT}start/short/goal/", changed)
    assert client.get(f"{AT}start/short/publish/").status_code == 200
    done = client.post(f"{AT}start/short/publish/", follow=True).content.decode()
    assert "Der nächste Schritt" in done
    plan = StrategicPlan.objects.get()
    assert (plan.state, plan.start_mode) == (states.ACTIVE, states.GUIDED_SHORT)
    assert Goal.objects.get(version__state="published").statement == "Kunden lösen ihre Fragen selbst."
    assert Audience.objects.get().places == "unser Forum"
    shown = client.get(AT).content.decode()
    assert "Im Klartext" not in shown, "the one sentence there is stands once"


def test_s3_04_planning_waits_until_somebody_is_responsible(write_plan, owner, new_person, now):
    emre = new_person("owner", "Emre Yıldız")
    plan = actions.start_plan(person=owner, owner=emre, title="Lotsenforum", now=now)
    team.end_access(person=owner, colleague=emre, reason="plötzlich", now=now)
    goal = {"statement": "Ein Ziel", "plain_statement": "Ein Ziel", "value_type": "cost", "person": owner, "now": now}
    with pytest.raises(actions.CannotSaveElement) as refused:
        actions.save_goal(version=plan.versions.get(), **goal)
    assert "niemand" in str(refused.value).lower() or "nobody" in str(refused.value)
    actions.save_plan(person=owner, plan=plan, owner=owner, now=now)
    assert actions.save_goal(version=plan.versions.get(), **goal).key


@pytest.mark.parametrize("kind", ["person", "department", "working_group"])
def test_s3_05_a_person_a_department_or_a_working_group_is_responsible(
    plan_published, owner, new_person, now, client_of, kind
):
    written = plan_published
    emre = new_person("manager", "Emre Yıldız")
    if kind == "person":
        unit = team.unit_of_person(colleague=emre, now=now)
    else:
        unit = team.save_unit(
            person=owner, unit=None, kind=kind, name="Kundendienst", lead=emre, members=[owner], now=now
        )
    plan = actions.save_plan(person=owner, plan=written.plan, unit=unit, now=now)
    held = responsible_unit(owner.workspace, "plan", str(plan.pk))
    assert (held.kind, plan.owner) == (kind, emre)
    assert f"{unit.name} ist verantwortlich" in client_of(owner).get(AT).content.decode()


def test_s3_05_a_working_group_answers_for_the_plan_and_its_lead_owns_it(
    plan_published, owner, new_person, now, client_of
):
    written = plan_published
    emre = new_person("manager", "Emre Yıldız")
    group = team.save_unit(
        person=owner, unit=None, kind="working_group", name="Lotsenrunde", lead=emre, members=[owner], now=now
    )
    client, plan = client_of(owner), written.plan
    plan.refresh_from_db()
    typed = {
        "title": plan.title, "community_type": "support", "owner": owner.pk, "unit": group.pk, "strategic_hours": "12",
        "routine_hours": "18", "review_interval_days": "91", "dust_days": "60", "reminder_days": "0",
        "seen_revision": plan.revision,
    }  # fmt: skip
    answer = client.post(f"{AT}settings/", typed, follow=True)
    plan.refresh_from_db()
    assert (plan.owner, responsible_unit(owner.workspace, "plan", str(plan.pk))) == (emre, group)
    client.post(next(iter(answer.context["messages"])).extra_tags)
    plan.refresh_from_db()
    assert plan.owner == owner
    assert responsible_unit(owner.workspace, "plan", str(plan.pk)).lead == owner


def test_s3_06_changed_goals_ask_again_whether_those_responsible_suit_them(plan_published, owner, now, client_of):
    written = plan_published
    answer = {"person": owner, "plan": written.plan, "question": "responsible_fits", "text": "Ja", "now": now}
    actions.answer_readiness(**answer)
    assert "Passen die Verantwortlichen" not in client_of(owner).get(AT).content.decode()
    draft = actions.open_draft(person=owner, plan=written.plan, now=now)
    goal = Goal.objects.get(version=draft)
    actions.save_goal(person=owner, version=draft, key=goal.key, statement="Ein anderes Ziel", now=now)
    actions.publish_version(person=owner, version=draft, reason="weil", without_agreement="Wird nachgeholt", now=now)
    assert queries.around_plan(written.plan, draft, None)["asks_fit"]
    actions.answer_readiness(**answer)
    assert not queries.around_plan(written.plan, draft, None)["asks_fit"]


def test_s3_07_audiences_stay_closed_until_there_is_a_goal(owner, now, client_of):
    draft = actions.start_plan(person=owner, title="Lotsenforum", now=now).versions.get()
    with pytest.raises(actions.CannotSaveAudience):
        audience(owner, now, "Neue")
    client = client_of(owner)
    assert "Ziele kommen zuerst" in client.get(f"{AT}audiences/").content.decode()
    page = client.get(f"{AT}draft/").content.decode()
    later = [f"{AT}draft/{layer}/new/" for layer in ("objective", "strategy", "tactic", "step")]
    assert f"{AT}draft/goal/new/" in page and not [one for one in later if one in page]
    with pytest.raises(actions.CannotSaveElement):
        actions.save_objective(person=owner, version=draft, goal_key="", now=now, **OBJECTIVE)
    assert not queries.elements_of(draft)[draft.pk].keys()


def test_s3_08_audiences_have_a_strict_order_that_is_changed_and_taken_back(plan_drafted, owner, now, client_of):
    first, second, third = (audience(owner, now, name) for name in ("Erfahrene", "Neue", "Presse"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Audience.objects.filter(pk=second.pk).update(rank=first.rank)
    client = client_of(owner)
    answer = client.post(f"{AT}audiences/{third.pk}/move/", {"to_rank": "1"}, follow=True)
    assert names(owner.workspace) == ["Presse", "Erfahrene", "Neue"]
    client.post(next(iter(answer.context["messages"])).extra_tags)
    assert names(owner.workspace) == ["Erfahrene", "Neue", "Presse"]
    actions.change_audience_state(person=owner, audience=first, state="retired", now=now)
    assert list(Audience.objects.exclude(rank=None).values_list("rank", flat=True)) == [1, 2]


def test_s3_09_an_active_audience_is_reached_and_involved(plan_drafted, owner, now):
    one = audience(owner, now, "Erfahrene", reach_path="über das Forum")
    actions.add_analysis(
        person=owner, audience=one, finding="Helfen gern", source="Anrufe", on_date=now.date(), now=now
    )
    for state in ("ranked",):
        one = actions.change_audience_state(person=owner, audience=one, state=state, now=now)
    with pytest.raises(actions.CannotSaveAudience):
        actions.change_audience_state(person=owner, audience=one, state="active", now=now)
    actions.save_audience(person=owner, audience=one, involvement_path="antworten als Erste", now=now)
    assert actions.change_audience_state(person=owner, audience=one, state="active", now=now).state == "active"
    with pytest.raises(IntegrityError), transaction.atomic():
        Audience.objects.filter(pk=one.pk).update(involvement_path="")


def test_s0_20_analyses_survive_a_new_plan_version(plan_drafted, owner, now, client_of):
    written = plan_drafted
    one = audience(owner, now, written.objective.audience)
    typed = {"finding": "Abends lesen sie.", "source": "zwölf Anrufe", "on_date": "2026-05-04"}
    assert client_of(owner).post(f"{AT}audiences/{one.pk}/known/", typed).status_code == 303
    actions.publish_version(
        person=owner, version=written.version, reason="los", without_agreement="Wird nachgeholt", now=now
    )
    draft = actions.open_draft(person=owner, plan=written.plan, now=now)
    actions.remove_element(person=owner, version=draft, layer="objective", key=written.objective.key, now=now)
    actions.publish_version(person=owner, version=draft, reason="neu", without_agreement="Wird nachgeholt", now=now)
    page = client_of(owner).get(f"{AT}audiences/{one.pk}/").content.decode()
    assert "Abends lesen sie." in page and "zwölf Anrufe" in page and "4. Mai 2026" in page.replace("\xa0", " ")


def test_s0_20_people_hours_and_analyses_survive_even_a_plan_from_nothing(
    write_plan, owner, new_person, now, client_of
):
    boss, written = new_person("observer", "Renate Brandt"), write_plan(publish=True)
    one = audience(owner, now, "Erfahrene")
    told = {"finding": "Abends lesen sie.", "source": "zwölf Anrufe", "on_date": now.date()}
    actions.add_analysis(person=owner, audience=one, now=now, **told)
    group = team.save_unit(
        person=owner, unit=None, kind="working_group", name="Lotsenrunde", lead=owner, members=[owner], now=now
    )
    team.release_time(
        person=owner, colleague=owner, hours=Decimal(20), manager=boss, manager_name="", confirmed_date=now.date(),
        until_date=date(2099, 12, 31), url="/x", now=now,
    )  # fmt: skip
    reason = "Die Firma wird verkauft und verfolgt kein Ziel des alten Plans"
    draft = actions.open_draft(person=owner, plan=written.plan, from_nothing_reason=reason, now=now)
    goal = {"statement": "Ein Ziel", "plain_statement": "Ein Ziel", "value_type": "cost"}
    actions.save_goal(person=owner, version=draft, now=now, **goal)
    actions.publish_version(person=owner, version=draft, reason="neu", without_agreement="Wird nachgeholt", now=now)
    assert queries.elements_of(draft)[draft.pk].keys() == {draft.goals.get().key}
    assert "Abends lesen sie." in client_of(owner).get(f"{AT}audiences/{one.pk}/").content.decode()
    assert group in units_of(owner.workspace)
    (row,) = queries.hours_page(boss, now.date()).confirmed
    assert row.released.hours == 20
    written.plan.refresh_from_db()
    assert written.plan.strategic_hours == 12


def test_objectives_name_an_audience_and_keep_their_own_words(plan_drafted, owner, now, client_of):
    written = plan_drafted
    audience(owner, now, "Neue Mitglieder")
    save = {"person": owner, "version": written.version, "key": written.objective.key, "now": now}
    actions.save_objective(audience="neue mitglieder", **save)
    assert AudienceLink.objects.get().audience.name == "Neue Mitglieder"
    page = client_of(owner).get(f"{AT}draft/objective/{written.objective.key}/").content.decode()
    assert '<option value="Neue Mitglieder">' in page
    actions.save_objective(audience="andere Leute", **save)
    assert not AudienceLink.objects.exists()


@pytest.mark.parametrize("question", [name for name, asked in READINESS.items() if asked.is_essential])
def test_s3_17_each_essential_question_stops_the_launch_alone(plan_drafted, owner, now, client_of, question):
    written = plan_drafted
    told = {"person": owner, "plan": written.plan, "question": question, "text": "", "state": states.OPEN_QUESTION}
    actions.answer_readiness(**told, now=now)
    client, publish = client_of(owner), f"{AT}draft/publish/"
    typed = {**filled(client, publish), "reason": "Der erste Plan", "without_agreement": "Wird nachgeholt"}
    refused = client.post(publish, typed)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["__all__"])
    assert f"{AT}readiness/{question}/" in refused.content.decode() and "Der erste Plan" in refused.content.decode()
    assert written.plan.versions.get().state == states.DRAFT
    actions.answer_readiness(**(told | {"text": "Emre", "state": "settled"}), now=now)
    assert client.post(publish, typed).status_code == 303


def test_s3_10_the_inward_checklist_is_answered_before_the_launch(plan_drafted, owner, now, client_of):
    written = plan_drafted
    known = {"person": owner, "plan": written.plan, "question": "stands_in", "now": now}
    actions.answer_readiness(text="", state=states.OPEN_QUESTION, **known)
    with pytest.raises(actions.CannotPublish):
        actions.publish_version(
            person=owner, version=written.version, reason="los", without_agreement="Wird nachgeholt", now=now
        )
    page = client_of(owner).get(f"{AT}draft/publish/").content.decode()
    assert "/plan/readiness/stands_in/" in page
    with pytest.raises(actions.CannotAnswerReadiness):
        actions.answer_readiness(text=" ", **known)
    actions.answer_readiness(text="Emre", **known)
    assert (
        actions.publish_version(
            person=owner, version=written.version, reason="los", without_agreement="Wird nachgeholt", now=now
        ).number
        == 1
    )


def test_s3_17_only_essential_questions_stop_the_launch_and_answers_bear_name_and_time(
    plan_published, owner, now, client_of
):
    written = plan_published
    gate = queries.readiness_of(written.plan)
    assert gate.settled == 3 < len(gate.every)
    client = client_of(owner)
    typed = {"text": "Zwei Beiträge in der Woche.", "state": "settled"}
    answer = client.post(f"{AT}readiness/first_weeks/", typed, follow=True)
    page = answer.content.decode()
    assert "Zwei Beiträge in der Woche." in page and "Jana Petersen" in page
    client.post(next(iter(answer.context["messages"])).extra_tags)
    assert queries.readiness_of(written.plan).settled == 3


def test_s3_11_work_beyond_the_released_hours_is_shown_as_overload(plan_published, owner, new_person, now, client_of):
    boss = new_person("observer", "Renate Brandt")
    settled = {"confirmed_date": "2026-09-01", "until_date": "2099-12-31"}
    typed = {"colleague": owner.pk, "hours": "20", "manager": boss.pk, "manager_name": "", **settled}
    assert client_of(owner).post(f"{AT}hours/release/", typed).status_code == 303
    (row,) = queries.hours_page(boss, now.date()).confirmed
    assert (row.released.hours, row.planned, row.over) == (20, Decimal("37.5"), Decimal("17.5"))
    page = client_of(boss).get(f"{AT}hours/").content.decode()
    assert "17,5 Stunden zu viel" in page and "Sie haben für Jana Petersen Zeit zugesagt" in page


def test_s3_12_work_without_released_time_is_on_top_and_listed(plan_published, owner, new_person, now, client_of):
    written = plan_published
    emre = new_person("manager", "Emre Yıldız")
    unit = team.unit_of_person(colleague=emre, now=now)
    tactic = written.tactics[0]
    team.make_responsible(person=owner, kind="tactic", key=tactic.key, label=tactic.name, unit=unit, now=now)
    rows = {row.person: row for row in queries.hours_page(owner, now.date()).on_top}
    assert [load.name for load in rows[emre].loads] == ["T1 Lotsenkreis"]
    page = client_of(owner).get(f"{AT}hours/").content.decode()
    assert "obendrauf" in page and "T1 Lotsenkreis" in page


def test_i_01_a_plan_whose_owner_leaves_needs_another_one(plan_published, owner, new_person, now):
    written = plan_published
    emre = new_person("owner", "Emre Yıldız")
    actions.save_plan(person=owner, plan=written.plan, owner=emre, now=now + timedelta(hours=1))
    team.end_access(person=owner, colleague=emre, reason="plötzlich", now=now + timedelta(hours=2))
    assert notice_leaving(now + timedelta(hours=3)) == 1
    assert notice_leaving(now + timedelta(hours=4)) == 0
    written.plan.refresh_from_db()
    assert written.plan.state == states.NEEDS_OWNER
    assert responsible_unit(owner.workspace, "plan", str(written.plan.pk)) is None
    actions.save_plan(person=owner, plan=written.plan, owner=owner, now=now + timedelta(days=1))
    written.plan.refresh_from_db()
    assert written.plan.state == states.ACTIVE
    told = [line for line in responsible_on(owner.workspace, now.date()) if line.kind == "plan"]
    assert [line.unit_name for line in told] == ["Jana Petersen", "Emre Yıldız"]


def test_i_01_whose_access_ends_answers_for_the_plan_until_the_day_is_over_there(plan_published, owner):
    """Ten in the evening in Los Angeles is the next day in Greenwich."""
    plan = plan_published.plan
    StrategicPlan.objects.filter(pk=plan.pk).update(owner=owner)
    owner.workspace.zone = "America/Los_Angeles"
    owner.workspace.save(update_fields=["zone"])
    owner.access_until_date = date(2026, 10, 7)
    owner.save(update_fields=["access_until_date"])
    assert actions.find_ownerless(now=datetime(2026, 10, 8, 5, tzinfo=UTC)) == 0
    assert actions.find_ownerless(now=datetime(2026, 10, 8, 8, tzinfo=UTC)) == 1
    plan.refresh_from_db()
    assert plan.state == states.NEEDS_OWNER


def test_i_03_one_person_alone_settles_everything_without_waiting_for_anybody(owner, now):
    plan = actions.start_plan(person=owner, title="Allein", now=now)
    goal = {"statement": "Ein Ziel", "plain_statement": "Ein Ziel", "value_type": "cost"}
    actions.save_goal(person=owner, version=plan.versions.get(), now=now, **goal)
    settle(plan, owner, now)
    assert (
        actions.publish_version(
            person=owner, version=plan.versions.get(), reason="los", without_agreement="Niemand muss zustimmen", now=now
        ).number
        == 1
    )


def test_s4_17_steps_of_the_version_then_in_force_are_told_too(plan_published, owner, new_person, now):
    written = plan_published
    told = [line for line in responsible_on(owner.workspace, date(2026, 10, 8)) if line.kind == "step"]
    assert [(line.label, line.unit_name) for line in told] == [
        ("Die acht aktivsten Helferinnen und Helfer anrufen", "Jana Petersen")
    ]
    draft = actions.open_draft(person=owner, plan=written.plan, now=now)
    emre, later = new_person("manager", "Emre Yıldız"), now + timedelta(days=3)
    actions.save_step(person=owner, version=draft, key=written.step.key, owner=emre, now=later)
    actions.publish_version(person=owner, version=draft, reason="Emre übernimmt", now=later)
    for day, name in ((8, "Jana Petersen"), (11, "Emre Yıldız")):
        (line,) = [one for one in responsible_on(owner.workspace, date(2026, 10, day)) if one.kind == "step"]
        assert line.unit_name == name
