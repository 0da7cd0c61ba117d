"""New entries of feeds become ideas or drafts on the board, each once. Nothing is approved and nothing leaves by itself."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import formats
from django.utils.translation import gettext as _

from allmende.channels.models import Cursor, Message
from allmende.channels.states import INWARD
from allmende.editorial import audit, states
from allmende.editorial.actions.keep_source import floor_of
from allmende.editorial.actions.save_item import ItemText, save_item
from allmende.editorial.models import IdeaSource, Item, SourcedIdea
from allmende.editorial.queries.entries import excerpt
from allmende.team.actions import change_record, record_audit
from allmende.team.actions.lock_workspace import lock_workspace
from allmende.team.catalogue import speaking
from allmende.team.queries import may_still

# More at once is no news: the feed has given its entries other ids, or a site was moved.
MOST_AT_ONCE = 20
# While a feed is being read for the first time nobody knows yet which entry is its newest.
QUIET = timedelta(minutes=3)
LONGEST_NOTE = 1_500
LONGEST_TITLE = 160


def take_ideas(*, now: datetime) -> int:
    """What is new in the feeds that bring ideas; how many items were made."""
    rows = IdeaSource.objects.filter(archived_at__isnull=True, paused_at__isnull=True)
    return sum(_take_from(key, now) for key in rows.order_by("created_at").values_list("pk", flat=True))


@transaction.atomic
def _take_from(source_id: UUID, now: datetime) -> int:
    lock_workspace(IdeaSource.objects.values_list("workspace", flat=True).get(pk=source_id))
    rows = IdeaSource.objects.select_for_update(of=("self",)).select_related("channel", "workspace", "updated_by")
    source = rows.filter(pk=source_id, archived_at__isnull=True, paused_at__isnull=True).first()
    if source is None or (source.floor is None and not _set_floor(source, now)):
        return 0
    if source.updated_by is None or not may_still(source.updated_by, "editorial.item.edit", now):
        return _pause(source, states.NO_RIGHT, now)
    new = list(_new_entries(source)[: MOST_AT_ONCE + 1])
    if len(new) > MOST_AT_ONCE:
        return _pause(source, states.FLOOD, now)
    return sum(_take(source, entry, now) for entry in new)


def _new_entries(source: IdeaSource) -> "QuerySet[Message]":
    rows = Message.objects.filter(channel=source.channel_id, direction=INWARD, pk__gt=source.floor or 0)
    return rows.filter(deleted_at__isnull=True, sourced_idea__isnull=True).order_by("pk")


def _set_floor(source: IdeaSource, now: datetime) -> bool:
    """Where the new ones begin, as soon as the feed was read for the first time."""
    if not Cursor.objects.filter(channel=source.channel_id, moved_at__lte=now - QUIET).exists():
        return False
    floor = floor_of(source.channel, source.newest)
    change_record(record=source, person=source.updated_by, now=now, seen_revision=None, floor=floor)
    return True


def _pause(source: IdeaSource, why: str, now: datetime) -> int:
    change_record(record=source, person=source.updated_by, now=now, seen_revision=None, paused_at=now, paused_why=why)
    record_audit(
        workspace=source.workspace, person=None, verb=audit.SOURCE_PAUSED, target=source, now=now, after={"why": why}
    )
    return 0


def _take(source: IdeaSource, entry: Message, now: datetime) -> bool:
    """One entry; an address somebody's feed brought before is noted and makes no second item."""
    known = SourcedIdea.objects.filter(source__workspace=source.workspace_id, url=entry.url)
    is_known = bool(entry.url) and known.exists()
    item = None if is_known else _make(source, entry, now)
    if item is not None and SourcedIdea.objects.filter(item=item).exists():
        item = None
    SourcedIdea.objects.create(source=source, message=entry, url=entry.url, item=item, taken_at=now)
    return item is not None


def _make(source: IdeaSource, entry: Message, now: datetime) -> Item:
    title = (" ".join(entry.title.split()) or excerpt(entry.text) or entry.url or _("Entry without words"))[
        :LONGEST_TITLE
    ]
    person = source.updated_by
    assert person is not None  # noqa: S101 - asked for just before
    with speaking(source.workspace.language, source.workspace.gender_form):
        note = _note(source, entry)
    if source.becomes == states.IDEA:
        item = Item.objects.create(
            workspace=source.workspace, owner=person, title=title, idea=note, serves_key=source.serves_key,
            stage=states.IDEA, created_at=now, created_by=person, updated_at=now, updated_by=person, origin="connector",
        )  # fmt: skip
    else:
        targets = frozenset(source.targets.values_list("pk", flat=True))
        words = "\n\n".join(part for part in (title, entry.url) if part)
        written = ItemText(
            title, serves_key=source.serves_key, no_objective_reason=source.no_objective_reason, text=words,
            shared=targets, idea=note,
        )  # fmt: skip
        item = save_item(person=person, item=None, written=written, now=now)
        change_record(record=item, person=person, now=now, seen_revision=None, origin="connector")
    record_audit(workspace=source.workspace, person=None, verb=audit.ENTRY_TAKEN, target=item, now=now)
    return item


def _note(source: IdeaSource, entry: Message) -> str:
    """Where it is from, its address, the address of its picture, how it begins."""
    day = formats.date_format(entry.occurred_at, "SHORT_DATE_FORMAT")
    lines = [_("From the feed “%(name)s”, %(day)s") % {"name": source.channel.name, "day": day}]
    lines += [entry.url] if entry.url else []
    pictures = [one.get("url", "") for one in entry.extra.get("media") or [] if "image" in str(one.get("type"))]
    lines += [_("Picture: %(address)s") % {"address": address} for address in pictures[:3] if address]
    lines.append(_("Whose words and pictures these are must be settled before anything is taken over."))
    text = entry.text.strip()
    said = text if len(text) <= LONGEST_NOTE else text[:LONGEST_NOTE].rsplit(" ", 1)[0] + " …"
    return "\n".join(lines) + (f"\n\n{said}" if said else "")
