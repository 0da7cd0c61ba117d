"""The pictures we keep: what they show, on what ground and until when we may show them, and where they are used."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, Q, QuerySet

from allmende.channels import states as delivery
from allmende.channels.models import Media
from allmende.editorial.models import Item, ItemMedia, MediaRight, Variant
from allmende.team.models import Workspace

ALL, NO_ALT, NO_RIGHT, ENDING, UNUSED = "", "no-alt", "no-right", "ending", "unused"
SHOWS = (ALL, NO_ALT, NO_RIGHT, ENDING, UNUSED)
SOON = timedelta(days=30)
A_PAGE = 60


@dataclass(frozen=True)
class PictureRow:
    """A picture with what is known about it. `late`: items that show it after its right has ended."""

    media: Media
    right: MediaRight | None
    items: Sequence[Item]
    late: Sequence[Item]
    is_over: bool
    is_ending: bool


@dataclass(frozen=True)
class Library:
    """A page of pictures, the newest first, and how many pass the filters in all."""

    rows: Sequence[PictureRow]
    count: int
    page: int

    @property
    def has_more(self) -> bool:
        return self.page * A_PAGE < self.count


def library_page(workspace: Workspace, today: date, *, show: str = ALL, words: str = "", page: int = 1) -> Library:
    """Pictures by what they lack (`show`, one of SHOWS) and the words in name, description and holder; four queries."""
    found = _passing(kept_pictures(workspace), today, show)
    for word in words.split():
        found = found.filter(Q(name__icontains=word) | Q(right__alt__icontains=word) | Q(right__holder__icontains=word))
    found = found.distinct()
    rows = found.order_by("-created_at", "pk")[(page - 1) * A_PAGE : page * A_PAGE]
    return Library(rows_of(workspace, list(rows), today), found.count(), page)


def kept_pictures(workspace: Workspace) -> "QuerySet[Media]":
    """What somebody of us kept; pictures that networks showed are none of ours."""
    return Media.objects.filter(workspace=workspace, created_by__isnull=False).select_related("right", "created_by")


def rows_of(workspace: Workspace, pictures: Sequence[Media], today: date) -> list[PictureRow]:
    """What is known about each of these pictures; two queries."""
    slots = Variant.objects.select_related("dispatch").order_by("slot_at")
    uses = ItemMedia.objects.filter(media__in=pictures, item__archived_at__isnull=True).select_related("item")
    by_media: dict[object, list[Item]] = {}
    for use in uses.prefetch_related(Prefetch("item__variants", slots, to_attr="by_slot")).order_by(
        "-item__updated_at"
    ):
        by_media.setdefault(use.media_id, []).append(use.item)
    return [_row(media, by_media.get(media.pk, []), ZoneInfo(workspace.zone), today) for media in pictures]


def _row(media: Media, items: list[Item], zone: ZoneInfo, today: date) -> PictureRow:
    right: MediaRight | None = getattr(media, "right", None)
    ends = right.ends_date if right else None
    late = [item for item in items if ends and _shows_after(item, ends, zone)]
    is_over = ends is not None and ends < today
    return PictureRow(media, right, items, late, is_over, bool(ends) and not is_over and ends <= today + SOON)  # type: ignore[operator]


def _shows_after(item: Item, ends: date, zone: ZoneInfo) -> bool:
    """Is a text of the item still to come, on a day after `ends`?"""
    variants: Sequence[Variant] = item.by_slot  # type: ignore[attr-defined]
    waiting = (one for one in variants if one.dispatch is None or one.dispatch.state != delivery.SENT)
    return any(one.slot_at is not None and one.slot_at.astimezone(zone).date() > ends for one in waiting)


def _passing(rows: "QuerySet[Media]", today: date, show: str) -> "QuerySet[Media]":
    match show:
        case "no-alt":
            return rows.filter(Q(right__isnull=True) | Q(right__alt=""))
        case "no-right":
            return rows.filter(Q(right__isnull=True) | Q(right__ground=""))
        case "ending":
            return rows.filter(right__ends_date__lte=today + SOON)
        case "unused":
            return rows.exclude(pk__in=ItemMedia.objects.values("media"))
    return rows


def ended_right(item: Item, at: datetime, zone: str) -> MediaRight | None:
    """The first right among an item's pictures that has ended on the day of `at`; one query."""
    on = at.astimezone(ZoneInfo(zone)).date()
    rights = MediaRight.objects.filter(media__in=item.shown.values("media"), ends_date__lt=on)
    return rights.select_related("media").order_by("ends_date").first()


def pictures_to_choose(workspace: Workspace, item: Item | None, today: date, limit: int = 24) -> list[Media]:
    """The newest pictures an item does not show yet and whose right has not ended; one query."""
    rows = kept_pictures(workspace).exclude(right__ends_date__lt=today)
    if item:
        rows = rows.exclude(pk__in=item.shown.values("media"))
    return list(rows.order_by("-created_at", "pk")[:limit])
