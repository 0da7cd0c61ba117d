"""Pictures and films: each stored once per workspace, shown or said with a message."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from allmende.channels import states
from allmende.channels.models.messages import Message
from allmende.domain.wording import DraftMedia
from allmende.team.models import Person, Workspace, choices, one_of


def media_path(name: str) -> Path:
    """Where a picture's file of this random name lies in the data folder."""
    folder: Path = settings.DATA / "media"
    return folder / name[:2] / name


class Media(models.Model):
    """A picture or a film as it is kept: real type, no metadata, random file names in the data folder.

    `sha256` is of the kept file. `light` is a smaller JPEG for networks that take little or nothing else, made
    where a still is heavy or no JPEG (empty, but with a `light_type`: none can be made); `preview` is what our own screens
    show, of a film a picture out of it. Sizes in bytes, `width` and `height` in pixels; `milliseconds`: how long a film lasts, 0 of
    a picture.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=40)
    name = models.CharField(max_length=200, blank=True)
    size = models.PositiveIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    milliseconds = models.PositiveIntegerField(default=0)
    file = models.CharField(max_length=80)
    light = models.CharField(max_length=80, blank=True)
    light_type = models.CharField(max_length=40, blank=True)
    light_size = models.PositiveIntegerField(default=0)
    preview = models.CharField(max_length=80)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["workspace", "sha256"], name="media_once")]

    def __str__(self) -> str:
        return self.name or self.sha256[:12]

    @property
    def is_film(self) -> bool:
        return self.media_type.startswith("video/")

    @property
    def minutes(self) -> str:
        """How long a film lasts, as a player writes it: 0:42; begun seconds count."""
        seconds = -(-self.milliseconds // 1000)
        return f"{seconds // 60}:{seconds % 60:02}"


class MessageMedia(models.Model):
    """What a message shows, in its order. `url` is where the network keeps it; `media` is our copy, once there is one.

    What networks show is fetched by a job, so that nobody's browser loads from a network: `waiting`, then `kept`, or
    `left` with the reason, when it is no picture we keep.
    """

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="shown")
    media = models.ForeignKey(Media, null=True, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()
    alt = models.TextField(blank=True)
    url = models.CharField(max_length=2000, blank=True)
    media_type = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=7, default=states.KEPT, choices=choices(states.SHOWN_STATES))
    next_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    reason_code = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering: ClassVar = ["place"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "place"], name="shown_once_per_place"),
            one_of("state", states.SHOWN_STATES, "shown_state_known"),
            models.CheckConstraint(condition=Q(media__isnull=True) ^ Q(state=states.KEPT), name="kept_has_media"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_at"], condition=Q(state=states.WAITING), name="shown_due"),
        ]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A picture we say something with, and what it shows in words for those who do not see it."""

    media: Media
    alt: str = ""

    @property
    def draft(self) -> DraftMedia:
        """What an approval and a dispatch bind to."""
        return DraftMedia(self.media.sha256, self.alt)
