"""Who is accountable for what, since when and until when, and how much of people's time is theirs to give."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from allmende.team import states
from allmende.team.models.records import Person, Record, Workspace, choices, one_of


class ResponsibleUnit(Record):
    """A person, a department, a working group or somebody outside (S3-05). All but the last are led by exactly one person.

    Units are never removed while the history names them; `archived_at` takes them off the lists.
    """

    kind = models.CharField(max_length=13, choices=choices(states.UNIT_KINDS))
    name = models.CharField(max_length=120)
    lead = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="led_units")

    class Meta:
        constraints: ClassVar = [
            one_of("kind", states.UNIT_KINDS, "unit_kind_known"),
            models.CheckConstraint(condition=Q(kind=states.EXTERNAL) | Q(lead__isnull=False), name="unit_has_one_lead"),
            models.UniqueConstraint(
                fields=["workspace", "lead"], condition=Q(kind=states.PERSON), name="one_unit_per_person"
            ),
            models.UniqueConstraint(
                fields=["workspace", "name"],
                condition=Q(archived_at__isnull=True) & ~Q(kind=states.PERSON),
                name="unit_name_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class UnitMember(models.Model):
    """Who works in a department or working group beside its lead."""

    unit = models.ForeignKey(ResponsibleUnit, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["unit", "person"], name="unit_member_once")]


class Responsibility(models.Model):
    """One line of the history (I-02): this unit was accountable for that thing from then until then.

    `kind` and `key` name a thing of any room, `label` says how it was called then. A line is written once and closed
    once; the database refuses every other change (migration `0006`). At most one line per thing is open (I-01).
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=60)
    label = models.CharField(max_length=200)
    unit = models.ForeignKey(ResponsibleUnit, on_delete=models.PROTECT, related_name="responsibilities")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["starts_at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "kind", "key"], condition=Q(ends_at__isnull=True), name="one_accountable_unit"
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")), name="responsibility_forward"
            ),
        ]


class ReleasedTime(Record):
    """Hours per week a person's line manager set free for this work, until a day (S3-11). The newest one counts."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="released_times")
    hours = models.DecimalField(max_digits=4, decimal_places=1)
    manager_name = models.CharField(max_length=120)
    manager = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    confirmed_date = models.DateField()
    until_date = models.DateField()

    class Meta:
        ordering: ClassVar = ["-confirmed_date", "-created_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(hours__gte=0, hours__lte=168), name="released_hours_of_a_week"),
            models.CheckConstraint(condition=Q(until_date__gte=F("confirmed_date")), name="released_time_forward"),
        ]
