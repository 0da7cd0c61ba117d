"""Begin an item with the words of another."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.editorial import audit
from allmende.editorial.actions.save_item import BRIEF, ItemText, save_item
from allmende.editorial.models import Item
from allmende.editorial.queries import pictures_of
from allmende.team.actions import record_audit
from allmende.team.models import Person

TITLE_LENGTH = 160


def duplicate_item(*, person: Person, item: Item, now: datetime) -> Item:
    """A draft with the same words, purpose and channels; approval, slot and comments stay with the original."""
    variants = list(item.variants.all())
    title = _("%(title)s (copy)") % {"title": item.title[: TITLE_LENGTH - 12]}
    written = ItemText(
        title=title[:TITLE_LENGTH],
        serves_key=item.serves_key,
        no_objective_reason=item.no_objective_reason,
        expected_behaviour=item.expected_behaviour,
        expected_replies=item.expected_replies,
        texts={variant.channel_id: variant.text for variant in variants if not variant.is_shared},
        text=item.text,
        shared=frozenset(variant.channel_id for variant in variants if variant.is_shared),
        carer_id=item.carer_id,
        care_minutes=item.care_minutes,
        **{name: getattr(item, name) for name in BRIEF},
        pictures=tuple((one.media.pk, one.alt) for one in pictures_of(item)),
    )
    with transaction.atomic():
        made = save_item(person=person, item=None, written=written, now=now)
        record_audit(workspace=item.workspace, person=person, verb=audit.DUPLICATED, target=item, now=now)
    return made
