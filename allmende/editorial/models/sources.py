"""Feeds whose new entries become ideas or drafts, and what became of each entry."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from allmende.channels.models import Channel, Message
from allmende.editorial import states
from allmende.editorial.models.items import Item
from allmende.team.models import Record, choices, one_of


class IdeaSource(Record):
    """A feed we read as a channel, whose new entries come to the board; nothing is ever published by it.

    Entries up to the message `floor` were there before; None until the feed was read for the first time, then the `newest`
    of those are taken too. `targets`: the channels a draft gets a text for. Paused by a person, or by itself (`paused_why`).
    """

    channel = models.OneToOneField(Channel, on_delete=models.PROTECT, related_name="+")
    becomes = models.CharField(max_length=8, default=states.IDEA, choices=choices(states.SOURCE_STAGES))
    serves_key = models.CharField(max_length=40, blank=True)
    no_objective_reason = models.CharField(max_length=200, blank=True)
    targets = models.ManyToManyField(Channel, related_name="+")
    newest = models.PositiveSmallIntegerField(default=0)
    floor = models.BigIntegerField(null=True)
    paused_at = models.DateTimeField(null=True)
    paused_why = models.CharField(max_length=7, blank=True, choices=choices(states.SOURCE_PAUSES))

    class Meta:
        constraints: ClassVar = [
            one_of("becomes", states.SOURCE_STAGES, "idea_source_stage_known"),
            one_of("paused_why", ("", *states.SOURCE_PAUSES), "idea_source_pause_known"),
            models.CheckConstraint(
                condition=Q(paused_at__isnull=True, paused_why="") | Q(paused_at__isnull=False) & ~Q(paused_why=""),
                name="idea_source_paused_and_why",
            ),
            models.CheckConstraint(
                condition=Q(becomes=states.IDEA) | ~Q(serves_key="") | ~Q(no_objective_reason=""),
                name="idea_source_serves_or_says_why",
            ),
        ]


class SourcedIdea(models.Model):
    """An entry that was taken, once: the item it became. None: the same address stood there already under another id."""

    source = models.ForeignKey(IdeaSource, on_delete=models.CASCADE, related_name="taken")
    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="sourced_idea")
    url = models.CharField(max_length=500, blank=True)
    item = models.OneToOneField(Item, null=True, on_delete=models.SET_NULL, related_name="sourced_idea")
    taken_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["url"], name="sourced_idea_url")]
