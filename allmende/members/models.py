"""Whom we meet: members, their identities in networks, and rules that tell staff and bots from members."""

import secrets
import uuid
from datetime import date
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from allmende.members import states
from allmende.team.models import Person, Record, Workspace, choices, one_of


def new_pseudonym() -> int:
    """A random 62-bit number: the only name the ledger knows a member by."""
    return secrets.randbits(62)


def is_known(path: str = "") -> Q:
    """Whether a member (at the end of `path`) was neither erased nor merged into another one."""
    return Q(**{f"{path}erased_at__isnull": True, f"{path}merged_into__isnull": True})


class Member(models.Model):
    """A person with at least one identity. Identities of different networks are not linked by default (`domain.md` 3.7).

    `merged_into`: the same person, whose page shows everything now; this row keeps only what parts them again.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+", db_index=False)
    public_id = models.UUIDField(null=True, unique=True)
    pseudonym = models.BigIntegerField(default=new_pseudonym, unique=True)
    alias = models.CharField(max_length=120)
    actor_class = models.CharField(max_length=8, default=states.MEMBER, choices=choices(states.ACTOR_CLASSES))
    first_seen_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.CASCADE, related_name="merged")

    class Meta:
        constraints: ClassVar = [one_of("actor_class", states.ACTOR_CLASSES, "member_class_known")]
        indexes: ClassVar = [models.Index(fields=["workspace", "first_seen_at"], name="member_first_seen")]

    def __str__(self) -> str:
        return self.alias

    def linked_id(self) -> uuid.UUID:
        """The public id, made when the member is first linked to."""
        if self.public_id is None:
            self.public_id = uuid.uuid4()
            self.save(update_fields=["public_id"])
        return self.public_id


class Identity(models.Model):
    """Who a member is in one network. `network` is the account's or archive's key: native ids are unique only there."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="identities")
    network = models.CharField(max_length=80)
    native_id = models.CharField(max_length=255)
    handle = models.CharField(max_length=255, blank=True)
    name = models.CharField(max_length=255, blank=True)
    is_us = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "network", "native_id"], name="identity_once")
        ]

    def __str__(self) -> str:
        return self.name or self.handle or ("" if self.native_id.startswith(states.FORGOTTEN) else self.native_id)


class Merging(models.Model):
    """Two members turned out to be one person: on which basis (`domain.md` 3.7: by the member's word or a documented one), and
    what went over to `target`, so that they can be parted again."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+", db_index=False)
    source = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+", db_index=False)
    target = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="mergings")
    basis = models.CharField(max_length=8, choices=choices(states.MERGING_BASES))
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    moved = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            one_of("basis", states.MERGING_BASES, "merging_basis_known"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="merging_of_two"),
            models.UniqueConstraint(fields=["source"], condition=Q(undone_at__isnull=True), name="merged_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["workspace", "at"], name="merging_by_time")]


class Erasure(Record):
    """A member asked to be forgotten: when they asked, who saw to it, and since when nothing is left to do (GDPR Art. 17).

    It never bears a name. Its steps are what each room has to do; a room that must keep something says until when.
    """

    member = models.OneToOneField(Member, on_delete=models.PROTECT, related_name="erasure")
    asked_date = models.DateField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-created_at"]


class ErasureStep(models.Model):
    """What one room forgets of a member. `removed`: how many rows; `keep_until_date`: what it must keep goes after that day."""

    erasure = models.ForeignKey(Erasure, on_delete=models.CASCADE, related_name="steps")
    name = models.CharField(max_length=40)
    removed = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)
    keep_until_date = models.DateField(null=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["erasure", "name"], name="erasure_step_once"),
            models.CheckConstraint(
                condition=Q(keep_until_date__isnull=True) | Q(finished_at__isnull=False), name="erasure_kept_when_done"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["erasure"], condition=Q(finished_at__isnull=True), name="erasure_step_open"),
            models.Index(fields=["keep_until_date"], name="erasure_kept_until"),
        ]


class ActorRule(Record):
    """Who counts as staff, bot, expert or partner: a name pattern of a network, with from and until."""

    network = models.CharField(max_length=80, blank=True)
    pattern = models.CharField(max_length=120)
    actor_class = models.CharField(max_length=8, choices=choices(states.ACTOR_CLASSES))
    from_date = models.DateField(null=True, blank=True)
    until_date = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                "workspace",
                "network",
                "pattern",
                "actor_class",
                Coalesce("from_date", date(1, 1, 1)),
                Coalesce("until_date", date(1, 1, 1)),
                condition=Q(archived_at__isnull=True),
                name="actor_rule_once",
            ),
        ]


class MemberNote(models.Model):
    """What the team should know about a member; never shown outside, gone with the member."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="notes")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)


class MemberTrait(models.Model):
    """What is told of a member beside what they said: department, plant, product, region. `name` as definitions write it."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="traits", db_index=False)
    name = models.CharField(max_length=40)
    value = models.CharField(max_length=80)
    told_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    told_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "name"], name="trait_told_once"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(value=""), name="trait_says_something"),
        ]
        indexes: ClassVar = [models.Index(fields=["name", "value"], name="trait_by_value")]


class Segment(Record):
    """A group of members that definitions name by `key` (4.2): by hand, with the stays of its members, or by rule. A rule is a
    trait's value, the days on which somebody was first met (a cohort), or both."""

    key = models.CharField(max_length=60)
    name = models.CharField(max_length=80)
    trait = models.CharField(max_length=40, blank=True)
    value = models.CharField(max_length=80, blank=True)
    met_from_date = models.DateField(null=True, blank=True)
    met_until_date = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["name", "key"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "key"], name="segment_key_once"),
            models.UniqueConstraint(
                fields=["workspace", "name"], condition=Q(archived_at__isnull=True), name="segment_name_once"
            ),
            models.CheckConstraint(condition=~Q(key="") & ~Q(name=""), name="segment_says_something"),
            models.CheckConstraint(
                condition=Q(trait="", value="") | (~Q(trait="") & ~Q(value="")), name="segment_trait_has_value"
            ),
            models.CheckConstraint(
                condition=Q(met_from_date__isnull=True)
                | Q(met_until_date__isnull=True)
                | Q(met_until_date__gte=F("met_from_date")),
                name="segment_met_forward",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_by_rule(self) -> bool:
        """Who belongs to it follows from what is known; nobody is named."""
        return bool(self.trait or self.met_from_date or self.met_until_date)


class SegmentStay(models.Model):
    """A member in a group that is kept by hand: `since` <= time < `until`; null: from the beginning, or still."""

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="stays", db_index=False)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="stays")
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    told_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    told_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["segment", "member"], condition=Q(until__isnull=True), name="one_open_stay"
            ),
            models.CheckConstraint(
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gt=F("since")), name="stay_forward"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["segment", "until"], name="stay_of_segment")]


class Telling(models.Model):
    """Somebody told something of members: `changed` says what it was before and after, so that it can be taken back. The newest
    one says since when whatever counts by it is out of date."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+", db_index=False)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    changed = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["workspace", "at"], name="telling_by_time")]


class MemberStage(models.Model):
    """At which stage a member is, and since when we know it (3.7): derived nightly from what they did, never typed."""

    member = models.OneToOneField(Member, primary_key=True, on_delete=models.CASCADE, related_name="stage")
    stage = models.CharField(max_length=10, choices=choices(states.STAGES), db_index=True)
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [one_of("stage", states.STAGES, "member_stage_known")]
