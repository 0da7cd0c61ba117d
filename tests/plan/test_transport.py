"""The plan as a file: complete, the same for the same plan, and refused whole when it is damaged (S0-24)."""

import json
from datetime import timedelta

import pytest
from django.apps import apps
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allmende.channels.actions import choose_channel
from allmende.plan.actions import (
    add_stakeholder,
    import_plan,
    link_work,
    note_platform_change,
    open_draft,
    publish_version,
    report_step,
    save_goal,
    save_routine,
    save_step,
)
from allmende.plan.models import ChangeEffect, PlanVersion, Routine, StrategicPlan
from allmende.plan.queries import PLAN, exported
from allmende.team.actions import CannotRead
from allmende.team.models import Person

pytestmark = pytest.mark.django_db
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60).filter(str.strip)


@pytest.fixture
def full(write_plan, owner, now):
    """Two versions in force one after the other, progress, work and a stakeholder."""
    written = write_plan(publish=True)
    by = {"person": owner, "now": now + timedelta(days=1)}
    add_stakeholder(name="Frau Brandt", **by)
    link_work(workspace=owner.workspace, key=written.goal.key, kind="item", ref="1", label="Beitrag", url="/x", at=now)
    report_step(plan=written.plan, key=written.step.key, state="in_progress", note="angefangen", **by)
    draft = open_draft(plan=written.plan, **by)
    save_step(version=draft, key=written.step.key, what="Alle anrufen", **by)
    publish_version(version=draft, reason="Genauer", **by)
    return written


@pytest.fixture
def elsewhere(new_person, owner):
    """The owner of an empty workspace, called as the owner of the full one."""
    return new_person("owner", owner.name, slug="other")


def text_of(plan):
    return json.dumps(exported(plan), sort_keys=True)


def test_s0_24_a_plan_comes_back_whole_in_an_empty_workspace(full, elsewhere, now):
    before = text_of(full.plan)
    made = import_plan(person=elsewhere, text=before, now=now)
    assert text_of(made) == before
    states = dict(made.versions.values_list("number", "state"))
    assert states == {1: "superseded", 2: "published"}


def test_s0_01_every_earlier_version_stands_in_the_file(full):
    found = exported(full.plan)["tables"]
    assert {row["what"] for row in found["step"]} == {full.step.what, "Alle anrufen"}
    assert [row["change_reason"] for row in found["planversion"]][-1] == "Genauer"


def as_first_schema(document):
    """What the first version of the software wrote: people by name, no channels, fewer fields."""
    names = {f"person:{number}": row["name"] for number, row in enumerate(document["tables"]["person"], start=1)}
    tables = {name: rows for name, rows in document["tables"].items() if name not in ("person", "channel")}
    for table in PLAN.tables:
        people = [column.name for column in table.columns() if column.related_model is Person]
        for row in tables[table.name]:
            for field in table.added:
                del row[field]
            for field in set(people) & set(row):
                row[field] = names.get(row[field])
    return {**document, "schema": 1, "tables": tables}


def test_s0_24_a_file_of_the_first_schema_comes_back(full, elsewhere, now):
    plan = import_plan(person=elsewhere, text=json.dumps(as_first_schema(exported(full.plan))), now=now)
    assert text_of(plan) == text_of(full.plan)


def test_s4_31_s4_32_a_plan_takes_the_channels_along_that_it_names(full, forum, owner, elsewhere, now):
    by = {"person": owner, "now": now}
    save_routine(
        routine=None, revision=None, steps=["Lesen, was kam"], name="Morgenrunde", purpose="", rhythm="daily", weekday=None,
        channel=forum, owner=owner, planned_minutes=15, review_interval_days=91, **by,
    )  # fmt: skip
    note_platform_change(
        network="sandbox", what="Antworten werden kürzer", noticed_date=now.date(), effective_date=None, source_url="",
        formats=["poll"], **by,
    )  # fmt: skip
    before = text_of(full.plan)
    assert text_of(import_plan(person=elsewhere, text=before, now=now)) == before
    routine = Routine.objects.get(workspace=elsewhere.workspace)
    assert (routine.channel.name, routine.channel.state, routine.channel.account) == ("Forum", "considered", None)
    touched = ChangeEffect.objects.filter(change__workspace=elsewhere.workspace)
    assert {effect.channel or effect.content_format for effect in touched} == {routine.channel, "poll"}


def test_s4_31_a_channel_that_is_here_is_known_by_its_short_name(full, forum, owner, elsewhere, now):
    save_routine(
        person=owner, now=now, routine=None, revision=None, steps=["Lesen"], name="Morgenrunde", purpose="", rhythm="daily",
        weekday=None, channel=forum, owner=owner, planned_minutes=15, review_interval_days=91,
    )  # fmt: skip
    here = choose_channel(
        person=elsewhere, name="Unser Forum", slug="forum", kind="own_forum", account=None, place="", now=now
    )
    import_plan(person=elsewhere, text=text_of(full.plan), now=now)
    assert Routine.objects.get(workspace=elsewhere.workspace).channel == here


def test_s0_24_what_unknown_people_did_stays_theirs(full, owner, new_person, now):
    stranger = new_person("owner", "Ida Fremd", slug="other")
    emre = new_person("lead", "Emre Yıldız")
    draft = open_draft(person=owner, plan=full.plan, now=now)
    save_step(person=owner, version=draft, key=full.step.key, also_by=[str(emre.pk)], now=now)
    before = text_of(full.plan)
    made = import_plan(person=stranger, text=before, now=now)
    assert text_of(made) == before
    jana = Person.objects.get(workspace=stranger.workspace, name="Jana Petersen")
    assert jana.is_uninvited and not jana.user.is_active
    version = made.versions.get(state="published")
    assert version.published_by == jana and version.created_by == jana
    step = made.versions.get(state="draft").steps.get()
    assert step.owner == jana
    assert [Person.objects.get(pk=one).name for one in step.also_by] == ["Emre Yıldız"]
    assert stranger not in {row.created_by for row in made.versions.all()}


def test_s0_24_a_name_two_people_share_recognises_nobody(full, owner, new_person, now):
    first = new_person("owner", "Jana Petersen", slug="other")
    new_person("manager", "Jana Petersen", slug="other")
    made = import_plan(person=first, text=text_of(full.plan), now=now)
    assert made.owner.is_uninvited and made.owner.name == "Jana Petersen"


def test_a_plan_is_never_written_over(full, owner, now):
    with pytest.raises(CannotRead):
        import_plan(person=owner, text=text_of(full.plan), now=now)
    assert StrategicPlan.objects.count() == 1


def _other(table, **changes):
    def damage(document):
        document["tables"][table][0].update(changes)

    return damage


DAMAGES = {
    "foreign schema": lambda document: document.update(schema=3),
    "no plan of ours": lambda document: document.update(format="x"),
    "wrong type": _other("goal", rank="first"),
    "a list for words": _other("goal", statement=["x"]),
    "dangling link": _other("objective", goal="goal:99"),
    "link to another kind": _other("objective", goal="step:1"),
    "circular": _other("planversion", base="planversion:2"),
    "element of another version": _other("objective", goal="goal:2"),
    "unknown field": _other("goal", secret=1),
    "unknown state": _other("planversion", state="final"),
    "contradictory days": _other("objective", starts_date="2027-06-01", target_date="2026-06-01"),
    "no day": _other("step", due_date="tomorrow"),
    "two in force": _other("planversion", state="published"),
    "missing table": lambda document: document["tables"].pop("goal"),
    "nobody": _other("step", owner="person:9"),
    "also by nobody": _other("step", also_by=["person:9"]),
    "people are no words": _other("step", also_by=[7]),
    "unknown role": _other("person", role="king"),
    "two plans": lambda document: document["tables"]["strategicplan"].append(document["tables"]["strategicplan"][0]),
}


def test_s0_24_what_is_no_day_is_not_called_a_day_too_early(full, elsewhere, now):
    document = exported(full.plan)
    _other("objective", starts_date="tomorrow", target_date="2026-06-01")(document)
    with pytest.raises(CannotRead, match="starts_date"):
        import_plan(person=elsewhere, text=json.dumps(document), now=now)


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_s0_24_a_damaged_file_is_refused_in_words_and_nothing_written(full, elsewhere, now, damage):
    document = exported(full.plan)
    damage(document)
    with pytest.raises(CannotRead) as refused:
        import_plan(person=elsewhere, text=json.dumps(document), now=now)
    assert "geschrieben" in str(refused.value) or "written" in str(refused.value)
    assert not PlanVersion.objects.filter(workspace=elsewhere.workspace).exists()


BEYOND = [
    ("tactic", {"reach": 9}, "in der Tabelle tactic, Zeile 1, steht in reach 9; erlaubt: 1 bis 3"),
    (
        "objective",
        {"target_share": 1.5},
        "in der Tabelle objective, Zeile 1, steht in target_share 1.5; erlaubt: 0 bis 1",
    ),
    ("tactic", {"depth": -1}, "in der Tabelle tactic, Zeile 1, steht in depth -1; erlaubt: "),
    (
        "tactic",
        {"state": "asleep"},
        "in der Tabelle tactic, Zeile 1, steht in state asleep; erlaubt: idea, scored, selected",
    ),
    ("tactic", {"effort_hours": "99999.0"}, "steht in effort_hours 99999.0; erlaubt: weniger als 1000"),
    ("goal", {"statement": "x" * 4000}, "in der Tabelle goal, Zeile 1, steht in statement xxxxx"),
]


@pytest.mark.parametrize(("table", "changes", "sentence"), BEYOND)
def test_s0_24_a_value_out_of_range_is_refused_by_table_row_field_value_and_range(
    full, elsewhere, now, table, changes, sentence
):
    document = exported(full.plan)
    _other(table, **changes)(document)
    with translation.override("de"), pytest.raises(CannotRead) as refused:
        import_plan(person=elsewhere, text=json.dumps(document), now=now)
    assert sentence in str(refused.value)


def test_s0_24_rows_that_say_the_same_are_both_named(full, elsewhere, now):
    document = exported(full.plan)
    goals = document["tables"]["goal"]
    goals.append(dict(goals[0]))
    with translation.override("de"), pytest.raises(CannotRead) as refused:
        import_plan(person=elsewhere, text=json.dumps(document), now=now)
    assert "haben dasselbe in version, key" in str(refused.value)


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_s0_24_no_refusal_names_a_rule_of_the_database(full, elsewhere, now, damage):
    document = exported(full.plan)
    damage(document)
    with pytest.raises(CannotRead) as refused:
        import_plan(person=elsewhere, text=json.dumps(document), now=now)
    rules = {rule.name for model in apps.get_models() for rule in model._meta.constraints}
    assert not [name for name in rules if name in str(refused.value)]
    assert "constraint" not in str(refused.value)


@pytest.mark.parametrize("share", [0, 0.3, 0.99])
def test_a_file_that_was_cut_off_is_refused(full, elsewhere, now, share):
    text = text_of(full.plan)
    with pytest.raises(CannotRead):
        import_plan(person=elsewhere, text=text[: int(len(text) * share)], now=now)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a": "\\ud800"}', '{"a": NaN}', '{"a": 1e999}', "\x00", "null"])
def test_s0_24_what_is_no_file_of_ours_at_all_is_refused_in_words(elsewhere, now, text):
    with pytest.raises(CannotRead, match=r"geschrieben|written"):
        import_plan(person=elsewhere, text=text, now=now)


def test_s0_24_half_a_character_in_a_file_of_ours_is_refused(full, elsewhere, now):
    damaged = text_of(full.plan).replace("Genauer", "Genau\\ud83d")
    assert damaged != text_of(full.plan)
    with pytest.raises(CannotRead, match=r"geschrieben|written"):
        import_plan(person=elsewhere, text=damaged, now=now)
    assert not PlanVersion.objects.filter(workspace=elsewhere.workspace).exists()


def _round_trip(words, full, owner, elsewhere, now):
    draft = open_draft(person=owner, plan=full.plan, now=now)
    for word in words:
        save_goal(person=owner, version=draft, statement=word, plain_statement=word, value_type="cost", now=now)
    before = text_of(full.plan)
    made = import_plan(person=elsewhere, text=before, now=now)
    assert text_of(made) == before


ROUNDS = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]}


def _undone(check, *given):
    from django.db import transaction

    with transaction.atomic():
        check(*given)
        transaction.set_rollback(True)


@settings(max_examples=4, **ROUNDS)
@given(words=st.lists(WORDS, max_size=3))
def test_s0_24_whatever_is_written_comes_back_the_same(full, owner, elsewhere, now, words):
    _undone(_round_trip, words, full, owner, elsewhere, now)


@pytest.mark.thorough
@settings(max_examples=60, **ROUNDS)
@given(words=st.lists(WORDS, max_size=12))
def test_s0_24_whatever_is_written_comes_back_the_same_many_times(full, owner, elsewhere, now, words):
    _undone(_round_trip, words, full, owner, elsewhere, now)
