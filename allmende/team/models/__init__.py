"""Who works here: users, workspaces, persons, service hours, notices, guest links, the audit book."""

import uuid
from datetime import date, datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.db import models
from django.db.models import Q

from allmende.team import states


def choices(names: tuple[str, ...]) -> list[tuple[str, str]]:
    """Django choices of a tuple of state names; their wording is the templates' business."""
    return [(name, name) for name in names]


def one_of(field: str, names: tuple[str, ...], name: str) -> models.CheckConstraint:
    """A database check that `field` holds one of `names`."""
    return models.CheckConstraint(condition=Q(**{f"{field}__in": names}), name=name)


class Users(BaseUserManager["User"]):
    """Creates users who are known by their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """A log-in. What somebody may do hangs on the Person each workspace has for them."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=2, default="de", choices=choices(states.LANGUAGES))
    theme = models.CharField(max_length=6, default="system", choices=choices(states.THEMES))
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = Users()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name or self.email


class LoginLink(models.Model):
    """A link that logs one user in, once. Only the hash of its token is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class Revised(models.Model):
    """Written by several people: `revision` grows by one with each writing, so that two editors learn of each other.

    Only `team.actions.change_record` writes such rows once they exist.
    """

    updated_at = models.DateTimeField(null=True)
    updated_by = models.ForeignKey("team.Person", null=True, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True


class Workspace(Revised):
    """One community's place of work. `zone`, `country` and `subdivision` decide hours and holidays."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    organisation = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=2, default="de", choices=choices(states.LANGUAGES))
    zone = models.CharField(max_length=60, default="Europe/Berlin")
    country = models.CharField(max_length=2, default="DE")
    subdivision = models.CharField(max_length=6, blank=True)
    address_form = models.CharField(max_length=8, default="formal", choices=choices(states.ADDRESS_FORMS))
    gender_form = models.CharField(max_length=8, default="pair", choices=choices(states.GENDER_FORMS))
    reply_delay_seconds = models.PositiveSmallIntegerField(default=10)
    demo_since = models.DateTimeField(null=True, editable=False)
    demo_percent = models.PositiveSmallIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name

    @property
    def is_demo(self) -> bool:
        """Everything in it is invented."""
        return self.demo_since is not None

    @property
    def is_demo_loading(self) -> bool:
        """Its past is still on its way."""
        return self.is_demo and self.demo_percent < 100

    def day_at(self, at: datetime) -> date:
        """The day it is here at this instant; Greenwich's is another one around midnight."""
        return at.astimezone(ZoneInfo(self.zone)).date()


class Person(Revised):
    """One user's place in one workspace, with a role. Persons are never deleted; they leave (S0-24)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="people")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="persons")
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=10, choices=choices(states.ROLES))
    employment = models.CharField(max_length=8, default="internal", choices=choices(states.EMPLOYMENTS))
    access_until_date = models.DateField(null=True, blank=True)
    left_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "user"], name="one_person_per_workspace"),
            one_of("role", states.ROLES, "person_role_known"),
            models.CheckConstraint(
                condition=Q(employment="internal") | Q(access_until_date__isnull=False), name="external_access_ends"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        words = self.name.split() or ["?"]
        return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


class Record(Revised):
    """What every thing carries that people edit."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)
    origin = models.CharField(max_length=13, default="manual", choices=choices(states.ORIGINS))

    class Meta:
        abstract = True


class ServiceHours(Record):
    """When we are here: a named set of weekly spans in a zone, without the holidays of country and subdivision."""

    name = models.CharField(max_length=80)
    zone = models.CharField(max_length=60)
    country = models.CharField(max_length=2)
    subdivision = models.CharField(max_length=6, blank=True)
    keeps_holidays = models.BooleanField(default=True)
    is_default = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace"], condition=Q(is_default=True), name="one_default_hours")
        ]


class ServiceSpan(models.Model):
    """One span of a weekday (0 = Monday), in wall-clock time of the hours' zone; an end of 0:00 is midnight."""

    hours = models.ForeignKey(ServiceHours, on_delete=models.CASCADE, related_name="spans")
    weekday = models.PositiveSmallIntegerField()
    starts_at = models.TimeField()
    ends_at = models.TimeField()

    class Meta:
        ordering: ClassVar = ["weekday", "starts_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="span_weekday"),
            models.CheckConstraint(
                condition=Q(starts_at__lt=models.F("ends_at")) | Q(ends_at="00:00"), name="span_forward"
            ),
            models.UniqueConstraint(fields=["hours", "weekday", "starts_at"], name="span_once"),
        ]


class ClosedDay(models.Model):
    """A day without service beyond the public holidays, such as a works outing."""

    hours = models.ForeignKey(ServiceHours, on_delete=models.CASCADE, related_name="closed_days")
    on_date = models.DateField()
    name = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["hours", "on_date"], name="closed_once")]


class Notice(models.Model):
    """Something one person should know. `kind` names the sentence, `values` fill it, `url` leads there."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=60)
    values = models.JSONField(default=dict)
    url = models.CharField(max_length=300, blank=True)
    once_key = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "once_key"], name="notice_once")]
        indexes: ClassVar = [models.Index(fields=["person", "seen_at", "-created_at"], name="notice_unseen")]


class GuestLink(Record):
    """A door to one object for someone without an account. Only the token's hash is kept."""

    token_hash = models.CharField(max_length=64, unique=True)
    guest_name = models.CharField(max_length=120)
    object_kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=40)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)


class AuditRow(models.Model):
    """One line of the append-only audit book, chained by digest; verb and ids only, so that it survives an erasure."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    verb = models.CharField(max_length=60)
    object_kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "number"], name="audit_numbered")]
        indexes: ClassVar = [models.Index(fields=["workspace", "object_kind", "object_id"], name="audit_object")]


class AuditDetail(models.Model):
    """What changed in an audit row, before and after; erasable without breaking the chain."""

    row = models.OneToOneField(AuditRow, primary_key=True, on_delete=models.PROTECT, related_name="detail")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
