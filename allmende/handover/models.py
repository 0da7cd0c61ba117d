"""What one person knows, and the work that goes from one person to another."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from allmende.handover import states
from allmende.team.models import Person, Record, Revised, choices, one_of


class KnowledgeNote(Record):
    """Unwritten knowledge, written: a question, the answer, who knows it, and who else has done it once (S0-23).

    `question_key` names a question of the catalogue; empty for one of our own.
    """

    question_key = models.CharField(max_length=30, blank=True)
    question = models.CharField(max_length=200)
    answer = models.TextField(blank=True)
    holder = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["created_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(second__isnull=True) | ~Q(second=F("holder")), name="second_is_somebody_else"
            ),
            models.UniqueConstraint(
                fields=["workspace", "question_key"],
                condition=~Q(question_key="") & Q(archived_at__isnull=True),
                name="knowledge_asked_once",
            ),
        ]


# Whoever comes back from a leave has their own again: from the acceptance on it stands in no other handover's way.
HANDS_ON = ~Q(state=states.CLOSED) & (~Q(kind=states.LEAVE) | Q(state__in=states.BEFORE_ACCEPTANCE))


class Handover(Record):
    """The work of one person goes to another, in steps (S0-22). The successor accepts it; whoever does so for them says why."""

    kind = models.CharField(max_length=8, choices=choices(states.KINDS))
    state = models.CharField(max_length=15, default=states.ANNOUNCED, choices=choices(states.STATES))
    reason = models.CharField(max_length=300)
    leaver = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    successor = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    last_date = models.DateField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    acceptance_reason = models.CharField(max_length=300, blank=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            one_of("kind", states.KINDS, "handover_kind_known"),
            one_of("state", states.STATES, "handover_state_known"),
            models.CheckConstraint(condition=~Q(leaver=F("successor")), name="handover_to_somebody_else"),
            models.UniqueConstraint(
                fields=["leaver"],
                condition=Q(archived_at__isnull=True) & HANDS_ON,
                name="one_open_handover_per_leaver",
            ),
            models.CheckConstraint(
                condition=Q(state__in=states.BEFORE_ACCEPTANCE) | Q(accepted_at__isnull=False),
                name="handover_accepted_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(accepted_by__isnull=True) | Q(accepted_by=F("successor")) | ~Q(acceptance_reason=""),
                name="accepted_by_successor_or_reason",
            ),
        ]

    @property
    def next_state(self) -> str:
        return states.next_state(self.kind, self.state)

    @property
    def hands_on(self) -> bool:
        """Can duties still be handed on in it? Whoever comes back from a leave has their own again."""
        if self.kind == states.LEAVE:
            return self.state in states.BEFORE_ACCEPTANCE
        return self.state != states.CLOSED


class HandoverPoint(Revised):
    """One line of the checklist, as it was when the handover was announced; only note and tick change."""

    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="points")
    rank = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=13, choices=choices(states.POINT_KINDS))
    ref = models.CharField(max_length=60, blank=True)
    label = models.CharField(max_length=300)
    detail = models.TextField(blank=True)
    url = models.CharField(max_length=300, blank=True)
    note = models.TextField(blank=True)
    is_settled = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["rank", "id"]
        constraints: ClassVar = [one_of("kind", states.POINT_KINDS, "handover_point_kind_known")]


class HandoverLook(models.Model):
    """What the look back after 30 or 90 days found: what was missing, what is still only in one head, and how it goes."""

    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="looks")
    state = models.CharField(max_length=8, choices=choices(states.LOOKS))
    missing = models.TextField()
    in_one_head = models.TextField()
    outcome = models.CharField(max_length=11, choices=choices(states.OUTCOMES))
    next_step = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["state"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["handover", "state"], name="handover_looked_at_once"),
            one_of("state", states.LOOKS, "handover_look_known"),
            one_of("outcome", states.OUTCOMES, "handover_outcome_known"),
            models.CheckConstraint(condition=~Q(missing="") & ~Q(in_one_head=""), name="looked_at_in_words"),
            models.CheckConstraint(condition=Q(outcome=states.CARRIED) | ~Q(next_step=""), name="not_carried_leads_on"),
        ]


class HandedOn(models.Model):
    """A duty that went to somebody in the course of a handover, together with the others of its `batch` (S0-22).

    `before` is what its record held, `revision` the one it got: both are needed to take the batch back.
    """

    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="handed_on")
    batch = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=8, choices=choices(states.HAND_KINDS))
    ref = models.CharField(max_length=60)
    label = models.CharField(max_length=300)
    receiver = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    before = models.JSONField()
    revision = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["-at", "id"]
        constraints: ClassVar = [
            one_of("kind", states.HAND_KINDS, "handed_kind_known"),
            models.UniqueConstraint(fields=["batch", "kind", "ref"], name="handed_on_once_in_a_batch"),
        ]


class BookOrder(models.Model):
    """A person asked for the book as PDF; the worker sets it with the chapters that `role` may read."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="+")
    role = models.CharField(max_length=10)
    asked_at = models.DateTimeField()
    set_at = models.DateTimeField(null=True)


class BookUpload(models.Model):
    """A book somebody brought and looks at before it is read in; one for each person, and for a day at most.

    `found` is what the rehearsal said: community, rows by chapter and table, who is to be invited.
    """

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="+")
    file_name = models.CharField(max_length=200)
    text = models.TextField()
    found = models.JSONField(default=dict)
    uploaded_at = models.DateTimeField()
