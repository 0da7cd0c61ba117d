"""Put a newsletter together from what was published already (S1-28)."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.channels.models import Channel
from allmende.editorial.actions.save_item import ItemText, save_item
from allmende.editorial.models import Item
from allmende.editorial.queries import newsletter_text, published_between
from allmende.team.access import require
from allmende.team.models import Person


class CannotGather(Exception):
    """No newsletter was drafted; the message says why and what to do."""


@transaction.atomic
def gather_newsletter(
    *,
    person: Person,
    channel: Channel,
    title: str,
    greeting: str,
    items: Sequence[UUID],
    first: date,
    last: date,
    now: datetime,
) -> Item:
    """A draft for `channel` that tells of `items` in this order. It is edited, approved and sent like any other text.

    It serves what all of them serve; else its reason says that it tells what was said already. Raises CannotGather.
    """
    require(person, "editorial.item.edit")
    told = {one.item_id: one for one in published_between(person.workspace, first, last, items)}
    chosen = [told[key] for key in dict.fromkeys(items) if key in told]
    if not chosen:
        raise CannotGather(_("Not put together. Tick at least one item that shall stand in it."))
    served = {one.serves_key for one in chosen}
    common = served.pop() if len(served) == 1 else ""
    written = ItemText(
        title=title.strip(),
        serves_key=common,
        no_objective_reason="" if common else _("Tells once more what was published."),
        texts={channel.pk: newsletter_text(greeting, chosen)},
    )
    return save_item(person=person, item=None, written=written, now=now)
