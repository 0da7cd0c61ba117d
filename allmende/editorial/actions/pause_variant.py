"""Keep a text from leaving, let it leave again, or take it out of the plan for good (S2-10)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.channels.actions import CannotPause, CannotWithdraw, pause_dispatch, resume_dispatch
from allmende.channels.states import HELD, MISSED, WAITING
from allmende.editorial import audit
from allmende.editorial.actions.move_variant import GONE
from allmende.editorial.actions.schedule_variant import SLOT_FIELDS, CannotSchedule, end_override
from allmende.editorial.actions.withdraw_variant import withdraw_variant
from allmende.editorial.models import Variant
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

PAUSABLE = (WAITING, HELD)


@transaction.atomic
def pause_variant(*, person: Person, variant: Variant, now: datetime) -> Variant:
    """It keeps its slot and does not leave. Raises CannotSchedule when it is out, failed, dropped or paused already."""
    require(person, "editorial.item.schedule")
    lock_workspace(person.workspace_id)
    fresh = _locked(variant)
    if fresh.dropped_at:
        raise CannotSchedule(_("Not paused. It was dropped; it leaves anyway only when somebody resumes it."))
    if fresh.paused_at:
        raise CannotSchedule(_("Not paused. It is paused already."))
    if fresh.dispatch and fresh.dispatch.state not in PAUSABLE:
        raise CannotSchedule(_("Not paused. It did not go out when it should; the queue says why and what to do."))
    try:
        if fresh.dispatch:
            pause_dispatch(person=person, dispatch=fresh.dispatch, now=now)
    except CannotPause as error:
        raise CannotSchedule(str(error)) from error
    fresh.paused_at = now
    return _saved(person, fresh, audit.PAUSED, now)


@transaction.atomic
def resume_variant(*, person: Person, variant: Variant, now: datetime) -> Variant:
    """What was paused leaves at its slot again; what was dropped is back, without a date. Raises CannotSchedule."""
    require(person, "editorial.item.schedule")
    lock_workspace(person.workspace_id)
    fresh = _locked(variant)
    if not fresh.paused_at and not fresh.dropped_at:
        raise CannotSchedule(_("Not resumed. It is neither paused nor dropped."))
    if fresh.dispatch and fresh.dispatch.state == MISSED:
        raise CannotSchedule(_("Not resumed. Its slot passed while it was paused. Move it to a later time first."))
    fresh.paused_at = fresh.dropped_at = None
    saved = _saved(person, fresh, audit.RESUMED, now)
    if saved.dispatch:
        resume_dispatch(person=person, dispatch=saved.dispatch, now=now)
    return saved


@transaction.atomic
def drop_variant(*, person: Person, variant: Variant, now: datetime) -> Variant:
    """Out of the queue and the calendar; its words and its approval stay. Raises CannotSchedule when it is out already."""
    require(person, "editorial.item.schedule")
    lock_workspace(person.workspace_id)
    fresh = _locked(variant)
    if fresh.dropped_at:
        raise CannotSchedule(_("Not dropped. It was dropped already."))
    try:
        fresh = withdraw_variant(person=person, variant=fresh, now=now)
    except CannotWithdraw as error:
        raise CannotSchedule(str(error)) from error
    end_override(fresh, now)
    fresh.slot_at, fresh.slot_wall, fresh.slot_zone = None, "", ""
    fresh.paused_at, fresh.dropped_at = None, now
    return _saved(person, fresh, audit.DROPPED, now)


def _locked(variant: Variant) -> Variant:
    Variant.objects.select_for_update().get(pk=variant.pk)
    fresh = Variant.objects.select_related("dispatch", "updated_by", "item", "workspace").get(pk=variant.pk)
    if fresh.dispatch and fresh.dispatch.state in GONE:
        raise CannotSchedule(_("Nothing changed. It is out already or is just being said."))
    return fresh


def _saved(person: Person, variant: Variant, verb: str, now: datetime) -> Variant:
    variant.revision, variant.updated_at, variant.updated_by = variant.revision + 1, now, person
    variant.save(update_fields=[*SLOT_FIELDS, "paused_at", "dropped_at"])
    record_audit(workspace=variant.workspace, person=person, verb=verb, target=variant, now=now)
    return variant
