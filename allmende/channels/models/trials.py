"""A channel's self-test: what was tried, what it proved, and when."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from allmende.channels import states
from allmende.channels.models.accounts import Channel
from allmende.channels.models.dispatches import Dispatch
from allmende.team.models import Person, choices, one_of


class Trial(models.Model):
    """One self-test on its way; its rows are its memory, so that it goes on after any end of a worker.

    `post` and `reply` leave through the usual queue. It is `done` only when neither stands at the network any more.
    `cursor`: how far the channel had been read when it began. `is_nightly`: nobody asked for it just then.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="trials")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=10, default=states.TRIAL_STEPS[0], choices=choices(states.TRIAL_STEPS))
    post = models.ForeignKey(Dispatch, null=True, on_delete=models.PROTECT, related_name="+")
    reply = models.ForeignKey(Dispatch, null=True, on_delete=models.PROTECT, related_name="+")
    cursor = models.TextField(blank=True)
    is_nightly = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    step_began_at = models.DateTimeField()
    next_at = models.DateTimeField()
    failures_in_row = models.PositiveIntegerField(default=0)
    reason = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            one_of("step", states.TRIAL_STEPS, "trial_step_known"),
            models.UniqueConstraint(fields=["channel"], condition=Q(done_at__isnull=True), name="one_open_trial"),
        ]
        indexes: ClassVar = [models.Index(fields=["next_at"], condition=Q(done_at__isnull=True), name="trial_due")]


class Proof(models.Model):
    """What a self-test found out about one ability. `receipt`: the network's id or address, where it gave one."""

    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, related_name="proofs")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="proofs")
    ability = models.CharField(max_length=9, choices=choices(states.PROVABLE))
    outcome = models.CharField(max_length=6, choices=choices(states.PROOF_OUTCOMES))
    proved_at = models.DateTimeField()
    reason_code = models.CharField(max_length=40, blank=True)
    detail = models.TextField(blank=True)
    receipt = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["trial", "ability"], name="proof_once"),
            one_of("outcome", states.PROOF_OUTCOMES, "proof_outcome_known"),
            one_of("ability", states.PROVABLE, "proof_ability_known"),
        ]
        indexes: ClassVar = [models.Index(fields=["channel", "-proved_at"], name="proof_newest")]
