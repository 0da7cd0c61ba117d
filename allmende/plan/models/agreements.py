"""Who agreed to a version, and who was told of it, saw it and said so."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from allmende.plan import states
from allmende.plan.models.stakeholders import Stakeholder
from allmende.plan.models.versions import PlanVersion
from allmende.team.models import Person, choices, one_of


class Agreement(models.Model):
    """One stakeholder asked about one version, and their answer with name, time and words (S1-22).

    Of the kind "proposal", `round` counts how often the version was proposed: what was agreed holds for that text alone.
    A "renewal" asks anew about a version in force. The database freezes every answer once the version is in force.
    """

    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="agreements")
    stakeholder = models.ForeignKey(Stakeholder, on_delete=models.PROTECT, related_name="agreements")
    kind = models.CharField(max_length=8, default=states.PROPOSAL, choices=choices(states.AGREEMENT_KINDS))
    round = models.PositiveSmallIntegerField(default=1)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=7, blank=True, choices=choices(states.ANSWERS))
    answered_at = models.DateTimeField(null=True)
    answered_name = models.CharField(max_length=120, blank=True)
    comment = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["asked_at", "id"]
        constraints: ClassVar = [
            one_of("kind", states.AGREEMENT_KINDS, "agreement_kind_known"),
            models.UniqueConstraint(fields=["version", "stakeholder", "kind", "round"], name="asked_once"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | Q(answer__in=states.ANSWERS, answered_at__isnull=False) & ~Q(answered_name=""),
                name="answer_has_name_and_time",
            ),
        ]


class Receipt(models.Model):
    """One person or stakeholder who was told of a published version; `words` are those written for them alone (S0-06)."""

    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="receipts")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    stakeholder = models.ForeignKey(Stakeholder, null=True, on_delete=models.PROTECT, related_name="+")
    words = models.TextField(blank=True)
    told_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(person__isnull=True) ^ Q(stakeholder__isnull=True), name="receipt_of_one_reader"
            ),
            models.UniqueConstraint(fields=["version", "person"], name="person_told_once"),
            models.UniqueConstraint(fields=["version", "stakeholder"], name="stakeholder_told_once"),
        ]

    @property
    def reader_name(self) -> str:
        reader = self.person or self.stakeholder
        return reader.name if reader else ""
