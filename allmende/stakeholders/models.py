"""What they know of us: stakeholders, and reports whose figures are frozen when composed."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from allmende.stakeholders import states
from allmende.team.models import Person, Record, choices, one_of


class Stakeholder(Record):
    """A person or group inside whose support decides about the community."""

    name = models.CharField(max_length=120)
    position = models.CharField(max_length=120, blank=True)
    department = models.CharField(max_length=120, blank=True)
    influence = models.CharField(max_length=8, default="advises", choices=choices(states.INFLUENCES))
    interest = models.CharField(max_length=300, blank=True)
    relation = models.CharField(max_length=11, default="identified", choices=choices(states.RELATION_STATES))
    update_interval_days = models.PositiveSmallIntegerField(default=28)
    next_due_date = models.DateField(null=True, blank=True)


class Report(Record):
    """One page for one stakeholder. `content` holds chain, figures, verdicts and texts as they were when composed."""

    stakeholder = models.ForeignKey(Stakeholder, on_delete=models.PROTECT, related_name="reports")
    title = models.CharField(max_length=200)
    period_start_date = models.DateField()
    period_end_date = models.DateField()
    content = models.JSONField()
    story = models.TextField(blank=True)
    ask = models.TextField(blank=True)
    findings = models.JSONField(default=list)
    state = models.CharField(max_length=18, default=states.COMPILED, choices=choices(states.REPORT_STATES))
    composed_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            one_of("state", states.REPORT_STATES, "report_state_known"),
            models.CheckConstraint(
                condition=~Q(state=states.RELEASED) | Q(released_at__isnull=False, released_by__isnull=False),
                name="released_by_a_person",
            ),
        ]
