"""What messages of others show: noted as it comes, fetched into our own store, so that nobody's browser asks a network."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models import F, QuerySet

from allmende.channels.actions.clean_text import storable
from allmende.channels.actions.keep_media import CannotKeep, decode_picture, store_picture
from allmende.channels.models import LinkCard, MessageMedia
from allmende.channels.queries import CANNOT_OPEN, PICTURE_TYPES, open_client
from allmende.channels.states import KEPT, LEFT, WAITING
from allmende.connectors.errors import Refused
from allmende.connectors.http import Client
from allmende.connectors.neutral import Item, Media
from allmende.jobs.actions import ending

Row = TypeVar("Row", MessageMedia, LinkCard)
log = logging.getLogger("allmende.channels")

MOST_PER_MESSAGE = 10
LONGEST_URL = 2000
LONGEST_ALT = 5000
# Longer than a page or a picture may take to come and to be decoded.
CLAIM = timedelta(minutes=2)
MOST_ATTEMPTS = 5
MOST_PER_RUN = 20
# A server that hangs keeps pages and pictures of others waiting no longer; what is left is fetched in the next run.
LONGEST_RUN_SECONDS = 10.0
# Servers say "binary" of pictures too; what it is decides the decoder.
FETCHED_TYPES = (*PICTURE_TYPES, "image/jpg", "application/octet-stream", "binary/octet-stream")
# Why something is not kept: an import's pictures may be long gone, films and sounds are not ours to copy.
FROM_PAST, NO_PICTURE, NO_ADDRESS = "from_past", "no_picture", "no_address"


def note_media(*, items: Sequence[Item], ids: Mapping[str, int], now: datetime, is_past: bool) -> None:
    """Note what new messages show (`ids`: rows by native id); inside the transaction that stores the messages."""
    rows = [
        _row(ids[item.ref.native_id], place, medium, now, is_past)
        for item in items
        for place, medium in enumerate(item.media[:MOST_PER_MESSAGE])
    ]
    MessageMedia.objects.bulk_create(rows)


def renote_media(*, item: Item, message_id: int, now: datetime) -> bool:
    """Bring what a known message of others shows up to the newest telling; whether something changed."""
    told = [(storable(medium.url)[:LONGEST_URL], _alt(medium)) for medium in item.media[:MOST_PER_MESSAGE]]
    there = MessageMedia.objects.filter(message=message_id)
    if list(there.values_list("url", "alt")) == told:
        return False
    kept = {row.url: row.media_id for row in there if row.media_id and row.url}
    there.delete()
    note_media(items=[item], ids={item.ref.native_id: message_id}, now=now, is_past=False)
    for url, media_id in kept.items():  # a changed alternative text needs no second fetching
        there.filter(url=url).update(media=media_id, state=KEPT, next_at=None)
    return True


def fetch_due(*, now: datetime, client: Client | None = None) -> int:
    """Fetch what messages show and nobody fetched yet; how many were kept."""
    rows = MessageMedia.objects.select_related("message__channel__workspace")
    return fetch_in_turn(rows=rows, most=MOST_PER_RUN, fetch=_fetch, make_client=open_client, client=client, now=now)


def fetch_in_turn(
    *,
    rows: "QuerySet[Row]",
    most: int,
    fetch: Callable[[Row, Client, datetime], bool],
    make_client: Callable[[], Client],
    client: Client | None,
    now: datetime,
) -> int:
    """`fetch` those of these rows that wait and are due, at most so many, the oldest first, each claimed before by whoever does;
    how many were kept. Ends early when the run has lasted long enough or the worker must go."""
    due, kept = rows.filter(state=WAITING, next_at__lte=now), 0
    pks = list(due.order_by("next_at").values_list("pk", flat=True)[:most])
    if not pks:
        return 0
    door, is_ending, end = client or make_client(), ending(), time.monotonic() + LONGEST_RUN_SECONDS
    try:
        for pk in pks:
            if is_ending() or time.monotonic() > end:
                break
            if due.filter(pk=pk).update(next_at=now + CLAIM, attempts=F("attempts") + 1):
                kept += fetch(rows.get(pk=pk), door, now)
    finally:
        if client is None:
            door.close()
    return kept


def _fetch(row: MessageMedia, client: Client, now: datetime) -> bool:
    try:
        picture = decode_picture(client.read(row.url, types=FETCHED_TYPES).body)
    except CannotKeep as error:
        return _leave(row, error.code)
    except Refused as error:
        return _leave(row, error.reason_code)
    except CANNOT_OPEN as error:
        if row.attempts >= MOST_ATTEMPTS:
            return _leave(row, getattr(error, "reason_code", "not_reached"))
        MessageMedia.objects.filter(pk=row.pk).update(next_at=now + CLAIM * 2**row.attempts)
        return False
    with transaction.atomic():
        workspace = row.message.channel.workspace
        media, _ = store_picture(workspace=workspace, person=None, name="", picture=picture, now=now)
        MessageMedia.objects.filter(pk=row.pk).update(media=media, state=KEPT, next_at=None, reason_code="")
    return True


def _leave(row: MessageMedia, reason_code: str) -> bool:
    MessageMedia.objects.filter(pk=row.pk).update(state=LEFT, next_at=None, reason_code=reason_code[:40])
    return False


def _row(message_id: int, place: int, medium: Media, now: datetime, is_past: bool) -> MessageMedia:
    url = storable(medium.url)[:LONGEST_URL]
    reason = _why_not(medium, url, is_past)
    return MessageMedia(
        message_id=message_id, place=place, alt=_alt(medium), url=url, media_type=storable(medium.media_type)[:80],
        state=LEFT if reason else WAITING, next_at=None if reason else now, reason_code=reason,
    )  # fmt: skip


def _why_not(medium: Media, url: str, is_past: bool) -> str:
    if is_past:
        return FROM_PAST
    if medium.media_type and not medium.media_type.startswith(("image/", "application/octet-stream")):
        return NO_PICTURE
    return "" if url.startswith(("https://", "http://")) and len(medium.url) <= LONGEST_URL else NO_ADDRESS


def _alt(medium: Media) -> str:
    return storable(medium.alt)[:LONGEST_ALT]
