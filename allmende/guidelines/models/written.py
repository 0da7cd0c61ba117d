"""Guidelines and netiquettes: what is written for whom, in versions, and who has read it (`domain.md` 3.9)."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from allmende.channels.models import Channel
from allmende.guidelines import states
from allmende.team.models import Person, Record, Revised, choices, one_of


def new_key() -> str:
    """What names a guideline or a rule through all its versions."""
    return str(uuid.uuid4())


class Guideline(Record):
    """One version of a guideline; addressed to members it is a netiquette (S2-11, S3-14, S4-10, S4-13).

    `key` is the same in all its versions. Without a channel it holds in all of them. `consulted_with` names who was heard
    before, such as the works council. What once was in force is not altered; triggers of the database see to it.
    """

    key = models.CharField(max_length=36, default=new_key, editable=False)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    addressee = models.CharField(max_length=13, choices=choices(states.ADDRESSEES))
    channel = models.ForeignKey(Channel, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=9, default=states.DRAFT, choices=choices(states.GUIDELINE_STATES))
    needs_acknowledgement = models.BooleanField(default=False)
    consulted_with = models.CharField(max_length=200, blank=True)
    consulted_at = models.DateTimeField(null=True)
    in_force_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "key", "number"], name="guideline_numbered"),
            models.UniqueConstraint(
                fields=["workspace", "key"], condition=Q(state=states.IN_FORCE), name="guideline_in_force_once"
            ),
            models.UniqueConstraint(
                fields=["workspace", "key"],
                condition=Q(state__in=states.GUIDELINE_OPEN, archived_at__isnull=True),
                name="guideline_drafted_once",
            ),
            models.UniqueConstraint(
                fields=["workspace", "channel"],
                condition=Q(state=states.IN_FORCE, addressee=states.MEMBERS, channel__isnull=False),
                name="one_netiquette_a_channel",
            ),
            one_of("state", states.GUIDELINE_STATES, "guideline_state_known"),
            one_of("addressee", states.ADDRESSEES, "guideline_addressee_known"),
            models.CheckConstraint(
                condition=Q(state__in=states.GUIDELINE_OPEN, in_force_at__isnull=True)
                | (~Q(state__in=states.GUIDELINE_OPEN) & Q(in_force_at__isnull=False)),
                name="guideline_in_force_since",
            ),
            models.CheckConstraint(
                condition=~Q(state=states.CONSULTED) | (~Q(consulted_with="") & Q(consulted_at__isnull=False)),
                name="guideline_consulted_with",
            ),
        ]

    @property
    def is_netiquette(self) -> bool:
        return self.addressee == states.MEMBERS

    @property
    def is_open(self) -> bool:
        """Can its words still be changed?"""
        return self.state in states.GUIDELINE_OPEN


class GuidelineSection(models.Model):
    """One part of a guideline; how, when and what are parts of their own (S2-11)."""

    guideline = models.ForeignKey(Guideline, on_delete=models.CASCADE, related_name="sections")
    kind = models.CharField(max_length=12, choices=choices(states.SECTIONS))
    rank = models.PositiveSmallIntegerField()
    text = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["rank"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["guideline", "kind"], name="section_once"),
            one_of("kind", states.SECTIONS, "section_known"),
        ]


class GuidelineRule(Revised):
    """A rule moderation can refer to, by `key` and the version it stands in; `ladder`: what follows, mildest first."""

    guideline = models.ForeignKey(Guideline, on_delete=models.CASCADE, related_name="rules")
    key = models.CharField(max_length=36, default=new_key, editable=False)
    rank = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)
    example = models.CharField(max_length=500, blank=True)
    counter_example = models.CharField(max_length=500, blank=True)
    ladder = models.JSONField(default=list)
    legal_note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ["rank", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["guideline", "key"], name="guideline_rule_once"),
            models.CheckConstraint(condition=~Q(text=""), name="guideline_rule_says_something"),
        ]


class Acknowledgement(models.Model):
    """Somebody said that they read and understood a version: a person of the team, or a guest by name (S3-14)."""

    guideline = models.ForeignKey(Guideline, on_delete=models.CASCADE, related_name="acknowledgements")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    guest_name = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["guideline", "person"], name="acknowledged_once"),
            models.CheckConstraint(
                condition=Q(person__isnull=False, guest_name="") | (Q(person__isnull=True) & ~Q(guest_name="")),
                name="acknowledged_by_one",
            ),
        ]
