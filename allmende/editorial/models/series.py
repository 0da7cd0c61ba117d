"""What comes again: an item's rhythm or its place in the pool, and each time it comes."""

from datetime import datetime
from typing import ClassVar, cast

from django.db import models
from django.db.models import Q

from allmende.channels.models import Channel
from allmende.domain.slots import Rhythm, Step
from allmende.editorial import states
from allmende.editorial.models.items import Item
from allmende.team.models import Person, Record, choices, one_of


class Series(Record):
    """How an item comes again, and until when; there is no series without an end.

    With a rhythm it comes from `starts_date` on at `starts_at`, on each channel's own clock; that one has `first_number`,
    which is 1 until somebody moves all from one on. Evergreen it stands in the pool that fills free weekly slots. The same
    words do not stand twice in a channel within `cool_down_days`. `knowingly`: why each time may leave although nobody is
    on duty for it; whoever changed the series last bears that.
    """

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="series")
    kind = models.CharField(max_length=9, choices=choices(states.SERIES_KINDS))
    step = models.CharField(max_length=7, blank=True, choices=choices(states.STEPS))
    every = models.PositiveSmallIntegerField(default=1)
    starts_date = models.DateField()
    starts_at = models.TimeField(null=True)
    first_number = models.PositiveSmallIntegerField(default=1)
    ends_date = models.DateField(null=True)
    ends_after = models.PositiveSmallIntegerField(null=True)
    cool_down_days = models.PositiveSmallIntegerField(default=0)
    knowingly = models.CharField(max_length=300, blank=True)
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            one_of("kind", states.SERIES_KINDS, "series_kind_known"),
            one_of("step", ("", *states.STEPS), "series_step_known"),
            models.CheckConstraint(
                condition=Q(ends_date__isnull=False, ends_after__isnull=True)
                | Q(ends_date__isnull=True, ends_after__isnull=False, ends_after__gte=1),
                name="series_has_one_end",
            ),
            models.CheckConstraint(
                condition=Q(kind=states.RHYTHM, starts_at__isnull=False, every__gte=1) & ~Q(step="")
                | Q(kind=states.EVERGREEN, starts_at__isnull=True, step="", cool_down_days__gte=1),
                name="series_rhythm_or_pool",
            ),
            models.UniqueConstraint(fields=["item"], condition=Q(stopped_at__isnull=True), name="series_running_once"),
        ]

    @property
    def is_evergreen(self) -> bool:
        return self.kind == states.EVERGREEN

    @property
    def rhythm(self) -> Rhythm:
        """How it comes round from `first_number` on."""
        first = datetime.combine(self.starts_date, self.starts_at or datetime.min.time())
        left = self.ends_after - self.first_number + 1 if self.ends_after else None
        return Rhythm(first, cast("Step", self.step), self.every, self.ends_date, left)


class Occurrence(models.Model):
    """One time a series comes: an item of its own, approved like any other. `due_wall` and `channel`: where the series
    put it; without a channel it is for all of them. Skipped it leaves no gap to fill; `why_not`: it was never made.
    """

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="occurrences")
    number = models.PositiveSmallIntegerField()
    item = models.OneToOneField(Item, null=True, on_delete=models.CASCADE, related_name="occurrence")
    channel = models.ForeignKey(Channel, null=True, on_delete=models.PROTECT, related_name="+")
    due_wall = models.CharField(max_length=16)
    due_at = models.DateTimeField()
    skipped_at = models.DateTimeField(null=True)
    skipped_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    why_not = models.CharField(max_length=9, blank=True, choices=choices(states.NOT_MADE))
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["due_at", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["series", "number"], name="occurrence_once"),
            one_of("why_not", ("", *states.NOT_MADE), "occurrence_why_not_known"),
            models.CheckConstraint(condition=Q(item__isnull=False) | ~Q(why_not=""), name="occurrence_made_or_why_not"),
        ]
        indexes: ClassVar = [models.Index(fields=["channel", "due_at"], name="occurrence_slot")]
