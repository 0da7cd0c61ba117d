"""On PostgreSQL: whoever changes a conversation, or tells of it, waits for the workspace before the first of its rows."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from allmende.inbox.actions import (
    add_note,
    assign_conversation,
    close_conversation,
    escalate_broken,
    merge_conversations,
    send_reply,
    snooze_conversation,
)
from allmende.inbox.models import Conversation
from tests.channels.test_lock_order import meet, on_postgres  # noqa: F401 - a fixture

ROWS = (Conversation.objects.all(),)
ACTS: dict[str, Callable] = {
    "answer": lambda one, _other, **by: send_reply(conversation=one, text="Guten Tag.", seen_until=10**9, **by),
    "assign": lambda one, _other, **by: assign_conversation(conversation=one, assignee=by["person"], **by),
    "close": lambda one, _other, **by: close_conversation(conversation=one, reason="spam", **by),
    "lay aside": lambda one, _other, **by: snooze_conversation(
        conversation=one, until=by["now"] + timedelta(hours=1), **by
    ),
    "merge": lambda one, other, **by: merge_conversations(source=one, target=other, **by),
    "note": lambda one, _other, **by: add_note(conversation=one, text="Hat angerufen.", **by),
    "tell": lambda one, _other, **by: escalate_broken(workspace=one.workspace, now=one.due_at + timedelta(minutes=1)),
}


@pytest.mark.parametrize("name", ACTS)
def test_whoever_changes_a_conversation_waits_for_the_workspace_first(on_postgres, asked, owner, name) -> None:  # noqa: F811
    (one, other), now = asked(2), timezone.now()
    assert not meet(owner.workspace, lambda: ACTS[name](one, other, person=owner, now=now), ROWS)
