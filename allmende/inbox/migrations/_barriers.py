"""What the database itself refuses: a reply without its second reader, and other words under a reading.

The barriers look at tables of their neighbours. SQLite refuses to rebuild a table that a trigger elsewhere names, so they
are taken down before migrations run and stand again afterwards (`apps.py`), instead of belonging to one migration.
"""

from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper

from allmende.team.states import RIGHTS

WORDS = "the words somebody was asked to read cannot be changed; ask anew"
TABLES = (
    "channels_dispatch", "channels_message", "inbox_entry", "inbox_conversation", "inbox_secondreading",
    "guidelines_reactionrule", "team_person",
)  # fmt: skip
_READERS = ", ".join(f"'{role}'" for role in sorted(RIGHTS["inbox.reply.send"]))
_SAME = ("text", "words", "words_hash", "asked_by_id", "conversation_id")


def _is_unread(day: str) -> str:
    """A reply is claimed whose situation asks for a second reader, one is here, and none approved exactly these words."""
    needed = """EXISTS (SELECT 1 FROM channels_message m JOIN inbox_entry e ON e.message_id IN (m.id, m.reply_to_id)
        JOIN inbox_conversation c ON c.id = e.conversation_id JOIN guidelines_reactionrule r ON r.id = c.rule_id
        WHERE m.id = NEW.message_id AND r.needs_second_reader)"""
    somebody = f"""EXISTS (SELECT 1 FROM team_person p WHERE p.workspace_id = NEW.workspace_id AND p.left_at IS NULL
        AND p.id <> NEW.created_by_id AND p.role IN ({_READERS}) AND (p.access_until_date IS NULL OR p.access_until_date >= {day}))"""  # noqa: S608
    approved = """EXISTS (SELECT 1 FROM inbox_secondreading s
        WHERE s.dispatch_id = NEW.id AND s.state = 'approved' AND s.words_hash = NEW.text_hash)"""
    moves = "NEW.kind = 'reply' AND NEW.state = 'speaking' AND OLD.state <> 'speaking'"
    return f"{moves} AND {needed} AND {somebody} AND NOT {approved}"


def _sqlite() -> Iterator[str]:
    changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in _SAME)
    yield f"""CREATE TRIGGER inbox_reading_kept BEFORE UPDATE ON inbox_secondreading
        WHEN {changed} BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"""
    # Not an error: the claim takes this one row not, and the queue goes on with the next.
    yield f"""CREATE TRIGGER inbox_claim BEFORE UPDATE OF state ON channels_dispatch
        WHEN {_is_unread("date(NEW.spoke_at)")} BEGIN SELECT RAISE(IGNORE); END"""


def _postgresql() -> Iterator[str]:
    changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _SAME)
    yield _function(
        "inbox_reading_kept",
        f"IF {changed} THEN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW;",
    )
    yield _function("inbox_claim", f"IF {_is_unread('NEW.spoke_at::date')} THEN RETURN NULL; END IF; RETURN NEW;")
    yield """CREATE TRIGGER inbox_reading_kept BEFORE UPDATE ON inbox_secondreading
        FOR EACH ROW EXECUTE FUNCTION inbox_reading_kept()"""
    yield """CREATE TRIGGER inbox_claim BEFORE UPDATE OF state ON channels_dispatch
        FOR EACH ROW WHEN (NEW.state = 'speaking') EXECUTE FUNCTION inbox_claim()"""


def _function(name: str, body: str) -> str:
    return f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"


def take_down(connection: BaseDatabaseWrapper) -> None:
    """Remove the barriers that stand; nothing where there are none."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in ("inbox_reading_kept", "inbox_claim"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            return
        cursor.execute("SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE 'inbox%'")
        for name, table in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name} ON {table}")


def put_up(connection: BaseDatabaseWrapper) -> None:
    """Let the barriers stand, once all their tables are there."""
    take_down(connection)
    if not set(TABLES) <= set(connection.introspection.table_names()):
        return
    with connection.cursor() as cursor:
        for statement in _sqlite() if connection.vendor == "sqlite" else _postgresql():
            cursor.execute(statement)
