"""Approve exactly these words."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.editorial import audit, states
from allmende.editorial.actions.schedule_variant import CannotSchedule, hand_variant_over
from allmende.editorial.models import Item, Variant
from allmende.editorial.queries import hash_of, is_alone, parts_of, pictures_of
from allmende.team.access import require
from allmende.team.actions import NotTrained, check_trained, record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person
from allmende.team.states import PUBLISHING_GATE


class CannotApprove(Exception):
    """The variant was not approved; the message says why."""


@transaction.atomic
def approve_item(*, person: Person, item: Item, seen: Mapping[UUID, str], now: datetime) -> int:
    """Approve the texts of an item as `person` saw them (`seen`: hash by variant), all of them or none; how many."""
    require(person, "editorial.item.approve")
    lock_workspace(person.workspace_id)
    waiting = list(item.variants.filter(state=states.CHECKED, pk__in=list(seen)).order_by("pk"))
    for variant in waiting:
        approve_variant(person=person, variant=variant, seen_hash=seen[variant.pk], now=now)
    return len(waiting)


@transaction.atomic
def approve_variant(*, person: Person, variant: Variant, seen_hash: str, now: datetime) -> Variant:
    """Bind the approval to the hash of the words `person` saw. A single person may approve their own (I-03).

    Approved again, the same words keep the approval they have. A slot chosen before is kept: the text goes into the
    queue for it, unless that time has passed or the channel is not live.
    """
    require(person, "editorial.item.approve")
    lock_workspace(person.workspace_id)
    Variant.objects.select_for_update().get(pk=variant.pk)
    variant = Variant.objects.select_related("item", "workspace").get(pk=variant.pk)
    current = hash_of(variant.item.title, variant.text, pictures_of(variant.item), parts_of(variant))
    if variant.approved_hash == current == seen_hash:
        return variant
    if variant.state != states.CHECKED:
        raise CannotApprove(
            _("Not approved. The text does not pass the checks of this channel yet; see below what is missing.")
        )
    if current != seen_hash:
        raise CannotApprove(
            _("Not approved. The text has changed since you read it. Please read it again; nothing is lost.")
        )
    _check_trained(person, now)
    _check_steps(variant)
    bind_approval(variant, current, person, now)
    return keep_slot(person, variant, now)


def bind_approval(variant: Variant, text_hash: str, person: Person | None, now: datetime) -> None:
    """Approved from now on, for the words of this hash alone; `person` is None where somebody outside said the last yes."""
    variant.state, variant.approved_hash = states.APPROVED, text_hash
    variant.approved_by, variant.approved_at = person, now
    variant.save(update_fields=["state", "approved_hash", "approved_by", "approved_at"])
    record_audit(
        workspace=variant.workspace, person=person, verb=audit.APPROVED, target=variant, now=now,
        after={"text_hash": text_hash},
    )  # fmt: skip


def _check_trained(person: Person, now: datetime) -> None:
    """Nobody approves without the training it needs (S3-16)."""
    try:
        check_trained(person, PUBLISHING_GATE, person.workspace.day_at(now))
    except NotTrained as error:
        raise CannotApprove(f"{_('Not approved.')} {error}") from error


def _check_steps(variant: Variant) -> None:
    """Steps are answered by their reviewers. Whoever has come to work alone sets them aside with their own check (I-03)."""
    if not variant.item.steps.exists():
        return
    if not is_alone(variant.workspace):
        raise CannotApprove(
            _("Not approved. This item has steps of approval: each of their reviewers answers, then it is approved.")
        )
    variant.item.steps.all().delete()


def keep_slot(person: Person, variant: Variant, now: datetime) -> Variant:
    """Into the queue for the slot chosen before, unless that time has passed or the channel is not live."""
    if variant.slot_at is None or variant.slot_at <= now:
        return variant
    wall = datetime.fromisoformat(variant.slot_wall)
    try:
        with transaction.atomic():
            return hand_variant_over(person, variant, variant.slot_at, wall, variant.slot_zone, now)
    except CannotSchedule:  # the approval holds; the screen says that there is no slot yet
        return Variant.objects.select_related("item", "workspace", "dispatch").get(pk=variant.pk)
