"""One time of a series is said at another time; the series goes on as it was."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.editorial.actions.keep_series import CannotKeepSeries, UncaredSeries
from allmende.editorial.actions.move_variant import GONE, move_variant
from allmende.editorial.actions.schedule_variant import CannotSchedule, NoCare
from allmende.editorial.models import Occurrence, Variant
from allmende.editorial.queries.weekly import zone_of
from allmende.team.access import require
from allmende.team.actions import stale_undo
from allmende.team.models import Person

# The id of a text, where it stood (wall-clock time and zone), its revision after the move.
Stood = list[tuple[str, str, str, int]]


@transaction.atomic
def move_occurrence(
    *, person: Person, occurrence: Occurrence, wall: datetime, now: datetime, knowingly: str = ""
) -> Stood:
    """Say this one time at `wall`, on each channel's own clock; what is out already stays. Returns where its texts stood.

    `knowingly`: why, where nobody is on duty for it then. Raises CannotKeepSeries when nothing was moved.
    """
    require(person, "editorial.item.schedule")
    if occurrence.item_id is None or occurrence.skipped_at:
        raise CannotKeepSeries(_("Not moved. This time is skipped; bring it back first."))
    rows = Variant.objects.filter(item=occurrence.item_id, dropped_at__isnull=True, slot_at__isnull=False)
    variants = [one for one in rows.select_related(*_READ) if not (one.dispatch and one.dispatch.state in GONE)]
    if not variants:
        raise CannotKeepSeries(_("Not moved. All its texts are out already or were dropped."))
    stood: Stood = []
    for variant in variants:
        zone = zone_of(variant.channel, variant.workspace)
        moved = _move(person, variant, wall, zone, None, now, knowingly=knowingly)
        stood.append((str(variant.pk), variant.slot_wall, variant.slot_zone, moved.revision))
    return stood


@transaction.atomic
def undo_move_occurrence(*, person: Person, stood: Stood, now: datetime) -> None:
    """Its texts stand where they stood; raises CannotUndo when somebody changed one since, or that time has passed."""
    require(person, "editorial.item.schedule")
    for key, wall, zone, revision in stood:
        rows = Variant.objects.select_related(*_READ).filter(workspace=person.workspace, pk=UUID(key))
        found = rows.first()
        if found is None:
            raise stale_undo()
        try:
            _move(person, found, datetime.fromisoformat(wall), zone, revision, now, is_undo=True)
        except CannotKeepSeries as error:
            raise stale_undo() from error


_READ = ("channel__hours", "workspace", "dispatch", "item")


def _move(
    person: Person,
    variant: Variant,
    wall: datetime,
    zone: str,
    seen_revision: int | None,
    now: datetime,
    *,
    is_undo: bool = False,
    knowingly: str = "",
) -> Variant:
    try:
        moved = move_variant(
            person=person, variant=variant, wall=wall, zone=zone, seen_revision=seen_revision, now=now, is_undo=is_undo,
            knowingly=knowingly,
        )  # fmt: skip
    except NoCare as error:
        raise UncaredSeries(str(error)) from error
    except CannotSchedule as error:
        raise CannotKeepSeries(str(error)) from error
    return moved.variant
