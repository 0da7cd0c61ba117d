"""The parts of an inbox that are measured, each with its address and the SQL somebody would write by hand for the same rows."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from benches._asked import Statement
from benches._crowded import TAG
from benches.import_messages import WORDS

COLUMNS = """c.id, c.public_id, c.opener_name, c.title, c.state, c.last_turn_at, c.members_until, c.due_at, c.serves_key,
    c.snoozed_until, c.tags, h.hours_id, h.name, a.kind, r.name, r.reason, r.counts_service_hours, p.name"""
ROWS = f"""SELECT {COLUMNS} FROM inbox_conversation c JOIN channels_channel h ON h.id = c.channel_id
    LEFT JOIN channels_account a ON a.id = h.account_id LEFT JOIN guidelines_reactionrule r ON r.id = c.rule_id
    LEFT JOIN team_person p ON p.id = c.assignee_id WHERE c.workspace_id = %s AND {{where}} ORDER BY {{order}} LIMIT 31"""
COUNTS = """SELECT assignee_id, COUNT(*), COUNT(snoozed_until), SUM(CASE WHEN due_at < %s AND snoozed_until IS NULL
    THEN 1 ELSE 0 END) FROM inbox_conversation WHERE workspace_id = %s AND state IN ('new', 'waiting') GROUP BY assignee_id"""
TURNS = """SELECT m.id, m.direction, m.author_class, m.text, m.html, m.occurred_at, m.edited_at, m.deleted_at, m.url,
    m.reply_to_native_id, p.name, i.name, i.handle, i.native_id, i.member_id, e.erased_at, d.public_id, d.state, d.reason,
    d.send_after FROM inbox_entry n JOIN channels_message m ON m.id = n.message_id
    LEFT JOIN members_identity i ON i.id = m.identity_id LEFT JOIN members_member e ON e.id = i.member_id
    LEFT JOIN team_person p ON p.id = m.person_id LEFT JOIN channels_dispatch d ON d.message_id = m.id
    WHERE n.conversation_id = %s ORDER BY m.occurred_at, m.id"""
NOTES = """SELECT n.id, n.text, n.created_at, p.name FROM inbox_note n JOIN team_person p ON p.id = n.person_id
    WHERE n.conversation_id = %s ORDER BY n.created_at"""
OPENED = """SELECT c.*, h.*, a.*, r.* FROM inbox_conversation c JOIN channels_channel h ON h.id = c.channel_id
    LEFT JOIN channels_account a ON a.id = h.account_id LEFT JOIN guidelines_reactionrule r ON r.id = c.rule_id
    WHERE c.public_id = %s"""
RULES = """SELECT r.id, r.situation, r.name FROM guidelines_reactionrule r JOIN guidelines_reactionplan l ON l.id = r.plan_id
    WHERE l.channel_id = %s AND l.state IN ('in_force', 'under_review') ORDER BY r.situation"""
WAITS = "c.state IN ('new', 'waiting') AND c.snoozed_until IS NULL"
BY_DUE, BY_RECENCY = "c.due_at IS NULL, c.due_at, c.id", "c.last_turn_at DESC, c.id DESC"
ASKED = """c.id IN (SELECT q.conversation_id FROM inbox_inquiry q WHERE q.kind = %s AND q.archived_at IS NULL
    AND q.state IN ('asked', 'accepted', 'answered', 'used') AND q.told_at IS NULL)"""
SUPPOSED = """EXISTS (SELECT 1 FROM inbox_entry n JOIN inbox_suggestion s ON s.message_id = n.message_id
    WHERE n.conversation_id = c.id AND {which})"""
TAGGED = "EXISTS (SELECT 1 FROM inbox_tagging g JOIN inbox_tag t ON t.id = g.tag_id WHERE g.conversation_id = c.id AND t.folded = %s)"
HOLDS = {
    "sqlite": "c.id IN (SELECT n.conversation_id FROM inbox_entry n WHERE n.message_id IN (SELECT f.rowid FROM"
    " channels_message_words_fts f WHERE f.channels_message_words_fts MATCH %s ORDER BY f.rowid DESC LIMIT 200))",
    "postgresql": "c.id IN (SELECT n.conversation_id FROM inbox_entry n WHERE n.message_id IN (SELECT m.id FROM"
    " channels_message m WHERE m.search @@ %s::tsquery ORDER BY m.id DESC LIMIT 200))",
}
UNSAID = "quetschkommode"


def parts_of(person: Any) -> Iterator[tuple[str, str, Sequence[Statement]]]:
    """Case, address and bare statements."""
    from django.urls import reverse
    from django.utils import timezone

    from allmende.domain.folding import fold_text
    from allmende.inbox.queries import rows_due

    index, now = reverse("inbox:index", args=[person.workspace.slug]), timezone.now()
    soon, me = _stored(now + timedelta(hours=3)), _stored(person.pk)
    waiting = {
        "all": ("", WAITS, []),
        "mine": ("?tab=mine", f"{WAITS} AND c.assignee_id = %s", [me]),
        "free": ("?tab=free", f"{WAITS} AND c.assignee_id IS NULL", []),
        "others": ("?tab=others", f"{WAITS} AND c.assignee_id <> %s", [me]),
        "soon": ("?tab=soon", f"{WAITS} AND c.due_at < %s", [soon]),
        "members": ("?tab=members", f"{WAITS} AND c.members_until > %s", [_stored(now)]),
        "department": ("?tab=department", ASKED, ["department"]),
        "snoozed": ("?tab=snoozed", "c.snoozed_until IS NOT NULL", []),
        "channel": ("?channel=forum", f"{WAITS} AND h.slug = %s", ["forum"]),
        "situation": ("?situation=4", f"{WAITS} AND r.situation = %s", [4]),
        "tag": (f"?tag={TAG}", f"{WAITS} AND {TAGGED}", [fold_text(TAG)]),
        "urgency": ("?urgency=urgent", f"{WAITS} AND {SUPPOSED.format(which='s.urgency <> %s')}", ["usual"]),
        "language": ("?language=en", f"{WAITS} AND c.language = %s", ["en"]),
    }
    recent = {
        "answered": ("?tab=answered", "c.state = 'answered'", []),
        "closed": ("?tab=closed", "c.state = 'closed'", []),
        "closed_tag": (f"?tab=closed&tag={TAG}", f"c.state = 'closed' AND {TAGGED}", [fold_text(TAG)]),
        "answered_language": ("?tab=answered&language=en", "c.state = 'answered' AND c.language = %s", ["en"]),
        "answered_situation": ("?tab=answered&situation=4", "c.state = 'answered' AND r.situation = %s", [4]),
        "search_hits": (f"?q={WORDS[0]}", _holds(), [_sought(WORDS[0])]),
        "search_no_hit": (f"?q={UNSAID}", _holds(), [_sought(UNSAID)]),
    }
    for parts, order in ((waiting, BY_DUE), (recent, BY_RECENCY)):
        for case, (tail, where, values) in parts.items():
            yield case, index + tail, _listed(person, where, order, values, now)
    first = rows_due(person.workspace, now, 1).rows[0]
    opened = reverse("inbox:conversation", args=[person.workspace.slug, first.public_id])
    yield "conversation", opened, [*_listed(person, WAITS, BY_DUE, [], now)]


def _listed(person: Any, where: str, order: str, values: Sequence[Any], now: Any) -> list[Statement]:
    """A page of rows, how many wait, and the conversation that lies open beside them."""
    from django.db import connection

    place = _stored(person.workspace_id)
    rows = (ROWS.format(where=where, order=order), [place, *values])
    with connection.cursor() as cursor:
        cursor.execute(*rows)
        first = cursor.fetchone()
    found: list[Statement] = [rows, (COUNTS, [_stored(now), place])]
    return found + (_opened(first[0]) if first else [])


def _opened(pk: int) -> list[Statement]:
    from allmende.inbox.models import Conversation

    one = Conversation.objects.get(pk=pk)
    return [(OPENED, [_stored(one.public_id)]), (TURNS, [pk]), (NOTES, [pk]), (RULES, [_stored(one.channel_id)])]


def _holds() -> str:
    from django.db import connection

    return HOLDS[connection.vendor]


def _sought(word: str) -> str:
    from django.db import connection

    from allmende.channels.queries import asked_for
    from allmende.domain.search_words import sought_words

    return asked_for(sought_words(word), connection.vendor)


def _stored(value: Any) -> Any:
    """As the driver takes it."""
    from datetime import datetime

    from django.db import connection

    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value.hex if connection.vendor == "sqlite" else value
