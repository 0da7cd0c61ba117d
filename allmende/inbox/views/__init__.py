"""Screens of the inbox: the list, a thread, and what a person does there."""

from allmende.inbox.views.changes import assign, close, note, reopen, several, situation, snooze, take_back, wake
from allmende.inbox.views.headcount import drop_figure, headcount
from allmende.inbox.views.lists import index, rows
from allmende.inbox.views.threads import conversation, here, of_member, similar, turns

__all__ = [
    "assign",
    "close",
    "conversation",
    "drop_figure",
    "headcount",
    "here",
    "index",
    "note",
    "of_member",
    "reopen",
    "rows",
    "several",
    "similar",
    "situation",
    "snooze",
    "take_back",
    "turns",
    "wake",
]
