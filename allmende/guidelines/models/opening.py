"""What a channel may open without, and who said so."""

from typing import ClassVar

from django.db import models

from allmende.channels.models import Channel
from allmende.guidelines import states
from allmende.team.models import Record, choices, one_of


class GateException(Record):
    """This channel opens, or stays open, without one of its gates: by name and with the reason (domain 3.8). Put away, it
    holds no more; a new reason for the same gate brings it back."""

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="gate_exceptions")
    gate = models.CharField(max_length=13, choices=choices(states.GATES_SET_ASIDE))
    reason = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["channel", "gate"], name="one_exception_of_gate"),
            one_of("gate", states.GATES_SET_ASIDE, "gate_can_be_set_aside"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="gate_exception_has_reason"),
        ]
