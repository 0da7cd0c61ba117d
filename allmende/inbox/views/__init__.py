"""Screens of the inbox: the list, a thread, and what a person does there."""

from allmende.inbox.views.changes import assign, close, note, reopen, several, situation, snooze, take_back, wake
from allmende.inbox.views.headcount import drop_figure, headcount
from allmende.inbox.views.lists import index, rows
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
from allmende.inbox.views.readings import approve, ask_no_more, decline, readings
from allmende.inbox.views.said import edit_said, mark_answer
from allmende.inbox.views.threads import conversation, here, of_member, similar, turns

__all__ = [
    "approve",
    "ask_no_more",
    "assign",
    "carry_out",
    "close",
    "conversation",
    "decision",
    "decisions",
    "decline",
    "done_there",
    "drop_figure",
    "edit_said",
    "headcount",
    "here",
    "index",
    "mark_answer",
    "moderate",
    "note",
    "objection",
    "of_member",
    "readings",
    "reopen",
    "reverse_decision",
    "rows",
    "several",
    "similar",
    "situation",
    "snooze",
    "take_back",
    "told",
    "turns",
    "wake",
]
