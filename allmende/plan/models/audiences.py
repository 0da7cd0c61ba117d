"""Whom we address, in strict order, and what is known about them. They stand beside the versions and survive them (S0-20)."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.formats import date_format

from allmende.plan import states
from allmende.team.models import Record, Workspace, choices, one_of


def new_audience_key() -> str:
    """A key for an audience: rooms below name it by this, and it stays the same wherever the plan is read in."""
    return str(uuid4())


class Audience(Record):
    """A group of people addressed. `rank` is strict: no two of a workspace share one (S3-08); retired ones have none.

    `key` names it to the rooms below, which know no row of the plan, as the keys of elements do.
    """

    key = models.CharField(max_length=40, default=new_audience_key)
    name = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    state = models.CharField(max_length=8, default=states.AUDIENCE_DRAFT, choices=choices(states.AUDIENCE_STATES))
    rank = models.PositiveSmallIntegerField(null=True)
    size_estimate = models.PositiveIntegerField(null=True, blank=True)
    needs = models.TextField(blank=True)
    emotions_now = models.CharField(max_length=300, blank=True)
    emotions_wanted = models.CharField(max_length=300, blank=True)
    places = models.CharField(max_length=300, blank=True)
    reach_path = models.TextField(blank=True)
    involvement_path = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["rank", "name"]
        constraints: ClassVar = [
            one_of("state", states.AUDIENCE_STATES, "audience_state_known"),
            models.UniqueConstraint(fields=["workspace", "key"], name="audience_key_once"),
            models.UniqueConstraint(fields=["workspace", "rank"], name="audience_rank_once"),
            models.UniqueConstraint(
                fields=["workspace", "name"], condition=~Q(state=states.RETIRED), name="audience_name_once"
            ),
            models.CheckConstraint(
                condition=Q(state=states.RETIRED, rank__isnull=True) | (~Q(state=states.RETIRED) & Q(rank__gte=1)),
                name="audience_ranked",
            ),
            models.CheckConstraint(
                condition=~Q(state=states.AUDIENCE_ACTIVE) | (~Q(reach_path="") & ~Q(involvement_path="")),
                name="active_audience_reached_and_involved",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AudienceAnalysis(Record):
    """What is known about an audience, from where, since when."""

    audience = models.ForeignKey(Audience, on_delete=models.PROTECT, related_name="analyses")
    finding = models.TextField()
    source = models.CharField(max_length=200)
    on_date = models.DateField()

    class Meta:
        ordering: ClassVar = ["-on_date", "-created_at"]

    def __str__(self) -> str:
        return f"{self.finding} ({self.source}, {date_format(self.on_date, 'DATE_FORMAT')})"


class AudienceLink(models.Model):
    """Which audience an objective means, by the objective's key: versions keep their text, this outlives them."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    audience = models.ForeignKey(Audience, on_delete=models.PROTECT, related_name="links")
    objective_key = models.CharField(max_length=40)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "objective_key"], name="objective_means_one_audience")
        ]
