"""One time of a series is left out, or it and all following come at another time."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.domain.slots import comes_round, slot_at
from allmende.editorial import audit, states
from allmende.editorial.actions.keep_series import CannotKeepSeries, UncaredSeries, bring_back, put_away
from allmende.editorial.actions.move_variant import move_variant
from allmende.editorial.actions.schedule_variant import CannotSchedule, NoCare
from allmende.editorial.models import Occurrence, Series, Variant
from allmende.editorial.queries.weekly import zone_of
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person

MOVED_FIELDS = ("starts_date", "starts_at", "first_number", "knowingly")


@transaction.atomic
def skip_occurrence(*, person: Person, occurrence: Occurrence, now: datetime) -> Occurrence:
    """This one time it is not said; the series goes on, and nothing fills its place. Raises CannotKeepSeries."""
    require(person, "editorial.item.schedule")
    lock_workspace(person.workspace_id)
    occurrence = Occurrence.objects.select_for_update(of=("self",)).get(pk=occurrence.pk)
    if occurrence.skipped_at:
        raise CannotKeepSeries(_("Nothing changed. This time is skipped already."))
    if occurrence.due_at <= now:
        raise CannotKeepSeries(_("Not skipped. Its time has passed."))
    put_away(person, occurrence, now)
    _audit(person, audit.OCCURRENCE_SKIPPED, occurrence, now)
    return occurrence


@transaction.atomic
def undo_skip(*, person: Person, occurrence: int, now: datetime) -> None:
    """It is said again at its time; raises CannotUndo when it is not skipped any more."""
    require(person, "editorial.item.schedule")
    lock_workspace(person.workspace_id)
    rows = Occurrence.objects.select_for_update(of=("self",)).filter(series__workspace=person.workspace)
    found = rows.filter(pk=occurrence, skipped_at__isnull=False).first()
    if found is None:
        raise stale_undo()
    bring_back(person, found, now)
    _audit(person, audit.SERIES_UNDONE, found, now)


@transaction.atomic
def move_following(
    *, person: Person, occurrence: Occurrence, wall: datetime, now: datetime, knowingly: str = ""
) -> dict[str, Any]:
    """This time and all following come at another time: the rhythm begins anew at `wall`, on each channel's own clock.

    Items made already move along, unless somebody had put them elsewhere. `knowingly`: why, where nobody is on duty for them
    then; it holds for the times to come as well. Returns what the series held before. Raises CannotKeepSeries when nothing
    was moved.
    """
    require(person, "editorial.item.schedule")
    lock_workspace(person.workspace_id)
    series = Series.objects.select_for_update(of=("self",)).select_related("workspace").get(pk=occurrence.series_id)
    if series.kind != states.RHYTHM or series.stopped_at:
        raise CannotKeepSeries(_("Not moved. This series has no rhythm that goes on."))
    if slot_at(wall, series.workspace.zone).at <= now:
        raise CannotKeepSeries(_("Not moved. This time has passed. Choose a later one."))
    before = {name: getattr(series, name) for name in MOVED_FIELDS}
    if series.ends_date and wall.date() > series.ends_date:
        raise CannotKeepSeries(_("Not moved. The series ends before that day."))
    new = {"starts_date": wall.date(), "starts_at": wall.time(), "first_number": occurrence.number}
    new |= {"knowingly": knowingly.strip()[:300]} if knowingly.strip() else {}
    _begin_anew(person, series, occurrence.number, new, now)
    return before


@transaction.atomic
def undo_move_following(
    *, person: Person, series: str, revision: int, number: int, before: dict[str, Any], now: datetime
) -> None:
    """The rhythm is what it was; raises CannotUndo when somebody changed the series since."""
    require(person, "editorial.item.schedule")
    lock_workspace(person.workspace_id)
    rows = Series.objects.select_for_update(of=("self",)).select_related("workspace")
    found = rows.filter(workspace=person.workspace, pk=series, revision=revision, stopped_at__isnull=True).first()
    if found is None:
        raise stale_undo()
    kinds = {field.name: field for field in Series._meta.concrete_fields}
    fields = {name: kinds[name].to_python(before[name]) for name in MOVED_FIELDS if name in before}
    try:
        _begin_anew(person, found, number, fields, now)
    except CannotKeepSeries as error:
        raise stale_undo() from error


def _begin_anew(person: Person, series: Series, number: int, fields: dict[str, Any], now: datetime) -> None:
    change_record(record=series, person=person, now=now, seen_revision=None, **fields)
    walls = dict(zip(range(series.first_number, series.first_number + 2000), comes_round(series.rhythm), strict=False))
    rows = Occurrence.objects.filter(series=series, number__gte=number, skipped_at__isnull=True, item__isnull=False)
    found = [one for one in rows.order_by("number") if one.number in walls]
    is_later = bool(found) and walls[found[0].number] > datetime.fromisoformat(found[0].due_wall)
    # The last first where all come later: in between none stands nearer to the next than it may.
    for one in reversed(found) if is_later else found:
        _move(person, one, walls[one.number], series, now)
    record_audit(workspace=series.workspace, person=person, verb=audit.SERIES_MOVED, target=series, now=now)


def _move(person: Person, occurrence: Occurrence, wall: datetime, series: Series, now: datetime) -> None:
    """Its texts that stand where the series put them; the others stay."""
    stood, occurrence.due_wall = occurrence.due_wall, wall.isoformat(timespec="minutes")
    variants = Variant.objects.filter(item=occurrence.item_id, slot_wall=stood, dropped_at__isnull=True)
    try:
        for variant in variants.select_related("channel__hours", "workspace"):
            zone = zone_of(variant.channel, series.workspace)
            move_variant(
                person=person, variant=variant, wall=wall, zone=zone, seen_revision=None, now=now,
                knowingly=series.knowingly,
            )  # fmt: skip
    except NoCare as error:
        raise UncaredSeries(str(error)) from error
    except CannotSchedule as error:
        raise CannotKeepSeries(str(error)) from error
    occurrence.due_at = slot_at(wall, series.workspace.zone).at
    occurrence.save(update_fields=["due_wall", "due_at"])


def _audit(person: Person, verb: str, occurrence: Occurrence, now: datetime) -> None:
    after = {"number": occurrence.number, "item": str(occurrence.item_id)}
    record_audit(workspace=person.workspace, person=person, verb=verb, target=occurrence.series, now=now, after=after)
