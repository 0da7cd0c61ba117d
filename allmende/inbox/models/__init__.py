"""What we answer: conversations over the messages of `channels`, and every wait they ever caused."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from allmende.channels.models import Channel, Dispatch, Message
from allmende.guidelines.models import GuidelineRule, ReactionRule
from allmende.inbox import states
from allmende.inbox.models.sorting import PatternUse, Regrouping, SavedView, Tag, Tagging, TextPattern
from allmende.team.models import Expert, Person, Record, ResponsibleUnit, Workspace, choices, one_of

__all__ = [
    "Closing",
    "Conversation",
    "Entry",
    "FilingMark",
    "Inquiry",
    "Look",
    "ModerationDecision",
    "Note",
    "PatternUse",
    "Regrouping",
    "SavedView",
    "SecondReading",
    "Tag",
    "Tagging",
    "TextPattern",
    "Wait",
]


class Conversation(models.Model):
    """One thread of one channel. Its clock fields are a fold over all turns and are rewritten whole each time."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+", db_index=False)
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="+", db_index=False)
    thread_native_id = models.CharField(max_length=255)
    title = models.CharField(max_length=300)
    state = models.CharField(max_length=8, default=states.NEW, choices=choices(states.CONVERSATION_STATES))
    rule = models.ForeignKey(ReactionRule, null=True, on_delete=models.SET_NULL, related_name="+")
    # The rule's, written by the database whenever the rule changes, so that a list narrowed by it is read from an index.
    situation = models.PositiveSmallIntegerField(null=True)
    rule_reason = models.CharField(max_length=40, blank=True)
    rule_signs = models.JSONField(default=list)
    is_rule_chosen_by_person = models.BooleanField(default=False)
    opener_name = models.CharField(max_length=120, blank=True)
    started_at = models.DateTimeField()
    last_turn_at = models.DateTimeField()
    turns = models.PositiveIntegerField(default=0)
    waiting_since = models.DateTimeField(null=True)
    members_until = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    # Until when we promised that the matter is closed, and since when that clock runs
    resolve_by = models.DateTimeField(null=True)
    matter_since = models.DateTimeField(null=True)
    assignee = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    serves_key = models.CharField(max_length=40, blank=True)
    subject_label = models.CharField(max_length=200, blank=True)
    close_reason = models.CharField(max_length=20, blank=True)
    folded_until = models.DateTimeField(null=True)
    snoozed_at = models.DateTimeField(null=True)
    snoozed_until = models.DateTimeField(null=True)
    snoozed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    # The names of its taggings in order, so that a list needs no further table; written with them.
    tags = models.JSONField(default=list)
    # The one last supposed of a member's message; None while nobody has supposed any.
    language = models.CharField(max_length=3, null=True)  # noqa: DJ001 - so that nothing is rewritten to add it
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["channel", "thread_native_id"], name="conversation_once"),
            one_of("state", states.CONVERSATION_STATES, "conversation_state_known"),
            models.CheckConstraint(
                condition=~Q(state=states.ARCHIVED) | Q(due_at__isnull=True, waiting_since__isnull=True),
                name="archived_never_waits",
            ),
            models.CheckConstraint(condition=~Q(state=states.CLOSED) | ~Q(close_reason=""), name="closed_with_reason"),
            models.CheckConstraint(
                condition=Q(snoozed_until__isnull=True, snoozed_at__isnull=True)
                | Q(snoozed_until__gt=models.F("snoozed_at")),
                name="snoozed_forward",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=states.MERGED, merged_into__isnull=False, waiting_since__isnull=True, due_at__isnull=True
                )
                | (~Q(state=states.MERGED) & Q(merged_into__isnull=True)),
                name="merged_waits_elsewhere",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=models.F("id")), name="merged_into_another"
            ),
        ]
        indexes: ClassVar = [
            # A condition would spare it the closed ones, but SQLite takes such an index only for written-out values.
            # It holds what lists are narrowed and ordered by, so that of ten thousand who wait only those shown are read.
            models.Index(
                fields=["workspace", "state", "snoozed_until", "due_at", "id", "assignee", "channel", "language"],
                name="conversation_waiting",
            ),
            models.Index(fields=["workspace", "state", "language", "-last_turn_at"], name="conversation_language"),
            models.Index(fields=["workspace", "state", "situation", "-last_turn_at"], name="conversation_situation"),
            models.Index(fields=["workspace", "state", "-last_turn_at"], name="conversation_recent"),
            models.Index(
                fields=["workspace", "due_at"], condition=Q(snoozed_until__isnull=False), name="conversation_laid_aside"
            ),
            models.Index(
                fields=["snoozed_until"], condition=Q(snoozed_until__isnull=False), name="conversation_snoozed"
            ),
            models.Index(
                fields=["workspace", "resolve_by"], condition=Q(resolve_by__isnull=False), name="conversation_unsettled"
            ),
        ]


class Entry(models.Model):
    """A message filed into a conversation. A message without an entry is what `file_new` looks for.

    `read_change` is the message's `changed_at` as it was when its conversation was read last; unknown for a past that was
    imported. Transactions end in another order than they began, so the conversation's own mark says too little.
    `is_placed`: a person put it here, whatever thread the network has it in.
    """

    message = models.OneToOneField(Message, primary_key=True, on_delete=models.CASCADE, related_name="entry")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="entries")
    read_change = models.DateTimeField(null=True)
    is_placed = models.BooleanField(default=False)


class Wait(models.Model):
    """One wait of a conversation: since when, until when, ended by which turn. Rewritten by the fold."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="waits")
    clock = models.CharField(max_length=12, choices=choices(("first_answer", "our_response")))
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="+")
    service_minutes = models.PositiveIntegerField(null=True)
    is_breached = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "clock", "started_at"], name="wait_once"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=models.F("started_at")), name="wait_forward"
            ),
        ]


class Closing(models.Model):
    """A person said that nothing more is to be done; the clock's fold knows these moments as ends of a wait."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="closings")
    at = models.DateTimeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20, choices=choices(states.CLOSE_REASONS))
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [one_of("reason", states.CLOSE_REASONS, "close_reason_known")]


class FilingMark(models.Model):
    """Up to which change of messages `file_new` has filed; one row."""

    name = models.CharField(max_length=20, primary_key=True)
    changed_until = models.DateTimeField(null=True)


class Note(models.Model):
    """An internal note in a conversation; it never leaves the team."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="notes")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    created_at = models.DateTimeField()


class SecondReading(models.Model):
    """An answer that a colleague reads before it leaves, where its situation asks for it (`domain.md` 3.8).

    `text` as it was typed, `words` as they leave, signed; `words_hash` freezes them. Whoever changes a word asks anew.
    `seen_until`: the newest message its writer saw. `dispatch`: what left under it, or waited in the queue already when the
    situation came to ask for a reader.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="readings")
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    text = models.TextField()
    words = models.TextField()
    words_hash = models.CharField(max_length=64)
    seen_until = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, default=states.ASKED, choices=choices(states.READING_STATES))
    answered_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    reminded_at = models.DateTimeField(null=True)
    dispatch = models.OneToOneField(Dispatch, null=True, on_delete=models.PROTECT, related_name="reading")
    pattern = models.ForeignKey("inbox.TextPattern", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            one_of("state", states.READING_STATES, "reading_state_known"),
            models.UniqueConstraint(
                fields=["conversation"], condition=Q(state=states.ASKED), name="one_reading_asked_at_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=(states.APPROVED, states.DECLINED), answered_by__isnull=False, answered_at__isnull=False
                )
                | Q(
                    state__in=(states.ASKED, states.CHANGED, states.TAKEN_BACK),
                    answered_by__isnull=True,
                    answered_at__isnull=True,
                ),
                name="reading_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True) | ~Q(answered_by=models.F("asked_by")),
                name="reading_answered_by_another",
            ),
            models.CheckConstraint(condition=~Q(state=states.DECLINED) | ~Q(reason=""), name="declined_with_reason"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["asked_at"], condition=Q(state=states.ASKED), name="reading_asked"),
        ]


class Look(models.Model):
    """Which conversation somebody has open, so that two do not answer the same; one row per person, overwritten.

    `typed_at`: when they last typed an answer there.
    """

    person = models.OneToOneField(Person, primary_key=True, on_delete=models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="looks")
    at = models.DateTimeField()
    typed_at = models.DateTimeField(null=True)


class ModerationDecision(Record):
    """What was done to somebody's words, on which ground, and what became of it: the contents of Art. 17(3) DSA (S2-25).

    `rule` names the rule of one version of a netiquette, `law` the provision. `evidence` is what stood there, kept beside
    the message: text, title, author, address, time. `statement` gives the reasons to the author. Decided, the contents
    stand (triggers); what changes is whether it was done, told, objected to and reversed. `until_date`: for a time only.
    `carry_out_at`: when the network is asked to do it, one after the other; `not_done`: why it did not, at the last attempt.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="decisions")
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="+")
    measure = models.CharField(max_length=8, choices=choices(states.MEASURES))
    until_date = models.DateField(null=True)
    ground = models.CharField(max_length=4, choices=choices(states.GROUNDS))
    rule = models.ForeignKey(GuidelineRule, null=True, on_delete=models.PROTECT, related_name="+")
    law = models.CharField(max_length=200, blank=True)
    facts = models.TextField()
    source = models.CharField(max_length=6, default=states.OWN, choices=choices(states.SOURCES))
    statement = models.TextField()
    evidence = models.JSONField(default=dict)
    state = models.CharField(max_length=9, default=states.DECIDED, choices=choices(states.MODERATION_STATES))
    in_effect_at = models.DateTimeField(null=True)
    is_done_there = models.BooleanField(default=False)
    carry_out_at = models.DateTimeField(null=True)
    carry_out_tries = models.PositiveSmallIntegerField(default=0)
    not_done = models.CharField(max_length=10, blank=True, choices=choices(states.NOT_DONE))
    told_at = models.DateTimeField(null=True)
    told_how = models.CharField(max_length=10, blank=True, choices=choices(states.TOLD))
    complaint = models.TextField(blank=True)
    complained_at = models.DateTimeField(null=True)
    reversed_at = models.DateTimeField(null=True)
    reversal_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            one_of("measure", states.MEASURES, "moderation_measure_known"),
            one_of("state", states.MODERATION_STATES, "moderation_state_known"),
            models.CheckConstraint(
                condition=Q(ground=states.RULE, rule__isnull=False, law="")
                | (Q(ground=states.LAW, rule__isnull=True) & ~Q(law="")),
                name="moderation_has_a_ground",
            ),
            models.CheckConstraint(condition=~Q(facts="") & ~Q(statement=""), name="moderation_gives_reasons"),
            models.CheckConstraint(
                condition=~Q(state=states.REVERSED) | (Q(reversed_at__isnull=False) & ~Q(reversal_reason="")),
                name="reversal_gives_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state=states.IN_EFFECT) | Q(in_effect_at__isnull=False), name="moderation_since"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["carry_out_at"], condition=Q(carry_out_at__isnull=False), name="moderation_to_carry_out"
            ),
        ]


class Inquiry(Record):
    """A question or feedback out of a conversation, carried to a department, an expert or somebody outside, and what came back.

    (S2-07, S3-13.) Somebody outside has no account: `guest_name`, an e-mail and a link that is open until `open_until_date`;
    of the conversation they read the `passages` alone, with names of members only where `shows_names`.

    `answer` is theirs, `answered_name` who gave it, `minutes` what it took them. `taken_up_at`: it was taken into the form of a
    reply, and the next words of ours tell the member; `dispatch` is those words. A conversation whose department has not
    answered, or whose member was not told, cannot be closed (I-15, triggers) until `reason` says why. `follows`: the
    question its expert declined or did not answer in time, handed to the deputy.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="inquiries")
    kind = models.CharField(max_length=10, choices=choices(states.INQUIRY_KINDS))
    unit = models.ForeignKey(ResponsibleUnit, null=True, on_delete=models.PROTECT, related_name="+")
    expert = models.ForeignKey(Expert, null=True, on_delete=models.PROTECT, related_name="+")
    topic = models.CharField(max_length=120, blank=True)
    question = models.TextField()
    email = models.EmailField(blank=True)
    guest_name = models.CharField(max_length=120, blank=True)
    open_until_date = models.DateField(null=True)
    shows_names = models.BooleanField(default=False)
    passages: "models.ManyToManyField[Message, Message]" = models.ManyToManyField(Message, related_name="+")
    due_date = models.DateField()
    state = models.CharField(max_length=9, default=states.ASKED, choices=choices(states.INQUIRY_STATES))
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_name = models.CharField(max_length=120, blank=True)
    minutes = models.PositiveSmallIntegerField(null=True)
    taken_up_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    dispatch = models.ForeignKey(Dispatch, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500, blank=True)
    reminded_at = models.DateTimeField(null=True)
    follows = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="followed_by")
    knowledge = models.CharField(max_length=8, blank=True, choices=choices(states.KNOWLEDGE_STATES))

    class Meta:
        ordering: ClassVar = ["due_date", "created_at"]
        constraints: ClassVar = [
            one_of("kind", states.INQUIRY_KINDS, "inquiry_kind_known"),
            one_of("state", states.INQUIRY_STATES, "inquiry_state_known"),
            one_of("knowledge", ("", *states.KNOWLEDGE_STATES), "inquiry_knowledge_known"),
            models.CheckConstraint(condition=~Q(question=""), name="inquiry_asks_something"),
            models.CheckConstraint(
                condition=Q(kind=states.DEPARTMENT, unit__isnull=False, expert__isnull=True)
                | Q(kind=states.EXPERT, unit__isnull=True, expert__isnull=False)
                | (
                    Q(kind=states.OUTSIDE, unit__isnull=True, expert__isnull=True, open_until_date__isnull=False)
                    & ~Q(email="")
                    & ~Q(guest_name="")
                ),
                name="inquiry_asks_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(states.ANSWERED, states.USED)) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="inquiry_has_its_answer",
            ),
            models.CheckConstraint(
                condition=~Q(state=states.USED) | Q(told_at__isnull=False), name="inquiry_told_at_some_time"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(states.DROPPED, states.DECLINED)) | ~Q(reason=""),
                name="inquiry_ends_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(states.DECLINED, states.TIMED_OUT))
                | Q(kind=states.EXPERT)
                | Q(kind=states.OUTSIDE, state=states.DECLINED),
                name="department_neither_declines_nor_times_out",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["workspace", "kind", "state"], name="inquiry_waiting"),
            models.Index(
                fields=["due_date"], condition=Q(state__in=(states.ASKED, states.ACCEPTED)), name="inquiry_due"
            ),
        ]


from allmende.inbox.models.answers import AnswerPicture as AnswerPicture  # noqa: E402 - their rows point at conversations
from allmende.inbox.models.broken import BrokenPromise as BrokenPromise  # noqa: E402 - its rows point at conversations
from allmende.inbox.models.care import AtmosphereReading as AtmosphereReading  # noqa: E402
from allmende.inbox.models.care import PresenceBudget as PresenceBudget  # noqa: E402
from allmende.inbox.models.care import ProtectionRules as ProtectionRules  # noqa: E402
from allmende.inbox.models.notices import PublicNotice as PublicNotice  # noqa: E402
from allmende.inbox.models.objections import ObjectionOutcome as ObjectionOutcome  # noqa: E402
from allmende.inbox.models.triage import Learning as Learning  # noqa: E402
from allmende.inbox.models.triage import Suggestion as Suggestion  # noqa: E402
from allmende.inbox.models.triage import TriageRules as TriageRules  # noqa: E402
