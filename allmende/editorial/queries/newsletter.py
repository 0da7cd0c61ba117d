"""What was published in a period, for a newsletter that tells it once more (S1-28)."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q

from allmende.channels.models import Channel
from allmende.channels.states import CLOSED, CLOSING, SENT
from allmende.domain.slots import slot_at
from allmende.editorial.models import Variant
from allmende.team.models import Workspace

IS_LETTER = Q(kind="newsletter") | Q(account__kind="mail")
USUAL_SPAN = timedelta(days=31)
LONGEST = 400


@dataclass(slots=True)
class Told:
    """An item that appeared: its title, the beginning of its words, where it can be read, and in which channels."""

    item_id: UUID
    title: str
    words: str
    url: str
    at: datetime
    serves_key: str
    channels: list[str] = field(default_factory=list)


def published_between(
    workspace: Workspace, first: date, last: date, items: Collection[UUID] | None = None
) -> list[Told]:
    """The items that appeared from `first` to `last`, both included, by time; one query. `items`: only these."""
    start = slot_at(datetime.combine(first, time(0)), workspace.zone).at
    end = slot_at(datetime.combine(last + timedelta(days=1), time(0)), workspace.zone).at
    rows = Variant.objects.filter(
        workspace=workspace, dispatch__state=SENT, item__archived_at__isnull=True,
        dispatch__message__occurred_at__gte=start, dispatch__message__occurred_at__lt=end,
        channel__in=Channel.objects.filter(~IS_LETTER, workspace=workspace),
    )  # fmt: skip
    if items is not None:
        rows = rows.filter(item__in=items)
    found: dict[UUID, Told] = {}
    for one in rows.select_related("item", "channel", "dispatch__message").order_by("dispatch__message__occurred_at"):
        message = one.dispatch.message  # type: ignore[union-attr]
        fresh = Told(one.item_id, one.item.title, beginning(one.text), "", message.occurred_at, one.item.serves_key)
        told = found.setdefault(one.item_id, fresh)
        told.url = told.url or one.link or message.url
        told.channels.append(one.channel.name)
    return list(found.values())


def beginning(text: str) -> str:
    """The first paragraph of a text, cut between words where it is long."""
    first = " ".join(text.strip().split("\n\n")[0].split())
    return first if len(first) <= LONGEST else first[:LONGEST].rsplit(" ", 1)[0].rstrip(",;:. ") + " …"


def newsletter_channels(workspace: Workspace) -> list[Channel]:
    """The newsletters one can write for, by name."""
    rows = Channel.objects.filter(IS_LETTER, workspace=workspace, account__isnull=False, archived_at__isnull=True)
    return list(rows.exclude(state__in=(CLOSING, CLOSED)).order_by("name"))


def newsletter_text(greeting: str, told: Collection[Told]) -> str:
    """The letter: the greeting, then of each item title, beginning and address. Plain words; nobody is counted."""
    parts = [greeting.strip(), *("\n".join(filter(None, (one.title, one.words, one.url))) for one in told)]
    return "\n\n".join(part for part in parts if part)
