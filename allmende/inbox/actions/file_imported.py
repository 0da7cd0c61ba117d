"""File an imported past: conversations that are archived, searchable and never wait (`domain.md` 0.1b)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from allmende.channels.models import ImportRun
from allmende.inbox.actions.fold_conversations import fold_conversations
from allmende.inbox.models import Conversation, Entry
from allmende.inbox.states import ARCHIVED

MOST_FOLDED = 500

# One statement per table: 200,000 messages one by one would take minutes.
_NEW_UUID = {"sqlite": "lower(hex(randomblob(16)))", "postgresql": "gen_random_uuid()"}
_THREADS = """
    INSERT INTO inbox_conversation (public_id, workspace_id, channel_id, thread_native_id, title, state, rule_reason,
        rule_signs, is_rule_chosen_by_person, opener_name, started_at, last_turn_at, turns, serves_key, subject_label,
        close_reason, folded_until, tags)
    SELECT {new_uuid}, %s, m.channel_id, g.thread, SUBSTR(CASE WHEN m.title <> '' THEN m.title ELSE m.text END, 1, 300),
        'archived', '', '[]', %s, SUBSTR(COALESCE(NULLIF(i.name, ''), NULLIF(i.handle, ''), i.native_id, ''), 1, 120),
        g.started_at, g.last_turn_at, g.turns, '', '', '', %s, '[]'
    FROM (
        SELECT MIN(id) AS first_id, thread_native_id AS thread, MIN(occurred_at) AS started_at,
            MAX(occurred_at) AS last_turn_at, COUNT(*) AS turns
        FROM channels_message WHERE channel_id = %s AND thread_native_id <> '' GROUP BY thread_native_id
    ) g
    JOIN channels_message m ON m.id = g.first_id
    LEFT JOIN members_identity i ON i.id = m.identity_id
    WHERE NOT EXISTS (SELECT 1 FROM inbox_conversation c
        WHERE c.channel_id = m.channel_id AND c.thread_native_id = g.thread)"""
_ENTRIES = """
    INSERT INTO inbox_entry (message_id, conversation_id, is_placed)
    SELECT m.id, COALESCE(c.merged_into_id, c.id), %s FROM channels_message m
    JOIN inbox_conversation c ON c.channel_id = m.channel_id AND c.thread_native_id = m.thread_native_id
    WHERE m.import_run_id = %s AND NOT EXISTS (SELECT 1 FROM inbox_entry e WHERE e.message_id = m.id)"""


@transaction.atomic
def file_imported(*, import_run: ImportRun, now: datetime) -> int:
    """Give every message of the run its entry; returns how many entries were made. Doing it twice adds nothing.

    Conversations that were there before are read anew: an import may complete a live one.
    """
    channel = import_run.channel
    before = set(
        Conversation.objects.filter(channel=channel, entries__isnull=False)
        .filter(
            thread_native_id__in=channel.messages.filter(import_run=import_run, entry=None).values("thread_native_id")
        )
        .distinct()
        .values_list("pk", flat=True)
    )
    workspace_id, channel_id, run_id = (_as_stored(one) for one in (channel.workspace_id, channel.pk, import_run.pk))
    with connection.cursor() as cursor:
        threads = _THREADS.format(new_uuid=_NEW_UUID[connection.vendor])
        cursor.execute(threads, [workspace_id, False, _stored_time(now), channel_id])
        cursor.execute(_ENTRIES, [False, run_id])
        filed: int = cursor.rowcount
    fold_conversations(conversation_ids=before, now=now)
    for part in _batched(_perhaps_open(import_run), MOST_FOLDED):
        fold_conversations(conversation_ids=part, now=now)
    return filed


def _perhaps_open(run: ImportRun) -> Iterator[int]:
    """Archived conversations of the run in which somebody spoke since the day it wanted them open."""
    since = run.choices.get("open_since")
    if not since:
        return iter(())
    begin = datetime.fromisoformat(since).replace(tzinfo=UTC)
    rows = Conversation.objects.filter(channel=run.channel, state=ARCHIVED, last_turn_at__gte=begin)
    mine = rows.filter(Exists(Entry.objects.filter(conversation=OuterRef("pk"), message__import_run=run)))
    return iter(list(mine.values_list("pk", flat=True)))


def _batched(keys: Iterator[int], size: int) -> Iterator[list[int]]:
    while part := list(islice(keys, size)):
        yield part


def _as_stored(key: UUID) -> str | UUID:
    return str(key).replace("-", "") if connection.vendor == "sqlite" else key


def _stored_time(now: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(now)
