"""Log-ins, presences, and how far each was read."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from allmende.channels import states
from allmende.channels.models.sealing import SealedField
from allmende.team.models import Person, Record, ServiceHours, Workspace, choices, one_of


class Account(Record):
    """A log-in at a network. `secret` is sealed at rest; `settings` holds what is not secret (server, file, mode).

    `secret_version` counts the secrets: whoever renews one claims the renewal (`renews_until`) of the version they saw,
    and stores the next under the same condition. Archived: disconnected, the secret is gone. `..._spent_until`: the budget
    that the network states is used up until then. `heard_until`: the worker `heard_by` holds the network's stream open;
    `alive_at`: its last sign of life there; `deaf_since`: since then none stood, because of `deaf_reason`. `rang_at`: the network
    said last that something is new.
    """

    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    settings = models.JSONField(default=dict)
    secret = SealedField(blank=True)
    secret_version = models.PositiveIntegerField(default=0)
    expires_at = models.DateTimeField(null=True)
    renews_until = models.DateTimeField(null=True)
    native_id = models.CharField(max_length=255, blank=True)
    handle = models.CharField(max_length=255, blank=True)
    state = models.CharField(max_length=10, default=states.CONNECTED, choices=choices(states.ACCOUNT_STATES))
    rests_until = models.DateTimeField(null=True)
    rest_reason = models.TextField(blank=True)
    failures_in_row = models.PositiveIntegerField(default=0)
    posts_spent_until = models.DateTimeField(null=True)
    answers_spent_until = models.DateTimeField(null=True)
    heard_until = models.DateTimeField(null=True)
    heard_by = models.UUIDField(null=True)
    alive_at = models.DateTimeField(null=True)
    deaf_since = models.DateTimeField(null=True)
    deaf_reason = models.CharField(max_length=60, blank=True)
    rang_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            one_of("state", states.ACCOUNT_STATES, "account_state_known"),
            models.CheckConstraint(
                condition=Q(heard_until__isnull=True, heard_by__isnull=True)
                | Q(heard_until__isnull=False, heard_by__isnull=False),
                name="heard_by_one_until",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def network(self) -> str:
        """The key under which identities of this account's network are kept."""
        return f"{self.kind}:{self.settings.get('network', self.pk)}"


class PendingLogin(models.Model):
    """A person who was sent to a network to agree there, and is expected back with `state`, once, within minutes.

    Bound to the person and their browser session; `kept` is what the connector needs of the beginning. `wishes`: what
    they typed, to make the channel with or to fill the form again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    workspace = models.ForeignKey(Workspace, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    account = models.ForeignKey(Account, null=True, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    session_hash = models.CharField(max_length=64)
    state_hash = models.CharField(max_length=64, unique=True)
    kept = SealedField()
    wishes = models.JSONField(default=dict)
    begun_at = models.DateTimeField()
    ends_at = models.DateTimeField()


class Channel(Record):
    """A presence: one place where we publish or converse. Live only with a reaction plan in force (I-11).

    `byline`: how answers show the person who wrote them (S2-01). `legal_notice_url`: who answers for it, as the law wants it
    named there. `serves_keys`: the objectives of the plan it is for. `nightly_by`: who opted in to a self-test each night; its
    words are theirs and need their rights.
    """

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
    byline = models.CharField(max_length=8, default=states.NOBODY_NAMED, choices=choices(states.BYLINES))
    legal_notice_url = models.CharField(max_length=500, blank=True)
    serves_keys = models.JSONField(default=list)
    nightly_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    nightly_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["workspace", "slug"], name="channel_slug_once"),
            one_of("state", states.CHANNEL_STATES, "channel_state_known"),
            one_of("byline", states.BYLINES, "channel_byline_known"),
            models.CheckConstraint(
                condition=~Q(state=states.LIVE) | ~Q(reaction_plan_version_key=""), name="live_needs_reaction_plan"
            ),
            models.CheckConstraint(
                condition=Q(nightly_by__isnull=True, nightly_at__isnull=True)
                | Q(nightly_by__isnull=False, nightly_at__isnull=False),
                name="nightly_by_somebody_since",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def network(self) -> str:
        return self.account.network if self.account else f"archive:{self.pk}"


class Cursor(models.Model):
    """How far a channel was read, and when it is looked at next: at `next_at`, or as soon as its network said that something
    is new (`news_at`). `reads_until`: somebody is reading it; one who died leaves it then.

    `behind_since`: what has gathered at the network is being read since then, over several looks; `caught_up` pieces of it so
    far, the last one said at `reached_at`."""

    channel = models.OneToOneField(Channel, primary_key=True, on_delete=models.CASCADE)
    value = models.TextField(blank=True)
    moved_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    news_at = models.DateTimeField(null=True)
    reads_until = models.DateTimeField(null=True)
    behind_since = models.DateTimeField(null=True)
    caught_up = models.PositiveIntegerField(default=0)
    reached_at = models.DateTimeField(null=True)
    failures_in_row = models.PositiveIntegerField(default=0)
    last_error = models.TextField(blank=True)
