"""The living plan, its versions, and who looked at which."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from allmende.plan import states
from allmende.team.models import Person, Record, choices, one_of


class StrategicPlan(Record):
    """The living plan of a community; never final (S0-01)."""

    title = models.CharField(max_length=160)
    community_type = models.CharField(max_length=12, default="support", choices=choices(states.COMMUNITY_TYPES))
    state = models.CharField(max_length=14, default=states.PREPARING, choices=choices(states.PLAN_STATES))
    owner = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    review_interval_days = models.PositiveSmallIntegerField(default=91)
    strategic_hours = models.DecimalField(max_digits=5, decimal_places=1, default=0)
    routine_hours = models.DecimalField(max_digits=5, decimal_places=1, default=0)

    class Meta:
        constraints: ClassVar = [
            one_of("state", states.PLAN_STATES, "plan_state_known"),
            models.CheckConstraint(condition=Q(state=states.NEEDS_OWNER) | Q(owner__isnull=False), name="plan_owned"),
            models.UniqueConstraint(
                fields=["workspace"], condition=~Q(state=states.CLOSED), name="one_living_plan_per_workspace"
            ),
        ]


class PlanVersion(Record):
    """One version of the plan; at most one is published at a time (I-05).

    `changes` says what differs from the version before, as `queries.changes.stored` writes it; it is frozen
    with the version, so that an old summary never tells something new. `revision` rises with every saved element.
    """

    plan = models.ForeignKey(StrategicPlan, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, default=states.DRAFT, choices=choices(states.VERSION_STATES))
    base = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    change_level = models.PositiveSmallIntegerField(null=True)
    change_reason = models.TextField(blank=True)
    changes = models.JSONField(default=list)
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    published_without_agreement = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "number"], name="version_numbered"),
            models.UniqueConstraint(fields=["plan"], condition=Q(state=states.PUBLISHED), name="one_published_version"),
            models.UniqueConstraint(fields=["plan"], condition=Q(state=states.DRAFT), name="one_draft_version"),
            one_of("state", states.VERSION_STATES, "version_state_known"),
        ]


class PlanVisit(models.Model):
    """Which version a person last looked at, and when: "what changed since I last looked"."""

    plan = models.ForeignKey(StrategicPlan, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    version_number = models.PositiveIntegerField()
    visited_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["plan", "person"], name="visit_once")]
