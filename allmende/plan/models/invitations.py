"""What stands in somebody's calendar because we sent it there."""

from typing import ClassVar

from django.db import models

from allmende.plan.models.versions import StrategicPlan
from allmende.team.models import Person


class Invitation(models.Model):
    """A step in the calendar of one who does it, across versions. `sequence` rises with each mail that changes it
    (RFC 5546); `told` is a mark of what was said last, so that nothing is said twice."""

    plan = models.ForeignKey(StrategicPlan, on_delete=models.CASCADE, related_name="invitations")
    key = models.CharField(max_length=40)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    sequence = models.PositiveIntegerField(default=0)
    on_date = models.DateField()
    what = models.CharField(max_length=300)
    told = models.CharField(max_length=64)
    told_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "key", "person"], name="one_invitation_each"),
        ]
