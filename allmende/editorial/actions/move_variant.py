"""Give a variant another place in the calendar, whatever its state; what the queue carries moves there too."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.channels.actions import CannotWithdraw
from allmende.channels.states import SENT, SPEAKING, UNCLEAR
from allmende.domain.slots import slot_at
from allmende.editorial import audit, states
from allmende.editorial.actions.schedule_variant import (
    SLOT_FIELDS,
    CannotSchedule,
    check_cool_down,
    check_not_dropped,
    check_rights,
    end_override,
    hand_variant_over,
    instant_ahead,
    settle_care,
)
from allmende.editorial.actions.withdraw_variant import withdraw_variant
from allmende.editorial.models import CareOverride, Item, Variant
from allmende.editorial.queries import proposed_wall
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

GONE = (SENT, SPEAKING, UNCLEAR)


class StaleSlot(CannotSchedule):
    """Not moved: somebody else changed or moved the variant since this person looked."""


@dataclass(frozen=True)
class Moved:
    """A variant in its new place, and where it stood: `before` is the earlier wall-clock time, "" when it had none.

    `comes_twice`: the clocks show the new time twice that night, the first is meant.
    """

    variant: Variant
    before: str
    comes_twice: bool = False


@transaction.atomic
def move_variant(
    *,
    person: Person,
    variant: Variant,
    wall: datetime | None,
    zone: str,
    seen_revision: int | None,
    now: datetime,
    knowingly: str = "",
    is_undo: bool = False,
) -> Moved:
    """Move to `wall`, naive wall-clock time in `zone`; None takes the slot away, and the text out of the queue.

    What is approved is handed over for its slot, what is not keeps it as an intention. `seen_revision`: the variant's
    revision the person saw. `knowingly`: why it may leave although nobody is on duty for it. `is_undo`: it goes back, and
    what was borne there counts again. Raises CannotSchedule, NoCare among it, and StaleSlot when the variant moved on
    meanwhile.
    """
    require(person, "editorial.item.schedule")
    lock_workspace(person.workspace_id)
    Variant.objects.select_for_update().get(pk=variant.pk)
    fresh = Variant.objects.select_related("dispatch", "updated_by", "item", "workspace", "channel").get(pk=variant.pk)
    before = fresh.slot_wall
    _check(fresh, seen_revision)
    check_not_dropped(fresh)
    if is_undo:
        _undo_override(fresh, slot_at(wall, zone).at if wall else None)
    if wall is None:
        return Moved(_clear(person, fresh, now), before)
    at = instant_ahead(wall, zone, now)
    comes_twice = slot_at(wall, zone).change == "twice"
    if fresh.state in (states.APPROVED, states.HANDED_OVER):
        return Moved(hand_variant_over(person, fresh, at, wall, zone, now, knowingly), before, comes_twice)
    check_rights(fresh, at)
    check_cool_down(fresh, at)
    settle_care(person, fresh, at, now, knowingly)
    _intend(person, fresh, at, wall.isoformat(timespec="minutes"), zone, now)
    return Moved(fresh, before, comes_twice)


@transaction.atomic
def place_item(*, person: Person, item: Item, on: date, now: datetime) -> dict[str, str]:
    """Give the texts of an item that have no slot yet a good one on that day; why not, by the channel's name."""
    require(person, "editorial.item.schedule")
    lock_workspace(person.workspace_id)
    why_not = {}
    for variant in item.variants.select_related("channel__hours", "item", "workspace").filter(slot_at__isnull=True):
        wall = proposed_wall(item.workspace, variant, on, now)
        try:
            move_variant(
                person=person, variant=variant, wall=wall, zone=item.workspace.zone, seen_revision=None, now=now
            )
        except CannotSchedule as error:
            why_not[variant.channel.name] = str(error)
    return why_not


def _check(variant: Variant, seen_revision: int | None) -> None:
    if variant.dispatch and variant.dispatch.state in GONE:
        raise CannotSchedule(
            _("Not moved. It is out already or is just being said; what members read has no other date.")
        )
    if seen_revision is not None and variant.revision != seen_revision:
        name = variant.updated_by.name if variant.updated_by else _("Somebody")
        raise StaleSlot(
            _(
                "Not moved. %(name)s changed or moved this text meanwhile. You see it now where it stands; move it again."
            )
            % {"name": name}
        )


def _undo_override(variant: Variant, at: datetime | None) -> None:
    """What was borne at the slot it leaves never was; what was borne at the slot it goes back to stands again."""
    CareOverride.objects.filter(variant=variant, ended_at__isnull=True).delete()
    earlier = CareOverride.objects.filter(variant=variant, slot_at=at).order_by("-ended_at").first() if at else None
    if earlier is not None:
        earlier.ended_at = None
        earlier.save(update_fields=["ended_at"])


def _clear(person: Person, variant: Variant, now: datetime) -> Variant:
    if variant.dispatch is None:
        end_override(variant, now)
        _intend(person, variant, None, "", "", now)
        return variant
    try:
        return withdraw_variant(person=person, variant=variant, now=now)
    except CannotWithdraw as error:
        raise CannotSchedule(str(error)) from error


def _intend(person: Person, variant: Variant, at: datetime | None, wall: str, zone: str, now: datetime) -> None:
    variant.slot_at, variant.slot_wall, variant.slot_zone = at, wall, zone
    variant.revision, variant.updated_at, variant.updated_by = variant.revision + 1, now, person
    variant.save(update_fields=[*SLOT_FIELDS])
    record_audit(
        workspace=variant.workspace,
        person=person,
        verb=audit.MOVED,
        target=variant,
        now=now,
        after={"slot_at": at.isoformat() if at else ""},
    )
