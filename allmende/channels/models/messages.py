"""What was said and done: imports, words and wordless acts."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from allmende.channels import states
from allmende.channels.models.accounts import Channel
from allmende.domain.search_words import search_words
from allmende.members.models import Identity
from allmende.members.states import ACTOR_CLASSES
from allmende.team.models import Person, Record, choices, one_of
from allmende.team.states import ORIGINS


class ImportRun(Record):
    """One reading of a file into a channel; its rows carry its id so that the run can be undone.

    `reason` says why a run failed. Refused rows lie in a file of the data folder, see `queries.refused_file`; the first
    `refused_bytes` of it belong to what is committed. `choices`: map, staff, bots, open_since, file (size, time), so that it
    can be taken up where it stopped. `is_background`: a worker reads it. Who reads it holds it until `lease_until`.
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
    path = models.CharField(max_length=1000, blank=True)
    choices = models.JSONField(default=dict)
    bytes_read = models.BigIntegerField(default=0)
    bytes_total = models.BigIntegerField(default=0)
    refused_bytes = models.BigIntegerField(default=0)
    is_background = models.BooleanField(default=False)
    holder = models.CharField(max_length=80, blank=True)
    lease_until = models.DateTimeField(null=True)

    @property
    def is_open(self) -> bool:
        """Whether it still reads or is about to."""
        return self.state in (states.RUN_WAITING, states.RUN_RUNNING)

    @property
    def percent(self) -> int:
        """How far it is, as far as bytes tell."""
        return min(100, self.bytes_read * 100 // self.bytes_total) if self.bytes_total else 0


class SearchWords(models.TextField):
    """What a message is found by, written whenever its row is; an update that names title or text names this too.

    Where it does not, the database empties it rather than find what no longer stands there, and a job writes it anew.
    """

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        written = words_to_find(model_instance.title, model_instance.text)  # type: ignore[attr-defined]
        setattr(model_instance, self.attname, written)
        return written


def words_to_find(title: str, text: str) -> str:
    """What a message with this title and text is found by."""
    return search_words(f"{title}\n{text}")


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
    search_words = SearchWords(null=True, editable=False)
    html = models.TextField(blank=True)
    html_raw = models.TextField(blank=True)
    sanitiser_version = models.CharField(max_length=20, blank=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    # Somebody gives it other words at its network just now; nobody else does until then.
    editing_until = models.DateTimeField(null=True)
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
            models.Index(fields=["id"], condition=Q(search_words__isnull=True), name="message_wordless"),
            models.Index(
                fields=["channel", "reply_to_native_id"],
                condition=Q(reply_to__isnull=True) & ~Q(reply_to_native_id=""),
                name="message_orphan",
            ),
        ]


class Correction(models.Model):
    """Something we said was given other words: those it had, who changed them and why. Never changed itself."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="corrections")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=200)
    title_before = models.CharField(max_length=300, blank=True)
    text_before = models.TextField()

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(reason=""), name="corrected_with_reason")]


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
