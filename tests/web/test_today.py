"""Today: what needs me now, in a fixed number of queries."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from allmende.behaviours.actions import adopt_definition
from allmende.behaviours.models import Verdict
from allmende.channels.actions import record_batch
from allmende.config.demo.forum import write_items
from allmende.config.demo.plan import objective_key, write_plan
from allmende.connectors.neutral import Author, Batch, Item, Ref
from allmende.domain.wording import words_hash
from allmende.editorial.actions import ItemText, approve_variant, publish_now, save_item
from allmende.editorial.models import Variant
from allmende.inbox.actions import assign_conversation, choose_situation, send_reply
from allmende.inbox.jobs import file_new
from allmende.inbox.models import Conversation
from allmende.ledger.shipped import FIRST_ANSWER_BY_MEMBER
from allmende.plan.actions import open_draft
from allmende.plan.models import StrategicPlan
from allmende.plan.queries import chips, objectives_and_chips, steps_due, version_in_force
from allmende.team import states
from allmende.team.actions import join_person
from allmende.web import queries
from allmende.web.templatetags.today_words import headline

pytestmark = pytest.mark.django_db
ADDRESS = "/w/lotsenforum/"
MOST_QUERIES = 12


@pytest.fixture
def ask(forum):
    """`ask(3, 30)` files 30 questions numbered from 3 on."""

    def run(first: int, number: int) -> None:
        now = timezone.now()
        items = [
            Item(
                ref=Ref(f"q{n}"), kind="message", act="asked", author=Author(f"m{n}", name=f"Mitglied {n}"),
                occurred_at=now - timedelta(minutes=100 - n), thread=f"q{n}", title=f"Frage {n}",
                text="Wie buche ich das?",
            )
            for n in range(first, first + number)
        ]  # fmt: skip
        record_batch(channel=forum, batch=Batch(items, str(first)), now=now)
        while file_new(now):
            pass

    return run


@pytest.fixture
def plan(owner, new_person):
    now = timezone.now()
    emre = new_person("manager", "Emre Yıldız")
    return write_plan(jana=owner, emre=emre, starts_at=now - timedelta(weeks=12), now=now)


def test_three_and_thirty_conversations_take_the_same_few_queries(
    client_of, owner, new_person, forum, plan, ask, django_assert_max_num_queries
):
    now = timezone.now()
    emre = new_person("manager", "Zweiter Emre")
    write_items(jana=owner, emre=emre, channel=forum, objective_key=objective_key(plan, "Z1"), now=now)
    ask(0, 3)
    for conversation in Conversation.objects.all():
        assign_conversation(person=emre, conversation=conversation, assignee=owner, now=now)
    client = client_of(owner)
    client.get(ADDRESS)
    with django_assert_max_num_queries(MOST_QUERIES) as few:
        page = client.get(ADDRESS)
    today = page.context["today"]
    assert (len(today.waiting), today.waiting_number, len(today.notices)) == (3, 3, 3)
    assert today.steps and today.attention
    ask(3, 27)
    with django_assert_max_num_queries(MOST_QUERIES) as many:
        today = client.get(ADDRESS).context["today"]
    assert (len(today.waiting), today.waiting_number) == (5, 30)
    assert len(few) == len(many)


def test_other_workspaces_stand_in_the_switch(client_of, owner, new_person):
    host = new_person("owner", "Nora Host", slug="hafen")
    join_person(person=host, user=owner.user, role="observer", now=timezone.now())
    page = client_of(owner).get(ADDRESS).content.decode()
    assert "/w/hafen/" in page
    assert "/w/hafen/" not in client_of(new_person("manager")).get(ADDRESS).content.decode()


def test_the_frame_names_the_plan_in_force(client_of, owner, forum, plan):
    number = version_in_force(owner.workspace).number
    assert f"Plan Version {number}" in client_of(owner).get(ADDRESS).content.decode()


def test_the_objectives_of_a_page_are_those_in_force(owner, plan):
    facts = objectives_and_chips(owner.workspace)
    assert facts.version_number == version_in_force(owner.workspace).number
    assert [chip.code for chip in facts.in_force] == ["Z1", "Z2", "Z3"]
    assert facts.chips == chips(owner.workspace, [chip.key for chip in facts.in_force])


def test_steps_wait_for_their_owner_and_their_controller(client_of, owner, plan):
    today = timezone.now().astimezone(ZoneInfo(owner.workspace.zone)).date()
    due = steps_due(owner.workspace, today + timedelta(days=2), today=today)
    assert due and all(step.due_date <= today + timedelta(days=2) for step in due)
    assert [step.due_date for step in due] == sorted(step.due_date for step in due)
    page = client_of(owner).get(ADDRESS).content.decode()
    assert due[0].what in page


def test_what_a_row_says_is_what_the_rule_says(client_of, owner, forum, ask):
    ask(0, 1)
    one = Conversation.objects.get()
    rule = one.rule.plan.rules.get(situation=8)
    choose_situation(person=owner, conversation=one, rule=rule, now=timezone.now())
    (row,) = client_of(owner).get(ADDRESS).context["today"].waiting
    assert (row.rule_name, row.rule_reason, row.channel_name) == (rule.name, rule.reason, "Forum")
    assert row.url == f"/w/lotsenforum/inbox/{one.public_id}/"


def test_nobody_waits_reads_as_calm(client_of, owner):
    page = client_of(owner).get(ADDRESS)
    assert page.context["today"].is_calm and "Niemand wartet" in page.content.decode()


def test_yesterday_is_overdue_ten_minutes_after_midnight(workspace, owner, new_person):
    """The day is the workspace's, not Greenwich's: at 0:10 in Berlin it is still the day before there."""
    noon = datetime(2026, 11, 21, 12, tzinfo=UTC)
    write_plan(jana=owner, emre=new_person("manager", "Emre Yıldız"), starts_at=noon - timedelta(weeks=12), now=noon)
    with timezone.override(ZoneInfo("Europe/Berlin")):
        found = queries.today(workspace, owner, datetime(2026, 11, 21, 23, 10, tzinfo=UTC))
    due = [step for step in found.steps if step.due_date == date(2026, 11, 21)]
    assert due and all(step.is_overdue for step in due)


def test_a_new_workspace_is_led_through_its_first_steps(client_of, owner, request):
    client = client_of(owner)
    page = client.get(ADDRESS).content.decode()
    assert "Willkommen. So kommt die Community in Gang." in page
    assert "Wer über uns entscheidet" not in page and "Es brennt" not in page, "what leads nowhere yet stays away"
    assert [step.code for step in queries.today(owner.workspace, owner, timezone.now()).first_steps] == [
        "plan", "channel", "promise", "say", "stakeholder",
    ]  # fmt: skip
    request.getfixturevalue("forum")
    steps = {step.code: step.is_done for step in queries.today(owner.workspace, owner, timezone.now()).first_steps}
    assert steps == {"plan": False, "channel": True, "promise": True, "say": False, "stakeholder": False}


def test_where_a_channel_is_open_it_can_burn_before_the_last_first_step_is_done(client_of, owner, forum):
    page = client_of(owner).get(ADDRESS)
    assert page.context["today"].is_beginning and "Es brennt" in page.content.decode()


def test_the_first_text_is_a_first_step_until_it_was_handed_over(owner, forum):
    now = timezone.now()
    text = ItemText(title="Frage der Woche", no_objective_reason="Probe", texts={forum.pk: "Was hilft Ihnen?"})
    variant = save_item(person=owner, item=None, written=text, now=now).variants.get()
    approve_variant(person=owner, variant=variant, seen_hash=words_hash(text.title, variant.text), now=now)
    assert not said(owner)
    publish_now(person=owner, variant=Variant.objects.get(pk=variant.pk), now=now)
    assert said(owner)


def said(person) -> bool:
    steps = queries.today(person.workspace, person, timezone.now()).first_steps
    return next(step.is_done for step in steps if step.code == "say")


# --- what needs a decision, and what others change -------------------------------------------------------------------


def test_an_unchanged_today_costs_three_queries(
    client_of, owner, forum, ask, django_assert_max_num_queries, monkeypatch
):
    ask(0, 3)
    client, moment = client_of(owner), timezone.now()
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)
    tag = client.get(ADDRESS)["ETag"]
    with django_assert_max_num_queries(3):
        assert client.get(ADDRESS, headers={"if-none-match": tag}).status_code == 304
    one = Conversation.objects.first()
    assign_conversation(person=owner, conversation=one, assignee=owner, now=moment)
    assert client.get(ADDRESS, headers={"if-none-match": tag}).status_code == 200


def test_an_answer_that_did_not_get_out_waits_for_a_decision(client_of, owner, new_person, forum, ask):
    ask(0, 1)
    reply = send_reply(
        person=owner,
        conversation=Conversation.objects.get(),
        text="Unter Vorlagen.",
        seen_until=10**9,
        now=timezone.now(),
    )
    assert "Braucht eine Entscheidung" not in client_of(owner).get(ADDRESS).content.decode()
    type(reply).objects.filter(pk=reply.pk).update(state="refused", reason_code="refused", settled_at=timezone.now())
    page = client_of(owner).get(ADDRESS).content.decode()
    assert "Eine Antwort ging nicht hinaus" in page and "eine Entscheidung" in page
    assert "ging nicht hinaus" not in client_of(new_person("observer")).get(ADDRESS).content.decode()


def test_a_draft_of_the_plan_waits_for_whoever_may_put_it_in_force(client_of, owner, new_person, plan):
    open_draft(person=owner, plan=StrategicPlan.objects.get(), now=timezone.now())
    page = client_of(owner).get(ADDRESS).content.decode()
    assert "Ein Planentwurf wartet" in page and "Zuletzt geändert von Jana Petersen" in page
    assert "Ein Planentwurf wartet" not in client_of(new_person("author")).get(ADDRESS).content.decode()


def test_a_verdict_that_says_something_else_is_news_for_two_weeks(workspace, owner, plan):
    key, now = objective_key(plan, "Z1"), timezone.now()
    definition = adopt_definition(workspace=workspace, spec=FIRST_ANSWER_BY_MEMBER, person=owner, now=now)
    for weeks, word in ((5, "cannot_tell"), (1, "moving")):
        ends = now - timedelta(weeks=weeks)
        Verdict.objects.create(
            definition=definition, objective_key=key, form="F2", word=word, judged_at=ends, reason_code="clear",
            period_start=ends - timedelta(weeks=4), period_end=ends, before_start=ends - timedelta(weeks=8),
            k=512, n=905, people=187, times=905, before_k=2103, before_n=4310, before_people=800, before_times=4310,
        )  # fmt: skip
    ((chip, figure),) = queries.today(workspace, owner, now).changed
    assert (chip.key, figure.before_word, figure.word) == (key, "cannot_tell", "moving")
    assert not queries.today(workspace, owner, now + timedelta(weeks=3)).changed


def test_what_leaves_while_nobody_is_here_stands_on_today(client_of, owner, forum):
    monday = datetime(2026, 10, 5, 8, tzinfo=UTC)
    for title, at in (
        ("Gut betreut", datetime(2026, 10, 7, 9)),
        ("Am Sonntag", datetime(2026, 10, 11, 10)),
        ("In zwei Wochen", datetime(2026, 10, 18, 10)),
    ):
        text = ItemText(title=title, no_objective_reason="Probe", texts={forum.pk: title})
        item = save_item(person=owner, item=None, written=text, now=monday)
        leaves = at.replace(tzinfo=ZoneInfo("Europe/Berlin"))
        Variant.objects.filter(item=item).update(state="approved", approved_hash="a" * 64, slot_at=leaves)
    found = queries.today(owner.workspace, owner, monday)
    sunday = datetime(2026, 10, 11, 8, tzinfo=UTC)
    assert [(one.title, one.kind, one.at) for one in found.uncared] == [("Am Sonntag", "uncared", sunday)]
    assert not found.attention and not found.is_calm
    assert headline(found, monday) == "Ein Beitrag"


def test_the_headline_lists_what_waits_as_a_sentence_does(client_of, owner, new_person, forum, plan, ask):
    now = timezone.now()
    emre = new_person("manager", "Zweiter Emre")
    write_items(jana=owner, emre=emre, channel=forum, objective_key=objective_key(plan, "Z1"), now=now)
    open_draft(person=owner, plan=StrategicPlan.objects.get(), now=now)
    ask(0, 1)
    said = client_of(owner).get(ADDRESS).context["today"]
    assert re.search(r", danach eine Entscheidung, \w+ Schritte? und \w+ Beitr(ag|äge)$", headline(said, now))


@pytest.mark.parametrize("role", states.ROLES)
def test_s0_08_everybodys_start_page_begins_with_what_the_plan_is_for(plan, new_person, client_of, role):
    goal = version_in_force(plan.workspace).goals.get()
    page = client_of(new_person(role)).get(ADDRESS, follow=True).content.decode()
    head = page[page.index("<h1>") : page.index("</header>", page.index("<h1>"))]
    assert goal.plain_statement in head
    assert f'href="{ADDRESS}plan/"' in head
