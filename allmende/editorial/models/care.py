"""Who let a text leave although nobody is on duty for its answers, and why."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from allmende.editorial.models.items import Variant
from allmende.team.models import Person


class CareOverride(models.Model):
    """A person schedules a text knowingly, although its care window lacks somebody on duty, and says why (I-19).

    It counts while the text stands at `slot_at`, for a care window up to `until`; `lacking` keeps the hours it bore. Once
    the text leaves that slot it has ended; an undo of that lets it stand again.
    """

    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="care_overrides")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    slot_at = models.DateTimeField()
    until = models.DateTimeField()
    lacking = models.JSONField(default=list)
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason=""), name="care_override_says_why"),
            models.CheckConstraint(condition=Q(slot_at__lt=F("until")), name="care_override_forward"),
            models.UniqueConstraint(
                fields=["variant"], condition=Q(ended_at__isnull=True), name="one_standing_care_override"
            ),
        ]
