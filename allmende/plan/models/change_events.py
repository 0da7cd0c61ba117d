"""What happened around the plan, and what that means for each of its parts (3.4, S0-19, S0-20)."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from allmende.plan import states
from allmende.plan.models.versions import PlanVersion, StrategicPlan
from allmende.team.models import Person, Record, choices, one_of


class ChangeEvent(Record):
    """New leadership, cut resources, a launch: `occurred_date` and `noticed_date` begin the lead time (S0-19).

    `version` is the revision it led to.
    """

    plan = models.ForeignKey(StrategicPlan, on_delete=models.PROTECT, related_name="change_events")
    kind = models.CharField(max_length=15, choices=choices(states.EVENT_KINDS))
    what = models.CharField(max_length=300)
    occurred_date = models.DateField()
    noticed_date = models.DateField()
    version = models.ForeignKey(PlanVersion, null=True, on_delete=models.PROTECT, related_name="change_events")

    class Meta:
        ordering: ClassVar = ["-occurred_date", "-created_at"]
        constraints: ClassVar = [
            one_of("kind", states.EVENT_KINDS, "event_kind_known"),
            models.CheckConstraint(condition=Q(noticed_date__gte=F("occurred_date")), name="noticed_after_it_occurred"),
        ]

    @property
    def asked(self) -> "list[Assessment]":
        """What a revision has to do because of it: adapt this, make that anew."""
        return [one for one in self.assessments.all() if one.judgement in (states.ADAPT, states.NEW)]


class Assessment(models.Model):
    """What an event means for one element of the plan; "new" has no key yet and says in `note` what is needed."""

    event = models.ForeignKey(ChangeEvent, on_delete=models.PROTECT, related_name="assessments")
    key = models.CharField(max_length=40, blank=True)
    layer = models.CharField(max_length=11)
    judgement = models.CharField(max_length=11, choices=choices(states.ASSESSMENTS))
    note = models.CharField(max_length=300, blank=True)
    judged_at = models.DateTimeField()
    judged_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            one_of("judgement", states.ASSESSMENTS, "assessment_known"),
            models.UniqueConstraint(fields=["event", "key"], condition=~Q(key=""), name="assessed_once"),
            models.CheckConstraint(
                condition=~Q(judgement=states.NEW) & ~Q(key="") | Q(judgement=states.NEW, key="") & ~Q(note=""),
                name="new_has_words_others_a_key",
            ),
        ]
