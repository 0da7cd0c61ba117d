"""What we do when it burns: escalation levels, defined in calm times, and the one that is active (S2-22)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from allmende.channels.models import Channel
from allmende.guidelines import states
from allmende.team.models import Person, Record, Workspace


class EscalationLevel(Record):
    """One level of the scale from 0 to 6: by what it is known, who is told, who decides, what is done (S2-22).

    Two axes say by what it is known, our own channels and the media (`domain.md` 3.10). `informs` tells in words who hears
    of it, within `inform_minutes`; whom the procedure calls are its contacts. `steps`: one on each line. With `holds_posts`
    declaring it stops publishing, from level 4 on always (I-16); `update_minutes`: so often those affected hear from us.
    """

    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    own_channels = models.TextField(blank=True)
    media = models.TextField(blank=True)
    informs = models.CharField(max_length=300, blank=True)
    inform_minutes = models.PositiveIntegerField(null=True)
    decider = models.CharField(max_length=160, blank=True)
    allowed_speech = models.TextField(blank=True)
    steps = models.TextField(blank=True)
    holds_posts = models.BooleanField(default=False)
    update_minutes = models.PositiveIntegerField(null=True)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "number"], name="level_once"),
            models.CheckConstraint(condition=Q(number__lte=states.TOP_LEVEL), name="level_on_the_scale"),
            models.CheckConstraint(condition=~Q(name=""), name="level_has_a_name"),
            models.CheckConstraint(
                condition=Q(number__lt=states.HOLDING_LEVEL) | Q(holds_posts=True), name="high_level_holds_posts"
            ),
        ]


class EscalationContact(Record):
    """Whom the procedure of a level calls: a colleague, or somebody without an account, by mail or telephone (S2-22)."""

    level = models.ForeignKey(EscalationLevel, on_delete=models.PROTECT, related_name="contacts")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering: ClassVar = ["created_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["level", "person"], name="contact_once"),
            models.CheckConstraint(
                condition=Q(person__isnull=True) & ~Q(name="") & (~Q(email="") | ~Q(phone=""))
                | Q(person__isnull=False, name="", email="", phone=""),
                name="contact_can_be_reached",
            ),
        ]


class ActiveLevel(models.Model):
    """A level that holds at this moment, everywhere or in one channel; told by `crisis`, above, and gone when it is over.

    Whoever answers or publishes reads from it what to say. `public_text`: what the public door says of it, "" for nothing.
    """

    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    incident_id = models.UUIDField()
    channel = models.ForeignKey(Channel, null=True, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    title = models.CharField(max_length=160)
    since = models.DateTimeField()
    led_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    line = models.TextField(blank=True)
    never_say = models.TextField(blank=True)
    allowed_speech = models.TextField(blank=True)
    holds_posts = models.BooleanField(default=False)
    next_update_at = models.DateTimeField(null=True)
    public_text = models.TextField(blank=True)
    is_drill = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["is_drill", "-number", "since"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["incident_id", "channel"], name="active_level_once"),
            models.UniqueConstraint(
                fields=["incident_id"], condition=Q(channel__isnull=True), name="active_everywhere_once"
            ),
            models.CheckConstraint(
                condition=Q(is_drill=False) | Q(channel__isnull=False, public_text=""), name="drill_stays_inside"
            ),
        ]
