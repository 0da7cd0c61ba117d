"""The only writers of this room, one file per verb."""

from allmende.inbox.actions.add_note import add_note
from allmende.inbox.actions.assign_conversation import assign_conversation
from allmende.inbox.actions.choose_situation import choose_situation
from allmende.inbox.actions.clear_undone import clear_undone
from allmende.inbox.actions.close_conversation import CannotClose, close_conversation, reopen_conversation
from allmende.inbox.actions.file_imported import file_imported
from allmende.inbox.actions.file_messages import file_messages
from allmende.inbox.actions.send_reply import CannotReply, SomebodyAnswered, send_reply, take_back_reply

__all__ = [
    "CannotClose",
    "CannotReply",
    "SomebodyAnswered",
    "add_note",
    "assign_conversation",
    "choose_situation",
    "clear_undone",
    "close_conversation",
    "file_imported",
    "file_messages",
    "reopen_conversation",
    "send_reply",
    "take_back_reply",
]
