"""Reviews of the plan with frozen figures, and controls (`domain.md` 3.15)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from allmende.plan import states
from allmende.plan.models.versions import PlanVersion, StrategicPlan
from allmende.team.models import Person, Record, choices, one_of


class Review(Record):
    """One look back at a period, by the fixed agenda.

    `commitments` say beforehand, for each objective and verdict, what will be done; `frozen` holds the figures as they
    stood when the review was prepared. From then on a database trigger keeps both as they are. `answers` are the notes of
    the meeting, by question.
    """

    plan = models.ForeignKey(StrategicPlan, on_delete=models.PROTECT, related_name="reviews")
    kind = models.CharField(max_length=12, default="regular", choices=choices(states.REVIEW_KINDS))
    state = models.CharField(max_length=12, default=states.REVIEW_PLANNED, choices=choices(states.REVIEW_STATES))
    planned_date = models.DateField()
    period_start_date = models.DateField()
    period_end_date = models.DateField()
    commitments = models.JSONField(default=dict)
    committed_at = models.DateTimeField(null=True)
    frozen = models.JSONField(default=dict)
    version_number = models.PositiveIntegerField(null=True)
    prepared_at = models.DateTimeField(null=True)
    present = models.TextField(blank=True)
    answers = models.JSONField(default=dict)
    held_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    told = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-planned_date", "-created_at"]
        constraints: ClassVar = [
            one_of("state", states.REVIEW_STATES, "review_state_known"),
            models.CheckConstraint(
                condition=Q(period_start_date__lte=models.F("period_end_date")), name="review_period_forward"
            ),
        ]


class Resolution(Record):
    """What a review decided: `kind` says what becomes of it, `version` is the draft it went into, `element_key` the part
    it made or is about, `ref` where it lives when it is no part of the plan."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="resolutions")
    kind = models.CharField(max_length=12, choices=choices(states.RESOLUTION_KINDS))
    what = models.CharField(max_length=300)
    element_key = models.CharField(max_length=40, blank=True)
    level = models.PositiveSmallIntegerField(null=True)
    version = models.ForeignKey(PlanVersion, null=True, on_delete=models.PROTECT, related_name="+")
    ref = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering: ClassVar = ["created_at"]
        constraints: ClassVar = [one_of("kind", states.RESOLUTION_KINDS, "resolution_kind_known")]


class Control(Record):
    """A scheduled check: what, how often, by whom."""

    what = models.CharField(max_length=300)
    key = models.CharField(max_length=40, blank=True)
    interval_days = models.PositiveSmallIntegerField()
    controller = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    next_date = models.DateField()

    class Meta:
        ordering: ClassVar = ["next_date", "created_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(interval_days__gte=1), name="control_interval_positive")
        ]


class ControlResult(Record):
    """What a control showed on its day; a finding says what is wrong."""

    control = models.ForeignKey(Control, on_delete=models.CASCADE, related_name="results")
    due_date = models.DateField()
    is_fine = models.BooleanField()
    result = models.CharField(max_length=300)
    finding = models.TextField(blank=True)
    finding_ref = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["control", "due_date"], name="control_once_a_day")]
