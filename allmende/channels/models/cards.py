"""Cards of links: what a page said of itself when somebody linked to it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from allmende.channels import states
from allmende.channels.models.media import Media
from allmende.team.models import Workspace, choices, one_of


class LinkCard(models.Model):
    """What the page at `target` says of itself; `url` is how a text names it, a tracked link of ours perhaps.

    Asked for once: `waiting`, then `kept`, or `left` with the reason. From then on it never changes, so that whoever speaks
    again shows the same; asked for anew it is another row.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    url = models.CharField(max_length=1000)
    target = models.CharField(max_length=2000)
    title = models.CharField(max_length=300, blank=True)
    description = models.TextField(blank=True)
    picture = models.ForeignKey(Media, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=7, default=states.WAITING, choices=choices(states.SHOWN_STATES))
    reason_code = models.CharField(max_length=40, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            one_of("state", states.SHOWN_STATES, "card_state_known"),
            models.CheckConstraint(condition=~Q(state=states.KEPT) | ~Q(title=""), name="card_kept_has_title"),
            models.UniqueConstraint(
                fields=["workspace", "url"], condition=Q(state=states.WAITING), name="card_asked_for_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "url", "-asked_at"], name="card_of_url"),
            models.Index(fields=["next_at"], condition=Q(state=states.WAITING), name="card_due"),
        ]

    def __str__(self) -> str:
        return self.title or self.url
