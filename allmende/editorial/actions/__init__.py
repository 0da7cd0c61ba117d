"""The only writers of this room, one file per verb."""

from collections.abc import Mapping

from allmende.editorial.actions.answer_step import CannotAnswer, answer_step, comment_as_guest, note_review_opened
from allmende.editorial.actions.approve_variant import CannotApprove, approve_item, approve_variant
from allmende.editorial.actions.archive_item import archive_item, restore_item
from allmende.editorial.actions.ask_approval import CannotAsk, ask_approval, comment_on_item
from allmende.editorial.actions.ask_step import ask_steps, open_review
from allmende.editorial.actions.change_plan import (
    CannotChangePlan,
    PlanChanged,
    PlanWish,
    change_plan,
    undo_plan_change,
)
from allmende.editorial.actions.duplicate_item import duplicate_item
from allmende.editorial.actions.forget_named import ERASING
from allmende.editorial.actions.gather_newsletter import CannotGather, gather_newsletter
from allmende.editorial.actions.hand_approval import CannotHandApproval, hand_approval, undo_hand_approval
from allmende.editorial.actions.hand_item import hand_item
from allmende.editorial.actions.keep_series import (
    CannotKeepSeries,
    SeriesWish,
    UncaredSeries,
    start_series,
    stop_series,
    undo_start,
    undo_stop,
)
from allmende.editorial.actions.keep_slot import CannotKeepSlot, add_slot, remove_slot
from allmende.editorial.actions.keep_source import (
    CannotKeepSource,
    SourceWish,
    add_source,
    open_source,
    pause_source,
    remove_source,
    resume_source,
)
from allmende.editorial.actions.make_occurrences import make_ahead, make_occurrences, make_times
from allmende.editorial.actions.move_card import CannotMoveCard, move_card
from allmende.editorial.actions.move_occurrence import move_occurrence, undo_move_occurrence
from allmende.editorial.actions.move_variant import Moved, StaleSlot, move_variant, place_item
from allmende.editorial.actions.note_idea import note_idea
from allmende.editorial.actions.open_feed import close_feed, open_feed, undo_close_feed
from allmende.editorial.actions.pause_variant import drop_variant, pause_variant, resume_variant
from allmende.editorial.actions.plan_again import When, plan_again
from allmende.editorial.actions.plan_steps import CannotPlanStep, StepPlan, add_step, drop_step
from allmende.editorial.actions.remind_reviewers import remind_of_approvals
from allmende.editorial.actions.reword import (
    CannotReword,
    approve_rewording,
    drop_rewording,
    reword,
    say_approved,
    undo_reword,
)
from allmende.editorial.actions.save_block import CannotSaveBlock, archive_block, save_block
from allmende.editorial.actions.save_item import CannotSave, ItemText, save_item
from allmende.editorial.actions.save_right import save_right
from allmende.editorial.actions.say_anew import say_anew
from allmende.editorial.actions.schedule_read import move_read, publish_read
from allmende.editorial.actions.schedule_variant import CannotSchedule, NoCare, publish_now, schedule_variant
from allmende.editorial.actions.skip_occurrence import (
    move_following,
    skip_occurrence,
    undo_move_following,
    undo_skip,
)
from allmende.editorial.actions.take_back import take_back
from allmende.editorial.actions.take_ideas import take_ideas
from allmende.editorial.actions.track_address import CannotTrack, Tracked, track_address, undo_tracking
from allmende.editorial.actions.watch_care import watch_care
from allmende.editorial.actions.watch_rights import watch_rights
from allmende.editorial.actions.withdraw_variant import withdraw_variant
from allmende.editorial.audit import ARCHIVED, BLOCK_SAVED, CARD_MOVED, RIGHT_SAVED, SLOT_UNDONE, SOURCE_UNDONE
from allmende.editorial.models import IdeaSource, Item, MediaRight, PostingSlot, TextBlock
from allmende.team.actions import Undo, asks_network, undo_fields

UNDO: Mapping[str, Undo] = {
    "feed_closed": undo_close_feed,
    "slot": undo_fields(
        right="editorial.item.schedule",
        verb=SLOT_UNDONE,
        rows=lambda person: PostingSlot.objects.filter(workspace=person.workspace),
    ),
    "source": undo_fields(
        right="editorial.item.edit",
        verb=SOURCE_UNDONE,
        rows=lambda person: IdeaSource.objects.filter(workspace=person.workspace),
    ),
    "plan_changed": undo_plan_change,
    "series_started": undo_start,
    "series_stopped": undo_stop,
    "series_moved": undo_move_following,
    "occurrence_skipped": undo_skip,
    "occurrence_moved": undo_move_occurrence,
    "tracked": undo_tracking,
    "reworded": asks_network(undo_reword),
    "card": undo_fields(
        right="editorial.item.edit",
        verb=CARD_MOVED,
        rows=lambda person: Item.objects.filter(workspace=person.workspace),
    ),
    "block": undo_fields(
        right="editorial.item.edit",
        verb=BLOCK_SAVED,
        rows=lambda person: TextBlock.objects.filter(workspace=person.workspace),
    ),
    "right": undo_fields(
        right="editorial.item.edit",
        verb=RIGHT_SAVED,
        rows=lambda person: MediaRight.objects.filter(workspace=person.workspace),
    ),
    "item_noted": undo_fields(
        right="editorial.item.edit",
        verb=ARCHIVED,
        rows=lambda person: Item.objects.filter(workspace=person.workspace),
    ),
    "approval_handed": undo_hand_approval,
}

__all__ = [
    "ERASING",
    "UNDO",
    "CannotAnswer",
    "CannotApprove",
    "CannotAsk",
    "CannotChangePlan",
    "CannotGather",
    "CannotHandApproval",
    "CannotKeepSeries",
    "CannotKeepSlot",
    "CannotKeepSource",
    "CannotMoveCard",
    "CannotPlanStep",
    "CannotReword",
    "CannotSave",
    "CannotSaveBlock",
    "CannotSchedule",
    "CannotTrack",
    "ItemText",
    "Moved",
    "NoCare",
    "PlanChanged",
    "PlanWish",
    "SeriesWish",
    "SourceWish",
    "StaleSlot",
    "StepPlan",
    "Tracked",
    "UncaredSeries",
    "When",
    "add_slot",
    "add_source",
    "add_step",
    "answer_step",
    "approve_item",
    "approve_rewording",
    "approve_variant",
    "archive_block",
    "archive_item",
    "ask_approval",
    "ask_steps",
    "change_plan",
    "close_feed",
    "comment_as_guest",
    "comment_on_item",
    "drop_rewording",
    "drop_step",
    "drop_variant",
    "duplicate_item",
    "gather_newsletter",
    "hand_approval",
    "hand_item",
    "make_ahead",
    "make_occurrences",
    "make_times",
    "move_card",
    "move_following",
    "move_occurrence",
    "move_read",
    "move_variant",
    "note_idea",
    "note_review_opened",
    "open_feed",
    "open_review",
    "open_source",
    "pause_source",
    "pause_variant",
    "place_item",
    "plan_again",
    "publish_now",
    "publish_read",
    "remind_of_approvals",
    "remove_slot",
    "remove_source",
    "restore_item",
    "resume_source",
    "resume_variant",
    "reword",
    "save_block",
    "save_item",
    "save_right",
    "say_anew",
    "say_approved",
    "schedule_variant",
    "skip_occurrence",
    "start_series",
    "stop_series",
    "take_back",
    "take_ideas",
    "track_address",
    "undo_plan_change",
    "undo_tracking",
    "watch_care",
    "watch_rights",
    "withdraw_variant",
]
