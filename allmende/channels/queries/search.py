"""Messages by their words; of private ones those that may be found."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from allmende.channels.models import Message
from allmende.domain.search_words import MOST_SOUGHT, Sought, sought_words
from allmende.team.models import Workspace

_WORD = re.compile(r"\w+")
# The message that is looked at, for a query that says whether somebody may find it; NOBODY finds what is private.
FOUND_MESSAGE = RawSQL("message.id", [])
NOBODY: QuerySet[Any] = Message.objects.none()
# The newest are read one by one, where a common word stands often enough; a rarer one is in the index. PostgreSQL guesses badly
# how common the beginning of a word is: told to stop at the limit it reads every message for a word that nobody wrote. It is
# kept from guessing: the newest are no part of its index of words (COALESCE), and the word is told when it looks (SELECT); else
# what that might cost outweighs every other step of the query, whose order is left to chance then. SQLite puts all that begin so
# together before it gives the newest: 80 ms of a million messages.
RECENT = 5_000
# Those found by their words, and those whose words are not written yet, by title and text. CROSS JOIN keeps SQLite at reading
# an index from its newest end and stopping at the limit; it would sort every match first; the plus keeps it
# from going through whole channels.
NEWEST_FIRST = {
    "sqlite": """WITH recent AS (SELECT message.id FROM channels_message AS message
            WHERE message.id > (SELECT MAX(id) FROM channels_message) - %s AND {held} AND message.deleted_at IS NULL
            AND +message.channel_id IN (SELECT id FROM channels_channel WHERE workspace_id = %s){read}
            ORDER BY message.id DESC LIMIT %s)
        SELECT id FROM (
        SELECT id FROM recent
        UNION
        SELECT * FROM (SELECT message.id FROM channels_message_words_fts AS found
            CROSS JOIN channels_message AS message ON message.id = found.rowid
            WHERE found.channels_message_words_fts MATCH (CASE WHEN (SELECT COUNT(*) FROM recent) < %s THEN %s ELSE '""' END)
            AND message.deleted_at IS NULL
            AND message.channel_id IN (SELECT id FROM channels_channel WHERE workspace_id = %s){read}
            ORDER BY found.rowid DESC LIMIT %s)
        UNION
        SELECT * FROM (SELECT message.id FROM channels_message_fts AS found
            CROSS JOIN channels_message AS message ON message.id = found.rowid
            WHERE found.channels_message_fts MATCH %s AND message.deleted_at IS NULL
            AND message.channel_id IN (SELECT id FROM channels_channel WHERE workspace_id = %s){read}
            ORDER BY found.rowid DESC LIMIT %s)
        ) ORDER BY id DESC LIMIT %s""",
    "postgresql": """WITH held AS (SELECT id FROM channels_channel WHERE workspace_id = %s),
        recent AS MATERIALIZED (SELECT message.id FROM channels_message AS message
            WHERE message.id > (SELECT MAX(id) FROM channels_message) - %s AND COALESCE(message.search, '') @@ %s::tsquery
            AND message.search_words IS NOT NULL AND message.deleted_at IS NULL AND message.channel_id IN (SELECT id FROM held){read}
            ORDER BY message.id DESC LIMIT %s),
        all_of_them AS MATERIALIZED (SELECT message.id FROM channels_message AS message
            WHERE (SELECT COUNT(*) FROM recent) < %s AND message.search @@ (SELECT %s::tsquery)
            AND message.search_words IS NOT NULL AND message.deleted_at IS NULL AND message.channel_id IN (SELECT id FROM held){read}),
        before AS MATERIALIZED (SELECT message.id FROM channels_message AS message
            WHERE message.search @@ to_tsquery('simple', %s) AND message.search_words IS NULL AND message.deleted_at IS NULL
            AND message.channel_id IN (SELECT id FROM held){read} ORDER BY message.id DESC LIMIT %s)
        SELECT id FROM (SELECT id FROM recent UNION SELECT id FROM all_of_them UNION SELECT id FROM before) AS found
        ORDER BY id DESC LIMIT %s""",
}
# How a beginning, a word, one of several and several at once are written.
WRITTEN = {
    "sqlite": ('"{}"*', '"{}"', " OR ", " AND "),
    "postgresql": ("'{}':*", "'{}'", " | ", " & "),
}


def search(workspace: Workspace, words: str, limit: int = 20, private_to: QuerySet[Any] | None = None) -> list[Message]:
    """Messages that hold all the words (each may go on, and be another form of it), the newest first; deleted ones never.

    The same on SQLite and PostgreSQL, save for messages whose words are not written yet. `private_to`: as for `found_ids`.
    """
    found = found_ids(workspace, words, limit, private_to)
    if not isinstance(found, RawSQL):
        return []
    rows = Message.objects.filter(pk__in=found)
    return list(rows.select_related("channel", "identity", "person").order_by("-pk"))


def found_ids(
    workspace: Workspace, words: str, limit: int, private_to: QuerySet[Any] | None = None
) -> RawSQL | list[int]:
    """The ids of the messages `search` finds, as the right-hand side of an `__in`: a part of the query they narrow.

    `private_to`: of private messages only those for which this has a row (of FOUND_MESSAGE); None finds all of them. They are
    left out before the newest `limit` are taken, so that nobody finds less because of what they may not see.
    """
    wanted = sought_words(words)
    if not wanted:
        return []
    asked, asked_before = asked_for(wanted, connection.vendor), _asked_before(words)
    read, readers = _may_be_found(private_to)
    if connection.vendor == "sqlite":
        place, held = workspace.pk.hex, _held_by(wanted)
        recent = [RECENT, *held, place, *readers, limit]
        values: list[Any] = [*recent, limit, asked, place, *readers, limit, asked_before, place, *readers, limit, limit]
    else:
        newest, all_of_them = [RECENT, asked, *readers, limit], [limit, asked, *readers]
        values = [workspace.pk, *newest, *all_of_them, asked_before, *readers, limit, limit]
    sql = NEWEST_FIRST[connection.vendor].format(read=read, held=_holding(wanted))
    return RawSQL(sql, values)  # noqa: S611 - the words are parameters


def _holding(wanted: Sequence[Sought]) -> str:
    """On SQLite: the words kept of a message hold all these; they stand in a row with one blank between."""
    held = "instr(' ' || message.search_words || ' ', %s)"
    return " AND ".join(f"({' OR '.join([held] * (len(one.beginnings) + len(one.bases)))})" for one in wanted)


def _held_by(wanted: Sequence[Sought]) -> Iterator[str]:
    """The parameters of `_holding`."""
    for one in wanted:
        yield from (f" {beginning}" for beginning in one.beginnings)
        yield from (f" {base} " for base in one.bases)


def _may_be_found(private_to: QuerySet[Any] | None) -> tuple[str, Sequence[Any]]:
    """What narrows a search to what may be found, and its parameters."""
    if private_to is None:
        return "", ()
    if private_to.query.is_empty():
        return " AND message.visibility <> 'direct'", ()
    sql, readers = private_to.query.sql_with_params()
    return f" AND (message.visibility <> 'direct' OR EXISTS ({sql}))", readers


def asked_for(wanted: Sequence[Sought], vendor: str) -> str:
    """Words as this database is asked for them; they hold nothing that it would read as its own."""
    beginning, word, either, both = WRITTEN[vendor]
    parts = [
        either.join(
            [*(beginning.format(one) for one in sought.beginnings), *(word.format(one) for one in sought.bases)]
        )
        for sought in wanted
    ]
    return both.join(f"({part})" for part in parts)


def _asked_before(words: str) -> str:
    """The same for title and text; what holds no word finds nothing there."""
    wanted = _WORD.findall(words)[:MOST_SOUGHT]  # as many as are sought among words
    if connection.vendor == "sqlite":
        return " ".join(f'"{word}"*' for word in wanted) or '""'
    return " & ".join(f"{word}:*" for word in wanted)
