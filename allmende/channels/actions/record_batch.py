"""Take in what a network tells: one transaction from meeting the authors to moving the cursor.

Arrivals may come late, doubled or out of order; the rows end the same. The network's own version decides (the newest
edit), never the order of arrival; a deletion marks and never blanks; whoever answers waits for the other end by the
network's id and is linked when it comes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction

from allmende.channels.actions.adopt_message import adopt_own
from allmende.channels.actions.link_arrivals import known_ids, link_gestures, link_replies
from allmende.channels.actions.mend_items import mended, mended_author
from allmende.channels.actions.merge_arrivals import merge_gestures, merge_messages
from allmende.channels.actions.neutral_rows import (
    GESTURE_COLUMNS,
    MESSAGE_COLUMNS,
    Frame,
    gesture_row,
    message_row,
    newest,
)
from allmende.channels.actions.show_media import note_media
from allmende.channels.actions.write_rows import chunks, insert_rows, reserve_ids
from allmende.channels.actions.write_search_words import with_base_forms
from allmende.channels.models import Channel, Cursor, Gesture, ImportRun, Message
from allmende.connectors.neutral import Author, Batch, Item
from allmende.members.actions import meet
from allmende.members.models import Identity
from allmende.members.queries import ActorRules, actor_rules, forgotten_among


@dataclass(frozen=True, slots=True)
class Recorded:
    """How many messages were new, how many were there already (changed or not), how many could not be kept.

    `gestures`: new wordless acts.
    """

    new: int
    known: int
    refused: int = 0
    gestures: int = 0


def record_batch(
    *,
    channel: Channel,
    batch: Batch,
    now: datetime,
    origin: str = "connector",
    import_run: ImportRun | None = None,
) -> Recorded:
    """Store a batch and, for a collecting channel, its cursor, all or nothing. Giving a batch twice adds nothing."""
    record = _record_words if any(item.kind == "message" for item in batch.items) else _record
    return record(channel, batch, now, origin, import_run)


@transaction.atomic
def _record(channel: Channel, batch: Batch, now: datetime, origin: str, import_run: ImportRun | None) -> Recorded:
    Channel.objects.select_for_update().only("pk").get(pk=channel.pk)  # one writer per channel
    told = list(mended(batch.items, now=now, is_past=import_run is not None))
    items = _without_forgotten(channel, told)
    rules = actor_rules(channel.workspace, channel.network)
    met = _meet_authors(channel, items, rules, now)
    frame = Frame(channel.pk, now, origin, import_run.pk if import_run else None, _classes(items, rules))
    messages = [item for item in items if item.kind == "message"]
    new = _record_messages(channel, messages, frame, met)
    gestures = _record_gestures(channel, [item for item in items if item.kind == "gesture"], frame, met)
    if import_run is None:
        Cursor.objects.update_or_create(channel=channel, defaults={"value": batch.cursor, "moved_at": now})
    return Recorded(new, len(messages) - new, len(batch.items) - len(told), gestures)


_record_words = with_base_forms(_record)


def _without_forgotten(channel: Channel, items: Sequence[Item]) -> Sequence[Item]:
    """Whoever asked to be forgotten is not taken in again with what they said until then; later they are somebody new."""
    authors = {item.author.native_id for item in items if item.author}
    forgotten = forgotten_among(channel.workspace, channel.network, authors)
    if not forgotten:
        return items
    return [item for item in items if not (item.author and _is_until(item, forgotten.get(item.author.native_id)))]


def _is_until(item: Item, at: datetime | None) -> bool:
    return at is not None and item.occurred_at <= at


def _meet_authors(channel: Channel, items: Sequence[Item], rules: ActorRules, now: datetime) -> Mapping[str, Identity]:
    authors: dict[str, Author] = {}
    first_seen: dict[str, datetime] = {}
    for item in items:
        if item.author is None:
            continue
        key = item.author.native_id
        authors[key] = item.author
        if key not in first_seen or item.occurred_at < first_seen[key]:
            first_seen[key] = item.occurred_at
    today = now.astimezone(UTC).date()
    return meet(
        workspace=channel.workspace,
        network=channel.network,
        authors=[mended_author(author) for author in authors.values()],
        first_seen=first_seen,
        now=now,
        classes={key: rules.class_of(author, today) for key, author in authors.items()},
    )


def _classes(items: Iterable[Item], rules: ActorRules) -> Mapping[tuple[str, str], str]:
    """The class of each author, by native id and, where rules have dates, by day."""
    classes: dict[tuple[str, str], str] = {}
    by_day = rules.depend_on_date
    for item in items:
        if item.author is None:
            continue
        day = item.occurred_at.date()
        key = (item.author.native_id, day.isoformat() if by_day else "")
        if key not in classes:
            classes[key] = rules.class_of(item.author, day)
    return classes


def _record_messages(channel: Channel, items: Sequence[Item], frame: Frame, met: Mapping[str, Identity]) -> int:
    by_id = newest(items)
    there = known_ids(Message, channel, by_id)
    merge_messages([by_id[key] for key in there], there, frame)
    arrivals = [item for key, item in by_id.items() if key not in there]
    fresh = adopt_own(channel=channel, items=arrivals, now=frame.now)
    if not fresh:
        return 0
    ids = dict(zip((item.ref.native_id for item in fresh), reserve_ids(Message, len(fresh)), strict=True))
    ends = (
        ids | there | known_ids(Message, channel, {item.reply_to for item in fresh} - ids.keys() - there.keys() - {""})
    )
    rows = [message_row(item, ids[item.ref.native_id], ends.get(item.reply_to), frame, met) for item in fresh]
    for part in chunks(rows, 10_000):
        insert_rows(Message, MESSAGE_COLUMNS, part)
    note_media(items=fresh, ids=ids, now=frame.now, is_past=frame.import_run_id is not None)
    link_replies(channel, ids, frame.now)
    link_gestures(channel, ids, frame.now)
    return len(fresh)


def _record_gestures(channel: Channel, items: Sequence[Item], frame: Frame, met: Mapping[str, Identity]) -> int:
    by_id = newest(items)
    there = known_ids(Gesture, channel, by_id)
    merge_gestures([by_id[key] for key in there], there, frame)
    fresh = [item for key, item in by_id.items() if key not in there]
    if not fresh:
        return 0
    ends = known_ids(Message, channel, {item.target for item in fresh} - {""})
    ids = reserve_ids(Gesture, len(fresh))
    rows = [gesture_row(item, pk, ends.get(item.target), frame, met) for item, pk in zip(fresh, ids, strict=True)]
    insert_rows(Gesture, GESTURE_COLUMNS, rows)
    return len(fresh)
