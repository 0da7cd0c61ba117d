"""Begin a channel's reaction plan, or its next version."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from allmende.channels.models import Channel
from allmende.guidelines.catalogue import LIMITS, SITUATIONS, Situation
from allmende.guidelines.models import ReactionPlan, ReactionRule
from allmende.guidelines.queries import draft_of, plan_in_force
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.catalogue import speaking
from allmende.team.models import Person

COPIED = (
    "situation", "name", "rank", "is_default", "reaction", "first_response_minutes", "member_first_minutes",
    "counts_service_hours", "satisfied_by", "needs_second_reader", "recognise", "signs", "instruction", "reason", "serves_key",
    "core_message_id", "campaign", "next_minutes", "outside_minutes", "resolution_minutes", "responder_id", "decider_id",
    "must_not", "escalate_when",
)  # fmt: skip


@transaction.atomic
def draft_from_catalogue(*, person: Person, channel: Channel, now: datetime) -> ReactionPlan:
    """A draft with a rule for each of the 22 shipped situations, in the workspace's language; an open draft is kept."""
    require(person, "guidelines.plan.edit")
    _one_at_a_time(channel)
    existing = draft_of(channel)
    if existing:
        return existing
    with speaking(person.workspace.language, person.workspace.gender_form):
        rules = [_proposal(situation) for situation in SITUATIONS]
    return _start(person, channel, rules, now)


@transaction.atomic
def open_draft(*, person: Person, channel: Channel, now: datetime) -> ReactionPlan:
    """The open draft; else a copy of the plan in force; else one from the catalogue (S4-20)."""
    require(person, "guidelines.plan.edit")
    _one_at_a_time(channel)
    existing, current = draft_of(channel), plan_in_force(channel)
    if existing:
        return existing
    if current is None:
        return draft_from_catalogue(person=person, channel=channel, now=now)
    rules = [{name: getattr(rule, name) for name in COPIED} for rule in current.rules.all()]
    return _start(person, channel, rules, now)


def _one_at_a_time(channel: Channel) -> None:
    """Two people who begin at once find one draft."""
    lock_workspace(channel.workspace_id)


def _start(person: Person, channel: Channel, rules: list[dict[str, Any]], now: datetime) -> ReactionPlan:
    last = ReactionPlan.objects.filter(channel=channel).aggregate(last=Max("number"))["last"] or 0
    plan = ReactionPlan.objects.create(
        workspace=channel.workspace,
        channel=channel,
        number=last + 1,
        version_key=f"{channel.pk}/{last + 1}",
        created_at=now,
        created_by=person,
        updated_at=now,
        updated_by=person,
    )
    ReactionRule.objects.bulk_create(ReactionRule(plan=plan, **fields) for fields in rules)
    record_audit(
        workspace=channel.workspace,
        person=person,
        verb="guidelines.plan.drafted",
        target=plan,
        now=now,
        after={"channel": channel.name, "number": plan.number},
    )
    return plan


def _proposal(situation: Situation) -> dict[str, Any]:
    limit = LIMITS[situation.number]
    return {
        "situation": situation.number,
        "name": str(situation.name),
        "rank": situation.rank,
        "is_default": situation.is_default,
        "reaction": situation.reaction,
        "first_response_minutes": situation.minutes,
        "member_first_minutes": situation.member_first,
        "counts_service_hours": situation.counts_service_hours,
        "satisfied_by": situation.satisfied_by,
        "recognise": str(situation.recognise),
        "signs": situation.signs,
        "instruction": str(situation.instruction),
        "reason": str(situation.reason),
        "resolution_minutes": limit.resolution,
        "must_not": str(limit.must_not),
        "escalate_when": str(limit.escalate_when),
    }
