"""What the screens of series show: all of them, one with what it made, and the next dates with the turns of the clocks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, Q, QuerySet

from allmende.domain.slots import comes_round, is_fresh, next_weekly, slot_at
from allmende.editorial.models import Item, Occurrence, Series, Variant
from allmende.editorial.queries.entries import ANY_SERIES
from allmende.editorial.queries.series import SHOWN, said_near, standing, taken_slots
from allmende.editorial.queries.weekly import Weekly, weekly_of, zone_of
from allmende.team.models import Workspace
from allmende.team.queries import default_hours, hours_of

PAST_SHOWN = 20
# A daily series with a long cool-down passes over many days before the next one is said.
MOST_TRIED = 400


@dataclass(frozen=True)
class Clock:
    """One time on the clock of `zone`: `change` as in `domain.slots.Slot`; `turned`: the clocks were put forward or back since
    the date before; never of the first one."""

    at: datetime
    zone: str
    channels: tuple[str, ...]
    change: str = ""
    turned: str = ""


@dataclass(frozen=True)
class Coming:
    """A date of a series that has no item yet. `left_out`: so many before it are passed over, as the same words rest.
    `number`: of a rhythm, 0 in the pool."""

    clocks: Sequence[Clock]
    left_out: int = 0
    number: int = 0


@dataclass(frozen=True)
class Dates:
    """The next dates; `times` and `last`: how often a rhythm comes in all and its last time, None for the pool. `without`:
    channels that have no weekly slot for the pool to fill. `has_more`: a rhythm goes on after these."""

    coming: Sequence[Coming]
    times: int | None = None
    last: datetime | None = None
    without: tuple[str, ...] = ()
    is_apart: bool = False
    has_more: bool = False


@dataclass(frozen=True)
class Time:
    """One time of a series with its texts; `at`: when the first of them leaves or left, else when the series put it."""

    occurrence: Occurrence
    variants: Sequence[Variant]
    at: datetime
    is_moved: bool

    @property
    def can_change(self) -> bool:
        return self.occurrence.item_id is not None and self.occurrence.skipped_at is None


@dataclass(frozen=True)
class SeriesPage:
    """A series: where it stands, what is ahead, what follows, what is past (newest first); `older`: the page goes on there."""

    series: Series
    state: str
    ahead: Sequence[Time]
    past: Sequence[Time]
    dates: Dates
    made: int
    older: int | None = None

    @property
    def past_items(self) -> list[str]:
        return [str(one.occurrence.item_id) for one in self.past if one.can_change]


def series_page(series: Series, now: datetime, before: int | None = None, shown: int = SHOWN) -> SeriesPage:
    """One series with its times and the next `shown` dates; some eight queries, two more for each channel with weekly slots."""
    rows = _times(series)
    still = Q(due_at__gt=now) | Q(item__variants__slot_at__gt=now, item__variants__dropped_at__isnull=True)
    ahead = sorted((_time(one) for one in rows.filter(still).distinct()), key=lambda one: one.at)
    ids = [one.occurrence.pk for one in ahead]
    done = rows.exclude(pk__in=ids).order_by("-number")
    done = done.filter(number__lt=before) if before else done
    past = [_time(one) for one in done[: PAST_SHOWN + 1]]
    made = frozenset(Occurrence.objects.filter(series=series).values_list("number", flat=True))
    last = max(made, default=0)
    is_over = bool(series.stopped_at or series.item.archived_at)
    dates = Dates([]) if is_over else dates_of(series, now, made, shown)
    older = past[PAST_SHOWN - 1].occurrence.number if len(past) > PAST_SHOWN else None
    state = standing(series, last, has_more=bool(ahead or dates.coming), now=now)
    return SeriesPage(series, state, ahead, past[:PAST_SHOWN], dates, last, older)


def _times(series: Series) -> "QuerySet[Occurrence]":
    texts = Variant.objects.filter(dropped_at__isnull=True).select_related("channel__account", "dispatch__message")
    kept = Prefetch("item__variants", queryset=texts.order_by("channel__name"), to_attr="known_variants")
    return (
        Occurrence.objects.filter(series=series).select_related("item", "skipped_by", "channel").prefetch_related(kept)
    )


def _time(one: Occurrence) -> Time:
    variants: Sequence[Variant] = one.item.known_variants if one.item else []  # type: ignore[attr-defined]
    slots = [variant.slot_at for variant in variants if variant.slot_at]
    is_moved = bool(slots) and all(variant.slot_wall != one.due_wall for variant in variants)
    return Time(one, variants, min(slots, default=one.due_at), is_moved)


def dates_of(series: Series, now: datetime, made: frozenset[int] = frozenset(), shown: int = SHOWN) -> Dates:
    """The next `shown` dates of a series, saved or not; `made`: the numbers that have an item already."""
    texts = list(
        Variant.objects.filter(item=series.item_id, dropped_at__isnull=True, channel__archived_at__isnull=True)
        .select_related("channel__hours", "channel__account", "workspace")
        .order_by("channel__name")
    )
    return _pool_dates(series, texts, now) if series.is_evergreen else _rhythm_dates(series, texts, now, made, shown)


def _rhythm_dates(series: Series, texts: Sequence[Variant], now: datetime, made: frozenset[int], shown: int) -> Dates:
    places = _places(series.workspace, texts)
    words = {one.pk: said_near(one, series, now) for one in texts}
    walls = list(islice(comes_round(series.rhythm), 3000))
    before: dict[str, timedelta | None] = {}
    coming: list[Coming] = []
    left_out, tried, has_more = 0, 0, False
    for number, wall in enumerate(walls, series.first_number):
        if number in made or slot_at(wall, series.workspace.zone).at <= now:
            before = {zone: _offset(wall, zone) for zone, _texts in places}
            continue
        if len(coming) == shown:
            has_more = True
            break
        if tried == MOST_TRIED:
            break
        tried += 1
        fresh = [(zone, kept) for zone, kept in places if _rested(kept, series, wall, zone, words)]
        if not fresh:
            left_out += 1
            continue
        coming.append(Coming([_clock(wall, zone, kept, before) for zone, kept in fresh], left_out, number))
        left_out = 0
    times = len(walls) + series.first_number - 1
    return Dates(coming, times, walls[-1] if walls else None, is_apart=len(places) > 1, has_more=has_more)


def _places(workspace: Workspace, texts: Sequence[Variant]) -> list[tuple[str, list[Variant]]]:
    """The texts by the clock their channels go by; without any the workspace's clock."""
    found: dict[str, list[Variant]] = {}
    for one in texts:
        found.setdefault(zone_of(one.channel, workspace), []).append(one)
    return list(found.items()) or [(workspace.zone, [])]


def _rested(
    texts: Sequence[Variant], series: Series, wall: datetime, zone: str, words: dict[UUID, list[datetime]]
) -> bool:
    """Have the words rested long enough in one of these channels? Then they count as said there."""
    at = slot_at(wall, zone).at
    fresh = [one for one in texts if is_fresh(at, words[one.pk], zone, series.cool_down_days)]
    for one in fresh:
        words[one.pk].append(at)
    return bool(fresh) or not texts


def _clock(wall: datetime, zone: str, texts: Sequence[Variant], before: dict[str, timedelta | None]) -> Clock:
    slot = slot_at(wall, zone)
    at = slot.at.astimezone(ZoneInfo(zone))
    here = at.utcoffset()
    last, before[zone] = before.get(zone), here
    turned = "" if last is None or here is None or last == here else "forward" if here > last else "back"
    return Clock(at, zone, tuple(one.channel.name for one in texts), slot.change, turned)


def _offset(wall: datetime, zone: str) -> timedelta | None:
    return slot_at(wall, zone).at.astimezone(ZoneInfo(zone)).utcoffset()


def _pool_dates(series: Series, texts: Sequence[Variant], now: datetime) -> Dates:
    weekly = weekly_of([one.channel_id for one in texts])
    found = [clock for one in texts for clock in _free(series, one, weekly.get(one.channel_id, []), now)]
    found.sort(key=lambda one: one.at)
    without = tuple(one.channel.name for one in texts if not weekly.get(one.channel_id))
    return Dates([Coming([one]) for one in found[:SHOWN]], without=without, is_apart=len(texts) > 1)


def _free(series: Series, text: Variant, weekly: Weekly, now: datetime) -> Iterator[Clock]:
    """Free weekly slots of a channel that the cool-down and the end of the series allow."""
    channel, workspace = text.channel, series.workspace
    zone, end = zone_of(channel, workspace), now + timedelta(days=60)
    closed = hours_of(channel.hours or default_hours(workspace), {now.year, end.year}).closed_dates
    said, shown = said_near(text, series, now), 0
    for at in next_weekly(weekly, zone, taken_slots(workspace, channel.pk, now, end), now, closed):
        on = at.astimezone(ZoneInfo(zone)).date()
        is_outside = on < series.starts_date or bool(series.ends_date and on > series.ends_date)
        if is_outside or not is_fresh(at, said, zone, series.cool_down_days):
            continue
        said.append(at)
        shown += 1
        yield Clock(at.astimezone(ZoneInfo(zone)), zone, (channel.name,))
        if shown == min(SHOWN, series.ends_after or SHOWN):
            return


def first_time(item: Item, now: datetime) -> datetime:
    """When a series of the item would naturally begin: a week after its slot, else tomorrow at nine; naive wall-clock time."""
    walls = item.variants.exclude(slot_wall="").order_by("-slot_at").values_list("slot_wall", flat=True)
    here = now.astimezone(ZoneInfo(item.workspace.zone)).replace(tzinfo=None)
    last = walls.first()
    if last is None:
        return (here + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    wall = datetime.fromisoformat(last) + timedelta(days=7)
    while wall <= here:
        wall += timedelta(days=7)
    return wall


def standing_of(item: Item) -> tuple[Series | None, Occurrence | None]:
    """The series by which an item comes again now, and which time of a series it is itself; one query."""
    return Series.objects.filter(item=item, stopped_at__isnull=True).first(), getattr(item, "occurrence", None)


def title_of_series(workspace: Workspace, asked: str) -> str:
    """The title of the series a filter names, "" if it names none."""
    if asked in ("", ANY_SERIES):
        return ""
    found = Series.objects.filter(workspace=workspace, pk=asked).values_list("item__title", flat=True)
    return found.first() or ""
