"""What a channel has proved it can do, and how long ago."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Max, OuterRef, Subquery

from allmende.channels.models import Channel, Proof, Trial
from allmende.channels.states import PROVABLE

# Older proofs say little: networks change.
STALE = timedelta(days=30)


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
