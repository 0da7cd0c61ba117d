"""What is published of an item: the words as they stand at the network, those proposed instead, and those they had."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from allmende.channels.models import Correction, Message
from allmende.channels.queries import Abilities, abilities_of
from allmende.channels.states import SENT
from allmende.editorial import states
from allmende.editorial.models import Rewording, Variant


@dataclass(frozen=True)
class SaidPage:
    """A published text or a part of it. `rewording`: the newest words proposed or not got through; `parts`: all that
    stands there of the same text, in order."""

    message: Message
    variant: Variant
    abilities: Abilities
    corrections: Sequence[Correction]
    rewording: Rewording | None
    parts: Sequence[Message]
    needs_steps: bool


def said_of(message: Message) -> Variant:
    """The text this was said for, itself or as one of its parts. Raises Variant.DoesNotExist."""
    rows = Variant.objects.select_related("item", "workspace", "channel", "dispatch")
    return rows.get(dispatch__in=[message.dispatch.pk, message.dispatch.head_id])


def said_page(message: Message) -> SaidPage:
    """For the page on which published words are changed; five queries."""
    variant = said_of(message)
    rewordings = Rewording.objects.select_related("proposed_by", "approved_by").filter(variant=variant)
    return SaidPage(
        message=message,
        variant=variant,
        abilities=abilities_of(message.channel),
        corrections=list(message.corrections.select_related("person")),
        rewording=rewordings.exclude(state__in=(states.SAID, states.DROPPED)).order_by("-proposed_at").first(),
        parts=standing_parts(variant),
        needs_steps=variant.item.steps.exists(),
    )


def standing_parts(variant: Variant) -> list[Message]:
    """What stands at the network of a text, in order; one query."""
    head = variant.dispatch_id
    rows = Message.objects.filter(Q(dispatch=head) | Q(dispatch__head=head), dispatch__state=SENT)
    rows = rows.select_related("dispatch").filter(native_id__isnull=False, deleted_at__isnull=True)
    return list(rows.order_by("dispatch__part"))


def open_rewordings(variants: Iterable[Variant]) -> dict[UUID, Rewording]:
    """Other words proposed for these texts, or on their way, by text; one query."""
    rows = Rewording.objects.filter(variant__in=list(variants), state__in=states.OPEN_REWORDINGS)
    return {row.variant_id: row for row in rows.select_related("proposed_by")}
