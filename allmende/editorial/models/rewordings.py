"""Other words for what is published already, on their way to the network."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from allmende.channels.models import Message
from allmende.editorial import states
from allmende.editorial.models.items import Variant
from allmende.team.models import Person, choices, one_of


class Rewording(models.Model):
    """What stands at a network shall read otherwise, and why. Whoever had to approve the text approves these words too,
    bound to their hash; then the network is told, again and again until it has answered.

    `message`: the text or one of its parts; `seen_at`: its `edited_at` when the person began. The words it had are kept as
    a correction of `channels`. `why`: what the network or who read it said against it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="rewordings")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(max_length=300, blank=True)
    text = models.TextField()
    reason = models.CharField(max_length=200)
    words_hash = models.CharField(max_length=64)
    seen_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, choices=choices(states.REWORDING_STATES))
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=400, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            one_of("state", states.REWORDING_STATES, "rewording_state_known"),
            models.CheckConstraint(
                condition=~Q(text="") & ~Q(reason="") & ~Q(words_hash=""), name="rewording_says_what_and_why"
            ),
            models.UniqueConstraint(
                fields=["variant"], condition=Q(state__in=states.OPEN_REWORDINGS), name="one_open_rewording"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[states.APPROVED, states.SAID]) | Q(approved_at__isnull=False),
                name="rewording_said_when_approved",
            ),
            models.CheckConstraint(
                condition=Q(state__in=states.OPEN_REWORDINGS, settled_at__isnull=True)
                | ~Q(state__in=states.OPEN_REWORDINGS) & Q(settled_at__isnull=False),
                name="rewording_open_or_settled",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "next_at"], name="rewording_due")]
