"""A reaction plan on its way: agreed, agreed no longer, looked at again on its day, found to fit (`domain.md` 3.8)."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext

from allmende.channels.models import Channel
from allmende.guidelines import states
from allmende.guidelines.models import ReactionPlan
from allmende.guidelines.queries import plans_to_review
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit, send_notice
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person
from allmende.team.queries import holders_of

AGREE = "guidelines.plan.agree"


class CannotAgreePlan(Exception):
    """The plan stays what it is; the text says why and what to do."""


@transaction.atomic
def agree_plan(*, person: Person, plan: ReactionPlan, now: datetime) -> ReactionPlan:
    """Who answers for the plan agrees with the draft: its rules stand, and it waits to be put in force.

    Raises CannotAgreePlan for what is no draft, or has no rule for everything else.
    """
    require(person, AGREE)
    found = _locked(person, plan, states.AGREED, gettext("Not agreed. This version is no draft any more."))
    if not found.rules.filter(is_default=True).exists():
        raise CannotAgreePlan(
            gettext(
                "Not agreed. No rule says what holds when no sign is found. Make one rule the default, then try again."
            )
        )
    return _move(person, found, "guidelines.plan.agreed", now, state=states.AGREED, agreed_at=now, agreed_by=person)


@transaction.atomic
def reopen_plan(*, person: Person, plan: ReactionPlan, now: datetime) -> ReactionPlan:
    """An agreed version becomes a draft again, to be changed; whoever agreed is asked anew."""
    require(person, AGREE)
    found = _locked(
        person, plan, states.DRAFT, gettext("Not reopened. Only an agreed version that is not in force yet can.")
    )
    return _move(person, found, "guidelines.plan.reopened", now, state=states.DRAFT, agreed_at=None, agreed_by=None)


@transaction.atomic
def set_review_date(*, person: Person, plan: ReactionPlan, review_date: date, now: datetime) -> ReactionPlan:
    """The plan in force is looked at again on this day. One under review that still fits is in force as before.

    Raises CannotAgreePlan for a plan that does not hold and for a day that is not ahead.
    """
    require(person, AGREE)
    found = _read(person, plan)
    if found.state not in states.PLAN_HOLDS:
        raise CannotAgreePlan(gettext("Not saved. This version does not hold, so nobody has to look at it again."))
    if review_date <= person.workspace.day_at(now):
        raise CannotAgreePlan(gettext("Not saved. Choose a day that lies ahead."))
    was_reviewed = found.state == states.UNDER_REVIEW
    verb = "guidelines.plan.confirmed" if was_reviewed else "guidelines.plan.review_set"
    return _move(person, found, verb, now, state=states.IN_FORCE, review_date=review_date)


@transaction.atomic
def begin_review(*, person: Person | None, plan: ReactionPlan, now: datetime) -> ReactionPlan:
    """Does the plan still fit? It holds until that is answered. `person` is None when its day has come by itself."""
    if person is not None:
        require(person, "guidelines.plan.edit")
    found = _locked(person, plan, states.UNDER_REVIEW, gettext("Not begun. Only a plan in force is looked at again."))
    today = found.workspace.day_at(now)
    day = found.review_date if found.review_date and found.review_date < today else today
    return _move(person, found, "guidelines.plan.reviewed", now, state=states.UNDER_REVIEW, review_date=day)


def begin_reviews(*, now: datetime) -> int:
    """Plans whose day has come are under review, and who may agree is told; how many."""
    begun = 0
    for plan in plans_to_review(now):
        if plan.review_date is None or plan.review_date > plan.workspace.day_at(now):
            continue
        try:
            with transaction.atomic():
                begin_review(person=None, plan=plan, now=now)
                _tell(plan, now)
        except CannotAgreePlan:  # somebody was faster
            continue
        begun += 1
    return begun


def _tell(plan: ReactionPlan, now: datetime) -> None:
    url = reverse("guidelines:reaction_plan", args=[plan.workspace.slug, plan.channel.slug])
    for one in holders_of(plan.workspace, AGREE):
        send_notice(
            person=one, kind="guidelines.plan_under_review", values={"channel": plan.channel.name}, url=url,
            once_key=f"{plan.pk} {plan.review_date}", now=now,
        )  # fmt: skip


def _read(person: Person | None, plan: ReactionPlan) -> ReactionPlan:
    lock_workspace(plan.workspace_id)
    Channel.objects.select_for_update().only("pk").get(pk=plan.channel_id)
    workspace = person.workspace if person else plan.workspace
    return ReactionPlan.objects.select_related("channel", "workspace").get(pk=plan.pk, workspace=workspace)


def _locked(person: Person | None, plan: ReactionPlan, state: str, refusal: str) -> ReactionPlan:
    found = _read(person, plan)
    if state not in states.REACTION_PLAN_MOVES[found.state]:
        raise CannotAgreePlan(refusal)
    return found


def _move(person: Person | None, plan: ReactionPlan, verb: str, now: datetime, **fields: Any) -> ReactionPlan:
    change_record(record=plan, person=person, now=now, seen_revision=None, **fields)
    after = {"channel": plan.channel.name, "number": plan.number}
    if fields.get("review_date"):
        after["review_date"] = fields["review_date"].isoformat()
    record_audit(workspace=plan.workspace, person=person, verb=verb, target=plan, now=now, after=after)
    return plan


def review_day(now: datetime) -> date:
    """When a plan that comes into force now is looked at again, unless somebody chooses another day."""
    return (now + timedelta(days=states.REVIEW_DAYS)).date()
