"""What we say: an item serves an objective; its variants are its form for one channel each."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from allmende.channels.models import Channel, Dispatch, Media
from allmende.domain.formats import FORMATS
from allmende.editorial import states
from allmende.guidelines.models import CoreMessage
from allmende.plan.models import Audience
from allmende.team.models import Person, Record, Workspace, choices, one_of


class Item(Record):
    """One content idea. It serves an objective, or says why it serves none (I-20).

    `text` is what its variants share unless they have words of their own. `carer` looks after the answers for
    `care_minutes` after it appeared; `asked` was asked to approve it. `stage` is where a person put it before it had
    words; a mere idea need not say yet what it serves. `minutes_each`: what one expected reply takes us (S2-05).
    `without_card`: a link in its texts is not shown as a card.
    """

    title = models.CharField(max_length=160)
    idea = models.TextField(blank=True)
    text = models.TextField(blank=True)
    serves_key = models.CharField(max_length=40, blank=True)
    no_objective_reason = models.CharField(max_length=200, blank=True)
    expected_behaviour = models.CharField(max_length=200, blank=True)
    expected_replies = models.PositiveSmallIntegerField(null=True, blank=True)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    carer = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    care_minutes = models.PositiveSmallIntegerField(default=240)
    asked = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(null=True)
    stage = models.CharField(max_length=8, default=states.DRAFTING, choices=choices(states.STAGES))
    core_message = models.ForeignKey(CoreMessage, null=True, on_delete=models.PROTECT, related_name="+")
    audience = models.ForeignKey(Audience, null=True, on_delete=models.PROTECT, related_name="+")
    format = models.CharField(max_length=8, blank=True, choices=choices(FORMATS))
    campaign = models.CharField(max_length=80, blank=True)
    ad_label = models.CharField(max_length=11, blank=True, choices=choices(states.AD_LABELS))
    minutes_each = models.PositiveSmallIntegerField(null=True)
    without_card = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(stage=states.IDEA) | ~Q(serves_key="") | ~Q(no_objective_reason=""),
                name="item_serves_or_says_why",
            ),
            one_of("stage", states.STAGES, "item_stage_known"),
            one_of("format", ("", *FORMATS), "item_format_known"),
            one_of("ad_label", ("", *states.AD_LABELS), "item_ad_label_known"),
        ]


class Variant(Record):
    """An item's form for one channel. Approval binds to the hash of the text; other words need another approval.

    `is_shared`: the words are the item's own and change with them. The slot is kept as the wall-clock time and zone a
    person chose, and as the instant they mean; before the hand-over it is an intention, then the queue carries it.
    Paused it keeps its slot and does not leave; dropped it stands in no calendar until somebody resumes it (S2-10).
    """

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="variants")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True)
    is_shared = models.BooleanField(default=False)
    link = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=11, default=states.DRAFT, choices=choices(states.VARIANT_STATES))
    approved_hash = models.CharField(max_length=64, blank=True)
    approved_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    slot_at = models.DateTimeField(null=True)
    slot_wall = models.CharField(max_length=16, blank=True)
    slot_zone = models.CharField(max_length=60, blank=True)
    grace_minutes = models.PositiveSmallIntegerField(default=120)
    dispatch = models.OneToOneField(Dispatch, null=True, on_delete=models.PROTECT, related_name="+")
    paused_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "channel"], name="one_variant_per_channel"),
            one_of("state", states.VARIANT_STATES, "variant_state_known"),
            models.CheckConstraint(
                condition=~Q(state__in=[states.APPROVED, states.HANDED_OVER]) | ~Q(approved_hash=""),
                name="approved_has_hash",
            ),
            models.CheckConstraint(
                condition=~Q(state=states.HANDED_OVER) | Q(dispatch__isnull=False), name="handed_over_has_dispatch"
            ),
            models.CheckConstraint(
                condition=Q(dropped_at__isnull=True)
                | Q(dispatch__isnull=True, slot_at__isnull=True, paused_at__isnull=True),
                name="dropped_has_left_calendar",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["workspace", "slot_at"], name="variant_slot")]


class VariantPart(models.Model):
    """What follows a text on its channel, in order: the parts of a thread from place 2 on, at last its first comment.

    It belongs to the words an approval is bound to; under an approval the database refuses others.
    """

    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="parts")
    place = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=7, choices=choices(states.PART_KINDS))
    text = models.TextField()

    class Meta:
        ordering: ClassVar = ["place"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["variant", "place"], name="variant_part_once"),
            models.CheckConstraint(condition=~Q(text=""), name="variant_part_says_something"),
            models.CheckConstraint(
                condition=Q(kind=states.FIRST_COMMENT, place=states.LAST_PLACE)
                | Q(kind=states.THREAD, place__gte=2, place__lt=states.LAST_PLACE),
                name="variant_part_in_order",
            ),
        ]


class PartPicture(models.Model):
    """A picture of the item that stands at this part and not at the text itself; its description is the item's.

    Under an approval the database keeps it as it is, like the words.
    """

    part = models.ForeignKey(VariantPart, on_delete=models.CASCADE, related_name="shown")
    media = models.ForeignKey(Media, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["part", "media"], name="part_picture_once")]


class PostingSlot(Record):
    """A time of the week at which a channel speaks, on the clock of its own zone (0 = Monday). Put away it is kept."""

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+")
    weekday = models.PositiveSmallIntegerField()
    starts_at = models.TimeField()

    class Meta:
        ordering: ClassVar = ["weekday", "starts_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="posting_slot_weekday"),
            models.UniqueConstraint(fields=["channel", "weekday", "starts_at"], name="posting_slot_once"),
        ]


class PlanChange(models.Model):
    """What a person did to several planned texts at once, and why: the plan keeps the reason (S2-10).

    `days` and `hours`: how far a move went. Taken back, it stays in the list as taken back.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=6, choices=choices(states.CHANGE_KINDS))
    reason = models.CharField(max_length=300)
    days = models.SmallIntegerField(default=0)
    hours = models.SmallIntegerField(default=0)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    undone_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            one_of("kind", states.CHANGE_KINDS, "plan_change_kind_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="plan_change_has_reason"),
            models.CheckConstraint(
                condition=Q(kind=states.MOVE) & ~Q(days=0, hours=0) | ~Q(kind=states.MOVE) & Q(days=0, hours=0),
                name="plan_change_moves_somewhere",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["workspace", "-created_at"], name="plan_change_newest")]


class ChangedText(models.Model):
    """One text of a plan change: where it stood and where it stands, or `why_not`, the sentence why it stayed.

    `before` is what an undo puts back, `revision` the variant's after the change: whoever changed it since is not overruled.
    """

    change = models.ForeignKey(PlanChange, on_delete=models.CASCADE, related_name="texts")
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="changes")
    from_at = models.DateTimeField(null=True)
    to_at = models.DateTimeField(null=True)
    before = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)
    why_not = models.CharField(max_length=400, blank=True)
    is_undone = models.BooleanField(default=False)
    # While it happens: it stayed because nobody is on duty.
    is_uncovered = False

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["change", "variant"], name="changed_text_once")]


class ItemMedia(models.Model):
    """A picture all variants of an item show, with what it shows in words."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="shown")
    media = models.ForeignKey(Media, on_delete=models.PROTECT, related_name="+")
    alt = models.TextField(blank=True)
    place = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["item", "media"], name="item_media_once")]


class MediaRight(Record):
    """What we know about a picture: what it shows, who made it, on what ground we may show it and until which day.

    After `ends_date` no text with it can be scheduled. `alt` is what a new item begins with.
    """

    media = models.OneToOneField(Media, on_delete=models.PROTECT, related_name="right")
    alt = models.TextField(blank=True)
    ground = models.CharField(max_length=7, blank=True, choices=choices(states.RIGHT_GROUNDS))
    holder = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    ends_date = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [one_of("ground", ("", *states.RIGHT_GROUNDS), "media_right_ground_known")]


class TextBlock(Record):
    """Words kept to be inserted while writing: a template, a signature or a group of hashtags. `channel`: only there."""

    kind = models.CharField(max_length=9, choices=choices(states.BLOCK_KINDS))
    name = models.CharField(max_length=80)
    text = models.TextField()
    channel = models.ForeignKey(Channel, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            one_of("kind", states.BLOCK_KINDS, "text_block_kind_known"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(text=""), name="text_block_says_something"),
            models.UniqueConstraint(
                fields=["workspace", "kind", "name"], condition=Q(archived_at__isnull=True), name="text_block_once"
            ),
        ]


class PostImport(Record):
    """A table of posts planned elsewhere, on its way into the calendar. `wishes`: columns, dates, letters, channels, objective.

    `path` leads to the uploaded file until the import is done or dropped.
    """

    file_name = models.CharField(max_length=200)
    path = models.CharField(max_length=1000, blank=True)
    state = models.CharField(max_length=8, default=states.IMPORT_CHOSEN, choices=choices(states.IMPORT_STATES))
    wishes = models.JSONField(default=dict)
    made = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)


class ImportedPost(models.Model):
    """An item that a table brought; `key` knows the row again when the table comes a second time."""

    post_import = models.ForeignKey(PostImport, on_delete=models.CASCADE, related_name="posts")
    item = models.OneToOneField(Item, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=64, db_index=True)


class Comment(models.Model):
    """A word about an item. Among colleagues it never leaves the team; `is_for_guests`: reviewers outside read it too.

    `guest_name`: the reviewer outside who wrote it, `person` a colleague; one of the two.
    """

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="comments")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    guest_name = models.CharField(max_length=120, blank=True)
    is_for_guests = models.BooleanField(default=False)
    text = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, guest_name="") | (Q(person__isnull=True) & ~Q(guest_name="")),
                name="comment_has_one_author",
            ),
            models.CheckConstraint(
                condition=Q(guest_name="") | Q(is_for_guests=True), name="guests_comment_for_guests"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["item", "created_at"], name="comment_of_item")]


class ApprovalStep(models.Model):
    """One step of an item's approval, in order: `rule` says whether one reviewer is enough or all are needed.

    `asked_at`: since when its reviewers are asked; None before their turn and after other words took the asking back.
    `told_to`: who learns of it when nobody answers. Each reminder is kept with its time, so that it comes once.
    """

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="steps")
    place = models.PositiveSmallIntegerField()
    rule = models.CharField(max_length=3, default=states.ALL, choices=choices(states.STEP_RULES))
    due_at = models.DateTimeField(null=True)
    told_to = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(null=True)
    asked_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    reminded_at = models.DateTimeField(null=True)
    overdue_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "place"], name="approval_step_in_order"),
            one_of("rule", states.STEP_RULES, "approval_step_rule_known"),
            models.CheckConstraint(
                condition=Q(asked_at__isnull=True) | Q(asked_by__isnull=False), name="asked_step_has_asker"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["asked_at", "due_at"], name="approval_step_due")]


class Reviewer(models.Model):
    """Who answers a step: a colleague, or somebody outside by name who comes through a guest link of `team`."""

    step = models.ForeignKey(ApprovalStep, on_delete=models.CASCADE, related_name="reviewers")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    opened_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["step", "person"], name="reviewer_once"),
            models.CheckConstraint(
                condition=Q(person__isnull=False, name="", email="") | (Q(person__isnull=True) & ~Q(name="")),
                name="reviewer_is_inside_or_outside",
            ),
        ]

    @property
    def shown_name(self) -> str:
        return self.person.name if self.person else self.name


class Answer(models.Model):
    """What a reviewer said to one text, bound to the hash of its words. It stands until other words, or another answer of
    theirs, took it back; its content never changes."""

    reviewer = models.ForeignKey(Reviewer, on_delete=models.CASCADE, related_name="answers")
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="answers")
    answer = models.CharField(max_length=8, choices=choices(states.ANSWERS))
    words_hash = models.CharField(max_length=64)
    name = models.CharField(max_length=120)
    words = models.TextField(blank=True)
    answered_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            one_of("answer", states.ANSWERS, "approval_answer_known"),
            models.CheckConstraint(condition=~Q(answer=states.CHANGES) | ~Q(words=""), name="changes_say_what"),
            models.CheckConstraint(condition=~Q(words_hash="") & ~Q(name=""), name="answer_says_who_and_to_what"),
            models.UniqueConstraint(
                fields=["reviewer", "variant"], condition=Q(taken_back_at__isnull=True), name="one_standing_answer"
            ),
        ]
