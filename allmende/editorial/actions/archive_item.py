"""Put an item away, and bring it back as it was."""

from datetime import datetime

from django.db import transaction

from allmende.channels.actions import withdraw_dispatch
from allmende.channels.states import SENT
from allmende.editorial import audit, states
from allmende.editorial.actions.schedule_variant import CannotSchedule, hand_variant_over
from allmende.editorial.models import Item, Variant
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


@transaction.atomic
def archive_item(*, person: Person, item: Item, now: datetime) -> Item:
    """Out of the calendar; what waits in the queue is withdrawn and keeps its slot in mind, what is out stays out.

    Raises channels' CannotWithdraw when a network may be hearing one of its texts just now.
    """
    require(person, "editorial.item.edit")
    lock_workspace(person.workspace_id)
    for variant in _locked(item):
        if variant.dispatch is None or variant.dispatch.state == SENT:
            continue
        withdraw_dispatch(person=person, dispatch=variant.dispatch, now=now)
        variant.state, variant.dispatch, variant.revision = states.APPROVED, None, variant.revision + 1
        variant.save(update_fields=["state", "dispatch", "revision"])
    _set(person, item, now, now)
    record_audit(workspace=item.workspace, person=person, verb=audit.ARCHIVED, target=item, now=now)
    return item


@transaction.atomic
def restore_item(*, person: Person, item: Item, now: datetime) -> Item:
    """Back into the calendar; approved texts whose slot lies ahead go into the queue again."""
    require(person, "editorial.item.edit")
    lock_workspace(person.workspace_id)
    if item.archived_at is None:
        return item
    _set(person, item, None, now)
    for variant in _locked(item):
        if variant.state == states.APPROVED and variant.slot_at and variant.slot_at > now:
            _queue_again(person, variant, variant.slot_at, now)
    record_audit(workspace=item.workspace, person=person, verb=audit.RESTORED, target=item, now=now)
    return item


def _queue_again(person: Person, variant: Variant, at: datetime, now: datetime) -> None:
    try:
        with transaction.atomic():
            hand_variant_over(person, variant, at, datetime.fromisoformat(variant.slot_wall), variant.slot_zone, now)
    except CannotSchedule:  # a channel closed meanwhile: the text stays approved and says so
        return


def _locked(item: Item) -> list[Variant]:
    list(Variant.objects.select_for_update(of=("self",)).filter(item=item).order_by("pk"))
    return list(Variant.objects.select_related("dispatch", "item", "workspace").filter(item=item))


def _set(person: Person, item: Item, archived_at: datetime | None, now: datetime) -> None:
    item.archived_at, item.updated_at, item.updated_by, item.revision = archived_at, now, person, item.revision + 1
    item.save(update_fields=["archived_at", "updated_at", "updated_by", "revision"])
