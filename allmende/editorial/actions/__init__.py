"""The only writers of this room, one file per verb."""

from allmende.editorial.actions.approve_variant import CannotApprove, approve_item, approve_variant
from allmende.editorial.actions.archive_item import archive_item, restore_item
from allmende.editorial.actions.ask_approval import CannotAsk, ask_approval, comment_on_item
from allmende.editorial.actions.duplicate_item import duplicate_item
from allmende.editorial.actions.move_variant import Moved, StaleSlot, move_variant, place_item
from allmende.editorial.actions.save_item import CannotSave, ItemText, save_item
from allmende.editorial.actions.schedule_variant import CannotSchedule, publish_now, schedule_variant
from allmende.editorial.actions.withdraw_variant import withdraw_variant

__all__ = [
    "CannotApprove",
    "CannotAsk",
    "CannotSave",
    "CannotSchedule",
    "ItemText",
    "Moved",
    "StaleSlot",
    "approve_item",
    "approve_variant",
    "archive_item",
    "ask_approval",
    "comment_on_item",
    "duplicate_item",
    "move_variant",
    "place_item",
    "publish_now",
    "restore_item",
    "save_item",
    "schedule_variant",
    "withdraw_variant",
]
