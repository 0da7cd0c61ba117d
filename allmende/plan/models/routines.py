"""Recurrent work: routines with ordered steps, the daily round, its reviews; and what changes at the networks."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from allmende.channels.models import Channel
from allmende.plan import states
from allmende.team.models import Person, Record, Revised, choices, one_of


class Routine(Record):
    """Recurrent work as ordered work steps (S4-05). It lasts `planned_minutes`, and is looked at again after some days
    (S4-33). `channel` is the presence it looks at (S4-31); none means all of them."""

    name = models.CharField(max_length=120)
    purpose = models.CharField(max_length=300, blank=True)
    rhythm = models.CharField(max_length=8, choices=choices(states.RHYTHMS))
    weekday = models.PositiveSmallIntegerField(null=True, blank=True)
    channel = models.ForeignKey(Channel, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    planned_minutes = models.PositiveSmallIntegerField()
    review_interval_days = models.PositiveSmallIntegerField(default=91)
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["created_at"]
        constraints: ClassVar = [
            one_of("rhythm", states.RHYTHMS, "routine_rhythm_known"),
            models.CheckConstraint(
                condition=Q(rhythm__in=states.WEEKDAY_RHYTHMS, weekday__isnull=False, weekday__lte=6)
                | (~Q(rhythm__in=states.WEEKDAY_RHYTHMS) & Q(weekday__isnull=True)),
                name="routine_weekday_where_needed",
            ),
            models.CheckConstraint(condition=Q(planned_minutes__gte=1), name="routine_lasts"),
        ]


class RoutineStep(models.Model):
    """One work step of a routine. A step taken out keeps its row (`dropped_at`), because rounds of the past ticked it."""

    routine = models.ForeignKey(Routine, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=200)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["routine", "what"], name="routine_step_once")]


class Round(models.Model):
    """A routine on one day. It ends with the last tick."""

    routine = models.ForeignKey(Routine, on_delete=models.CASCADE, related_name="rounds")
    on_date = models.DateField()
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["routine", "on_date"], name="one_round_a_day"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=models.F("begun_at")), name="round_forward"
            ),
        ]


class Tick(models.Model):
    """A step of a round that was done, with what was noticed."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="ticks")
    step = models.ForeignKey(RoutineStep, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["round", "step"], name="ticked_once")]


class RoutineReview(models.Model):
    """What a look at a routine came to, with the minutes as they were that day."""

    routine = models.ForeignKey(Routine, on_delete=models.CASCADE, related_name="reviews")
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    result = models.CharField(max_length=6, choices=choices(states.ROUTINE_RESULTS))
    reason = models.CharField(max_length=300)
    planned_minutes = models.PositiveSmallIntegerField()
    median_minutes = models.FloatField(null=True)
    rounds = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar = ["-at"]
        constraints: ClassVar = [one_of("result", states.ROUTINE_RESULTS, "routine_result_known")]


class PlatformChange(Record):
    """Something that changed, or will change, at a network we speak on (S4-32). `network` is a kind of account."""

    network = models.CharField(max_length=40)
    what = models.CharField(max_length=300)
    source_url = models.CharField(max_length=300, blank=True)
    noticed_date = models.DateField()
    effective_date = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-noticed_date", "-created_at"]


class ChangeEffect(Revised):
    """What a platform change may touch: the reaction plan of a channel, or a format of ours by name."""

    change = models.ForeignKey(PlatformChange, on_delete=models.CASCADE, related_name="effects")
    channel = models.ForeignKey(Channel, null=True, on_delete=models.PROTECT, related_name="+")
    content_format = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=9, default=states.EFFECT_OPEN, choices=choices(states.EFFECT_STATES))
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            one_of("state", states.EFFECT_STATES, "effect_state_known"),
            models.CheckConstraint(
                condition=(Q(channel__isnull=False) & Q(content_format=""))
                | (Q(channel__isnull=True) & ~Q(content_format="")),
                name="effect_touches_one_thing",
            ),
            models.UniqueConstraint(
                fields=["change", "channel"], condition=Q(channel__isnull=False), name="effect_on_channel_once"
            ),
            models.UniqueConstraint(
                fields=["change", "content_format"], condition=Q(channel__isnull=True), name="effect_on_format_once"
            ),
        ]
