"""What the database itself refuses: a log that changes, an end without a decision, a drill that reaches a real account or
writes to anybody."""

from collections.abc import Iterator

from allmende.team.migrations._barriers import Barriers, names_leave, refusal, trigger_function
from allmende.team.migrations._letting_go import STANDS

KEPT = "the log of an incident is only added to"
UNLEARNT = "an incident cannot close without a debrief and a decision on a guideline, a reaction plan or training"
REAL = "a drill touches the practice network alone"
SILENT = "a copy to practise in mails nobody"
TABLES = (
    "crisis_incident", "crisis_incidentchannel", "crisis_incidenthold", "crisis_levelchange", "crisis_logentry",
    "crisis_publictext", "crisis_lesson", "crisis_debrief", "crisis_saying", "channels_channel", "channels_account", "channels_hold", "channels_dispatch",
    "members_erasure", "team_mail", "team_workspace.rehearsal_of_id", "team_workspace.rests_since",
)  # fmt: skip

_LEARNT = """EXISTS (SELECT 1 FROM crisis_debrief d WHERE d.incident_id = {one}) AND EXISTS (SELECT 1 FROM crisis_lesson l
    WHERE l.incident_id = {one} AND l.archived_at IS NULL AND l.kind IN ('guideline', 'reaction_plan', 'training'))"""
_CLOSES = f"NEW.state = 'closed' AND NOT ({_LEARNT.format(one='NEW.id')})"
# What was decided is not taken out of a closed incident; that it was done is noted there.
_CLOSED = "EXISTS (SELECT 1 FROM crisis_incident i WHERE i.id = OLD.incident_id AND i.state = 'closed')"
_IS_DRILL = "EXISTS (SELECT 1 FROM crisis_incident i WHERE i.id = NEW.incident_id AND i.is_drill)"
_IS_COPY = "EXISTS (SELECT 1 FROM team_workspace w WHERE w.id = NEW.workspace_id AND w.rehearsal_of_id IS NOT NULL)"
_IS_OWN = "EXISTS (SELECT 1 FROM channels_account a WHERE a.id = NEW.account_id AND a.workspace_id = NEW.workspace_id)"
_IS_PRACTICE = """EXISTS (SELECT 1 FROM channels_channel c JOIN channels_account a ON a.id = c.account_id
    WHERE c.id = {channel} AND a.kind = 'sandbox')"""


# Text and other columns of the rows that are only added to
_WRITTEN_ONCE = {
    "crisis_logentry": ("text", ("id", "incident_id", "number", "at", "person_id", "kind")),
    "crisis_levelchange": ("reason", ("id", "incident_id", "before", "level", "at", "person_id")),
    "crisis_publictext": ("text", ("id", "incident_id", "at", "person_id")),
}


def _rules() -> Iterator[tuple[str, str, str, str, str]]:
    """Name, event, table, condition and words of each barrier but those of rows that never change."""
    hold = "(SELECT h.channel_id FROM channels_hold h WHERE h.id = NEW.hold_id)"
    spoken = "(SELECT s.channel_id FROM channels_dispatch s WHERE s.id = NEW.dispatch_id)"
    yield "crisis_begins", "INSERT", "crisis_incident", _CLOSES, UNLEARNT
    yield "crisis_closes", "UPDATE", "crisis_incident", _CLOSES, UNLEARNT
    yield "crisis_drill_stays", "UPDATE", "crisis_incident", "OLD.is_drill <> NEW.is_drill", REAL
    lesson = (
        f"{_CLOSED} AND (OLD.kind <> NEW.kind OR NEW.archived_at IS NOT NULL OR OLD.incident_id <> NEW.incident_id)"
    )
    yield "crisis_lesson_stays", "UPDATE", "crisis_lesson", lesson, UNLEARNT
    yield "crisis_copy_mails", "INSERT", "team_mail", _IS_COPY, SILENT
    for event in ("INSERT", "UPDATE"):
        away = f"NEW.kind <> 'sandbox' AND {_IS_COPY}"
        yield f"crisis_copy_account_{event.lower()}", event, "channels_account", away, REAL
        borrowed = f"NEW.account_id IS NOT NULL AND {_IS_COPY} AND NOT {_IS_OWN}"
        yield f"crisis_copy_channel_{event.lower()}", event, "channels_channel", borrowed, REAL
    for table, channel in (
        ("crisis_incidentchannel", "NEW.channel_id"), ("crisis_incidenthold", hold), ("crisis_saying", spoken)
    ):  # fmt: skip
        for event in ("INSERT", "UPDATE"):
            condition = f"{_IS_DRILL} AND NOT ({_IS_PRACTICE.format(channel=channel)})"
            yield f"{table}_{event.lower()}", event, table, condition, REAL


def _frozen() -> Iterator[tuple[str, str, str]]:
    for table in _WRITTEN_ONCE:
        for event in ("UPDATE", "DELETE"):
            yield f"{table}_no_{event.lower()}", event, table


def _is_kept(event: str, table: str, differs: str) -> str:
    """Always, save for the name of somebody who is being forgotten: it may leave the words, and nothing else may change."""
    if event == "DELETE":
        return "1 = 1"
    text, others = _WRITTEN_ONCE[table]
    workspace = "(SELECT i.workspace_id FROM crisis_incident i WHERE i.id = NEW.incident_id)"
    changed = " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in others)
    return f"{changed} OR NOT {names_leave(f'NEW.{text}', workspace)}"


def _sqlite() -> Iterator[str]:
    for name, event, table, condition, words in _rules():
        yield f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{words}'); END"
    for name, event, table in _frozen():
        yield f"CREATE TRIGGER {name} BEFORE {event} ON {table} WHEN {_is_kept(event, table, 'IS NOT')} BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"


def _postgresql() -> Iterator[str]:
    for name, event, table, condition, words in _rules():
        yield trigger_function(name, f"{refusal(condition, words)} RETURN NEW;")
        yield f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    for name, event, table in _frozen():
        yield trigger_function(name, f"{refusal(_is_kept(event, table, 'IS DISTINCT FROM'), KEPT)} RETURN NEW;")
        stands = f"WHEN ({STANDS}) " if event == "DELETE" else ""
        yield f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW {stands}EXECUTE FUNCTION {name}()"


BARRIERS = Barriers("crisis", TABLES, _sqlite, _postgresql)
