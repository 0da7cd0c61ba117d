"""Reaction plans: per channel, which situation calls for which reaction, by when and by whom."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from allmende.channels.models import Channel
from allmende.guidelines import states
from allmende.guidelines.models.voice import CoreMessage
from allmende.team.models import Person, Record, ResponsibleUnit, Revised, choices, one_of


class ReactionPlan(Record):
    """One version of a channel's reaction plan: `draft → agreed → in_force → under_review → replaced` (`domain.md` 3.8).

    `version_key` names it for others, such as the channel's gate. Under review it still holds; it is looked at again on
    `review_date`. Of what holds there is one in a channel, and of what is to follow it one.
    """

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="reaction_plans")
    number = models.PositiveIntegerField()
    version_key = models.CharField(max_length=80, unique=True)
    state = models.CharField(max_length=12, default=states.DRAFT, choices=choices(states.REACTION_PLAN_STATES))
    agreed_at = models.DateTimeField(null=True)
    agreed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    in_force_at = models.DateTimeField(null=True)
    review_date = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["channel", "number"], name="reaction_plan_numbered"),
            models.UniqueConstraint(
                fields=["channel"], condition=Q(state__in=states.PLAN_HOLDS), name="one_plan_in_force"
            ),
            models.UniqueConstraint(
                fields=["channel"], condition=Q(state__in=states.PLAN_OPEN), name="one_plan_to_follow"
            ),
            models.CheckConstraint(
                condition=~Q(state=states.AGREED) | Q(agreed_at__isnull=False, agreed_by__isnull=False),
                name="plan_agreed_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state=states.UNDER_REVIEW) | Q(review_date__isnull=False), name="plan_reviewed_on_a_day"
            ),
            one_of("state", states.REACTION_PLAN_STATES, "reaction_plan_state_known"),
        ]


class ReactionRule(Revised):
    """One rule: a situation of the catalogue, how to recognise it, and what we promised.

    Minutes are service time when `counts_service_hours`, else wall-clock time. A null target means no reply is needed.
    With `needs_second_reader` a colleague reads our answer before it leaves.
    `core_message` must be said where the rule applies, `serves_key` and `campaign` name what in the plan it helps (S4-22).
    `recognise` tells people by what to know the situation; `signs` tells the machine (`domain.reaction.Signs`).
    `next_minutes` holds once we have answered (None: as the first), `outside_minutes` on the wall for what arrives out of
    service hours (None: the clock stands still), `resolution_minutes` until the matter is closed (None: not promised).
    `responder` answers, `decider` decides and learns when a promise was not kept; `must_not` and `escalate_when` tell people.
    """

    plan = models.ForeignKey(ReactionPlan, on_delete=models.CASCADE, related_name="rules")
    situation = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    rank = models.PositiveSmallIntegerField()
    is_default = models.BooleanField(default=False)
    reaction = models.CharField(max_length=16, choices=choices(states.REACTIONS))
    first_response_minutes = models.PositiveIntegerField(null=True)
    member_first_minutes = models.PositiveIntegerField(default=0)
    counts_service_hours = models.BooleanField(default=True)
    satisfied_by = models.CharField(max_length=6, default="staff", choices=choices(states.SATISFIED_BY))
    needs_second_reader = models.BooleanField(default=False)
    recognise = models.TextField(blank=True)
    signs = models.JSONField(default=dict)
    instruction = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    serves_key = models.CharField(max_length=40, blank=True)
    core_message = models.ForeignKey(CoreMessage, null=True, on_delete=models.PROTECT, related_name="rules")
    # Columns SQLite adds without building the table anew.
    campaign = models.CharField(max_length=80, null=True)  # noqa: DJ001
    next_minutes = models.PositiveIntegerField(null=True)
    outside_minutes = models.PositiveIntegerField(null=True)
    resolution_minutes = models.PositiveIntegerField(null=True)
    responder = models.ForeignKey(ResponsibleUnit, null=True, on_delete=models.PROTECT, related_name="+")
    decider = models.ForeignKey(ResponsibleUnit, null=True, on_delete=models.PROTECT, related_name="+")
    must_not = models.TextField(null=True)  # noqa: DJ001
    escalate_when = models.TextField(null=True)  # noqa: DJ001

    class Meta:
        ordering: ClassVar = ["rank"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "situation"], name="situation_once"),
            models.UniqueConstraint(fields=["plan"], condition=Q(is_default=True), name="one_default_rule"),
            models.CheckConstraint(
                condition=Q(first_response_minutes__isnull=True)
                | Q(member_first_minutes__lte=models.F("first_response_minutes")),
                name="members_before_promise",
            ),
        ]


class NetworkMark(models.Model):
    """Something changed at the network and may touch the reaction plan of a channel (S4-32); told by the plan, above.

    `ref` names it there, `url` leads to it. It is gone as soon as somebody settled it.
    """

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+")
    ref = models.CharField(max_length=40)
    what = models.CharField(max_length=300)
    url = models.CharField(max_length=300)
    told_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-told_at", "-id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["channel", "ref"], name="network_mark_once")]
