"""One press where somebody works alone: whoever gives their text its slot has read it, and nobody else has to (I-03, S4-14)."""

from datetime import datetime

from django.db import transaction

from allmende.editorial import states
from allmende.editorial.actions.approve_variant import CannotApprove, approve_variant
from allmende.editorial.actions.move_variant import Moved, move_variant
from allmende.editorial.actions.schedule_variant import CannotSchedule, publish_now
from allmende.editorial.models import Variant
from allmende.editorial.queries import is_solo
from allmende.team.models import Person


@transaction.atomic
def publish_read(*, person: Person, variant: Variant, seen_hash: str, now: datetime, knowingly: str = "") -> Variant:
    """As `publish_now`; where `person` works alone, the words of `seen_hash` are approved by it. Raises CannotSchedule."""
    _approve_own(person, variant, seen_hash, now)
    return publish_now(person=person, variant=variant, now=now, knowingly=knowingly)


@transaction.atomic
def move_read(
    *, person: Person, variant: Variant, wall: datetime, zone: str, seen_hash: str, now: datetime, knowingly: str = ""
) -> Moved:
    """As `move_variant`; where `person` works alone, the words of `seen_hash` are approved by it. Raises CannotSchedule."""
    _approve_own(person, variant, seen_hash, now)
    return move_variant(
        person=person, variant=variant, wall=wall, zone=zone, seen_revision=None, now=now, knowingly=knowingly
    )


def _approve_own(person: Person, variant: Variant, seen_hash: str, now: datetime) -> None:
    if not seen_hash or variant.state != states.CHECKED or not is_solo(variant.workspace):
        return
    try:
        approve_variant(person=person, variant=variant, seen_hash=seen_hash, now=now)
    except CannotApprove as error:
        raise CannotSchedule(str(error)) from error
