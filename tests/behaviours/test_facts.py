"""Every shipped definition in force on a community of its own, told of by the real actions, counted like the slow recount."""

import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from allmende.behaviours.actions import CannotAdopt, adopt_definition, fill_ledger, measure_workspace
from allmende.behaviours.models import BehaviourDefinition, LabelRule, Measurement
from allmende.behaviours.queries import awaiting, offered
from allmende.behaviours.queries.counting import count_periods
from allmende.behaviours.queries.days import acts_of_days, count_days
from allmende.behaviours.queries.due import due_workspaces
from allmende.behaviours.queries.facts import facts_for
from allmende.behaviours.queries.interactions import months_known
from allmende.behaviours.queries.ledger_rows import batches_by_month
from allmende.channels.actions import record_batch
from allmende.connectors.neutral import Author, Batch, Item, Ref
from allmende.inbox.actions import tag_conversations
from allmende.inbox.jobs import file_new
from allmende.inbox.models import Conversation
from allmende.ledger import shipped
from allmende.ledger.definition import Definition
from allmende.ledger.events import Interaction
from allmende.ledger.facts import Facts
from allmende.members.actions import forget_told, join_group, save_segment, set_rule, tell_traits
from allmende.members.models import Member
from tests.ledger.recount import recount, told

BEGINS = datetime(2025, 3, 3, 8, tzinfo=UTC)
THREADS = 260
PLACES = ("Linz", "Chur", "Kiel")
OPENING = ("asked", "asked", "asked", "submitted_report", "shared_experience", "posted")
REPLIES = ("answered", "answered", "answered", "commented", "shared_experience")
OUTSIDE = (
    "bought", "arrived_from_link", "completed_on_site", "registered_event", "attended_event", "repaired_unusually"
)  # fmt: skip
MARKS = ("accepted_answer", "thanked", "voted")


def lively(seed: int, threads: int = THREADS) -> list[Item]:
    """Nineteen months of questions, answers, marks and events by sixty people who come one after another, a bot and two
    experts."""
    dice = random.Random(seed)
    names = [f"Mensch {number}" for number in range(60)]
    others = ["Fachfrau 1", "Fachfrau 2", "bot_1"]
    items: list[Item] = []

    def add(kind: str, act: str, who: str, at: datetime, thread: str, **more: str) -> str:
        key = f"i{len(items)}"
        author = Author(who, name=who)
        items.append(Item(Ref(key), kind, act, author, at, thread or key, **more))  # type: ignore[arg-type]
        return key

    for number in range(threads):
        last = 6 + number * 55 // threads
        known = names[max(0, last - 9) : last]
        at = BEGINS + timedelta(hours=number * 53 + dice.randrange(30))
        asker = dice.choice(known)
        root = add("message", dice.choice(OPENING), asker, at, "", text="Wie?", title=f"Faden {number}")
        for step in range(dice.randrange(4)):
            later = at + timedelta(hours=dice.randrange(1, 60), minutes=step)
            reply = add(
                "message",
                dice.choice(REPLIES),
                dice.choice([*known, *others * 5, *["Hilft viel"] * 25]),
                later,
                root,
                text="So.",
            )
            if dice.random() < 0.6:
                add("gesture", dice.choice(MARKS), asker, later + timedelta(hours=3), root, target=reply)
        if dice.random() < 0.5:
            add("gesture", "accepted_answer", dice.choice(known + others), at + timedelta(hours=50), root, target=root)
        for _time in range(dice.randrange(3)):
            add("gesture", dice.choice(OUTSIDE), dice.choice(known), at + timedelta(hours=dice.randrange(200)), "")
        if number % 9 == 0:
            guest = f"Gast {number}"
            add("gesture", "arrived_from_link", guest, at, "")
            add("gesture", "completed_on_site", guest, at + timedelta(hours=number % 30), "")
    return sorted(items, key=lambda item: item.occurred_at)


@pytest.fixture
def community(forum, owner, workspace, now):
    """What was said, and what people told of it."""
    for pattern, actor_class in (("Fachfrau *", "expert"), ("bot_*", "bot")):
        set_rule(person=owner, pattern=pattern, actor_class=actor_class, now=now)
    record_batch(channel=forum, batch=Batch(lively(7), "1"), now=now)
    file_new(now)
    while Conversation.objects.count() < THREADS and file_new(now):
        pass


@pytest.fixture
def told_of(community, owner, workspace, now):
    """Departments and plants of most, two groups with people who came and went, hard questions by tag."""
    members = list(Member.objects.order_by("alias"))
    traits = {
        one.pk: {"department": PLACES[place % 3], "plant": PLACES[place % 2]}
        for place, one in enumerate(members)
        if place % 7
    }
    tell_traits(person=owner, told=traits, now=now)
    for key, name in (("invited", "Eingeladene"), ("prospects", "Interessenten")):
        segment = save_segment(person=owner, segment=None, key=key, name=name, now=now)
        chosen = [one.pk for place, one in enumerate(members) if place % 3 != len(key) % 3]
        join_group(person=owner, segment=segment, members=chosen[:20], since=None, now=now)
        join_group(person=owner, segment=segment, members=chosen[20:], since=BEGINS + timedelta(days=250), now=now)
    hard = [one for one in Conversation.objects.order_by("pk") if one.pk % 2]
    tag_conversations(person=owner, conversations=hard, name="Schwer", now=now)
    LabelRule.objects.create(workspace=workspace, label="hard", tag="schwer", told_by=owner, told_at=now)


def ledger_rows(workspace) -> list[Interaction]:
    """All rows the ledger is filled with, in its order."""
    months = batches_by_month(workspace, months_known(workspace))
    found = [Interaction(**row) for _month, batches in months for batch in batches for row in batch.to_pylist()]
    return sorted(found, key=lambda row: (row.occurred_at, row.ordinal))


@pytest.mark.thorough
@pytest.mark.django_db
def test_all_shipped_definitions_count_like_the_recount(told_of, owner, workspace, now) -> None:
    for definition in shipped.SHIPPED:
        adopt_definition(workspace=workspace, spec=definition, person=owner, now=now)
    measure_workspace(workspace=workspace, now=now)
    rows, done = ledger_rows(workspace), Counter[str]()
    for definition in shipped.SHIPPED:
        counted = count_periods(workspace, definition, as_of=now, period="month")
        found = {row.period_start.strftime("%Y-%m"): told(row) for row in counted}
        known = facts_for(workspace, definition, now)
        assert found == recount(rows, definition, now, workspace.zone, known), definition.key
        done[definition.key] = sum(row.times for row in counted)
        kept = Measurement.objects.filter(definition__key=definition.key, period_kind="month")
        assert sum(one.times for one in kept) == done[definition.key]
    assert len(done) == len(shipped.SHIPPED) >= 22
    assert [key for key in done if not done[key]] == []


@pytest.mark.thorough
@pytest.mark.django_db
def test_what_is_told_changes_what_is_counted(told_of, workspace, now) -> None:
    """Without the facts the same rows give another figure: they are read, not passed by."""
    measure_workspace(workspace=workspace, now=now)
    rows = ledger_rows(workspace)
    for definition in shipped.SHIPPED:
        if definition.needs_facts:
            nothing = Facts(holidays=facts_for(workspace, definition, now).holidays)
            counted = count_periods(workspace, definition, as_of=now, period="month")
            assert {row.period_start.strftime("%Y-%m"): told(row) for row in counted} != recount(
                rows, definition, now, workspace.zone, nothing
            ), definition.key


@pytest.mark.django_db
def test_what_nobody_has_told_is_named_and_offered_once_it_is(community, owner, workspace, now) -> None:
    waiting = {one.key: [each.kind for each in missing] for one, missing in awaiting(workspace)}
    assert waiting == {
        "hard_question_expert_time": ["label"],
        "invited_report_quarter": ["group"],
        "invited_reports_rate": ["group"],
        "answer_from_other_department_2d": ["trait"],
        "answer_from_other_plant_2d": ["trait"],
        "prospect_buys_90d": ["group"],
        "prospect_question_confirmed_90d": ["group"],
    }
    assert len(offered(workspace)) + len(waiting) == len(shipped.SHIPPED)
    with pytest.raises(CannotAdopt, match=r"Interessierte|Prospects"):
        adopt_definition(workspace=workspace, spec=shipped.PROSPECT_BUYS, person=owner, now=now)
    segment = save_segment(person=owner, segment=None, key="prospects", name="Interessenten", now=now)
    assert "prospect_buys_90d" in {one.key for one, _missing in awaiting(workspace)}
    join_group(person=owner, segment=segment, members=[Member.objects.first().pk], since=None, now=now)
    assert {"prospect_buys_90d", "prospect_question_confirmed_90d"} <= {one.key for one in offered(workspace)}


@pytest.mark.django_db
def test_a_tag_of_the_labels_own_name_labels_and_a_suggestion_does_not(community, owner, workspace, now) -> None:
    hard = Definition.from_dict({**shipped.HARD_QUESTION_WAITS.to_dict(), "key": "schwere"})
    hard = Definition.from_dict({**hard.to_dict(), "anchor": {**hard.to_dict()["anchor"], "labels": ["schwer"]}})
    first = Conversation.objects.order_by("pk").first()
    tag_conversations(person=owner, conversations=[first], name="Schwer", now=now)
    labelled = facts_for(workspace, hard, now).labels["schwer"]
    assert labelled == sorted(first.entries.values_list("message_id", flat=True))
    LabelRule.objects.create(workspace=workspace, label="schwer", situation=1, told_by=owner, told_at=now)
    assert facts_for(workspace, hard, now).labels["schwer"] == []


@pytest.mark.django_db
def test_public_holidays_of_the_house_are_no_working_days(community, workspace, now) -> None:
    fill_ledger(workspace=workspace, now=now)
    known = facts_for(workspace, shipped.ANSWER_ACROSS, now).holidays
    assert {date(2025, 12, 25), date(2026, 5, 1), date(2027, 1, 1)} <= known


@pytest.mark.django_db
def test_s1_26_movement_from_prospect_to_customer_is_an_objective(
    told_of, put_plan_in_force, owner, workspace, now
) -> None:
    """The plan asks for it by name; it is adopted, counted and judged like any other, and a figure stands behind it."""
    objective = put_plan_in_force(
        definition_key="prospect_buys_90d", short_name="Interessenten kaufen", behaviour="Nach dem Mitmachen kaufen"
    )
    measure_workspace(workspace=workspace, now=now)
    definition = BehaviourDefinition.objects.get(key="prospect_buys_90d", state="in_force")
    assert definition.verdicts.get().objective_key == objective.key
    assert definition.measurements.get(period_kind="all").complete > 0


@pytest.mark.django_db
def test_help_across_departments_in_working_days_is_judged_and_told_day_by_day(
    told_of, put_plan_in_force, owner, workspace, now
) -> None:
    put_plan_in_force(definition_key="answer_from_other_department_2d", behaviour="Über Abteilungen hinweg helfen")
    measure_workspace(workspace=workspace, now=now)
    definition = BehaviourDefinition.objects.get(key="answer_from_other_department_2d", state="in_force")
    assert definition.verdicts.get().before_n > 0
    days = count_days(workspace, shipped.ANSWER_ACROSS, as_of=now, last=100)
    assert len(days) == 100
    assert sum(day.complete for day in days) > 0


@pytest.mark.django_db
def test_s0_03_what_a_group_does_is_told_day_by_day_too(told_of, workspace, now) -> None:
    """The days of a month that is over add up to it."""
    fill_ledger(workspace=workspace, now=now)
    by_month: Counter[tuple[int, int]] = Counter()
    for day in acts_of_days(workspace, shipped.INVITED_REPORTS, as_of=now, last=700):
        on = workspace.day_at(day.starts_at)
        by_month[on.year, on.month] += day.times
    months = count_periods(workspace, shipped.INVITED_REPORTS, as_of=now, period="month")
    over = {(workspace.day_at(one.period_start).timetuple()[:2]): one.times for one in months[1:] if one.is_closed}
    assert sum(over.values()) > 0
    assert {month: by_month[month] for month in over} == over


@pytest.mark.django_db
def test_an_objective_waits_until_its_group_is_told(community, put_plan_in_force, owner, workspace, now) -> None:
    put_plan_in_force(definition_key="prospect_buys_90d")
    measure_workspace(workspace=workspace, now=now)
    assert not BehaviourDefinition.objects.exists()
    assert due_workspaces(now + timedelta(minutes=1)) == []
    segment = save_segment(person=owner, segment=None, key="prospects", name="Interessenten", now=now)
    members = list(Member.objects.values_list("pk", flat=True))
    join_group(person=owner, segment=segment, members=members, since=None, now=now + timedelta(seconds=5))
    assert due_workspaces(now + timedelta(minutes=1)) == [workspace]
    measure_workspace(workspace=workspace, now=now + timedelta(minutes=1))
    assert BehaviourDefinition.objects.get().key == "prospect_buys_90d"


@pytest.mark.django_db
def test_whoever_is_forgotten_counts_in_no_group(told_of, workspace, now) -> None:
    one = Member.objects.order_by("alias").first()
    before = facts_for(workspace, shipped.PROSPECT_BUYS, now).segments["prospects"]
    forget_told(member=one)
    after = facts_for(workspace, shipped.PROSPECT_BUYS, now).segments["prospects"]
    assert {stay.person for stay in before} - {stay.person for stay in after} <= {one.pseudonym}
    assert one.pseudonym not in {stay.person for stay in after}
