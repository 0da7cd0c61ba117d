"""The outgoing queue: dispatches, their attempts, and the holds that stop them."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from allmende.channels import states
from allmende.channels.models.accounts import Account, Channel
from allmende.channels.models.cards import LinkCard
from allmende.channels.models.messages import Message
from allmende.team.models import Person, Record, Workspace, choices, one_of


class Dispatch(models.Model):
    """One message on its way out; it alone knows delivery.

    The claim is one conditional update that sets `speaking`, a lease and a higher `fence`, and is committed before the
    network hears a word. A receipt is written only by the holder of the current fence. `paused_at`: somebody paused it;
    it keeps its place and is not claimed before somebody resumes it (S2-10).

    A post may have parts that follow it in order: `head` is the first, `part` counts from 1. Each answers the one before,
    `is_comment` the head. `card`: of the link in its words; each attempt shows the same.
    A trigger lets no part speak before the one before it stands at the network.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="dispatch")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="dispatches")
    kind = models.CharField(max_length=17, choices=choices(states.DISPATCH_KINDS))
    head = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="parts", db_index=False)
    part = models.PositiveSmallIntegerField(default=1)
    is_comment = models.BooleanField(default=False)
    card = models.ForeignKey(LinkCard, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=80, unique=True)
    text_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=9, default=states.WAITING, choices=choices(states.DISPATCH_STATES))
    send_after = models.DateTimeField()
    send_before = models.DateTimeField(null=True)
    next_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    fence = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    holder = models.CharField(max_length=80, blank=True)
    first_spoke_at = models.DateTimeField(null=True)
    spoke_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    reason_code = models.CharField(max_length=40, blank=True)
    reason = models.TextField(blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    serves_key = models.CharField(max_length=40, blank=True)
    subject_kind = models.CharField(max_length=20, blank=True)
    subject_id = models.CharField(max_length=40, blank=True)
    subject_label = models.CharField(max_length=200, blank=True)
    # What only a claim knows: in which place it was made, and how much was claimed there by then.
    claimed_in: str
    claims_here: int | None

    class Meta:
        constraints: ClassVar = [
            one_of("state", states.DISPATCH_STATES, "dispatch_state_known"),
            models.CheckConstraint(
                condition=~Q(state=states.SPEAKING) | Q(lease_until__isnull=False, spoke_at__isnull=False),
                name="speaking_under_lease",
            ),
            models.CheckConstraint(
                condition=~Q(state=states.SPEAKING) | Q(paused_at__isnull=True), name="paused_never_speaks"
            ),
            models.CheckConstraint(
                condition=~Q(state=states.SENT) | Q(settled_at__isnull=False), name="sent_is_settled"
            ),
            models.CheckConstraint(
                condition=Q(send_before__isnull=True) | Q(send_before__gt=models.F("send_after")), name="slot_forward"
            ),
            models.UniqueConstraint(fields=["head", "part"], name="part_once"),
            models.UniqueConstraint(fields=["head"], condition=Q(is_comment=True), name="one_first_comment"),
            models.CheckConstraint(
                condition=Q(head__isnull=True, part=1, is_comment=False)
                | Q(head__isnull=False, part__gt=1, kind=states.POST),
                name="part_follows_a_head",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "next_at"], name="dispatch_due"),
            models.Index(fields=["channel", "state", "next_at"], name="dispatch_turn"),
            models.Index(fields=["subject_kind", "subject_id"], name="dispatch_subject"),
            # Asked by the database for each card that is removed, with a workspace.
            models.Index(fields=["card"], condition=Q(card__isnull=False), name="dispatch_card"),
        ]


class Attempt(models.Model):
    """One try of a dispatch, in words people can read. `account`: who spoke; the network counts by it."""

    dispatch = models.ForeignKey(Dispatch, on_delete=models.CASCADE, related_name="log")
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.PositiveIntegerField()
    verb = models.CharField(max_length=6, choices=choices(("send", "find")))
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, blank=True)
    detail = models.TextField(blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["account", "verb", "started_at"], name="attempt_budget")]


class Hold(Record):
    """A stop of publishing in a scope: the whole workspace, an account or a channel. Replies pass unless it says so (I-16)."""

    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    channel = models.ForeignKey(Channel, null=True, on_delete=models.PROTECT, related_name="+")
    includes_replies = models.BooleanField(default=False)
    reason = models.CharField(max_length=300)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(account__isnull=True) | Q(channel__isnull=True), name="hold_one_scope")
        ]
        indexes: ClassVar = [models.Index(fields=["workspace", "ended_at"], name="hold_open")]
