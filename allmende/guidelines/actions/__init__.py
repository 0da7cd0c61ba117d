"""The only writers of this room, one file per verb."""

from collections.abc import Mapping

from allmende.guidelines.actions.draft_plan import draft_from_catalogue, open_draft
from allmende.guidelines.actions.open_channel import CannotOpen, open_channel
from allmende.guidelines.actions.put_in_force import CannotPutInForce, put_in_force
from allmende.guidelines.actions.read_guidelines import read_guidelines
from allmende.guidelines.actions.save_message import (
    CannotSaveMessage,
    archive_message,
    save_brand,
    save_message,
    serve_objective,
)
from allmende.guidelines.actions.save_rule import CannotEdit, save_rule
from allmende.guidelines.actions.save_word import CannotSaveWord, archive_word, save_word, undo_word
from allmende.guidelines.actions.tell_network_changes import NetworkNews, tell_network_changes
from allmende.guidelines.models import BrandRecord, CoreMessage, ReactionRule
from allmende.guidelines.states import DRAFT
from allmende.team.actions import Undo, undo_fields

UNDO: Mapping[str, Undo] = {
    "rule_changed": undo_fields(
        right="guidelines.plan.edit",
        verb="guidelines.rule.changed",
        # What is in force meanwhile is not changed underhand.
        rows=lambda person: ReactionRule.objects.filter(plan__workspace=person.workspace, plan__state=DRAFT),
    ),
    "message": undo_fields(
        right="guidelines.plan.edit",
        verb="guidelines.message.saved",
        rows=lambda person: CoreMessage.objects.filter(workspace=person.workspace),
    ),
    "brand": undo_fields(
        right="guidelines.plan.edit",
        verb="guidelines.brand.saved",
        rows=lambda person: BrandRecord.objects.filter(workspace=person.workspace),
    ),
    "word": undo_word,
}

__all__ = [
    "UNDO",
    "CannotEdit",
    "CannotOpen",
    "CannotPutInForce",
    "CannotSaveMessage",
    "CannotSaveWord",
    "NetworkNews",
    "archive_message",
    "archive_word",
    "draft_from_catalogue",
    "open_channel",
    "open_draft",
    "put_in_force",
    "read_guidelines",
    "save_brand",
    "save_message",
    "save_rule",
    "save_word",
    "serve_objective",
    "tell_network_changes",
    "undo_word",
]
