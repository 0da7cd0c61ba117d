"""What was counted of parts: of a verdict by channel and stage, of a definition by month of arrival and by groups of people."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from allmende.behaviours import states
from allmende.behaviours.models.counted import BehaviourDefinition, Counted, Verdict, rate
from allmende.team.models import choices, one_of


class SegmentCount(models.Model):
    """A part of what a verdict judged: k of n complete units now and before, by channel or by stage of membership.

    `segment` names the part in its dimension; `OTHERS` holds the parts that too few people stand behind (4.6), put together.
    Of a rate (F3) `n` are the times, `value` times per person and month, `exposure_months` how long people could do it; of a
    duration (F4) `k` of `n` have ended, and `value` is the median in seconds, null where half has not.
    """

    verdict = models.ForeignKey(Verdict, on_delete=models.CASCADE, related_name="segments")
    dimension = models.CharField(max_length=8, choices=choices(states.DIMENSIONS))
    segment = models.CharField(max_length=80)
    k = models.PositiveIntegerField()
    n = models.PositiveIntegerField()
    before_k = models.PositiveIntegerField()
    before_n = models.PositiveIntegerField()
    value = models.FloatField(null=True)
    before_value = models.FloatField(null=True)
    exposure_months = models.FloatField(null=True)
    before_exposure_months = models.FloatField(null=True)

    class Meta:
        ordering: ClassVar = ["dimension", "-before_n", "segment"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["verdict", "dimension", "segment"], name="segment_counted_once"),
            models.CheckConstraint(
                condition=Q(k__lte=models.F("n")) & Q(before_k__lte=models.F("before_n")),
                name="segment_within_complete",
            ),
            one_of("dimension", states.DIMENSIONS, "segment_dimension_known"),
        ]

    @property
    def share(self) -> float | None:
        return self.k / self.n if self.n else None

    @property
    def before_share(self) -> float | None:
        return self.before_k / self.before_n if self.before_n else None


class CohortCount(models.Model):
    """Of `people` first met in the month that begins on `joined_date`, `did` did what the definition counts so many `months`
    later, in a month that is over."""

    definition = models.ForeignKey(
        BehaviourDefinition, on_delete=models.CASCADE, related_name="cohorts", db_index=False
    )
    joined_date = models.DateField()
    months = models.PositiveSmallIntegerField()
    people = models.PositiveIntegerField()
    did = models.PositiveIntegerField()
    measured_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["joined_date", "months"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["definition", "joined_date", "months"], name="cohort_counted_once"),
            models.CheckConstraint(condition=Q(did__lte=models.F("people")), name="cohort_within_people"),
        ]


class GroupCount(Counted):
    """What the definition counted of people who belong together, in the last twelve closed months: `people` whose units they are.

    `kind` "all": everybody; "stage" and "trait" (called `name`): whoever has one of `values` ("" of whom nobody told one);
    "group": the group with the key in `values`. Only what may be shown is kept: no sum and no difference of these figures is
    about fewer people than the floor (4.6). `low` and `high` bound the figure in the unit of the form: a fraction, times per
    person and month, seconds.
    """

    definition = models.ForeignKey(BehaviourDefinition, on_delete=models.CASCADE, related_name="groups", db_index=False)
    place = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=choices(states.GROUP_KINDS))
    name = models.CharField(max_length=60, blank=True)
    values = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar = ["place"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["definition", "place"], name="group_counted_once"),
            models.CheckConstraint(condition=Q(successes__lte=models.F("complete")), name="group_within_complete"),
            one_of("kind", states.GROUP_KINDS, "group_kind_known"),
        ]

    @property
    def value(self) -> float | None:
        """The figure in the unit of the form."""
        if self.exposure_seconds is not None:
            return rate(self.times, self.exposure_seconds)
        return self.median_seconds if self.definition.spec["form"] == "F4" else self.share


class CountedFrom(models.Model):
    """From what cohorts or groups of a definition were counted last: `fingerprint` is of the ledger's files and of everything else
    that decides what they come to. While it stays the same, nobody goes through the ledger for them. `looked_at` is when that
    was last compared or counted. `rule`: by which rule it was chosen what of groups may be shown ("" of cohorts); by another one
    nothing of it is shown."""

    definition = models.ForeignKey(BehaviourDefinition, on_delete=models.CASCADE, related_name="+", db_index=False)
    what = models.CharField(max_length=8, choices=choices(states.BESIDE_PERIODS))
    fingerprint = models.CharField(max_length=64)
    rule = models.CharField(max_length=40, blank=True)
    looked_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["definition", "what"], name="counted_from_once"),
            one_of("what", states.BESIDE_PERIODS, "counted_from_known"),
        ]
