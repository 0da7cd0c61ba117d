"""Screens of the inbox: the list, a thread, and what a person does there."""

from allmende.inbox.views.changes import assign, close, note, reopen, several, situation, snooze, take_back, wake
from allmende.inbox.views.headcount import drop_figure, headcount
from allmende.inbox.views.lists import index, rows
from allmende.inbox.views.moderate_several import moderate_several
from allmende.inbox.views.moderation import (
    carry_out,
    decision,
    decisions,
    done_there,
    moderate,
    objection,
    reverse_decision,
    told,
)
from allmende.inbox.views.objections import outcome_told, settle_objection
from allmende.inbox.views.patterns import (
    add_pattern,
    begin,
    changed,
    edit_pattern,
    offered,
    patterns,
    put_pattern_away,
)
from allmende.inbox.views.readings import approve, ask_no_more, decline, readings
from allmende.inbox.views.regroup import merge, split
from allmende.inbox.views.said import edit_said, mark_answer
from allmende.inbox.views.sorting import forget_view, keep_view, planned, tag, untag, views
from allmende.inbox.views.threads import capability, conversation, here, of_member, similar, turns

__all__ = [
    "add_pattern",
    "approve",
    "ask_no_more",
    "assign",
    "begin",
    "capability",
    "carry_out",
    "changed",
    "close",
    "conversation",
    "decision",
    "decisions",
    "decline",
    "done_there",
    "drop_figure",
    "edit_pattern",
    "edit_said",
    "forget_view",
    "headcount",
    "here",
    "index",
    "keep_view",
    "mark_answer",
    "merge",
    "moderate",
    "moderate_several",
    "note",
    "objection",
    "of_member",
    "offered",
    "outcome_told",
    "patterns",
    "planned",
    "put_pattern_away",
    "readings",
    "reopen",
    "reverse_decision",
    "rows",
    "settle_objection",
    "several",
    "similar",
    "situation",
    "snooze",
    "split",
    "tag",
    "take_back",
    "told",
    "turns",
    "untag",
    "views",
    "wake",
]
