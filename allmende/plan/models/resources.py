"""Hours and money that were used, and the address of a person's calendar."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from allmende.plan.models.versions import StrategicPlan
from allmende.team.models import Person, Record


class TimeEntry(Record):
    """Hours somebody worked on one day: for a tactic, or (no key) for daily work. Strategic is what serves a tactic."""

    plan = models.ForeignKey(StrategicPlan, on_delete=models.PROTECT, related_name="time_entries")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    tactic_key = models.CharField(max_length=40, blank=True)
    on_date = models.DateField()
    hours = models.DecimalField(max_digits=4, decimal_places=2)
    note = models.CharField(max_length=160, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(hours__gt=0, hours__lte=24), name="entry_hours_of_a_day")
        ]
        indexes: ClassVar = [models.Index(fields=["plan", "on_date"], name="time_by_day")]


class MoneyEntry(Record):
    """Money that was spent for a tactic."""

    plan = models.ForeignKey(StrategicPlan, on_delete=models.PROTECT, related_name="money_entries")
    tactic_key = models.CharField(max_length=40)
    on_date = models.DateField()
    amount = models.DecimalField(max_digits=9, decimal_places=2)
    note = models.CharField(max_length=160, blank=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(amount__gt=0), name="spent_something")]


STEPS_FEED = "plan.steps"


class CalendarFeed(Record):
    """A secret address a person's calendar reads; `kind` says what: steps, or what a room above keeps in dates.

    Only the token's hash is kept.
    """

    kind = models.CharField(max_length=40, default=STEPS_FEED)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "kind"], condition=Q(revoked_at__isnull=True), name="one_open_feed_per_person"
            )
        ]
