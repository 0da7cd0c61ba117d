"""Promises that were not kept, and who has learned of it."""

from typing import ClassVar

from django.db import models

from allmende.inbox import states
from allmende.team.models import Person, choices, one_of


class BrokenPromise(models.Model):
    """The time we promised has passed and nobody answered, or the matter is not closed: it went to a person, once.

    A promise is known by when its clock began (`began_at`): another plan, or a moved due time, makes no second one of it.
    `due_at`: until when it held when it was told. `told` is who decides now; None for what was late already when it came to be
    promised, of which nobody is told.
    """

    conversation = models.ForeignKey("inbox.Conversation", on_delete=models.CASCADE, related_name="broken")
    clock = models.CharField(max_length=10, choices=choices(states.BROKEN_CLOCKS))
    began_at = models.DateTimeField()
    due_at = models.DateTimeField()
    told = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    told_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            one_of("clock", states.BROKEN_CLOCKS, "broken_clock_known"),
            models.UniqueConstraint(fields=["conversation", "clock", "began_at"], name="broken_once"),
        ]
