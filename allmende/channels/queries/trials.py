"""What a channel has proved it can do, and how long ago."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Max, OuterRef, QuerySet, Subquery

from allmende.channels.models import Channel, Proof, Trial
from allmende.channels.states import FAILED, PROVABLE

# Older proofs say little: networks change.
STALE = timedelta(days=30)
# Two nights may fail to come about, such as while the machine is off.
NIGHTLY_STALE = timedelta(hours=50)


@dataclass(frozen=True, slots=True)
class Proofs:
    """The newest proof of each ability in their order, the newest test, and the one that is under way."""

    proofs: list[Proof]
    last: Trial | None
    under_way: Trial | None

    @property
    def proved_at(self) -> datetime | None:
        """How old the oldest of the newest proofs is."""
        return min((proof.proved_at for proof in self.proofs), default=None)

    def is_stale(self, now: datetime) -> bool:
        """Whether it is time to test again."""
        return self.proved_at is not None and now - self.proved_at > STALE

    def is_failed(self) -> bool:
        """Whether the newest proof of any ability failed."""
        return any(proof.outcome == FAILED for proof in self.proofs)


def proofs_of(channel: Channel) -> Proofs:
    """What this channel has proved."""
    return proofs_by_channel([channel.pk])[channel.pk]


def proofs_by_channel(channels: Iterable[UUID]) -> dict[UUID, Proofs]:
    """What each of the channels has proved, in three queries however many there are."""
    wanted = list(channels)
    newest = Proof.objects.filter(channel__in=wanted).values("channel", "ability").annotate(newest=Max("pk"))
    proofs = Proof.objects.in_bulk([row["newest"] for row in newest])
    last: dict[UUID, Trial] = {}
    asked = Trial.objects.filter(channel=OuterRef("channel")).order_by("-asked_at").values("pk")[:1]
    for newest_trial in Trial.objects.filter(channel__in=wanted, pk=Subquery(asked)):
        last[newest_trial.channel_id] = newest_trial
    found = {}
    for channel in wanted:
        mine = sorted(
            (proof for proof in proofs.values() if proof.channel_id == channel),
            key=lambda proof: PROVABLE.index(proof.ability),
        )
        trial = last.get(channel)
        found[channel] = Proofs(mine, trial, trial if trial and trial.done_at is None else None)
    return found


def doubtful_channels(channels: "QuerySet[Channel]", now: datetime) -> tuple[list[str], list[str]]:
    """Names of channels whose last self-test failed, and of those whose last one is old; never tested is neither, unless
    it is tested each night."""
    wished = list(channels.order_by("name"))
    proofs = proofs_by_channel(channel.pk for channel in wished)
    failed = [channel.name for channel in wished if proofs[channel.pk].is_failed()]
    old = [
        channel.name
        for channel in wished
        if channel.name not in failed and _is_old(channel, proofs[channel.pk].proved_at, now)
    ]
    return failed, old


def _is_old(channel: Channel, proved_at: datetime | None, now: datetime) -> bool:
    if channel.nightly_at is not None:
        return now - max(proved_at or channel.nightly_at, channel.nightly_at) > NIGHTLY_STALE
    return proved_at is not None and now - proved_at > STALE
