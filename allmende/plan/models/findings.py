"""What was noticed, what was decided about it, and what was learned: beside the versions, linked by key."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from allmende.plan import states
from allmende.plan.models.versions import StrategicPlan
from allmende.team.models import Person, Record, choices, one_of


class Finding(Record):
    """An observation that may need a step (S4-01). It is open until somebody decides; `result_key` is what came of it."""

    plan = models.ForeignKey(StrategicPlan, on_delete=models.PROTECT, related_name="findings")
    key = models.CharField(max_length=40)
    element_key = models.CharField(max_length=40)
    observation = models.CharField(max_length=300)
    source = models.CharField(max_length=160)
    noticed_date = models.DateField()
    decision = models.CharField(max_length=15, blank=True, choices=choices(states.FINDING_DECISIONS))
    reason = models.CharField(max_length=300, blank=True)
    result_key = models.CharField(max_length=40, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "key"], name="finding_key_once"),
            one_of("decision", ("", *states.FINDING_DECISIONS), "finding_decision_known"),
            models.CheckConstraint(condition=~Q(decision=states.IGNORE) | ~Q(reason=""), name="ignored_with_reason"),
        ]
        indexes: ClassVar = [models.Index(fields=["plan", "decision", "noticed_date"], name="finding_open")]


class Improvement(Record):
    """What was measured, how we explain it, and what we change because of it."""

    plan = models.ForeignKey(StrategicPlan, on_delete=models.PROTECT, related_name="improvements")
    key = models.CharField(max_length=40)
    element_key = models.CharField(max_length=40)
    finding = models.ForeignKey(Finding, null=True, on_delete=models.PROTECT, related_name="improvements")
    result = models.CharField(max_length=300)
    explanation = models.CharField(max_length=300)
    change = models.CharField(max_length=300)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["plan", "key"], name="improvement_key_once")]
        indexes: ClassVar = [models.Index(fields=["plan", "-created_at"], name="improvement_newest")]


class LessonSetAside(models.Model):
    """A finding of the plan check that somebody looked at and let stand, with name and reason; it travels with the plan."""

    plan = models.ForeignKey(StrategicPlan, on_delete=models.PROTECT, related_name="set_aside")
    key = models.CharField(max_length=40)
    code = models.CharField(max_length=40)
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "key", "code"], name="lesson_set_aside_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="set_aside_with_reason"),
        ]
