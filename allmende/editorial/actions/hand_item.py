"""Give an item to somebody else who brings it out or looks after its answers."""

from datetime import datetime

from django.db import transaction

from allmende.editorial import audit
from allmende.editorial.models import Item
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


@transaction.atomic
def hand_item(*, person: Person, item: Item, leaver: Person, receiver: Person, now: datetime) -> Item:
    """Whatever `leaver` is in it, owner or carer, `receiver` becomes; texts and approvals stay as they are (S0-22)."""
    require(person, "editorial.item.edit")
    lock_workspace(person.workspace_id)
    item = Item.objects.select_for_update(of=("self",)).get(pk=item.pk, workspace=person.workspace)
    given = {name: receiver for name in ("owner", "carer") if getattr(item, f"{name}_id") == leaver.pk}
    change_record(record=item, person=person, now=now, seen_revision=None, **given)
    record_audit(
        workspace=person.workspace,
        person=person,
        verb=audit.CHANGED,
        target=item,
        now=now,
        after=dict.fromkeys(given, str(receiver.pk)),
    )
    return item
