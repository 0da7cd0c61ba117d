"""The only writers of this room, one file per verb."""

from allmende.guidelines.actions.draft_plan import draft_from_catalogue, open_draft
from allmende.guidelines.actions.open_channel import CannotOpen, open_channel
from allmende.guidelines.actions.put_in_force import CannotPutInForce, put_in_force
from allmende.guidelines.actions.save_rule import CannotEdit, save_rule

__all__ = [
    "CannotEdit",
    "CannotOpen",
    "CannotPutInForce",
    "draft_from_catalogue",
    "open_channel",
    "open_draft",
    "put_in_force",
    "save_rule",
]
