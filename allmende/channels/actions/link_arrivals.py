"""Both ends of a reply or gesture, whichever came first."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from allmende.channels.actions.write_rows import chunks, update_rows
from allmende.channels.models import Channel, Gesture, Message


def known_ids(model: type[Message] | type[Gesture], channel: Channel, native_ids: Iterable[str]) -> dict[str, int]:
    """Row ids by native id, of those that are there; one query per 1,000."""
    found: dict[str, int] = {}
    for part in chunks(native_ids):
        rows = model.objects.filter(channel=channel, native_id__in=part)
        found.update((str(native_id), pk) for native_id, pk in rows.values_list("native_id", "pk"))
    return found


def link_replies(channel: Channel, arrived: Mapping[str, int], now: datetime) -> None:
    """Link messages that waited for one of the arrivals as the message they answer."""
    orphans = Message.objects.filter(channel=channel, reply_to__isnull=True).exclude(reply_to_native_id="")
    if not orphans.exists():
        return
    for part in chunks(arrived):
        waiting = list(orphans.filter(reply_to_native_id__in=part).only("pk", "reply_to_native_id"))
        for message in waiting:
            message.reply_to_id = arrived[message.reply_to_native_id]
            message.changed_at = now
        update_rows(waiting, ["reply_to", "changed_at"])


def link_gestures(channel: Channel, arrived: Mapping[str, int], now: datetime) -> None:
    """Link gestures that waited for one of the arrivals as their object."""
    orphans = Gesture.objects.filter(channel=channel, target__isnull=True).exclude(target_native_id="")
    if not orphans.exists():
        return
    for part in chunks(arrived):
        waiting = list(orphans.filter(target_native_id__in=part).only("pk", "target_native_id"))
        for gesture in waiting:
            gesture.target_id = arrived[gesture.target_native_id]
            gesture.changed_at = now
        update_rows(waiting, ["target", "changed_at"])
