"""Let an item come again, and stop it: at a rhythm, or from the pool into free weekly slots."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from allmende.channels.actions import CannotWithdraw
from allmende.domain.slots import slot_at
from allmende.editorial import audit, states
from allmende.editorial.actions.archive_item import archive_item, restore_item
from allmende.editorial.models import Item, Occurrence, Series
from allmende.editorial.queries import lack_words
from allmende.editorial.queries.care import lacks_of_slots
from allmende.editorial.queries.series import AHEAD, due_walls
from allmende.editorial.queries.weekly import zone_of
from allmende.team.access import require
from allmende.team.actions import change_record, record_audit, stale_undo
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person


class CannotKeepSeries(Exception):
    """Nothing was saved; the message says why and what to do."""


class UncaredSeries(CannotKeepSeries):
    """Nobody is on duty for some of the times; a reason lets them stand knowingly (S2-02, I-19)."""


@dataclass(frozen=True)
class SeriesWish:
    """How an item shall come again. `step` "" is evergreen. Exactly one of `ends_date` and `ends_after`. `knowingly`: why it
    may come although nobody is on duty for it."""

    starts_date: date
    step: str = ""
    starts_at: time | None = None
    every: int = 1
    ends_date: date | None = None
    ends_after: int | None = None
    cool_down_days: int = 0
    knowingly: str = ""

    @property
    def kind(self) -> str:
        return states.RHYTHM if self.step else states.EVERGREEN

    def of(self, item: Item) -> Series:
        """The series this would be; nothing is saved."""
        return Series(
            workspace=item.workspace, item=item, kind=self.kind, step=self.step, every=self.every,
            starts_date=self.starts_date, starts_at=self.starts_at if self.step else None, ends_date=self.ends_date,
            ends_after=self.ends_after, cool_down_days=self.cool_down_days, knowingly=self.knowingly.strip()[:300],
        )  # fmt: skip


@transaction.atomic
def start_series(*, person: Person, item: Item, wish: SeriesWish, now: datetime) -> Series:
    """Let an item come again; the caretaker makes each time an item of its own ahead. Raises CannotKeepSeries."""
    require(person, "editorial.item.schedule")
    lock_workspace(person.workspace_id)
    Item.objects.select_for_update().get(pk=item.pk)
    _check(person, item, wish)
    series = wish.of(item)
    series.created_at, series.created_by, series.updated_at, series.updated_by = now, person, now, person
    series.save(force_insert=True)
    _check_care(series, now)
    _audit(person, audit.SERIES_STARTED, series, now)
    return series


@transaction.atomic
def stop_series(*, person: Person, series: Series, now: datetime, from_number: int = 0) -> Series:
    """Nothing more is made. Items made already stay, apart from those with `from_number` and later that are not out.

    Raises CannotKeepSeries when a network may be hearing one of their texts just now.
    """
    require(person, "editorial.item.schedule")
    lock_workspace(person.workspace_id)
    series = Series.objects.select_for_update(of=("self",)).get(pk=series.pk)
    if series.stopped_at:
        raise CannotKeepSeries(_("Nothing changed. This series was stopped already."))
    change_record(record=series, person=person, now=now, seen_revision=None, stopped_at=now)
    if from_number:
        ahead = Occurrence.objects.filter(series=series, number__gte=from_number, skipped_at__isnull=True)
        for one in ahead.filter(item__archived_at__isnull=True, due_at__gt=now).select_related("item__workspace"):
            put_away(person, one, now)
    _audit(person, audit.SERIES_STOPPED, series, now)
    return series


@transaction.atomic
def undo_start(*, person: Person, series: str, revision: int, now: datetime) -> None:
    """It comes once again and no more: the series is stopped, its items that are not out are put away.

    Raises CannotUndo when somebody changed it since, or a network may be hearing one of its texts.
    """
    require(person, "editorial.item.schedule")
    lock_workspace(person.workspace_id)
    found = Series.objects.filter(workspace=person.workspace, pk=series, revision=revision, stopped_at=None).first()
    if found is None:
        raise stale_undo()
    try:
        stop_series(person=person, series=found, from_number=1, now=now)
    except CannotKeepSeries as error:
        raise stale_undo() from error


@transaction.atomic
def undo_stop(*, person: Person, series: str, revision: int, now: datetime) -> None:
    """The series goes on, and what was put away with it is back; raises CannotUndo when somebody changed it since."""
    require(person, "editorial.item.schedule")
    lock_workspace(person.workspace_id)
    found = Series.objects.select_for_update(of=("self",)).filter(workspace=person.workspace, pk=series).first()
    if found is None or found.revision != revision or found.stopped_at is None or _runs_anew(found):
        raise stale_undo()
    for one in found.occurrences.filter(skipped_at=found.stopped_at).select_related("item__workspace"):
        bring_back(person, one, now)
    change_record(record=found, person=person, now=now, seen_revision=None, stopped_at=None)
    _audit(person, audit.SERIES_UNDONE, found, now)


def put_away(person: Person, occurrence: Occurrence, now: datetime) -> None:
    """Out of the queue and the calendar, remembered as skipped. Raises CannotKeepSeries."""
    if occurrence.item is None:
        return
    try:
        archive_item(person=person, item=occurrence.item, now=now)
    except CannotWithdraw as error:
        raise CannotKeepSeries(str(error)) from error
    occurrence.skipped_at, occurrence.skipped_by = now, person
    occurrence.save(update_fields=["skipped_at", "skipped_by"])


def bring_back(person: Person, occurrence: Occurrence, now: datetime) -> None:
    """As it was before it was skipped."""
    if occurrence.item is not None:
        restore_item(person=person, item=occurrence.item, now=now)
    occurrence.skipped_at = occurrence.skipped_by = None
    occurrence.save(update_fields=["skipped_at", "skipped_by"])


def _runs_anew(series: Series) -> bool:
    return Series.objects.filter(item=series.item_id, stopped_at__isnull=True).exists()


def _check(person: Person, item: Item, wish: SeriesWish) -> None:
    if item.workspace_id != person.workspace_id or item.archived_at:
        raise CannotKeepSeries(_("Nothing was saved. This item was put away; bring it back first."))
    if Occurrence.objects.filter(item=item).exists():
        raise CannotKeepSeries(_("Nothing was saved. This item comes from a series itself; change that one."))
    if Series.objects.filter(item=item, stopped_at__isnull=True).exists():
        raise CannotKeepSeries(_("Nothing was saved. This item comes again already. Stop that series first."))
    if not item.variants.filter(dropped_at__isnull=True).exists():
        raise CannotKeepSeries(
            _("Nothing was saved. Write a text for a channel first; without one there is nothing to say.")
        )
    if (wish.ends_date is None) == (wish.ends_after is None):
        raise CannotKeepSeries(_("Nothing was saved. Say when it ends: on a day, or after a number of times."))
    if wish.ends_date and wish.ends_date < wish.starts_date:
        raise CannotKeepSeries(_("Nothing was saved. It would end before it begins."))
    if wish.step and wish.starts_at is None:
        raise CannotKeepSeries(_("Nothing was saved. Say at what time it comes."))
    if not wish.step and not wish.cool_down_days:
        raise CannotKeepSeries(
            _("Nothing was saved. Say how many days must pass before the same words come again in a channel.")
        )


def _check_care(series: Series, now: datetime) -> None:
    """The times that become items at once must find somebody on duty, or the series says why not."""
    if series.is_evergreen or series.knowingly:
        return
    zone = ZoneInfo(series.workspace.zone)
    walls = [wall for _number, wall in due_walls(series, (now + AHEAD).astimezone(zone).replace(tzinfo=None))]
    texts = series.item.variants.filter(dropped_at__isnull=True, channel__archived_at__isnull=True)
    slots = [
        (one.channel.hours_id, at)
        for one in texts.select_related("channel__hours")
        for wall in walls
        if (at := slot_at(wall, zone_of(one.channel, series.workspace)).at) > now
    ]
    care = timedelta(minutes=series.item.care_minutes)
    if lacks := [one for found in lacks_of_slots(series.workspace, slots, care) for one in found]:
        raise UncaredSeries(
            _(
                "Nothing was saved. Nobody is on duty: %(hours)s. Choose another time, let somebody take these hours, or say "
                "why it may come all the same."
            )
            % {"hours": lack_words(list(dict.fromkeys(lacks))[:3])}
        )


def _audit(person: Person, verb: str, series: Series, now: datetime) -> None:
    after: Mapping[str, Any] = {"item": str(series.item_id), "kind": series.kind, "step": series.step}
    after = {**after, "knowingly": series.knowingly} if series.knowingly else after
    record_audit(workspace=series.workspace, person=person, verb=verb, target=series, now=now, after=after)
