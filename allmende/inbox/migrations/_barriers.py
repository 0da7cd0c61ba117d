"""What the database itself refuses, such as a reply without its second reader, and what it writes: situations."""

from collections.abc import Iterator

from django.db.backends.base.base import BaseDatabaseWrapper

from allmende.team.migrations._barriers import Barriers, names_leave, refusal, trigger_function
from allmende.team.states import RIGHTS

WORDS = "the words somebody was asked to read cannot be changed; ask anew"
UNTOLD = "a department was asked and the member was not told; tell them, or store the reason"
DECIDED = "a moderation decision cannot be rewritten; reverse it and decide anew"
REPORTED = "what was reported and what was answered stands; nobody rewrites it"
TABLES = (
    "inbox_publicnotice", "inbox_moderationdecision", "inbox_inquiry", "inbox_closing",
    "channels_dispatch", "channels_message", "inbox_entry", "inbox_conversation.situation", "inbox_secondreading",
    "guidelines_reactionrule", "team_person.briefing_asked_at", "members_erasure",
)  # fmt: skip
_READERS = ", ".join(f"'{role}'" for role in sorted(RIGHTS["inbox.reply.send"]))
_CONTENTS = (
    "workspace_id", "conversation_id", "message_id", "measure", "until_date", "ground", "rule_id", "law", "facts", "source",
    "statement", "created_at", "created_by_id",
)  # fmt: skip
_REPORTED = ("workspace_id", "reference", "kind", "created_at")
_REPORTED_ANSWER = ("outcome", "decision_id", "decided_at", "decided_by_id")
_SAME = ("text", "words", "words_hash", "asked_by_id", "conversation_id")


def _is_unread(day: str) -> str:
    """A reply is claimed whose situation asks for a second reader, one is here, and none approved exactly these words."""
    needed = """EXISTS (SELECT 1 FROM channels_message m JOIN inbox_entry e ON e.message_id IN (m.id, m.reply_to_id)
        JOIN inbox_conversation c ON c.id = e.conversation_id JOIN guidelines_reactionrule r ON r.id = c.rule_id
        WHERE m.id = NEW.message_id AND r.needs_second_reader)"""
    somebody = f"""EXISTS (SELECT 1 FROM team_person p WHERE p.workspace_id = NEW.workspace_id AND p.left_at IS NULL
        AND p.id <> NEW.created_by_id AND p.role IN ({_READERS}) AND (p.access_until_date IS NULL OR p.access_until_date >= {day})
        AND NOT (p.employment = 'external' AND p.briefing_asked_at IS NOT NULL))"""  # noqa: S608
    approved = """EXISTS (SELECT 1 FROM inbox_secondreading s
        WHERE s.dispatch_id = NEW.id AND s.state = 'approved' AND s.words_hash = NEW.text_hash)"""
    moves = "NEW.kind = 'reply' AND NEW.state = 'speaking' AND OLD.state <> 'speaking'"
    return f"{moves} AND {needed} AND {somebody} AND NOT {approved}"


# Which question of a conversation keeps it open: to a department, and the member knows nothing of the result (I-15)
_UNTOLD = """EXISTS (SELECT 1 FROM inbox_inquiry i LEFT JOIN channels_dispatch d ON d.id = i.dispatch_id
    WHERE i.conversation_id = NEW.conversation_id AND i.kind = 'department' AND i.archived_at IS NULL
    AND (i.state IN ('asked', 'accepted', 'answered')
        OR (i.state = 'used' AND d.state IN ('refused', 'given_up', 'withdrawn', 'missed'))))"""
_CLOSES_UNTOLD = f"NEW.undone_at IS NULL AND {_UNTOLD}"


def _rewrites_notice(differs: str) -> str:
    """A notice says something else than it did; `differs`: how the database compares where something may be empty. Names of
    somebody who is being forgotten may leave its words."""
    told = " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in _REPORTED)
    told += "".join(f" OR ({_is_reworded(name)})" for name in ("place", "explanation"))
    answered = " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in _REPORTED_ANSWER)
    return f"{told} OR (OLD.state = 'answered' AND ({answered} OR ({_is_reworded('answer')})))"


def _is_reworded(name: str) -> str:
    return f"NEW.{name} <> OLD.{name} AND NOT {names_leave(f'NEW.{name}', 'NEW.workspace_id')}"


# The situation of a conversation is its rule's, whoever writes either.
_SITUATION = "(SELECT r.situation FROM guidelines_reactionrule r WHERE r.id = NEW.rule_id)"


def _sqlite() -> Iterator[str]:
    for moment in ("INSERT", "UPDATE OF rule_id, situation"):
        yield f"""CREATE TRIGGER inbox_situation_{moment.split()[0].lower()} AFTER {moment} ON inbox_conversation
            WHEN NEW.situation IS NOT {_SITUATION}
            BEGIN UPDATE inbox_conversation SET situation = {_SITUATION} WHERE id = NEW.id; END"""
    yield f"""CREATE TRIGGER inbox_notice_kept BEFORE UPDATE ON inbox_publicnotice
        WHEN {_rewrites_notice("IS NOT")} BEGIN SELECT RAISE(ABORT, '{REPORTED}'); END"""
    changed = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in _SAME)
    yield f"""CREATE TRIGGER inbox_reading_kept BEFORE UPDATE ON inbox_secondreading
        WHEN {changed} BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"""
    rewritten = " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in _CONTENTS)
    yield f"""CREATE TRIGGER inbox_decision_kept BEFORE UPDATE ON inbox_moderationdecision
        WHEN {rewritten} BEGIN SELECT RAISE(ABORT, '{DECIDED}'); END"""
    for moment in ("INSERT", "UPDATE"):
        yield f"""CREATE TRIGGER inbox_untold_{moment.lower()} BEFORE {moment} ON inbox_closing
            WHEN {_CLOSES_UNTOLD} BEGIN SELECT RAISE(ABORT, '{UNTOLD}'); END"""
    # Not an error: the claim takes this one row not, and the queue goes on with the next.
    yield f"""CREATE TRIGGER inbox_claim BEFORE UPDATE OF state ON channels_dispatch
        WHEN {_is_unread("date(NEW.spoke_at)")} BEGIN SELECT RAISE(IGNORE); END"""


def _postgresql() -> Iterator[str]:
    yield trigger_function("inbox_situation", f"NEW.situation := {_SITUATION}; RETURN NEW;")
    yield """CREATE TRIGGER inbox_situation BEFORE INSERT OR UPDATE OF rule_id, situation ON inbox_conversation
        FOR EACH ROW EXECUTE FUNCTION inbox_situation()"""
    yield trigger_function(
        "inbox_notice_kept", f"{refusal(_rewrites_notice('IS DISTINCT FROM'), REPORTED)} RETURN NEW;"
    )
    yield """CREATE TRIGGER inbox_notice_kept BEFORE UPDATE ON inbox_publicnotice
        FOR EACH ROW EXECUTE FUNCTION inbox_notice_kept()"""
    changed = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _SAME)
    yield trigger_function(
        "inbox_reading_kept",
        f"{refusal(changed, WORDS)} RETURN NEW;",
    )
    rewritten = " OR ".join(f"NEW.{name} IS DISTINCT FROM OLD.{name}" for name in _CONTENTS)
    yield trigger_function("inbox_decision_kept", f"{refusal(rewritten, DECIDED)} RETURN NEW;")
    yield """CREATE TRIGGER inbox_decision_kept BEFORE UPDATE ON inbox_moderationdecision
        FOR EACH ROW EXECUTE FUNCTION inbox_decision_kept()"""
    yield trigger_function("inbox_untold", f"{refusal(_CLOSES_UNTOLD, UNTOLD)} RETURN NEW;")
    yield """CREATE TRIGGER inbox_untold BEFORE INSERT OR UPDATE ON inbox_closing
        FOR EACH ROW EXECUTE FUNCTION inbox_untold()"""
    yield trigger_function("inbox_claim", f"IF {_is_unread('NEW.spoke_at::date')} THEN RETURN NULL; END IF; RETURN NEW;")
    yield """CREATE TRIGGER inbox_reading_kept BEFORE UPDATE ON inbox_secondreading
        FOR EACH ROW EXECUTE FUNCTION inbox_reading_kept()"""
    yield """CREATE TRIGGER inbox_claim BEFORE UPDATE OF state ON channels_dispatch
        FOR EACH ROW WHEN (NEW.state = 'speaking') EXECUTE FUNCTION inbox_claim()"""


def _write_situations(connection: BaseDatabaseWrapper) -> None:
    """Of conversations that came, or got another rule, while nothing wrote their situation: to name the rule again is enough."""
    differs = "IS NOT" if connection.vendor == "sqlite" else "IS DISTINCT FROM"
    left = f"""SELECT c.id FROM inbox_conversation c LEFT JOIN guidelines_reactionrule r ON r.id = c.rule_id
        WHERE c.situation {differs} r.situation"""  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(left)
        for row in cursor.fetchall():
            cursor.execute("UPDATE inbox_conversation SET rule_id = rule_id WHERE id = %s", row)


BARRIERS = Barriers("inbox", TABLES, _sqlite, _postgresql, _write_situations)
