"""What people learn, what their role asks of them, and what lets them stand duty (domain 3.3, 3.13)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from allmende.team import states
from allmende.team.models.records import Person, Record, choices, one_of


class TrainingUnit(Record):
    """Something that is learnt: a guideline, a technique, a tool, law, an exercise, strategy (S0-35, S3-15).

    `gates_…`: what nobody does here without it, one for each of `states.GATES`; the database holds the gate of duty
    (trigger). `skill`: the skill of the role profiles it teaches, up to `level`. Without `valid_months` it holds for good.
    """

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=9, choices=choices(states.TRAINING_KINDS))
    about = models.TextField(blank=True)
    roles = models.JSONField(default=list)
    gates_duty = models.BooleanField(default=False)
    gates_moderation = models.BooleanField(default=False)
    gates_publishing = models.BooleanField(default=False)
    gates_crisis = models.BooleanField(default=False)
    skill = models.CharField(max_length=80, blank=True)
    level = models.PositiveSmallIntegerField(default=1)
    valid_months = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["name", "created_at"]
        constraints: ClassVar = [
            one_of("kind", states.TRAINING_KINDS, "training_kind_known"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=3), name="training_level"),
            models.UniqueConstraint(
                "workspace", Lower("name"), condition=Q(archived_at__isnull=True), name="training_unit_once"
            ),
        ]


class TrainingRecord(Record):
    """How far somebody is with a unit: required, booked, completed, valid, expired (S3-15). Only what is valid opens a gate."""

    unit = models.ForeignKey(TrainingUnit, on_delete=models.PROTECT, related_name="records")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="trainings")
    state = models.CharField(max_length=9, default=states.REQUIRED, choices=choices(states.TRAINING_STATES))
    booked_date = models.DateField(null=True, blank=True)
    completed_date = models.DateField(null=True, blank=True)
    valid_until_date = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["unit__name", "created_at"]
        constraints: ClassVar = [
            one_of("state", states.TRAINING_STATES, "training_state_known"),
            models.UniqueConstraint(
                fields=["unit", "person"], condition=Q(archived_at__isnull=True), name="training_record_once"
            ),
            models.CheckConstraint(
                condition=~Q(state=states.BOOKED) | Q(booked_date__isnull=False), name="training_booked_for_a_day"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(states.COMPLETED, states.VALID, states.EXPIRED))
                | Q(completed_date__isnull=False),
                name="training_completed_on_a_day",
            ),
            models.CheckConstraint(
                condition=Q(valid_until_date__isnull=True)
                | Q(completed_date__isnull=False, valid_until_date__gte=models.F("completed_date")),
                name="training_valid_forward",
            ),
        ]


class TrainingException(Record):
    """Somebody may do what a gate keeps without its units until a day, and a colleague says why (S3-16)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    gate = models.CharField(max_length=10, choices=choices(states.GATES))
    reason = models.CharField(max_length=300)
    until_date = models.DateField()

    class Meta:
        ordering: ClassVar = ["until_date", "created_at"]
        constraints: ClassVar = [
            one_of("gate", states.GATES, "exception_gate_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="training_exception_says_why"),
            models.CheckConstraint(
                condition=Q(created_by__isnull=False) & ~Q(created_by=models.F("person")),
                name="training_exception_of_a_colleague",
            ),
            models.UniqueConstraint(
                fields=["person", "gate"], condition=Q(archived_at__isnull=True), name="training_exception_once"
            ),
        ]


class RoleProfile(Record):
    """What a role asks for: characteristics in words, and competencies with their level (S2-12)."""

    name = models.CharField(max_length=120)
    characteristics = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar = ["name", "created_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "workspace", Lower("name"), condition=Q(archived_at__isnull=True), name="role_profile_once"
            ),
        ]


class Competency(models.Model):
    """One skill of a role profile: the level it asks for, 1 to 3, and whether the role fails without it."""

    profile = models.ForeignKey(RoleProfile, on_delete=models.CASCADE, related_name="competencies")
    skill = models.CharField(max_length=80)
    level = models.PositiveSmallIntegerField(default=1)
    is_essential = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["skill"]
        constraints: ClassVar = [
            models.UniqueConstraint("profile", Lower("skill"), name="competency_once"),
            models.CheckConstraint(condition=Q(level__gte=1, level__lte=3), name="competency_level"),
        ]


class ProfileHolder(models.Model):
    """This person is measured against this profile."""

    profile = models.ForeignKey(RoleProfile, on_delete=models.CASCADE, related_name="holders")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["profile", "person"], name="profile_holder_once")]


class PersonSkill(Record):
    """A skill somebody says they have, 0 to 3; `is_passion`: what they like doing, said by themselves (domain 3.3)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="skills")
    skill = models.CharField(max_length=80)
    level = models.PositiveSmallIntegerField(default=0)
    is_passion = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["skill"]
        constraints: ClassVar = [
            models.UniqueConstraint("person", Lower("skill"), name="person_skill_once"),
            models.CheckConstraint(condition=Q(level__lte=3), name="person_skill_level"),
        ]


class BriefingReceipt(models.Model):
    """Somebody confirmed that they have read their briefing; helpers from outside stand no duty before (S2-15, S4-15)."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="briefings")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-at"]
