"""Users, workspaces and persons, and what every record carries."""

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
    """One community's place of work. `zone`, `country` and `subdivision` decide hours and holidays.

    `modules_off`: names of `states.MODULES` it can do without (S4-26). `alarm_since`: an escalation level holds since then, so
    that every page knows without asking whether to ask which. `rehearsal_of`: it is a copy of that one, to practise a crisis in.
    `rests_since`: days of rest for Sundays and holidays are written down since then; None: from the beginning.
    """

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
    rehearsal_of = models.OneToOneField(
        "self", null=True, editable=False, on_delete=models.PROTECT, related_name="rehearsal"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    modules_off = models.JSONField(default=list, blank=True)
    alarm_since = models.DateTimeField(null=True, editable=False)
    rests_since = models.DateField(null=True, editable=False)

    def __str__(self) -> str:
        return self.name

    def shows(self, module: str) -> bool:
        """Is this module switched on here? What is off is not shown; its data stays."""
        return module not in self.modules_off

    @property
    def is_demo(self) -> bool:
        """Everything in it is invented."""
        return self.demo_since is not None

    @property
    def is_rehearsal(self) -> bool:
        """It is a copy to practise in."""
        return self.rehearsal_of_id is not None

    @property
    def mails_nobody(self) -> bool:
        """Nothing of it reaches anybody outside: everything is invented, or practised."""
        return self.is_demo or self.is_rehearsal

    @property
    def is_demo_loading(self) -> bool:
        """Its past is still on its way."""
        return self.is_demo and self.demo_percent < 100

    def day_at(self, at: datetime) -> date:
        """The day it is here at this instant; Greenwich's is another one around midnight."""
        return at.astimezone(ZoneInfo(self.zone)).date()


class Person(Revised):
    """One user's place in one workspace, with a role. Persons are never deleted; they leave (S0-24).

    `is_uninvited`: known by name from a book that was read in, with a user nobody can log in as, until somebody invites them.
    `briefing_asked_at`: since when somebody from outside is to read and confirm the briefing before doing anything (S4-15).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="people")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="persons")
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=10, choices=choices(states.ROLES))
    employment = models.CharField(max_length=8, default="internal", choices=choices(states.EMPLOYMENTS))
    access_until_date = models.DateField(null=True, blank=True)
    briefing_asked_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    is_uninvited = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(is_uninvited=False) | Q(left_at__isnull=False), name="uninvited_has_no_access"
            ),
            models.UniqueConstraint(fields=["workspace", "user"], name="one_person_per_workspace"),
            one_of("role", states.ROLES, "person_role_known"),
            models.CheckConstraint(
                condition=Q(employment="internal") | Q(access_until_date__isnull=False), name="external_access_ends"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def only_reads(self) -> bool:
        """They come from outside and have not confirmed their briefing yet."""
        return self.employment == states.EXTERNAL and self.briefing_asked_at is not None

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
