"""Items as lists: by what is to be done with them, what needs a look, what a search finds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, QuerySet, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from allmende.channels import states as delivery
from allmende.domain.service_hours import Hours
from allmende.domain.slots import uncared
from allmende.editorial import states
from allmende.editorial.models import Answer, ApprovalStep, CareOverride, Item, Reviewer, Variant
from allmende.editorial.queries.care import cover_of, mark_care
from allmende.editorial.queries.entries import (
    FIRST_CARE,
    FIXED,
    PLANNED,
    PUBLISHED,
    Entry,
    Filters,
    items_like,
    still_planned,
)
from allmende.editorial.queries.touched import touches
from allmende.plan.models import ChangeEffect, PlatformChange
from allmende.plan.queries import Chip, chips, format_changes
from allmende.team.models import CoverageRequirement, Person, Workspace
from allmende.team.queries import Cover, Hit, Prepared, cover, holders_of, hours_by_id

UNDERWAY = (delivery.WAITING, delivery.SPEAKING, delivery.HELD, delivery.UNCLEAR)
FAILED = (delivery.REFUSED, delivery.GIVEN_UP, delivery.MISSED)


@dataclass(frozen=True)
class Row:
    """One item in the list: when it shows next, what it serves, and which changes at networks may touch it. `cared`: its
    texts whose care window is not over, by id."""

    item: Item
    variants: Sequence[Variant]
    at: datetime | None
    chip: Chip | None
    touched: Sequence[PlatformChange] = ()
    cared: Mapping[UUID, Entry] = field(default_factory=dict)

    @property
    def movable(self) -> UUID | None:
        """Which text one moves from the list: the first that is not settled; None if all are."""
        return next((one.pk for one in self.variants if not one.dispatch or one.dispatch.state not in FIXED), None)


@dataclass(frozen=True)
class Listing:
    """All items of a workspace, by what is to be done with them. `published` holds the newest ones; `uncared`: texts ahead
    for which nobody is on duty and nobody bears that."""

    troubled: Sequence[Row]
    unfinished: Sequence[Row]
    scheduled: Sequence[Row]
    published: Sequence[Row]
    uncared: Sequence[Entry] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.troubled or self.unfinished or self.scheduled or self.published)


ALL = Filters()


def listing(
    workspace: Workspace, published_limit: int = 20, filters: Filters = ALL, now: datetime | None = None
) -> Listing:
    """The list in five queries, whatever its length; of `filters` the state is left to the list's own parts. With `now` the
    care of what lies ahead too: one query more, six where duty is planned."""
    kept = Variant.objects.filter(dropped_at__isnull=True)
    variants = kept.select_related("channel__account", "dispatch").order_by("slot_at", "channel__name")
    ours = items_like(Item.objects.filter(workspace=workspace, archived_at__isnull=True), filters)
    items = (
        still_planned(ours)
        .select_related("occurrence")
        .prefetch_related(Prefetch("variants", queryset=variants, to_attr="known_variants"))
    )
    done = items.filter(variants__dispatch__state=delivery.SENT).exclude(
        variants__in=kept.filter(~Q(dispatch__state=delivery.SENT) | Q(dispatch__isnull=True))
    )
    open_items = list(items.exclude(pk__in=done.values("pk")).order_by("-updated_at")[:200])
    shown = open_items + list(done.distinct().order_by("-updated_at")[:published_limit])
    by_key = chips(workspace, [item.serves_key for item in shown if item.serves_key])
    effects = format_changes(workspace)
    cared = _cared(workspace, shown, now) if now else {}
    rows = [_row(item, by_key.get(item.serves_key), effects, cared) for item in shown]
    return Listing(
        troubled=[row for row in rows if _place(row) == "troubled"],
        unfinished=_by_slot(row for row in rows if _place(row) == "unfinished"),
        scheduled=_by_slot(row for row in rows if _place(row) == "scheduled"),
        published=[row for row in rows if _place(row) == "published"],
        uncared=sorted([one for one in cared.values() if one.is_uncared], key=lambda one: (str(one.at), one.title)),
    )


def _cared(workspace: Workspace, items: Iterable[Item], now: datetime) -> dict[UUID, Entry]:
    """The texts whose care window is not over, by id; what is ahead says what its care lacks."""
    texts = [variant for item in items for variant in item.known_variants if variant.slot_at]  # type: ignore[attr-defined]
    zone = ZoneInfo(workspace.zone)
    known = (_entry(one, zone) for one in texts)
    entries = [entry for entry in known if entry.until and entry.until > now]
    ahead = [entry for entry in entries if entry.kind != PUBLISHED and entry.at and entry.at > now]
    if ahead:
        mark_care(workspace, ahead, hours_by_id(workspace, (now.year, now.year + 1)), cover_of(workspace, ahead))
    return {entry.variant_id: entry for entry in entries if entry.variant_id}


def _entry(variant: Variant, zone: ZoneInfo) -> Entry:
    is_out = variant.dispatch is not None and variant.dispatch.state == delivery.SENT
    at = variant.slot_at.astimezone(zone) if variant.slot_at else None
    return Entry(
        at, variant.item.title, PUBLISHED if is_out else PLANNED, item_id=variant.item_id, variant_id=variant.pk,
        care=timedelta(minutes=variant.item.care_minutes), hours_id=variant.channel.hours_id,
    )  # fmt: skip


def _by_slot(rows: Iterable[Row]) -> list[Row]:
    """The next first; what has no slot yet at the end, as it came."""
    return sorted(rows, key=lambda row: (row.at is None, row.at.timestamp() if row.at else 0))


def _row(item: Item, chip: Chip | None, effects: Sequence[ChangeEffect], cared: Mapping[UUID, Entry]) -> Row:
    variants: Sequence[Variant] = item.known_variants  # type: ignore[attr-defined]
    slots = [variant.slot_at for variant in variants if variant.slot_at]
    touched = touches(item, variants, effects)
    own = {one.pk: cared[one.pk] for one in variants if one.pk in cared}
    return Row(item, variants, min(slots) if slots else None, chip, touched, own)


def _place(row: Row) -> str:
    deliveries = [variant.dispatch.state if variant.dispatch else "" for variant in row.variants]
    if any(state in FAILED or state == delivery.UNCLEAR for state in deliveries):
        return "troubled"
    if any(state in UNDERWAY for state in deliveries):
        return "scheduled"
    return "published" if deliveries and all(state == delivery.SENT for state in deliveries) else "unfinished"


CONCERNS = TROUBLE, UNCARED, TO_APPROVE, TO_SCHEDULE = "trouble", "uncared", "approve", "schedule"


@dataclass(frozen=True)
class Concern:
    """An item somebody has to look at in a channel; `at` is when it leaves, local, where that is what matters.

    `kind`: TROUBLE did not go out, UNCARED leaves within AHEAD while nobody is here, TO_APPROVE waits for approval: of
    whoever may, or where the item has steps, of this person. Who works alone approves nothing (S4-14): of theirs, what has a
    slot and is not in the queue for it is TO_SCHEDULE.
    """

    title: str
    channel_name: str
    account_kind: str
    kind: str
    at: datetime | None
    url: str


def concerns(
    workspace: Workspace, person: Person, limit: int, now: datetime, hours: Mapping[UUID | None, Hours]
) -> dict[str, list[Concern]]:
    """What needs a look of this person by kind, at most `limit` of each; one query, five more where duty is planned.
    `hours` by id, the usual ones under None."""
    address = reverse("editorial:item", args=[workspace.slug, _NOUGHT])
    found: dict[str, list[Concern]] = {kind: [] for kind in CONCERNS}
    rota: Cover | None = None
    for rank, item_id, title, name, kind, slot, care, of_channel, is_borne, is_planned in _CONCERNS(
        workspace_id=workspace.pk, person_id=person.pk, now=now, until=now + AHEAD, today=workspace.day_at(now)
    ):
        what = CONCERNS[rank]
        here = hours.get(of_channel) or hours.get(None)
        if what == UNCARED and is_planned and rota is None:
            rota = cover(workspace, now, now + AHEAD + DAY)
        if what == UNCARED and not (here and _is_uncared(rota, here, of_channel, slot, care, is_borne)):
            continue
        if len(found[what]) == limit:
            continue
        at = timezone.localtime(slot) if what == UNCARED else None
        url = address.replace(str(_NOUGHT), str(item_id))
        found[what].append(Concern(title, name, kind or "", what, at, url))
    return found


def _is_uncared(
    rota: Cover | None, hours: Hours, hours_id: UUID | None, at: datetime, care_minutes: int, is_borne: bool
) -> bool:
    """Whether nobody is on duty for it and nobody bears that; where no duty is planned, whether nobody is here at first."""
    care = timedelta(minutes=care_minutes)
    if rota is not None and rota.plans(hours_id, at):
        return not is_borne and bool(rota.lacking(hours_id, at, care, FIRST_CARE))
    return bool(uncared(hours, at, min(care, FIRST_CARE)))


def _concerns(workspace_id: UUID, person_id: UUID, now: datetime, until: datetime, today: date) -> "QuerySet[Any, Any]":
    failed = Q(dispatch__state__in=(*FAILED, delivery.UNCLEAR, delivery.HELD))
    planned = Q(state=states.APPROVED, dispatch=None) | Q(dispatch__state=delivery.WAITING)
    leaves = planned & Q(slot_at__gt=now, slot_at__lt=until, paused_at__isnull=True)
    rows = Variant.objects.filter(workspace=workspace_id, item__archived_at__isnull=True, dropped_at__isnull=True)
    stepless = ~Exists(ApprovalStep.objects.filter(item=OuterRef("item")))
    said = Answer.objects.filter(reviewer=OuterRef("pk"), variant=OuterRef(OuterRef("pk")), taken_back_at__isnull=True)
    mine = Reviewer.objects.filter(
        ~Exists(said), person=person_id, step__item=OuterRef("item"), step__asked_at__isnull=False
    )
    colleagues = Exists(holders_of(Workspace(pk=workspace_id), "editorial.item.edit", today).exclude(pk=person_id))
    checked = Q(state=states.CHECKED) & (Q(stepless) | Q(Exists(mine))) & (Q(slot_at__isnull=False) | Q(colleagues))
    duty = CoverageRequirement.objects.filter(workspace=workspace_id, archived_at__isnull=True)
    borne = CareOverride.objects.filter(variant=OuterRef("pk"), ended_at__isnull=True)
    ranked = rows.filter(failed | checked | leaves).annotate(
        is_borne=Exists(borne),
        is_planned=Exists(duty),
        rank=Case(
            When(failed, then=0),
            When(Q(colleagues), state=states.CHECKED, then=2),
            When(state=states.CHECKED, then=3),
            default=1,
        ),
    )
    ordered = ranked.order_by("rank", Case(When(rank=1, then=F("slot_at"))), "-updated_at")
    return ordered.values_list(
        "rank", "item_id", "item__title", "channel__name", "channel__account__kind", "slot_at", "item__care_minutes",
        "channel__hours_id", "is_borne", "is_planned",
    )[:MOST]  # fmt: skip


AHEAD, DAY = timedelta(days=7), timedelta(days=1)
MOST = 200
_CONCERNS = Prepared(_concerns)
_NOUGHT = UUID(int=0)


def search(workspace: Workspace, person: Person, words: str, limit: int) -> list[Hit]:
    """Items whose title or text holds all the words."""
    found = Item.objects.filter(workspace=workspace, archived_at__isnull=True)
    for word in words.split():
        found = found.filter(Q(title__icontains=word) | Q(variants__text__icontains=word))
    return [
        Hit(_("Item"), item.title, "", reverse("editorial:item", args=[workspace.slug, item.pk]))
        for item in found.distinct().order_by("-updated_at")[:limit]
    ]


def has_said(workspace: Workspace) -> bool:
    """Whether a text of ours was ever handed to the outgoing queue; one query."""
    return Variant.objects.filter(workspace=workspace, dispatch__isnull=False).exists()
