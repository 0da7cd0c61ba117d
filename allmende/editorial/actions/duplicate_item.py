"""Begin an item with the words of another."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.editorial import audit
from allmende.editorial.actions.save_item import save_item, written_of
from allmende.editorial.models import Item
from allmende.team.actions import record_audit
from allmende.team.models import Person

TITLE_LENGTH = 160


def duplicate_item(*, person: Person, item: Item, now: datetime) -> Item:
    """A draft with the same words, purpose and channels; approval, slot and comments stay with the original."""
    title = _("%(title)s (copy)") % {"title": item.title[: TITLE_LENGTH - 12]}
    written = replace(written_of(item), title=title[:TITLE_LENGTH])
    with transaction.atomic():
        made = save_item(person=person, item=None, written=written, now=now)
        record_audit(workspace=item.workspace, person=person, verb=audit.DUPLICATED, target=item, now=now)
    return made
