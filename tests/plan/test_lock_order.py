"""On PostgreSQL: whoever changes the plan waits for the workspace before the first of its rows, and finds what the other left."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from allmende.plan import actions, states
from allmende.plan.models import Agreement, Audience, DecisionCheck, PlanVersion, Receipt, Step, StrategicPlan, Tactic
from tests.channels.test_lock_order import meet, on_postgres  # noqa: F401 - a fixture

PLANS = (StrategicPlan.objects.all(), PlanVersion.objects.all())
DRAFT_ACTS: dict[str, Callable] = {
    "save an element": lambda draft, **by: actions.save_goal(
        version=draft, key=draft.goals.get().key, statement="Anders", plain_statement="Anders", value_type="cost", **by
    ),
    "propose": lambda draft, **by: actions.propose_version(version=draft, reason="Das Ziel war zu klein", **by),
    "publish": lambda draft, **by: actions.publish_version(
        version=draft, reason="Das Ziel war zu klein", without_agreement="Wird nachgeholt", **by
    ),
    "discard": lambda draft, **by: actions.discard_draft(version=draft, **by),
    "close": lambda draft, **by: actions.close_plan(plan=draft.plan, reason="Zu Ende", **by),
}


@pytest.fixture
def draft(on_postgres, write_plan, owner, now):  # noqa: F811
    """A draft on top of a plan in force, in which a step differs."""
    written = write_plan(publish=True)
    draft = actions.open_draft(person=owner, plan=written.plan, now=now)
    key = Step.objects.get(version=draft).key
    actions.save_step(person=owner, version=draft, key=key, what="Die zehn aktivsten anrufen", now=now)
    return draft


@pytest.mark.parametrize("name", DRAFT_ACTS)
def test_whoever_changes_a_draft_waits_for_the_workspace_first(draft, owner, now, name) -> None:
    failed = meet(owner.workspace, lambda: DRAFT_ACTS[name](draft, person=owner, now=now), PLANS)
    assert [one for one in failed if "deadlock" in str(one)] == []


@pytest.fixture
def agreement(draft, owner, now):
    """What a stakeholder is asked about a proposal."""
    actions.add_stakeholder(
        person=owner, name="Frau Brandt", email="brandt@example.org", must_agree=True, influence="decides", now=now
    )
    key = draft.objectives.get().key
    actions.save_objective(person=owner, version=draft, key=key, target_share=0.5, now=now)
    actions.propose_version(person=owner, version=draft, reason="Das Ziel war zu klein", now=now)
    return Agreement.objects.get()


def test_an_answer_meets_a_proposal_that_is_taken_back(agreement, draft, owner, now) -> None:
    """The colleague was first: the stakeholder hears that their answer is wanted no more, nobody waits for ever."""

    def answer() -> None:
        actions.answer_agreement(agreement=agreement, answer=states.YES, name="Karin Brandt", comment="", now=now)

    def take_back() -> None:
        actions.take_back(person=owner, version=draft, comment="Noch einmal rechnen", now=now)

    rows = (*PLANS, Agreement.objects.all())
    (failed,) = meet(owner.workspace, answer, rows, first=take_back)
    assert isinstance(failed, actions.CannotAnswer)
    assert PlanVersion.objects.get(pk=draft.pk).state == states.DRAFT
    assert Agreement.objects.get().answered_at is None


def test_whoever_says_they_know_waits_for_the_workspace_first(draft, owner, now) -> None:
    actions.add_stakeholder(person=owner, name="Frau Brandt", email="brandt@example.org", now=now)
    key = draft.objectives.get().key
    actions.save_objective(person=owner, version=draft, key=key, target_share=0.5, now=now)
    actions.publish_version(
        person=owner, version=draft, reason="Das Ziel war zu klein", without_agreement="Wird nachgeholt", now=now
    )
    receipt = Receipt.objects.filter(stakeholder__isnull=False).get()
    assert not meet(
        owner.workspace, lambda: actions.acknowledge_receipt(receipt=receipt, now=now), (Receipt.objects.all(),)
    )
    receipt.refresh_from_db()
    assert receipt.acknowledged_at == now


def test_whoever_orders_audiences_waits_for_the_workspace_first(draft, owner, now) -> None:
    for name in ("Erfahrene", "Neue"):
        last = actions.save_audience(person=owner, audience=None, name=name, now=now)
    failed = meet(
        owner.workspace,
        lambda: actions.change_audience_state(person=owner, audience=last, state=states.RETIRED, now=now),
        (Audience.objects.all(),),
    )
    assert not failed and Audience.objects.get(pk=last.pk).state == states.RETIRED


def test_the_night_that_finds_a_plan_without_owner_waits_for_the_workspace_first(draft, owner, now) -> None:
    plan = StrategicPlan.objects.get()
    StrategicPlan.objects.filter(pk=plan.pk).update(owner=owner)
    owner.access_until_date = (now - timedelta(days=2)).date()
    owner.save(update_fields=["access_until_date"])
    found: list[int] = []
    assert not meet(owner.workspace, lambda: found.append(actions.find_ownerless(now=now)), PLANS)
    plan.refresh_from_db()
    assert (found, plan.state) == ([1], states.NEEDS_OWNER)


def test_what_a_candidate_told_is_erased_after_the_workspace_was_taken(draft, owner, now) -> None:
    content = {
        "competencies": [{"skill": "Moderation", "tactic": "", "required": 2, "essential": True, "has": 1}],
        "carried": [{"tactic": Tactic.objects.first().key, "passion": 3, "words": "Geheimes Wort"}],
        "candidate": "Ada Kern",
    }
    kept_until = now.date() + timedelta(days=30)
    check = actions.submit_decision(
        person=owner, kind="hiring", title="Leitung", content=content, retain_until_date=kept_until, now=now
    )
    failed = meet(
        owner.workspace,
        lambda: actions.erase_candidate(person=None, check=check, now=now),
        (DecisionCheck.objects.all(),),
    )
    assert not failed and "Ada" not in str(DecisionCheck.objects.get().content)
