"""What stands in the calendar: our texts with and without a slot, and what was written at the networks themselves."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from allmende.channels import states as delivery
from allmende.channels.models import Message
from allmende.editorial import states
from allmende.editorial.models import Item, Variant
from allmende.editorial.queries.lacks import Lack
from allmende.team.models import Workspace
from allmende.team.queries import Prepared

PUBLISHED, PLANNED, REVIEW, DRAFT, TROUBLE = "published", "planned", "review", "draft", "trouble"
PAUSED = "paused"
KINDS: dict[str, str | Promise] = {
    PUBLISHED: _("published"),
    PLANNED: _("scheduled"),
    REVIEW: _("waits for approval"),
    DRAFT: _("draft"),
    PAUSED: _("paused"),
    TROUBLE: _("needs a look"),
}
LATE = _("its time passed without approval")
_LOOKS = {PUBLISHED: "st-p", PLANNED: "st-s", REVIEW: "st-r", DRAFT: "st-d", PAUSED: "st-z", TROUBLE: "st-h"}
_OF_DELIVERY = {delivery.SENT: PUBLISHED, delivery.WAITING: PLANNED, delivery.SPEAKING: PLANNED}
_OF_VARIANT = {states.DRAFT: DRAFT, states.CHECKED: REVIEW, states.APPROVED: PLANNED}
FIXED = (delivery.SENT, delivery.SPEAKING, delivery.UNCLEAR)
EXCERPT = 90
# Who is not there in the first hour has not cared; the tail of a long window may reach into the evening.
FIRST_CARE = timedelta(hours=1)
NO_OBJECTIVE = "none"
# What the calendar shows of series: every time of any of them.
ANY_SERIES = "any"


@dataclass(frozen=True, slots=True)
class Filters:
    """What the calendar shows; empty shows all. `channel` a slug, `objective` a key or "none", `person` an id, `series` an id
    or "any"."""

    channel: str = ""
    objective: str = ""
    state: str = ""
    person: str = ""
    series: str = ""

    @property
    def is_any(self) -> bool:
        return bool(self.channel or self.objective or self.state or self.person or self.series)


@dataclass(slots=True)
class Entry:
    """One text in the calendar. `at`: when it leaves or left, local; None without a slot.

    `variant_id` is None for what was written elsewhere and for an item without a channel. `kind` is a key of KINDS,
    `delivery` the state of its dispatch. `is_uncared`: it leaves while nobody is here; `is_late`: its time
    passed before it was approved. `comes_again`: it is one time of a series. `lacks`: hours of its care window without
    anybody on duty, `borne_by` whom it was scheduled knowingly, and `borne_why`.
    """

    at: datetime | None
    title: str
    kind: str
    item_id: UUID | None = None
    variant_id: UUID | None = None
    revision: int = 0
    delivery: str = ""
    channel_id: UUID | None = None
    channel_name: str = ""
    channel_kind: str = ""
    serves_key: str = ""
    url: str = ""
    care: timedelta = timedelta(0)
    hours_id: UUID | None = None
    lacks: tuple[Lack, ...] = ()
    borne_by: str = ""
    borne_why: str = ""
    is_uncared: bool = False
    is_late: bool = False
    code: str = ""
    comes_again: bool = False

    @property
    def until(self) -> datetime | None:
        """When its care window ends, local; so much later, also over a change of the clocks."""
        return (self.at.astimezone(UTC) + self.care).astimezone(self.at.tzinfo) if self.at else None

    @property
    def can_move(self) -> bool:
        return self.variant_id is not None and self.delivery not in FIXED

    @property
    def words(self) -> str | Promise:
        return LATE if self.is_late else KINDS[self.kind]

    @property
    def look(self) -> str:
        """The classes of the calendar's style sheet for this kind; h is what needs a look."""
        return f"{_LOOKS[self.kind]} st-h" if self.is_uncared or self.is_late else _LOOKS[self.kind]


_COLUMNS = (
    "pk", "revision", "state", "slot_at", "item_id", "item__title", "item__serves_key", "item__care_minutes",
    "channel_id", "channel__name", "channel__account__kind", "dispatch__state", "paused_at",
    "item__occurrence",
    "channel__hours_id",
)  # fmt: skip


def dated_entries(workspace: Workspace, start: datetime, end: datetime, filters: Filters) -> list[Entry]:
    """Texts whose slot lies from `start` to before `end`, by time; one query."""
    if filters.is_any:
        rows = _dated(_variants(workspace.pk, filters), start, end).values_list(*_COLUMNS)
        return list(_of_kind(_entries(rows), filters))
    return list(_entries(_DATED(workspace_id=workspace.pk, start=start, end=end)))


def undated_entries(workspace: Workspace, filters: Filters) -> list[Entry]:
    """Texts without a slot and items without a text, those changed last first; two queries."""
    if not filters.is_any:
        return list(_entries(_UNDATED(workspace_id=workspace.pk))) + _as_drafts(_IDEAS(workspace_id=workspace.pk))
    texts = list(_of_kind(_entries(_undated(_variants(workspace.pk, filters)).values_list(*_COLUMNS)), filters))
    if filters.channel or filters.state not in ("", DRAFT):
        return texts
    return texts + _as_drafts(_ideas(_items(_bare(workspace.pk), filters)))


def _as_drafts(ideas: Iterable[tuple[UUID, str, str]]) -> list[Entry]:
    return [Entry(None, title, DRAFT, item_id=pk, serves_key=key) for pk, title, key in ideas]


def _dated(rows: "QuerySet[Variant]", start: datetime, end: datetime) -> "QuerySet[Variant]":
    return rows.filter(slot_at__gte=start, slot_at__lt=end).order_by("slot_at", "pk")


def _undated(rows: "QuerySet[Variant]") -> "QuerySet[Variant]":
    return rows.filter(slot_at__isnull=True).order_by("-updated_at", "pk")


def _bare(workspace_id: UUID) -> "QuerySet[Item]":
    return Item.objects.filter(workspace=workspace_id, archived_at__isnull=True, variants=None)


def _ideas(rows: "QuerySet[Item]") -> "QuerySet[Any, Any]":
    return rows.order_by("-updated_at").values_list("pk", "title", "serves_key")


def written_elsewhere(workspace: Workspace, start: datetime, end: datetime, filters: Filters) -> list[Entry]:
    """What we published without Allmende in the channels it reads, from `start` to before `end`; one query."""
    if filters.person or filters.series or filters.state not in ("", PUBLISHED):
        return []
    if filters.is_any:
        rows = _said_elsewhere(workspace.pk, start, end)
        if filters.channel:
            rows = rows.filter(channel__slug=filters.channel)
        if filters.objective:
            rows = rows.filter(serves_key="" if filters.objective == NO_OBJECTIVE else filters.objective)
        return _as_published(rows.values_list(*_MESSAGE))
    return _as_published(_ELSEWHERE(workspace_id=workspace.pk, start=start, end=end))


def _said_elsewhere(workspace_id: UUID, start: datetime, end: datetime) -> "QuerySet[Message]":
    rows = Message.objects.filter(
        channel__workspace=workspace_id,
        channel__account__isnull=False,
        direction=delivery.OUTWARD,
        dispatch__isnull=True,
        reply_to_native_id="",
        deleted_at__isnull=True,
        occurred_at__gte=start,
        occurred_at__lt=end,
    )
    return rows.order_by("occurred_at")


_MESSAGE = (
    "occurred_at", "title", "text", "channel_id", "channel__name", "channel__account__kind", "serves_key", "url",
)  # fmt: skip


def _as_published(rows: Iterable[tuple[Any, ...]]) -> list[Entry]:
    return [
        Entry(
            timezone.localtime(at), title or excerpt(text), PUBLISHED, channel_id=channel, channel_name=name,
            channel_kind=kind, serves_key=key, url=url if url.startswith(("https://", "http://")) else "",
        )
        for at, title, text, channel, name, kind, key, url in rows
    ]  # fmt: skip


def excerpt(text: str) -> str:
    """The first line of a text, cut between words where it is long."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    if len(line) <= EXCERPT:
        return line
    return line[:EXCERPT].rsplit(" ", 1)[0].rstrip(",;:. ") + " …"


def with_codes(entries: list[Entry], codes: Mapping[str, str]) -> list[Entry]:
    """Name the objective each entry serves by its code, such as Z1."""
    for entry in entries:
        entry.code = codes.get(entry.serves_key, "")
    return entries


def _variants(workspace_id: UUID, filters: Filters) -> "QuerySet[Variant]":
    rows = Variant.objects.filter(workspace=workspace_id, item__archived_at__isnull=True, dropped_at__isnull=True)
    if filters.channel:
        rows = rows.filter(channel__slug=filters.channel)
    return _items(rows, filters, "item__")


def _items(rows: "QuerySet[Variant] | QuerySet[Item]", filters: Filters, way: str = "") -> "QuerySet":
    if filters.objective:
        rows = rows.filter(**{f"{way}serves_key": "" if filters.objective == NO_OBJECTIVE else filters.objective})
    if filters.person:
        rows = rows.filter(Q(**{f"{way}owner": filters.person}) | Q(**{f"{way}carer": filters.person}))
    if filters.series == ANY_SERIES:
        rows = rows.filter(**{f"{way}occurrence__isnull": False})
    elif filters.series:
        rows = rows.filter(Q(**{f"{way}occurrence__series": filters.series}) | Q(**{f"{way}series": filters.series}))
    return rows


def still_planned(rows: "QuerySet[Item]") -> "QuerySet[Item]":
    """The items among `rows` of which not every text was dropped (S2-10)."""
    texts = Variant.objects.filter(item=OuterRef("pk"))
    return rows.filter(~Exists(texts) | Exists(texts.filter(dropped_at__isnull=True)))


def items_like(rows: "QuerySet[Item]", filters: Filters) -> "QuerySet[Item]":
    """The items among `rows` that pass the filters by what they serve, whose they are and where they speak."""
    found: QuerySet[Item] = _items(rows, filters)
    if filters.channel:
        found = found.filter(variants__channel__slug=filters.channel)
    return found


def _entries(rows: Iterable[tuple[Any, ...]]) -> Iterator[Entry]:
    zone = timezone.get_current_timezone()
    for pk, revision, state, slot, item, title, key, care, channel, name, kind, sent, paused, time, hours in rows:
        handed = state == states.HANDED_OVER and sent
        yield Entry(
            at=slot.astimezone(zone) if slot else None,
            title=title,
            kind=kind_of(state, sent, paused),
            item_id=item,
            variant_id=pk,
            revision=revision,
            delivery=sent if handed else "",
            channel_id=channel,
            channel_name=name,
            channel_kind=kind or "",
            serves_key=key,
            care=timedelta(minutes=care),
            comes_again=time is not None,
            hours_id=hours,
        )


def kind_of(state: str, sent: str | None, paused_at: datetime | None) -> str:
    """The key of KINDS for a text in `state` whose dispatch, if it has one, is in `sent`."""
    sent = sent if sent and state == states.HANDED_OVER else ""
    if paused_at and sent in ("", delivery.WAITING, delivery.HELD):
        return PAUSED
    return _OF_DELIVERY.get(sent, TROUBLE) if sent else _OF_VARIANT.get(state, TROUBLE)


def _of_kind(entries: Iterator[Entry], filters: Filters) -> Iterator[Entry]:
    return (entry for entry in entries if not filters.state or entry.kind == filters.state)


# The calendar without filters asks at every look; its SQL is written once.
_ALL = Filters()
_DATED = Prepared(
    lambda workspace_id, start, end: _dated(_variants(workspace_id, _ALL), start, end).values_list(*_COLUMNS)
)
_UNDATED = Prepared(lambda workspace_id: _undated(_variants(workspace_id, _ALL)).values_list(*_COLUMNS))
_IDEAS = Prepared(lambda workspace_id: _ideas(_bare(workspace_id)))
_ELSEWHERE = Prepared(lambda workspace_id, start, end: _said_elsewhere(workspace_id, start, end).values_list(*_MESSAGE))
