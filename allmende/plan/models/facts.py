"""What the rooms above tell the plan: evidence and work (`house.md`, facts travel down as rows)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from allmende.plan.models.proof import EvidenceUpload
from allmende.team.models import Person, Workspace


class Evidence(models.Model):
    """A fact told to a plan element by a room above (`house.md`, facts travel down as rows). Shares are fractions.

    With `before_share`, `low` and `high` bound the difference `share - before_share`; without it, the share itself. A
    fact of the kind "week" is a dot of the small chart: `low` and `high` are its natural limits, `before_share` the level
    before, and the flag "signal" says that it is more than chance. One of the kind "day" is what a single day brought
    (S0-03), one of the kind "pace" how a measure runs, whose key is its `source` (`queries.reach.Pace` says in which
    columns). Where people looked how often the counting is right, `share` and `before_share` are put right by that, and
    `counted_share` and `counted_before_share` are what was counted (domain 4.5). A plain measured figure has a `value`
    with its `unit` instead of a share ("7.9", "points"), and maybe what it was before; its `low` and `high` bound the
    value itself. `upload` or `told_by` say where it came from when no room told it, the flag "delivered" that a program
    sent it; `note` is what its teller says beside it. `looked_at` is when the caretaker held it against its natural
    limits.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=40)
    kind = models.CharField(max_length=24)
    source = models.CharField(max_length=80)
    period_start = models.DateTimeField()
    period_end = models.DateTimeField()
    people = models.PositiveIntegerField(null=True)
    times = models.PositiveIntegerField(null=True)
    share = models.FloatField(null=True)
    n = models.PositiveIntegerField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    before_share = models.FloatField(null=True)
    counted_share = models.FloatField(null=True)
    counted_before_share = models.FloatField(null=True)
    verdict = models.CharField(max_length=14, blank=True)
    flags = models.JSONField(default=list)
    reason = models.CharField(max_length=40, blank=True)
    definition_version = models.CharField(max_length=80, blank=True)
    url = models.CharField(max_length=300, blank=True)
    value = models.FloatField(null=True)
    unit = models.CharField(max_length=24, blank=True)
    before_value = models.FloatField(null=True)
    note = models.CharField(max_length=200, blank=True)
    upload = models.ForeignKey(EvidenceUpload, null=True, on_delete=models.PROTECT, related_name="facts")
    told_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    looked_at = models.DateTimeField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "key", "kind", "source", "period_start", "period_end", "definition_version"],
                name="evidence_once",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "key", "-period_end"], name="evidence_newest"),
            models.Index(fields=["at"], condition=Q(looked_at__isnull=True), name="evidence_unseen"),
        ]


class WorkLink(models.Model):
    """Work that serves a plan element: an item, a conversation, a report."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=40)
    kind = models.CharField(max_length=24)
    ref = models.CharField(max_length=60)
    label = models.CharField(max_length=200)
    url = models.CharField(max_length=300)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "key", "kind", "ref"], name="work_link_once")
        ]
        indexes: ClassVar = [models.Index(fields=["workspace", "key", "-at"], name="work_newest")]
