"""What must be settled before a plan goes to work."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from allmende.plan import states
from allmende.plan.models.versions import StrategicPlan
from allmende.team.models import Record, choices, one_of


class ReadinessAnswer(Record):
    """The answer to one question of the gate (S3-17): settled, open or does not apply, in words, with name and time.

    `question` is a key of `catalogue.READINESS`. `for_version` is the number of the version in force at that time; the fit of the
    responsible unit is asked again once goals changed after it (S3-06).
    """

    plan = models.ForeignKey(StrategicPlan, on_delete=models.PROTECT, related_name="readiness")
    question = models.CharField(max_length=30)
    state = models.CharField(max_length=8, choices=choices(states.READINESS_STATES))
    text = models.TextField(blank=True)
    for_version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "question"], name="readiness_asked_once"),
            one_of("state", states.READINESS_STATES, "readiness_state_known"),
            models.CheckConstraint(
                condition=Q(state=states.OPEN_QUESTION) | ~Q(text=""), name="readiness_answered_in_words"
            ),
        ]
