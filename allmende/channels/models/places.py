"""Where this installation speaks from, and the pauses of its publishing."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from allmende.channels import states
from allmende.team.models import Person, Record, choices, one_of


class Place(models.Model):
    """A machine and data folder that has worked with this database, known by a fingerprint whose key lies outside of it.

    `claims` counts what was claimed from there; the file beside the key counts along. A database that knows fewer than
    the file is an older one. `boot`, `ticks` (seconds since then) and `clock_at` show whether the clock was set.
    """

    fingerprint = models.CharField(max_length=64, unique=True)
    first_seen_at = models.DateTimeField()
    claims = models.PositiveBigIntegerField(default=0)
    boot = models.CharField(max_length=64, blank=True)
    ticks = models.FloatField(default=0)
    clock_at = models.DateTimeField()


class Pause(Record):
    """Nothing leaves this workspace from this place until a person looked: the database is a copy, or the clock jumped.

    `others_at`: what the newest of the other places had written when this one was first seen. Only where they go on
    writing is it one database for several machines; `judged_at` is when that was found out.
    """

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="pauses")
    reason = models.CharField(max_length=8, choices=choices(states.PAUSE_REASONS))
    others_at = models.DateTimeField(null=True)
    judged_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            one_of("reason", states.PAUSE_REASONS, "pause_reason_known"),
            models.UniqueConstraint(
                fields=["workspace", "place", "reason"], condition=Q(ended_at__isnull=True), name="one_open_pause"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["workspace", "ended_at"], name="pause_open")]
