"""The pictures of an answer before it is handed over, and why one goes without words."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from allmende.channels.models import Dispatch, Media, Spoken
from allmende.inbox.models import Conversation, SecondReading
from allmende.team.models import Person


class AnswerPicture(models.Model):
    """A picture of an answer: in the form of the person who writes (neither `reading` nor `dispatch`), waiting for its
    second reader, or handed over.

    `alt` says what it shows, for those who do not see it; `bare_reason`: why it goes without. A row that was handed over
    stays, for the reason; what members see is `channels.MessageMedia`.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    media = models.ForeignKey(Media, on_delete=models.PROTECT, related_name="+")
    reading = models.ForeignKey(SecondReading, null=True, on_delete=models.CASCADE, related_name="pictures")
    dispatch = models.ForeignKey(Dispatch, null=True, on_delete=models.CASCADE, related_name="+")
    place = models.PositiveSmallIntegerField()
    alt = models.TextField(blank=True)
    bare_reason = models.CharField(max_length=200, blank=True)
    added_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["place", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "conversation", "media"],
                condition=Q(reading__isnull=True, dispatch__isnull=True),
                name="picture_once_in_a_form",
            ),
            models.UniqueConstraint(
                fields=["reading", "media"], condition=Q(reading__isnull=False), name="picture_once_to_be_read"
            ),
            models.CheckConstraint(condition=Q(alt="") | Q(bare_reason=""), name="bare_has_no_words"),
        ]

    @property
    def spoken(self) -> Spoken:
        """As it is said with the words."""
        return Spoken(self.media, self.alt)
