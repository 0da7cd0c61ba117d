"""Who works here: users, workspaces, persons, units and their responsibilities, service hours, notices, guest links, the
audit book."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from allmende.team.models.records import (
    LoginLink,
    Person,
    Record,
    Revised,
    User,
    Users,
    Workspace,
    choices,
    one_of,
)
from allmende.team.models.units import ReleasedTime, Responsibility, ResponsibleUnit, UnitMember

__all__ = [
    "Absence",
    "AcceptedGap",
    "AuditDetail",
    "AuditRow",
    "BriefingReceipt",
    "ClosedDay",
    "Competency",
    "CoverageRequirement",
    "DutyRules",
    "Expert",
    "GuestLink",
    "LoginLink",
    "Notice",
    "Person",
    "PersonSkill",
    "ProfileHolder",
    "Record",
    "ReleasedTime",
    "Responsibility",
    "ResponsibleUnit",
    "RestDay",
    "Revised",
    "RoleProfile",
    "ServiceHours",
    "ServiceSpan",
    "Shift",
    "StaffingAssumption",
    "SwapOffer",
    "TrainingException",
    "TrainingRecord",
    "TrainingUnit",
    "UnitMember",
    "User",
    "Users",
    "Workspace",
    "choices",
    "one_of",
]


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


from allmende.team.models.duty import (  # noqa: E402 - its rows point at the hours above
    Absence,
    AcceptedGap,
    CoverageRequirement,
    DutyRules,
    RestDay,
    Shift,
    StaffingAssumption,
    SwapOffer,
)
from allmende.team.models.experts import Expert as Expert  # noqa: E402 - its rows point at the units above
from allmende.team.models.mail import Mail as Mail  # noqa: E402 - its rows point at the workspace above
from allmende.team.models.training import (  # noqa: E402 - its rows point at the workspace above
    BriefingReceipt,
    Competency,
    PersonSkill,
    ProfileHolder,
    RoleProfile,
    TrainingException,
    TrainingRecord,
    TrainingUnit,
)
