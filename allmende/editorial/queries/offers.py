"""Which addresses of an item's texts no tracked link counts yet (S3-22)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from allmende.domain.tracked_link import trackable_addresses
from allmende.editorial import states
from allmende.editorial.queries.drafts import SHARED, Draft


@dataclass(frozen=True, slots=True)
class Offer:
    """An address and where it stands: `place` is the shared text, or the id of the channel with words of its own.

    `channels`: whose texts would get a tracked link each.
    """

    place: str
    address: str
    channels: Sequence[str]

    @property
    def is_shared(self) -> bool:
        return self.place == SHARED


def offers_of(drafts: Sequence[Draft]) -> list[Offer]:
    """Each address once per text that may still be written; no query."""
    found: dict[tuple[str, str], list[str]] = {}
    for draft in drafts:
        if not draft.is_chosen or (draft.variant and draft.variant.state not in states.WRITABLE):
            continue
        place = SHARED if draft.mode == SHARED else str(draft.channel.pk)
        for address in trackable_addresses(draft.text, settings.ORIGIN):
            found.setdefault((place, address), []).append(draft.channel.name)
    return [Offer(place, address, names) for (place, address), names in found.items()]
