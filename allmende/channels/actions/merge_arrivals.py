"""What is told again: edits and deletions change the row; an older telling changes nothing."""

from collections.abc import Mapping, Sequence

from allmende.channels.actions.neutral_rows import Frame, words_of
from allmende.channels.actions.show_media import renote_media
from allmende.channels.actions.write_rows import chunks
from allmende.channels.models import Gesture, Message
from allmende.connectors.neutral import Item

WORDS = ("title", "text", "html", "html_raw", "sanitiser_version", "edited_at")


def merge_messages(items: Sequence[Item], there: Mapping[str, int], frame: Frame) -> None:
    """Bring known messages up to the newest telling; `changed_at` moves only if something did."""
    for part in chunks(items):
        rows = Message.objects.in_bulk([there[item.ref.native_id] for item in part])
        for item in part:
            row = rows[there[item.ref.native_id]]
            changed = _take_words(row, item) + _take_place(row, item) + _take_deletion(row, item)
            if changed and row.person_id is None and item.edited_at:  # ours shows what we kept
                renote_media(item=item, message_id=row.pk, now=frame.now)
            if changed:
                row.changed_at = frame.now
                row.save(update_fields=[*changed, "changed_at"])


def merge_gestures(items: Sequence[Item], there: Mapping[str, int], frame: Frame) -> None:
    """A gesture can only be taken back."""
    gone = {there[item.ref.native_id]: item for item in items if item.deleted_at}
    for part in chunks(gone):
        for row in Gesture.objects.filter(pk__in=part):
            if changed := _take_deletion(row, gone[row.pk]):
                row.changed_at = frame.now
                row.save(update_fields=[*changed, "changed_at"])


def _take_words(row: Message, item: Item) -> list[str]:
    """Newer words replace older ones; words that came after a bare deletion fill it; ours change only by an edit."""
    if not (item.text or item.html):
        return []
    is_empty = not (row.text or row.html_raw)
    is_edit = item.edited_at is not None and (row.edited_at is None or item.edited_at > row.edited_at)
    is_untold_edit = item.edited_at is None is row.edited_at and row.person_id is None
    if not (is_empty or is_edit or is_untold_edit):
        return []
    words = words_of(item)
    new = {name: getattr(words, name) for name in WORDS[:-1]} | {"edited_at": item.edited_at}
    changed = [name for name in WORDS if getattr(row, name) != new[name]]
    for name in changed:
        setattr(row, name, new[name])
    return [*changed, "search_words"] if {"title", "text"} & {*changed} else changed


def _take_place(row: Message, item: Item) -> list[str]:
    """What an earlier, barer telling did not know yet."""
    told = {"thread_native_id": item.thread, "reply_to_native_id": item.reply_to}
    changed = [name for name, value in told.items() if value and not getattr(row, name)]
    for name in changed:
        setattr(row, name, told[name])
    if "reply_to_native_id" in changed:
        row.reply_to = Message.objects.filter(channel=row.channel_id, native_id=item.reply_to).first()
        changed.append("reply_to")
    return changed


def _take_deletion(row: Message | Gesture, item: Item) -> list[str]:
    if item.deleted_at is None or (row.deleted_at is not None and row.deleted_at <= item.deleted_at):
        return []
    row.deleted_at = item.deleted_at
    return ["deleted_at"]
