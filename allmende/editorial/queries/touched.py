"""Which of our items a change at a network may touch, by their format (S4-32)."""

from collections.abc import Sequence

from allmende.channels import states as delivery
from allmende.editorial.models import Item, Variant
from allmende.plan.models import ChangeEffect, PlatformChange
from allmende.plan.queries import format_changes


def touches(item: Item, variants: Sequence[Variant], effects: Sequence[ChangeEffect]) -> tuple[PlatformChange, ...]:
    """The changes among `effects` that name the item's format and a network it is not out on yet.

    Without a text for any channel it may still go everywhere. `variants` have their channel's account and dispatch.
    """
    waiting = [one for one in variants if one.dispatch is None or one.dispatch.state != delivery.SENT]
    kinds = {one.channel.account.kind for one in waiting if one.channel.account}
    return tuple(
        effect.change
        for effect in effects
        if item.format and effect.content_format == item.format and (effect.change.network in kinds or not variants)
    )


def touched_by(item: Item) -> tuple[PlatformChange, ...]:
    """The changes that may touch one item; two queries, none for an item without a format."""
    variants = item.variants.filter(dropped_at__isnull=True).select_related("channel__account", "dispatch")
    return touches(item, list(variants), format_changes(item.workspace)) if item.format else ()
