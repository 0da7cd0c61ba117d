"""Promises whose time has passed without anybody having learned of it, and who is to learn of it."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from allmende.guidelines.models import ReactionRule
from allmende.inbox import states
from allmende.inbox.models import BrokenPromise, Conversation
from allmende.team.models import Person, ResponsibleUnit, Workspace
from allmende.team.queries import acts_still, holders_of, on_duty_at, responsible_unit, standing_in

READ = "inbox.conversation.read"
# Whoever answers for the plan when nobody was named
AGREE = "guidelines.plan.agree"
# Until when and since when a clock runs, and what of a rule sets it
COLUMNS = {states.RESPONSE: ("due_at", "waiting_since"), states.RESOLUTION: ("resolve_by", "matter_since")}
TARGETS = {states.RESPONSE: "first_response_minutes", states.RESOLUTION: "resolution_minutes"}


def unheard(workspace: Workspace, clock: str, now: datetime, *, was_given: bool = True) -> QuerySet[Conversation]:
    """Conversations in which the promise of this clock is broken and nobody has learned of it; each with its `broken_at`, and with
    `began_at`, by which a promise is known. Without `was_given` those whose time had passed before anybody promised it."""
    rows = Conversation.objects.filter(workspace=workspace)
    if clock == states.RESPONSE:
        found = rows.filter(state__in=states.OPEN_STATES, due_at__lte=now)
    else:
        found = rows.filter(resolve_by__lte=now).exclude(state__in=states.SETTLED_STATES)
    due_at, began_at = COLUMNS[clock]
    told = BrokenPromise.objects.filter(clock=clock, began_at=OuterRef(began_at))
    # One after the other: an index answers each, and none answers both.
    here, merged = told.filter(conversation=OuterRef("pk")), told.filter(conversation__merged_into=OuterRef("pk"))
    found = found.filter(~Exists(here), ~Exists(merged)).annotate(broken_at=F(due_at), began_at=F(began_at))
    found = found.filter(_given(clock) if was_given else ~_given(clock))
    found = found.select_related("channel", "rule__decider__lead", "rule__responder__lead", "assignee")
    return found.order_by(due_at, "pk")


def _given(clock: str) -> Q:
    """Some plan of the channel promised it in time. Where no rule applies, it is looked for within a day whatever plans say."""
    in_time = ReactionRule.objects.filter(
        plan__channel=OuterRef("channel"),
        situation=OuterRef("rule__situation"),
        plan__in_force_at__lte=OuterRef(COLUMNS[clock][0]),
        **{f"{TARGETS[clock]}__isnull": False},
    )
    return Q(rule__isnull=True) | Q(Exists(in_time))


def who_decides(conversation: Conversation, now: datetime) -> Person | None:
    """The person a broken promise goes to: whom the rule names, else who answers for the channel or its plan, else whoever
    agrees on plans here. Who is away is stood in for; where nobody is here, it goes to the first of these all the same."""
    rule, channel = conversation.rule, conversation.channel
    units = (
        rule.decider if rule else None,
        responsible_unit(conversation.workspace, "channel", str(channel.pk)),
        responsible_unit(conversation.workspace, "reaction_plan", str(channel.pk)),
    )
    for unit in units:
        lead = _lead(unit, now)
        if lead and acts_still(lead, READ, now):
            return lead
    holders = holders_of(conversation.workspace, AGREE).order_by("created_at")
    agreeing = [one for one in holders if acts_still(one, READ, now)]
    here = (standing_in(one, now) for one in agreeing)
    found = next((one for one in here if one and acts_still(one, READ, now)), None)
    return found or next(iter(agreeing), None)


def who_answers(conversation: Conversation, now: datetime) -> Sequence[Person]:
    """Those who could still answer: who takes care of it, else whom the rule names, else who stands duty now."""
    unit, assignee = conversation.rule.responder if conversation.rule else None, conversation.assignee
    named = _here(assignee, now) if assignee else _lead(unit, now)
    if named and acts_still(named, READ, now):
        return [named]
    return [one for one in on_duty_at(conversation.workspace, now) if acts_still(one, READ, now)]


def _lead(unit: ResponsibleUnit | None, now: datetime) -> Person | None:
    return _here(unit.lead, now) if unit and unit.lead else None


def _here(person: Person, now: datetime) -> Person | None:
    return standing_in(person, now) if person.left_at is None else None
