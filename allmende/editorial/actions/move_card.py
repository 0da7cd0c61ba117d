"""Put an item into another column of the board."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.editorial import audit, states
from allmende.editorial.models import Item
from allmende.editorial.queries import stage_of
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


class CannotMoveCard(Exception):
    """The card stays where it is; the message says why and what to do."""


@transaction.atomic
def move_card(*, person: Person, item: Item, stage: str, seen_revision: int | None, now: datetime) -> Item:
    """To idea, briefed or drafting; what comes after follows from approval and queue.

    Raises CannotMoveCard, and StaleRevision when somebody else wrote the item since `seen_revision`.
    """
    require(person, "editorial.item.edit")
    lock_workspace(person.workspace_id)
    item = Item.objects.select_for_update(of=("self",)).get(pk=item.pk, workspace=person.workspace)
    here = stage_of(item, list(item.variants.select_related("dispatch")), now)
    if stage == here:
        return item
    if here not in states.STAGES or stage not in states.STAGE_MOVES[here]:
        raise CannotMoveCard(
            _(
                "Not moved. Approval and queue decide about this item now: it moves on by itself when a text is approved, "
                "scheduled or taken back."
            )
        )
    if stage != states.IDEA and not item.serves_key and not item.no_objective_reason:
        raise CannotMoveCard(
            _(
                "Not moved. “%(title)s” does not say yet what it serves. Open it and choose an objective, or say why none."
            )
            % {"title": item.title}
        )
    change_record(record=item, person=person, now=now, seen_revision=seen_revision, stage=stage)
    record_audit(
        workspace=item.workspace, person=person, verb=audit.CARD_MOVED, target=item, now=now, after={"stage": stage}
    )
    return item
