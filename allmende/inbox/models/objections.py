"""What came of an author's objection to a moderation decision."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from allmende.inbox import states
from allmende.team.models import Person, choices, one_of


class ObjectionOutcome(models.Model):
    """Somebody looked again: the decision was upheld, reversed, or right in part; the author gets the reasons (DSA Art. 20).

    `is_alone`: nobody else could look at it than who had decided. `told_at`: since when the author knows.
    """

    decision = models.OneToOneField(
        "inbox.ModerationDecision", primary_key=True, on_delete=models.CASCADE, related_name="objection_outcome"
    )
    outcome = models.CharField(max_length=8, choices=choices(states.OBJECTION_OUTCOMES))
    reasons = models.TextField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    is_alone = models.BooleanField(default=False)
    told_at = models.DateTimeField(null=True)
    told_how = models.CharField(max_length=10, blank=True, choices=choices(states.TOLD))

    class Meta:
        constraints: ClassVar = [
            one_of("outcome", states.OBJECTION_OUTCOMES, "objection_outcome_known"),
            models.CheckConstraint(condition=~Q(reasons=""), name="objection_gives_reasons"),
            models.CheckConstraint(
                condition=Q(told_at__isnull=True, told_how="") | (Q(told_at__isnull=False) & ~Q(told_how="")),
                name="objection_told_somehow",
            ),
        ]
