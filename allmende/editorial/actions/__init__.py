"""The only writers of this room, one file per verb."""

from allmende.editorial.actions.approve_variant import CannotApprove, approve_variant
from allmende.editorial.actions.save_item import CannotSave, ItemText, save_item
from allmende.editorial.actions.schedule_variant import CannotSchedule, publish_now, schedule_variant
from allmende.editorial.actions.withdraw_variant import withdraw_variant

__all__ = [
    "CannotApprove",
    "CannotSave",
    "CannotSchedule",
    "ItemText",
    "approve_variant",
    "publish_now",
    "save_item",
    "schedule_variant",
    "withdraw_variant",
]
