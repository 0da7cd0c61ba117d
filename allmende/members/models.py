"""Whom we meet: members, their identities in networks, and rules that tell staff and bots from members."""

import secrets
import uuid
from typing import ClassVar

from django.db import models

from allmende.members import states
from allmende.team.models import Person, Record, Workspace, choices, one_of


def new_pseudonym() -> int:
    """A random 62-bit number: the only name the ledger knows a member by."""
    return secrets.randbits(62)


class Member(models.Model):
    """A person with at least one identity. Identities of different networks are not linked by default (`domain.md` 3.7)."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+", db_index=False)
    public_id = models.UUIDField(null=True, unique=True)
    pseudonym = models.BigIntegerField(default=new_pseudonym, unique=True)
    alias = models.CharField(max_length=120)
    actor_class = models.CharField(max_length=8, default=states.MEMBER, choices=choices(states.ACTOR_CLASSES))
    first_seen_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

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
        return self.name or self.handle or self.native_id


class ActorRule(Record):
    """Who counts as staff, bot, expert or partner: a name pattern of a network, with from and until."""

    network = models.CharField(max_length=80, blank=True)
    pattern = models.CharField(max_length=120)
    actor_class = models.CharField(max_length=8, choices=choices(states.ACTOR_CLASSES))
    from_date = models.DateField(null=True, blank=True)
    until_date = models.DateField(null=True, blank=True)


class MemberNote(models.Model):
    """What the team should know about a member; never shown outside, gone with the member."""

    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="notes")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)
