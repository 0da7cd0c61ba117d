"""Tracked links: where they lead, what for, and how often people followed them, by day and without a trace of anybody."""

from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import Q

from allmende.channels import states
from allmende.channels.models.accounts import Channel
from allmende.team.models import Record, choices, one_of


class TrackedLink(Record):
    """A short address of ours that leads to `target` and says there whence people come (`domain.md` 3.11).

    `desired` is the behaviour after the arrival that counts; a click is none. `subject_...` name the item it stands in.
    It leads nowhere after `ends_date`, or once somebody ended it.
    """

    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=120)
    target = models.CharField(max_length=2000)
    source = models.CharField(max_length=80, blank=True)
    medium = models.CharField(max_length=80, blank=True)
    campaign = models.CharField(max_length=80, blank=True)
    content = models.CharField(max_length=80, blank=True)
    desired = models.CharField(max_length=200, blank=True)
    channel = models.ForeignKey(Channel, null=True, on_delete=models.PROTECT, related_name="+")
    serves_key = models.CharField(max_length=40, blank=True)
    subject_kind = models.CharField(max_length=20, blank=True)
    subject_id = models.CharField(max_length=40, blank=True)
    subject_label = models.CharField(max_length=200, blank=True)
    ends_date = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(target__startswith="https://"), name="link_leads_to_https"),
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="link_has_code_and_name"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "subject_kind", "subject_id"], name="link_of_subject"),
            models.Index(fields=["workspace", "-created_at"], name="link_newest"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        """Where the public door has it."""
        return f"/l/{self.code}"

    @property
    def parameters(self) -> dict[str, str]:
        """What the target is told."""
        told = {"source": self.source, "medium": self.medium, "campaign": self.campaign, "content": self.content}
        return {f"utm_{name}": value for name, value in told.items()}

    def has_ended(self, day: date) -> bool:
        return self.ended_at is not None or (self.ends_date is not None and self.ends_date < day)


class LinkDay(models.Model):
    """How often people followed a link on one day of their workspace. Nothing else of them is kept anywhere."""

    link = models.ForeignKey(TrackedLink, on_delete=models.CASCADE, related_name="days", db_index=False)
    day = models.DateField()
    times = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["link", "day"], name="link_day_once")]


class CountedFile(models.Model):
    """A file of clicks that was counted, known again until it is gone from the data folder: none is counted twice."""

    name = models.CharField(max_length=60, unique=True)
    counted_at = models.DateTimeField()


class ArrivalUpload(Record):
    """A table in which a target site tells of arrivals. `wishes`: columns and dates, as somebody chose them.

    `path` leads to the uploaded file until it is taken in or dropped.
    """

    file_name = models.CharField(max_length=200)
    path = models.CharField(max_length=1000, blank=True)
    state = models.CharField(max_length=8, default=states.RUN_CHOSEN, choices=choices(states.UPLOAD_STATES))
    wishes = models.JSONField(default=dict)
    made = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [one_of("state", states.UPLOAD_STATES, "arrival_upload_state_known")]


class LinkArrival(models.Model):
    """What a target site tells us that somebody did there who came by a link. It names nobody; `event_id` is the site's
    own and makes a second telling no second arrival. `actor` tells people of one site apart, where it gave them a key:
    a number made of it that leads back to nobody."""

    link = models.ForeignKey(TrackedLink, on_delete=models.CASCADE, related_name="arrivals", db_index=False)
    event_id = models.CharField(max_length=255)
    act = models.CharField(max_length=17, choices=choices(states.ARRIVAL_ACTS))
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.BigIntegerField(null=True)
    upload = models.ForeignKey(ArrivalUpload, null=True, on_delete=models.CASCADE, related_name="arrivals")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["link", "event_id"], name="arrival_once"),
            one_of("act", states.ARRIVAL_ACTS, "arrival_act_known"),
        ]
