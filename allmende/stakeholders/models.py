"""What they know of us: reports whose figures are frozen when composed. Stakeholders themselves are kept by the plan."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from allmende.plan.models import Stakeholder
from allmende.stakeholders import states
from allmende.team.models import Person, Record, choices, one_of


class Report(Record):
    """One page for one stakeholder. `content` holds chain, figures and verdicts as they were when composed
    (`queries.paper.frozen`); the texts beside it are typed. After the release nothing of it changes.

    `findings` are what the guard said at the release; with an override, `override_reason` says why they went out.
    `opened_at` is when the guest's page was first asked for.
    """

    stakeholder = models.ForeignKey(Stakeholder, on_delete=models.PROTECT, related_name="reports")
    title = models.CharField(max_length=200)
    period_start_date = models.DateField()
    period_end_date = models.DateField()
    content = models.JSONField()
    story = models.TextField(blank=True)
    story_by = models.CharField(max_length=160, blank=True)
    has_story_consent = models.BooleanField(default=False)
    setback = models.TextField(blank=True)
    ask = models.TextField(blank=True)
    findings = models.JSONField(default=list)
    override_reason = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=18, default=states.COMPILED, choices=choices(states.REPORT_STATES))
    composed_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-composed_at"]
        constraints: ClassVar = [
            one_of("state", states.REPORT_STATES, "report_state_known"),
            models.CheckConstraint(
                condition=~Q(state=states.RELEASED) | Q(released_at__isnull=False, released_by__isnull=False),
                name="released_by_a_person",
            ),
            models.CheckConstraint(
                condition=Q(period_end_date__gte=models.F("period_start_date")), name="report_period_forward"
            ),
            models.UniqueConstraint(
                fields=["stakeholder"],
                condition=Q(state=states.COMPILED, archived_at__isnull=True),
                name="one_draft_per_stakeholder",
            ),
        ]

    @property
    def is_released(self) -> bool:
        return self.state == states.RELEASED
