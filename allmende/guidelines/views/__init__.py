"""Screens of the guidelines: reaction plans, core messages, the word list."""

from allmende.guidelines.views.promises import (
    add_message,
    agree,
    archive_message,
    brand,
    core_messages,
    draft,
    edit_message,
    edit_rule,
    index,
    open_for_all,
    reaction_plan,
    version,
)
from allmende.guidelines.views.word_list import add_word, archive_word, check_words, edit_word, words

__all__ = [
    "add_message",
    "add_word",
    "agree",
    "archive_message",
    "archive_word",
    "brand",
    "check_words",
    "core_messages",
    "draft",
    "edit_message",
    "edit_rule",
    "edit_word",
    "index",
    "open_for_all",
    "reaction_plan",
    "version",
    "words",
]
