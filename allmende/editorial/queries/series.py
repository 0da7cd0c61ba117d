"""What comes again: the series of a workspace, what each made, and where the same words stand already."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice, takewhile
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q

from allmende.channels.states import SENT
from allmende.domain.slots import comes_round, is_fresh
from allmende.editorial.models import Item, Occurrence, Series, Variant
from allmende.team.models import Workspace

# How far ahead the items of a rhythm are made, so that they can be read, approved and moved.
AHEAD = timedelta(days=14)
SHOWN = 5
RUNNING, RESTING, STOPPED, OVER = "running", "resting", "stopped", "over"


@dataclass(frozen=True)
class SeriesRow:
    """A series with what it made and what still lies ahead; `following`: naive wall-clock times not made yet."""

    series: Series
    ahead: Sequence[Occurrence]
    made: int
    following: Sequence[datetime]
    state: str


def series_of(item: Item) -> Series | None:
    """The series by which an item comes again now, or that it came from; the running one first."""
    running = Series.objects.filter(item=item, stopped_at__isnull=True).select_related("item").first()
    if running:
        return running
    found = Occurrence.objects.filter(item=item).select_related("series__item").first()
    return found.series if found else None


def series_rows(workspace: Workspace, now: datetime, words: str = "") -> list[SeriesRow]:
    """The running series by title, then those that were stopped in the last month; three queries.

    With `words` all whose title or text holds them, however long ago they were stopped.
    """
    rows = Series.objects.filter(workspace=workspace).select_related("item", "workspace", "updated_by")
    for word in words.split():
        said = Variant.objects.filter(item=OuterRef("item"), text__icontains=word)
        rows = rows.filter(Q(item__title__icontains=word) | Exists(said))
    if not words.strip():
        rows = rows.filter(Q(stopped_at__isnull=True) | Q(stopped_at__gt=now - timedelta(days=30)))
    series = list(rows.order_by("stopped_at", "item__title"))
    ahead: dict[UUID, list[Occurrence]] = {}
    known = Occurrence.objects.filter(series__in=series, due_at__gt=now, skipped_at__isnull=True, why_not="")
    for one in known.select_related("item", "channel__account").order_by("due_at"):
        ahead.setdefault(one.series_id, []).append(one)
    made: dict[UUID, set[int]] = {}
    for key, number in Occurrence.objects.filter(series__in=series).values_list("series", "number"):
        made.setdefault(key, set()).add(number)
    return [_row(one, ahead.get(one.pk, []), made.get(one.pk, set()), workspace, now) for one in series]


def _row(series: Series, ahead: Sequence[Occurrence], made: set[int], workspace: Workspace, now: datetime) -> SeriesRow:
    following = (
        []
        if series.is_evergreen or series.stopped_at
        else next_walls(series, made, now.astimezone(ZoneInfo(workspace.zone)).replace(tzinfo=None))
    )
    last = max(made, default=0)
    state = standing(series, last, has_more=bool(ahead or following), now=now)
    return SeriesRow(series, ahead, last, following, state)


def standing(series: Series, made: int, *, has_more: bool, now: datetime) -> str:
    """Where a series stands: it runs, rests while its item is put away, was stopped, or has reached its end."""
    if series.stopped_at:
        return STOPPED
    today = now.astimezone(ZoneInfo(series.workspace.zone)).date()
    if is_over(series, made, today) if series.is_evergreen else not has_more:
        return OVER
    return RESTING if series.item.archived_at else RUNNING


def next_walls(series: Series, made: Collection[int], after: datetime) -> list[datetime]:
    """The next times of a rhythm past the wall-clock time `after`, apart from the numbers that are `made`."""
    numbered = enumerate(comes_round(series.rhythm), series.first_number)
    return list(islice((wall for number, wall in numbered if number not in made and wall > after), SHOWN))


def due_walls(series: Series, until: datetime) -> list[tuple[int, datetime]]:
    """The times of a rhythm up to the wall-clock time `until` that nobody made an item of yet, each with its number."""
    known = set(Occurrence.objects.filter(series=series).values_list("number", flat=True))
    numbered = enumerate(comes_round(series.rhythm), series.first_number)
    return [one for one in takewhile(lambda one: one[1] <= until, numbered) if one[0] not in known]


def is_fresh_there(variant: Variant, series: Series, at: datetime, zone: str) -> bool:
    """May the variant's words stand in its channel at `at`, by the cool-down of the series?"""
    if not series.cool_down_days:
        return True
    near = timedelta(days=series.cool_down_days + 1)
    return is_fresh(at, _said(variant, series, at - near, at + near), zone, series.cool_down_days)


def said_near(variant: Variant, series: Series, now: datetime) -> list[datetime]:
    """When its words stood or stand in its channel, as far as the cool-down can ask for it."""
    near = timedelta(days=series.cool_down_days + 1)
    return _said(variant, series, now - near, now + timedelta(days=3650)) + (
        [variant.slot_at] if variant.slot_at else []
    )


def last_said(variant: Variant, series: Series, before: datetime) -> datetime | None:
    """When its words stood in its channel last."""
    return max(_said(variant, series, before - timedelta(days=3650), before), default=None)


def _said(variant: Variant, series: Series, start: datetime, end: datetime) -> list[datetime]:
    """When the same words stand in its channel, apart from the variant itself. Without words: the same pictures."""
    own = Q(item=series.item_id) | Q(item__occurrence__series=series)
    same = Q(text=variant.text) if variant.text.strip() else own
    rows = Variant.objects.filter(same, channel=variant.channel_id, slot_at__gt=start, slot_at__lt=end)
    rows = rows.filter(Q(item__archived_at__isnull=True) | Q(dispatch__state=SENT), dropped_at__isnull=True)
    return [at for at in rows.exclude(pk=variant.pk).values_list("slot_at", flat=True) if at]


def taken_slots(workspace: Workspace, channel_id: UUID, start: datetime, end: datetime) -> list[datetime]:
    """When texts of the channel leave, and the slots of what was skipped, which stay empty."""
    rows = Variant.objects.filter(workspace=workspace, channel=channel_id, slot_at__gte=start, slot_at__lt=end)
    rows = rows.filter(Q(item__archived_at__isnull=True) | Q(dispatch__state=SENT), dropped_at__isnull=True)
    skipped = Occurrence.objects.filter(channel=channel_id, due_at__gte=start, due_at__lt=end, skipped_at__isnull=False)
    return [at for at in (*rows.values_list("slot_at", flat=True), *skipped.values_list("due_at", flat=True)) if at]


def is_over(series: Series, made: int, on_day: date) -> bool:
    """Has an evergreen item reached its end by that day of its channel?"""
    if series.ends_after is not None:
        return made >= series.ends_after
    return series.ends_date is not None and on_day > series.ends_date


def running_series(kind: str) -> list[Series]:
    """The series of a kind that make items now; one whose item was put away rests."""
    rows = Series.objects.filter(kind=kind, stopped_at__isnull=True, item__archived_at__isnull=True)
    return list(rows.select_related("item", "workspace", "updated_by").order_by("created_at", "pk"))
