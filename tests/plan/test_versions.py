"""Published versions cannot be changed by any path (I-04); one draft, one version in force (I-05); keys survive (I-06)."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from allmende.plan import actions, queries, states
from allmende.plan.models import LAYER_MODELS, Goal, PlanVersion, Step, Tactic


def refuses(sql: str, *values: object) -> None:
    """Run on the connection in use, and see it refused by the trigger."""
    with pytest.raises(DatabaseError, match="a published plan version cannot be changed"):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)


@pytest.mark.parametrize("layer", LAYER_MODELS)
@pytest.mark.django_db
def test_i04_raw_sql_cannot_touch_elements_of_a_published_version(plan_published, layer):
    table = LAYER_MODELS[layer]._meta.db_table
    refuses(f"UPDATE {table} SET rank = 9")
    refuses(f"DELETE FROM {table}")
    columns = ", ".join(
        f'"{field.column}"' for field in LAYER_MODELS[layer]._meta.concrete_fields if field.column != "id"
    )
    refuses(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table}")


def test_i04_raw_sql_cannot_touch_a_published_version_itself(plan_published):
    version = plan_published.version
    for change in ("change_reason = 'another'", "state = 'draft'", "number = 7", "published_without_agreement = ''"):
        refuses(f"UPDATE plan_planversion SET {change}")
    refuses("DELETE FROM plan_planversion")
    version.refresh_from_db()
    assert (version.state, version.change_reason) == (states.PUBLISHED, "Der erste Plan")


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="INSERT OR REPLACE is SQLite's")
def test_i04_replacing_rows_is_no_way_around(plan_published, owner, now):
    written = plan_published
    draft = actions.open_draft(person=owner, plan=written.plan, now=now)
    goal = Goal.objects.get(version=written.version)
    columns = [field.column for field in Goal._meta.concrete_fields if field.column not in {"id", "version_id"}]
    refuses(
        f"INSERT OR REPLACE INTO plan_goal (id, version_id, {', '.join(columns)}) "
        f"SELECT %s, version_id, {', '.join(columns)} FROM plan_goal WHERE version_id = %s",
        goal.pk,
        draft.pk.hex,
    )
    names = ", ".join(field.column for field in PlanVersion._meta.concrete_fields)
    refuses(f"INSERT OR REPLACE INTO plan_planversion ({names}) SELECT {names} FROM plan_planversion WHERE number = 1")
    assert Goal.objects.filter(pk=goal.pk, version=written.version).exists()


def test_i04_the_orm_cannot_change_a_published_element(plan_published):
    written = plan_published
    written.goal.statement = "Something else"
    with pytest.raises(DatabaseError), transaction.atomic():
        written.goal.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        Tactic.objects.filter(version=written.version).update(effort_hours=1)


def test_i05_there_is_one_draft_and_one_version_in_force(plan_published, owner, now):
    written = plan_published
    draft = actions.open_draft(person=owner, plan=written.plan, now=now)
    assert actions.open_draft(person=owner, plan=written.plan, now=now) == draft
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanVersion.objects.create(
            plan=written.plan, workspace=owner.workspace, number=9, created_at=now, updated_at=now
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanVersion.objects.filter(pk=draft.pk).update(state=states.PUBLISHED)
    with pytest.raises(actions.CannotStartPlan):
        actions.start_plan(person=owner, title="Ein zweiter", now=now)


def test_i06_a_revision_is_a_copy_with_all_keys(plan_published, owner, now):
    written = plan_published
    draft = actions.open_draft(person=owner, plan=written.plan, now=now)
    found = queries.elements_of(written.version, draft)
    old, new = found[written.version.pk], found[draft.pk]
    assert old.keys() == new.keys()
    assert len(new.keys()) == 11
    assert queries.differences(old, new) == ()
    step = Step.objects.get(version=draft)
    goal = step.tactic.strategy.objective.goal
    assert step.key == written.step.key
    assert (goal.key, goal.version) == (written.goal.key, draft)


def test_a_version_states_the_highest_layer_it_touches(plan_published, owner, now):
    written = plan_published
    assert written.version.change_level == states.LEVELS.index("goal")
    cases = [
        ("tactic", written.tactics[3].key, {"name": "Wem hilfst du denn?"}, "wording"),
        ("step", written.step.key, {"where": "am Telefon"}, "action"),
        ("tactic", written.tactics[3].key, {"effort_hours": 2}, "tactic"),
        ("strategy", written.strategy.key, {"emotion": "Zugehörigkeit"}, "strategy"),
        ("objective", written.objective.key, {"target_share": 0.5}, "objective"),
        ("goal", written.goal.key, {"value_type": "clv"}, "goal"),
    ]
    for layer, key, values, level in cases:
        draft = actions.open_draft(person=owner, plan=written.plan, now=now)
        actions.SAVE[layer](person=owner, version=draft, key=key, now=now, **values)
        why = "Frau Brandt ist im Urlaub" if level in {"objective", "goal"} else ""
        version = actions.publish_version(
            person=owner, version=draft, reason="weil", without_agreement=why, is_self_checked=True, now=now
        )
        assert states.LEVELS[version.change_level] == level
        assert version.published_without_agreement == why
        (change,) = version.changes
        assert (change["key"], change["layer"], change["fields"]) == (key, layer, list(values))


def test_publishing_refuses_what_nobody_could_judge(plan_drafted, owner, now):
    written = plan_drafted
    actions.save_objective(
        person=owner,
        version=written.version,
        key=written.objective.key,
        least_relevant_difference=None,
        target_date=None,
        now=now,
    )
    with pytest.raises(actions.CannotPublish) as refused:
        actions.publish_version(person=owner, version=written.version, reason="weil", now=now)
    codes = {lesson.code for key, lesson in refused.value.lessons if key == written.objective.key}
    assert codes == {"least_relevant_missing", "target_date_missing"}
    assert not PlanVersion.objects.filter(state=states.PUBLISHED).exists()


def test_publishing_refuses_an_empty_plan_no_reason_no_change_and_an_unseen_one(write_plan, owner, now):
    plan = actions.start_plan(person=owner, title="Leer", now=now)
    by = {"person": owner, "now": now}
    with pytest.raises(actions.CannotPublish) as refused:
        actions.publish_version(version=plan.versions.get(), reason="weil", **by)
    assert [lesson.code for _, lesson in refused.value.lessons] == ["goal_missing"]
    plan.versions.all().delete()
    plan.delete()
    written = write_plan()
    with pytest.raises(actions.CannotPublish):
        actions.publish_version(version=written.version, reason="  ", **by)
    with pytest.raises(actions.CannotPublish):
        actions.publish_version(version=written.version, reason="weil", revision=1, **by)
    actions.publish_version(version=written.version, reason="weil", without_agreement="eilig", **by)
    draft = actions.open_draft(plan=written.plan, **by)
    with pytest.raises(actions.CannotPublish):
        actions.publish_version(version=draft, reason="nichts", **by)
    with pytest.raises(actions.CannotPublish):
        actions.publish_version(version=written.version, reason="noch einmal", **by)


def test_discarding_leaves_the_version_in_force(plan_published, owner, now):
    written = plan_published
    draft = actions.open_draft(person=owner, plan=written.plan, now=now)
    actions.remove_element(person=owner, version=draft, layer="objective", key=written.objective.key, now=now)
    actions.discard_draft(person=owner, version=draft, now=now)
    assert queries.objectives_in_force(owner.workspace) == (written.objective,)
    assert actions.open_draft(person=owner, plan=written.plan, now=now).number == 3
    with pytest.raises(actions.CannotDiscardDraft):
        actions.discard_draft(person=owner, version=draft, now=now)


def test_codes_are_never_given_twice(plan_published, owner, now):
    written = plan_published
    by = {"person": owner, "now": now}
    draft = actions.open_draft(plan=written.plan, **by)
    actions.remove_element(version=draft, layer="tactic", key=written.tactics[5].key, **by)
    actions.publish_version(version=draft, reason="Gewinnspiel gestrichen", **by)
    draft = actions.open_draft(plan=written.plan, **by)
    tactic = actions.save_tactic(
        version=draft,
        strategy_key=written.strategy.key,
        name="Patenschaft",
        reach=1,
        depth=3,
        length=3,
        effort_hours=2,
        **by,
    )
    assert tactic.code == "T7"


def test_differences_are_said_in_words_not_in_codes(plan_published, owner, now, client_of):
    written = plan_published
    by = {"person": owner, "now": now, "version": actions.open_draft(person=owner, plan=written.plan, now=now)}
    tactic, step = written.tactics[0], written.step
    actions.save_tactic(key=tactic.key, state="stopped", confidence="plausible", **by)
    actions.save_step(key=step.key, also_by=[str(owner.pk)], **by)
    actions.save_objective(key=written.objective.key, definition_key="question_confirmed_7d", **by)
    page = client_of(owner).get("/w/lotsenforum/plan/draft/publish/").content.decode()
    for before, after in (("läuft", "eingestellt"), ("angenommen", "plausibel")):
        assert f"<del>{before}</del> <ins>{after}</ins>" in page
    assert f"<ins>{owner.name}</ins>" in page
    assert "binnen sieben Tagen als gelöst bestätigt</ins>" in page


def test_s0_01_a_version_leads_to_the_words_before_and_after(plan_published, owner, now, client_of):
    written = plan_published
    draft = actions.open_draft(person=owner, plan=written.plan, now=now)
    actions.save_tactic(person=owner, version=draft, key=written.tactics[0].key, name="Rat der Erfahrenen", now=now)
    actions.publish_version(person=owner, version=draft, reason="Der Name führte irre.", now=now)
    client = client_of(owner)
    way = "/w/lotsenforum/plan/versions/compare/?from=1&amp;to=2"
    assert way not in client.get("/w/lotsenforum/plan/versions/1/").content.decode()
    assert way in client.get("/w/lotsenforum/plan/versions/2/").content.decode()
    words = client.get(way.replace("&amp;", "&")).content.decode()
    assert "<del>Lotsenkreis</del> <ins>Rat der Erfahrenen</ins>" in words
