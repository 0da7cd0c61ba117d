"""What people say about the figures, and when they last looked: uploads, judgements, openings."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from allmende.plan import states
from allmende.plan.models.change_events import ChangeEvent
from allmende.plan.models.findings import Finding
from allmende.plan.models.versions import PlanVersion
from allmende.team.models import Person, Record, Workspace, choices, one_of


class EvidenceUpload(Record):
    """A table of measured values that somebody brought (S0-03). It is chosen, looked at, then taken whole; or undone.

    `headers` and `rows` (line, cells) are the table as read; `wishes` which column is what. `refused` holds line, reason
    and cells of what was left out, `replaced` what the taken values wrote over, so that undoing puts it back.
    """

    file_name = models.CharField(max_length=200)
    state = models.CharField(max_length=8, default=states.CHOSEN, choices=choices(states.UPLOAD_STATES))
    headers = models.JSONField(default=list)
    rows = models.JSONField(default=list)
    wishes = models.JSONField(default=dict)
    taken = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    refused = models.JSONField(default=list)
    replaced = models.JSONField(default=list)
    taken_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [one_of("state", states.UPLOAD_STATES, "upload_state_known")]


class Judgement(Record):
    """A value beyond its natural limits asks for a judgement (S0-05), once; the answer stays with its reason.

    `measured`, `low` and `high` are what was seen when it was asked: shares as fractions, else in `unit`. What was judged
    to change leads on to a draft (`version`), a `finding`, or an `event` around the plan; what is watched is asked again on `again_date`, in a row of
    its own that `follows` this one.
    """

    key = models.CharField(max_length=40)
    source = models.CharField(max_length=80)
    unit = models.CharField(max_length=24, blank=True)
    is_share = models.BooleanField(default=False)
    measured = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    period_start = models.DateTimeField()
    period_end = models.DateTimeField()
    asked = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=6, blank=True, choices=choices(states.JUDGEMENTS))
    reason = models.TextField(blank=True)
    judged_at = models.DateTimeField(null=True)
    judged_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(PlanVersion, null=True, on_delete=models.PROTECT, related_name="judgements")
    finding = models.OneToOneField(Finding, null=True, on_delete=models.PROTECT, related_name="judgement")
    event = models.ForeignKey(ChangeEvent, null=True, on_delete=models.PROTECT, related_name="judgements")
    again_date = models.DateField(null=True)
    follows = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="followed_by")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "key", "source", "period_end"],
                condition=Q(follows__isnull=True),
                name="judgement_asked_once",
            ),
            models.CheckConstraint(
                condition=Q(version__isnull=True, finding__isnull=True, event__isnull=True)
                | Q(answer=states.CHANGE, version__isnull=True, finding__isnull=True)
                | Q(answer=states.CHANGE, version__isnull=True, event__isnull=True)
                | Q(answer=states.CHANGE, finding__isnull=True, event__isnull=True),
                name="one_thing_comes_of_a_change",
            ),
            models.CheckConstraint(
                condition=Q(again_date__isnull=True) | Q(answer=states.WATCH), name="watched_until_a_day"
            ),
            models.CheckConstraint(
                condition=Q(answer="") | (~Q(reason="") & Q(judged_at__isnull=False)), name="judged_with_reason"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "created_at"], condition=Q(answer=""), name="judgement_open"),
            models.Index(fields=["again_date"], condition=Q(answer=states.WATCH), name="judgement_watched"),
        ]


class ElementVisit(models.Model):
    """On which day a person last opened an element (S0-09)."""

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=40)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    opened_date = models.DateField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "key", "person"], name="opening_once")]
