"""Make the items of what comes again, ahead of their time. Each needs an approval like any other; the one that was given
to exactly these words comes with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from allmende.channels.models import Channel
from allmende.channels.states import LIVE
from allmende.domain.slots import comes_round, next_weekly, slot_at
from allmende.editorial import audit, states
from allmende.editorial.actions.approve_variant import bind_approval, keep_slot
from allmende.editorial.actions.keep_series import CannotKeepSeries
from allmende.editorial.actions.save_item import write_parts
from allmende.editorial.actions.schedule_variant import settle_care
from allmende.editorial.models import (
    Answer,
    ApprovalStep,
    Item,
    ItemMedia,
    Occurrence,
    PostingSlot,
    Reviewer,
    Series,
    Variant,
)
from allmende.editorial.queries.library import ended_right
from allmende.editorial.queries.series import (
    AHEAD,
    due_walls,
    is_fresh_there,
    is_over,
    last_said,
    running_series,
    taken_slots,
)
from allmende.editorial.queries.weekly import weekly_of, zone_of
from allmende.editorial.queries.words import hash_of, parts_of, pictures_of
from allmende.plan.actions import link_work
from allmende.team.access import require
from allmende.team.actions import record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.models import Person
from allmende.team.queries import default_hours, hours_of, may_still, missing_for
from allmende.team.states import PUBLISHING_GATE

# The pool fills what is still free a week ahead: whoever wants a slot for something new comes first.
POOL_AHEAD = timedelta(days=7)
POOL_NOTICE = timedelta(hours=12)
MOST_TIMES = 3000
COPIED = (
    "title", "idea", "text", "serves_key", "no_objective_reason", "expected_behaviour", "expected_replies", "owner_id",
    "carer_id", "care_minutes", "core_message_id", "audience_id", "format", "campaign", "ad_label", "minutes_each",
    "without_card",
)  # fmt: skip


@dataclass(frozen=True)
class Placed:
    """A text of the original and the slot its copy gets."""

    variant: Variant
    at: datetime
    wall: datetime
    zone: str


def make_occurrences(*, now: datetime) -> int:
    """The items of every rhythm for the next two weeks, then what the pool has for free weekly slots; how many."""
    made = sum(_make_rhythm(series.pk, now) for series in running_series(states.RHYTHM))
    pool = running_series(states.EVERGREEN)
    channels = Channel.objects.filter(
        pk__in=Variant.objects.filter(item__series__in=pool).values("channel"), state=LIVE, archived_at__isnull=True
    )
    return made + sum(_fill(channel, now) for channel in channels.select_related("hours", "workspace").order_by("pk"))


def make_times(*, series: Series, now: datetime) -> int:
    """The items of one rhythm for the next two weeks, so that who set it up sees them at once; how many."""
    return 0 if series.is_evergreen else _make_rhythm(series.pk, now)


@transaction.atomic
def make_ahead(*, person: Person, series: Series, number: int, now: datetime) -> Occurrence:
    """One time of a rhythm, further ahead than the caretaker looks, so that it can be moved or skipped now. Raises
    CannotKeepSeries."""
    require(person, "editorial.item.schedule")
    lock_workspace(person.workspace_id)
    rows = Series.objects.select_for_update(of=("self",)).select_related("item", "workspace", "updated_by")
    found = rows.filter(pk=series.pk, workspace=person.workspace, stopped_at__isnull=True, kind=states.RHYTHM).first()
    if found is None or found.item.archived_at:
        raise CannotKeepSeries(_("Nothing changed. This series has no rhythm that goes on."))
    if known := Occurrence.objects.filter(series=found, number=number, item__isnull=False).first():
        return known
    numbered = islice(enumerate(comes_round(found.rhythm), found.first_number), MOST_TIMES)
    wall = next((wall for n, wall in numbered if n == number), None)
    if wall is None or not _make_time(found, number, wall, now):
        raise CannotKeepSeries(_("Nothing changed. This time has passed, or the same words still rest then."))
    return Occurrence.objects.get(series=found, number=number)


@transaction.atomic
def _make_rhythm(series_id: UUID, now: datetime) -> int:
    lock_workspace(Series.objects.values_list("workspace", flat=True).get(pk=series_id))
    series = Series.objects.select_for_update(of=("self",)).select_related("item", "workspace", "updated_by")
    found = series.filter(pk=series_id, stopped_at__isnull=True).first()
    if found is None:
        return 0
    here = ZoneInfo(found.workspace.zone)
    until = (now + AHEAD).astimezone(here).replace(tzinfo=None)
    return sum(_make_time(found, number, wall, now) for number, wall in due_walls(found, until))


def _make_time(series: Series, number: int, wall: datetime, now: datetime) -> bool:
    """One time of a rhythm in all channels; nothing where it has passed, a note where the same words stand too near."""
    placed = [one for one in _places(series, wall) if one.at > now]
    if not placed:
        return False
    fresh = [one for one in placed if is_fresh_there(one.variant, series, one.at, one.zone)]
    at = min(one.at for one in placed)
    if not fresh:
        _note(series, number, None, at, wall, now, why_not=states.COOL_DOWN)
        return False
    _note(series, number, _make_item(series, fresh, now), at, wall, now)
    return True


def _places(series: Series, wall: datetime) -> list[Placed]:
    """Where each text of the original would stand: the same time on each channel's clock. A time the clocks skip is the
    instant at which they would have shown it."""
    found = []
    for variant in _texts(series):
        zone = zone_of(variant.channel, series.workspace)
        at = slot_at(wall, zone).at
        found.append(Placed(variant, at, at.astimezone(ZoneInfo(zone)).replace(tzinfo=None), zone))
    return found


def _texts(series: Series) -> list[Variant]:
    rows = series.item.variants.select_related("channel__hours", "approved_by", "item")
    return list(rows.filter(dropped_at__isnull=True, channel__archived_at__isnull=True).order_by("pk"))


@transaction.atomic
def _fill(channel: Channel, now: datetime) -> int:
    """Put what the pool has for a channel into its free weekly slots of the next days, the longest unsaid first."""
    lock_workspace(channel.workspace_id)
    list(PostingSlot.objects.select_for_update().filter(channel=channel).order_by("pk"))
    workspace, end = channel.workspace, now + POOL_AHEAD
    zone = zone_of(channel, workspace)
    closed = hours_of(channel.hours or default_hours(workspace), {now.year, end.year}).closed_dates
    taken = taken_slots(workspace, channel.pk, now, end)
    made = 0
    for at in next_weekly(weekly_of([channel.pk]).get(channel.pk, []), zone, taken, now + POOL_NOTICE, closed):
        if at > end:
            break
        made += _fill_one(channel, at, zone, now)
    return made


def _fill_one(channel: Channel, at: datetime, zone: str, now: datetime) -> bool:
    wall = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    for series, variant in _pool(channel, at):
        last = series.occurrences.aggregate(last=Max("number"))["last"] or 0
        is_early = wall.date() < series.starts_date
        if is_early or is_over(series, last, wall.date()) or not is_fresh_there(variant, series, at, zone):
            continue
        if ended_right(series.item, at, channel.workspace.zone):
            continue  # it could not leave, and would take the slot from what can
        item = _make_item(series, [Placed(variant, at, wall, zone)], now)
        _note(series, last + 1, item, at, wall, now, channel=channel)
        return True
    return False


def _pool(channel: Channel, at: datetime) -> list[tuple[Series, Variant]]:
    """What the pool has for a channel: never said first, then what was said longest ago."""
    found = []
    for series in running_series(states.EVERGREEN):
        variant = next((one for one in _texts(series) if one.channel_id == channel.pk), None)
        if variant is not None:
            found.append((series, variant))
    return sorted(found, key=lambda one: last_said(one[1], one[0], at) or one[0].created_at - timedelta(days=36500))


def _note(
    series: Series, number: int, item: Item | None, at: datetime, wall: datetime, now: datetime, *,
    channel: Channel | None = None, why_not: str = "",
) -> None:  # fmt: skip
    Occurrence.objects.create(
        series=series, number=number, item=item, channel=channel, due_at=at, why_not=why_not, created_at=now,
        due_wall=wall.isoformat(timespec="minutes"),
    )  # fmt: skip


def _make_item(series: Series, placed: Sequence[Placed], now: datetime) -> Item:
    source, by = series.item, series.updated_by
    item = Item.objects.create(
        workspace=series.workspace, stage=states.DRAFTING, created_at=now, created_by=by, updated_at=now, updated_by=by,
        **{name: getattr(source, name) for name in COPIED},
    )  # fmt: skip
    shown = ItemMedia.objects.filter(item=source).order_by("place")
    ItemMedia.objects.bulk_create(
        ItemMedia(item=item, media_id=one.media_id, alt=one.alt, place=one.place) for one in shown
    )
    copies = [(one, _copy(series, item, one, now)) for one in placed]
    reviewers = _copy_steps(source, item)
    for one, variant in copies:
        _carry_approval(series, one.variant, variant, reviewers, now)
    if item.serves_key:
        link_work(
            workspace=item.workspace,
            key=item.serves_key,
            kind="item",
            ref=str(item.pk),
            label=item.title,
            url="",
            at=now,
        )
    record_audit(workspace=item.workspace, person=None, verb=audit.OCCURRENCE_MADE, target=item, now=now)
    return item


def _copy(series: Series, item: Item, placed: Placed, now: datetime) -> Variant:
    original, by = placed.variant, series.updated_by
    copy = Variant.objects.create(
        workspace=series.workspace, item=item, channel=original.channel, text=original.text,
        is_shared=original.is_shared, link=original.link, grace_minutes=original.grace_minutes,
        state=states.DRAFT if original.state == states.DRAFT else states.CHECKED,
        slot_at=placed.at, slot_wall=placed.wall.isoformat(timespec="minutes"), slot_zone=placed.zone,
        created_at=now, created_by=by, updated_at=now, updated_by=by,
    )  # fmt: skip
    write_parts(copy, parts_of(original))
    if series.knowingly and by is not None:
        settle_care(by, copy, placed.at, now, series.knowingly)
    return copy


def _copy_steps(source: Item, item: Item) -> dict[int, Reviewer]:
    """The same people approve, in the same order; the copied reviewers by the id of the original."""
    copies = {}
    for step in source.steps.prefetch_related("reviewers").order_by("place"):
        copy = ApprovalStep.objects.create(
            item=item, place=step.place, rule=step.rule, told_to=step.told_to, made_by=step.made_by
        )
        for one in step.reviewers.all():
            copies[one.pk] = Reviewer.objects.create(step=copy, person=one.person, name=one.name, email=one.email)
    return copies


def _carry_approval(
    series: Series, original: Variant, variant: Variant, reviewers: dict[int, Reviewer], now: datetime
) -> None:
    """What was approved word for word is approved here too, by whom and when it was, and goes into the queue.

    Without that, or when whoever set the series up may not schedule any more or lacks the training for it by now (S3-16),
    it waits to be approved like any other.
    """
    words = hash_of(variant.item.title, variant.text, pictures_of(variant.item), parts_of(variant))
    is_bound = original.state in (states.APPROVED, states.HANDED_OVER)
    by = series.updated_by
    if (
        not is_bound
        or original.approved_hash != words
        or by is None
        or not may_still(by, "editorial.item.schedule", now)
        or missing_for(by, PUBLISHING_GATE, by.workspace.day_at(now))
    ):
        return
    given = Answer.objects.filter(variant=original, reviewer__in=list(reviewers), taken_back_at__isnull=True)
    for one in given.filter(words_hash=words, answer=states.YES).order_by("pk"):
        Answer.objects.create(
            reviewer=reviewers[one.reviewer_id], variant=variant, answer=one.answer, words_hash=words, name=one.name,
            words=one.words, answered_at=one.answered_at,
        )  # fmt: skip
    bind_approval(variant, words, original.approved_by, original.approved_at or now)
    keep_slot(by, variant, now)
