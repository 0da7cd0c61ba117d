"""The ideas board: every item where it stands, from the idea to the care of the answers (domain 3.11)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Min, Prefetch, Q, QuerySet

from allmende.channels import states as delivery
from allmende.domain.weeks import monday_of
from allmende.editorial import states
from allmende.editorial.models import Item, Variant
from allmende.plan.queries import Chip, chips
from allmende.team.models import Workspace

# I-20: above this share of a month's items the missing objectives are shown.
AIMLESS_SHARE = 0.30
FAILED = (delivery.REFUSED, delivery.GIVEN_UP, delivery.MISSED, delivery.UNCLEAR)
# The longest care window one can choose, and the night after it.
CARE_DAYS = timedelta(days=2)
MOST_CARDS = 400


@dataclass(frozen=True)
class Card:
    """An item on the board. `at`: its next slot, else its last; `moves`: the columns a person may put it into."""

    item: Item
    stage: str
    variants: Sequence[Variant]
    at: datetime | None
    chip: Chip | None
    has_failed: bool

    @property
    def moves(self) -> tuple[str, ...]:
        """Once words wait for approval, approval and queue move it."""
        if self.stage not in states.STAGES:
            return ()
        return tuple(one for one in states.STAGES if one in states.STAGE_MOVES[self.stage])


@dataclass(frozen=True)
class Column:
    """One column with its cards, those changed last first; what has a slot by it."""

    stage: str
    cards: Sequence[Card]


@dataclass(frozen=True)
class Aimless:
    """How many of a month's items serve no objective (I-20)."""

    month: date
    items: int
    without: int

    @property
    def is_many(self) -> bool:
        """Above the share at which it is shown."""
        return self.items > 0 and self.without / self.items > AIMLESS_SHARE

    @property
    def percent(self) -> int:
        return round(100 * self.without / self.items) if self.items else 0


@dataclass(frozen=True)
class Effort:
    """What the answers to a week's items are expected to take (S2-05); `unknown` items say no figure."""

    minutes: int
    items: int
    unknown: int


@dataclass(frozen=True)
class BoardPage:
    """The columns in their order, the month's items without objective, and the effort expected this week."""

    columns: Sequence[Column]
    aimless: Aimless
    effort: Effort
    campaigns: Sequence[str]

    @property
    def is_empty(self) -> bool:
        return not any(column.cards for column in self.columns)


def board_page(workspace: Workspace, now: datetime, *, campaign: str = "") -> BoardPage:
    """The board in seven queries, whatever it holds; `campaign` shows the items of that name alone."""
    today = now.astimezone(ZoneInfo(workspace.zone)).date()
    cards = _cards(workspace, now, campaign)
    by_stage: dict[str, list[Card]] = {stage: [] for stage in states.BOARD}
    for card in cards:
        if card.stage in by_stage:
            by_stage[card.stage].append(card)
    for stage in (states.ITEM_APPROVED, states.SCHEDULED):
        by_stage[stage].sort(key=lambda card: (card.at is None, card.at.timestamp() if card.at else 0))
    return BoardPage(
        columns=[Column(stage, by_stage[stage]) for stage in states.BOARD],
        aimless=aimless_share(workspace, today),
        effort=expected_effort(workspace, monday_of(today)),
        campaigns=campaign_names(workspace),
    )


def stage_of(item: Item, variants: Sequence[Variant], now: datetime) -> str:
    """Where an item stands: of its variants the one that is least far decides; without words the person who put it there."""
    if any(variant.state == states.CHECKED for variant in variants):
        return states.IN_REVIEW
    if not variants or any(variant.state == states.DRAFT for variant in variants):
        return item.stage
    sent = [variant.dispatch.state if variant.dispatch else "" for variant in variants]
    if "" in sent:
        return states.ITEM_APPROVED
    if any(state != delivery.SENT for state in sent):
        return states.SCHEDULED
    out = [variant.dispatch.settled_at for variant in variants if variant.dispatch and variant.dispatch.settled_at]
    return states.IN_CARE if max(out) + timedelta(minutes=item.care_minutes) > now else states.CLOSED


def _cards(workspace: Workspace, now: datetime, campaign: str) -> list[Card]:
    kept = Variant.objects.filter(dropped_at__isnull=True)
    variants = kept.select_related("channel__account", "dispatch").order_by("slot_at", "channel__name")
    items = Item.objects.filter(workspace=workspace, archived_at__isnull=True)
    if campaign:
        items = items.filter(campaign=campaign)
    still_open = ~Q(dispatch__state=delivery.SENT) | Q(dispatch__isnull=True)
    fresh = Q(dispatch__settled_at__gt=now - CARE_DAYS)
    relevant = kept.filter(still_open | fresh, workspace=workspace).values("item")
    rows = items.filter(Q(variants=None) | Q(pk__in=relevant)).select_related("owner", "audience").distinct()
    found = list(
        rows.prefetch_related(Prefetch("variants", queryset=variants, to_attr="known_variants")).order_by(
            "-updated_at", "pk"
        )[:MOST_CARDS]
    )
    by_key = chips(workspace, [item.serves_key for item in found if item.serves_key])
    return [_card(item, by_key, now) for item in found]


def _card(item: Item, by_key: Mapping[str, Chip], now: datetime) -> Card:
    variants: Sequence[Variant] = item.known_variants  # type: ignore[attr-defined]
    slots = sorted(variant.slot_at for variant in variants if variant.slot_at)
    return Card(
        item=item,
        stage=stage_of(item, variants, now),
        variants=variants,
        at=next((at for at in slots if at > now), slots[-1] if slots else None),
        chip=by_key.get(item.serves_key),
        has_failed=any(variant.dispatch and variant.dispatch.state in FAILED for variant in variants),
    )


def aimless_share(workspace: Workspace, on: date) -> Aimless:
    """The items whose first slot lies in the month of `on`, and those of them that serve no objective; one query."""
    first = on.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    keys = list(_first_slots(workspace, first, following).values_list("serves_key", flat=True))
    return Aimless(first, len(keys), sum(1 for key in keys if not key))


def expected_effort(workspace: Workspace, monday: date) -> Effort:
    """What the answers to the items of the week from `monday` on are expected to take; one query."""
    rows = _first_slots(workspace, monday, monday + timedelta(days=7)).filter(care_minutes__gt=0)
    figures = list(rows.values_list("expected_replies", "minutes_each"))
    return Effort(_minutes(figures), len(figures), sum(1 for pair in figures if None in pair))


def _minutes(figures: Iterable[tuple[int | None, int | None]]) -> int:
    return sum(replies * each for replies, each in figures if replies is not None and each is not None)


def _first_slots(workspace: Workspace, start: date, end: date) -> "QuerySet[Item]":
    zone = ZoneInfo(workspace.zone)
    rows = Item.objects.filter(workspace=workspace, archived_at__isnull=True).annotate(first=Min("variants__slot_at"))
    return rows.filter(
        first__gte=datetime.combine(start, time(0), zone), first__lt=datetime.combine(end, time(0), zone)
    )


def campaign_names(workspace: Workspace) -> list[str]:
    """The names of campaigns in use, by name; one query."""
    rows = Item.objects.filter(workspace=workspace, archived_at__isnull=True).exclude(campaign="")
    return list(rows.order_by("campaign").values_list("campaign", flat=True).distinct())
