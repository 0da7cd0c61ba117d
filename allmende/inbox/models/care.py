"""What protects the people who answer, and how the atmosphere is looked at (S4-11, S4-34, S2-13)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from allmende.inbox import states
from allmende.team.models import Person, Record, choices, one_of


class ProtectionRules(Record):
    """What protects people here; without a row it is what the fields begin with.

    After `conflict_replies` answers a day in conflict situations another colleague is proposed (I-14); an answer there leaves
    after `cool_down_minutes`. `measures_people`: response times by person are shown, which needs the note of what was agreed
    with the works council. `most_open`: so many open conversations lie with one person at most; None for no limit.
    """

    conflict_replies = models.PositiveSmallIntegerField(default=5)
    cool_down_minutes = models.PositiveSmallIntegerField(default=2)
    measures_people = models.BooleanField(default=False)
    works_council_note = models.TextField(blank=True)
    most_open = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace"], name="one_set_of_protection_rules"),
            models.CheckConstraint(
                condition=Q(conflict_replies__gte=1, conflict_replies__lte=200, cool_down_minutes__lte=240),
                name="protection_bounds",
            ),
            models.CheckConstraint(
                condition=Q(most_open__isnull=True) | Q(most_open__gte=1, most_open__lte=500), name="load_limit_bounds"
            ),
            models.CheckConstraint(
                condition=Q(measures_people=False) | ~Q(works_council_note=""), name="people_measured_by_agreement"
            ),
        ]


class PresenceBudget(models.Model):
    """How many minutes a day somebody wants to spend in the networks; counted in their own session only (S4-34)."""

    person = models.OneToOneField(Person, primary_key=True, on_delete=models.CASCADE, related_name="presence_budget")
    minutes = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(minutes__gte=5, minutes__lte=720), name="presence_budget_bounds")
        ]


class AtmosphereReading(models.Model):
    """Somebody read a conversation of the week's sample: does it sound as we want it to? (S2-13)"""

    conversation = models.ForeignKey("inbox.Conversation", on_delete=models.CASCADE, related_name="+")
    week_date = models.DateField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    fits = models.CharField(max_length=6, choices=choices(states.FITS))
    note = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-at"]
        constraints: ClassVar = [
            one_of("fits", states.FITS, "atmosphere_fits_known"),
            models.UniqueConstraint(fields=["conversation", "week_date"], name="atmosphere_read_once"),
        ]
