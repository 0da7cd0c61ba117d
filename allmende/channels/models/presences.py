"""What a presence bears, and how it ends."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from allmende.channels import states
from allmende.channels.models.accounts import Channel
from allmende.domain.activity import Effort
from allmende.team.models import Record, choices, one_of


class ActivityBudget(Record):
    """How active we can be there for long, each week (S4-23): hours set aside for the channel, and what a post and an answer
    take. `posts` and `replies` are what that bears (`domain.activity.sustained`). One for each channel."""

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="budgets")
    hours = models.DecimalField(max_digits=5, decimal_places=2)
    post_minutes = models.PositiveSmallIntegerField()
    replies_per_post = models.DecimalField(max_digits=5, decimal_places=1)
    reply_minutes = models.DecimalField(max_digits=5, decimal_places=1)
    other_replies = models.DecimalField(max_digits=7, decimal_places=1)
    posts = models.PositiveSmallIntegerField()
    replies = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["channel"], name="one_budget_each"),
            models.CheckConstraint(condition=Q(hours__gt=0, hours__lte=999), name="budget_has_hours"),
            models.CheckConstraint(
                condition=Q(post_minutes__gt=0, reply_minutes__gt=0, replies_per_post__gte=0, other_replies__gte=0),
                name="budget_counts_work",
            ),
        ]

    @property
    def effort(self) -> Effort:
        """What it asks for, as the domain counts it."""
        return Effort(
            self.post_minutes, float(self.replies_per_post), float(self.reply_minutes), float(self.other_replies)
        )


class Farewell(Record):
    """How a presence ends (domain 3.8): what members were told and where, what becomes of what was said there, where they go
    from now on (`leads_to`, or why nowhere), the last day, the state the channel came from. One at a time; `ended_at`: it is
    over, `archived_at`: called off."""

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="farewells")
    told = models.TextField()
    told_url = models.CharField(max_length=500, blank=True)
    archive = models.CharField(max_length=10, choices=choices(states.ARCHIVE_DECISIONS))
    leads_to = models.CharField(max_length=500, blank=True)
    why_nowhere = models.TextField(blank=True)
    last_date = models.DateField()
    ended_at = models.DateTimeField(null=True)
    came_from = models.CharField(max_length=6, choices=choices((states.LIVE, states.PAUSED)))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["channel"], condition=Q(archived_at__isnull=True, ended_at__isnull=True), name="one_farewell"
            ),
            one_of("archive", states.ARCHIVE_DECISIONS, "archive_decided"),
            one_of("came_from", (states.LIVE, states.PAUSED), "farewell_of_an_open_channel"),
            models.CheckConstraint(condition=~Q(told=""), name="members_are_told"),
            models.CheckConstraint(condition=~Q(leads_to="", why_nowhere=""), name="members_know_where_to_go"),
        ]
