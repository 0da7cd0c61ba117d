"""Decisions checked against the plan before they are made (`domain.md` 3.14)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from allmende.plan import states
from allmende.team.models import Person, Record, choices, one_of


class DecisionCheck(Record):
    """A request, its check against the plan, and what came of it.

    `content` holds what the requester wrote, by kind; `previous` what stood there before the last writing, so that it can
    be taken back. `keys` are the plan elements it is about. `criteria` and `recommendation` are frozen when somebody looks
    the check over; `struck` are matches that person found wrong. `baseline` is the evidence of the objective when it was
    submitted, `comparison` when its outcome was recorded. What a candidate told is gone once `erased_at` is set.
    """

    kind = models.CharField(max_length=16, choices=choices(states.DECISION_KINDS))
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=16, default=states.SUBMITTED, choices=choices(states.DECISION_STATES))
    requester = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    due_date = models.DateField(null=True, blank=True)
    keys = models.JSONField(default=list)
    content = models.JSONField(default=dict)
    previous = models.JSONField(default=dict)
    struck = models.JSONField(default=list)
    criteria = models.JSONField(default=dict)
    recommendation = models.CharField(max_length=16, blank=True)
    plan_number = models.PositiveIntegerField(null=True)
    checked_at = models.DateTimeField(null=True)
    discussion = models.TextField(blank=True)
    discussed_at = models.DateTimeField(null=True)
    decision = models.CharField(max_length=10, blank=True)
    conditions = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    follow_up_date = models.DateField(null=True, blank=True)
    baseline = models.JSONField(default=dict)
    comparison = models.JSONField(default=dict)
    outcome = models.TextField(blank=True)
    outcome_at = models.DateTimeField(null=True)
    retain_until_date = models.DateField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            one_of("kind", states.DECISION_KINDS, "decision_kind_known"),
            one_of("state", states.DECISION_STATES, "decision_state_known"),
            one_of("decision", ("", *states.DECISIONS), "decision_known"),
            models.CheckConstraint(
                condition=Q(decision="") | ~Q(reason="") | Q(erased_at__isnull=False), name="decision_has_reason"
            ),
            models.CheckConstraint(
                condition=~Q(kind=states.HIRING) | Q(retain_until_date__isnull=False), name="candidate_retention_ends"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["workspace", "state"], name="decision_by_state")]


class BriefOrder(models.Model):
    """Somebody asked for the brief of a board meeting as PDF; the worker sets it, unless the guard holds it back."""

    check_made = models.OneToOneField(DecisionCheck, on_delete=models.CASCADE, related_name="brief_order")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    set_at = models.DateTimeField(null=True)
