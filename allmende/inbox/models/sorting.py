"""What groups conversations and answers: tags, kept views, patterns, and what was merged or split."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from allmende.channels.models import Dispatch
from allmende.team.models import Person, Record, Workspace


class Tag(models.Model):
    """A word by which people of a workspace group conversations; `folded` without case and umlauts, listed once."""

    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=40)
    folded = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "folded"], name="tag_once"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(folded=""), name="tag_says_something"),
        ]


class Tagging(models.Model):
    """A conversation bears a tag."""

    conversation = models.ForeignKey(
        "inbox.Conversation", on_delete=models.CASCADE, related_name="taggings", db_index=False
    )
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT, related_name="taggings")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["conversation", "tag"], name="tagged_once")]


class SavedView(Record):
    """A part of the list under a name: `query` is the address's own, as `queries.Filter.tail` writes it.

    It belongs to whoever made it (`created_by`); `is_shared` shows it to all.
    """

    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500)
    is_shared = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "created_by", "name"],
                condition=Q(archived_at__isnull=True),
                name="view_named_once",
            ),
            models.CheckConstraint(condition=~Q(name="") & ~Q(query=""), name="view_shows_something"),
        ]


class TextPattern(Record):
    """Words an answer may begin with; they are made one's own before they leave (S2-24). `situation`: None for any."""

    name = models.CharField(max_length=80)
    text = models.TextField()
    situation = models.PositiveSmallIntegerField(null=True)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workspace", "name"], condition=Q(archived_at__isnull=True), name="pattern_named_once"
            ),
            models.CheckConstraint(condition=~Q(name="") & ~Q(text=""), name="pattern_says_something"),
        ]


class PatternUse(models.Model):
    """An answer began with a pattern, and so many words of it were changed (S2-24)."""

    dispatch = models.OneToOneField(Dispatch, primary_key=True, on_delete=models.CASCADE, related_name="pattern_use")
    pattern = models.ForeignKey(TextPattern, on_delete=models.PROTECT, related_name="uses")
    words_changed = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(words_changed__gte=1), name="pattern_was_changed"),
        ]


class Regrouping(models.Model):
    """Two conversations became one, or one became two; `moved` says what `source` gave to `target`, to take it back.

    Merged, `source` follows `target`; split, `target` is new.
    """

    source = models.ForeignKey("inbox.Conversation", on_delete=models.CASCADE, related_name="+")
    target = models.ForeignKey("inbox.Conversation", on_delete=models.CASCADE, related_name="regroupings")
    is_split = models.BooleanField(default=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    moved = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(source=models.F("target")), name="regrouped_with_another"),
        ]
