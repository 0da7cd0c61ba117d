"""The only writers of this room, one file per verb."""

from collections.abc import Mapping

from allmende.inbox import audit
from allmende.inbox.actions.add_note import CannotNote, add_note, undo_note
from allmende.inbox.actions.answer_inquiry import (
    CannotAnswer,
    accept_inquiry,
    answer_inquiry,
    decline_inquiry,
    follow_late,
)
from allmende.inbox.actions.answer_suggestion import (
    CannotTake,
    dismiss_suggestion,
    save_triage,
    take_suggestion,
    undo_suggestion,
    undo_triage,
)
from allmende.inbox.actions.ask_reader import (
    CannotRead,
    answer,
    ask_for_waiting,
    ask_reader,
    take_back_reading,
    undo_asked,
    undo_taken_back,
)
from allmende.inbox.actions.assign_conversation import (
    CannotAssign,
    OnlyReads,
    TakenMeanwhile,
    assign_conversation,
    assign_from_pool,
    undo_assign,
)
from allmende.inbox.actions.care import (
    CannotProtect,
    mark_atmosphere,
    save_protection,
    set_budget,
    undo_atmosphere,
    undo_budget,
)
from allmende.inbox.actions.carry_out_due import carry_out_due
from allmende.inbox.actions.change_said import edit_reply, undo_accept, undo_edit
from allmende.inbox.actions.change_several import Assigned, assign_several, close_several, undo_assign_several
from allmende.inbox.actions.choose_situation import choice_of, choose_situation, undo_choice
from allmende.inbox.actions.clear_undone import clear_undone
from allmende.inbox.actions.close_conversation import (
    CannotClose,
    close_conversation,
    reopen_conversation,
    undo_close,
    undo_reopen,
)
from allmende.inbox.actions.decide_several import Decided, decide_several
from allmende.inbox.actions.escalate_broken import escalate_broken
from allmende.inbox.actions.file_imported import file_imported
from allmende.inbox.actions.file_messages import file_messages
from allmende.inbox.actions.forward import forward
from allmende.inbox.actions.hand_up import CannotHandUp, hand_up, undo_hand_up
from allmende.inbox.actions.inquire import CannotInquire, ask_department, ask_expert, open_question
from allmende.inbox.actions.learn import learn_due, learn_from_team
from allmende.inbox.actions.look_at_conversation import look_at_conversation, look_into_private
from allmende.inbox.actions.moderate import (
    CannotDecide,
    carry_out,
    decide_moderation,
    lapse_due,
    note_complaint,
    note_done_there,
    note_told,
    reverse_moderation,
    undo_noted,
)
from allmende.inbox.actions.public_notice import (
    CannotAnswerNotice,
    CannotReport,
    answer_notice,
    answer_objection,
    can_object,
    forget_reporters,
    object_to_answer,
    receive_notice,
    remind_of_notices,
)
from allmende.inbox.actions.read_second import approve_reading, decline_reading, remind_readers, undo_declined
from allmende.inbox.actions.regroup import (
    CannotRegroup,
    merge_conversations,
    split_conversation,
    undo_regroup,
)
from allmende.inbox.actions.save_pattern import CannotSavePattern, archive_pattern, save_pattern
from allmende.inbox.actions.save_view import CannotSaveView, drop_view, save_view, undo_view
from allmende.inbox.actions.scrub_erased import ERASING, scrub_erased
from allmende.inbox.actions.send_reply import CannotReply, NeedsReader, SomebodyAnswered, send_reply, take_back_reply
from allmende.inbox.actions.settle_objection import (
    finish_reversals,
    note_outcome_told,
    remind_of_objections,
    settle_objection,
    undo_outcome_told,
)
from allmende.inbox.actions.show_pictures import (
    LONGEST_ALT,
    LONGEST_REASON,
    CannotShow,
    Shown,
    attach_pictures,
    keep_pictures,
    no_pictures,
    undo_taken_out,
)
from allmende.inbox.actions.snooze_conversation import (
    CannotSnooze,
    snooze_conversation,
    undo_snooze,
    undo_wake,
    wake_conversation,
    wake_due,
)
from allmende.inbox.actions.suggest import forget_suggestions, suggest_for
from allmende.inbox.actions.tag_conversations import (
    CannotTag,
    tag_conversations,
    undo_tag,
    undo_untag,
    untag_conversation,
)
from allmende.inbox.actions.tell_member import (
    CannotTell,
    drop_inquiry,
    keep_knowledge,
    note_member_told,
    take_up,
    undo_inquiry,
)
from allmende.inbox.actions.tell_neglect import tell_neglect
from allmende.inbox.actions.tell_overtaken import tell_overtaken
from allmende.inbox.actions.use_pattern import begin_with
from allmende.inbox.models import ProtectionRules, TextPattern
from allmende.team.actions import Undo, asks_network, undo_fields

UNDO: Mapping[str, Undo] = {
    "noted": undo_note,
    "assigned": undo_assign,
    "handed_up": undo_hand_up,
    "sorted": undo_choice,
    "closed": undo_close,
    "reopened": undo_reopen,
    "snoozed": undo_snooze,
    "woken": undo_wake,
    "several_assigned": undo_assign_several,
    "reply_edited": asks_network(undo_edit),
    "answer_marked": asks_network(undo_accept),
    "picture_taken_out": undo_taken_out,
    "reader_asked": undo_asked,
    "reading_taken_back": undo_taken_back,
    "reading_declined": undo_declined,
    "moderation_noted": undo_noted,
    "outcome_told": undo_outcome_told,
    "inquiry": undo_inquiry,
    "regrouped": undo_regroup,
    "tagged": undo_tag,
    "untagged": undo_untag,
    "view": undo_view,
    "pattern": undo_fields(
        right="inbox.reply.send",
        verb=audit.PATTERN_SAVED,
        rows=lambda person: TextPattern.objects.filter(workspace=person.workspace),
    ),
    "suggestion": undo_suggestion,
    "triage": undo_triage,
    "atmosphere": undo_atmosphere,
    "budget": undo_budget,
    "protection": undo_fields(
        right="team.workspace.edit",
        verb=audit.PROTECTED,
        rows=lambda person: ProtectionRules.objects.filter(workspace=person.workspace_id),
    ),
}

__all__ = [
    "ERASING",
    "LONGEST_ALT",
    "LONGEST_REASON",
    "UNDO",
    "Assigned",
    "CannotAnswer",
    "CannotAnswerNotice",
    "CannotAssign",
    "CannotClose",
    "CannotDecide",
    "CannotHandUp",
    "CannotInquire",
    "CannotNote",
    "CannotProtect",
    "CannotRead",
    "CannotRegroup",
    "CannotReply",
    "CannotReport",
    "CannotSavePattern",
    "CannotSaveView",
    "CannotShow",
    "CannotSnooze",
    "CannotTag",
    "CannotTake",
    "CannotTell",
    "Decided",
    "NeedsReader",
    "OnlyReads",
    "Shown",
    "SomebodyAnswered",
    "TakenMeanwhile",
    "accept_inquiry",
    "add_note",
    "answer",
    "answer_inquiry",
    "answer_notice",
    "answer_objection",
    "approve_reading",
    "archive_pattern",
    "ask_department",
    "ask_expert",
    "ask_for_waiting",
    "ask_reader",
    "assign_conversation",
    "assign_from_pool",
    "assign_several",
    "attach_pictures",
    "begin_with",
    "can_object",
    "carry_out",
    "carry_out_due",
    "choice_of",
    "choose_situation",
    "clear_undone",
    "close_conversation",
    "close_several",
    "decide_moderation",
    "decide_several",
    "decline_inquiry",
    "decline_reading",
    "dismiss_suggestion",
    "drop_inquiry",
    "drop_view",
    "edit_reply",
    "escalate_broken",
    "file_imported",
    "file_messages",
    "finish_reversals",
    "follow_late",
    "forget_reporters",
    "forget_suggestions",
    "forward",
    "hand_up",
    "keep_knowledge",
    "keep_pictures",
    "lapse_due",
    "learn_due",
    "learn_from_team",
    "look_at_conversation",
    "look_into_private",
    "mark_atmosphere",
    "merge_conversations",
    "no_pictures",
    "note_complaint",
    "note_done_there",
    "note_member_told",
    "note_outcome_told",
    "note_told",
    "object_to_answer",
    "open_question",
    "receive_notice",
    "remind_of_notices",
    "remind_of_objections",
    "remind_readers",
    "reopen_conversation",
    "reverse_moderation",
    "save_pattern",
    "save_protection",
    "save_triage",
    "save_view",
    "scrub_erased",
    "send_reply",
    "set_budget",
    "settle_objection",
    "snooze_conversation",
    "split_conversation",
    "suggest_for",
    "tag_conversations",
    "take_back_reading",
    "take_back_reply",
    "take_suggestion",
    "take_up",
    "tell_neglect",
    "tell_overtaken",
    "undo_noted",
    "untag_conversation",
    "wake_conversation",
    "wake_due",
]
