"""What a machine supposes about a message, and what people said to it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from allmende.channels.models import Message
from allmende.domain.urgency import LEVELS
from allmende.inbox import states
from allmende.team.models import Person, Record, Workspace, choices, one_of


class TriageRules(Record):
    """Whether suggestions are made here; without a row they are."""

    is_on = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace"], name="one_set_of_triage_rules")]


class Suggestion(models.Model):
    """What is supposed about one message of a member: never more than words beside it.

    `situation` is one of `domain.md` 3.8; a model that learned other labels says `label` instead. `source`: by the signs of
    the reaction plan or by the learned model, "" where neither knew; `confidence` (of 100 such so many are right) and
    `model_version` belong to the model alone. `words` led to it, `urgency_words` to the urgency. `chosen`: the situation a
    person chose instead. `read_change` is the message's `changed_at` as it was read.
    """

    message = models.OneToOneField(Message, primary_key=True, on_delete=models.CASCADE, related_name="suggestion")
    source = models.CharField(max_length=5, blank=True, choices=choices(states.SUGGESTION_SOURCES))
    situation = models.PositiveSmallIntegerField(null=True)
    label = models.CharField(max_length=60, blank=True)
    confidence = models.FloatField(null=True)
    words = models.JSONField(default=list)
    model_version = models.CharField(max_length=12, blank=True)
    language = models.CharField(max_length=3, blank=True)
    urgency = models.CharField(max_length=7, choices=choices(LEVELS))
    urgency_words = models.JSONField(default=list)
    suggested_at = models.DateTimeField()
    read_change = models.DateTimeField()
    state = models.CharField(max_length=9, default=states.OPEN, choices=choices(states.SUGGESTION_STATES))
    answered_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    chosen = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            one_of("source", ("", *states.SUGGESTION_SOURCES), "suggestion_source_known"),
            one_of("urgency", LEVELS, "suggestion_urgency_known"),
            one_of("state", states.SUGGESTION_STATES, "suggestion_state_known"),
            models.CheckConstraint(
                condition=Q(source=states.BY_MODEL, confidence__isnull=False, confidence__gte=0, confidence__lte=1)
                & ~Q(model_version="")
                | Q(source__in=("", states.BY_SIGNS), confidence__isnull=True, model_version=""),
                name="suggestion_of_a_model_says_how_sure",
            ),
            models.CheckConstraint(
                condition=Q(source="", situation__isnull=True, label="")
                | Q(source=states.BY_SIGNS, situation__isnull=False)
                | Q(source=states.BY_MODEL, situation__isnull=False)
                | (Q(source=states.BY_MODEL, situation__isnull=True) & ~Q(label="")),
                name="suggestion_says_something",
            ),
            models.CheckConstraint(
                condition=Q(state=states.OPEN, answered_by__isnull=True, answered_at__isnull=True, chosen__isnull=True)
                | Q(state__in=(states.TAKEN, states.DISMISSED), answered_by__isnull=False, answered_at__isnull=False)
                | Q(state=states.OVERRULED, answered_by__isnull=False, answered_at__isnull=False, chosen__isnull=False),
                name="suggestion_answered_by_somebody",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["urgency"], condition=~Q(urgency="usual"), name="suggestion_urgent"),
            # None by language: SQLite would read all messages of a language anew for each conversation of a list.
            models.Index(fields=["answered_at"], condition=Q(answered_at__isnull=False), name="suggestion_answered"),
        ]


class Learning(models.Model):
    """One attempt to learn from the team's decisions, and whether what was learned is used.

    `number` texts were learned from, `held_out` kept back to judge by; `before` and `after` say how well the model in use
    and the new one fitted those (harmonic mean of precision and recall), `before` None where there was none.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    version = models.CharField(max_length=12)
    number = models.PositiveIntegerField()
    held_out = models.PositiveIntegerField()
    before = models.FloatField(null=True)
    after = models.FloatField()
    calibration_error = models.FloatField()
    is_used = models.BooleanField()

    class Meta:
        ordering: ClassVar = ["-at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(is_used=False) | Q(before__isnull=True) | Q(after__gte=models.F("before")),
                name="learning_never_makes_it_worse",
            ),
        ]
