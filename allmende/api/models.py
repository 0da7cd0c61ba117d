"""Tokens of programs, what they sent already, and how often they called."""

from typing import ClassVar

from django.db import models

from allmende.team.models import Person, Record


class ApiToken(Record):
    """A program's way in, on behalf of a person: never more than that person may do now. Only the token's hash is kept.

    `prefix` is its readable beginning; `scopes` name what it is for (`states.SCOPES`).
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=20)
    token_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_date = models.DateField(null=True)


class Delivery(models.Model):
    """What was answered to a delivery that carried a key: the same key is answered the same again."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=120)
    digest = models.CharField(max_length=64)
    answer = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "key"], name="delivery_once")]
        indexes: ClassVar = [models.Index(fields=["at"], name="delivery_age")]


class SentRow(models.Model):
    """A row that its sender gave a name of its own; `digest` tells whether it says the same when it comes again."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "name"], name="row_sent_once")]
        indexes: ClassVar = [models.Index(fields=["at"], name="row_sent_age")]


class CallCount(models.Model):
    """How often a person's programs called within a minute, counted for all processes together."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    minute = models.DateTimeField()
    calls = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "minute"], name="calls_counted_once")]
