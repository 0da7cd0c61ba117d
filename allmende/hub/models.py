"""What a visitor's comment is to the page that shows it, and which deliveries came; the words stand in `channels.Message`."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from allmende.channels.models import Account, Message
from allmende.hub import states
from allmende.team.models import Person, Record, choices, one_of


class Comment(models.Model):
    """Whether a comment is seen. It waits until a person shows or hides it; both can be changed at any time."""

    message = models.OneToOneField(Message, primary_key=True, on_delete=models.CASCADE, related_name="comment")
    state = models.CharField(max_length=7, default=states.WAITING, choices=choices(states.COMMENT_STATES))
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            one_of("state", states.COMMENT_STATES, "comment_state_known"),
            models.CheckConstraint(
                condition=Q(state=states.WAITING) | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="comment_decided_by_somebody",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["message"], condition=Q(state=states.WAITING), name="comment_waiting"),
        ]


class Delivery(models.Model):
    """A delivery of a webhook that was taken in, known again by the id it bears for as long as it could come again."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+", db_index=False)
    webhook_id = models.CharField(max_length=255)
    received_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "webhook_id"], name="hook_delivery_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["account", "received_at"], name="hook_delivery_age")]


class SurveyRound(Record):
    """One round of the trust survey: from a day until another, the same questions every time (S2-09)."""

    starts_date = models.DateField()
    ends_date = models.DateField()

    class Meta:
        ordering: ClassVar = ["-starts_date"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(starts_date__lte=models.F("ends_date")), name="survey_forward"),
        ]


class SurveyAnswer(models.Model):
    """What one visitor answered: points, nothing else. No name, no address and no moment says who it was."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(SurveyRound, on_delete=models.CASCADE, related_name="answers")
    keeps_word = models.PositiveSmallIntegerField()
    is_fair = models.PositiveSmallIntegerField()
    cares = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(**{f"{name}__gte": 1 for name in states.TRUST_QUESTIONS})
                & Q(**{f"{name}__lte": states.MOST_POINTS for name in states.TRUST_QUESTIONS}),
                name="survey_points",
            )
        ]
