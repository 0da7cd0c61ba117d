"""E-mail on its way: written in a transaction, sent by a job, so that a mail server never holds anybody up."""

import uuid
from typing import ClassVar

from django.db import models


class Mail(models.Model):
    """One e-mail to one address, once per `once_key`. Its text is emptied when it has left, for links stand in it.

    `calendar` is an invitation that calendars understand (iCalendar, its method within); it is emptied with the text.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey("team.Workspace", on_delete=models.PROTECT, related_name="+")
    to_address = models.EmailField()
    to_name = models.CharField(max_length=120, blank=True)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    calendar = models.TextField(blank=True, default="")
    calendar_method = models.CharField(max_length=8, blank=True, default="")
    once_key = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    send_after = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "to_address", "once_key"], name="mail_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["send_after"],
                condition=models.Q(sent_at__isnull=True, given_up_at__isnull=True),
                name="mail_waiting",
            )
        ]
