"""A reaction plan is agreed, put in force, looked at again and replaced; meanwhile what holds goes on holding (`domain.md` 3.8)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from allmende.guidelines.actions import (
    CannotAgreePlan,
    CannotEdit,
    CannotPutInForce,
    agree_plan,
    begin_review,
    begin_reviews,
    draft_from_catalogue,
    open_channel,
    open_draft,
    put_in_force,
    reopen_plan,
    save_rule,
    set_review_date,
)
from allmende.guidelines.models import ReactionPlan
from allmende.guidelines.queries import draft_of, gates_of, plan_in_force
from allmende.guidelines.states import PLAN_HOLDS, REACTION_PLAN_MOVES, REACTION_PLAN_STATES
from allmende.team.models import AuditRow, Notice


@pytest.fixture
def draft(owner, channel, now):
    return draft_from_catalogue(person=owner, channel=channel, now=now)


@pytest.fixture
def holding(owner, draft, now):
    return put_in_force(person=owner, plan=draft, now=now)


def test_a_plan_goes_through_all_its_states_and_the_book_knows_by_whom(owner, channel, draft, now):
    agreed = agree_plan(person=owner, plan=draft, now=now)
    assert (agreed.state, agreed.agreed_by, agreed.agreed_at) == ("agreed", owner, now)
    plan = put_in_force(person=owner, plan=agreed, now=now)
    assert (plan.state, (plan.review_date - now.date()).days) == ("in_force", 180)
    plan = begin_review(person=owner, plan=plan, now=now)
    assert (plan.state, plan_in_force(channel)) == ("under_review", plan)
    put_in_force(person=owner, plan=open_draft(person=owner, channel=channel, now=now), now=now)
    plan.refresh_from_db()
    assert (plan.state, plan.agreed_by) == ("replaced", owner)
    verbs = list(AuditRow.objects.filter(object_id=str(plan.pk)).order_by("number").values_list("verb", flat=True))
    assert [verb.rpartition(".")[2] for verb in verbs] == ["drafted", "agreed", "put_in_force", "reviewed"]


def test_the_plan_in_force_goes_on_while_its_successor_is_written_and_agreed(owner, channel, holding, now):
    following = open_draft(person=owner, channel=channel, now=now)
    save_rule(person=owner, rule=following.rules.get(situation=1), now=now, first_response_minutes=999)
    agree_plan(person=owner, plan=following, now=now)
    assert plan_in_force(channel) == holding and draft_of(channel) == following
    assert plan_in_force(channel).rules.get(situation=1).first_response_minutes == 1440
    assert open_draft(person=owner, channel=channel, now=now) == following  # one version follows, never two


def test_what_was_agreed_is_not_changed_underhand(owner, draft, now):
    agree_plan(person=owner, plan=draft, now=now)
    with pytest.raises(CannotEdit, match="Entwurf"):
        save_rule(person=owner, rule=draft.rules.get(situation=1), now=now, name="Anders")
    reopened = reopen_plan(person=owner, plan=draft, now=now)
    assert (reopened.state, reopened.agreed_by) == ("draft", None)
    save_rule(person=owner, rule=draft.rules.get(situation=1), now=now, name="Anders")


@pytest.mark.parametrize("state", REACTION_PLAN_STATES)
def test_only_declared_moves_are_possible(owner, draft, now, state):
    known = {"agreed_at": now, "agreed_by": owner, "review_date": now.date(), "in_force_at": now}
    ReactionPlan.objects.filter(pk=draft.pk).update(state=state, **known)
    for move, target in ((agree_plan, "agreed"), (reopen_plan, "draft"), (begin_review, "under_review")):
        if target not in REACTION_PLAN_MOVES[state]:
            with pytest.raises(CannotAgreePlan):
                move(person=owner, plan=draft, now=now)
    if state not in PLAN_HOLDS:
        with pytest.raises(CannotAgreePlan):
            set_review_date(person=owner, plan=draft, review_date=now.date() + timedelta(days=9), now=now)
    if state not in ("draft", "agreed"):
        with pytest.raises(CannotPutInForce):
            put_in_force(person=owner, plan=draft, now=now)


def test_a_plan_without_a_rule_for_everything_else_is_not_agreed(owner, draft, now):
    draft.rules.filter(is_default=True).update(is_default=False)
    with pytest.raises(CannotAgreePlan):
        agree_plan(person=owner, plan=draft, now=now)
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_on_its_day_a_plan_is_under_review_and_who_may_agree_is_told(owner, channel, holding, now):
    later = now + timedelta(days=181)
    assert begin_reviews(now=now + timedelta(days=100)) == 0
    assert (begin_reviews(now=later), begin_reviews(now=later)) == (1, 0)
    holding.refresh_from_db()
    assert holding.state == "under_review" and plan_in_force(channel) == holding
    assert Notice.objects.filter(kind="guidelines.plan_under_review", person=owner).count() == 1
    assert {gate.code: gate.is_met for gate in gates_of(channel, later.date())}["reaction_plan"]
    confirmed = set_review_date(person=owner, plan=holding, review_date=later.date() + timedelta(days=90), now=later)
    assert confirmed.state == "in_force" and begin_reviews(now=later) == 0
    with pytest.raises(CannotAgreePlan):
        set_review_date(person=owner, plan=holding, review_date=later.date(), now=later)


def test_who_only_writes_does_not_agree(owner, draft, new_person, now):
    writer = new_person("manager")
    with pytest.raises(PermissionDenied):
        agree_plan(person=writer, plan=draft, now=now)


@pytest.mark.parametrize(
    "fields",
    [{"state": "agreed"}, {"state": "agreed", "agreed_at": "now"}, {"state": "under_review", "review_date": None}],
)
def test_the_database_itself_knows_who_agreed_and_when_it_is_reviewed(owner, draft, now, fields):
    given = {name: now if value == "now" else value for name, value in fields.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        ReactionPlan.objects.filter(pk=draft.pk).update(**given)


def test_two_plans_never_hold_at_once_though_one_is_under_review(owner, channel, holding, now):
    begin_review(person=owner, plan=holding, now=now)
    following = open_draft(person=owner, channel=channel, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReactionPlan.objects.filter(pk=following.pk).update(state="in_force")


def test_the_page_leads_from_agreeing_to_the_next_look(client_of, owner, channel, draft):
    client, slug = client_of(owner), owner.workspace.slug

    def at(name: str, **values: str) -> str:
        client.post(reverse(f"guidelines:{name}", args=[slug, draft.pk]), values)
        return client.get(reverse("guidelines:version", args=[slug, draft.pk])).content.decode()

    assert "Jana Petersen hat am" in at("agree_plan")
    assert "Zustimmen" in at("reopen_plan")
    assert "Passt er noch?" in at("put_in_force")
    assert "gilt er, wie er ist" in at("review_plan")
    assert "Wählen Sie einen Tag" in at("review_date", review_date="")
    page = at("review_date", review_date="2031-05-06")
    assert "An diesem Tag wird er wieder überprüft" in page and "2031" in page


def test_a_channel_opens_with_a_plan_under_review(owner, channel, holding, now):
    begin_review(person=owner, plan=holding, now=now)
    assert open_channel(person=owner, channel=channel, now=now).state == "live"
