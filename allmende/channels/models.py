"""Where we speak and listen: accounts, channels, every word and wordless act, and the outgoing queue."""

import base64
import hashlib
import logging
import uuid
from typing import Any, ClassVar

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models
from django.db.models import Q

from allmende.channels import states
from allmende.members.models import Identity
from allmende.members.states import ACTOR_CLASSES
from allmende.team.models import Person, Record, ServiceHours, Workspace, choices, one_of
from allmende.team.states import ORIGINS

log = logging.getLogger("allmende.channels")


def _seal() -> MultiFernet:
    return MultiFernet(
        Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest())) for key in settings.SEALING_KEYS
    )


class SealedField(models.TextField):
    """Text that is stored sealed (Fernet) with a key kept outside the database; keys rotate, the newest seals.

    What no key opens any more reads as empty: the network then says that we are logged out, and everything else goes on.
    """

    def get_prep_value(self, value: Any) -> str:
        return _seal().encrypt(value.encode()).decode() if value else ""

    def from_db_value(self, value: str | None, *_: object) -> str:
        try:
            return _seal().decrypt(value.encode()).decode() if value else ""
        except InvalidToken:
            log.error("A sealed secret cannot be opened: the key it was sealed with is not among the sealing keys.")
            return ""


class Account(Record):
    """A log-in at a network. `secret` is sealed at rest; `settings` holds what is not secret (server, file, mode)."""

    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    settings = models.JSONField(default=dict)
    secret = SealedField(blank=True)
    native_id = models.CharField(max_length=255, blank=True)
    handle = models.CharField(max_length=255, blank=True)
    state = models.CharField(max_length=10, default=states.CONNECTED, choices=choices(states.ACCOUNT_STATES))
    rests_until = models.DateTimeField(null=True)
    rest_reason = models.TextField(blank=True)
    failures_in_row = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [one_of("state", states.ACCOUNT_STATES, "account_state_known")]

    def __str__(self) -> str:
        return self.name

    @property
    def network(self) -> str:
        """The key under which identities of this account's network are kept."""
        return f"{self.kind}:{self.settings.get('network', self.pk)}"


class Channel(Record):
    """A presence: one place where we publish or converse. Live only with a reaction plan in force (I-11)."""

    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="channels")
    slug = models.SlugField(max_length=60)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=14, choices=choices(states.CHANNEL_KINDS))
    state = models.CharField(max_length=10, default=states.CONSIDERED, choices=choices(states.CHANNEL_STATES))
    place = models.CharField(max_length=200, blank=True)
    mark = models.CharField(max_length=2, blank=True)
    hours = models.ForeignKey(ServiceHours, null=True, on_delete=models.PROTECT, related_name="+")
    reaction_plan_version_key = models.CharField(max_length=80, blank=True)
    signature = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "slug"], name="channel_slug_once"),
            one_of("state", states.CHANNEL_STATES, "channel_state_known"),
            models.CheckConstraint(
                condition=~Q(state=states.LIVE) | ~Q(reaction_plan_version_key=""), name="live_needs_reaction_plan"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def network(self) -> str:
        return self.account.network if self.account else f"archive:{self.pk}"


class Cursor(models.Model):
    """How far a channel was read, and when it is looked at next."""

    channel = models.OneToOneField(Channel, primary_key=True, on_delete=models.CASCADE)
    value = models.TextField(blank=True)
    moved_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    failures_in_row = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)


class ImportRun(Record):
    """One reading of a file into a channel; its rows carry its id so that the run can be undone.

    `reason` says why a run failed. Refused rows lie in a file of the data folder, see `queries.refused_file`.
    """

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="import_runs")
    file_name = models.CharField(max_length=200)
    format = models.CharField(max_length=20)
    state = models.CharField(max_length=8, default="running", choices=choices(states.RUN_STATES))
    read = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    cursor = models.TextField(blank=True)
    reason = models.TextField(blank=True)
    finished_at = models.DateTimeField(null=True)


class Message(models.Model):
    """Every word once: what members wrote and what we wrote. It has no delivery state; its Dispatch has.

    `native_id` is null until the network has given one. `thread_native_id` and `reply_to_native_id` stay beside the
    foreign key, because the other end may arrive later.
    """

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="messages", db_index=False)
    public_id = models.UUIDField(null=True, unique=True)
    native_id = models.CharField(max_length=255, null=True)  # noqa: DJ001 - unique per channel, and absent until given
    thread_native_id = models.CharField(max_length=255, blank=True)
    reply_to_native_id = models.CharField(max_length=255, blank=True)
    reply_to = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="replies")
    identity = models.ForeignKey(Identity, null=True, on_delete=models.PROTECT, related_name="messages")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    author_class = models.CharField(max_length=8, choices=choices(ACTOR_CLASSES))
    direction = models.CharField(max_length=7, choices=choices(states.DIRECTIONS))
    visibility = models.CharField(max_length=7, default="public", choices=choices(states.VISIBILITIES))
    act = models.CharField(max_length=24)
    title = models.CharField(max_length=300, blank=True)
    text = models.TextField()
    html = models.TextField(blank=True)
    html_raw = models.TextField(blank=True)
    sanitiser_version = models.CharField(max_length=20, blank=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    origin = models.CharField(max_length=13, choices=choices(ORIGINS))
    import_run = models.ForeignKey(ImportRun, null=True, on_delete=models.PROTECT, related_name="+")
    url = models.CharField(max_length=500, blank=True)
    serves_key = models.CharField(max_length=40, blank=True)
    subject_kind = models.CharField(max_length=20, blank=True)
    subject_id = models.CharField(max_length=40, blank=True)
    subject_label = models.CharField(max_length=200, blank=True)
    extra = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["channel", "native_id"], name="message_once"),
            one_of("direction", states.DIRECTIONS, "message_direction_known"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["channel", "thread_native_id", "occurred_at"], name="message_thread"),
            models.Index(fields=["changed_at"], name="message_changed"),
            models.Index(
                fields=["channel", "reply_to_native_id"],
                condition=Q(reply_to__isnull=True) & ~Q(reply_to_native_id=""),
                name="message_orphan",
            ),
        ]


class Gesture(models.Model):
    """Every act without words: thanks, accepted marks, votes, and events from outside."""

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="gestures", db_index=False)
    native_id = models.CharField(max_length=255)
    act = models.CharField(max_length=24)
    identity = models.ForeignKey(Identity, null=True, on_delete=models.PROTECT, related_name="gestures")
    author_class = models.CharField(max_length=8, choices=choices(ACTOR_CLASSES))
    target_native_id = models.CharField(max_length=255, blank=True)
    target = models.ForeignKey(Message, null=True, on_delete=models.SET_NULL, related_name="gestures")
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)
    origin = models.CharField(max_length=13, choices=choices(ORIGINS))
    import_run = models.ForeignKey(ImportRun, null=True, on_delete=models.PROTECT, related_name="+")
    extra = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["channel", "native_id"], name="gesture_once")]
        indexes: ClassVar = [
            models.Index(
                fields=["channel", "target_native_id"],
                condition=Q(target__isnull=True) & ~Q(target_native_id=""),
                name="gesture_orphan",
            ),
            models.Index(fields=["changed_at"], name="gesture_changed"),
        ]


class Dispatch(models.Model):
    """One message on its way out; it alone knows delivery.

    The claim is one conditional update that sets `speaking`, a lease and a higher `fence`, and is committed before the
    network hears a word. A receipt is written only by the holder of the current fence.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.PROTECT, related_name="+")
    message = models.OneToOneField(Message, on_delete=models.PROTECT, related_name="dispatch")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="dispatches")
    kind = models.CharField(max_length=17, choices=choices(states.DISPATCH_KINDS))
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
    settled_at = models.DateTimeField(null=True)
    reason_code = models.CharField(max_length=40, blank=True)
    reason = models.TextField(blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    serves_key = models.CharField(max_length=40, blank=True)
    subject_kind = models.CharField(max_length=20, blank=True)
    subject_id = models.CharField(max_length=40, blank=True)
    subject_label = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            one_of("state", states.DISPATCH_STATES, "dispatch_state_known"),
            models.CheckConstraint(
                condition=~Q(state=states.SPEAKING) | Q(lease_until__isnull=False, spoke_at__isnull=False),
                name="speaking_under_lease",
            ),
            models.CheckConstraint(
                condition=~Q(state=states.SENT) | Q(settled_at__isnull=False), name="sent_is_settled"
            ),
            models.CheckConstraint(
                condition=Q(send_before__isnull=True) | Q(send_before__gt=models.F("send_after")), name="slot_forward"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "next_at"], name="dispatch_due"),
            models.Index(fields=["subject_kind", "subject_id"], name="dispatch_subject"),
        ]


class Attempt(models.Model):
    """One try of a dispatch, in words people can read."""

    dispatch = models.ForeignKey(Dispatch, on_delete=models.CASCADE, related_name="log")
    number = models.PositiveIntegerField()
    verb = models.CharField(max_length=6, choices=choices(("send", "find")))
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, blank=True)
    detail = models.TextField(blank=True)


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
