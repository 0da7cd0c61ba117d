"""Take a scheduled variant back before it leaves."""

from datetime import datetime

from django.db import transaction

from allmende.channels.actions import withdraw_dispatch
from allmende.editorial import audit, states
from allmende.editorial.actions.schedule_variant import SLOT_FIELDS, end_override
from allmende.editorial.models import Variant
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


@transaction.atomic
def withdraw_variant(*, person: Person, variant: Variant, now: datetime) -> Variant:
    """Back to `approved`, the words untouched. Raises channels' CannotWithdraw when the network may have heard them."""
    require(person, "editorial.item.schedule")
    lock_workspace(person.workspace_id)
    Variant.objects.select_for_update().get(pk=variant.pk)
    variant = Variant.objects.select_related("dispatch", "workspace").get(pk=variant.pk)
    if variant.dispatch is None:
        return variant
    withdraw_dispatch(person=person, dispatch=variant.dispatch, now=now)
    variant.state, variant.dispatch, variant.slot_at = states.APPROVED, None, None
    variant.slot_wall = variant.slot_zone = ""
    end_override(variant, now)
    variant.revision, variant.updated_at, variant.updated_by = variant.revision + 1, now, person
    variant.save(update_fields=[*SLOT_FIELDS, "state", "dispatch"])
    record_audit(workspace=variant.workspace, person=person, verb=audit.WITHDRAWN, target=variant, now=now)
    return variant
