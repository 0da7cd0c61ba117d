"""The whole book reads back in: the same community elsewhere, or nothing and a sentence (S0-24)."""

import json
from copy import deepcopy
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from allmende.behaviours.actions import adopt_definition
from allmende.behaviours.models import BehaviourDefinition
from allmende.channels.models import Channel
from allmende.crisis.actions import take_over_statements
from allmende.guidelines.models import ReactionPlan
from allmende.handover.actions import import_book, write_note
from allmende.handover.queries import WHOLE, whole_book
from allmende.ledger.shipped import FIRST_ANSWER_BY_MEMBER
from allmende.plan import actions
from allmende.plan.models import DecisionCheck, PlanVersion, Step, StrategicPlan
from allmende.plan.queries import exported
from allmende.stakeholders.actions import compose_report
from allmende.team.actions import CannotRead, close_day, end_access, make_responsible, save_unit
from allmende.team.models import AuditRow, Person, Responsibility
from allmende.team.queries import as_text, default_hours

pytestmark = pytest.mark.django_db
WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60).filter(str.strip)


@pytest.fixture
def world(full, forum, owner, emre, new_person, now):
    """One of everything, by the real actions."""
    by = {"person": owner, "now": now + timedelta(days=2)}
    gone = new_person("manager", "Uwe Gegangen")
    unit = save_unit(unit=None, kind="working_group", name="Lotsenkreis", lead=emre, members=[owner, gone], **by)
    make_responsible(kind="tactic", key=full.tactics[0].key, label="Lotsenkreis", unit=unit, **by)
    end_access(colleague=gone, **by)
    close_day(hours=default_hours(owner.workspace), on_date=date(2026, 12, 24), name="Betriebsausflug", **by)
    adopt_definition(workspace=owner.workspace, spec=FIRST_ANSWER_BY_MEMBER, **by)
    brandt = owner.workspace and actions.add_stakeholder(name="Herr Vogt", interest="Ruhe", email="", **by)
    compose_report(stakeholder=brandt, period_start_date=date(2026, 9, 1), period_end_date=date(2026, 9, 30), **by)
    take_over_statements(**by)
    draft = actions.open_draft(plan=full.plan, **by)
    actions.save_step(version=draft, key=full.step.key, also_by=[str(emre.pk)], **by)
    event = actions.add_change_event(
        plan=full.plan, kind="new_leadership", what="Neue Leitung", occurred_date=date(2026, 10, 1),
        noticed_date=date(2026, 10, 2), **by,
    )  # fmt: skip
    actions.assess_elements(event=event, judgements={full.goal.key: ("still_valid", "Bleibt")}, **by)
    actions.save_routine(
        routine=None, revision=None, steps=["Lesen, was kam"], name="Morgenrunde", purpose="", rhythm="daily", weekday=None,
        channel=forum, owner=emre, planned_minutes=15, review_interval_days=91, **by,
    )  # fmt: skip
    return full


@pytest.fixture
def elsewhere(new_person, owner):
    """The owner of an empty community, called as the owner of the full one."""
    return new_person("owner", owner.name, slug="other")


def text_of(person):
    return as_text(whole_book(person.workspace))


def test_s0_24_a_whole_community_comes_back(world, owner, elsewhere, now):
    before = text_of(owner)
    read = import_book(person=elsewhere, text=before, now=now)
    assert text_of(elsewhere) == before
    assert (read.community, elsewhere.workspace.name, elsewhere.workspace.slug) == (
        "Lotsenforum",
        "Lotsenforum",
        "other",
    )
    assert read.to_invite == ("Emre Yıldız",)
    empty = [
        (chapter, table) for chapter, tables in read.chapters.items() for table, count in tables.items() if not count
    ]
    held = {chapter for chapter, tables in read.chapters.items() if any(tables.values())}
    assert held == {chapter.name for chapter in WHOLE}, empty
    assert AuditRow.objects.filter(workspace=elsewhere.workspace, verb="handover.book.read").count() == 1


def test_s0_24_a_copy_of_a_copy_is_the_same(world, owner, elsewhere, new_person, now):
    before = text_of(owner)
    import_book(person=elsewhere, text=before, now=now)
    third = new_person("owner", owner.name, slug="third")
    import_book(person=third, text=text_of(elsewhere), now=now + timedelta(days=400))
    assert text_of(third) == before


def test_s0_24_channels_come_back_without_a_log_in_and_promises_with_them(world, elsewhere, owner, now):
    import_book(person=elsewhere, text=text_of(owner), now=now)
    channel = Channel.objects.get(workspace=elsewhere.workspace)
    assert (channel.slug, channel.state, channel.account, channel.reaction_plan_version_key) == (
        "forum",
        "considered",
        None,
        "",
    )
    promised = ReactionPlan.objects.get(workspace=elsewhere.workspace)
    assert promised.version_key == f"{channel.pk}/1" and promised.rules.count() == 22


def test_s0_24_what_people_did_stays_theirs_and_never_becomes_the_importers(world, owner, new_person, now):
    stranger = new_person("owner", "Ida Fremd", slug="other")
    import_book(person=stranger, text=text_of(owner), now=now)
    here = {one.name: one for one in Person.objects.filter(workspace=stranger.workspace)}
    assert {name for name, one in here.items() if one.is_uninvited} == {"Jana Petersen", "Emre Yıldız"}
    assert here["Uwe Gegangen"].left_at and not here["Uwe Gegangen"].is_uninvited
    decided = DecisionCheck.objects.get(workspace=stranger.workspace)
    assert (decided.requester, decided.decided_by) == (here["Jana Petersen"], here["Emre Yıldız"])
    step = Step.objects.get(version__workspace=stranger.workspace, version__state="draft")
    assert step.also_by == [str(here["Emre Yıldız"].pk)]
    writers = {one.created_by for one in PlanVersion.objects.filter(workspace=stranger.workspace)}
    assert stranger not in writers


def test_s4_17_who_answered_for_what_is_known_by_the_new_keys(world, owner, elsewhere, now):
    import_book(person=elsewhere, text=text_of(owner), now=now)
    plan = StrategicPlan.objects.get(workspace=elsewhere.workspace)
    lines = Responsibility.objects.filter(workspace=elsewhere.workspace)
    assert lines.get(kind="plan").key == str(plan.pk)
    group = lines.get(kind="tactic").unit
    assert lines.get(kind="unit").key == str(group.pk)
    assert {row.person.name for row in group.members.all()} == {"Jana Petersen", "Uwe Gegangen"}


def test_s0_24_a_rehearsal_says_what_would_be_made_and_makes_nothing(world, owner, elsewhere, now):
    before, book = text_of(elsewhere), text_of(owner)
    rehearsed = import_book(person=elsewhere, text=book, now=now, is_rehearsal=True)
    assert text_of(elsewhere) == before and elsewhere.workspace.name == "Other"
    assert not Person.objects.filter(workspace=elsewhere.workspace, is_uninvited=True).exists()
    assert import_book(person=elsewhere, text=book, now=now) == rehearsed


def test_s0_24_a_book_without_a_plan_comes_back(owner, emre, elsewhere, forum, now):
    write_note(person=owner, question_key="rituals", answer="Freitags das Lob", holder=emre, now=now)
    before = text_of(owner)
    import_book(person=elsewhere, text=before, now=now)
    assert text_of(elsewhere) == before


def test_s0_24_a_plan_alone_is_recognised(world, elsewhere, now):
    read = import_book(person=elsewhere, text=as_text(exported(world.plan)), now=now)
    assert read.community == "" and set(read.chapters) == {"plan"} and read.to_invite == ("Emre Yıldız",)
    assert StrategicPlan.objects.filter(workspace=elsewhere.workspace).count() == 1
    assert not BehaviourDefinition.objects.filter(workspace=elsewhere.workspace).exists()


def test_s0_24_a_book_is_never_mixed_with_what_is_here(world, owner, elsewhere, now):
    book = text_of(owner)
    actions.add_stakeholder(person=elsewhere, name="Frau Meier", email="", interest="", now=now)
    before = text_of(elsewhere)
    with pytest.raises(CannotRead, match="nicht leer"):
        import_book(person=elsewhere, text=book, now=now)
    assert text_of(elsewhere) == before


def test_only_whoever_may_change_the_community_reads_a_book_in(world, owner, new_person, elsewhere, now):
    lead = new_person("lead", "Zweite", slug="other")
    with pytest.raises(PermissionDenied):
        import_book(person=lead, text=text_of(owner), now=now)


def _row(chapter, table, **changes):
    def damage(document):
        document["chapters"][chapter][table][0].update(changes)

    return damage


def _without(chapter, table):
    def damage(document):
        document["chapters"][chapter][table].clear()

    return damage


DAMAGES = {
    "foreign schema": lambda document: document.update(schema=2),
    "no book": lambda document: document.update(format="x"),
    "missing chapter": lambda document: document["chapters"].pop("handover"),
    "unknown chapter": lambda document: document["chapters"].update(secrets={}),
    "no chapters": lambda document: document.update(chapters=[]),
    "missing table": lambda document: document["chapters"]["team"].pop("person"),
    "no people": _without("team", "person"),
    "no channels": _without("channels", "channel"),
    "no community": _without("team", "workspace"),
    "community without a zone": _row("team", "workspace", zone=None),
    "a zone that does not exist": _row("team", "workspace", zone="Europe/Nowhere"),
    "hours in no zone": _row("team", "servicehours", zone="Europe/Nowhere"),
    "holidays of nowhere": _row("team", "servicehours", country="XX"),
    "modules that are no words": _row("team", "workspace", modules_off=[["x"]]),
    "modules nobody knows": _row("team", "workspace", modules_off=["everything"]),
    "a helper who is nobody": _row("plan", "step", also_by=["Anna"]),
    "unknown role": _row("team", "person", role="king"),
    "outsider for ever": _row("team", "person", employment="external"),
    "span backwards": _row("team", "servicespan", starts_at="20:00:00"),
    "no time": _row("team", "servicespan", starts_at="morning"),
    "two defaults": lambda document: document["chapters"]["team"]["servicehours"].append(
        document["chapters"]["team"]["servicehours"][0]
    ),
    "channel twice": lambda document: document["chapters"]["channels"]["channel"].append(
        document["chapters"]["channels"]["channel"][0]
    ),
    "rule of nothing": _row("guidelines", "reactionrule", plan="reactionplan:9"),
    "signs of nothing": _row("guidelines", "reactionrule", signs={"smell": 1}),
    "step of a later chapter": _row("plan", "step", owner="report:1"),
    "two in force": lambda document: [
        row.update(state="published") for row in document["chapters"]["plan"]["planversion"]
    ],
    "counts nothing": _row("behaviours", "behaviourdefinition", spec={"key": "x"}),
    "report without a page": _row("stakeholders", "report", content={"goals": 7}),
    "note of nobody": _row("handover", "knowledgenote", holder=None),
    "second is the first": _row("handover", "knowledgenote", second="person:2"),
    "backwards": _row("accountable", "responsibility", ends_at="1999-01-01T00:00:00+00:00"),
    "key of nothing": _row("accountable", "responsibility", kind="plan", key="strategicplan:9"),
    "key is a list": _row("accountable", "responsibility", key=[]),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_s0_24_a_damaged_book_is_answered_in_words_and_nothing_is_half_written(world, owner, elsewhere, now, damage):
    before, document = text_of(elsewhere), whole_book(owner.workspace)
    damage(document)
    with pytest.raises(CannotRead, match="geschrieben"):
        import_book(person=elsewhere, text=json.dumps(document), now=now)
    assert text_of(elsewhere) == before


@settings(max_examples=12, deadline=None, suppress_health_check=[*HealthCheck])
@given(data=st.data())
def test_s0_24_whatever_is_broken_nothing_is_half_written(world, owner, elsewhere, now, data):
    """One value anywhere becomes something else: it is read as it stands, or refused in words."""
    document = deepcopy(whole_book(owner.workspace))
    rows = [row for tables in document["chapters"].values() for table in tables.values() for row in table]
    row = data.draw(st.sampled_from(rows))
    name = data.draw(st.sampled_from(sorted(row)))
    row[name] = data.draw(
        st.sampled_from([None, "", "x", 0, -1, 10**9, True, [], {}, [None], "\x00", "person:1", "1999-01-01"])
    )
    before = text_of(elsewhere)
    with transaction.atomic():
        try:
            import_book(person=elsewhere, text=json.dumps(document), now=now)
        except CannotRead as refused:
            assert "geschrieben" in str(refused)
            assert text_of(elsewhere) == before
        transaction.set_rollback(True)
    elsewhere.workspace.refresh_from_db()


# --- whatever people do ---------------------------------------------------------------------------------------------

DEEDS = {
    "goal": lambda w, by, word: actions.save_goal(
        version=actions.open_draft(plan=w.plan, **by), statement=word, plain_statement=word, value_type="cost", **by
    ),
    "stakeholder": lambda w, by, word: actions.add_stakeholder(name=word, interest=word, email="", **by),
    "note": lambda w, by, word: write_note(question_key="", question=word, answer=word, holder=by["person"], **by),
    "unit": lambda w, by, word: save_unit(
        unit=None, kind="department", name=word, lead=by["person"], members=[], **by
    ),
    "responsible": lambda w, by, word: make_responsible(
        kind="tactic", key=w.tactics[1].key, label=word,
        unit=save_unit(unit=None, kind="external", name=word, lead=None, members=[], **by), **by,
    ),
    "closed day": lambda w, by, word: close_day(
        hours=default_hours(by["person"].workspace), on_date=date(2027, 1, len(word) % 28 + 1), name=word, **by
    ),
    "progress": lambda w, by, word: actions.report_step(
        plan=w.plan, key=w.step.key, state="in_progress", note=word, **by
    ),
    "work": lambda w, by, word: actions.link_work(
        workspace=by["person"].workspace, key=w.goal.key, kind="item", ref=word, label=word, url="/x", at=by["now"]
    ),
    "finding": lambda w, by, word: actions.note_finding(
        plan=w.plan, element_key=w.objective.key, observation=word, source=word, noticed_date=date(2026, 9, 1), **by
    ),
}  # fmt: skip
STORIES = st.lists(
    st.tuples(st.sampled_from(sorted(DEEDS)), WORDS), max_size=6, unique_by=lambda pair: pair[1].strip().lower()
)


def _lived(world, owner, elsewhere, now, story):
    with transaction.atomic():
        for number, (deed, word) in enumerate(story):
            DEEDS[deed](world, {"person": owner, "now": now + timedelta(days=3, minutes=number)}, word)
        before = text_of(owner)
        import_book(person=elsewhere, text=before, now=now)
        assert text_of(elsewhere) == before
        transaction.set_rollback(True)
    elsewhere.workspace.refresh_from_db()


@settings(max_examples=5, deadline=None, suppress_health_check=[*HealthCheck])
@given(story=STORIES)
def test_s0_24_whatever_people_do_comes_back_the_same(world, owner, elsewhere, now, story):
    _lived(world, owner, elsewhere, now, story)


@pytest.mark.thorough
@settings(max_examples=60, deadline=None, suppress_health_check=[*HealthCheck])
@given(story=STORIES)
def test_s0_24_whatever_people_do_comes_back_the_same_many_times(world, owner, elsewhere, now, story):
    _lived(world, owner, elsewhere, now, story)
