"""An item in the composer: its channels, what was written for each, what the checks found."""

from collections.abc import Sequence
from dataclasses import dataclass

from allmende.channels.models import Channel, Spoken
from allmende.channels.queries import Counting, Finding, findings_for, text_limit
from allmende.editorial import states
from allmende.editorial.models import Item, Variant
from allmende.editorial.queries.words import hash_of, pictures_of
from allmende.team.models import Workspace


@dataclass(frozen=True)
class Draft:
    """A channel's place in the composer: its variant if there is one, and what the checks found."""

    channel: Channel
    variant: Variant | None
    findings: Sequence[Finding]
    counting: Counting
    words_hash: str

    @property
    def can_be_approved(self) -> bool:
        return self.variant is not None and self.variant.state == states.CHECKED


def drafts_of(workspace: Workspace, item: Item | None) -> list[Draft]:
    """The channels one can write for, each with what was written for it. Archives cannot speak."""
    channels = (
        Channel.objects.select_related("account")
        .filter(workspace=workspace, archived_at__isnull=True, account__isnull=False)
        .order_by("name")
    )
    variants = {v.channel_id: v for v in item.variants.select_related("dispatch", "approved_by")} if item else {}
    pictures = pictures_of(item) if item else ()
    return [_draft(channel, item, variants.get(channel.pk), pictures) for channel in channels]


def _draft(channel: Channel, item: Item | None, variant: Variant | None, pictures: Sequence[Spoken]) -> Draft:
    title, text = (item.title if item else ""), (variant.text if variant else "")
    findings = findings_for(channel, title=title, text=text, media=pictures) if variant else ()
    return Draft(channel, variant, findings, text_limit(channel), hash_of(title, text, pictures))
