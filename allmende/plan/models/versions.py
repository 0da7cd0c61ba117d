"""The living plan, its versions, and who looked at which."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from allmende.plan import states
from allmende.team.models import Person, Record, choices, one_of


class StrategicPlan(Record):
    """The living plan of a community; never final (S0-01). Closed with its reason it is altered by no path any more, nor
    is what it holds; the database refuses."""

    title = models.CharField(max_length=160)
    community_type = models.CharField(max_length=12, default="support", choices=choices(states.COMMUNITY_TYPES))
    state = models.CharField(max_length=14, default=states.PREPARING, choices=choices(states.PLAN_STATES))
    owner = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    deputy = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    start_mode = models.CharField(max_length=12, default=states.FULL, choices=choices(states.START_MODES))
    review_interval_days = models.PositiveSmallIntegerField(default=91)
    confirmed_at = models.DateTimeField(null=True, editable=False)
    dust_days = models.PositiveSmallIntegerField(default=90)
    reminder_days = models.PositiveSmallIntegerField(default=7)
    strategic_hours = models.DecimalField(max_digits=5, decimal_places=1, default=0)
    routine_hours = models.DecimalField(max_digits=5, decimal_places=1, default=0)
    strategic_share_target = models.PositiveSmallIntegerField(default=60)
    closed_at = models.DateTimeField(null=True, editable=False)
    closed_by = models.ForeignKey(Person, null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    closing_reason = models.TextField(blank=True, editable=False)

    class Meta:
        constraints: ClassVar = [
            one_of("state", states.PLAN_STATES, "plan_state_known"),
            models.CheckConstraint(
                condition=Q(state=states.CLOSED, closed_at__isnull=False) & ~Q(closing_reason="")
                | ~Q(state=states.CLOSED) & Q(closed_at__isnull=True, closing_reason=""),
                name="plan_closed_with_a_reason",
            ),
            models.CheckConstraint(condition=Q(state=states.NEEDS_OWNER) | Q(owner__isnull=False), name="plan_owned"),
            models.UniqueConstraint(
                fields=["workspace"], condition=~Q(state=states.CLOSED), name="one_living_plan_per_workspace"
            ),
        ]


class PlanVersion(Record):
    """One version of the plan; at most one is published at a time (I-05).

    `changes` says what differs from the version before, as `queries.changes.stored` writes it; it is frozen
    with the version, so that an old summary never tells something new. `revision` rises with every saved element.
    `proposal` counts how often it was proposed. A revision may say its `approach`, and one that begins from nothing why
    revising would not do (S0-21).
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
    proposal = models.PositiveSmallIntegerField(default=0)
    proposed_at = models.DateTimeField(null=True)
    proposed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField(null=True)
    second_reader = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    reader_note = models.TextField(blank=True)
    approach = models.CharField(max_length=8, blank=True, choices=choices(states.APPROACHES))
    approach_reason = models.TextField(blank=True)
    from_nothing_reason = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "number"], name="version_numbered"),
            models.UniqueConstraint(fields=["plan"], condition=Q(state=states.PUBLISHED), name="one_published_version"),
            models.UniqueConstraint(
                fields=["plan"], condition=Q(state__in=states.OPEN_VERSION_STATES), name="one_open_version"
            ),
            one_of("state", states.VERSION_STATES, "version_state_known"),
            # I-07: goals and objectives change with an agreement, or with the reason why without one.
            models.CheckConstraint(
                condition=~Q(state__in=states.IN_FORCE_ONCE)
                | Q(change_level__lt=states.AGREEMENT_LEVEL)
                | Q(agreed_at__isnull=False)
                | ~Q(published_without_agreement=""),
                name="agreed_or_said_why_not",
            ),
        ]


class PlanVisit(models.Model):
    """Which version a person last looked at, and when: "what changed since I last looked"."""

    plan = models.ForeignKey(StrategicPlan, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    version_number = models.PositiveIntegerField()
    visited_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["plan", "person"], name="visit_once")]
